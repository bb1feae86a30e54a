"""Joins over coded triples: which terms variables can stand for, so that all patterns of a rule's body match.

The order in which patterns are joined is found while joining: next comes the one that multiplies the solutions least,
as measured on a sample of them. Patterns that would multiply them much, and that share two variables or more with what
is bound, are solved by themselves, and then joined by all of these at once. The last of them may lead back to what is
bound, and close a ring: each solution takes the way round it that multiplies it less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from glutkg.reasoning.coded_triples import (
    LOW,
    NOTHING,
    SHIFT,
    Integers,
    Mask,
    Relation,
    Relations,
    contained,
    pairs_of,
    ranges,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

SAMPLE = 256
MOST_LEFT_OUT = 16
"""One in so many solutions is in a sample at least: of few, a thing with very many neighbours may be in none."""
GOLDEN = (5**0.5 - 1) / 2
"""Steps of this share of a whole, taken round and round, never meet a place again, and lie evenly at any time."""
APART = 8.0
"""Patterns that would multiply solutions by more than this may be solved apart."""
RATHER = 4
"""A pattern that leads back to what is bound is left for last where another matches up to so many times as much."""
UNCONNECTED = 1e9
MOST_CODES = 200_000_000
"""Codes in the solutions of a join, 1.6 GB of memory: a rule that needs more joins what has little in common."""


class Pattern(NamedTuple):
    """A triple pattern: the code of its predicate; subject and object as codes, or as names of variables.

    It looks among all triples, the stated ones, or certain pairs.
    """

    subject: int | str
    predicate: int
    object: int | str
    is_stated: bool = False
    among: Relation | None = None

    @property
    def variables(self) -> set[str]:
        """The variables of the pattern."""
        return {term for term in (self.subject, self.object) if isinstance(term, str)}


class Solutions(NamedTuple):
    """Codes of the terms that variables stand for: a column for each variable, a row for each solution."""

    columns: dict[str, Integers]
    size: int

    def where(self, mask: Mask) -> Solutions:
        """Keep some of the solutions."""
        count = int(np.count_nonzero(mask))
        return self if count == self.size else Solutions({v: c[mask] for v, c in self.columns.items()}, count)

    def repeated(self, counts: Integers) -> dict[str, Integers]:
        """Repeat each solution as often as stated."""
        return {name: np.repeat(column, counts) for name, column in self.columns.items()}

    def value(self, term: int | str) -> int | Integers | None:
        """Give a code as it is, a variable's column, or None where it is not bound."""
        return self.columns.get(term) if isinstance(term, str) else term


ONE = Solutions({}, 1)


class Condition(Protocol):
    """What solutions have to pass; it is applied early if it is cheap, once its variables are bound."""

    variables: frozenset[str]
    is_cheap: bool

    def holds(self, found: Solutions) -> Mask:
        """Give for each solution whether it passes."""


class Joins:
    """Joins patterns over all triples, and over those that are stated."""

    def __init__(self, all_: Relations, stated: Relations) -> None:
        self._all = all_
        self._stated = stated

    def relation(self, pattern: Pattern) -> Relation:
        """Give the pairs among which a pattern looks."""
        table = self._stated if pattern.is_stated else self._all
        return table.get(pattern.predicate, NOTHING) if pattern.among is None else pattern.among

    def whole(self, patterns: Sequence[Pattern], conditions: Sequence[Condition] = ()) -> Solutions:
        """Solve patterns from nothing, beginning with the one that matches the fewest triples."""
        if not patterns:
            return self.solve(ONE, (), conditions)
        first = min(range(len(patterns)), key=lambda index: self.count(patterns[index]))
        others = [pattern for index, pattern in enumerate(patterns) if index != first]
        return self.solve(matches(patterns[first], self.relation(patterns[first])), others, conditions)

    def solve(self, found: Solutions, patterns: Sequence[Pattern], conditions: Sequence[Condition] = ()) -> Solutions:
        """Join solutions with further patterns, and keep those that pass; where none does, columns may be missing."""
        left, waiting = list(patterns), conditions
        while True:
            if waiting:
                found, waiting = _narrowed(found, waiting, not left)
            if not found.size or not left:
                return found
            found = self._next(found, left)

    def _next(self, found: Solutions, left: list[Pattern]) -> Solutions:
        """Join with the pattern that multiplies solutions least, and take it out of the list.

        One whose ends are both bound multiplies none, so that nothing is measured where there is one.
        """
        if len(left) == 1:
            return self._extended(found, left.pop())
        for index, pattern in enumerate(left):
            if found.value(pattern.subject) is not None and found.value(pattern.object) is not None:
                return self._extended(found, left.pop(index))
        factors = [self._factor(found, pattern) for pattern in left]
        best = min(range(len(left)), key=factors.__getitem__)
        group = self._group_apart(found, left, best, factors[best]) if factors[best] > APART else []
        if not group:
            return self._extended(found, left.pop(best))
        left[:] = [pattern for pattern in left if pattern not in group]
        return self._with_group(found, group)

    def _group_apart(self, found: Solutions, left: list[Pattern], best: int, factor: float) -> list[Pattern]:
        """Give the patterns to solve apart: those that unbound variables connect with the best one, or none."""
        group, fresh = [left[best]], left[best].variables - found.columns.keys()
        while more := [pattern for pattern in left if pattern not in group and pattern.variables & fresh]:
            group += more
            fresh = set().union(*(pattern.variables for pattern in group)) - found.columns.keys()
        shared = set().union(*(pattern.variables for pattern in group)) & found.columns.keys()
        least = min(map(self.count, group))
        is_worth_it = len(shared) > 1 and found.size * factor > 2 * (found.size + least)
        return group if is_worth_it else []

    def _with_group(self, found: Solutions, group: list[Pattern]) -> Solutions:
        """Join with patterns that are solved apart, all but the last; it may be followed before or after the join."""
        first = self._first_apart(found, group)
        made, left = matches(first, self.relation(first)), [pattern for pattern in group if pattern is not first]
        while made.size and len(left) > 1:
            made = self._next(made, left)
        if not made.size or not left:
            return _joined(found, made)
        last = left[0]
        if not _closes_ring(last, found, made):
            return _joined(found, self._extended(made, last))
        is_less = self._fan_out(made, last) <= _matching(found, made)
        return _either(
            _joined(found, self._extended(made.where(is_less), last)),
            self._extended(_joined(found, made.where(~is_less)), last),
        )

    def _first_apart(self, found: Solutions, group: list[Pattern]) -> Pattern:
        """Give the pattern that matches the fewest, or one that closes no ring if it matches few more."""
        first = min(group, key=self.count)
        within = [pattern for pattern in group if found.columns.keys().isdisjoint(pattern.variables)]
        other = min(within, key=self.count, default=first)
        return other if self.count(other) <= RATHER * self.count(first) else first

    def _fan_out(self, found: Solutions, pattern: Pattern) -> Integers:
        """Give for each solution the number of triples that a pattern with one bound end matches."""
        subject, relation = found.value(pattern.subject), self.relation(pattern)
        if isinstance(subject, np.ndarray):
            return _counts(subject << SHIFT, relation.by_subject)
        return _counts(found.columns[str(pattern.object)] << SHIFT, relation.by_object)

    def count(self, pattern: Pattern) -> int:
        """Count the triples that a pattern matches, a variable that it names twice aside."""
        relation, subject, object_ = self.relation(pattern), pattern.subject, pattern.object
        if isinstance(subject, str):
            return len(relation) if isinstance(object_, str) else len(relation.subjects(object_))
        return len(relation.objects(subject)) if isinstance(object_, str) else int(relation.has(subject, object_))

    def _factor(self, found: Solutions, pattern: Pattern) -> float:
        """Measure on a sample by how much a pattern multiplies solutions, which does not bind both its ends."""
        subject, object_ = found.value(pattern.subject), found.value(pattern.object)
        relation = self.relation(pattern)
        if isinstance(subject, np.ndarray):
            ordered, column = relation.by_subject, subject
        elif isinstance(object_, np.ndarray):
            ordered, column = relation.by_object, object_
        else:
            return UNCONNECTED + len(relation)
        counts = _counts(_sample(column) << SHIFT, ordered)
        return float(counts.sum()) / len(counts)

    def _extended(self, found: Solutions, pattern: Pattern) -> Solutions:
        """Join solutions with one pattern."""
        relation = self.relation(pattern)
        subject, object_ = found.value(pattern.subject), found.value(pattern.object)
        if subject is not None and object_ is not None:
            return found.where(_are_related(subject, object_, relation, found.size))
        if isinstance(subject, np.ndarray):
            return _followed(found, subject, relation.by_subject, str(pattern.object))
        if isinstance(object_, np.ndarray):
            return _followed(found, object_, relation.by_object, str(pattern.subject))
        other = matches(pattern, relation)
        _refuse_many(found, other.size * found.size)
        columns = found.repeated(np.full(found.size, other.size))
        columns.update({name: np.tile(column, found.size) for name, column in other.columns.items()})
        return Solutions(columns, found.size * other.size)


def matches(pattern: Pattern, relation: Relation) -> Solutions:
    """Give the solutions of one pattern among some pairs."""
    subject, object_ = pattern.subject, pattern.object
    if isinstance(subject, str) and isinstance(object_, str):
        pairs = relation.by_subject
        if subject == object_:
            same = pairs[pairs >> SHIFT == pairs & LOW] & LOW
            return Solutions({subject: same}, len(same))
        return Solutions({subject: pairs >> SHIFT, object_: pairs & LOW}, len(pairs))
    if isinstance(subject, str) and not isinstance(object_, str):
        found = relation.subjects(object_)
        return Solutions({subject: found}, len(found))
    if isinstance(object_, str) and not isinstance(subject, str):
        found = relation.objects(subject)
        return Solutions({object_: found}, len(found))
    return Solutions({}, int(relation.has(int(subject), int(object_))))


def _narrowed(found: Solutions, waiting: Sequence[Condition], is_last: bool) -> tuple[Solutions, Sequence[Condition]]:
    """Apply the conditions that can be, in order, which is cheap ones first; at last all of them."""
    later: list[Condition] = []
    for condition in waiting:
        if is_last or (condition.is_cheap and condition.variables <= found.columns.keys()):
            found = found.where(condition.holds(found)) if found.size else found
        else:
            later.append(condition)
    return found, later


def _are_related(subject: int | Integers, object_: int | Integers, relation: Relation, size: int) -> Mask:
    if isinstance(subject, np.ndarray):
        if isinstance(object_, np.ndarray):
            return contained(pairs_of(subject, object_), relation.by_subject)
        return contained(subject, relation.subjects(object_))
    if isinstance(object_, np.ndarray):
        return contained(object_, relation.objects(subject))
    return np.full(size, relation.has(subject, object_))


def _refuse_many(found: Solutions, total: int) -> None:
    """Raise MemoryError before the solutions of a join would take all of a machine's memory."""
    if total * (len(found.columns) + 1) > MOST_CODES:
        raise MemoryError


def _followed(found: Solutions, column: Integers, ordered: Integers, name: str) -> Solutions:
    """Follow a column to a new one along pairs that are sorted by what stands in the column."""
    keys = column << SHIFT
    start = ordered.searchsorted(keys)
    counts = ordered.searchsorted(keys + (1 << SHIFT)) - start
    total = int(counts.sum())
    _refuse_many(found, total)
    columns = found.repeated(counts)
    columns[name] = ordered[ranges(start, counts)] & LOW
    return Solutions(columns, total)


def _counts(keys: Integers, ordered: Integers) -> Integers:
    """Count for each code, at the place of the first of a pair, the sorted pairs that begin with it."""
    found: Integers = ordered.searchsorted(keys + (1 << SHIFT)) - ordered.searchsorted(keys)
    return found


def _sample(column: Integers) -> Integers:
    """Give some of a column, spread over it in no regular step: solutions come in pairs and in copies of each other."""
    number = max(SAMPLE, len(column) // MOST_LEFT_OUT)
    if number >= len(column):
        return column
    return column[(np.arange(number) * GOLDEN % 1 * len(column)).astype(np.int64)]


def _closes_ring(pattern: Pattern, found: Solutions, made: Solutions) -> bool:
    """Tell whether a pattern leads from one set of solutions to another that shares a variable with it anyway."""
    ends = pattern.variables
    return (
        len(ends) > 1
        and len(ends & made.columns.keys()) == 1
        and len(ends & found.columns.keys() - made.columns.keys()) == 1
        and not made.columns.keys().isdisjoint(found.columns)
    )


def _matching(found: Solutions, made: Solutions) -> Integers:
    """Count for each made solution those found that have the same terms in the shared variables."""
    keys, asked = _keys(found, made)
    keys.sort()
    counts: Integers = keys.searchsorted(asked, side="right") - keys.searchsorted(asked)
    return counts


def _either(one: Solutions, other: Solutions) -> Solutions:
    """Put solutions of the same variables together; where there is none, columns may be missing."""
    if not one.size or not other.size:
        return one if one.size else other
    columns = {name: np.concatenate((column, other.columns[name])) for name, column in one.columns.items()}
    return Solutions(columns, one.size + other.size)


def _joined(one: Solutions, other: Solutions) -> Solutions:
    """Join two sets of solutions by all variables that they share."""
    if not other.size:
        return Solutions({}, 0)
    left, right = _keys(one, other)
    order = np.argsort(right, kind="stable")
    ordered = right[order]
    start = ordered.searchsorted(left)
    counts = ordered.searchsorted(left, side="right") - start
    total = int(counts.sum())
    _refuse_many(one, total)
    places = order[ranges(start, counts)]
    columns = one.repeated(counts)
    columns.update({name: column[places] for name, column in other.columns.items() if name not in columns})
    return Solutions(columns, total)


def _keys(one: Solutions, other: Solutions) -> tuple[Integers, Integers]:
    """Give each solution one integer, the same for the same terms in the shared variables."""
    shared = sorted(one.columns.keys() & other.columns.keys())
    keys: Integers = np.zeros(one.size + other.size, np.int64)
    for number, name in enumerate(shared):
        keys = pairs_of(keys, np.concatenate((one.columns[name], other.columns[name])))
        if number and number < len(shared) - 1:
            keys = np.unique(keys, return_inverse=True)[1].astype(np.int64)
    return keys[: one.size], keys[one.size :]
