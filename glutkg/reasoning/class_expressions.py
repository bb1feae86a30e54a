"""Class expressions as parts of rules: bodies that ask for their members, and heads that conclude membership."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import BASE, DESCRIBED, OWL, RDF, RDFS, slug
from glutkg.relations import reached

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from glutkg.reasoning.axioms import AxiomIndex, AxiomTriple
    from glutkg.reasoning.rule import Pattern

Body = tuple["Pattern", ...]

TYPE = f"<{RDF}type>"
SUBCLASS = f"<{RDFS}subClassOf>"
THING, NOTHING = OWL + "Thing", OWL + "Nothing"

ANONYMOUS_INVERSE = "it uses the inverse of a property without a name. Give the inverse a name."
_NOT_A_BODY = (
    "only named classes, intersections, 'some' restrictions and has-value can be asked for, and unions of them. "
    "Rewrite the axiom, or move it into a shape."
)
_NOT_A_HEAD = (
    "only named classes, intersections, 'some' restrictions, has-value and has-self can be concluded. "
    "Rewrite the axiom, or move it into a shape."
)
_EXCLUDES = (
    "only a named class can be said to have no member, or none of another class. Name the class, or compare with "
    "'glutkg reason', which reads it."
)


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A general class inclusion `left ⊑ right`, and the axiom that states it."""

    left: str
    right: str
    axiom: AxiomTriple


@dataclass(frozen=True, slots=True)
class HeadAtom:
    """What a member of an expression is: in a class (no predicate), or related to an object, or to itself (None)."""

    predicate: str | None
    object: str | None


@dataclass(frozen=True)
class ClassExpressions:
    """Translates class expressions into bodies and heads of rules."""

    axioms: AxiomIndex

    @cached_property
    def inclusions(self) -> list[Inclusion]:
        """All inclusions with a class expression on either side, or between equivalent classes."""
        found: list[Inclusion] = []
        for left, right in self.axioms.pairs(OWL + "equivalentClass"):
            axiom = (left, OWL + "equivalentClass", right)
            found += [Inclusion(left, right, axiom), Inclusion(right, left, axiom)]
        for left, right in self.axioms.pairs(RDFS + "subClassOf"):
            if left.startswith("_:") or right.startswith("_:") or (left == THING and right != THING):
                found.append(Inclusion(left, right, (left, RDFS + "subClassOf", right)))
        return found

    def bodies(self, expression: str, variable: str, membership: str, axiom: AxiomTriple) -> list[Body]:
        """Give all the ways to satisfy an expression, each as patterns about the variable. Raises RuleError."""
        if expression == THING:
            return [()]
        if not expression.startswith("_:"):
            return [((variable, membership, f"<{expression}>"),)]
        parts, cases = self.axioms.conjuncts(expression), self.axioms.disjuncts(expression)
        some = self.axioms.existential(expression)
        if parts is not None:
            choices = [
                [
                    substituted(body, f"{variable}{n}", variable)
                    for body in self.bodies(part, f"{variable}{n}", membership, axiom)
                ]
                for n, part in enumerate(parts)
            ]
            return [tuple(dict.fromkeys(p for body in choice for p in body)) for choice in product(*choices)]
        if cases is not None:
            return [body for case in cases for body in self.bodies(case, variable, membership, axiom)]
        if some:
            return self._existential(*some, variable, membership, axiom)
        property_, value = (self.axioms.value(expression, OWL + name) for name in ("onProperty", "hasValue"))
        if property_ and value and not property_.startswith("_:"):
            return [((variable, f"<{property_}>", f"<{value}>"),)]
        raise self.axioms.refusal(axiom, _NOT_A_BODY)

    def _existential(
        self, property_: str, filler: str, variable: str, membership: str, axiom: AxiomTriple
    ) -> list[Body]:
        if property_.startswith("_:"):
            raise self.axioms.refusal(axiom, ANONYMOUS_INVERSE)
        inner = f"{variable}y"
        step: Pattern = (variable, f"<{property_}>", inner)
        if filler.startswith("_:"):
            by_class: list[Body] = [(step, *body) for body in self.bodies(filler, inner, SUBCLASS, axiom)]
        elif filler == THING:
            return [(step,)]
        else:
            by_class = [((variable, f"<{property_}>", f"<{filler}>"),)]
        if membership == SUBCLASS and not self.axioms.pairs(OWL + "hasValue"):
            return by_class  # only has-value relates classes to individuals
        return [*by_class, *((step, *body) for body in self.bodies(filler, inner, TYPE, axiom))]

    def heads(self, expression: str, axiom: AxiomTriple) -> list[HeadAtom]:
        """Give what membership in an expression entails; what can only contradict entails nothing. Raises RuleError."""
        if expression == THING or self._only_excludes(expression, axiom):
            return []
        if not expression.startswith("_:"):
            return [HeadAtom(None, expression)]
        parts = self.axioms.conjuncts(expression)
        if parts is not None:
            return [head for part in parts for head in self.heads(part, axiom)]
        property_ = self.axioms.value(expression, OWL + "onProperty") or "_:"
        if property_.startswith("_:"):
            raise self.axioms.refusal(axiom, _NOT_A_HEAD)
        if self.axioms.value(expression, OWL + "hasSelf"):
            return [HeadAtom(property_, None)]
        some, value = self.axioms.existential(expression), self.axioms.value(expression, OWL + "hasValue")
        if some:
            filler = some[1]
            if any(self._excludes(part) for part in self.axioms.within(filler)):
                raise self.axioms.refusal(axiom, _EXCLUDES)
            return [HeadAtom(property_, self.name_anonymous(filler, axiom) if filler.startswith("_:") else filler)]
        if value:
            return [HeadAtom(property_, value)]
        raise self.axioms.refusal(axiom, _NOT_A_HEAD)

    def _excludes(self, expression: str) -> bool:
        """Tell whether an expression only says what its members are not."""
        return expression == NOTHING or self.axioms.value(expression, OWL + "complementOf") is not None

    def _only_excludes(self, expression: str, axiom: AxiomTriple) -> bool:
        """Tell the same of the right side of an axiom: `clashes` finds the members that it excludes by name."""
        if not self._excludes(expression):
            return False
        other = self.axioms.value(expression, OWL + "complementOf") or ""
        is_named = not axiom[0].startswith("_:") and not other.startswith("_:")
        if not is_named or axiom[1] not in (RDFS + "subClassOf", OWL + "equivalentClass"):
            raise self.axioms.refusal(axiom, _EXCLUDES)
        return True

    def name_anonymous(self, expression: str, axiom: AxiomTriple) -> str:
        """Name an anonymous class after what its members are."""
        parts = sorted(
            "-".join(_part(part) for part in (c.predicate, c.object) if part) for c in self.heads(expression, axiom)
        )
        return DESCRIBED + "-and-".join(parts)

    def anonymous_fillers(self) -> Iterator[tuple[str, str, AxiomTriple]]:
        """Give the names of anonymous fillers on right sides, their expressions, and the axioms they stand in."""
        for inclusion in self.inclusions:
            for filler in self.axioms.fillers(inclusion.right):
                if filler.startswith("_:"):
                    yield self.name_anonymous(filler, inclusion.axiom), filler, inclusion.axiom

    @cached_property
    def superclasses(self) -> Callable[[str], set[str]]:
        """Gives a class and all that is stated or defined as its superclass."""
        return cache(self._superclasses)

    def _superclasses(self, class_: str) -> set[str]:

        def above(name: str) -> list[str]:
            wider = self.axioms.objects(name, RDFS + "subClassOf")
            wider += self.axioms.equivalents(name, OWL + "equivalentClass")
            return [part for wide in wider for part in (self.axioms.conjuncts(wide) or [wide])]

        return set(reached([class_], above))

    def conjoined(self) -> set[str]:
        """Give the named classes that stand in an intersection on a left side."""
        found: set[str] = set()
        waiting = [(inclusion.left, False) for inclusion in self.inclusions]
        while waiting:
            expression, is_conjunct = waiting.pop()
            parts, some = self.axioms.conjuncts(expression), self.axioms.existential(expression)
            waiting += [(part, True) for part in parts or ()] + [
                (case, is_conjunct) for case in self.axioms.disjuncts(expression) or ()
            ]
            waiting += [(some[1], False)] if some else []
            if is_conjunct and not expression.startswith("_:"):
                found.add(expression)
        return found


def _part(iri: str) -> str:
    """Write an IRI as a part of another; those of others keep their letters, which may tell them apart."""
    return slug(iri) if iri.startswith(BASE) else iri.replace("#", "%23")


def substituted(body: Body, variable: str, value: str) -> Body:
    """Put something in the place of a variable: another one, or a term."""
    return tuple((value if s == variable else s, p, value if o == variable else o) for s, p, o in body)
