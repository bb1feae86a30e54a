"""Why a triple is not in the graph: what is missing for the nearest rule, or what speaks against it.

The search goes backwards through the rules. What a rule needs and the graph lacks is looked for in turn, down to what
the facts could state. Nodes in between, such as claims, must already be tied to both ends: that another drug's claim
would do if it were about this drug explains nothing.
"""

from __future__ import annotations

from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from glutkg.errors import UsageError
from glutkg.explain.derivations import instance, order
from glutkg.explain.disjointness import Exclusions
from glutkg.explain.explanation import LIMIT
from glutkg.explain.missing_premises import (
    BLOCKED,
    CONTRARY,
    DERIVED,
    MISSING,
    NEW,
    OTHER,
    UNCLAIMED,
    Instead,
    Lack,
    WhyNot,
)
from glutkg.explain.near_misses import Surroundings
from glutkg.rdf.namespaces import OWL, RDF, RDFS
from glutkg.rdf.terms import Term, Triple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glutkg.explain.derivations import Bound, Derivations
    from glutkg.reasoning.rule import Rule

MAX_DEPTH = 12

_TYPE = Term("iri", RDF + "type")
_SUBCLASS = Term("iri", RDFS + "subClassOf")


def why_not(derivations: Derivations, triple: Triple, limit: int = LIMIT) -> WhyNot:
    """Tell why the graph does not hold a triple. Raises UsageError when it does."""
    if derivations.holds(triple):
        raise UsageError("The graph holds this triple. 'glutkg why' proves it.")
    return _Search(derivations).answer(triple, limit)


class _Search:
    def __init__(self, derivations: Derivations) -> None:
        self._derivations = derivations
        self._exclusions = Exclusions(derivations)
        self._surroundings = Surroundings(derivations)
        self._known: dict[tuple[Triple, int], Lack | None] = {}
        self._cuts = 0
        self._singles: dict[Term, bool] = {}
        self._joined: dict[tuple[str, tuple[int, ...], tuple[tuple[str, Term], ...]], bool] = {}

    def answer(self, triple: Triple, limit: int) -> WhyNot:
        ways = self._ways(triple)
        nearest = [way for way in ways if (way.cost, way.aside) == (ways[0].cost, ways[0].aside)]
        nearest = nearest or [self._leaf(triple)]
        instead = list(dict.fromkeys(self._all_instead(triple, nearest)))
        return WhyNot(triple, tuple(nearest[:limit]), tuple(instead), max(0, len(nearest) - limit))

    def _all_instead(self, triple: Triple, nearest: list[Lack]) -> Iterator[Instead]:
        """Give what holds instead of the triple, and of the triples that nothing ties together."""
        leaves = [leaf for way in nearest for leaf in way.leaves()]
        shown = {triple for leaf in leaves for triple in leaf.shown}
        for sought in dict.fromkeys([triple, *(leaf.triple for leaf in leaves if leaf.kind == UNCLAIMED)]):
            yield from (other for other in self._surroundings.instead(sought) if other.triple not in shown)
            if all(leaf.kind in (MISSING, OTHER, UNCLAIMED) for leaf in leaves):
                yield from self._surroundings.bearing(sought, {leaf.triple[0] for leaf in leaves})

    def _ways(self, triple: Triple) -> list[Lack]:
        """The ways in which rules would conclude the triple from what is there and little more, least lacking first."""
        if triple[1] == _SUBCLASS:
            return []
        contrary = self._contrary(triple) if triple[1] == _TYPE else None
        if contrary is not None:
            return [contrary]
        for budget in _BUDGETS:
            ways = [self._without_implied(way) for way in self._derived(triple, frozenset({triple}), budget)]
            found = {way.leaves(): way for way in ways}
            fresh = self._fresh(triple) if found or budget == _BUDGETS[-1] else None
            if fresh is not None:
                found[fresh.leaves()] = fresh
            if found:
                return sorted(found.values(), key=_key)
        return []

    def _without_implied(self, way: Lack) -> Lack:
        """Leave out what follows from something narrower that is lacking too: who states that has stated both."""
        if way.kind != DERIVED:
            return way
        lacking = {leaf.triple for leaf in way.leaves() if leaf.kind in (MISSING, OTHER, CONTRARY)}
        return self._pruned(way, self._implied(lacking)) or way

    def _pruned(self, lack: Lack, implied: set[Triple]) -> Lack | None:
        if lack.kind != DERIVED:
            return None if lack.triple in implied else lack
        left = tuple(found for inner in lack.lacking if (found := self._pruned(inner, implied)) is not None)
        return lack._replace(lacking=left) if left else None

    def _implied(self, triples: Iterable[Triple]) -> set[Triple]:
        """Give what follows of each of these by going to a wider kind."""
        return {(s, p, wide) for s, p, o in triples for wide in self._surroundings.wider(o) if wide != o}

    def _nearest(self, triple: Triple, above: frozenset[Triple], budget: int) -> Lack | None:
        """Say what is lacking for one triple, by the way that lacks least; None when it is more than the budget.

        A triple is not sought above itself. What was found out without that rule coming in is remembered.
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

    def _sought(self, triple: Triple, above: frozenset[Triple], budget: int) -> Lack | None:
        statable = self._statable(triple)
        if statable and NEW in triple and not self._is_left_to_rules(triple):
            return self._leaf(triple)
        best = min(self._derived(triple, above, 1 if statable else budget), key=_key, default=None)
        if best is not None or statable:
            return best or self._leaf(triple)
        fresh = self._fresh(triple) if NEW not in triple else None
        return fresh if fresh is not None and fresh.cost <= budget else None

    def _is_left_to_rules(self, triple: Triple) -> bool:
        """Tell whether a closed-world rule concludes such a thing of whatever is new."""
        return any(not rule.entailed for rule, _ in self._derivations.rules_for(triple))

    def _derived(self, triple: Triple, above: frozenset[Triple], budget: int) -> Iterator[Lack]:
        """Give the ways to conclude a triple that lack no more than the budget."""
        for rule, bound in self._derivations.rules_for(triple):
            if _is_inclusion(rule):
                continue
            for binding, missing in self._partial(rule, bound, budget):
                held = tuple(instance(p, binding) for index, p in enumerate(rule.body) if index not in missing)
                refusing = self._derivations.refusing(rule, binding)
                if refusing and not missing:
                    shown = tuple(t for text in refusing for t in self._derivations.exceptions(text, binding))
                    if shown:
                        yield Lack(BLOCKED, triple, shown, rule=rule, held=held)
                if missing and not refusing:
                    lacking = self._lacking([instance(rule.body[index], binding) for index in missing], above, budget)
                    if lacking:
                        yield Lack(DERIVED, triple, rule=rule, held=held, lacking=lacking)

    def _lacking(self, missing: list[Triple], above: frozenset[Triple], budget: int) -> tuple[Lack, ...]:
        """Say what is lacking for several triples; nothing when it is more than the budget."""
        lacking: list[Lack] = []
        for number, triple in enumerate(missing, 1):
            left = budget - sum(lack.cost for lack in lacking) - (len(missing) - number)
            lack = self._nearest(triple, above, left)
            if lack is None:
                return ()
            lacking.append(lack)
        return tuple(lacking)

    def _partial(self, rule: Rule, bound: Bound, budget: int) -> Iterator[tuple[Bound, tuple[int, ...]]]:
        """Give bindings under which some patterns hold and the fewest others are missing, and which those are."""
        indexes = range(len(rule.body))
        may_lack = [index for index in indexes if self._may_lack(rule, index, bound)]
        if not self._holds_the_rest(rule, tuple(index for index in indexes if index not in may_lack), bound):
            return
        for count in range(min(budget, len(may_lack)) + 1):
            found = False
            for missing in combinations(may_lack, count):
                held = [index for index in indexes if index not in missing]
                for binding in self._derivations.join(rule, held, bound):
                    if self._is_complete(rule, missing, binding) and self._are_absent(rule, missing, binding):
                        found = True
                        yield binding, missing
            if found:
                return

    def _holds_the_rest(self, rule: Rule, fixed: tuple[int, ...], bound: Bound) -> bool:
        """Tell whether what may not be lacking is there."""
        names = {name for index in fixed for name in rule.body[index]}
        given = {name: term for name, term in bound.items() if name in names}
        key = (rule.name, fixed, tuple(given.items()))
        if key not in self._joined:
            self._joined[key] = next(self._derivations.join(rule, fixed, given), None) is not None
        return self._joined[key]

    def _may_lack(self, rule: Rule, index: int, bound: Bound) -> bool:
        """What may be lacking: something of the two ends alone, or of a node in between alone; never an axiom.

        Nor the same relation to something narrower: whoever could state that could as well state it of the wider.
        """
        subject, predicate, object_ = rule.body[index]
        if predicate == rule.head[1] != f"<{_TYPE.value}>":
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

    def _leaf(self, triple: Triple) -> Lack:
        """Say what stands in place of something that could be stated."""
        contrary = self._contrary(triple)
        if contrary is not None:
            return contrary
        subject, predicate, _ = triple
        hierarchy = predicate in (_TYPE, _SUBCLASS)
        others = () if hierarchy else self._derivations.matching(subject, predicate, None, True)
        return Lack(OTHER if others else MISSING, triple, others)

    def _contrary(self, triple: Triple) -> Lack | None:
        """Find a value in the triple's place that excludes its own: a kind of the subject, or what is stated of it.

        Of a relation that something has to two values, one value does not keep another from being there too.
        """
        subject, predicate, object_ = triple
        hierarchy = predicate in (_TYPE, _SUBCLASS)
        if not hierarchy and not self._is_single(predicate):
            return None
        held = self._derivations.matching(subject, predicate, None, not hierarchy)
        for shown in held:
            exclusion = self._exclusions.between(shown[2], object_) if shown[2].kind == "iri" else None
            if exclusion is not None:
                if not hierarchy:
                    return Lack(CONTRARY, triple, (shown,), exclusion)
                wide = exclusion.disjoint[0]
                return Lack(CONTRARY, triple, ((subject, predicate, wide),), exclusion._replace(kinds=(wide, object_)))
        return None

    def _is_single(self, predicate: Term) -> bool:
        """Tell whether nothing has two stated values of a relation, such as a claim two results."""
        if predicate not in self._singles:
            subjects = [s for s, _, _ in self._derivations.matching(None, predicate, None, True)]
            self._singles[predicate] = len(subjects) == len(set(subjects))
        return self._singles[predicate]

    @cached_property
    def _ties_to_itself(self) -> frozenset[str]:
        """The relations that things have only to themselves: no two things need be tried for one."""
        heads = [rule.head for rule in self._derivations.rules]
        loops = {predicate for subject, predicate, object_ in heads if subject == object_}
        others = {predicate for subject, predicate, object_ in heads if subject != object_}
        return frozenset(predicate.strip("<>") for predicate in loops - others) - self._stated_relations

    @cached_property
    def _stated_relations(self) -> frozenset[str]:
        """The relations that the facts state of things, so that a fact of that sort could be added."""
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
    def _stated_kinds(self) -> frozenset[str]:
        """The kinds that the facts state of things, and wider kinds."""
        stated = {o for _, p, o in self._facts if p == _TYPE}
        return frozenset(
            w.value for kind in stated for _, _, w in self._derivations.matching(kind, _SUBCLASS, None, False)
        )

    @cached_property
    def _defined(self) -> frozenset[str]:
        graph = self._derivations.graph
        return frozenset(s.value for s, _, _ in graph.triples(None, OWL + "equivalentClass"))

    def _statable(self, triple: Triple) -> bool:
        """Tell whether facts state such things, rather than leave them to rules; the kind of a thing is settled."""
        subject, predicate, object_ = triple
        if predicate == _TYPE:
            typed = subject != NEW and bool(self._derivations.matching(subject, predicate, None, True))
            return not typed and object_.value in self._stated_kinds and object_.value not in self._defined
        return predicate.value in self._stated_relations

    def _fresh(self, triple: Triple) -> Lack | None:
        """Say what a new node would need, so that a rule concludes the triple by way of it."""
        found = []
        for rule, bound in self._derivations.rules_for(triple):
            inner = {name for pattern in rule.body for name in pattern if name.startswith("?")} - set(bound)
            if inner and not any(pattern[1].startswith(("?", f"<{RDFS}")) for pattern in rule.body):
                needed = self._needed(rule, {**bound, **dict.fromkeys(inner, NEW)}, triple)
                found += [Lack(UNCLAIMED, triple, needed, rule=rule)] if needed else []
        return min(found, key=lambda lack: (len(lack.shown), _key(lack)), default=None)

    def _needed(self, rule: Rule, binding: Bound, triple: Triple) -> tuple[Triple, ...]:
        """What a new node needs for a rule, without what follows from something narrower; nothing when it cannot do."""
        needed: list[Triple] = []
        for pattern in rule.body:
            lack = self._nearest(instance(pattern, binding), frozenset({triple}), _BUDGET_OF_NEW)
            if lack is None:
                return ()
            needed += [leaf.triple for leaf in lack.leaves()]
        return tuple(sorted(set(needed) - self._implied(needed), key=order))


_BUDGETS = (1, 2, 3, 10)
"""So much may be lacking, tried one after the other."""
_BUDGET_OF_NEW = 8
"""So much a new node may need for one premise."""


def _is_inclusion(rule: Rule) -> bool:
    """Tell whether a rule only leads from one kind to another: to be in the narrower one is no nearer."""
    return len(rule.body) == 1 and rule.head[1] == rule.body[0][1] == f"<{_TYPE.value}>"


def _key(lack: Lack) -> tuple[object, ...]:
    held = [order(triple) for triple in lack.held]
    return (
        lack.cost,
        lack.aside,
        -len(held),
        lack.rule.name if lack.rule else "",
        held,
        [order(x.triple) for x in lack.leaves()],
    )
