"""Claims as the edges of a labelled graph, one a claim, with all that they say: what GraphML and CX2 hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.exports.claims import named
from glutkg.exports.declared import declared
from glutkg.exports.fidelity import Fate, LeftOut
from glutkg.rdf.namespaces import RDF, curie, expand

if TYPE_CHECKING:
    from glutkg.exports.claims import Record
    from glutkg.exports.content import Content

CLASS = "class"
"""The attribute of an edge that holds the class of its claim."""


class Node(NamedTuple):
    """A thing: its name, its label and its classes; a class is an owl:Class."""

    name: str
    label: str
    kinds: tuple[str, ...]


class Edge(NamedTuple):
    """A claim between two things, with its label, its class and its properties."""

    claim: Record
    source: str
    target: str
    label: str


class ClaimEdges:
    """The claims of some content as nodes and edges; `fate` tells which have no two ends."""

    def __init__(self, content: Content) -> None:
        """Make them."""
        rows = declared(content.folder, "edges")["edge"]
        by_kind = {kind: row for row in rows for kind in row["of"]}
        pairs = [(claim, _ends(claim, by_kind.get(claim.kind))) for claim in content.claims]
        self.edges = [Edge(claim, *ends, named(content.graph, claim.name)) for claim, ends in pairs if ends]
        why = "it is not about two things between which an edge could stand"
        self.fate = Fate([LeftOut(claim.name, why) for claim, ends in pairs if ends is None])
        names = sorted({name for edge in self.edges for name in (edge.source, edge.target)})
        self.nodes = [Node(name, named(content.graph, name), _kinds(content, name)) for name in names]
        self.columns = sorted({name for edge in self.edges for name in edge.claim.values})


def _ends(claim: Record, row: dict[str, list[str]] | None) -> tuple[str, str] | None:
    """Give the two things between which a claim stands: different things, of different properties."""
    if row is None:
        return None
    found = ((claim.one(one), claim.one(other)) for one in row["from"] for other in row["to"] if one != other)
    return next(((start, end) for start, end in found if start and end and start != end), None)


def _kinds(content: Content, name: str) -> tuple[str, ...]:
    iri = expand(name) or name
    types = (quad.object for quad in content.about(iri) if quad.predicate.value == RDF + "type")
    found = {curie(str(getattr(kind, "value", kind))) for kind in types}
    return tuple(sorted(found))
