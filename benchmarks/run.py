"""Run the benchmarks and write their table: `python benchmarks/run.py` (--full, --tiny, -o FILE)."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))

import asking
import changing
import keeping
import reasoning
import starting

if TYPE_CHECKING:
    from measure import Result

HEAD = """# Benchmarks

Written by `python benchmarks/run.py{options}`; `benchmarks/README.md` describes what is measured and how.
Machine: {machine}, otherwise {load}.

| | measured | aim | |
|---|---|---|---|
"""


def results(size: str) -> list[Result]:
    """Run all benchmarks, `tiny`, everyday (``) or `full`."""
    tiny, full = size == "tiny", size == "full"
    sizes = [50, 100] if tiny else [1_000, 10_000, 100_000] if full else [1_000, 3_000, 10_000]
    owlrl = [2] if tiny else [20, 40, 60, 80, 100, 120]
    return [
        *reasoning.shipped(1 if tiny else 7),
        *reasoning.growth(sizes),
        *keeping.kept(50 if tiny else sizes[-1]),
        *reasoning.beside_owlrl(owlrl, 1 if tiny else 60),
        *starting.from_nothing(1 if tiny else 5),
        *starting.check(1 if tiny else 5),
        *starting.cold(1 if tiny else 15),
        *starting.looked_up(1 if tiny else 9),
        *asking.questions_in_process(1 if tiny else 5, 2 if tiny else None),
        *asking.why(3 if tiny else 300),
        *changing.whole(1 if tiny else 9),
        *changing.in_process(1 if tiny else 7),
    ]


def table(found: list[Result], options: str) -> str:
    """Write the results as Markdown."""
    machine = (
        f"{os.cpu_count()} processors ({platform.machine()}), {platform.system()}, Python {platform.python_version()}"
    )
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    load = "idle" if busy < 0.5 else f"busy (load of {busy:.1f} a processor)"
    marks = {True: "✓", False: "✗", None: ""}
    rows = [f"| {one.what} | {one.measured} | {one.aim} | {marks[one.holds]} |" for one in found]
    return HEAD.format(options=options, machine=machine, load=load) + "\n".join(rows) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument(
        "--full",
        dest="size",
        action="store_const",
        const="full",
        default="",
        help="up to 100,000 claims",
    )
    size.add_argument(
        "--tiny", dest="size", action="store_const", const="tiny", help="only to see that everything runs"
    )
    parser.add_argument("-o", "--output", type=Path, help="write the table there, too")
    options = parser.parse_args()
    text = table(results(options.size), f" --{options.size}" if options.size else "")
    print(text, end="")
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    return 1 if "✗" in text else 0


if __name__ == "__main__":
    sys.exit(main())
