"""Which classes are disjoint by the axioms of the ontology."""

from __future__ import annotations

from functools import cached_property
from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.collections import members
from glutkg.rdf.namespaces import OWL
from glutkg.rdf.terms import SUBCLASS_OF, Term, Triple

if TYPE_CHECKING:
    from glutkg.explain.derivations import Derivations


class Exclusion(NamedTuple):
    """Two classes that share no member, the wider ones that the ontology declares disjoint, and the axiom."""

    classes: tuple[Term, Term]
    disjoint: tuple[Term, Term]
    axiom: Triple


class Exclusions:
    """Looks up which classes exclude each other."""

    def __init__(self, derivations: Derivations) -> None:
        self._derivations = derivations

    @cached_property
    def _axioms(self) -> dict[tuple[Term, Term], Triple]:
        graph = self._derivations.graph
        found: dict[tuple[Term, Term], Triple] = {}
        for triple in graph.triples(None, OWL + "disjointWith"):
            found[triple[0], triple[2]] = found[triple[2], triple[0]] = triple
        for axiom in graph.triples(None, OWL + "members"):
            for pair in permutations(members(axiom[2], self._value), 2):
                found[pair] = axiom
        return found

    def _value(self, node: Term, predicate: str) -> Term | None:
        return next((o for _, _, o in self._derivations.graph.triples(node.name, predicate)), None)

    def between(self, class_: Term, other: Term) -> Exclusion | None:
        """Find the axiom by which two classes exclude each other, the one on the narrowest classes."""
        found = [
            Exclusion((class_, other), (wide, wider), self._axioms[wide, wider])
            for wide in self._wider(class_)
            for wider in self._wider(other)
            if (wide, wider) in self._axioms
        ]
        narrowness = [(len(self._wider(e.disjoint[0])) + len(self._wider(e.disjoint[1])), e) for e in found]
        return max(narrowness, key=lambda pair: (pair[0], pair[1].disjoint), default=(0, None))[1]

    def _wider(self, class_: Term) -> list[Term]:
        return [class_, *(o for _, _, o in self._derivations.matching(class_, SUBCLASS_OF, None, False) if o != class_)]
