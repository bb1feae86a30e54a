"""What the graph states and concludes of one thing, as linked data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.linked_data.writing import written_triples
from glutkg.rdf.namespaces import BASE, INFERRED_GRAPH, STATED_GRAPH
from glutkg.sparql.binding import NOT_IN_IRIS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.rdf.terms import Triple
    from glutkg.store.graph import Graph

FORMS = {
    ".ttl": ("turtle", "text/turtle"),
    ".jsonld": ("jsonld", "application/ld+json"),
    ".rdf": ("rdfxml", "application/rdf+xml"),
    ".nt": ("ntriples", "application/n-triples"),
}
"""The endings of addresses, with the form and the media type behind each."""
_DEEPEST = 40


def is_known(graph: Graph, iri: str) -> bool:
    """Tell whether the graph says anything of an IRI, or has a graph of that name."""
    return not NOT_IN_IRIS.search(iri) and (any(True for _ in graph.triples(iri)) or is_graph(graph, iri))


def is_graph(graph: Graph, iri: str) -> bool:
    """Tell whether an IRI names a graph: of a source file, of a rule, or of all that is stated."""
    named = iri.startswith((STATED_GRAPH, INFERRED_GRAPH + "/"))
    return named and any(True for _ in graph.triples(graph=iri))


def triples_of(graph: Graph, iri: str) -> list[Triple]:
    """Give the triples of a thing with its class expressions, of a document with its parts, or of a named graph."""
    if is_graph(graph, iri):
        return list(graph.triples(graph=iri))
    steps = graph.auxiliary()
    subjects = [iri, *sorted(_parts(graph, iri))]
    return [t for subject in subjects for t in _closed(graph, subject, _DEEPEST) if t[1].value not in steps]


def _parts(graph: Graph, iri: str) -> set[str]:
    whole = f"{iri}#"
    if not iri.startswith(BASE + "source/") or "#" in iri:
        return set()
    return {s.value for s, _, _ in graph.triples(None, BASE + "partOfDocument", iri) if s.value.startswith(whole)}


def _closed(graph: Graph, subject: str, depth: int) -> Iterator[Triple]:
    """Give the triples of a subject, and those of the blank nodes that they lead to."""
    for triple in graph.triples(subject):
        yield triple
        if triple[2].kind == "blank" and depth:
            yield from _closed(graph, triple[2].name, depth - 1)


def document(graph: Graph, iri: str, ending: str) -> bytes:
    """Write all of that in the form of an ending.

    >>> b"substance:memantine" in document(kg.reasoned, kg.iri("memantine"), ".ttl")
    True
    """
    return written_triples(triples_of(graph, iri), FORMS[ending][0])
