"""What to say when a question has no row: what was looked for, which claims there are, what to ask instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.questions.answering import ask
from glutkg.rdf.namespaces import STATED_GRAPH
from glutkg.store.labels import label
from glutkg.text.documents import Document, counted, item, items, paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from glutkg.questions.question import Question
    from glutkg.rdf.terms import Term
    from glutkg.search.suggested_questions import QuestionFinder
    from glutkg.store.graph import Graph
    from glutkg.text.documents import Block, Item

_OFFERED, _TRIED = 4, 16
"""Other questions that are offered, and those that are asked at most to find them."""


def empty_answer(
    graph: Graph, finder: QuestionFinder, question: Question, values: Mapping[str, Sequence[Term]]
) -> Document:
    """Explain an answer without rows, given the values that were looked for by parameter."""
    iris = [term.value for terms in values.values() for term in terms if term.kind == "iri"]
    looked_for = [
        f"{parameter.name}: {', '.join(_words(graph, term) for term in values[parameter.name])}"
        for parameter in question.parameters
        if parameter.name in values
    ]
    blocks: list[Block] = [paragraph("No row answers this question.", question.question)]
    if looked_for:
        blocks += [paragraph("Looked for"), items(*looked_for)]
    for iri in iris:
        blocks.append(paragraph(_claims_that_name(graph, iri)))
    offered = list(_others(graph, finder, question, iris))
    if offered:
        blocks += [paragraph("Questions that have an answer"), items(*offered)]
    return Document(tuple(blocks))


def _words(graph: Graph, term: Term) -> str:
    return label(graph, term.value) if term.kind == "iri" else term.value


def _claims_that_name(graph: Graph, iri: str) -> str:
    """Count the claims that name a thing, by standing where they have one, and else by result."""
    found = graph.select(f"""
        SELECT ?kind (COUNT(DISTINCT ?claim) AS ?number) WHERE {{
          GRAPH <{STATED_GRAPH}> {{ ?claim ?role <{iri}> . OPTIONAL {{ ?claim glut:standing ?standing }}
            OPTIONAL {{ ?claim glut:result|glut:judgement ?result }} }}
          ?claim a glut:Claim . BIND(COALESCE(?standing, ?result) AS ?value) ?value rdfs:label ?kind .
        }} GROUP BY ?kind ORDER BY DESC(?number) ?kind""")
    counts = [(int(number.value), kind.value) for kind, number in found.rows if kind and number]
    if not counts:
        return f"No claim names {label(graph, iri)}."
    total = counted(sum(number for number, _ in counts), "claim")
    parts = ", ".join(f"{number} {kind}" for number, kind in counts)
    return f"{total} {'name' if total[:2] != '1 ' else 'names'} {label(graph, iri)}: {parts}."


def _others(graph: Graph, finder: QuestionFinder, question: Question, iris: Sequence[str]) -> Iterator[Item]:
    """Find questions that take the same things, nearest first, and have rows for them."""
    taken = {one.question.name: one for iri in iris for one in finder.taking(iri) if one.question.name != question.name}
    names = [one.question.name for one in finder.by_words(question.question)]
    ordered = sorted(taken.values(), key=lambda one: (*names, one.question.name).index(one.question.name))
    offered = 0
    for one in ordered[:_TRIED]:
        if offered == _OFFERED:
            return
        if rows := len(ask(graph, one.question, {name: [value] for name, value in one.values})):
            offered += 1
            yield item(one.command, paragraph(f"{one.question.summary} ({counted(rows, 'row')})"))
