"""Why a triple is not there, as a value: the premises that are missing or blocked, and the near misses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.namespaces import BASE
from glutkg.rdf.terms import Term, Triple

if TYPE_CHECKING:
    from glutkg.explain.disjointness import Exclusion
    from glutkg.reasoning.rule import Rule

MISSING = "missing"
OTHER = "other"
CONTRARY = "contrary"
BLOCKED = "blocked"
UNCLAIMED = "unclaimed"
DERIVED = "derived"
GROUP = "group"
WHOLE = "whole"
CONVERSE = "converse"
SIBLING = "sibling"
BEARING = "bearing"

HOW_FAR = tuple(BASE + name for name in ("result", "modality", "standing"))
"""The properties that say how far a claim carries."""

NEW = Term("iri", BASE + "new")
"""Stands for an individual that is not there, such as the claim that would be needed."""


class MissingPremise(NamedTuple):
    """A triple that the graph does not hold, and why: one of the kinds below, with the triples that show it.

    - `missing`: nothing states it;
    - `other`: something else is stated in its place (`shown`);
    - `contrary`: what is stated in its place (`shown`) excludes it, by the axiom in `exclusion`;
    - `blocked`: all premises of the closed-world rule `rule` hold, and so does an exception to it (`shown`);
    - `unclaimed`: no individual connects its two ends; a new one would need the triples `shown`;
    - `derived`: the rule `rule` would conclude it from `held` together with what is `missing`.
    """

    kind: str
    triple: Triple
    shown: tuple[Triple, ...] = ()
    exclusion: Exclusion | None = None
    rule: Rule | None = None
    held: tuple[Triple, ...] = ()
    missing: tuple[MissingPremise, ...] = ()

    def leaves(self) -> tuple[MissingPremise, ...]:
        """Give what is missing at the bottom: what could be stated, or what is blocked."""
        if self.kind != DERIVED:
            return (self,)
        found = [leaf for premise in self.missing for leaf in premise.leaves()]
        return tuple({leaf.triple: leaf for leaf in found}.values())

    @property
    def cost(self) -> int:
        """How much is missing; premises that the same statement excludes count once."""
        alike = {leaf.shown if leaf.kind in (CONTRARY, OTHER) else leaf.triple: leaf for leaf in self.leaves()}
        return sum(len(leaf.shown) if leaf.kind == UNCLAIMED else 1 for leaf in alike.values())

    @property
    def aside(self) -> int:
        """How much is missing besides how far a claim carries: a claim about something else is less near."""
        return sum(leaf.triple[1].value not in HOW_FAR for leaf in self.leaves())


class NearMiss(NamedTuple):
    """A triple that holds in place of the one asked for.

    - `group`: it holds of a wider class, and of no narrower one;
    - `whole`: it holds of something that this is part of, and of no narrower part;
    - `converse`: it holds the other way round;
    - `sibling`: it holds of something else;
    - `bearing`: a claim names both ends, but states something else or does not carry far enough (`shown`).
    """

    kind: str
    triple: Triple
    shown: tuple[Triple, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a triple is not in the graph: what is missing for it, where that is least, and the near misses.

    `more` counts further ways of getting there that are as near.
    """

    triple: Triple
    nearest: tuple[MissingPremise, ...]
    near_misses: tuple[NearMiss, ...]
    more: int = 0

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of reason, as in `MissingPremise` and `NearMiss`."""
        missing = {leaf.kind for lacking in self.nearest for leaf in lacking.leaves()}
        return frozenset(missing | {miss.kind for miss in self.near_misses})
