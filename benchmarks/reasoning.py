"""Reasoning: over the shipped graph, over more and more claims, and beside owlrl; all in processor time."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from claims import claims
from measure import Result, processor_time, seconds, within

from glutkg.owl.lift import lift, logical
from glutkg.rdf.namespaces import BASE, RDF
from glutkg.reasoning.coded_graph import code, infer
from glutkg.reasoning.load_and_reason import materialise, reason, rules_of
from glutkg.resources import data_folder, source_files
from glutkg.store.graph import Graph, serialize
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    from collections.abc import Sequence


Types = set[tuple[str, str]]
LARGEST = 100_000


def shipped(runs: int) -> list[Result]:
    """The rules alone, over the shipped facts; and all the way from the sources to a reasoned graph in memory."""
    sources = [read_source(path) for path in source_files(data_folder())]
    graph = Graph.of(sources)
    rules = rules_of(graph, data_folder())
    alone = [processor_time(partial(infer, code(graph), rules)) for _ in range(runs)]
    whole = [processor_time(partial(reason, data_folder())) for _ in range(runs)]
    return [
        Result(f"{len(rules)} rules over the shipped graph", *within(alone, 0.5)),
        Result("from the shipped sources to a reasoned graph in memory", *within(whole, 1.2)),
    ]


def growth(sizes: Sequence[int]) -> list[Result]:
    """The rules alone: from coded stated triples to the fixpoint, over more and more claims."""
    found: list[Result] = []
    used: list[float] = []
    for size in sizes:
        graph = claims(size)
        rules = rules_of(graph, data_folder())
        coded = code(graph)
        graph.clear()
        start = time.process_time()
        inferred = infer(coded, rules).count
        used.append(time.process_time() - start)
        aim = within(used[-1:], 10) if size == LARGEST else (seconds(used[-1:]),)
        found.append(Result(f"rules over {size:,} claims ({inferred:,} triples inferred)", *aim))
    exponent = math.log(used[-1] / used[0]) / math.log(sizes[-1] / sizes[0])
    name = f"growth exponent from {sizes[0]:,} to {sizes[-1]:,} claims"
    return [*found, Result(name, f"{exponent:.2f}", "at most 1.1", exponent <= 1.1)]


def beside_owlrl(sizes: Sequence[int], limit: float) -> list[Result]:
    """The largest of some sizes that owlrl finishes within a limit in seconds, and the types that both find there."""
    best: tuple[int, float, Types] | None = None
    for size in sizes:
        found = _owlrl_within(size, limit)
        if found is None:
            break
        best = (size, *found)
    if best is None:
        return [Result("owlrl", f"finishes not even {sizes[0]} claims in {limit:g} s")]
    size, theirs, types = best
    ours, own = _by_rules(size)
    times = theirs / ours
    least = _by_rules(size, without=("chain-", "unnamed-"))[1]
    agree = least <= types <= own
    return [
        Result(
            f"owlrl over {size:,} claims, the most of {', '.join(map(str, sizes))} within {limit:g} s",
            f"{theirs:.3g} s",
        ),
        Result(f"the rules over the same {size:,} claims", f"{ours:.3g} s"),
        Result("ratio of the two", f"{times:.0f}", "at least 20", times >= 20),
        Result("types of things that both find", f"{len(own & types):,}"),
        Result("… that only owlrl finds", f"{len(types - own)}", "0", types <= own),
        Result(
            "… that only the rules find", f"{len(own - types)}, all by chains over things without a name", "", agree
        ),
    ]


def _by_rules(size: int, without: tuple[str, ...] = ()) -> tuple[float, Types]:
    graph = claims(size)
    start = time.process_time()
    rules = rules_of(graph, data_folder())
    materialise(graph, [rule for rule in rules if not without or not rule.name.startswith(without)])
    used = time.process_time() - start
    triples = graph.triples(None, f"{RDF}type")
    return used, {(s.value, o.value) for s, _, o in triples if s.value.startswith(BASE) and o.value.startswith(BASE)}


def _owlrl_within(size: int, limit: float) -> tuple[float, Types] | None:
    """Run owlrl in a process of its own, which is ended when it takes too long."""
    graph = claims(size)
    rules = rules_of(graph, data_folder())
    materialise(graph, rules)
    script = Path(__file__).with_name("by_owlrl.py")
    with tempfile.TemporaryDirectory() as folder:
        ontology = Path(folder) / "ontology.nt"
        ontology.write_bytes(serialize(logical(lift(graph, rules)), "ntriples"))
        try:
            done = subprocess.run(
                [sys.executable, str(script), str(ontology)], capture_output=True, timeout=limit + 2, check=True
            )
        except subprocess.TimeoutExpired:
            return None
    used, pairs = json.loads(done.stdout)
    return used, {(thing, kind) for thing, kind in pairs if thing.startswith(BASE) and kind.startswith(BASE)}
