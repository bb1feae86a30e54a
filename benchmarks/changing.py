"""What a change of the claims would bring about: as a whole process, and one after the other in one."""

from __future__ import annotations

import random
import statistics
import sys
from pathlib import Path

from measure import Result, seconds, turns
from starting import run

import glutkg
from glutkg.terms import BASE, STATED_GRAPH

CLAIM = Path(__file__).parent.parent / "tests" / "one-claim.ttl"
WHATIF = [sys.executable, "-m", "glutkg.cli", "whatif"]


def whole(runs: int) -> list[Result]:
    """`glutkg whatif` with one claim more, and with one less of which much follows."""
    adding, retracting = [*WHATIF, str(CLAIM)], [*WHATIF, "--without", "claim:mk801-iv-sinus-tcc-cat"]
    turns(1, lambda: run(adding), lambda: run(retracting))
    more, less = turns(runs, lambda: run(adding), lambda: run(retracting))
    return [
        Result("whatif with one claim more, a whole process", seconds(more), "1 s", statistics.median(more) < 1),
        Result("whatif with one claim less, a whole process", seconds(less)),
    ]


def in_process(number: int) -> list[Result]:
    """Take away some claims, one after the other; the first pays for the copy of the graph."""
    kg = glutkg.load()
    claims = sorted({s.value for s, _, _ in kg.reasoned.triples(None, f"{BASE}statedIn", graph=STATED_GRAPH)})
    chosen = random.Random(0).sample(claims, number + 1)  # noqa: S311 - a sample, not a secret
    times = [turns(1, lambda name=claim: kg.whatif(without=[name]))[0][0] for claim in chosen]
    median = statistics.median(times[1:])
    return [
        Result("whatif in process, the first", seconds(times[:1])),
        Result(
            f"whatif in process, median of {number} further claims taken away", seconds(times[1:]), "1 s", median < 1
        ),
        Result("… the slowest of them", seconds([max(times[1:])])),
    ]
