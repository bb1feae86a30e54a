"""What holds in place of a triple that is not there: for a group, for the whole, the other way round, for a sibling."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from glutkg.explain.derivations import order
from glutkg.explain.missing_premises import BEARING, CONVERSE, GROUP, HOW_FAR, SIBLING, WHOLE, NearMiss
from glutkg.rdf.namespaces import BASE, OWL, RDF
from glutkg.rdf.terms import SUBCLASS_OF, TYPE, Term, Triple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.explain.derivations import Derivations

_CLAIM = Term("iri", BASE + "Claim")


class NearMisses:
    """Looks for triples near one that the graph does not hold."""

    def __init__(self, derivations: Derivations) -> None:
        self._derivations = derivations

    def of(self, triple: Triple) -> Iterator[NearMiss]:
        """Give what holds in place of a triple."""
        subject, predicate, object_ = triple
        if self._derivations.holds((object_, predicate, subject)):
            yield NearMiss(CONVERSE, (object_, predicate, subject))
        if predicate == SUBCLASS_OF and self._derivations.holds((subject, TYPE, object_)):
            yield NearMiss(SIBLING, (subject, TYPE, object_))
        if predicate in (TYPE, SUBCLASS_OF):
            return
        for place, end in ((2, object_), (0, subject)):
            pattern = [subject, predicate, object_]
            pattern[place] = None  # type: ignore[call-overload]
            found = self._derivations.matching(pattern[0], pattern[1], pattern[2], False)
            yield from self._others([t for t in found if self._is_schema(t[place])], place, end)

    def bearing(self, triple: Triple, known: set[Term]) -> Iterator[NearMiss]:
        """Find claims that name both ends of the triple, other than those that a premise is missing for already."""
        subject, _, object_ = triple
        named = {s for s, _, _ in self._derivations.matching(None, None, subject, True)} - known
        for thing in sorted(named & {s for s, _, _ in self._derivations.matching(None, None, object_, False)}):
            if self._derivations.holds((thing, TYPE, _CLAIM)):
                yield NearMiss(BEARING, (thing, TYPE, self._class(thing)), self._how_far(thing))

    def _class(self, thing: Term) -> Term:
        return self._derivations.matching(thing, TYPE, None, True)[0][2]

    def _how_far(self, claim: Term) -> tuple[Triple, ...]:
        """Give what says how far a claim carries: what is stated of it, and its standing."""
        stated = [t for name in HOW_FAR for t in self._derivations.matching(claim, Term("iri", name), None, True)]
        standing = self._derivations.matching(claim, Term("iri", HOW_FAR[-1]), None, False)
        narrowest = [t for t in standing if not any(self._is_narrower(o, t[2]) for _, _, o in standing)]
        return tuple(dict.fromkeys((*stated, *narrowest)))

    def _others(self, triples: list[Triple], place: int, end: Term) -> Iterator[NearMiss]:
        """Sort the narrowest classes for which it holds into groups of the end, and siblings."""
        classes = {triple[place] for triple in triples}
        narrowest = [t for t in triples if not any(self._is_within(other, t[place]) for other in classes)]
        groups = [t for t in narrowest if self._is_within(end, t[place])]
        for triple in groups:
            yield NearMiss(GROUP if self._is_narrower(end, triple[place]) else WHOLE, triple)
        for triple in sorted(self._near([t for t in narrowest if t not in groups], place, end), key=order):
            yield NearMiss(SIBLING, triple)

    def _near(self, triples: list[Triple], place: int, end: Term) -> list[Triple]:
        """Give those whose classes share most superclasses with the end."""
        wider = set(self.wider(end))
        shared = defaultdict(list)
        for triple in triples:
            shared[len(wider & set(self.wider(triple[place])))].append(triple)
        return shared[max(shared)] if shared and max(shared) else []

    def wider(self, class_: Term) -> list[Term]:
        """Give the superclasses of a class, itself included."""
        return [o for _, _, o in self._derivations.matching(class_, SUBCLASS_OF, None, False) if o.kind == "iri"]

    def _is_narrower(self, class_: Term, other: Term) -> bool:
        return class_ != other and self._derivations.holds((class_, SUBCLASS_OF, other))

    def _is_within(self, class_: Term, other: Term) -> bool:
        """Say whether a class is narrower than another, or part of it by a transitive property."""
        parthood = (self._derivations.holds((class_, property_, other)) for property_ in self._transitive)
        return class_ != other and (self._is_narrower(class_, other) or any(parthood))

    @cached_property
    def _transitive(self) -> tuple[Term, ...]:
        graph = self._derivations.graph
        return tuple(sorted(s for s, _, _ in graph.triples(None, RDF + "type", OWL + "TransitiveProperty")))

    def _is_schema(self, term: Term) -> bool:
        types = {o.value for _, _, o in self._derivations.matching(term, TYPE, None, False)}
        return bool(types & {OWL + "Class", OWL + "ObjectProperty", OWL + "AnnotationProperty"})
