"""Justifications: minimal sets of axioms that entail something, or that contradict each other.

The reasoner is a black box that decides consistency. An entailment is reduced to a contradiction: A ⊑ B to an
individual that is an A and not a B. One justification is found by removing axioms as long as the contradiction remains
(after Junker's QuickXplain, AAAI 2004), the others by removing an axiom of each one found (the hitting set tree of
Reiter, AIJ 32, 1987). Checks that are independent of each other run in parallel.
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
"""Seconds for all justifications together."""
LIMIT = 20
"""How many justifications are listed unless another number is given."""
SHARES = 8
"""Into how many shares the individuals are divided, to find those that take part in a contradiction."""

Axioms = frozenset[Axiom]

_WITNESS = Term("iri", BASE + "new")


class Reasoner(Protocol):
    """Anything that decides consistency."""

    def is_consistent(self, triples: Sequence[Triple]) -> bool:
        """Tell whether axioms, as OWL in RDF, have a model."""


class Goal(NamedTuple):
    """An entailment to justify: its negation as triples, and its signature. Both are empty for inconsistency."""

    negation: tuple[Triple, ...] = ()
    signature: frozenset[Term] = frozenset()


@dataclass(frozen=True, slots=True)
class Justifications:
    """Minimal sets of axioms, the smallest first; `complete` tells whether there are no others."""

    found: tuple[tuple[Axiom, ...], ...]
    complete: bool


def unsatisfiable(class_: Term) -> Goal:
    """Ask why a class is unsatisfiable."""
    return Goal(((_WITNESS, TYPE, class_),), frozenset({class_}))


def subsumption(class_: Term, superclass: Term) -> Goal:
    """Ask why a class is subsumed by another."""
    outside = Term("blank", "outside")
    negation = (
        (_WITNESS, TYPE, class_),
        (_WITNESS, TYPE, outside),
        (outside, TYPE, CLASS),
        (outside, Term("iri", OWL + "complementOf"), superclass),
    )
    return Goal(negation, frozenset({class_, superclass}))


def relation(class_: Term, relation: Term, other: Term) -> Goal:
    """Ask why each member of a class is related to some member of another."""
    related = Term("blank", "related")
    negation = subsumption(class_, related).negation
    return Goal((*negation, *existential(related, relation, other)), frozenset({class_, relation, other}))


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
        self._decided: dict[Axioms, bool] = {}
        self._all: Axioms = frozenset()
        self._is_only = False

    def run(self, limit: int) -> Justifications:
        relevant = self._all = self._relevant()
        first = self._first(relevant)
        if first is None:
            raise NotFoundError("There is nothing to justify: no set of axioms has this as a consequence.")
        found = [first]
        try:
            complete = self._is_only or (limit > 1 and self._others(relevant, found, limit))
        except ReasonerTimeoutError:
            complete = False
        ordered = sorted(found, key=lambda axioms: (len(axioms), sorted(axioms)))
        return Justifications(tuple(tuple(sorted(axioms)) for axioms in ordered), complete)

    def _relevant(self) -> Axioms:
        """Leave out what cannot matter: individuals, unless classes are defined by some."""
        if not self._goal.signature:
            return frozenset(self._axioms.axioms)
        schema = [axiom for axiom in self._axioms.axioms if axiom.is_schema]
        module = self._axioms.module(schema, self._goal.signature)
        individuals = {axiom.root[0] for axiom in self._axioms.axioms if not axiom.is_schema}
        if any(axiom.signature & individuals for axiom in module):
            return frozenset(self._axioms.module(self._axioms.axioms, self._goal.signature))
        return frozenset(module)

    def _first(self, axioms: Axioms) -> Axioms | None:
        """Find one justification among axioms; None when there is none."""
        if not self._contradict(axioms):
            return None
        if not self._goal.signature:
            axioms = self._with_few_individuals(axioms)
        needed = self._in_every_one(axioms)
        if self._contradict(needed):
            self._is_only = self._is_only or axioms == self._all
            return needed
        return needed | frozenset(minimal_subset(sorted(axioms - needed), lambda some: self._contradict(needed | some)))

    def _with_few_individuals(self, axioms: Axioms) -> Axioms:
        """Leave axioms about the few individuals that make the contradiction, and the module of the schema for them."""
        schema = [axiom for axiom in axioms if axiom.is_schema]
        by_individual: dict[Term, list[Axiom]] = {}
        for axiom in axioms - frozenset(schema):
            by_individual.setdefault(axiom.root[0], []).append(axiom)
        groups = [frozenset(by_individual[individual]) for individual in sorted(by_individual)]
        background = frozenset(schema)
        chosen = _union(self._reduced(background, groups)) if not self._contradict(background) else frozenset()
        names = {name for axiom in chosen for name in axiom.signature}
        module = frozenset(self._axioms.module(schema, names)) | chosen
        return module if self._contradict(module) else background | chosen

    def _reduced(self, background: Axioms, groups: list[Axioms]) -> list[Axioms]:
        """Reduce the groups that contradict the background to few; a share that does so alone is searched further."""
        while len(groups) > 1:
            shares = [groups[start::SHARES] for start in range(min(SHARES, len(groups)))]
            alone = self._contradict_each([background | _union(share) for share in shares])
            best = next((share for share, follows in zip(shares, alone, strict=True) if follows), None)
            if best is None:
                return minimal_subset(groups, lambda some: self._contradict(background | _union(some)))
            groups = best
        return groups

    def _in_every_one(self, axioms: Axioms) -> Axioms:
        """Find the axioms that are in every justification: those without which the contradiction is gone."""
        ordered = sorted(axioms)
        if len(ordered) > _MANY:
            return frozenset()
        without = self._contradict_each([axioms - {axiom} for axiom in ordered])
        return frozenset(axiom for axiom, follows in zip(ordered, without, strict=True) if not follows)

    def _others(self, relevant: Axioms, found: list[Axioms], limit: int) -> bool:
        """Add the other justifications, up to a limit; tell whether they are all."""
        nothing: Axioms = frozenset()
        tried = {nothing}
        waiting = [(nothing, found[0])]
        while waiting:
            removed, justification = waiting.pop(0)
            branches = [less for axiom in sorted(justification) if (less := removed | {axiom}) not in tried]
            tried.update(branches)
            self._contradict_each([relevant - less for less in branches if all(old & less for old in found)])
            for less in branches:
                other = next((old for old in found if not old & less), None) or self._first(relevant - less)
                if other is not None:
                    if other not in found:
                        if len(found) == limit:
                            return False
                        found.append(other)
                    waiting.append((less, other))
        return True

    def _contradict_each(self, sets: Iterable[Axioms]) -> list[bool]:
        return list(self._pool.map(self._contradict, sets))

    def _contradict(self, axioms: Axioms) -> bool:
        """Tell whether axioms contradict the goal's negation."""
        if axioms not in self._decided:
            triples = self._axioms.with_declarations(axioms, self._goal.negation)
            self._decided[axioms] = not self._reasoner.is_consistent(triples)
        return self._decided[axioms]


_MANY = 10
"""Of more axioms than these, each is not tried by itself."""


def _union(groups: Iterable[Axioms]) -> Axioms:
    return frozenset(axiom for group in groups for axiom in group)
