"""What class expressions ask for, as patterns, and what they say, as conclusions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import DESCRIBED, OWL, RDF, RDFS, slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.reasoning.axioms import Axiom, Axioms
    from glutkg.reasoning.rule import Pattern

Body = tuple["Pattern", ...]

TYPE = f"<{RDF}type>"
SUBCLASS = f"<{RDFS}subClassOf>"
THING, NOTHING = OWL + "Thing", OWL + "Nothing"

_UNREADABLE = (
    "only named classes, intersections, 'some' restrictions and has-value can be asked for, and unions of them. "
    "Rewrite the axiom, or move what it says into a shape."
)
_UNSAYABLE = (
    "only named classes, intersections, 'some' restrictions, has-value and has-self can be concluded. "
    "Rewrite the axiom, or move what it says into a shape."
)


@dataclass(frozen=True, slots=True)
class Inclusion:
    """`left ⊑ right`, and the axiom that says it."""

    left: str
    right: str
    axiom: Axiom


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What membership in an expression says: a class, or a relation to an object or to the thing itself."""

    predicate: str | None
    object: str | None


@dataclass(frozen=True)
class Reader:
    """Reads class expressions: what they ask for, as patterns, and what they say, as conclusions."""

    axioms: Axioms

    @cached_property
    def inclusions(self) -> list[Inclusion]:
        """All inclusions with a class expression on either side, or between classes said to be equal."""
        found: list[Inclusion] = []
        for left, right in self.axioms.pairs(OWL + "equivalentClass"):
            axiom = (left, OWL + "equivalentClass", right)
            found += [Inclusion(left, right, axiom), Inclusion(right, left, axiom)]
        for left, right in self.axioms.pairs(RDFS + "subClassOf"):
            if left.startswith("_:") or right.startswith("_:") or (left == THING and right != THING):
                found.append(Inclusion(left, right, (left, RDFS + "subClassOf", right)))
        return found

    def bodies(self, expression: str, variable: str, membership: str, axiom: Axiom) -> list[Body]:
        """All ways to satisfy an expression, each as patterns about the variable. Raises RuleError."""
        if expression == THING:
            return [()]
        if not expression.startswith("_:"):
            return [((variable, membership, f"<{expression}>"),)]
        parts, cases = self.axioms.parts(expression), self.axioms.cases(expression)
        some = self.axioms.some(expression)
        if parts is not None:
            choices = [
                [
                    self._moved(body, f"{variable}{n}", variable)
                    for body in self.bodies(part, f"{variable}{n}", membership, axiom)
                ]
                for n, part in enumerate(parts)
            ]
            return [tuple(dict.fromkeys(p for body in choice for p in body)) for choice in product(*choices)]
        if cases is not None:
            return [body for case in cases for body in self.bodies(case, variable, membership, axiom)]
        if some:
            return self._existential(*some, variable, membership, axiom)
        property_, value = (self.axioms.one(expression, OWL + name) for name in ("onProperty", "hasValue"))
        if property_ and value and not property_.startswith("_:"):
            return [((variable, f"<{property_}>", f"<{value}>"),)]
        raise self.axioms.refusal(axiom, _UNREADABLE)

    def _existential(self, property_: str, filler: str, variable: str, membership: str, axiom: Axiom) -> list[Body]:
        if property_.startswith("_:"):
            raise self.axioms.refusal(axiom, "it speaks of the inverse of a relation. Give the inverse a name.")
        inner = f"{variable}y"
        step: Pattern = (variable, f"<{property_}>", inner)
        if filler.startswith("_:"):
            by_kind: list[Body] = [(step, *body) for body in self.bodies(filler, inner, SUBCLASS, axiom)]
        elif filler == THING:
            return [(step,)]
        else:
            by_kind = [((variable, f"<{property_}>", f"<{filler}>"),)]
        if membership == SUBCLASS and not self.axioms.pairs(OWL + "hasValue"):
            return by_kind  # only has-value relates kinds to things
        return [*by_kind, *((step, *body) for body in self.bodies(filler, inner, TYPE, axiom))]

    @staticmethod
    def _moved(body: Body, own: str, variable: str) -> Body:
        """Bring a member's own variable (`?x0`) back to the variable of the whole (`?x`); deeper ones stay apart."""
        return tuple((variable if s == own else s, p, variable if o == own else o) for s, p, o in body)

    def conclusions(self, expression: str, axiom: Axiom) -> list[Conclusion]:
        """What membership in an expression says; what can only contradict says nothing. Raises RuleError."""
        if expression in (THING, NOTHING) or self.axioms.one(expression, OWL + "complementOf"):
            return []
        if not expression.startswith("_:"):
            return [Conclusion(None, expression)]
        parts = self.axioms.parts(expression)
        if parts is not None:
            return [conclusion for part in parts for conclusion in self.conclusions(part, axiom)]
        property_ = self.axioms.one(expression, OWL + "onProperty") or "_:"
        if property_.startswith("_:"):
            raise self.axioms.refusal(axiom, _UNSAYABLE)
        if self.axioms.one(expression, OWL + "hasSelf"):
            return [Conclusion(property_, None)]
        some, value = self.axioms.some(expression), self.axioms.one(expression, OWL + "hasValue")
        if some:
            filler = some[1]
            return [Conclusion(property_, self.described(filler, axiom) if filler.startswith("_:") else filler)]
        if value:
            return [Conclusion(property_, value)]
        raise self.axioms.refusal(axiom, _UNSAYABLE)

    def described(self, expression: str, axiom: Axiom) -> str:
        """Name a kind that is only described, after what is concluded of it."""
        parts = sorted(
            "-".join(slug(part) for part in (c.predicate, c.object) if part)
            for c in self.conclusions(expression, axiom)
        )
        return DESCRIBED + "-and-".join(parts)

    def descriptions(self) -> Iterator[tuple[str, str, Axiom]]:
        """Give the kinds that are only described, the expressions that describe them, and the axioms they stand in."""
        waiting = [(inclusion.right, inclusion.axiom) for inclusion in self.inclusions]
        while waiting:
            expression, axiom = waiting.pop()
            waiting += [(part, axiom) for part in self.axioms.parts(expression) or ()]
            some = self.axioms.some(expression)
            if some and some[1].startswith("_:"):
                yield self.described(some[1], axiom), some[1], axiom
                waiting.append((some[1], axiom))

    def upwards(self, class_: str) -> set[str]:
        """Give a class and all that is stated or defined to be above it."""
        found, waiting = {class_}, [class_]
        while waiting:
            here = waiting.pop()
            above = [
                *self.axioms.objects(here, RDFS + "subClassOf"),
                *self.axioms.objects(here, OWL + "equivalentClass"),
            ]
            above += [left for left, right in self.axioms.pairs(OWL + "equivalentClass") if right == here]
            above = [part for class_ in above for part in (self.axioms.parts(class_) or [class_])]
            waiting += [class_ for class_ in above if class_ not in found]
            found.update(above)
        return found

    def joined(self) -> set[str]:
        """Give the named classes, and those that lead to a relation, that some intersection on a left side asks for."""
        found: set[str] = set()
        waiting = [(inclusion.left, False) for inclusion in self.inclusions]
        while waiting:
            expression, is_joined = waiting.pop()
            parts, some = self.axioms.parts(expression), self.axioms.some(expression)
            waiting += [(part, True) for part in parts or ()] + [
                (case, is_joined) for case in self.axioms.cases(expression) or ()
            ]
            waiting += [(some[1], False)] if some else []
            if is_joined and not expression.startswith("_:"):
                found.add(expression)
        return found
