"""On which claims a signed prediction rests, and which must stay for it to be made.

A prediction falls in more ways than a triple: with its only path, with a finding that settles what a longer path says
otherwise, with the claim that gives a step its sign, with a doubt about a claim that would lead the other way. So what
keeps it is expressed by the claims that stay for sure, whatever becomes of the others.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain, product
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import LimitError
from glutkg.explain.quickxplain import minimal_subset
from glutkg.mechanisms.search import search
from glutkg.mechanisms.signed_prediction import makes_redundant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from glutkg.fragility.why_provenance import WhyProvenance
    from glutkg.mechanisms.network import Network, StepEvidence
    from glutkg.mechanisms.search import Path
    from glutkg.mechanisms.signed_prediction import Prediction

Names = frozenset[str]
NONE: Names = frozenset()
_Key = tuple[str, str, str]


class StepClaims:
    """Which claims of a network may be steps when some are gone: those of today, and those that nothing disputes then.

    `without` gives all claims that may be steps when some are gone.
    """

    def __init__(self, network: Network, provenance: WhyProvenance, without: Callable[[Names], Names]) -> None:
        self.network = network
        self._provenance = provenance
        self._without = without
        self._known: dict[Names, Names] = {}

    @cached_property
    def _doubts(self) -> Mapping[str, Names]:
        """For each claim the claims by which an exception keeps from it what it would say."""
        found: dict[str, set[str]] = {}
        for triple, witnesses in self._provenance.table.items():
            for witness in witnesses:
                for exception in chain.from_iterable(witness.unless):
                    claims = (claim for doubt in self._provenance.of(exception) for claim in doubt.claims)
                    found.setdefault(triple[0].value, set()).update(claims)
        return {claim: frozenset(doubts - {claim}) for claim, doubts in found.items()}

    def doubts(self, claim: str) -> Names:
        """Give the claims that keep a claim from being a step; none for one that may be a step, or never can."""
        found = NONE if claim in self.network.serving else self._doubts.get(claim, NONE)
        return found if self._serves_without(claim, found) else NONE

    def serves(self, claim: str, gone: Names) -> bool:
        """Say whether a claim that is left may be a step."""
        return claim in self.network.serving or self._serves_without(claim, self._doubts.get(claim, NONE) & gone)

    def _serves_without(self, claim: str, gone: Names) -> bool:
        if not gone:
            return False
        if gone not in self._known:
            self._known[gone] = self._without(gone)
        return claim in self._known[gone]


class _Use(NamedTuple):
    """A piece of evidence as it may be used: for sure, or perhaps."""

    sign: int | None
    sure: bool


class _State(NamedTuple):
    """What a step may be: there for sure, of one sign for sure, or of any of some signs, None among them."""

    sure: bool
    sign: int | None
    signs: frozenset[int | None]


def _state(uses: Sequence[_Use]) -> _State:
    certain = {use.sign for use in uses if use.sure} - {None}
    signs = {use.sign for use in uses} - {None}
    possible: set[int | None] = {sign for sign in signs if certain <= {sign}}
    if len(signs) > 1 or (not certain and any(use.sign is None for use in uses)):
        possible.add(None)
    only = next(iter(certain)) if certain and len(signs) == 1 else None
    return _State(any(use.sure for use in uses), only, frozenset(possible))


class PredictedConclusion:
    """A prediction as a conclusion: it stands as long as the claims that are left give the same sign."""

    def __init__(self, serving: StepClaims, prediction: Prediction, longest: int) -> None:
        network = self._network = serving.network
        self._sign = prediction.sign
        self._serving = serving
        whole = network.claims_on_whole([prediction.agent]).get((prediction.agent, prediction.goal), [])
        self._whole = frozenset(claim for claim, _ in whole)
        evidence = [
            one for one in network.all_evidence if network.definitions[one.definition].predicts and self._usable(one)
        ]
        walk = search(network.joined(evidence), prediction.agent, prediction.goal, longest)
        if walk.cut:
            raise LimitError(
                f"Too many paths lead from {network.label(prediction.agent)} to {network.label(prediction.goal)} "
                "to work out on what the prediction rests. Ask for shorter ones with --longest."
            )
        self._paths = walk.paths
        self._covering: dict[tuple[int, bool], frozenset[int]] = {}
        on_paths = {step.key for path in walk.paths for step in path.steps}
        self._evidence: dict[_Key, list[StepEvidence]] = {key: [] for key in on_paths}
        for one in evidence:
            if (key := (one.definition, one.start, one.end)) in on_paths:
                self._evidence[key].append(one)

    def _usable(self, one: StepEvidence) -> bool:
        """Say whether evidence may make a step, now or when claims are gone."""
        if one.claim is None:
            return True
        return one.claim not in self._whole and (
            one.claim in self._network.serving or bool(self._serving.doubts(one.claim))
        )

    @cached_property
    def _keepers(self) -> Mapping[str, Names]:
        """For each claim of a path the claims that keep it out of the prediction, as long as they all are there."""
        claims = {one.claim for evidence in self._evidence.values() for one in evidence if one.claim}
        return {claim: self._serving.doubts(claim) | self._grounds(claim) for claim in claims}

    def _grounds(self, claim: str) -> Names:
        """Give the claims by way of which a claim rests on one that names both agent and goal, that one included."""
        withheld = self._network.left_out(self._whole)
        if claim not in withheld:
            return NONE
        return frozenset(ground for ground in withheld - {claim} if claim in self._network.left_out([ground]))

    @cached_property
    def _claims(self) -> Names:
        """The claims of all paths, and those that keep others out."""
        return frozenset(self._keepers).union(*self._keepers.values())

    def stands(self, gone: Names) -> bool:
        """Say whether the same is still predicted."""
        return self._holds(gone, self._claims - gone)

    def witness(self, gone: Names, rank: Callable[[Names], int]) -> Names | None:
        """Give claims of which one must go before the prediction can fall; None when it has fallen."""
        if not self.stands(gone):
            return None
        left = sorted(self._claims - gone)
        firm = frozenset(claim for claim in left if not rank(frozenset({claim})))
        loose = [claim for claim in left if claim not in firm]
        return firm.union(minimal_subset(loose, lambda some: self._holds(gone, firm | some)))

    def witnesses(self) -> Sequence[Names]:
        """Give minimal sets of claims each of which gives the prediction alone, found by starting from each claim.

        They are those of the paths that have the sign, detours included.
        """
        steps = self._steps(NONE, self._claims)
        found: dict[Names, None] = {}
        for path in self._paths:
            if _product(steps[step.key].sign for step in path.steps) == self._sign:
                found |= dict.fromkeys(self._alone(path))
        return list(found)

    def _alone(self, path: Path) -> Iterator[Names]:
        out = self._out(NONE)
        evidence = (one for step in path.steps for one in self._evidence[step.key] if one.sign is not None)
        claims = sorted({one.claim for one in evidence if one.claim} - out)

        def enough(some: Names) -> bool:
            return self.stands(self._claims - some)

        if enough(frozenset(claims)):
            orders = ([claim, *(other for other in claims if other != claim)] for claim in claims)
            yield from (frozenset(minimal_subset(order, enough)) for order in orders)

    def _out(self, gone: Names) -> Names:
        """Give the claims that are kept out of the prediction when some claims are gone."""
        withheld = self._network.left_out(self._whole, gone)
        return frozenset(claim for claim in self._keepers if claim in withheld or not self._serving.serves(claim, gone))

    def _steps(self, gone: Names, kept: Names) -> dict[_Key, _State]:
        """Give what each step may be when some claims are gone, some are kept for sure, and others may yet go."""
        out = self._out(gone)

        def uses(evidence: Iterable[StepEvidence]) -> Iterator[_Use]:
            for one in evidence:
                if one.claim is None:
                    yield _Use(one.sign, True)
                elif one.claim in out:
                    if one.claim not in gone and not self._keepers[one.claim] - gone <= kept:
                        yield _Use(one.sign, False)
                elif one.claim not in gone:
                    yield _Use(one.sign, one.claim in kept)

        return {key: _state(tuple(uses(evidence))) for key, evidence in self._evidence.items()}

    def _holds(self, gone: Names, kept: Names) -> bool:
        """Say whether the prediction is made whatever becomes of claims that are neither gone nor kept.

        There must be a path, and each that may give anything else must be made redundant by another (see
        `without_detours`).
        """
        steps = self._steps(gone, kept)
        states = [[steps[step.key] for step in path.steps] for path in self._paths]
        if not any(all(state.sure for state in path) for path in states):
            return False
        sure = [number for number, path in enumerate(states) if _product(state.sign for state in path) is not None]
        for number, path in enumerate(states):
            signs = _products(state.signs for state in path)
            if any(not self._is_redundant(number, sure, sign is None) for sign in signs - {self._sign}):
                return False
        return True

    def _is_redundant(self, number: int, sure: Sequence[int], signless: bool) -> bool:
        """Say whether a path is redundant, with or without a sign, beside some that have one for sure."""
        if (number, signless) not in self._covering:
            path = self._paths[number]
            covering = frozenset(n for n, other in enumerate(self._paths) if makes_redundant(other, path, signless))
            self._covering[number, signless] = covering
        return not self._covering[number, signless].isdisjoint(sure)


def _products(several: Iterable[frozenset[int | None]]) -> set[int | None]:
    """Give all signs that a path may have, given those of its steps; nothing when a step may have none."""
    results: set[int | None] = {1}
    for signs in several:
        results = {_product(pair) for pair in product(results, signs)}
    return results


def _product(signs: Iterable[int | None]) -> int | None:
    result = 1
    for sign in signs:
        if sign is None:
            return None
        result *= sign
    return result
