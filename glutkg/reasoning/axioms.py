"""An index of the axioms of an ontology: their triples by subject and predicate, in an order that never varies."""

from __future__ import annotations

from functools import cache, cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from glutkg.errors import AxiomError
from glutkg.rdf.collections import members
from glutkg.rdf.namespaces import OWL, RDF, RDFS, curie
from glutkg.relations import grouped, reached

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

AxiomTriple = tuple[str, str, str]
"""A triple of the ontology; blank nodes as `_:x`, IRIs plain."""
_EQUIVALENCES = (OWL + "equivalentClass", OWL + "equivalentProperty")
_ROUNDS = 30
"""How far around a circle of blank nodes one looks for what tells them apart."""


class AxiomIndex:
    """The triples of the ontology's axioms by subject and predicate; blank nodes as `_:x`, IRIs plain."""

    def __init__(self, triples: Iterable[AxiomTriple], place: Callable[[AxiomTriple], str] | None = None) -> None:
        self._place = place
        self.members = cache(self._members)
        self.superproperties = cache(self._superproperties)
        self._triples = ordered = _canonical_order(list(triples))
        self._objects = grouped(((subject, predicate), object_) for subject, predicate, object_ in ordered)
        self._subjects = grouped((predicate, (subject, object_)) for subject, predicate, object_ in ordered)
        self._equivalent_to = grouped(((o, p), s) for s, p, o in ordered if p in _EQUIVALENCES)

    def objects(self, subject: str, predicate: str) -> list[str]:
        """Give the objects of a subject and predicate, sorted by name, and blank nodes by their content."""
        return list(self._objects.get((subject, predicate), ()))

    def value(self, subject: str, predicate: str) -> str | None:
        """Give the object of a subject and predicate, if there is one."""
        return next(iter(self._objects.get((subject, predicate), ())), None)

    def pairs(self, predicate: str) -> list[tuple[str, str]]:
        """Give all (subject, object) of a predicate, sorted in the same way."""
        return list(self._subjects.get(predicate, ()))

    def types(self, name: str) -> list[str]:
        """Give the types of a name that belong to OWL."""
        return self._objects.get((name, RDF + "type"), [])

    def predicates(self) -> list[str]:
        """Give all predicates, sorted."""
        return sorted(self._subjects)

    def _members(self, head: str) -> list[str]:
        """Give the members of an RDF list."""
        return members(head, self.value)

    def conjuncts(self, expression: str) -> list[str] | None:
        """Give the members of an intersection, or None for another expression."""
        head = self.value(expression, OWL + "intersectionOf")
        return self.members(head) if head else None

    def all_conjuncts(self, expression: str) -> Iterator[str]:
        """Give an expression, or for an intersection its members, at any depth."""
        parts = self.conjuncts(expression)
        for part in parts or ():
            yield from self.all_conjuncts(part)
        if parts is None:
            yield expression

    def disjuncts(self, expression: str) -> list[str] | None:
        """Give the members of a union, or None for another expression."""
        head = self.value(expression, OWL + "unionOf")
        return self.members(head) if head else None

    def within(self, expression: str) -> Iterator[str]:
        """Give an expression and all that stand in it: conjuncts, disjuncts and fillers, at any depth."""
        yield expression
        some = self.existential(expression)
        inner = [*(self.conjuncts(expression) or ()), *(self.disjuncts(expression) or ()), *(some or ())[1:]]
        for part in inner:
            yield from self.within(part)

    def fillers(self, expression: str) -> Iterator[str]:
        """Give the fillers of all existential restrictions in an expression."""
        return (some[1] for part in self.within(expression) if (some := self.existential(part)))

    def equivalents(self, name: str, predicate: str) -> list[str]:
        """Give what stands on the other side of the equivalence of a name, stated either way."""
        return self.objects(name, predicate) + self._equivalent_to.get((name, predicate), [])

    def existential(self, expression: str) -> tuple[str, str] | None:
        """Give property and filler of an existential restriction, or None for another expression."""
        property_, filler = self.value(expression, OWL + "onProperty"), self.value(expression, OWL + "someValuesFrom")
        return (property_, filler) if property_ and filler else None

    def name_for(self, expression: str) -> str:
        """Give a name to refer to an expression by: its own, or the first that occurs in it."""
        if not expression.startswith("_:"):
            return expression
        inside = self.conjuncts(expression) or self.disjuncts(expression) or []
        names = [self.name_for(member) for member in sorted(inside, key=lambda member: member.startswith("_:"))]
        listed = self.value(self.value(expression, OWL + "members") or "", RDF + "first")
        about = (self.value(expression, OWL + name) for name in ("onProperty", "sourceIndividual"))
        return next(filter(None, (*names, *about, listed)), "axiom")

    def _superproperties(self, property_: str) -> frozenset[str]:
        """Give a property with its superproperties, and those that are equivalent to one of them."""

        def above(name: str) -> list[str]:
            return self.objects(name, RDFS + "subPropertyOf") + self.equivalents(name, OWL + "equivalentProperty")

        return frozenset(reached([property_], above))

    def subproperty_axioms(self, property_: str, wider: str) -> tuple[AxiomTriple, ...]:
        """Give the axioms that lead from a property to a superproperty, as few as possible."""
        if property_ == wider:
            return ()
        supers = [s for s in self.objects(property_, RDFS + "subPropertyOf") if wider in self.superproperties(s)]
        paths = [((property_, RDFS + "subPropertyOf", s), *self.subproperty_axioms(s, wider)) for s in supers]
        return min(paths, key=len, default=())

    def refusal(self, axiom: AxiomTriple, reason: str) -> AxiomError:
        """Give the error that refuses an axiom, with the name of its subject and its place."""
        about = curie(self._owner(axiom[0]))
        message = f"the axiom on {about} cannot be compiled into rules: {reason}"
        return AxiomError(message, axiom, self._place(axiom) if self._place else "")

    def around(self, axiom: AxiomTriple) -> set[AxiomTriple]:
        """Give a triple with all others of the expression that it is of, and of those that this stands in."""
        found, waiting = set[AxiomTriple](), [axiom]
        while waiting:
            if (triple := waiting.pop()) not in found and triple in self._known:
                found.add(triple)
                waiting += [other for node in triple[::2] if node.startswith("_:") for other in self._about[node]]
        return found

    def without(self, axioms: Collection[AxiomTriple]) -> AxiomIndex:
        """Give the index of the other triples."""
        return AxiomIndex((triple for triple in self._triples if triple not in axioms), self._place)

    @cached_property
    def _known(self) -> set[AxiomTriple]:
        return set(self._triples)

    @cached_property
    def _about(self) -> dict[str, list[AxiomTriple]]:
        """The triples of each blank node."""
        return grouped((node, triple) for triple in self._triples for node in triple[::2] if node.startswith("_:"))

    @cached_property
    def _above(self) -> dict[str, str]:
        return {object_: subject for predicate in self.predicates() for subject, object_ in self.pairs(predicate)}

    def _owner(self, expression: str) -> str:
        """Give the name that an axiom with an expression is about."""
        seen = set[str]()
        while expression.startswith("_:") and expression in self._above and expression not in seen:
            seen.add(expression)
            expression = self._above[expression]
        sides = [*self.objects(expression, RDFS + "subClassOf"), *self.objects(expression, OWL + "equivalentClass")]
        return next((side for side in (expression, *sides) if not side.startswith("_:")), self.name_for(expression))


def _canonical_order(triples: Sequence[AxiomTriple]) -> list[AxiomTriple]:
    """Sort triples, blank nodes by their content: their names differ each time they are read."""
    about = grouped((s, (p, o)) for s, p, o in triples if s.startswith("_:"))
    digests = _of_contents(about)
    return sorted(triples, key=lambda triple: tuple(digests.get(name, name) for name in triple))


def _of_contents(about: Mapping[str, Sequence[tuple[str, str]]]) -> dict[str, str]:
    """Give each blank node a digest of what it says, the innermost first; those in circles are told apart in rounds."""
    above = grouped((o, s) for s, pairs in about.items() for _, o in pairs if o in about)
    left = {node: sum(o in about for _, o in pairs) for node, pairs in about.items()}
    ready, digests = [node for node in about if not left[node]], dict[str, str]()
    for node in ready:  # which grows on the way
        digests[node] = _digest(about[node], digests)
        for other in above.get(node, ()):
            left[other] -= 1
            if not left[other]:
                ready.append(other)
    circular = [node for node in about if node not in digests]
    digests |= dict.fromkeys(circular, "_:")
    for _ in range(_ROUNDS if circular else 0):
        digests |= {node: _digest(about[node], digests) for node in circular}
    return digests


def _digest(pairs: Sequence[tuple[str, str]], digests: Mapping[str, str]) -> str:
    lines = sorted(f"{predicate} {digests.get(object_, object_)}" for predicate, object_ in pairs)
    return "_:" + sha256("\n".join(lines).encode()).hexdigest()
