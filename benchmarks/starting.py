"""Whole processes: a question asked cold, and the way from nothing to the first answer."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import Result, ratio, seconds, turns, within

import glutkg

QUESTION = "compounds-at-receptor"
ASK = [sys.executable, "-m", "glutkg", "ask", QUESTION, "--format", "tsv"]
LOOKED_UP = {
    "show": ["show", "migraine"],
    "find": ["find", "aura"],
    "ask in one's own words": ["ask", "which drugs were tried in migraine"],
}


def run(command: list[str], cache: str | None = None) -> None:
    environment = {**os.environ, "GLUTKG_CACHE": cache} if cache else None
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=environment)


def cold(runs: int) -> list[Result]:
    """`glutkg ask` against a bare script on the same reasoned graph and the same query."""
    kg = glutkg.load()
    bare = str(Path(__file__).with_name("bare.py"))
    script = [sys.executable, bare, str(kg.cached.folder), str(kg.folder / "queries" / "questions" / f"{QUESTION}.rq")]
    turns(1, lambda: run(script), lambda: run(ASK))
    bare_times, ask_times = turns(runs, lambda: run(script), lambda: run(ASK))
    found = ratio(ask_times, bare_times)
    return [
        Result("a question as a whole process", *within(ask_times, 0.4)),
        Result("the same, by a bare pyoxigraph script", seconds(bare_times)),
        Result("ratio of the two", f"{found:.2f}", "at most 2.0", found <= 2.0),
    ]


def looked_up(runs: int) -> list[Result]:
    """What people look up first, as whole processes, in processor time."""
    commands = {name: [sys.executable, "-m", "glutkg", *words] for name, words in LOOKED_UP.items()}
    return [
        Result(f"{name} as a whole process, processor time", *within(processor_times(command, runs), 0.4))
        for name, command in commands.items()
    ]


def from_nothing(runs: int) -> list[Result]:
    """Check everything, then reason over it and answer a question, with an empty cache folder."""

    def work() -> None:
        with tempfile.TemporaryDirectory() as cache:
            run([sys.executable, "-m", "glutkg", "check"], cache)
            run(ASK, cache)

    (times,) = turns(runs, work)
    return [
        Result("load, validate, materialise, answer, from nothing", *within(times, 3)),
    ]


def check(runs: int) -> list[Result]:
    """`glutkg check` as a process, in processor time, with the reasoned graph in the cache."""
    times = processor_times([sys.executable, "-m", "glutkg", "check"], runs)
    return [Result("check as a whole process, processor time", *within(times, 1.5))]


def processor_times(command: list[str], runs: int) -> list[float]:
    """Run a process once, and then some times more; give the processor time of each of these."""
    run(command)
    times = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run(command)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return times
