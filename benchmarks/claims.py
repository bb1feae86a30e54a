"""As many claims as one likes: some of the shipped ones, or all of them many times over under new names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from glutkg.rdf.namespaces import BASE, RDF, STATED_GRAPH
from glutkg.resources import data_folder, source_files
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CLAIM = f"{BASE}claim/"
GRAPHS = ox.DefaultGraph(), ox.NamedNode(STATED_GRAPH)


def claims(number: int) -> Graph:
    """Load the ontology and so many claims; each copy renames all that the facts speak of, consistently."""
    files = source_files(data_folder())
    shipped = Graph.of(read_source(path) for path in files if path.parent.name == "facts").store
    facts = [quad.triple for quad in shipped.quads_for_pattern(None, None, None, ox.DefaultGraph())]
    things = {triple.subject for triple in facts}
    names = sorted({str(t.subject) for t in facts if t.predicate.value == f"{RDF}type" and CLAIM in str(t.subject)})
    graph = Graph.of(read_source(path) for path in files if path.parent.name != "facts")
    copies = -(-number // len(names))
    for copy in range(copies):
        left_out = set(names[number - copy * len(names) :]) if copy == copies - 1 else set()
        kept = [t for t in facts if str(t.subject) not in left_out and str(t.object) not in left_out]
        for name in GRAPHS:
            graph.store.extend(ox.Quad(*triple, name) for triple in _renamed(kept, things, copy))
    return graph


def _renamed(triples: Iterable[ox.Triple], things: set[object], copy: int) -> Iterator[tuple[ox.NamedNode, ...]]:
    made: dict[object, ox.NamedNode] = {}

    def new(term: ox.NamedNode) -> ox.NamedNode:
        if not copy or term not in things:
            return term
        if term not in made:
            made[term] = ox.NamedNode(f"{term.value}-{copy}")
        return made[term]

    return ((new(t.subject), t.predicate, new(t.object)) for t in triples)  # type: ignore[arg-type]
