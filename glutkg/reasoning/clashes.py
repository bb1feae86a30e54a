"""Clashes: what is stated or concluded together although an axiom of the ontology excludes it.

Rules conclude nothing from disjointness and its like, as these can only contradict (`axiom_checks`). Here they are held
against what was concluded, in arrays. Classes stand for their members: a class below two disjoint ones can have none.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.datatypes import canonical, is_of
from glutkg.rdf.namespaces import OWL, RDF, RDFS, XSD
from glutkg.rdf.terms import literal
from glutkg.reasoning.coded_triples import LOW, SHIFT, distinct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glutkg.reasoning.axioms import AxiomIndex, AxiomTriple
    from glutkg.reasoning.coded_graph import CodedGraph
    from glutkg.reasoning.coded_triples import Relation

_TYPE, _SUBCLASS, _RANGE = RDF + "type", RDFS + "subClassOf", RDFS + "range"


class Clash(NamedTuple):
    """Triples that an axiom excludes together. The first is about what they clash on.

    Blank nodes are `_:x`, and literals as N-Triples spells them.

    `excluding` names the two classes or properties that exclude each other, where the axiom has more members.
    """

    axiom: AxiomTriple
    premises: tuple[AxiomTriple, ...]
    excluding: tuple[str, ...] = ()


class _Exclusion(NamedTuple):
    """An axiom by which each two of some classes or properties exclude each other, with their codes."""

    axiom: AxiomTriple
    members: tuple[int, ...]


def clashes(graph: CodedGraph, axioms: AxiomIndex) -> list[Clash]:
    """Find the clashes of a coded graph to which rules have added what follows, sorted.

    What only follows from another clash is left out: of the classes below two disjoint ones the widest are given, and
    of things those whose class can have members.
    """
    search = _Search(graph)
    classes = [*search.exclusions(axioms, "disjointWith", "AllDisjointClasses"), *search.complements(axioms)]
    properties = search.exclusions(axioms, "propertyDisjointWith", "AllDisjointProperties")
    return sorted(
        {
            *search.in_two_classes(classes),
            *search.outside_a_range(classes),
            *search.in_an_empty_class(axioms),
            *search.of_an_empty_end(axioms),
            *search.outside_a_datatype(),
            *search.in_two_relations(properties),
            *search.against_a_characteristic(axioms),
            *search.denied(axioms),
            *search.different_from_themselves(),
        }
    )


class _Search:
    """Looks things up in a coded graph."""

    def __init__(self, graph: CodedGraph) -> None:
        self._graph = graph
        self._classes = self._relation(_TYPE).subjects(self._code(OWL + "Class"))

    def _code(self, name: str) -> int:
        return self._graph.terms.code((name if name.startswith("_:") else f"<{name}>").encode())

    def _name(self, code: int) -> str:
        spelled = self._graph.terms.spelled[code].decode()
        return spelled[1:-1] if spelled.startswith("<") else spelled

    def _relation(self, name: str) -> Relation:
        return self._graph.all_[self._code(name)]

    def _things(self, pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Leave out pairs with a class: that each of its members has such a relation to some member is no clash."""
        classes = set(self._classes.tolist())
        return (pair for pair in pairs if classes.isdisjoint(pair))

    # --- classes ------------------------------------------------------------------------------------------------------

    def exclusions(self, axioms: AxiomIndex, pairwise: str, together: str) -> list[_Exclusion]:
        """Give the axioms by which named classes or properties exclude each other."""
        found = [((one, OWL + pairwise, other), [one, other]) for one, other in axioms.pairs(OWL + pairwise)]
        for node, head in axioms.pairs(OWL + "members"):
            if OWL + together in axioms.objects(node, _TYPE):
                found.append(((node, OWL + "members", head), axioms.members(head)))
        return [
            _Exclusion(axiom, tuple(self._code(name) for name in members if not name.startswith("_:")))
            for axiom, members in found
        ]

    def _is_stated(self, triple: AxiomTriple) -> bool:
        subject, predicate, object_ = map(self._code, triple)
        return self._graph.stated[predicate].has(subject, object_)

    def _superclasses(self, axioms: AxiomIndex) -> Iterator[tuple[AxiomTriple, str]]:
        """Give the expressions, and owl:Nothing, that named classes are stated to be below, with the axiom.

        Of an intersection each member is given.
        """
        for predicate in (_SUBCLASS, OWL + "equivalentClass"):
            for class_, other in axioms.pairs(predicate):
                axiom = (class_, predicate, other)
                may_clash = other.startswith("_:") or other == OWL + "Nothing"
                if may_clash and not class_.startswith("_:") and self._is_stated(axiom):
                    yield from ((axiom, part) for part in axioms.all_conjuncts(other))

    def complements(self, axioms: AxiomIndex) -> list[_Exclusion]:
        """Give the axioms by which a named class is below the complement of another."""
        return [
            _Exclusion(axiom, (self._code(axiom[0]), self._code(other)))
            for axiom, part in self._superclasses(axioms)
            if (other := axioms.value(part, OWL + "complementOf")) and not other.startswith("_:")
        ]

    def in_an_empty_class(self, axioms: AxiomIndex) -> Iterator[Clash]:
        """Find things in a class that is said to have no member, or in owl:Nothing."""
        for thing in self._graph.stated[self._code(_TYPE)].subjects(self._code(OWL + "Nothing")).tolist():
            stated = self._named(_TYPE, (thing, self._code(OWL + "Nothing")))
            yield Clash(stated, (stated,))
        for axiom, part in self._superclasses(axioms):
            if part == OWL + "Nothing":
                for thing in self._relation(_TYPE).subjects(self._code(axiom[0])).tolist():
                    yield Clash(axiom, ((self._name(thing), _TYPE, axiom[0]),))

    def of_an_empty_end(self, axioms: AxiomIndex) -> Iterator[Clash]:
        """Find relations by a property whose domain or range has no member."""
        for predicate in (RDFS + "domain", _RANGE):
            for property_, class_ in axioms.pairs(predicate):
                axiom = (property_, predicate, class_)
                for pair in self._pairs(property_) if class_ == OWL + "Nothing" and self._is_stated(axiom) else ():
                    yield Clash(axiom, (self._named(property_, pair),))

    def in_two_classes(self, exclusions: Sequence[_Exclusion]) -> Iterator[Clash]:
        """Find classes and things that belong to two classes of which one excludes the other."""
        for exclusion in exclusions:
            empty: dict[tuple[int, int], set[int]] = {}
            for predicate in (_SUBCLASS, _TYPE):
                for (one, other), nodes in self._shared(predicate, exclusion.members).items():
                    above = empty.setdefault((one, other), set())
                    above |= nodes if predicate == _SUBCLASS else set()
                    for node in self._roots(predicate, nodes, above):
                        premises = [(node, class_) for class_ in (one, other) if class_ != node]
                        names = [(self._name(s), predicate, self._name(o)) for s, o in premises]
                        yield Clash(exclusion.axiom, tuple(names), (self._name(one), self._name(other)))

    def _shared(self, predicate: str, members: Sequence[int]) -> dict[tuple[int, int], set[int]]:
        """Give what belongs to each two of some classes, where anything does."""
        relation = self._relation(predicate)
        sets = [set(relation.subjects(member).tolist()) for member in members]
        if len(set().union(*sets)) == sum(map(len, sets)):
            return {}
        pairs = combinations(range(len(members)), 2)
        return {(members[a], members[b]): sets[a] & sets[b] for a, b in pairs if sets[a] & sets[b]}

    def _roots(self, predicate: str, nodes: set[int], empty: set[int]) -> list[int]:
        """Leave out nodes that are in a class which can have no member anyway; of equivalent classes, one stays."""
        relation, subclasses = self._relation(predicate), self._relation(_SUBCLASS)
        roots: list[int] = []
        for node in sorted(nodes, key=self._name):
            above = set(relation.objects(node).tolist()) & empty - {node}
            equivalent = {one for one in above if predicate == _SUBCLASS and subclasses.has(one, node)}
            if above <= equivalent and equivalent.isdisjoint(roots):
                roots.append(node)
        return roots

    def outside_a_range(self, exclusions: Sequence[_Exclusion]) -> Iterator[Clash]:
        """Find relations to some member of a class whose members the range of the relation excludes."""
        memberships: dict[int, list[tuple[int, int]]] = {}
        for number, exclusion in enumerate(exclusions):
            for member in exclusion.members:
                memberships.setdefault(member, []).append((number, member))

        def kinds(class_: int) -> dict[int, int]:
            wider = [class_, *self._relation(_SUBCLASS).objects(class_).tolist()]
            return dict(found for one in wider for found in memberships.get(one, ()))

        classes = set(self._classes.tolist())
        for property_, range_ in self._pairs(_RANGE):
            wanted, relation = kinds(range_), self._graph.stated[property_]
            for class_ in set(distinct(relation.by_object >> SHIFT).tolist()) & classes:
                given = kinds(class_)
                for number in [n for n in wanted if n in given and given[n] != wanted[n]][:1]:
                    ends = [(class_, given[number]), (range_, wanted[number])]
                    yield from self._outside(self._name(property_), relation, ends, exclusions[number].axiom)

    def _outside(
        self, property_: str, relation: Relation, ends: Sequence[tuple[int, int]], axiom: AxiomTriple
    ) -> Iterator[Clash]:
        above = [(self._name(one), _SUBCLASS, self._name(wider)) for one, wider in ends if one != wider]
        class_, range_ = (self._name(one) for one, _ in ends)
        for subject in relation.subjects(ends[0][0]).tolist():
            relation_and_range = (self._name(subject), property_, class_), (property_, _RANGE, range_)
            yield Clash(axiom, (*relation_and_range, *above), tuple(self._name(wider) for _, wider in ends))

    # --- relations of things ------------------------------------------------------------------------------------------

    def _pairs(self, property_: str | int) -> list[tuple[int, int]]:
        code = self._code(property_) if isinstance(property_, str) else property_
        return [(pair >> SHIFT, pair & LOW) for pair in self._graph.all_[code].by_subject.tolist()]

    def _named(self, property_: str, pair: tuple[int, int]) -> AxiomTriple:
        return self._name(pair[0]), property_, self._name(pair[1])

    def in_two_relations(self, exclusions: Sequence[_Exclusion]) -> Iterator[Clash]:
        """Find things that are in two relations of which one excludes the other."""
        for axiom, members in exclusions:
            for one, other in combinations(members, 2):
                for pair in self._things(set(self._pairs(one)) & set(self._pairs(other))):
                    both = self._name(one), self._name(other)
                    yield Clash(axiom, tuple(self._named(name, pair) for name in both), both)

    def against_a_characteristic(self, axioms: AxiomIndex) -> Iterator[Clash]:
        """Find pairs in an asymmetric relation both ways, and things in an irreflexive one to themselves."""
        for property_, type_ in axioms.pairs(_TYPE):
            axiom = (property_, _TYPE, type_)
            if type_ == OWL + "AsymmetricProperty":
                pairs = set(self._pairs(property_))
                for pair in self._things(p for p in pairs if p[0] <= p[1] and p[::-1] in pairs):
                    yield Clash(axiom, tuple(self._named(property_, p) for p in dict.fromkeys((pair, pair[::-1]))))
            elif type_ == OWL + "IrreflexiveProperty":
                for pair in self._things(p for p in self._pairs(property_) if p[0] == p[1]):
                    yield Clash(axiom, (self._named(property_, pair),))

    def denied(self, axioms: AxiomIndex) -> Iterator[Clash]:
        """Find relations of things, and values, that a negative assertion denies."""
        for node, source in axioms.pairs(OWL + "sourceIndividual"):
            property_ = axioms.value(node, OWL + "assertionProperty") or ""
            for predicate in (OWL + "targetIndividual", OWL + "targetValue"):
                for target in self._relation(predicate).objects(self._code(node)).tolist():
                    for found in self._relation(property_).objects(self._code(source)).tolist():
                        if found == target or self._value(found) == self._value(target):
                            denied = self._named(property_, (self._code(source), found))
                            yield Clash((node, predicate, self._name(target)), (denied,))

    def _value(self, code: int) -> object:
        """Give what a literal stands for, whatever its spelling; a name stands for itself."""
        name = self._name(code)
        if not name.startswith('"'):
            return name
        term = literal(name)
        return term.language, canonical(term.value, term.datatype or XSD + "string")

    def outside_a_datatype(self) -> Iterator[Clash]:
        """Find values that are not of the datatype that is the range of their property."""
        for pair in self._graph.stated[self._code(_RANGE)].by_subject.tolist():
            property_, range_ = pair >> SHIFT, pair & LOW
            datatype = self._name(range_)
            if datatype.startswith(XSD) and self._relation(_RANGE).has(property_, range_):
                values = self._graph.all_[property_].by_subject
                for found in values[self._graph.terms.are_literals(values & LOW)].tolist():
                    premise = self._named(self._name(property_), (found >> SHIFT, found & LOW))
                    if not is_of(literal(premise[2]), datatype):
                        yield Clash((premise[1], _RANGE, datatype), (premise,))

    def different_from_themselves(self) -> Iterator[Clash]:
        """Find things that are said to differ from themselves."""
        property_ = OWL + "differentFrom"
        for pair in self._pairs(property_):
            if pair[0] == pair[1]:
                yield Clash(self._named(property_, pair), (self._named(property_, pair),))
