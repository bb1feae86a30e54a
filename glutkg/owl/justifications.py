"""Justifications: minimal sets of axioms that entail something, or that contradict each other.

The reasoner is a black box that decides satisfiability. An entailment is reduced to an unsatisfiable class: A ⊑ B to
A ⊓ ¬B. One justification is found by removing axioms as long as the entailment remains (after Junker's QuickXplain,
AAAI 2004), the others by removing an axiom of each one found (the hitting set tree of Reiter, AIJ 32, 1987). Checks
that are independent of each other share a run of the reasoner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from glutkg.errors import NotFoundError, NotMinimisedError, ReasonerTimeoutError
from glutkg.explain.quickxplain import minimal_subset
from glutkg.owl.lift import existential
from glutkg.owl.locality import Axiom, AxiomSet
from glutkg.rdf.namespaces import BASE, OWL
from glutkg.rdf.terms import CLASS, SUBCLASS_OF, TYPE, Term, Triple
from glutkg.relations import grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


TIMEOUT = 120.0
"""Seconds for all justifications together."""
LIMIT = 20
"""How many justifications are listed unless another number is given."""
SHARES = 8
"""Into how many shares the individuals are divided, to find those that take part in a contradiction."""

Axioms = frozenset[Axiom]

_COUNTEREXAMPLE = Term("iri", BASE + "counterexample")
"""The class of the members of one class that are not members of another."""


class Reasoner(Protocol):
    """Anything that decides satisfiability."""

    def are_satisfiable(self, class_: str, ontologies: Sequence[Sequence[Triple]]) -> list[bool]:
        """Tell for each ontology, as OWL in RDF, whether a class can have a member; if it is inconsistent, none can."""


class Goal(NamedTuple):
    """An entailment to justify: a class that it makes unsatisfiable, the axioms on that class, and the signature.

    For inconsistency the class is owl:Thing, and the others are empty.
    """

    counterexample: Term = Term("iri", OWL + "Thing")
    axioms: tuple[Triple, ...] = ()
    signature: frozenset[Term] = frozenset()


@dataclass(frozen=True, slots=True)
class Justifications:
    """Minimal sets of axioms, the smallest first; `complete` tells whether there are no others."""

    found: tuple[tuple[Axiom, ...], ...]
    complete: bool


def unsatisfiable(class_: Term) -> Goal:
    """Ask why a class is unsatisfiable."""
    return Goal(class_, (), frozenset({class_}))


def subsumption(class_: Term, superclass: Term) -> Goal:
    """Ask why a class is subsumed by another."""
    complement = Term("blank", "complement")
    axioms = (
        (_COUNTEREXAMPLE, TYPE, CLASS),
        (_COUNTEREXAMPLE, SUBCLASS_OF, class_),
        (_COUNTEREXAMPLE, SUBCLASS_OF, complement),
        (complement, TYPE, CLASS),
        (complement, Term("iri", OWL + "complementOf"), superclass),
    )
    return Goal(_COUNTEREXAMPLE, axioms, frozenset({class_, superclass}))


def relation(class_: Term, relation: Term, other: Term) -> Goal:
    """Ask why each member of a class is related to some member of another."""
    related = Term("blank", "related")
    axioms = (*subsumption(class_, related).axioms, *existential(related, relation, other))
    return Goal(_COUNTEREXAMPLE, axioms, frozenset({class_, relation, other}))


def disjointness(class_: Term, other: Term) -> Goal:
    """Ask why two classes can have no member in common."""
    axioms = ((_COUNTEREXAMPLE, TYPE, CLASS), *((_COUNTEREXAMPLE, SUBCLASS_OF, one) for one in (class_, other)))
    return Goal(_COUNTEREXAMPLE, axioms, frozenset({class_, other}))


INCONSISTENCY = Goal()


def justify(axioms: AxiomSet, goal: Goal, reasoner: Reasoner, limit: int = 1) -> Justifications:
    """Find up to `limit` minimal justifications.

    Raises NotFoundError when there is nothing to justify, ReasonerTimeoutError when time runs out before the first,
    which is a NotMinimisedError if it is known by then that there is one. When it runs out later, those found so far
    are given.
    """
    return _Search(axioms, goal, reasoner).run(limit)


class _Search:
    def __init__(self, axioms: AxiomSet, goal: Goal, reasoner: Reasoner) -> None:
        self._axioms = axioms
        self._goal = goal
        self._reasoner = reasoner
        self._decided: dict[Axioms, bool] = {}
        self._all: Axioms = frozenset()
        self._is_only = False

    def run(self, limit: int) -> Justifications:
        relevant = self._all = self._relevant()
        try:
            first = self._first(relevant)
        except ReasonerTimeoutError as error:
            if self._decided.get(relevant):
                raise NotMinimisedError(f"The fewest axioms behind it were not found in time: {error}") from error
            raise
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
        if not self._entail(axioms):
            return None
        if not self._goal.signature:
            axioms = self._with_few_individuals(axioms)
        needed = self._in_every_one(axioms)
        if self._entail(needed):
            self._is_only = self._is_only or axioms == self._all
            return needed
        return needed | frozenset(minimal_subset(sorted(axioms - needed), lambda some: self._entail(needed | some)))

    def _with_few_individuals(self, axioms: Axioms) -> Axioms:
        """Leave axioms about the few individuals that make the contradiction, and the module of the schema for them."""
        schema = [axiom for axiom in axioms if axiom.is_schema]
        by_individual = grouped((axiom.root[0], axiom) for axiom in axioms - frozenset(schema))
        groups = [frozenset(by_individual[individual]) for individual in sorted(by_individual)]
        background = frozenset(schema)
        chosen = _union(self._reduced(background, groups)) if not self._entail(background) else frozenset()
        names = {name for axiom in chosen for name in axiom.signature}
        module = frozenset(self._axioms.module(schema, names)) | chosen
        return module if self._entail(module) else background | chosen

    def _reduced(self, background: Axioms, groups: list[Axioms]) -> list[Axioms]:
        """Reduce the groups that contradict the background to few; a share that does so alone is searched further."""
        while len(groups) > 1:
            shares = [groups[start::SHARES] for start in range(min(SHARES, len(groups)))]
            alone = self._entail_each([background | _union(share) for share in shares])
            best = next((share for share, follows in zip(shares, alone, strict=True) if follows), None)
            if best is None:
                return minimal_subset(groups, lambda some: self._entail(background | _union(some)))
            groups = best
        return groups

    def _in_every_one(self, axioms: Axioms) -> Axioms:
        """Find the axioms that are in every justification: those without which the contradiction is gone."""
        ordered = sorted(axioms)
        if len(ordered) > _MANY:
            return frozenset()
        without = self._entail_each([axioms - {axiom} for axiom in ordered])
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
            self._entail_each([relevant - less for less in branches if all(old & less for old in found)])
            for less in branches:
                other = next((old for old in found if not old & less), None) or self._first(relevant - less)
                if other is not None:
                    if other not in found:
                        if len(found) == limit:
                            return False
                        found.append(other)
                    waiting.append((less, other))
        return True

    def _entail(self, axioms: Axioms) -> bool:
        """Tell whether axioms entail the goal."""
        return self._entail_each([axioms])[0]

    def _entail_each(self, sets: Sequence[Axioms]) -> list[bool]:
        new = [axioms for axioms in dict.fromkeys(sets) if axioms not in self._decided]
        ontologies = [self._axioms.with_declarations(axioms, self._goal.axioms) for axioms in new]
        answers = self._reasoner.are_satisfiable(self._goal.counterexample.value, ontologies)
        self._decided |= {axioms: not satisfiable for axioms, satisfiable in zip(new, answers, strict=True)}
        return [self._decided[axioms] for axioms in sets]


_MANY = 60
"""Of more axioms than these, it is not tried which are in every justification."""


def _union(groups: Iterable[Axioms]) -> Axioms:
    return frozenset(axiom for group in groups for axiom in group)
