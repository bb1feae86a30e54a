"""What follows about a thing of which only the kind is stated.

`?x r K` says that `?x` is related to some thing of kind `K`, which has no name. When `i` is the inverse of `r`, that
thing is related to `?x` by `i`, so it can satisfy a definition that asks for such a relation, and more than its kind
becomes known of it: `?x r D`. The rules compiled here say so, with all conditions on the unnamed thing unfolded into
conditions on `K` and on `?x`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, product
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import OWL, RDF, RDFS, curie, slug
from glutkg.reasoning.class_expressions import SUBCLASS, THING, TYPE, Inclusion
from glutkg.reasoning.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glutkg.errors import RuleError
    from glutkg.reasoning.axioms import Axiom, Axioms
    from glutkg.reasoning.class_expressions import Body, Reader
    from glutkg.reasoning.rule import Pattern

KIND, OWNER = "?thing", "?x"


@dataclass(frozen=True, slots=True)
class Way:
    """One way for an unnamed thing to satisfy something: patterns, and axioms.

    Where it is more than its kind says, `by` is the relation that makes it so.
    """

    body: Body
    axioms: tuple[Axiom, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation of an unnamed thing: to what, under which conditions on its owner, by which axioms."""

    relation: str
    end: str
    body: Body
    axioms: tuple[Axiom, ...]


@dataclass(frozen=True)
class Unnamed:
    """Compiles the rules for all relations that have an inverse."""

    axioms: Axioms
    reader: Reader
    _known: dict[str, set[str]] = field(default_factory=dict)

    def rules(self) -> Iterator[Rule]:
        """Compile them. Raises RuleError for an axiom that would need more than one unnamed thing at a time."""
        self._refuse_what_is_too_deep()
        for relation, inverse, axioms in self.owned:
            edges = self._edges(inverse, axioms)
            for defined in sorted(self._defined):
                for way in self._by_definition(defined, edges, frozenset()):
                    yield self._rule(relation, defined, way)
            for property_, class_ in self.axioms.pairs(RDFS + "range"):
                if property_ in self.axioms.supers(inverse):
                    yield from self._owner_rules(relation, class_, (*axioms, (property_, RDFS + "range", class_)))

    def _rule(self, relation: str, defined: str, way: Way) -> Rule:
        is_kind: Body = () if any(KIND in pattern for pattern in way.body) else ((KIND, TYPE, f"<{OWL}Class>"),)
        others, about_kind = (tuple(p for p in way.body if (KIND in p) == is_about) for is_about in (False, True))
        return Rule(
            name=f"unnamed-{slug(relation)}-{slug(defined)}-by-{slug(way.by)}",
            label=f"unnamed {short(defined)}",
            summary=f"What {short(way.by)} makes of a thing of which only the kind is stated.",
            stratum=1,
            entailed=True,
            head=(OWNER, f"<{relation}>", f"<{defined}>"),
            body=(*others, (OWNER, f"<{relation}>", KIND), *is_kind, *about_kind),
            axioms=tuple(dict.fromkeys(way.axioms)),
        )

    def _owner_rules(self, relation: str, class_: str, axioms: tuple[Axiom, ...]) -> Iterator[Rule]:
        for predicate, is_kind in ((TYPE, "FILTER NOT EXISTS"), (SUBCLASS, "FILTER EXISTS")):
            yield Rule(
                name=f"domain-{slug(relation)}-{slug(class_)}" + ("-of-kinds" if predicate == SUBCLASS else ""),
                label=f"domain of {short(relation)}",
                summary=f"What the range of its inverse makes of the start of {short(relation)}.",
                stratum=1,
                entailed=True,
                head=(OWNER, predicate, f"<{class_}>"),
                body=((OWNER, f"<{relation}>", KIND),),
                filters=(f"{is_kind} {{ {OWNER} {TYPE} <{OWL}Class> }}",),
                axioms=axioms,
            )

    @cached_property
    def owned(self) -> list[tuple[str, str, tuple[Axiom, ...]]]:
        """Each relation whose inverse has a name, the inverse, and the axioms that say so."""
        inverses: list[tuple[str, str, Axiom]] = []
        for left, right in self.axioms.pairs(OWL + "inverseOf"):
            axiom = (left, OWL + "inverseOf", right)
            inverses += [(right, left, axiom), (left, right, axiom)]
        typed = self.axioms.pairs(RDF + "type")
        symmetric = [name for name, type_ in typed if type_ == OWL + "SymmetricProperty"]
        inverses += [(name, name, (name, RDF + "type", OWL + "SymmetricProperty")) for name in symmetric]
        relations = {name for name, type_ in typed if type_ == OWL + "ObjectProperty"}
        return sorted(
            (relation, inverse, (*self.axioms.widening(relation, wider), axiom))
            for wider, inverse, axiom in inverses
            for relation in relations | {wider}
            if wider in self.axioms.supers(relation)
        )

    @cached_property
    def _defined(self) -> dict[str, list[Inclusion]]:
        """For each class with a name, the inclusions and domains that can put a thing into it."""
        found: dict[str, list[Inclusion]] = {}
        for inclusion in self.reader.inclusions:
            for conclusion in self.reader.conclusions(inclusion.right, inclusion.axiom):
                if inclusion.left.startswith("_:") and conclusion.object and not conclusion.predicate:
                    found.setdefault(conclusion.object, []).append(inclusion)
        for property_, class_ in self.axioms.pairs(RDFS + "domain"):
            if not class_.startswith("_:"):
                found.setdefault(class_, []).append(Inclusion(property_, class_, (property_, RDFS + "domain", class_)))
        return found

    def _edges(self, inverse: str, axioms: tuple[Axiom, ...]) -> list[Edge]:
        """What an unnamed thing is related to by the inverse, and by chains that start with it."""
        found = [Edge(inverse, OWNER, (), axioms)]
        for edge in found:
            used = {axiom for axiom in edge.axioms if axiom[1] == OWL + "propertyChainAxiom"}
            for wider in sorted(self.axioms.supers(edge.relation)):
                widened = (*edge.axioms, *self.axioms.widening(edge.relation, wider))
                for property_, head in self.axioms.pairs(OWL + "propertyChainAxiom"):
                    axiom = (property_, OWL + "propertyChainAxiom", head)
                    links = self.axioms.items(head)
                    if links[0] == wider and axiom not in used:
                        found.append(_longer(edge, property_, links[1:], (*widened, axiom)))
                transitive = (wider, RDF + "type", OWL + "TransitiveProperty")
                if transitive[2] in self.axioms.objects(wider, RDF + "type") and transitive not in edge.axioms:
                    found.append(_longer(edge, wider, [wider], (*widened, transitive)))
        return found

    def _by_definition(self, defined: str, edges: list[Edge], above: frozenset[str]) -> list[Way]:
        """How an unnamed thing can come to be in a class by more than its kind."""
        found: list[Way] = []
        for inclusion in self._defined.get(defined, ()):
            if inclusion.axiom[1] == RDFS + "domain":
                ways = [
                    Way(e.body, self._reach(e, inclusion.left), e.relation)
                    for e in self._meeting(edges, inclusion.left)
                ]
            else:
                ways = self._ways(inclusion.left, edges, inclusion.axiom, above | {defined})
            found += [Way(way.body, (*way.axioms, inclusion.axiom), way.by) for way in ways if way.by]
        return found

    def _ways(self, expression: str, edges: list[Edge], axiom: Axiom, above: frozenset[str]) -> list[Way]:
        parts, cases = self.axioms.parts(expression), self.axioms.cases(expression)
        if parts is not None:
            choices = [
                [Way(body) for body in self.reader.bodies(part, KIND, SUBCLASS, axiom)]
                if self._is_implied(part, parts)
                else self._ways(part, edges, axiom, above)
                for part in parts
            ]
            return [_together(choice) for choice in product(*choices)]
        if cases is not None:
            return [way for case in cases for way in self._ways(case, edges, axiom, above)]
        found = [Way(body) for body in self.reader.bodies(expression, KIND, SUBCLASS, axiom)]
        if not expression.startswith("_:"):
            below = [name for name in self._below(expression) if name not in above]
            return found + [way for name in below for way in self._by_definition(name, edges, above)]
        value = self.axioms.one(expression, OWL + "hasValue")
        relation, filler = self.axioms.some(expression) or (
            self.axioms.one(expression, OWL + "onProperty") or "",
            f"={value}",
        )
        for edge in self._meeting(edges, relation):
            axioms = self._reach(edge, relation)
            found += [Way(body, axioms, edge.relation) for body in self._filled(edge, filler, axiom)]
        return found

    def _is_implied(self, part: str, parts: list[str]) -> bool:
        """Tell whether the other parts of an intersection say already that a thing is in a class."""
        others = [other for other in parts if other != part]
        classes = [other for other in others if not other.startswith("_:")]
        for other in others:
            relation = self.axioms.one(other, OWL + "onProperty")
            wider = self.axioms.supers(relation) if relation else ()
            classes += [class_ for name in wider for class_ in self.axioms.objects(name, RDFS + "domain")]
        return any(part in self._upwards(class_) for class_ in classes)

    def _below(self, class_: str) -> list[str]:
        """The defined classes that are narrower, or equal, and that do not ask for the class themselves."""
        return [
            name
            for name, inclusions in sorted(self._defined.items())
            if class_ in self._upwards(name)
            and not all(any(class_ in self._upwards(part) for part in self._asked(one.left)) for one in inclusions)
        ]

    def _asked(self, expression: str) -> list[str]:
        return [part for part in self.axioms.parts(expression) or () if not part.startswith("_:")]

    def _upwards(self, class_: str) -> set[str]:
        if class_ not in self._known:
            self._known[class_] = self.reader.upwards(class_)
        return self._known[class_]

    def _filled(self, edge: Edge, filler: str, axiom: Axiom) -> list[Body]:
        """The ways in which the end of an edge is what a restriction asks for."""
        if filler == THING:
            return [edge.body]
        if filler.startswith("="):
            return [_put(edge.body, edge.end, f"<{filler[1:]}>")] if edge.end != OWNER else []
        memberships = [TYPE, SUBCLASS]
        found: list[Body] = []
        if edge.end != OWNER and not filler.startswith("_:"):
            found, memberships = [_put(edge.body, edge.end, f"<{filler}>")], [TYPE]
        ends = [body for membership in memberships for body in self.reader.bodies(filler, edge.end, membership, axiom)]
        return found + [(*edge.body, *body) for body in ends]

    def _meeting(self, edges: Iterable[Edge], relation: str) -> list[Edge]:
        return [edge for edge in edges if relation in self.axioms.supers(edge.relation)]

    def _reach(self, edge: Edge, relation: str) -> tuple[Axiom, ...]:
        return (*edge.axioms, *self.axioms.widening(edge.relation, relation))

    def _refuse_what_is_too_deep(self) -> None:
        """Refuse axioms that would take together what is known of two unnamed things, or of one in two ways."""
        touched: set[str] = set()
        for relation, inverse, axioms in self.owned:
            edges = self._edges(inverse, axioms)
            here = {wider for edge in edges for wider in self.axioms.supers(edge.relation)}
            owned = self.axioms.supers(relation)
            for axiom, links in self._sequences():
                if any(one in owned and other in here for one, other in pairwise(links)):
                    raise self._too_deep(axiom)
            for edge in edges[1:]:
                if edge.relation != inverse and any(edge.relation == other for other, _, _ in self.owned):
                    raise self._too_deep(edge.axioms[-1])
            touched |= here
        self._refuse_nested(touched)
        ranged = {name for name, _ in self.axioms.pairs(RDFS + "range")}
        for inclusion in self.reader.inclusions:
            relations = self._vocabulary(inclusion.right)[1]
            if self._is_value(inclusion.right) and (self.owned or self._wider(relations) & ranged):
                raise self._too_deep(inclusion.axiom)

    def _sequences(self) -> Iterator[tuple[Axiom, list[str]]]:
        """The relations that are taken one after the other: property chains, and a transitive one twice."""
        for property_, head in self.axioms.pairs(OWL + "propertyChainAxiom"):
            yield (property_, OWL + "propertyChainAxiom", head), self.axioms.items(head)
        for name, type_ in self.axioms.pairs(RDF + "type"):
            if type_ == OWL + "TransitiveProperty":
                yield (name, RDF + "type", type_), [name, name]

    def _refuse_nested(self, touched: set[str]) -> None:
        sensitive = {above for name in self._touchable(touched) for above in self._upwards(name)}
        for inclusion in self.reader.inclusions:
            for filler in self._fillers(inclusion.left):
                names, relations = self._vocabulary(filler)
                if filler.startswith("_:") and (names & sensitive or relations & touched):
                    raise self._too_deep(inclusion.axiom)

    def _touchable(self, touched: set[str]) -> set[str]:
        return {
            name
            for name, inclusions in self._defined.items()
            if any((self._vocabulary(inclusion.left)[1] | {inclusion.left}) & touched for inclusion in inclusions)
        }

    def _fillers(self, expression: str) -> Iterator[str]:
        for part in [*(self.axioms.parts(expression) or ()), *(self.axioms.cases(expression) or ())]:
            yield from self._fillers(part)
        some = self.axioms.some(expression)
        if some:
            yield some[1]
            yield from self._fillers(some[1])

    def _vocabulary(self, expression: str) -> tuple[set[str], set[str]]:
        """The classes and the relations that stand in an expression."""
        names: set[str] = set()
        relations: set[str] = set()
        waiting = [expression]
        while waiting:
            here = waiting.pop()
            names |= set() if here.startswith("_:") else {here}
            some, relation = self.axioms.some(here), self.axioms.one(here, OWL + "onProperty")
            relations |= {relation} if relation else set()
            waiting += [*(self.axioms.parts(here) or ()), *(self.axioms.cases(here) or ()), *(some[1:] if some else ())]
        return names, relations

    def _wider(self, relations: set[str]) -> set[str]:
        return {wider for relation in relations for wider in self.axioms.supers(relation)}

    def _is_value(self, expression: str) -> bool:
        parts = [*(self.axioms.parts(expression) or ()), *(self.axioms.some(expression) or ())[1:]]
        return bool(self.axioms.one(expression, OWL + "hasValue")) or any(self._is_value(part) for part in parts)

    def _too_deep(self, axiom: Axiom) -> RuleError:
        return self.axioms.refusal(
            axiom,
            "with the inverse of a relation it asks for more of a thing without a name than rules can follow. "
            "Give the inner class a name, or do without the inverse.",
        )


def short(iri: str) -> str:
    """Give the name of something as a reader of rules sees it."""
    return curie(iri).removeprefix("glut:")


def _longer(edge: Edge, relation: str, links: list[str], axioms: tuple[Axiom, ...]) -> Edge:
    """An edge that goes on over further relations."""
    start, body = edge.end, list(edge.body)
    for link in links:
        end = f"?x{len(body) + 1}"
        body.append((start, f"<{link}>", end))
        start = end
    return Edge(relation, start, tuple(body), axioms)


def _together(ways: Iterable[Way]) -> Way:
    """Several ways at once; their variables, the owner's and the kind's apart, are kept apart."""
    body: list[Pattern] = []
    axioms: list[Axiom] = []
    by = ""
    for number, way in enumerate(ways):
        body += [tuple(_apart(term, number) for term in pattern) for pattern in way.body]  # type: ignore[misc]
        axioms += way.axioms
        by = by or way.by
    return Way(tuple(dict.fromkeys(body)), tuple(axioms), by)


def _apart(term: str, number: int) -> str:
    return f"{term}_{number}" if number and term.startswith("?") and term not in (KIND, OWNER) else term


def _put(body: Body, variable: str, value: str) -> Body:
    return tuple(
        (value if subject == variable else subject, predicate, value if object_ == variable else object_)
        for subject, predicate, object_ in body
    )
