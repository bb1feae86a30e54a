"""Claims as people read them: what each states, its result, how sure its source is, and where it is stated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import BASE, RDF, STATED_GRAPH, curie
from glutkg.rdf.terms import Term
from glutkg.store.names import label
from glutkg.text.fitting import page_width, wrapped
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glutkg.store.graph import Graph

CLAIMS = ("kind", "kindLabel", "claim", "claimLabel", "result", "certainty", "source")
SOURCES = (BASE + "statedIn", BASE + "cites")
"""The properties that lead to sentences and to references."""


def claims(graph: Graph, iris: Iterable[str]) -> Table:
    """Return claims as rows of CLAIMS, in the order given: class, statement, result, certainty and source.

    A source is written as sentences and, in brackets, the numbers of the references that the claim cites.
    """
    return Table(CLAIMS, tuple(_claim(graph, iri) for iri in dict.fromkeys(iris)))


def worded(table: Table) -> list[tuple[str, str]]:
    """Return for each claim of a table of CLAIMS its IRI, and one line: statement, result, certainty, source."""
    lines = []
    for row in table:
        said = ", ".join(str(row[name]) for name in ("result", "certainty") if row[name])
        lines.append((str(row["claim"]), f"{row['claimLabel']} ({said}; {row['source']})"))
    return lines


def notes(graph: Graph, iris: Sequence[str]) -> str:
    """Write claims as numbered notes: statement, result, certainty, source and name."""
    lines: list[str] = []
    for number, (iri, text) in enumerate(worded(claims(graph, iris)), 1):
        mark = f"[{number}] "
        lines += wrapped(mark + text, page_width(), " " * len(mark))
        lines.append(" " * len(mark) + curie(iri))
    return "".join(f"{line}\n" for line in ["", *lines]) if lines else ""


def _claim(graph: Graph, iri: str) -> tuple[Term, ...]:
    stated: dict[str, list[str]] = {}
    for _, predicate, object_ in graph.triples(iri, graph=STATED_GRAPH):
        stated.setdefault(predicate.value, []).append(object_.value)
    class_ = next(iter(stated.get(RDF + "type", [])), BASE + "Claim")
    result, certainty = (
        ", ".join(label(graph, value) for name in names for value in stated.get(BASE + name, []))
        for names in (("result", "judgement"), ("modality",))
    )
    sentences = sorted(label(graph, sentence).partition(":")[0] for sentence in stated.get(SOURCES[0], []))
    numbers = sorted((cited.rpartition("-")[2] for cited in stated.get(SOURCES[1], [])), key=lambda n: (len(n), n))
    source = ", ".join(sentences) + (f" [{', '.join(numbers)}]" if numbers else "")
    texts = (Term("literal", text) for text in (result, certainty, source))
    return (
        Term("iri", class_),
        Term("literal", label(graph, class_)),
        Term("iri", iri),
        Term("literal", label(graph, iri)),
        *texts,
    )
