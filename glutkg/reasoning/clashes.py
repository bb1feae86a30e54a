"""Clashes: what is stated or concluded together although an axiom of the ontology excludes it.

Rules conclude nothing from disjointness and its like, as these can only contradict (`axiom_checks`). Here they are held
against what was concluded, in arrays. Classes stand for their members: a class below two disjoint ones can have none.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from glutkg.rdf.datatypes import canonical, is_of
from glutkg.rdf.namespaces import OWL, XSD
from glutkg.rdf.terms import literal
from glutkg.reasoning.clash_search import DOMAIN, RANGE, SUBCLASS, TYPE, Clash, ClashSearch, Exclusion
from glutkg.reasoning.coded_triples import LOW, SHIFT
from glutkg.reasoning.filler_clashes import FillerSearch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glutkg.reasoning.axioms import AxiomIndex
    from glutkg.reasoning.coded_graph import CodedGraph


def clashes(graph: CodedGraph, axioms: AxiomIndex) -> list[Clash]:
    """Find the clashes of a coded graph to which rules have added what follows, sorted.

    What only follows from another clash is left out: of the classes below two disjoint ones the widest are given, and
    of things those whose class can have members.
    """
    search, of_fillers = _Search(graph), FillerSearch(graph, axioms)
    classes = [*search.exclusions(axioms, "disjointWith", "AllDisjointClasses"), *search.complements(axioms)]
    properties = search.exclusions(axioms, "propertyDisjointWith", "AllDisjointProperties")
    return sorted(
        {
            *search.in_two_classes(classes),
            *of_fillers.outside_a_range(classes),
            *of_fillers.outside_a_datatype(),
            *of_fillers.in_an_empty_class(),
            *of_fillers.in_an_empty_relation(properties),
            *search.in_an_empty_class(axioms),
            *search.of_an_empty_end(axioms),
            *search.outside_a_datatype(),
            *search.in_two_relations(properties),
            *search.against_a_characteristic(axioms),
            *search.of_an_impossible_self(axioms, properties),
            *search.denied(axioms),
            *search.different_from_themselves(),
        }
    )


class _Search(ClashSearch):
    """Looks for what holds together and is excluded."""

    def _things(self, pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Leave out pairs with a class: that each of its members has such a relation to some member is no clash."""
        return (pair for pair in pairs if self._kinds.isdisjoint(pair))

    # --- classes ------------------------------------------------------------------------------------------------------

    def complements(self, axioms: AxiomIndex) -> list[Exclusion]:
        """Give the axioms by which a named class is below the complement of another."""
        return [
            Exclusion(axiom, (self._code(axiom[0]), self._code(other)))
            for axiom, part in self._superclasses(axioms)
            if (other := axioms.value(part, OWL + "complementOf")) and not other.startswith("_:")
        ]

    def in_an_empty_class(self, axioms: AxiomIndex) -> Iterator[Clash]:
        """Find things in a class that is said to have no member, or in owl:Nothing."""
        for thing in self._graph.stated[self._code(TYPE)].subjects(self._code(OWL + "Nothing")).tolist():
            stated = self._named(TYPE, (thing, self._code(OWL + "Nothing")))
            yield Clash(stated, (stated,))
        for axiom, part in self._superclasses(axioms):
            if part == OWL + "Nothing":
                for thing in self._relation(TYPE).subjects(self._code(axiom[0])).tolist():
                    yield Clash(axiom, ((self._name(thing), TYPE, axiom[0]),))

    def of_an_empty_end(self, axioms: AxiomIndex) -> Iterator[Clash]:
        """Find relations by a property whose domain or range has no member."""
        for predicate in (DOMAIN, RANGE):
            for property_, class_ in axioms.pairs(predicate):
                axiom = (property_, predicate, class_)
                for pair in self._pairs(property_) if class_ == OWL + "Nothing" and self._is_stated(axiom) else ():
                    yield Clash(axiom, (self._named(property_, pair),))

    def in_two_classes(self, exclusions: Sequence[Exclusion]) -> Iterator[Clash]:
        """Find classes and things that belong to two classes of which one excludes the other."""
        for exclusion in exclusions:
            empty: dict[tuple[int, int], set[int]] = {}
            for predicate in (SUBCLASS, TYPE):
                for (one, other), nodes in self._shared(predicate, exclusion.members).items():
                    above = empty.setdefault((one, other), set())
                    above |= nodes if predicate == SUBCLASS else set()
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
        relation, subclasses = self._relation(predicate), self._relation(SUBCLASS)
        roots: list[int] = []
        for node in sorted(nodes, key=self._name):
            above = set(relation.objects(node).tolist()) & empty - {node}
            equivalent = {one for one in above if predicate == SUBCLASS and subclasses.has(one, node)}
            if above <= equivalent and equivalent.isdisjoint(roots):
                roots.append(node)
        return roots

    # --- relations of things ------------------------------------------------------------------------------------------

    def in_two_relations(self, exclusions: Sequence[Exclusion]) -> Iterator[Clash]:
        """Find things that are in two relations of which one excludes the other."""
        for axiom, members in exclusions:
            for one, other in combinations(members, 2):
                for pair in set(self._pairs(one)) & set(self._pairs(other)):
                    if pair[1] in self._kinds:  # each is then to some member, and it need not be one and the same
                        continue
                    both = self._name(one), self._name(other)
                    yield Clash(axiom, tuple(self._named(name, pair) for name in both), both)

    def against_a_characteristic(self, axioms: AxiomIndex) -> Iterator[Clash]:
        """Find pairs in an asymmetric relation both ways, and things in an irreflexive one to themselves."""
        for property_, type_ in axioms.pairs(TYPE):
            axiom = (property_, TYPE, type_)
            if type_ == OWL + "AsymmetricProperty":
                pairs = set(self._pairs(property_))
                for pair in self._things(p for p in pairs if p[0] <= p[1] and p[::-1] in pairs):
                    yield Clash(axiom, tuple(self._named(property_, p) for p in dict.fromkeys((pair, pair[::-1]))))
            elif type_ == OWL + "IrreflexiveProperty":
                for pair in self._things(p for p in self._pairs(property_) if p[0] == p[1]):
                    yield Clash(axiom, (self._named(property_, pair),))

    def of_an_impossible_self(self, axioms: AxiomIndex, exclusions: Sequence[Exclusion]) -> Iterator[Clash]:
        """Find classes whose members are related to themselves by what is asymmetric, irreflexive, or excludes that."""
        for class_, names in self._selves(axioms).items():
            for property_, type_ in axioms.pairs(TYPE):
                if property_ in names and type_ in (OWL + "AsymmetricProperty", OWL + "IrreflexiveProperty"):
                    yield Clash((property_, TYPE, type_), ((class_, property_, class_),))
            for axiom, members in exclusions:
                for both in combinations(map(self._name, members), 2):
                    if names.issuperset(both):
                        yield Clash(axiom, tuple((class_, name, class_) for name in both), both)

    def _selves(self, axioms: AxiomIndex) -> dict[str, set[str]]:
        """Give the relations that the members of classes have to themselves by an axiom."""
        found: dict[str, set[str]] = {}
        for axiom, part in self._superclasses(axioms):
            if axioms.value(part, OWL + "hasSelf"):
                narrower = self._relation(SUBCLASS).subjects(self._code(axiom[0])).tolist()
                for class_ in {axiom[0], *map(self._name, narrower)}:
                    properties = axioms.superproperties(axioms.value(part, OWL + "onProperty") or "")
                    found.setdefault(class_, set()).update(properties)
        return found

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
        for pair in self._graph.stated[self._code(RANGE)].by_subject.tolist():
            property_, range_ = pair >> SHIFT, pair & LOW
            datatype = self._name(range_)
            if datatype.startswith(XSD) and self._relation(RANGE).has(property_, range_):
                values = self._graph.all_[property_].by_subject
                for found in values[self._graph.terms.are_literals(values & LOW)].tolist():
                    premise = self._named(self._name(property_), (found >> SHIFT, found & LOW))
                    if not is_of(literal(premise[2]), datatype):
                        yield Clash((premise[1], RANGE, datatype), (premise,))

    def different_from_themselves(self) -> Iterator[Clash]:
        """Find things that are said to differ from themselves."""
        property_ = OWL + "differentFrom"
        for pair in self._pairs(property_):
            if pair[0] == pair[1]:
                yield Clash(self._named(property_, pair), (self._named(property_, pair),))
