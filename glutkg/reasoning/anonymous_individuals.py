"""Rules for anonymous individuals: the fillers of existential restrictions, of which only the class is stated.

`?x r C` says that `?x` is related to some individual of class `C`, which has no name. When `i` is the inverse of `r`,
that individual is related to `?x` by `i`. So it can satisfy a definition that asks for such a relation, and be a member
of more than its class: `?x r D`. The rules compiled here conclude that, with all conditions on the anonymous individual
unfolded into conditions on `C` and on `?x`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise, product
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import OWL, RDF, RDFS, short_curie, slug
from glutkg.reasoning.class_expressions import SUBCLASS, THING, TYPE, Inclusion, substituted
from glutkg.reasoning.rule import Rule
from glutkg.relations import grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glutkg.errors import RuleError
    from glutkg.reasoning.axioms import AxiomIndex, AxiomTriple
    from glutkg.reasoning.class_expressions import Body, ClassExpressions
    from glutkg.reasoning.rule import Pattern

CLASS, SUBJECT = "?thing", "?x"
"""The variables of the stated class and of the individual that is related to the anonymous one."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A sufficient condition for the anonymous individual to satisfy an expression: patterns, and axioms used.

    Where it needs more than the stated class, `by` is the property that adds it.
    """

    body: Body
    axioms: tuple[AxiomTriple, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What the anonymous individual is related to: by which property, under which patterns, by which axioms."""

    property: str
    term: str
    body: Body
    axioms: tuple[AxiomTriple, ...]


@dataclass(frozen=True)
class AnonymousIndividuals:
    """Compiles the rules for all properties that have an inverse."""

    axioms: AxiomIndex
    expressions: ClassExpressions

    def rules(self) -> Iterator[Rule]:
        """Compile them. Raises RuleError for an axiom that needs more than one anonymous individual at a time."""
        self._refuse_unsupported()
        for property_, inverse, axioms in self.inverted:
            neighbours = self._neighbours(inverse, axioms)
            for defined in sorted(self._defined):
                for condition in self._memberships(defined, neighbours, frozenset()):
                    yield self._rule(property_, defined, condition)
            for ranged, class_ in self.axioms.pairs(RDFS + "range"):
                if ranged in self.axioms.superproperties(inverse):
                    yield from self._domain_rules(property_, class_, (*axioms, (ranged, RDFS + "range", class_)))

    def _rule(self, property_: str, defined: str, condition: Condition) -> Rule:
        about_class = tuple(pattern for pattern in condition.body if CLASS in pattern)
        others = tuple(pattern for pattern in condition.body if CLASS not in pattern)
        is_class: Body = () if about_class else ((CLASS, TYPE, f"<{OWL}Class>"),)
        return Rule(
            name=f"unnamed-{slug(property_)}-{slug(defined)}-by-{slug(condition.by)}",
            label=f"unnamed {short_curie(defined)}",
            summary=f"What {short_curie(condition.by)} makes of a thing of which only the kind is stated.",
            stratum=1,
            entailed=True,
            head=(SUBJECT, f"<{property_}>", f"<{defined}>"),
            body=(*others, (SUBJECT, f"<{property_}>", CLASS), *is_class, *about_class),
            axioms=tuple(dict.fromkeys(condition.axioms)),
        )

    def _domain_rules(self, property_: str, class_: str, axioms: tuple[AxiomTriple, ...]) -> Iterator[Rule]:
        for predicate, is_class in ((TYPE, "FILTER NOT EXISTS"), (SUBCLASS, "FILTER EXISTS")):
            yield Rule(
                name=f"domain-{slug(property_)}-{slug(class_)}" + ("-of-kinds" if predicate == SUBCLASS else ""),
                label=f"domain of {short_curie(property_)}",
                summary=f"What the range of its inverse makes of the start of {short_curie(property_)}.",
                stratum=1,
                entailed=True,
                head=(SUBJECT, predicate, f"<{class_}>"),
                body=((SUBJECT, f"<{property_}>", CLASS),),
                filters=(f"{is_class} {{ {SUBJECT} {TYPE} <{OWL}Class> }}",),
                axioms=axioms,
            )

    @cached_property
    def inverted(self) -> list[tuple[str, str, tuple[AxiomTriple, ...]]]:
        """Each property whose inverse has a name, the inverse, and the axioms that make it so."""
        inverses: list[tuple[str, str, AxiomTriple]] = []
        for left, right in self.axioms.pairs(OWL + "inverseOf"):
            axiom = (left, OWL + "inverseOf", right)
            inverses += [(right, left, axiom), (left, right, axiom)]
        typed = self.axioms.pairs(RDF + "type")
        symmetric = [name for name, type_ in typed if type_ == OWL + "SymmetricProperty"]
        inverses += [(name, name, (name, RDF + "type", OWL + "SymmetricProperty")) for name in symmetric]
        properties = {name for name, type_ in typed if type_ == OWL + "ObjectProperty"}
        return sorted(
            (property_, inverse, (*self.axioms.subproperty_axioms(property_, wider), axiom))
            for wider, inverse, axiom in inverses
            for property_ in properties | {wider}
            if wider in self.axioms.superproperties(property_)
        )

    @cached_property
    def _defined(self) -> dict[str, list[Inclusion]]:
        """For each named class, the inclusions and domains that can make an individual a member of it."""
        domains = (
            Inclusion(p, class_, (p, RDFS + "domain", class_)) for p, class_ in self.axioms.pairs(RDFS + "domain")
        )
        defining = [*(one for one in self.expressions.inclusions if one.left.startswith("_:")), *domains]
        heads = ((head, one) for one in defining for head in self.expressions.heads(one.right, one.axiom))
        return grouped((head.object, one) for head, one in heads if head.object and not head.predicate)

    def _neighbours(self, inverse: str, axioms: tuple[AxiomTriple, ...]) -> list[Neighbour]:
        """What the anonymous individual is related to by the inverse, and by chains that start with it."""
        found = [Neighbour(inverse, SUBJECT, (), axioms)]
        for neighbour in found:
            used = {axiom for axiom in neighbour.axioms if axiom[1] == OWL + "propertyChainAxiom"}
            for wider in sorted(self.axioms.superproperties(neighbour.property)):
                widened = (*neighbour.axioms, *self.axioms.subproperty_axioms(neighbour.property, wider))
                for property_, head in self.axioms.pairs(OWL + "propertyChainAxiom"):
                    axiom = (property_, OWL + "propertyChainAxiom", head)
                    links = self.axioms.members(head)
                    if links[0] == wider and axiom not in used:
                        found.append(_extended(neighbour, property_, links[1:], (*widened, axiom)))
                transitive = (wider, RDF + "type", OWL + "TransitiveProperty")
                if transitive[2] in self.axioms.objects(wider, RDF + "type") and transitive not in neighbour.axioms:
                    found.append(_extended(neighbour, wider, [wider], (*widened, transitive)))
        return found

    def _memberships(self, defined: str, neighbours: list[Neighbour], above: frozenset[str]) -> list[Condition]:
        """The conditions that make the anonymous individual a member of a class by more than its stated class."""
        found: list[Condition] = []
        for inclusion in self._defined.get(defined, ()):
            if inclusion.axiom[1] == RDFS + "domain":
                conditions = self._by_neighbours(inclusion.left, THING, neighbours, inclusion.axiom)
            else:
                conditions = self._conditions(inclusion.left, neighbours, inclusion.axiom, above | {defined})
            found += [replace(one, axioms=(*one.axioms, inclusion.axiom)) for one in conditions if one.by]
        return found

    def _conditions(
        self, expression: str, neighbours: list[Neighbour], axiom: AxiomTriple, above: frozenset[str]
    ) -> list[Condition]:
        parts, cases = self.axioms.conjuncts(expression), self.axioms.disjuncts(expression)
        if parts is not None:
            choices = [
                [Condition(body) for body in self.expressions.bodies(part, CLASS, SUBCLASS, axiom)]
                if self._is_implied(part, parts)
                else self._conditions(part, neighbours, axiom, above)
                for part in parts
            ]
            return [_conjunction(choice) for choice in product(*choices)]
        if cases is not None:
            return [condition for case in cases for condition in self._conditions(case, neighbours, axiom, above)]
        found = [Condition(body) for body in self.expressions.bodies(expression, CLASS, SUBCLASS, axiom)]
        if not expression.startswith("_:"):
            below = [name for name in self._below(expression) if name not in above]
            return found + [condition for name in below for condition in self._memberships(name, neighbours, above)]
        value = self.axioms.value(expression, OWL + "hasValue")
        property_, filler = self.axioms.existential(expression) or (
            self.axioms.value(expression, OWL + "onProperty") or "",
            f"={value}",
        )
        return found + self._by_neighbours(property_, filler, neighbours, axiom)

    def _by_neighbours(
        self, property_: str, filler: str, neighbours: list[Neighbour], axiom: AxiomTriple
    ) -> list[Condition]:
        """The conditions under which a neighbour is what an existential restriction, or has-value, asks for."""
        return [
            Condition(body, (*one.axioms, *self.axioms.subproperty_axioms(one.property, property_)), one.property)
            for one in neighbours
            if property_ in self.axioms.superproperties(one.property)
            for body in self._filled(one, filler, axiom)
        ]

    def _is_implied(self, part: str, parts: list[str]) -> bool:
        """Tell whether the other conjuncts of an intersection entail membership in a class."""
        others = [other for other in parts if other != part]
        classes = [other for other in others if not other.startswith("_:")]
        for other in others:
            property_ = self.axioms.value(other, OWL + "onProperty")
            wider = self.axioms.superproperties(property_) if property_ else ()
            classes += [class_ for name in wider for class_ in self.axioms.objects(name, RDFS + "domain")]
        return any(part in self.expressions.superclasses(class_) for class_ in classes)

    def _below(self, class_: str) -> list[str]:
        """The defined classes that are subclasses, or equivalent, and that do not ask for the class themselves."""
        wider = self.expressions.superclasses
        return [
            name
            for name, inclusions in sorted(self._defined.items())
            if class_ in wider(name)
            and not all(any(class_ in wider(part) for part in self._asked(one.left)) for one in inclusions)
        ]

    def _asked(self, expression: str) -> list[str]:
        return [part for part in self.axioms.conjuncts(expression) or () if not part.startswith("_:")]

    def _filled(self, neighbour: Neighbour, filler: str, axiom: AxiomTriple) -> list[Body]:
        """The patterns under which a neighbour is what a restriction asks for."""
        if filler == THING:
            return [neighbour.body]
        if filler.startswith("="):
            named = [substituted(neighbour.body, neighbour.term, f"<{filler[1:]}>")]
            return named if neighbour.term != SUBJECT else []
        memberships = [TYPE, SUBCLASS]
        found: list[Body] = []
        if neighbour.term != SUBJECT and not filler.startswith("_:"):
            found, memberships = [substituted(neighbour.body, neighbour.term, f"<{filler}>")], [TYPE]
        ends = [
            body
            for membership in memberships
            for body in self.expressions.bodies(filler, neighbour.term, membership, axiom)
        ]
        return found + [(*neighbour.body, *body) for body in ends]

    def _refuse_unsupported(self) -> None:
        """Refuse axioms that combine what is known of two anonymous individuals, or of one in two ways."""
        related: set[str] = set()
        for property_, inverse, axioms in self.inverted:
            neighbours = self._neighbours(inverse, axioms)
            here = {wider for neighbour in neighbours for wider in self.axioms.superproperties(neighbour.property)}
            inverted = self.axioms.superproperties(property_)
            for axiom, links in self._chains():
                if any(one in inverted and other in here for one, other in pairwise(links)):
                    raise self._refusal(axiom)
            for neighbour in neighbours[1:]:
                if neighbour.property != inverse and any(neighbour.property == other for other, _, _ in self.inverted):
                    raise self._refusal(neighbour.axioms[-1])
            related |= here
        self._refuse_nested(related)
        ranged = {name for name, _ in self.axioms.pairs(RDFS + "range")}
        for inclusion in self.expressions.inclusions:
            properties = self._signature(inclusion.right)[1]
            has_value = any(self.axioms.value(part, OWL + "hasValue") for part in self.axioms.within(inclusion.right))
            if has_value and any(ranged & self.axioms.superproperties(p) for p in properties):
                reason = "it names a value (owl:hasValue) of a relation that has a range. Put the range into a shape."
                raise self.axioms.refusal(inclusion.axiom, reason)
            if has_value and self.inverted:
                raise self._refusal(inclusion.axiom)

    def _chains(self) -> Iterator[tuple[AxiomTriple, list[str]]]:
        """The properties that are followed one after the other: property chains, and a transitive one twice."""
        for property_, head in self.axioms.pairs(OWL + "propertyChainAxiom"):
            yield (property_, OWL + "propertyChainAxiom", head), self.axioms.members(head)
        for name, type_ in self.axioms.pairs(RDF + "type"):
            if type_ == OWL + "TransitiveProperty":
                yield (name, RDF + "type", type_), [name, name]

    def _refuse_nested(self, related: set[str]) -> None:
        sensitive = {above for name in self._affected(related) for above in self.expressions.superclasses(name)}
        for inclusion in self.expressions.inclusions:
            for filler in self.axioms.fillers(inclusion.left):
                names, properties = self._signature(filler)
                if filler.startswith("_:") and (names & sensitive or properties & related):
                    raise self._refusal(inclusion.axiom)

    def _affected(self, related: set[str]) -> set[str]:
        return {
            name
            for name, inclusions in self._defined.items()
            if any((self._signature(inclusion.left)[1] | {inclusion.left}) & related for inclusion in inclusions)
        }

    def _signature(self, expression: str) -> tuple[set[str], set[str]]:
        """The classes and the properties that occur in an expression."""
        parts = set(self.axioms.within(expression))
        properties = {self.axioms.value(part, OWL + "onProperty") for part in parts}
        return {part for part in parts if not part.startswith("_:")}, {name for name in properties if name}

    def _refusal(self, axiom: AxiomTriple) -> RuleError:
        return self.axioms.refusal(
            axiom,
            "with the inverse of a relation it asks for more of a thing without a name than rules can follow. "
            "Give the inner class a name, or remove the inverse.",
        )


def _extended(neighbour: Neighbour, property_: str, links: list[str], axioms: tuple[AxiomTriple, ...]) -> Neighbour:
    """The neighbour that is reached from another over further properties."""
    start, body = neighbour.term, list(neighbour.body)
    for link in links:
        end = f"?x{len(body) + 1}"
        body.append((start, f"<{link}>", end))
        start = end
    return Neighbour(property_, start, tuple(body), axioms)


def _conjunction(conditions: Iterable[Condition]) -> Condition:
    """All of several conditions; their variables, but for the subject's and the class's, are kept apart."""
    body: list[Pattern] = []
    axioms: list[AxiomTriple] = []
    by = ""
    for number, condition in enumerate(conditions):
        body += [tuple(_renamed(term, number) for term in pattern) for pattern in condition.body]  # type: ignore[misc]
        axioms += condition.axioms
        by = by or condition.by
    return Condition(tuple(dict.fromkeys(body)), tuple(axioms), by)


def _renamed(term: str, number: int) -> str:
    return f"{term}_{number}" if number and term.startswith("?") and term not in (CLASS, SUBJECT) else term
