"""The ways in which rules conclude what rests on claims: each an instance of a rule, by the numbers of its triples.

They are found over coded triples, where most of them, which hold without any claim, are left out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from glutkg.errors import LimitError
from glutkg.rdf.namespaces import BASE, RDF
from glutkg.reasoning.coded_graph import close, code
from glutkg.reasoning.coded_triples import EMPTY, LOW, SHIFT, Integers, Relation, contained, distinct, pairs_of
from glutkg.reasoning.coded_triples import coded as coded_triples
from glutkg.reasoning.joins import Joins
from glutkg.reasoning.rule import final_graphs
from glutkg.reasoning.semi_naive_engine import CodedRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.coded_graph import CodedGraph
    from glutkg.reasoning.coded_triples import Mask
    from glutkg.reasoning.joins import Pattern, Solutions
    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph

Block = frozenset[int]


class RelaxedRule(NamedTuple):
    """A rule without its exceptions, and for each of these the rule with what makes it as further premises."""

    rule: Rule
    excepted: tuple[Rule, ...]


class Instance(NamedTuple):
    """One way in which a rule fires: the numbers of conclusion and premises that are not there without claims.

    The claims state what has to be stated itself; each block of triples would be an exception.
    """

    head: int
    body: tuple[int, ...]
    claims: frozenset[str]
    blocks: frozenset[Block]


class _Found(NamedTuple):
    """What one way to give predicates to a rule finds: predicate and pairs of its conclusion and of its premises."""

    body: tuple[Pattern, ...]
    head: tuple[int, Integers]
    premises: list[tuple[int, Integers]]


class RuleInstances:
    """The instances of rules over a reasoned graph, where rules know no exception, as far as they rest on claims.

    Raises LimitError for rules that match more than fits in memory.
    """

    def __init__(self, graph: Graph, rules: Sequence[RelaxedRule]) -> None:
        self._coded = _without_final(graph, [one.rule for one in rules])
        close(self._coded, [one.rule for one in rules])
        self._joins = Joins(self._coded.all_, self._coded.stated)
        terms = self._coded.terms
        type_, claim = (terms.code(f"<{name}>".encode()) for name in (RDF + "type", BASE + "Claim"))
        self._claims = self._coded.all_[type_].subjects(claim)
        self.claims = frozenset(terms.term(code).value for code in self._claims.tolist())
        found = [([*self._found(one.rule)], [[*self._found(rule)] for rule in one.excepted]) for one in rules]
        self._number_all([made.head for some, _ in found for made in some])
        self._free = np.zeros(self._firsts[-1] + 1, np.bool_)
        self._free[-1] = True  # what stands where a rule has fewer premises than others
        rows = [self._rows(made, excepted) for some, excepted in found for made in some]
        self.instances = self._left([row for row in rows if len(row.heads)])

    def stated(self) -> Iterator[tuple[int, str]]:
        """Give the number of each triple that claims state about themselves, with its claim, where it needs that."""
        for predicate, relation in self._coded.stated.items():
            pairs = relation.by_subject
            pairs = pairs[contained(pairs >> SHIFT, self._claims)]
            numbers = self._numbers(predicate, pairs)
            is_needed = ~self._free[numbers]
            for number, subject in zip(numbers[is_needed].tolist(), (pairs[is_needed] >> SHIFT).tolist(), strict=True):
                yield number, self._coded.terms.term(subject).value

    def triple(self, number: int) -> Triple:
        """Give the triple of a number."""
        place = bisect_right(self._firsts, number) - 1
        predicate, pairs = self._pairs[place]
        pair = int(pairs[number - self._firsts[place]])
        return self._term(pair >> SHIFT), self._term(predicate), self._term(pair & LOW)

    # --- what rules find ---------------------------------------------------------------------------------------------

    def _found(self, rule: Rule) -> Iterator[_Found]:
        for instance in CodedRule(rule, 0, self._coded.terms, self._joins).new_instances(self._coded.all_):
            if any(self._joins.relation(pattern).is_empty for pattern in instance.body):
                continue
            try:
                found = self._joins.whole(instance.body, instance.conditions)
            except MemoryError as error:
                raise LimitError(f"The rule '{rule.name}' matches more than fits in memory.") from error
            if found.size:
                found = found.where(~self._coded.terms.are_literals(_column(found, instance.head.subject)))
                premises = [(one.predicate, _pairs(found, one)) for one in instance.body]
                yield _Found(instance.body, (instance.head.predicate, _pairs(found, instance.head)), premises)

    def _number_all(self, heads: Iterable[tuple[int, Integers]]) -> None:
        """Number all triples: those of a predicate follow each other, sorted."""
        parts: defaultdict[int, list[Integers]] = defaultdict(list)
        for table in (self._coded.all_, self._coded.stated):
            for predicate, relation in table.items():
                parts[predicate].append(relation.by_subject)
        for predicate, pairs in heads:
            parts[predicate].append(pairs)
        self._pairs = [(predicate, distinct(np.concatenate([EMPTY, *some]))) for predicate, some in parts.items()]
        self._places = {predicate: place for place, (predicate, _) in enumerate(self._pairs)}
        self._firsts = [0, *np.cumsum([len(pairs) for _, pairs in self._pairs]).tolist()]
        self._term = cache(self._coded.terms.term)

    def _numbers(self, predicate: int, pairs: Integers) -> Integers:
        place = self._places[predicate]
        found: Integers = self._pairs[place][1].searchsorted(pairs) + self._firsts[place]
        return found

    def _rows(self, found: _Found, excepted: Iterable[Sequence[_Found]]) -> _Rows:
        """Number the triples of instances, and leave out those whose conclusion is a premise."""
        heads = self._numbers(*found.head)
        premises = [self._numbers(*one) for one in found.premises]
        blocked = self._blocked(found, premises, [one for some in excepted for one in some])
        places = range(len(found.body))
        stating = [
            np.where(contained(found.premises[n][1] >> SHIFT, self._claims), found.premises[n][1] >> SHIFT, -1)
            for n in places
            if found.body[n].is_stated
        ]
        others = [premises[n] for n in places if not found.body[n].is_stated]
        rows = _Rows(heads, others, stating, blocked)
        is_new = np.ones(len(heads), np.bool_)
        for column in premises:
            is_new &= column != heads
        return rows.where(is_new)

    def _blocked(
        self, found: _Found, premises: Sequence[Integers], excepted: Sequence[_Found]
    ) -> list[frozenset[Block]]:
        """Give for each instance the triples, block by block, that would make an exception of it."""
        blocks: defaultdict[tuple[int, ...], set[Block]] = defaultdict(set)
        size = len(found.body)
        for one in excepted:
            if one.body[:size] == found.body:
                for row in zip(*(self._numbers(*pairs).tolist() for pairs in one.premises), strict=True):
                    blocks[row[:size]].add(frozenset(row[size:]))
        if not blocks:
            return []
        rows = zip(*(column.tolist() for column in premises), strict=True)
        return [frozenset(blocks.get(row, ())) for row in rows]

    # --- what rests on claims ----------------------------------------------------------------------------------------

    def _left(self, rows: Sequence[_Rows]) -> list[Instance]:
        """Find what follows without any claim, and give the instances that conclude anything else."""
        for predicate, relation in self._coded.stated.items():
            pairs = relation.by_subject
            self._free[self._numbers(predicate, pairs[~contained(pairs >> SHIFT, self._claims)])] = True
        waiting = [row.where(row.needs_nothing()) for row in rows]
        while sum(map(self._spread_free, waiting)):
            waiting = [row.where(~self._free[row.heads]) for row in waiting]
        return [one for row in rows for one in self._of_rows(row.where(~self._free[row.heads]))]

    def _spread_free(self, rows: _Rows) -> bool:
        holds = ~self._free[rows.heads]
        for column in rows.premises:
            holds &= self._free[column]
        self._free[rows.heads[holds]] = True
        return bool(holds.any())

    def _of_rows(self, rows: _Rows) -> Iterator[Instance]:
        last = len(self._free) - 1
        columns = [np.where(self._free[column], last, column).tolist() for column in rows.premises]
        bodies = zip(*columns, strict=True) if columns else [()] * len(rows.heads)
        stating = zip(*(column.tolist() for column in rows.stating), strict=True) if rows.stating else ()
        claims = [frozenset(self._term(code).value for code in some if code >= 0) for some in stating]
        for number, (head, body) in enumerate(zip(rows.heads.tolist(), bodies, strict=True)):
            blocks = frozenset(map(self._without_free, rows.blocks[number] if rows.blocks else ()))
            if frozenset() not in blocks:
                left = tuple(one for one in body if one != last)
                yield Instance(head, left, claims[number] if claims else frozenset(), blocks)

    def _without_free(self, block: Block) -> Block:
        return frozenset(number for number in block if not self._free[number])


class _Rows(NamedTuple):
    """Instances of a rule: a number for each conclusion, and columns of premises and of claims that state some.

    `blocks` is empty where the rule has no exceptions.
    """

    heads: Integers
    premises: list[Integers]
    stating: list[Integers]
    blocks: list[frozenset[Block]]

    def where(self, mask: Mask) -> _Rows:
        """Keep some of the instances."""
        if mask.all():
            return self
        blocks = [self.blocks[place] for place in np.flatnonzero(mask).tolist()] if self.blocks else []
        premises, stating = ([column[mask] for column in columns] for columns in (self.premises, self.stating))
        return _Rows(self.heads[mask], premises, stating, blocks)

    def needs_nothing(self) -> Mask:
        """Tell which instances ask for nothing but their premises."""
        free = np.array([not blocks for blocks in self.blocks]) if self.blocks else np.ones(len(self.heads), np.bool_)
        for column in self.stating:
            free &= column < 0
        return free


def _without_final(graph: Graph, rules: Sequence[Rule]) -> CodedGraph:
    """Code a reasoned graph without what its final rules concluded, which no rule reads."""
    coded = code(graph)
    for name in final_graphs(rules):
        for predicate, relation in coded_triples(graph.ntriples(name), coded.terms).items():
            pairs = coded.all_[predicate].by_subject
            coded.all_[predicate] = Relation(pairs[~contained(pairs, relation.by_subject)])
    return coded


def _column(found: Solutions, term: int | str) -> Integers:
    value = found.value(term)
    return np.full(found.size, value, np.int64) if isinstance(value, int) else np.asarray(value, np.int64)


def _pairs(found: Solutions, pattern: Pattern) -> Integers:
    return pairs_of(_column(found, pattern.subject), _column(found, pattern.object))
