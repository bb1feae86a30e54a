"""Claims as formats without classes and axioms hold them: properties with plain values, things as CURIEs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from glutkg.rdf.namespaces import BASE, RDFS, curie, expand
from glutkg.relations import grouped
from glutkg.store.labels import label

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from glutkg.linked_data.parts import Quad
    from glutkg.store.graph import Graph

TYPE, LABEL, STANDING = "rdf:type", "rdfs:label", "glut:standing"


class Record(NamedTuple):
    """A record by its CURIE: its class, and for each other property, as a CURIE, its values in order.

    A thing is a CURIE, a literal its text; which of the two a value is, and of which datatype, the property tells.
    """

    name: str
    kind: str
    values: dict[str, tuple[str, ...]]

    def one(self, property_: str) -> str | None:
        """Return the value of a property; None when it has none or several."""
        found = self.values.get(property_, ())
        return found[0] if len(found) == 1 else None


def records(graph: Graph, quads: Iterable[Quad]) -> list[Record]:
    """Give all records of the stated facts, sorted by name; a claim has its standing, which rules conclude."""
    kinds = {curie(s.value) for s, _, _ in graph.triples(None, RDFS + "subClassOf", BASE + "Record")}
    found = (record for record in plain_values(quads) if record.kind in kinds)
    return [one._replace(values=one.values | _standing(graph, expand(one.name) or one.name)) for one in found]


def plain_values(quads: Iterable[Quad], without: Container[str] = ()) -> list[Record]:
    """Give what is stated of named things, without some properties, sorted by name; several classes are joined."""
    stated = grouped(
        (quad.subject.value, (curie(quad.predicate.value), _text(quad.object)))
        for quad in quads
        if isinstance(quad.subject, ox.NamedNode)
        and not isinstance(quad.object, ox.BlankNode)
        and quad.predicate.value not in without
    )
    made = []
    for iri, pairs in stated.items():
        values = {name: tuple(sorted(set(of))) for name, of in sorted(grouped(pairs).items())}
        made.append(Record(curie(iri), "|".join(values.pop(TYPE, ())), values))
    return sorted(made)


def claims(graph: Graph, records: Iterable[Record]) -> list[Record]:
    """Give the claims among records."""
    kinds = {curie(s.value) for s, _, _ in graph.triples(None, RDFS + "subClassOf", BASE + "Claim")}
    return [record for record in records if record.kind in kinds]


def _standing(graph: Graph, iri: str) -> dict[str, tuple[str, ...]]:
    """Give the standings of a claim, without the class that they all are of."""
    found = {o.value for _, _, o in graph.triples(iri, BASE + "standing")}
    wider = {o.value for one in found for _, _, o in graph.triples(one, RDFS + "subClassOf") if o.value != one}
    return {STANDING: tuple(sorted(map(curie, found - wider)))} if found else {}


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return curie(term.value) if isinstance(term, ox.NamedNode) else str(getattr(term, "value", term))


def joined(values: Iterable[str]) -> str:
    r"""Put several values into one text, with a bar between them; a bar or a backslash in a value follows a backslash.

    >>> print(joined(["a", "b|c"]))
    a|b\|c
    """
    return "|".join(value.replace("\\", "\\\\").replace("|", "\\|") for value in values)


def named(graph: Graph, name: str) -> str:
    """Return the label of a thing that is given as a CURIE."""
    return label(graph, expand(name) or name)
