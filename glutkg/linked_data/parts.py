"""What of the graph an export holds: stated facts as their files spell them, and what rules concluded.

The default graph holds all triples of the part. Beside it stand the graph of all stated triples, that of each source
file and that of each rule, so that a packaged question gives its rows wherever the dataset is loaded. The auxiliary
relations, which are only steps of proofs, are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from glutkg.rdf.namespaces import STATED_GRAPH
from glutkg.resources import source_files
from glutkg.store.sources import parsed, read_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from glutkg.store.graph import Graph

Quad = ox.Quad
"""A triple in a graph, as pyoxigraph has it."""


def stated_quads(folder: Path) -> list[Quad]:
    """Read what the source files of a data folder state, each in its own graph; a store would respell its numbers."""
    return [quad for path in source_files(folder) for quad in parsed(read_source(path))]


def inferred_quads(graph: Graph) -> list[Quad]:
    """Give what rules concluded, each in the graph of its rule."""
    steps = graph.auxiliary()
    return [
        quad
        for name in graph.graph_names("inferred")
        for quad in graph.store.quads_for_pattern(None, None, None, ox.NamedNode(name))
        if quad.predicate.value not in steps
    ]


def dataset(stated: Sequence[Quad], inferred: Sequence[Quad]) -> Iterator[Quad]:
    """Give stated and inferred quads as a dataset: each triple in the default graph, too, the stated in one graph."""
    for quads in (stated, inferred):
        yield from quads
        yield from _in_graph(quads, ox.DefaultGraph())
    yield from _in_graph(stated, ox.NamedNode(STATED_GRAPH))


def _in_graph(quads: Iterable[Quad], name: ox.NamedNode | ox.DefaultGraph) -> Iterator[Quad]:
    return (ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads)
