"""Shapes as data: what they say, what they aim at, and which of them aim at a record."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from glutkg.checks.waivers import WAIVES
from glutkg.rdf.namespaces import OWL, RDF, RDFS, SH, curie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from glutkg.rdf.terms import Term, Triple
    from glutkg.store.graph import Graph

Aim = tuple[str, str]
"""What a shape aims at: the kind of target, and the class or property that it names."""
OTHERWISE: Aim = ("", "")
"""Stands for every other way of aiming at something."""
_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf")
_SPARQL = SH + "sparql"
_OTHER_TARGETS = (
    (SH + "targetNode", None),
    (SH + "target", None),
    (RDF + "type", RDFS + "Class"),
    (RDF + "type", OWL + "Class"),
)


def name_of(term: Term | None) -> str:
    """Write an IRI plain, a blank node as `_:x`, nothing as nothing."""
    if term is None:
        return ""
    return term.name


@dataclass(frozen=True)
class Shapes:
    """The shapes of a graph: what they aim at, and their constraints in SPARQL."""

    graph: Graph

    def core(self, chosen: Iterable[str] | None = None) -> Iterator[Triple]:
        """Give all shapes, or some with all that they refer to, without their constraints in SPARQL."""
        triples = self.graph.triples() if chosen is None else self._about(chosen)
        return (triple for triple in triples if triple[1].value != _SPARQL)

    def _about(self, shapes: Iterable[str]) -> Iterator[Triple]:
        seen: set[str] = set()
        waiting = set(shapes)
        while waiting:
            seen |= waiting
            found = [triple for name in waiting for triple in self.graph.triples(name)]
            waiting = {name_of(o) for _, p, o in found if o.kind != "literal" and p.value != _SPARQL} - seen
            yield from found

    def _values(self, shape: str, predicate: str) -> list[str]:
        return sorted(name_of(o) for _, _, o in self.graph.triples(shape, SH + predicate))

    def text(self, shape: str, predicate: str, default: str = "") -> str:
        """Give the one value of a shape's SHACL property as text."""
        return next(iter(self._values(shape, predicate)), default)

    def constraints(self) -> list[tuple[str, str]]:
        """List the shapes with constraints in SPARQL, each with one constraint."""
        return sorted((name_of(s), name_of(o)) for s, _, o in self.graph.triples(None, _SPARQL))

    def aims(self, shape: str) -> tuple[Aim, ...]:
        """List what a shape aims at."""
        return tuple((kind, name) for kind in _TARGETS for name in self._values(shape, kind))

    @cached_property
    def by_aim(self) -> Mapping[Aim, frozenset[str]]:
        """The shapes by what they aim at."""
        found: dict[Aim, set[str]] = {}
        for kind in _TARGETS:
            for shape, _, aim in self.graph.triples(None, SH + kind):
                found.setdefault((kind, aim.value), set()).add(name_of(shape))
        for predicate, value in _OTHER_TARGETS:
            for shape, _, _ in self.graph.triples(None, predicate, value):
                found.setdefault(OTHERWISE, set()).add(name_of(shape))
        return {aim: frozenset(shapes) for aim, shapes in found.items()}

    @cached_property
    def looks_back(self) -> bool:
        """Whether some path goes against a property, so that what points at a record counts."""
        return any(True for _ in self.graph.triples(None, SH + "inversePath"))

    def aimed_at_values_of(self, shape: str) -> list[str]:
        """List the properties whose values a shape aims at."""
        return self._values(shape, "targetObjectsOf")

    def waivable(self) -> frozenset[str]:
        """Give the IRIs of the shapes that a record may waive: what the shape of the waiving property lists."""
        rows = self.graph.select(
            f"SELECT ?rule WHERE {{ ?shape <{SH}targetObjectsOf> <{WAIVES}> ; <{SH}in>/rdf:rest*/rdf:first ?rule }}"
        ).rows
        return frozenset(name_of(rule) for (rule,) in rows)

    def counts(self, data: Graph) -> dict[str, int]:
        """Count the records of each class that has a closed shape, by the label of the class."""
        made: dict[str, int] = {}
        for shape, _, _ in self.graph.triples(None, SH + "closed"):
            for class_ in self._values(shape.value, "targetClass"):
                label = next((o.value for _, _, o in data.triples(class_, RDFS + "label")), curie(class_))
                made[label] = len(set(_instances(data, class_)))
        return dict(sorted(made.items()))


# --- what is aimed at -------------------------------------------------------------------------------------------------


def targets(data: Graph, aims: Iterable[Aim]) -> set[str]:
    """Give all records that the targets of a shape name, as SHACL defines them."""
    found: set[str] = set()
    for kind, name in aims:
        if kind == "targetClass":
            found.update(_instances(data, name))
        else:
            found.update(name_of(s if kind == "targetSubjectsOf" else o) for s, _, o in data.triples(None, name))
    return found


def _instances(data: Graph, class_: str) -> list[str]:
    rows = data.select(f"SELECT DISTINCT ?x WHERE {{ ?x a/<{RDFS}subClassOf>* <{class_}> }}").rows
    return [name_of(row[0]) for row in rows]


class Aimed:
    """Tells whether shapes aim at a record, one record at a time; the data must not change meanwhile."""

    def __init__(self, data: Graph) -> None:
        self._data = data
        self._kinds: dict[str, frozenset[str]] = {}

    def among(self, records: Iterable[str], aims: Iterable[Aim]) -> set[str]:
        """Give those of some records that a shape with such aims has for targets."""
        chosen = tuple(aims)
        return {record for record in records if any(self.is_hit(record, aim) for aim in chosen)}

    def is_hit(self, record: str, aim: Aim) -> bool:
        """Tell whether a record is a target of whatever aims so."""
        kind, name = aim
        if kind == "targetClass":
            return name in self._kinds_of(record)
        if kind == "targetSubjectsOf":
            return any(True for _ in self._data.triples(record, name))
        return kind == "targetObjectsOf" and any(True for _ in self._data.triples(None, name, record))

    def _kinds_of(self, record: str) -> frozenset[str]:
        """Give the classes of a record as stated, and all wider ones."""
        if record not in self._kinds:
            found: set[str] = set()
            waiting = {name_of(o) for _, _, o in self._data.triples(record, RDF + "type") if o.kind != "literal"}
            while waiting:
                found |= waiting
                wider = (triple for name in waiting for triple in self._data.triples(name, RDFS + "subClassOf"))
                waiting = {name_of(o) for _, _, o in wider if o.kind != "literal"} - found
            self._kinds[record] = frozenset(found)
        return self._kinds[record]
