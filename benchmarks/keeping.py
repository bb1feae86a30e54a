"""From stated triples to a kept, answerable graph, beside what the store itself needs to load the finished quads."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pyoxigraph as ox
from claims import claims
from measure import Result

SCRIPT = Path(__file__).with_name("keeping_process.py")


def kept(number: int) -> list[Result]:
    """Processor time and memory of a process each; both begin with a file of N-Quads and end with a counted store."""
    with tempfile.TemporaryDirectory() as folder:
        stated, finished = Path(folder) / "stated.nq", Path(folder) / "finished.nq"
        claims(number).store.dump(stated, ox.RdfFormat.N_QUADS)
        ours = _process("reason", stated, Path(folder) / "ours")
        ox.Store.read_only(str(Path(folder) / "ours")).dump(finished, ox.RdfFormat.N_QUADS)
        bulk = _process("load", finished, Path(folder) / "bulk")
    assert ours["triples"] == bulk["triples"]
    times, memory = ours["seconds"] / bulk["seconds"], ours["megabytes"] / 1000
    return [
        Result(f"from {number:,} stated claims to a kept graph", f"{ours['seconds']:.3g} s"),
        Result("the store itself, to bulk-load the finished quads", f"{bulk['seconds']:.3g} s"),
        Result("ratio of these", f"{times:.2f}", "at most 1.5", times <= 1.5),
        Result("memory at its peak, to reason and keep", f"{memory:.2f} GB", "2 GB", memory <= 2),
    ]


def _process(work: str, source: Path, store: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), work, str(source), str(store)], stdout=subprocess.PIPE, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found
