"""What if a claim were added, or retracted: as a whole process, and in process the first time and later."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from measure import Result, seconds, turns, within
from starting import run

WHATIF = [sys.executable, "-m", "glutkg", "whatif"]
ADDED = str(Path(__file__).parents[1] / "tests" / "one-claim.ttl")
RETRACTED = "claim:memantine-nmda-antagonist-csd"


def whole(runs: int) -> list[Result]:
    """`glutkg whatif` with the reasoned graph kept, as every command finds it."""
    commands = [*WHATIF, ADDED], [*WHATIF, "--without", RETRACTED]
    turns(1, *(lambda command=command: run(command) for command in commands))
    added, retracted = turns(runs, *(lambda command=command: run(command) for command in commands))
    return [
        Result("what if a claim were added, as a whole process", *within(added, 2)),
        Result("what if one were retracted, likewise", *within(retracted, 2)),
    ]


def in_process(runs: int) -> list[Result]:
    """The first `kg.whatif` of so many processes, and later ones, which retract other claims."""
    script = Path(__file__).with_name("whatif_in_process.py")
    first, later = [], []
    for _ in range(runs):
        done = subprocess.run([sys.executable, str(script), ADDED], stdout=subprocess.PIPE, check=True)
        begun, *others = json.loads(done.stdout)
        first.append(begun)
        later += others
    return [
        Result("the first what-if of a process", *within(first, 2)),
        Result(f"later ones, median of {len(later)}", seconds(later)),
    ]
