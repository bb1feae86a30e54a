"""What to say when a question has no row: what was looked for, which claims there are, what to ask instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.questions.answering import ask
from glutkg.rdf.namespaces import STATED_GRAPH, curie
from glutkg.rdf.terms import Term
from glutkg.relations import grouped
from glutkg.resources import query_file, read_text
from glutkg.sparql.binding import bind
from glutkg.store.labels import label
from glutkg.text.documents import Document, counted, item, items, paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from glutkg.questions.question import Question
    from glutkg.search.suggested_questions import QuestionFinder, Suggestion
    from glutkg.store.graph import Graph
    from glutkg.text.documents import Block

_OFFERED, _TRIED = 4, 16
"""Other questions that are offered, and those that are asked at most to find them."""
SILENCE = "The sources do not say, and what they do not say may be so all the same."
LEFT_OUT = "Stated by another source than a sentence of the documents, so left out of the answer"


class EmptyAnswer(NamedTuple):
    """An answer without rows: the values that were looked for by parameter, what claims name them, what to ask instead.

    Values are IRIs or texts by label; `left_out` are claims on all of them, with their labels, whose source is no
    sentence of a document; each question that is offered comes with the number of its rows.
    """

    question: Question
    looked_for: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    claims: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    offered: tuple[tuple[Suggestion, int], ...]

    @property
    def silence(self) -> str:
        """What it means that there is no row; nothing where a claim that is left out may say it."""
        return "" if self.left_out else SILENCE

    def document(self) -> Document:
        """Put it into words."""
        told = filter(None, ("No row answers this question.", self.question.question, self.silence))
        blocks: list[Block] = [paragraph(*told)]
        if self.looked_for:
            named = (f"{name}: {', '.join(text for text, _ in values)}" for name, values in self.looked_for)
            blocks += [paragraph("Looked for"), items(*named)]
        blocks += [paragraph(claims) for claims in self.claims]
        if self.left_out:
            left_out = (item(text, paragraph(f"glutkg show {curie(iri)}")) for iri, text in self.left_out)
            blocks += [paragraph(LEFT_OUT), items(*left_out)]
        if self.offered:
            offered = (
                item(one.command, paragraph(f"{one.question.summary} ({counted(rows, 'row')})"))
                for one, rows in self.offered
            )
            blocks += [paragraph("Questions that have an answer"), items(*offered)]
        return Document(tuple(blocks))


def looked_into(
    graph: Graph, folder: Path, finder: QuestionFinder, question: Question, values: Mapping[str, Sequence[Term]]
) -> EmptyAnswer:
    """Look into an answer without rows, given the values that were looked for by parameter."""
    iris = [term.value for terms in values.values() for term in terms if term.kind == "iri"]
    looked_for = tuple(
        (parameter.name, tuple(_named(graph, term) for term in values[parameter.name]))
        for parameter in question.parameters
        if parameter.name in values
    )
    claims = tuple(_claims_that_name(graph, iri) for iri in iris)
    left_out = tuple(_left_out(graph, folder, iris))
    return EmptyAnswer(question, looked_for, claims, left_out, tuple(_others(graph, finder, question, iris)))


def empty_answer(
    graph: Graph, folder: Path, finder: QuestionFinder, question: Question, values: Mapping[str, Sequence[Term]]
) -> Document:
    """Explain an answer without rows, given the values that were looked for by parameter."""
    return looked_into(graph, folder, finder, question, values).document()


def _named(graph: Graph, term: Term) -> tuple[str, str]:
    """Give a value as people read it, and its IRI if it is one."""
    return (label(graph, term.value), term.value) if term.kind == "iri" else (term.value, "")


def _left_out(graph: Graph, folder: Path, iris: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Find the claims on all of some things that questions leave out, as what corrects or doubts the documents."""
    query = bind(read_text(query_file(folder, "search/left-out")), {"thing": [Term("iri", iri) for iri in iris]})
    found = (
        grouped((row[0].value, row[2].value) for row in graph.select(query).rows if row[0] and row[2]) if iris else {}
    )
    yield from ((claim, label(graph, claim)) for claim, things in found.items() if {*things} == {*iris})


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


def _others(
    graph: Graph, finder: QuestionFinder, question: Question, iris: Sequence[str]
) -> Iterator[tuple[Suggestion, int]]:
    """Find questions that have rows for the same things, by what they have in common with a question.

    Those come first that take most of the things as this one does, then those that are nearest to it by their words.
    """
    words = f"{question.name.replace('-', ' ')} {question.question}"
    names = [one.question.name for one in finder.by_words(words)]
    same = {parameter.name for parameter in question.parameters}

    def distance(one: Suggestion) -> tuple[int, int]:
        return -len(same.intersection(dict(one.values))), (*names, one.question.name).index(one.question.name)

    able = [one for one in _taking(finder, question, iris) if _may_have_rows(finder, one)]
    ordered = sorted(able, key=distance)
    offered = 0
    for one in ordered[:_TRIED]:
        if offered == _OFFERED:
            return
        values = {name: [value] for name, value in one.values}
        if rows := len(ask(graph, one.question, values)):
            offered += 1
            named = tuple((name, label(graph, iri)) for name, iri in one.values)
            yield one._replace(values=named), rows


def _may_have_rows(finder: QuestionFinder, one: Suggestion) -> bool:
    return all(finder.may_tell(one.question, iri) for _, iri in one.values)


def _taking(finder: QuestionFinder, question: Question, iris: Sequence[str]) -> list[Suggestion]:
    """Give each other question that takes some of the things with the IRIs of all that it takes."""
    taken: dict[str, Suggestion] = {}
    for one in (one for iri in iris for one in finder.taking(iri, iri) if one.question.name != question.name):
        values = dict(taken[one.question.name].values) if one.question.name in taken else {}
        taken[one.question.name] = one._replace(values=tuple({**values, **dict(one.values), **values}.items()))
    return list(taken.values())
