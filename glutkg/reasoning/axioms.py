"""The axioms of an ontology as a table, and what rules do with each part of the OWL vocabulary.

Every word of OWL and RDFS that a graph uses is either read by a rule, or needs none because it can only contradict, or
is refused by name and place. Nothing is dropped without a word.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from glutkg.errors import RuleError
from glutkg.rdf.namespaces import OWL, RDF, RDFS, curie

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

READ = frozenset(
    [
        *(RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")),
        *(OWL + name for name in ("equivalentClass", "equivalentProperty", "propertyChainAxiom", "inverseOf")),
        *(OWL + name for name in ("intersectionOf", "unionOf", "complementOf")),
        *(OWL + name for name in ("onProperty", "someValuesFrom", "allValuesFrom", "hasValue", "hasSelf")),
        *(RDF + name for name in ("first", "rest")),
    ]
)
"""The predicates that the rules are compiled from or that they read themselves."""

CONTRADICTS = frozenset(
    OWL + name
    for name in (
        "disjointWith",
        "propertyDisjointWith",
        "differentFrom",
        "members",
        "distinctMembers",
        "AllDisjointClasses",
        "AllDisjointProperties",
        "AllDifferent",
        "AsymmetricProperty",
        "IrreflexiveProperty",
        "NegativePropertyAssertion",
        "sourceIndividual",
        "assertionProperty",
        "targetIndividual",
        "targetValue",
    )
)
"""What can only contradict: from it no rule can conclude anything; HermiT finds the contradictions."""

DECLARES = frozenset(
    OWL + name
    for name in (
        "Class",
        "Restriction",
        "ObjectProperty",
        "DatatypeProperty",
        "AnnotationProperty",
        "NamedIndividual",
        "Thing",
        "TransitiveProperty",
        "SymmetricProperty",
        "Ontology",
        "Axiom",
        "Annotation",
    )
)
"""The types that declare something, or that a rule reads."""

DESCRIBES = frozenset(
    [
        *(RDFS + name for name in ("label", "comment", "seeAlso", "isDefinedBy")),
        *(OWL + name for name in ("versionInfo", "versionIRI", "priorVersion", "deprecated", "imports")),
        *(OWL + name for name in ("annotatedSource", "annotatedProperty", "annotatedTarget")),
        *(OWL + name for name in ("backwardCompatibleWith", "incompatibleWith")),
    ]
)
"""What says something to people and nothing to a reasoner."""

Axiom = tuple[str, str, str]
"""A triple of the ontology; blank nodes as `_:x`, IRIs plain."""


class Axioms:
    """The ontology's axioms as a look-up table: (subject, predicate) to objects, blank nodes as `_:x`, IRIs plain."""

    def __init__(self, triples: Iterable[Axiom], place: Callable[[Axiom], str] | None = None) -> None:
        self._objects: dict[tuple[str, str], list[str]] = {}
        self._subjects: dict[str, list[tuple[str, str]]] = {}
        self._place = place
        for subject, predicate, object_ in _by_content(list(triples)):
            self._objects.setdefault((subject, predicate), []).append(object_)
            self._subjects.setdefault(predicate, []).append((subject, object_))

    def objects(self, subject: str, predicate: str) -> list[str]:
        """Give the objects of a subject and predicate, sorted by name, and without one by what is said of them."""
        return list(self._objects.get((subject, predicate), ()))

    def one(self, subject: str, predicate: str) -> str | None:
        """Give the object of a subject and predicate, if there is one."""
        return next(iter(self._objects.get((subject, predicate), ())), None)

    def pairs(self, predicate: str) -> list[tuple[str, str]]:
        """Give all (subject, object) of a predicate, sorted in the same way."""
        return list(self._subjects.get(predicate, ()))

    def predicates(self) -> list[str]:
        """Give all predicates, sorted."""
        return sorted(self._subjects)

    def items(self, head: str) -> list[str]:
        """Give the members of an RDF list."""
        members: list[str] = []
        while head != RDF + "nil":
            members.extend(self.objects(head, RDF + "first"))
            head = self.one(head, RDF + "rest") or RDF + "nil"
        return members

    def parts(self, expression: str) -> list[str] | None:
        """Give the members of an intersection, or None when the expression is none."""
        head = self.one(expression, OWL + "intersectionOf")
        return self.items(head) if head else None

    def cases(self, expression: str) -> list[str] | None:
        """Give the members of a union, or None when the expression is none."""
        head = self.one(expression, OWL + "unionOf")
        return self.items(head) if head else None

    def some(self, expression: str) -> tuple[str, str] | None:
        """Give property and filler of an existential restriction, or None when the expression is none."""
        property_, filler = self.one(expression, OWL + "onProperty"), self.one(expression, OWL + "someValuesFrom")
        return (property_, filler) if property_ and filler else None

    def about(self, expression: str) -> str:
        """Give a name to call an expression by: its own, or the first that stands in it."""
        if not expression.startswith("_:"):
            return expression
        inside = self.parts(expression) or self.cases(expression) or []
        names = [self.about(member) for member in sorted(inside, key=lambda member: member.startswith("_:"))]
        listed = self.one(self.one(expression, OWL + "members") or "", RDF + "first")
        return names[0] if names else self.one(expression, OWL + "onProperty") or listed or "axiom"

    def supers(self, property_: str) -> set[str]:
        """Give a property, the wider ones, and those that are equivalent to one of them."""
        found, waiting = {property_}, [property_]
        while waiting:
            here = waiting.pop()
            above = self.objects(here, RDFS + "subPropertyOf") + self.objects(here, OWL + "equivalentProperty")
            above += [left for left, right in self.pairs(OWL + "equivalentProperty") if right == here]
            waiting += [super_ for super_ in above if super_ not in found]
            found.update(above)
        return found

    def widening(self, property_: str, wider: str) -> tuple[Axiom, ...]:
        """Give the axioms that lead from a property to a wider one, the shortest way."""
        if property_ == wider:
            return ()
        supers = [s for s in self.objects(property_, RDFS + "subPropertyOf") if wider in self.supers(s)]
        ways = [((property_, RDFS + "subPropertyOf", s), *self.widening(s, wider)) for s in supers]
        return min(ways, key=len, default=())

    def refusal(self, axiom: Axiom, reason: str) -> RuleError:
        """Make the error that refuses an axiom, with the name of what it is about and its place."""
        place = self._place(axiom) if self._place else ""
        about = self._owner(axiom[0])
        return RuleError(
            f"{f'{place}: ' if place else ''}the axiom on {curie(about)} cannot be compiled into rules: {reason}"
        )

    def _owner(self, expression: str) -> str:
        """Give the named thing that an expression stands in an axiom about."""
        above = {object_: subject for subject, object_ in (pair for p in self.predicates() for pair in self.pairs(p))}
        while expression.startswith("_:") and expression in above:
            expression = above.pop(expression)
        sides = [*self.objects(expression, RDFS + "subClassOf"), *self.objects(expression, OWL + "equivalentClass")]
        return next((side for side in (expression, *sides) if not side.startswith("_:")), self.about(expression))

    def check_vocabulary(self) -> None:
        """Refuse, by name and place, the first axiom whose kind no rule can do anything about. Raises RuleError."""
        for predicate in self.predicates():
            if predicate.startswith((OWL, RDFS)) and predicate not in READ | CONTRADICTS | DESCRIBES:
                subject, object_ = self.pairs(predicate)[0]
                raise self.refusal(
                    (subject, predicate, object_),
                    f"no rule reads {curie(predicate)}. Say it in another way, or move it into a shape.",
                )
        for subject, type_ in self.pairs(RDF + "type"):
            if type_.startswith(OWL) and type_ not in DECLARES | CONTRADICTS:
                raise self.refusal(
                    (subject, RDF + "type", type_),
                    f"no rule reads {curie(type_)}. Say it in another way, or move it into a shape.",
                )


def _by_content(triples: Sequence[Axiom]) -> list[Axiom]:
    """Sort triples, blank nodes by what is said of them: their own names are other ones each time they are read."""
    said: dict[str, list[tuple[str, str]]] = {}
    for subject, predicate, object_ in triples:
        if subject.startswith("_:"):
            said.setdefault(subject, []).append((predicate, object_))
    called, told_apart = dict.fromkeys(said, "_:"), 0
    while told_apart < len(set(called.values())):
        told_apart = len(set(called.values()))
        called = {
            node: "_:" + _digest(sorted(f"{predicate} {called.get(object_, object_)}" for predicate, object_ in pairs))
            for node, pairs in said.items()
        }
    return sorted(triples, key=lambda axiom: (called.get(axiom[0], axiom[0]), axiom[1], called.get(axiom[2], axiom[2])))


def _digest(lines: Iterable[str]) -> str:
    return sha256("\n".join(lines).encode()).hexdigest()
