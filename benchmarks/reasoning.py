"""Reasoning: over the shipped graph, over more and more claims, and beside owlrl."""

from __future__ import annotations

import math
import multiprocessing
import statistics
import time
from typing import TYPE_CHECKING

from claims import claims
from measure import Result, seconds, turns

from glutkg.graph import Graph, serialize
from glutkg.materialise import materialise, rules_of
from glutkg.owl import lifted, logical
from glutkg.resources import data_folder, source_files
from glutkg.sources import read_source
from glutkg.terms import BASE, RDF

if TYPE_CHECKING:
    from collections.abc import Sequence

Types = set[tuple[str, str]]


def shipped(runs: int) -> list[Result]:
    sources = [read_source(path) for path in source_files(data_folder())]
    graphs = [Graph.of(sources) for _ in range(runs)]
    rules = rules_of(graphs[0], data_folder())
    waiting = iter(graphs)
    (times,) = turns(runs, lambda: materialise(next(waiting), rules))
    name = f"{len(rules)} rules over the shipped graph"
    return [Result(name, seconds(times), "1 s", statistics.median(times) < 1)]


def growth(sizes: Sequence[int]) -> list[Result]:
    """Processor time, which other programs on the machine disturb less than the time on the wall."""
    found: list[Result] = []
    used: list[float] = []
    for size in sizes:
        graph = claims(size)
        rules = rules_of(graph, data_folder())
        start = time.process_time()
        inferred = materialise(graph, rules)
        used.append(time.process_time() - start)
        found.append(Result(f"rules over {size:,} claims ({inferred:,} triples inferred)", seconds(used[-1:])))
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
    same = "the same" if own == types else f"{len(own - types)} only by the rules, {len(types - own)} only by owlrl"
    return [
        Result(
            f"owlrl over {size:,} claims, the most of {', '.join(map(str, sizes))} within {limit:g} s",
            f"{theirs:.3g} s",
        ),
        Result(f"the rules over the same {size:,} claims", f"{ours:.3g} s"),
        Result("ratio of the two", f"{times:.0f}", "at least 20", times >= 20),
        Result(f"types of things found by both: {len(own & types):,}", same, "the same", own == types),
    ]


def _by_rules(size: int) -> tuple[float, Types]:
    graph = claims(size)
    start = time.perf_counter()
    materialise(graph, rules_of(graph, data_folder()))
    used = time.perf_counter() - start
    triples = graph.triples(None, f"{RDF}type")
    return used, {(s.value, o.value) for s, _, o in triples if s.value.startswith(BASE) and o.value.startswith(BASE)}


def _owlrl_within(size: int, limit: float) -> tuple[float, Types] | None:
    """Run owlrl in a process of its own, which is ended when it takes too long."""
    graph = claims(size)
    rules = rules_of(graph, data_folder())
    materialise(graph, rules)
    ontology = serialize(logical(lifted(graph, rules)), "ntriples")
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_owlrl, args=(ontology, theirs))
    process.start()
    theirs.close()
    try:
        return ours.recv() if ours.poll(limit + 5) else None
    except EOFError:
        return None
    finally:
        process.kill()
        process.join()


def _owlrl(ontology: bytes, answer: multiprocessing.connection.Connection) -> None:  # type: ignore[name-defined]
    import owlrl
    import rdflib

    graph = rdflib.Graph().parse(data=ontology, format="nt")
    start = time.perf_counter()
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    used = time.perf_counter() - start
    pairs = ((str(s), str(o)) for s, o in graph.subject_objects(rdflib.RDF.type))
    answer.send((used, {(s, o) for s, o in pairs if s.startswith(BASE) and o.startswith(BASE)}))
