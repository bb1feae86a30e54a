"""Which of some relations say most: those from which others follow, by wider kinds, by wholes, by wider relations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import OWL, RDF, RDFS
from glutkg.sparql.tokens import tokens
from glutkg.text.cells import terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from glutkg.rdf.terms import Triple
    from glutkg.store.graph import Graph
    from glutkg.text.tables import Table

_MOST_COMPARED = 500
"""So many things of a column are compared with each other."""


def direct(graph: Graph, triples: Sequence[Triple]) -> list[Triple]:
    """Give the triples about one thing that follow from no other of them, sorted.

    >>> import glutkg
    >>> graph = glutkg.load().reasoned
    >>> memantine = "https://w3id.org/glutkg/substance/memantine"
    >>> acting = [t for t in graph.triples(memantine) if t[1].value.endswith("/antagonises")]
    >>> [(p.value.rpartition("/")[2], o.value.rpartition("/")[2]) for _, p, o in direct(graph, acting)]
    [('antagonises', 'NMDAReceptor')]
    """
    return _of_narrowest_relation(graph, _innermost_parts(graph, of_narrowest_object(graph, triples)))


def of_narrowest_object(graph: Graph, triples: Sequence[Triple]) -> list[Triple]:
    """Leave out what follows from a narrower object of the same relation."""
    return _without(triples, lambda value: (o.value for _, _, o in graph.triples(value, RDFS + "subClassOf")))


def _innermost_parts(graph: Graph, triples: Sequence[Triple]) -> list[Triple]:
    """Leave out a whole where one of its parts, by any transitive relation, stands in the same relation."""
    transitive = [s.value for s, _, _ in graph.triples(None, RDF + "type", OWL + "TransitiveProperty")]
    return _without(triples, lambda value: (o.value for name in transitive for _, _, o in graph.triples(value, name)))


def counts_repeatedly(graph: Graph, query: str, table: Table) -> bool:
    """Tell whether a query counts, over all that follows, by things of which one is a wider kind or whole of another.

    What is of the narrower one is of the wider one, too, and counted there again.

    >>> query = "SELECT ?s (COUNT(?c) AS ?n) { ?c glut:species ?s } GROUP BY ?s"
    >>> counts_repeatedly(kg.reasoned, query, kg.select(query))
    True
    >>> counts_repeatedly(kg.reasoned, "SELECT ?s { ?c glut:species ?s }", kg.select(query))
    False
    """
    words = {token.text.upper() for token in tokens(query)}
    columns = [{one for cell in column for one in terms(cell)} for column in zip(*table.rows, strict=True)]
    named = ([one.value for one in column] for column in columns if all(one.kind == "iri" for one in column))
    counts = "COUNT" in words and "GRAPH" not in words
    return counts and any(_nested(graph, iris) for iris in named if 1 < len(iris) <= _MOST_COMPARED)


def _nested(graph: Graph, iris: Sequence[str]) -> bool:
    values = " ".join(f"<{iri}>" for iri in iris)
    wider = "{ ?narrow rdfs:subClassOf ?wide } UNION { ?relation a owl:TransitiveProperty . ?narrow ?relation ?wide }"
    both = f"VALUES ?narrow {{ {values} }} VALUES ?wide {{ {values} }} {wider}"
    return len(graph.select(f"SELECT ?narrow {{ {both} FILTER(?narrow != ?wide) }} LIMIT 1")) > 0


def _without(triples: Sequence[Triple], wider_of: Callable[[str], Iterable[str]]) -> list[Triple]:
    wider = {(p.value, wider) for _, p, o in triples for wider in wider_of(o.value) if wider != o.value}
    return sorted(t for t in triples if (t[1].value, t[2].value) not in wider)


def _of_narrowest_relation(graph: Graph, triples: Sequence[Triple]) -> list[Triple]:
    """Leave out a relation where a narrower one holds to the same object."""
    wider = {
        (parent.value, o.value)
        for _, p, o in triples
        for _, _, parent in graph.triples(p.value, RDFS + "subPropertyOf")
        if parent != p
    }
    return [t for t in triples if (t[1].value, t[2].value) not in wider]
