"""Clashes of fillers: of some member of a class, to which something is related, no more is known than its class.

Rules say so by a relation to the class. Such a member is also of the range of the relation, and of what its inverse
starts from; none of these may exclude the class, and the class may not be empty, nor the relation.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from glutkg.rdf.datatypes import have_no_value_in_common
from glutkg.rdf.namespaces import OWL, XSD
from glutkg.reasoning.clash_search import DOMAIN, RANGE, SUBCLASS, TYPE, Clash, ClashSearch
from glutkg.reasoning.coded_triples import SHIFT, distinct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from glutkg.reasoning.axioms import AxiomIndex, AxiomTriple
    from glutkg.reasoning.clash_search import Exclusion
    from glutkg.reasoning.coded_graph import CodedGraph

    Premises = tuple[AxiomTriple, ...]

_NOTHING = OWL + "Nothing"


class FillerSearch(ClashSearch):
    """Looks for what is related to some member of a class that cannot be."""

    def __init__(self, graph: CodedGraph, axioms: AxiomIndex) -> None:
        super().__init__(graph)
        self._axioms = axioms
        self._properties = [one for one, type_ in axioms.pairs(TYPE) if type_ == OWL + "ObjectProperty"]

    def _fillers(self, property_: str) -> dict[int, set[int]]:
        """Give the classes to some member of which something is related, each with what is."""
        relation = self._relation(property_)
        classes = set(distinct(relation.by_object >> SHIFT).tolist()) & self._kinds
        return {class_: set(relation.subjects(class_).tolist()) for class_ in sorted(classes, key=self._name)}

    def _first(self, subjects: set[int]) -> list[int]:
        """Leave out what is related as it belongs to a class that is, or is below one."""
        classes = subjects & self._kinds

        def has_reason(subject: int) -> bool:
            above = {*self._relation(TYPE).objects(subject).tolist()}
            wider = {*self._relation(SUBCLASS).objects(subject).tolist()}
            narrower = {class_ for class_ in wider if self._relation(SUBCLASS).has(class_, subject)}
            return bool((above | wider - narrower - {subject}) & classes)

        return sorted((one for one in subjects if not classes or not has_reason(one)), key=self._name)

    # --- ranges -------------------------------------------------------------------------------------------------------

    def outside_a_range(self, exclusions: Sequence[Exclusion]) -> Iterator[Clash]:
        """Find relations to some member of a class whose members the range of the relation excludes."""
        memberships: dict[int, list[tuple[int, int]]] = {}
        for number, exclusion in enumerate(exclusions):
            for member in exclusion.members:
                memberships.setdefault(member, []).append((number, member))

        @cache
        def kinds(class_: int) -> dict[int, int]:
            wider = [class_, *self._relation(SUBCLASS).objects(class_).tolist()]
            return dict(found for one in wider for found in memberships.get(one, ()))

        for property_, ends in self._ends().items():
            fillers = self._fillers(property_)
            for range_, because in ends:
                wanted = kinds(self._code(range_))
                for class_, subjects in fillers.items() if wanted else ():
                    given = kinds(class_)
                    for number in [n for n in wanted if n in given and given[n] != wanted[n]][:1]:
                        both = given[number], wanted[number]
                        above = self._above((class_, given[number]), (self._code(range_), wanted[number]))
                        for subject in self._first(subjects):
                            related = self._name(subject), property_, self._name(class_)
                            excluding = self._name(both[0]), self._name(both[1])
                            yield Clash(exclusions[number].axiom, (related, *because, *above), excluding)

    def _above(self, *pairs: tuple[int, int]) -> Premises:
        return tuple(self._named(SUBCLASS, pair) for pair in pairs if pair[0] != pair[1])

    def _ends(self) -> dict[str, list[tuple[str, Premises]]]:
        """Give the classes to which each relation leads, by its range or the domain of its inverse, and why."""
        found: dict[str, list[tuple[str, Premises]]] = {}
        for code, class_ in self._pairs(RANGE):
            property_, range_ = self._name(code), self._name(class_)
            found.setdefault(property_, []).append((range_, ((property_, RANGE, range_),)))
        for property_, inverse, because in self._inverses() if self._axioms.pairs(DOMAIN) else ():
            for wider in sorted(self._axioms.superproperties(inverse)):
                for class_name in self._axioms.objects(wider, DOMAIN):
                    steps = (*because, *self._axioms.subproperty_axioms(inverse, wider), (wider, DOMAIN, class_name))
                    if not class_name.startswith("_:"):
                        found.setdefault(property_, []).append((class_name, steps))
        return found

    def _inverses(self) -> Iterator[tuple[str, str, Premises]]:
        """Give each relation with its inverses, those of wider ones too, and the axioms that make them so."""
        inverses = [(a, b, (a, OWL + "inverseOf", b)) for a, b in self._axioms.pairs(OWL + "inverseOf")]
        inverses += [(b, a, axiom) for a, b, axiom in inverses]
        symmetric = OWL + "SymmetricProperty"
        inverses += [
            (name, name, (name, TYPE, type_)) for name, type_ in self._axioms.pairs(TYPE) if type_ == symmetric
        ]
        for wider, inverse, axiom in inverses:
            for property_ in sorted({*self._properties, wider}):
                if wider in self._axioms.superproperties(property_):
                    yield property_, inverse, (*self._axioms.subproperty_axioms(property_, wider), axiom)

    def outside_a_datatype(self) -> Iterator[Clash]:
        """Find relations to some value of a datatype of which the range of the property has none."""
        for property_, range_ in [(self._name(one), self._name(other)) for one, other in self._pairs(RANGE)]:
            if range_.startswith(XSD):
                relation = self._relation(property_)
                for code in distinct(relation.by_object >> SHIFT).tolist():
                    datatype = self._name(code)
                    if datatype.startswith(XSD) and have_no_value_in_common(datatype, range_):
                        for subject in self._first(set(relation.subjects(code).tolist())):
                            related = self._name(subject), property_, datatype
                            yield Clash((property_, RANGE, range_), (related,), (datatype, range_))

    # --- what is empty ------------------------------------------------------------------------------------------------

    def in_an_empty_class(self) -> Iterator[Clash]:
        """Find what is related to some member of a class that has none: things, and classes if that is stated."""
        empty = self._empty()
        stated = {class_ for class_, (_, because) in empty.items() if not because}
        for property_ in self._properties if empty else ():
            for class_, subjects in self._fillers(property_).items():
                if class_ in empty:
                    axiom, because = empty[class_]
                    classes = self._first((subjects & self._kinds) - stated) if class_ in stated else ()
                    for subject in (*sorted(subjects - self._kinds, key=self._name), *classes):
                        yield Clash(axiom, ((self._name(subject), property_, self._name(class_)), *because))

    def _empty(self) -> dict[int, tuple[AxiomTriple, Premises]]:
        """Give the classes that can have no member as they are below owl:Nothing, or as their members need such a one.

        Each comes with the axiom that empties one, and with what leads there.
        """
        found: dict[int, tuple[AxiomTriple, Premises]] = {
            self._code(axiom[0]): (axiom, ()) for axiom, part in self._superclasses(self._axioms) if part == _NOTHING
        }
        waiting = [*found]
        for class_ in waiting:
            axiom, because = found[class_]
            for property_ in (SUBCLASS, *self._properties):
                for subject in sorted(set(self._relation(property_).subjects(class_).tolist()) & self._kinds):
                    if subject not in found:
                        found[subject] = axiom, (self._named(property_, (subject, class_)), *because)
                        waiting.append(subject)
        return found

    def in_an_empty_relation(self, exclusions: Sequence[Exclusion]) -> Iterator[Clash]:
        """Find relations to some member of a class that are below two which exclude each other."""
        for axiom, members in exclusions:
            for one, other in combinations(map(self._name, members), 2):
                for property_ in self._below(one) & self._below(other):
                    for class_, subjects in self._fillers(property_).items():
                        for subject in self._first(subjects):
                            ends = self._name(subject), self._name(class_)
                            both = tuple((ends[0], name, ends[1]) for name in (one, other))
                            yield Clash(axiom, both, (one, other))

    def _below(self, property_: str) -> set[str]:
        return {one for one in self._properties if property_ in self._axioms.superproperties(one)}
