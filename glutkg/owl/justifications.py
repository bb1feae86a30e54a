"""Minimal justifications: the smallest sets of axioms from which something follows, or that contradict each other.

The reasoner is a black box that only says whether axioms have a model. What follows is asked as a contradiction: that
A is a kind of B, by a thing that is an A and no B. One justification is found by taking axioms away as long as the
contradiction stays (after Junker's QuickXplain, AAAI 2004), the others by taking an axiom of each found one away (the
hitting set tree of Reiter, AIJ 32, 1987). Checks that do not wait for each other run at the same time.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from glutkg.errors import NotFoundError, ReasonerTimeoutError
from glutkg.explain.quickxplain import minimal_subset
from glutkg.owl.lift import existential
from glutkg.owl.locality import Axiom, AxiomSet
from glutkg.rdf.namespaces import BASE, OWL
from glutkg.rdf.terms import CLASS, TYPE, Term, Triple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


TIMEOUT = 120.0
"""Seconds for all justifications that are asked for."""
LIMIT = 20
"""So many justifications are listed at most, unless more are asked for."""
SHARES = 8
"""Into so many shares the things are cut, to find those that take part in a contradiction."""

Axioms = frozenset[Axiom]

_SOME_THING = Term("iri", BASE + "new")


class Reasoner(Protocol):
    """Anything that tells whether axioms have a model."""

    def is_consistent(self, triples: Sequence[Triple]) -> bool:
        """Tell whether axioms, as OWL in RDF, have a model."""


class Goal(NamedTuple):
    """What is to be justified: the triples that contradict it, and the names in it. Nothing at all: inconsistency."""

    contrary: tuple[Triple, ...] = ()
    names: frozenset[Term] = frozenset()


@dataclass(frozen=True, slots=True)
class Justifications:
    """Minimal sets of axioms, the smallest first; `complete` tells whether there are no others."""

    found: tuple[tuple[Axiom, ...], ...]
    complete: bool


def unsatisfiable(kind: Term) -> Goal:
    """Ask why a kind can have no member."""
    return Goal(((_SOME_THING, TYPE, kind),), frozenset({kind}))


def subsumption(kind: Term, wider: Term) -> Goal:
    """Ask why all members of a kind are members of another."""
    outside = Term("blank", "outside")
    contrary = (
        (_SOME_THING, TYPE, kind),
        (_SOME_THING, TYPE, outside),
        (outside, TYPE, CLASS),
        (outside, Term("iri", OWL + "complementOf"), wider),
    )
    return Goal(contrary, frozenset({kind, wider}))


def relation(kind: Term, relation: Term, other: Term) -> Goal:
    """Ask why each member of a kind is related to some member of another."""
    related = Term("blank", "related")
    contrary = subsumption(kind, related).contrary
    return Goal((*contrary, *existential(related, relation, other)), frozenset({kind, relation, other}))


INCONSISTENCY = Goal()


def justify(axioms: AxiomSet, goal: Goal, reasoner: Reasoner, limit: int = 1) -> Justifications:
    """Find up to `limit` minimal justifications.

    Raises NotFoundError when there is nothing to justify, ReasonerTimeoutError when time runs out before the first;
    when it runs out later, those found so far are given.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return _Search(axioms, goal, reasoner, pool).run(limit)


class _Search:
    def __init__(self, axioms: AxiomSet, goal: Goal, reasoner: Reasoner, pool: ThreadPoolExecutor) -> None:
        self._axioms = axioms
        self._goal = goal
        self._reasoner = reasoner
        self._pool = pool
        self._known: dict[Axioms, bool] = {}
        self._every: Axioms = frozenset()
        self._alone = False

    def run(self, limit: int) -> Justifications:
        relevant = self._every = self._relevant()
        first = self._one(relevant)
        if first is None:
            raise NotFoundError("There is nothing to justify: no set of axioms has this as a consequence.")
        found = [first]
        try:
            complete = self._alone or (limit > 1 and self._others(relevant, found, limit))
        except ReasonerTimeoutError:
            complete = False
        ordered = sorted(found, key=lambda axioms: (len(axioms), sorted(axioms)))
        return Justifications(tuple(tuple(sorted(axioms)) for axioms in ordered), complete)

    def _relevant(self) -> Axioms:
        """Leave aside what cannot matter: of a question about kinds, the things, unless kinds are made of them."""
        if not self._goal.names:
            return frozenset(self._axioms.axioms)
        schema = [axiom for axiom in self._axioms.axioms if axiom.is_schema]
        module = self._axioms.module(schema, self._goal.names)
        things = {axiom.root[0] for axiom in self._axioms.axioms if not axiom.is_schema}
        if any(axiom.names & things for axiom in module):
            return frozenset(self._axioms.module(self._axioms.axioms, self._goal.names))
        return frozenset(module)

    def _one(self, axioms: Axioms) -> Axioms | None:
        """Find one justification among axioms; None when there is none."""
        if not self._follows(axioms):
            return None
        if not self._goal.names:
            axioms = self._narrowed(axioms)
        needed = self._needed_each(axioms)
        if self._follows(needed):
            self._alone = self._alone or axioms == self._every
            return needed
        return needed | frozenset(minimal_subset(sorted(axioms - needed), lambda some: self._follows(needed | some)))

    def _narrowed(self, axioms: Axioms) -> Axioms:
        """Leave a contradiction's axioms about few things, and the module of axioms about kinds that goes with them."""
        schema = [axiom for axiom in axioms if axiom.is_schema]
        by_thing: dict[Term, list[Axiom]] = {}
        for axiom in axioms - frozenset(schema):
            by_thing.setdefault(axiom.root[0], []).append(axiom)
        groups = [frozenset(by_thing[thing]) for thing in sorted(by_thing)]
        background = frozenset(schema)
        chosen = _union(self._few(background, groups)) if not self._follows(background) else frozenset()
        names = {name for axiom in chosen for name in axiom.names}
        module = frozenset(self._axioms.module(schema, names)) | chosen
        return module if self._follows(module) else background | chosen

    def _few(self, background: Axioms, groups: list[Axioms]) -> list[Axioms]:
        """Leave few groups that make the contradiction with the background: a share that does alone is searched on."""
        while len(groups) > 1:
            shares = [groups[start::SHARES] for start in range(min(SHARES, len(groups)))]
            alone = self._follow_each([background | _union(share) for share in shares])
            best = next((share for share, follows in zip(shares, alone, strict=True) if follows), None)
            if best is None:
                return self._few_together(background, groups)
            groups = best
        return groups

    def _few_together(self, background: Axioms, groups: list[Axioms]) -> list[Axioms]:
        """Leave out groups, in halves, as long as the contradiction stays."""
        if len(groups) == 1:
            return groups
        middle = len(groups) // 2
        first, second = groups[:middle], groups[middle:]
        if self._follows(background | _union(second)):
            return self._few_together(background, second)
        of_first = self._few_together(background | _union(second), first)
        if self._follows(background | _union(of_first)):
            return of_first
        return [*of_first, *self._few_together(background | _union(of_first), second)]

    def _needed_each(self, axioms: Axioms) -> Axioms:
        """Find the axioms that are in every justification: those without which nothing is left of it."""
        ordered = sorted(axioms)
        if len(ordered) > _MANY:
            return frozenset()
        without = self._follow_each([axioms - {axiom} for axiom in ordered])
        return frozenset(axiom for axiom, follows in zip(ordered, without, strict=True) if not follows)

    def _others(self, relevant: Axioms, found: list[Axioms], limit: int) -> bool:
        """Add other justifications, up to a limit; tell whether those are all."""
        nothing: Axioms = frozenset()
        tried = {nothing}
        waiting = [(nothing, found[0])]
        while waiting:
            removed, justification = waiting.pop(0)
            branches = [less for axiom in sorted(justification) if (less := removed | {axiom}) not in tried]
            tried.update(branches)
            self._follow_each([relevant - less for less in branches if all(old & less for old in found)])
            for less in branches:
                other = next((old for old in found if not old & less), None) or self._one(relevant - less)
                if other is not None:
                    if other not in found:
                        if len(found) == limit:
                            return False
                        found.append(other)
                    waiting.append((less, other))
        return True

    def _follow_each(self, sets: Iterable[Axioms]) -> list[bool]:
        return list(self._pool.map(self._follows, sets))

    def _follows(self, axioms: Axioms) -> bool:
        """Tell whether axioms contradict the goal's contrary."""
        if axioms not in self._known:
            triples = self._axioms.with_declarations(axioms, self._goal.contrary)
            self._known[axioms] = not self._reasoner.is_consistent(triples)
        return self._known[axioms]


_MANY = 10
"""Of more axioms than these it is not tried which of them are needed each."""


def _union(groups: Iterable[Axioms]) -> Axioms:
    return frozenset(axiom for group in groups for axiom in group)
