"""In one process: packaged questions beside two engines, and how long an explanation takes."""

from __future__ import annotations

import random
import statistics

import pyoxigraph
from measure import Result, ratio, seconds, turns
from rdflib import Dataset

import glutkg
from glutkg.questions import answering
from glutkg.questions.question import Question
from glutkg.rdf.namespaces import PREFIXES


def questions_in_process(runs: int, at_most: int | None = None) -> list[Result]:
    """Each question by glutkg, by pyoxigraph alone, and by rdflib's own engine; medians over the questions."""
    kg = glutkg.load()
    other = Dataset()
    other.parse(data=kg.reasoned.store.dump(format=pyoxigraph.RdfFormat.N_QUADS), format="nquads")
    against_rdflib, against_raw, asked = [], [], []
    for question in kg.questions()[:at_most]:
        text = answering.prepared(kg.reasoned, question, {})

        def ask(question: Question = question) -> object:
            return answering.ask(kg.reasoned, question, {})

        def raw(text: str = text) -> object:
            return [tuple(row) for row in kg.reasoned.store.query(text, prefixes=PREFIXES)]

        def by_rdflib(text: str = text) -> object:
            return list(other.query(text))

        ask(), raw()
        ours, theirs = turns(runs, ask, raw)
        (slow,) = turns(1, by_rdflib)
        asked.append(statistics.median(ours))
        against_raw.append(ratio(ours, theirs))
        against_rdflib.append(slow[0] / asked[-1])
    quicker, slower = statistics.median(against_rdflib), statistics.median(against_raw)
    return [
        Result(f"a packaged question in process, median of {len(asked)}", seconds(asked)),
        Result("rdflib's own engine takes so many times as long", f"{quicker:.0f}", "at least 20", quicker >= 20),
        Result("glutkg takes so many times as long as raw pyoxigraph", f"{slower:.2f}", "at most 1.3", slower <= 1.3),
    ]


def why(number: int) -> list[Result]:
    """Explain some inferred triples, chosen at random but always the same ones."""
    kg = glutkg.load()
    store = kg.reasoned
    inferred = [triple for name in store.graph_names("inferred") for triple in store.triples(graph=name)]
    chosen = random.Random(0).sample(inferred, min(number, len(inferred)))  # noqa: S311 - a sample, not a secret
    subject, predicate, object_ = (f"<{term.value}>" for term in chosen[0])
    kg.why(subject, predicate, object_)
    times = [turns(1, lambda t=triple: kg.why(*(f"<{term.value}>" for term in t)))[0][0] for triple in chosen]
    held = statistics.median(times) < 0.02
    return [Result(f"why, median of {len(times)} inferred triples", seconds(times), "20 ms", held)]
