"""Why a triple is not in the graph: what is missing for the nearest rule, or what speaks against it.

The search goes backwards through the rules. A premise that the graph does not hold is sought in turn, down to
what the facts could state. Individuals in between, such as claims, must be connected to both ends already: that another
drug's claim would do if it were about this drug explains nothing.
"""

from __future__ import annotations

from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from glutkg.errors import UsageError
from glutkg.explain.derivations import instance, order
from glutkg.explain.disjointness import Exclusions
from glutkg.explain.explainer import LIMIT
from glutkg.explain.missing_premises import (
    BLOCKED,
    CONTRARY,
    DERIVED,
    MISSING,
    NEW,
    OTHER,
    UNCLAIMED,
    MissingPremise,
    NearMiss,
    WhyNot,
)
from glutkg.explain.near_misses import NearMisses
from glutkg.rdf.namespaces import OWL, RDFS
from glutkg.rdf.terms import SUBCLASS_OF, TYPE, Term, Triple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glutkg.explain.derivations import Bound, Derivations
    from glutkg.reasoning.rule import Rule

MAX_DEPTH = 12


def why_not(derivations: Derivations, triple: Triple, limit: int = LIMIT) -> WhyNot:
    """Find out why the graph does not hold a triple. Raises UsageError when it does."""
    if derivations.holds(triple):
        raise UsageError("The graph holds this triple. 'glutkg why' proves it.")
    return _Search(derivations).answer(triple, limit)


class _Search:
    def __init__(self, derivations: Derivations) -> None:
        self._derivations = derivations
        self._exclusions = Exclusions(derivations)
        self._near_misses = NearMisses(derivations)
        self._known: dict[tuple[Triple, int], MissingPremise | None] = {}
        self._cuts = 0
        self._singles: dict[Term, bool] = {}
        self._joined: dict[tuple[str, tuple[int, ...], tuple[tuple[str, Term], ...]], bool] = {}

    def answer(self, triple: Triple, limit: int) -> WhyNot:
        found = self._found(triple) or [self._leaf(triple)]
        nearest = [one for one in found if (one.cost, one.aside) == (found[0].cost, found[0].aside)]
        near_misses = dict.fromkeys(self._instead(triple, nearest))
        return WhyNot(triple, tuple(nearest[:limit]), tuple(near_misses), max(0, len(nearest) - limit))

    def _instead(self, triple: Triple, nearest: list[MissingPremise]) -> Iterator[NearMiss]:
        """Give what holds instead of the triple, and of those triples whose two ends nothing connects."""
        leaves = [leaf for one in nearest for leaf in one.leaves()]
        shown = {triple for leaf in leaves for triple in leaf.shown}
        for sought in dict.fromkeys([triple, *(leaf.triple for leaf in leaves if leaf.kind == UNCLAIMED)]):
            yield from (other for other in self._near_misses.of(sought) if other.triple not in shown)
            if all(leaf.kind in (MISSING, OTHER, UNCLAIMED) for leaf in leaves):
                yield from self._near_misses.bearing(sought, {leaf.triple[0] for leaf in leaves})

    def _found(self, triple: Triple) -> list[MissingPremise]:
        """Give what rules would need besides what is there to conclude the triple, the least first."""
        if triple[1] == SUBCLASS_OF:
            return []
        contrary = self._contrary(triple) if triple[1] == TYPE else None
        if contrary is not None:
            return [contrary]
        for budget in _BUDGETS:
            derived = map(self._without_implied, self._derived(triple, frozenset({triple}), budget))
            found = {one.leaves(): one for one in derived}
            fresh = self._fresh(triple) if found or budget == _BUDGETS[-1] else None
            if fresh is not None:
                found[fresh.leaves()] = fresh
            if found:
                return sorted(found.values(), key=_key)
        return []

    def _without_implied(self, lacking: MissingPremise) -> MissingPremise:
        """Leave out what follows from something narrower that is missing too: stating that states both."""
        if lacking.kind != DERIVED:
            return lacking
        triples = {leaf.triple for leaf in lacking.leaves() if leaf.kind in (MISSING, OTHER, CONTRARY)}
        return self._pruned(lacking, self._implied(triples)) or lacking

    def _pruned(self, lacking: MissingPremise, implied: set[Triple]) -> MissingPremise | None:
        if lacking.kind != DERIVED:
            return None if lacking.triple in implied else lacking
        left = tuple(found for inner in lacking.missing if (found := self._pruned(inner, implied)) is not None)
        return lacking._replace(missing=left) if left else None

    def _implied(self, triples: Iterable[Triple]) -> set[Triple]:
        """Give what follows from each of these by going to a superclass, or from an individual to its classes."""
        return {(s, p, wide) for s, p, o in triples for wide in self._wider(o) if wide != o}

    def _wider(self, term: Term) -> list[Term]:
        classes = (class_ for _, _, class_ in self._derivations.matching(term, TYPE, None, False))
        return [*self._near_misses.wider(term), *classes]

    def _nearest(self, triple: Triple, above: frozenset[Triple], budget: int) -> MissingPremise | None:
        """Find what is missing for one triple, where that is least; None when it is more than the budget.

        A triple is not sought above itself. Results that did not depend on this are remembered.
        """
        if triple in above or len(above) > MAX_DEPTH:
            self._cuts += 1
            return None
        if budget < 1 or (triple[0] != triple[2] and triple[1].value in self._ties_to_itself):
            return None
        if (triple, budget) not in self._known:
            cuts = self._cuts
            found = self._sought(triple, above | {triple}, budget)
            if self._cuts != cuts:
                return found
            self._known[triple, budget] = found
        return self._known[triple, budget]

    def _sought(self, triple: Triple, above: frozenset[Triple], budget: int) -> MissingPremise | None:
        statable = self._statable(triple)
        if statable and NEW in triple and not self._is_left_to_rules(triple):
            return self._leaf(triple)
        best = min(self._derived(triple, above, 1 if statable else budget), key=_key, default=None)
        if best is not None or statable:
            return best or self._leaf(triple)
        fresh = self._fresh(triple) if NEW not in triple else None
        return fresh if fresh is not None and fresh.cost <= budget else None

    def _is_left_to_rules(self, triple: Triple) -> bool:
        """Say whether a closed-world rule concludes such a triple of any new individual."""
        return any(not rule.entailed for rule, _ in self._derivations.rules_for(triple))

    def _derived(self, triple: Triple, above: frozenset[Triple], budget: int) -> Iterator[MissingPremise]:
        """Give the instances of rules that would conclude a triple if no more than the budget were added."""
        for rule, bound in self._derivations.rules_for(triple):
            if _is_inclusion(rule):
                continue
            for binding, missing in self._partial(rule, bound, budget):
                held = tuple(instance(p, binding) for index, p in enumerate(rule.body) if index not in missing)
                refusing = self._derivations.refusing(rule, binding)
                if refusing and not missing:
                    shown = tuple(t for text in refusing for t in self._derivations.exceptions(text, binding))
                    if shown:
                        yield MissingPremise(BLOCKED, triple, shown, rule=rule, held=held)
                if missing and not refusing:
                    premises = self._premises([instance(rule.body[index], binding) for index in missing], above, budget)
                    if premises:
                        yield MissingPremise(DERIVED, triple, rule=rule, held=held, missing=premises)

    def _premises(self, triples: list[Triple], above: frozenset[Triple], budget: int) -> tuple[MissingPremise, ...]:
        """Find what is missing for several triples; nothing when it is more than the budget."""
        missing: list[MissingPremise] = []
        for number, triple in enumerate(triples, 1):
            left = budget - sum(premise.cost for premise in missing) - (len(triples) - number)
            premise = self._nearest(triple, above, left)
            if premise is None:
                return ()
            missing.append(premise)
        return tuple(missing)

    def _partial(self, rule: Rule, bound: Bound, budget: int) -> Iterator[tuple[Bound, tuple[int, ...]]]:
        """Give bindings under which some patterns hold and the fewest others are missing, and which those are."""
        indexes = range(len(rule.body))
        may_be_missing = [index for index in indexes if self._may_be_missing(rule, index, bound)]
        if not self._holds_the_rest(rule, tuple(index for index in indexes if index not in may_be_missing), bound):
            return
        for count in range(min(budget, len(may_be_missing)) + 1):
            found = False
            for missing in combinations(may_be_missing, count):
                held = [index for index in indexes if index not in missing]
                for binding in self._derivations.join(rule, held, bound):
                    if self._is_complete(rule, missing, binding) and self._are_absent(rule, missing, binding):
                        found = True
                        yield binding, missing
            if found:
                return

    def _holds_the_rest(self, rule: Rule, fixed: tuple[int, ...], bound: Bound) -> bool:
        """Say whether the premises that may not be missing hold."""
        names = {name for index in fixed for name in rule.body[index]}
        given = {name: term for name, term in bound.items() if name in names}
        key = (rule.name, fixed, tuple(given.items()))
        if key not in self._joined:
            self._joined[key] = next(self._derivations.join(rule, fixed, given), None) is not None
        return self._joined[key]

    def _may_be_missing(self, rule: Rule, index: int, bound: Bound) -> bool:
        """Say whether a premise may be missing: one about the two ends only, or about an individual in between only.

        An axiom may not, nor the same property with a narrower object: whoever could state that could state the wider.
        """
        subject, predicate, object_ = rule.body[index]
        if predicate == rule.head[1] != f"<{TYPE.value}>":
            return False
        if predicate.startswith((f"<{RDFS}", f"<{OWL}")) or object_.startswith(f"<{OWL}"):
            return False
        ends = {name in bound for name in (subject, object_) if name.startswith("?")}
        return len(ends) < 2  # noqa: PLR2004 - all of the ends, or none

    @staticmethod
    def _is_complete(rule: Rule, missing: tuple[int, ...], binding: Bound) -> bool:
        return all(name in binding for index in missing for name in rule.body[index] if name.startswith("?"))

    def _are_absent(self, rule: Rule, missing: tuple[int, ...], binding: Bound) -> bool:
        return not any(self._derivations.holds(instance(rule.body[index], binding)) for index in missing)

    def _leaf(self, triple: Triple) -> MissingPremise:
        """Find what is stated in place of something that could be."""
        contrary = self._contrary(triple)
        if contrary is not None:
            return contrary
        subject, predicate, _ = triple
        hierarchy = predicate in (TYPE, SUBCLASS_OF)
        others = () if hierarchy else self._derivations.matching(subject, predicate, None, True)
        return MissingPremise(OTHER if others else MISSING, triple, others)

    def _contrary(self, triple: Triple) -> MissingPremise | None:
        """Find a value in the triple's place that excludes its own: a class of the subject, or what is stated of it.

        Where subjects have several values of a property, one value does not exclude another.
        """
        subject, predicate, object_ = triple
        hierarchy = predicate in (TYPE, SUBCLASS_OF)
        if not hierarchy and not self._is_single(predicate):
            return None
        held = self._derivations.matching(subject, predicate, None, not hierarchy)
        for shown in held:
            exclusion = self._exclusions.between(shown[2], object_) if shown[2].kind == "iri" else None
            if exclusion is not None:
                if not hierarchy:
                    return MissingPremise(CONTRARY, triple, (shown,), exclusion)
                wide = exclusion.disjoint[0]
                return MissingPremise(
                    CONTRARY, triple, ((subject, predicate, wide),), exclusion._replace(classes=(wide, object_))
                )
        return None

    def _is_single(self, predicate: Term) -> bool:
        """Say whether no subject has two stated values of a property, as no claim has two results."""
        if predicate not in self._singles:
            subjects = [s for s, _, _ in self._derivations.matching(None, predicate, None, True)]
            self._singles[predicate] = len(subjects) == len(set(subjects))
        return self._singles[predicate]

    @cached_property
    def _ties_to_itself(self) -> frozenset[str]:
        """The properties that relate individuals only to themselves: no two individuals need be tried for one."""
        heads = [rule.head for rule in self._derivations.rules]
        loops = {predicate for subject, predicate, object_ in heads if subject == object_}
        others = {predicate for subject, predicate, object_ in heads if subject != object_}
        return frozenset(predicate.strip("<>") for predicate in loops - others) - self._stated_relations

    @cached_property
    def _stated_relations(self) -> frozenset[str]:
        """The properties that the facts use, so that a fact of that form could be added."""
        return frozenset(p.value for _, p, _ in self._facts)

    @cached_property
    def _facts(self) -> list[Triple]:
        graph = self._derivations.graph
        return [
            triple
            for name in graph.graph_names("stated")
            if "/stated/ontology/" not in name
            for triple in graph.triples(graph=name)
        ]

    @cached_property
    def _stated_classes(self) -> frozenset[str]:
        """The classes that the facts assert individuals to be in, and their superclasses."""
        stated = {o for _, p, o in self._facts if p == TYPE}
        return frozenset(
            w.value for class_ in stated for _, _, w in self._derivations.matching(class_, SUBCLASS_OF, None, False)
        )

    @cached_property
    def _defined(self) -> frozenset[str]:
        graph = self._derivations.graph
        return frozenset(s.value for s, _, _ in graph.triples(None, OWL + "equivalentClass"))

    def _statable(self, triple: Triple) -> bool:
        """Say whether facts state such triples rather than leave them to rules; a class that is stated is settled."""
        subject, predicate, object_ = triple
        if predicate == TYPE:
            typed = subject != NEW and bool(self._derivations.matching(subject, predicate, None, True))
            return not typed and object_.value in self._stated_classes and object_.value not in self._defined
        return predicate.value in self._stated_relations

    def _fresh(self, triple: Triple) -> MissingPremise | None:
        """Find what a new individual would need, so that a rule concludes the triple by way of it."""
        found = []
        for rule, bound in self._derivations.rules_for(triple):
            inner = {name for pattern in rule.body for name in pattern if name.startswith("?")} - set(bound)
            if inner and not any(pattern[1].startswith(("?", f"<{RDFS}")) for pattern in rule.body):
                needed = self._needed(rule, {**bound, **dict.fromkeys(inner, NEW)}, triple)
                found += [MissingPremise(UNCLAIMED, triple, needed, rule=rule)] if needed else []
        return min(found, key=lambda one: (len(one.shown), _key(one)), default=None)

    def _needed(self, rule: Rule, binding: Bound, triple: Triple) -> tuple[Triple, ...]:
        """Give what a new individual needs for a rule, without what narrower triples imply; nothing if none will do."""
        needed: list[Triple] = []
        for pattern in rule.body:
            lacking = self._nearest(instance(pattern, binding), frozenset({triple}), _BUDGET_OF_NEW)
            if lacking is None:
                return ()
            needed += [leaf.triple for leaf in lacking.leaves()]
        return tuple(sorted(set(needed) - self._implied(needed), key=order))


_BUDGETS = (1, 2, 3, 10)
"""How much may be missing, tried one after the other."""
_BUDGET_OF_NEW = 8
"""How much a new individual may need for one premise."""


def _is_inclusion(rule: Rule) -> bool:
    """Say whether a rule only leads from a class to a superclass: membership in the narrower one is no nearer."""
    return len(rule.body) == 1 and rule.head[1] == rule.body[0][1] == f"<{TYPE.value}>"


def _key(lacking: MissingPremise) -> tuple[object, ...]:
    held = [order(triple) for triple in lacking.held]
    return (
        lacking.cost,
        lacking.aside,
        -len(held),
        lacking.rule.name if lacking.rule else "",
        held,
        [order(leaf.triple) for leaf in lacking.leaves()],
    )
