"""How times are taken: side by side, in turns, in one run; medians of times and of ratios."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table: what was measured, what came out, what is aimed at, and whether that holds."""

    what: str
    measured: str
    aim: str = ""
    holds: bool | None = None


def turns(runs: int, *works: Callable[[], object]) -> list[list[float]]:
    """Do some works in turns, each so many times; give the seconds of each."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for times, work in zip(found, works, strict=True):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
    return found


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """The median of the ratios of times that were taken one right after the other."""
    return statistics.median(one / other for one, other in zip(over, under, strict=True))


def seconds(times: Sequence[float]) -> str:
    """A median, to be read."""
    median = statistics.median(times)
    return f"{median * 1000:.3g} ms" if median < 1 else f"{median:.3g} s"


def processor_time(work: Callable[[], object]) -> float:
    """Do something once; give the processor time in seconds, which other programs disturb less than the clock."""
    start = time.process_time()
    work()
    return time.process_time() - start


def within(times: Sequence[float], limit: float) -> tuple[str, str, bool]:
    """Give a median, the aim for it, and whether it is met: the end of a row."""
    return seconds(times), f"{limit:g} s", statistics.median(times) <= limit
