"""What the searches for clashes share: a coded graph to look things up in, and the axioms by which terms are apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.namespaces import OWL, RDF, RDFS
from glutkg.reasoning.coded_triples import LOW, SHIFT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.reasoning.axioms import AxiomIndex, AxiomTriple
    from glutkg.reasoning.coded_graph import CodedGraph
    from glutkg.reasoning.coded_triples import Relation

TYPE, SUBCLASS, DOMAIN, RANGE = RDF + "type", RDFS + "subClassOf", RDFS + "domain", RDFS + "range"


class Clash(NamedTuple):
    """Triples that an axiom excludes together. The first is about what they clash on.

    Blank nodes are `_:x`, and literals as N-Triples spells them.

    `excluding` names the two classes or properties that exclude each other, where the axiom has more members.
    """

    axiom: AxiomTriple
    premises: tuple[AxiomTriple, ...]
    excluding: tuple[str, ...] = ()


class Exclusion(NamedTuple):
    """An axiom by which each two of some classes or properties exclude each other, with their codes."""

    axiom: AxiomTriple
    members: tuple[int, ...]


class ClashSearch:
    """Looks things up in a coded graph to which rules have added what follows."""

    def __init__(self, graph: CodedGraph) -> None:
        self._graph = graph
        self._kinds = set(self._relation(TYPE).subjects(self._code(OWL + "Class")).tolist())

    def _code(self, name: str) -> int:
        return self._graph.terms.code((name if name.startswith("_:") else f"<{name}>").encode())

    def _name(self, code: int) -> str:
        spelled = self._graph.terms.spelled[code].decode()
        return spelled[1:-1] if spelled.startswith("<") else spelled

    def _relation(self, name: str) -> Relation:
        return self._graph.all_[self._code(name)]

    def exclusions(self, axioms: AxiomIndex, pairwise: str, together: str) -> list[Exclusion]:
        """Give the axioms by which named classes or properties exclude each other."""
        found = [((one, OWL + pairwise, other), [one, other]) for one, other in axioms.pairs(OWL + pairwise)]
        for node, head in axioms.pairs(OWL + "members"):
            if OWL + together in axioms.objects(node, TYPE):
                found.append(((node, OWL + "members", head), axioms.members(head)))
        return [
            Exclusion(axiom, tuple(self._code(name) for name in members if not name.startswith("_:")))
            for axiom, members in found
        ]

    def _is_stated(self, triple: AxiomTriple) -> bool:
        subject, predicate, object_ = map(self._code, triple)
        return self._graph.stated[predicate].has(subject, object_)

    def _superclasses(self, axioms: AxiomIndex) -> Iterator[tuple[AxiomTriple, str]]:
        """Give the expressions, and owl:Nothing, that named classes are stated to be below, with the axiom.

        Of an intersection each member is given.
        """
        for predicate in (SUBCLASS, OWL + "equivalentClass"):
            for class_, other in axioms.pairs(predicate):
                axiom = (class_, predicate, other)
                may_clash = other.startswith("_:") or other == OWL + "Nothing"
                if may_clash and not class_.startswith("_:") and self._is_stated(axiom):
                    yield from ((axiom, part) for part in axioms.all_conjuncts(other))

    def _pairs(self, property_: str | int) -> list[tuple[int, int]]:
        code = self._code(property_) if isinstance(property_, str) else property_
        return [(pair >> SHIFT, pair & LOW) for pair in self._graph.all_[code].by_subject.tolist()]

    def _named(self, property_: str, pair: tuple[int, int]) -> AxiomTriple:
        return self._name(pair[0]), property_, self._name(pair[1])
