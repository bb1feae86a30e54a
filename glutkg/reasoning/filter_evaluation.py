"""Filters of rules, applied to solutions as masks.

A filter is true, false, or an error, as in SPARQL: 1, -1 and 0 here, so that NOT is a change of sign, AND the smallest
and OR the largest. Whether two literals are equal is left to the engine that the graph is kept in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glutkg.errors import RuleError
from glutkg.reasoning.coded_triples import LOW, SHIFT, Integers, pairs_of
from glutkg.reasoning.filter_checks import KINDS_OF_TERM, READ, STATED
from glutkg.reasoning.joins import Pattern, Solutions
from glutkg.sparql.patterns import COMPARISONS, Call, Exists, Group, Operation, variables, walk
from glutkg.store.comparisons import compare
from glutkg.store.spelling import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from glutkg.reasoning.coded_triples import Mask, Terms
    from glutkg.reasoning.joins import Joins
    from glutkg.sparql.patterns import Expression, TriplePattern

Truth = NDArray[np.int8]
Test = Callable[[Solutions], Truth]
CodedTriple = tuple[int | str, int | str, int | str]
"""Terms as codes, or as names of variables."""


class FilterPart(NamedTuple):
    """A filter, or one of several that all have to be true; with what can be said of it before terms have codes."""

    expression: Expression
    variables: frozenset[str]
    is_cheap: bool


def filter_parts(expressions: Sequence[Expression]) -> list[FilterPart]:
    """Take filters apart into those that all have to be true, cheap ones first."""
    parts = [part for expression in expressions for part in _all_of(expression)]
    made = [
        FilterPart(part, variables(part), not any(isinstance(node, Exists) for node in walk(part))) for part in parts
    ]
    return sorted(made, key=lambda one: not one.is_cheap)


class Condition:
    """A part of a filter that can be applied to solutions."""

    def __init__(self, part: FilterPart, coder: Coder) -> None:
        self.variables = part.variables - coder.known.keys()
        self.is_cheap = part.is_cheap
        self._made = partial(coder.test, part.expression)
        self._test: Test | None = None  # of many rules no solution ever gets as far

    def holds(self, found: Solutions) -> Mask:
        """Give for each solution whether it passes."""
        self._test = self._test or self._made()
        mask: Mask = self._test(found) == 1
        return mask


def conditions(parts: Sequence[FilterPart], coder: Coder) -> list[Condition]:
    """Make conditions of parts of filters."""
    return [Condition(part, coder) for part in parts]


def _all_of(expression: Expression) -> Iterator[Expression]:
    match expression:
        case Operation("&&", parts):
            for part in parts:
                yield from _all_of(part)
        case _:
            yield expression


class Coder:
    """Puts codes in the place of terms; some variables stand for a term whose code is known."""

    def __init__(self, terms: Terms, joins: Joins, known: Mapping[str, int]) -> None:
        self.known = known
        self._terms = terms
        self._joins = joins
        self._groups = 0

    def term(self, name: str) -> int | str:
        """Code a term; a variable that stands for nothing known stays."""
        if name.startswith("?"):
            return self.known.get(name, name)
        return self._terms.code((canonical(name) if name.startswith('"') else name).encode())

    def triple(self, terms: tuple[str, str, str]) -> CodedTriple:
        """Code the terms of a pattern."""
        subject, predicate, object_ = map(self.term, terms)
        return subject, predicate, object_

    def pattern(self, triple: CodedTriple, is_stated: bool = False) -> Pattern:
        """Make a pattern of a triple; its predicate has to be known."""
        known = self.known
        subject, predicate, object_ = (known.get(one, one) if isinstance(one, str) else one for one in triple)
        return Pattern(subject, int(predicate), object_, is_stated)

    def test(self, expression: Expression) -> Test:
        """Make of an expression that `filter_checks` lets pass a function that gives its truth for each solution."""
        match expression:
            case Operation("!", (inner,)):
                made = self._negated(self.test(inner))
            case Operation("&&", parts):
                made = self._joined(parts, np.minimum, -1)
            case Operation("||", parts):
                made = self._joined(parts, np.maximum, 1)
            case Operation("IN", (item, *choices)):
                made = self._joined([Operation("=", (item, choice)) for choice in choices], np.maximum, 1)
            case Operation(operator, (left, right)) if operator in COMPARISONS:
                made = self._comparison(operator, str(left), str(right))
            case Exists(group):
                made = self._exists(group)
            case _:
                made = self._kind_of_term(expression)
        return made

    @staticmethod
    def _negated(test: Test) -> Test:
        return lambda found: -test(found)

    def _joined(self, parts: Sequence[Expression], join: Callable[[Truth, Truth], Truth], decided: int) -> Test:
        """Join the truth of parts; solutions that are decided are not given to the next part."""
        tests = [self.test(part) for part in parts]

        def test(found: Solutions) -> Truth:
            truth = tests[0](found)
            for one in tests[1:]:
                open_ = truth != decided
                truth[open_] = join(truth[open_], one(found.where(open_)))
            return truth

        return test

    def _kind_of_term(self, expression: Expression) -> Test:
        if not isinstance(expression, Call) or expression.name not in KINDS_OF_TERM:
            raise RuleError(f"A rule has the filter {expression}, which the rule engine does not know. {READ}")
        tests = (self._terms.are_iris, self._terms.are_iris, self._terms.are_blank, self._terms.are_literals)
        is_kind, term = tests[KINDS_OF_TERM.index(expression.name)], self.term(str(expression.arguments[0]))

        def test(found: Solutions) -> Truth:
            codes = _column(found, term)
            return _unknown(found) if codes is None else _truth(is_kind(codes))

        return test

    def _comparison(self, operator: str, left: str, right: str) -> Test:
        first, second = self.term(left), self.term(right)

        def test(found: Solutions) -> Truth:
            one, other = _column(found, first), _column(found, second)
            if one is None or other is None:
                return _unknown(found)
            truth = _truth(one == other) if operator == "=" else _truth(one != other)
            truth = truth if operator in ("=", "!=") else _unknown(found)
            literal = self._terms.are_literals(one) & self._terms.are_literals(other)
            if literal.any():
                truth[literal] = self._compared(operator, pairs_of(one[literal], other[literal]))
            return truth

        return test

    def _compared(self, operator: str, pairs: Integers) -> Truth:
        """Compare literals by their values, each pair of terms once."""
        once, places = np.unique(pairs, return_inverse=True)
        spelled = self._terms.spelled
        asked = [(spelled[pair >> SHIFT].decode(), spelled[pair & LOW].decode()) for pair in once.tolist()]
        truths = [0 if answer is None else 1 if answer else -1 for answer in compare(operator, asked)]
        found: Truth = np.array(truths, np.int8)[places]
        return found

    def _exists(self, group: Group) -> Test:
        patterns = [self.pattern(self.triple(_triple(one)), one.graph == STATED) for one in group_patterns(group)]
        narrowed = conditions(filter_parts(group.filters), self)
        used = variables(group)
        self._groups += 1
        number = f"#{self._groups}"

        def test(found: Solutions) -> Truth:
            columns = {name: column for name, column in found.columns.items() if name in used}
            columns[number] = np.arange(found.size)
            truth: Truth = np.full(found.size, -1, np.int8)
            left = self._joins.solve(Solutions(columns, found.size), patterns, narrowed)
            if left.size:
                truth[left.columns[number]] = 1
            return truth

        return test


def group_patterns(group: Group) -> Iterator[TriplePattern]:
    """Give the patterns of a group, also those in groups within it, which have nothing but patterns."""
    yield from group.patterns
    for inner in group.of(Group):
        yield from group_patterns(inner)


def _triple(pattern: TriplePattern) -> tuple[str, str, str]:
    return pattern.subject, str(pattern.predicate), pattern.object


def _column(found: Solutions, term: int | str) -> Integers | None:
    value = found.value(term)
    return np.full(found.size, value, np.int64) if isinstance(value, int) else value


def _truth(mask: Mask) -> Truth:
    return 2 * mask.view(np.int8) - 1


def _unknown(found: Solutions) -> Truth:
    return np.zeros(found.size, np.int8)
