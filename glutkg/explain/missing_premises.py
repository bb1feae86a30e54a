"""What is said of a triple that is not there: what is lacking, what is in the way, and what holds instead."""

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
"""The relations that tell how far a claim carries."""

NEW = Term("iri", BASE + "new")
"""Stands for a thing that is not there, such as the claim that would be needed."""


class Lack(NamedTuple):
    """Something that the graph lacks, and why: one of the kinds below, with the triples that show it.

    - `missing`: nothing states it;
    - `other`: something else is stated in its place (`shown`);
    - `contrary`: what is stated in its place (`shown`) excludes it, by the axiom in `exclusion`;
    - `blocked`: all premises of the closed-world rule `rule` hold, and an exception of it (`shown`) holds too;
    - `unclaimed`: nothing ties its two ends together; a new node would have to be as `shown`;
    - `derived`: the rule `rule` would conclude it from `held` if `lacking` were there.
    """

    kind: str
    triple: Triple
    shown: tuple[Triple, ...] = ()
    exclusion: Exclusion | None = None
    rule: Rule | None = None
    held: tuple[Triple, ...] = ()
    lacking: tuple[Lack, ...] = ()

    def leaves(self) -> tuple[Lack, ...]:
        """Give what is lacking at the bottom: what could be stated, or what is in the way."""
        if self.kind != DERIVED:
            return (self,)
        found = [leaf for lack in self.lacking for leaf in lack.leaves()]
        return tuple({leaf.triple: leaf for leaf in found}.values())

    @property
    def cost(self) -> int:
        """How much is lacking; what the same statement is in the way of counts once."""
        alike = {leaf.shown if leaf.kind in (CONTRARY, OTHER) else leaf.triple: leaf for leaf in self.leaves()}
        return sum(len(leaf.shown) if leaf.kind == UNCLAIMED else 1 for leaf in alike.values())

    @property
    def aside(self) -> int:
        """How much is lacking that is not about how far a claim carries: a claim on something else is less near."""
        return sum(leaf.triple[1].value not in HOW_FAR for leaf in self.leaves())


class Instead(NamedTuple):
    """What holds in place of the triple.

    - `group`: it holds of a wider kind, and of no narrower one;
    - `whole`: it holds of something that this is part of, and of no narrower part;
    - `converse`: it holds the other way round;
    - `sibling`: it holds of something else;
    - `bearing`: a claim names both ends and says something else of them, or does not carry so far (`shown`).
    """

    kind: str
    triple: Triple
    shown: tuple[Triple, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a triple is not in the graph: the ways to it that lack least, and what holds instead.

    `more` counts further ways that lack as little.
    """

    triple: Triple
    ways: tuple[Lack, ...]
    instead: tuple[Instead, ...]
    more: int = 0

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of reason, as in `Lack` and `Instead`."""
        found = {leaf.kind for way in self.ways for leaf in way.leaves()} | {other.kind for other in self.instead}
        return frozenset(found)
