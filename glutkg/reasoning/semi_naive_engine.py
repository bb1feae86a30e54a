"""Semi-naive evaluation of rules over coded triples.

A rule can conclude something new only where one of its patterns matches a new triple. So after its first run it is run
once for each pattern that new triples may match, with that pattern over the new ones alone, until nothing is new.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from glutkg.errors import LimitError, RuleError
from glutkg.rdf.namespaces import RDF
from glutkg.reasoning.coded_triples import SHIFT, Integers, Relation, Relations, Terms, contained, distinct, pairs_of
from glutkg.reasoning.filter_evaluation import Coder, Condition, FilterPart, conditions, filter_parts, group_patterns
from glutkg.reasoning.joins import Joins, Pattern, matches
from glutkg.reasoning.rule import filter_expression
from glutkg.relations import grouped
from glutkg.sparql.patterns import Exists, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from glutkg.reasoning.joins import Solutions
    from glutkg.reasoning.rule import Pattern as Triple
    from glutkg.reasoning.rule import Rule

MAX_ROUNDS = 1_000_000
"""Rules make no new terms, so that they do reach a fixpoint; the bound is against errors of the engine."""
FEW = 1_000
"""New triples from which a rule begins in any case; where there are more, it begins with what matches the fewest."""
_TYPE = f"<{RDF}type>"


class Conclusions(NamedTuple):
    """What a run of a rule was the first to conclude: the number of the rule, a predicate, and sorted pairs."""

    rule: int
    predicate: int
    pairs: Integers


class End(NamedTuple):
    """Where a variable stands in a body: the number of the pattern, at which end, and the code at the other end."""

    pattern: int
    of_objects: bool
    other: int | None


class Instance(NamedTuple):
    """A rule with all its predicates known; for each pattern of its body the others are at hand.

    So are the places of each variable that several patterns share.
    """

    rule: int
    head: Pattern
    body: tuple[Pattern, ...]
    others: tuple[tuple[Pattern, ...], ...]
    shared: Sequence[Sequence[End]]
    conditions: Sequence[Condition]


class CodedRule:
    """A rule, and its instances: one for each way in which the graph gives predicates to its variables."""

    def __init__(self, rule: Rule, number: int, terms: Terms, joins: Joins) -> None:
        self.rule = rule
        self.number = number
        self._terms = terms
        self._joins = joins
        self._filters, names, giving = _plan(rule.head, rule.body, rule.filters)
        coder = Coder(terms, joins, {})
        self._head = coder.triple(rule.head)
        self._body = [(coder.triple(triple), n in rule.stated_only) for n, triple in enumerate(rule.body)]
        self._giving = [coder.pattern(*self._body[n]) for n in giving]
        given = set().union(*(pattern.variables for pattern in self._giving))
        self._given = [name for name in names if name in given]
        self._free = [name for name in names if name not in given]
        self._made: set[tuple[int, ...]] = set()

    def is_settled(self, delta: Relations) -> bool:
        """Give whether new triples leave the instances as they are."""
        return bool(self._made) and not self._free and all(one.predicate not in delta for one in self._giving)

    def new_instances(self, predicates: Iterable[int]) -> Iterator[Instance]:
        """Make the instances that were not made before, with some predicates for variables that may stand for any."""
        for codes in self._predicates(sorted(predicates)):
            if codes not in self._made:
                self._made.add(codes)
                yield self._instance(dict(zip((*self._given, *self._free), codes, strict=True)))

    def _predicates(self, all_: Sequence[int]) -> list[tuple[int, ...]]:
        rows: list[tuple[int, ...]] = [()]
        if self._given:
            found = self._joins.whole(self._giving)
            columns = [found.columns[name] for name in self._given] if found.size else [np.empty(0, np.int64)]
            is_iri = np.logical_and.reduce([self._terms.are_iris(column) for column in columns])
            rows = sorted(set(zip(*(column[is_iri].tolist() for column in columns), strict=True)))
        for _ in self._free:
            rows = [(*row, code) for row in rows for code in all_]
        return rows

    def _instance(self, codes: dict[str, int]) -> Instance:
        coder = Coder(self._terms, self._joins, codes)
        head, body = coder.pattern(self._head), tuple(dict.fromkeys(coder.pattern(*one) for one in self._body))
        others = tuple((*body[:n], *body[n + 1 :]) for n in range(len(body)))
        return Instance(self.number, head, body, others, _shared(body), conditions(self._filters, coder))


def _shared(body: Sequence[Pattern]) -> list[list[End]]:
    """Give the places of each variable that stands in several patterns."""
    ends = [
        (term, End(number, of_objects, other if isinstance(other, int) else None))
        for number, pattern in enumerate(body)
        for term, other, of_objects in (
            (pattern.subject, pattern.object, False),
            (pattern.object, pattern.subject, True),
        )
        if isinstance(term, str)
    ]
    return [found for found in grouped(ends).values() if len(found) > 1]


def _have_nothing_in_common(shared: Sequence[Sequence[End]], relations: Sequence[Relation]) -> bool:
    """Tell at a glance that two patterns share a variable, and no term that it may stand for."""
    for ends in shared:
        found = [relations[number].few(other, of_objects) for number, of_objects, other in ends]
        sets = [codes for codes in found if codes is not None]
        if any(one.isdisjoint(other) for one, other in combinations(sets, 2)):
            return True
    return False


@lru_cache(2048)
def _plan(
    head: Triple, body: tuple[Triple, ...], filters: tuple[str, ...]
) -> tuple[list[FilterPart], list[str], list[int]]:
    """Give the parts of a rule's filters, its variables for predicates, and the patterns that give these; kept."""
    expressions = tuple(filter_expression(text) for text in filters)
    asked = [one for node in walk(expressions) if isinstance(node, Exists) for one in group_patterns(node.group)]
    predicates = [predicate for _, predicate, _ in (*body, head)] + [str(one.predicate) for one in asked]
    names = sorted({name for name in predicates if name.startswith("?")})
    return filter_parts(expressions), names, _giving(body, names)


def _giving(body: Sequence[tuple[str, str, str]], names: Sequence[str]) -> list[int]:
    """Number the patterns that give predicates to variables: those that mention them, and those tied to these."""
    known = [n for n, (_, predicate, _) in enumerate(body) if predicate not in names]
    reached, found = {*names}, set[int]()
    while more := {n for n in known if n not in found and not reached.isdisjoint((body[n][0], body[n][2]))}:
        found |= more
        reached |= {term for n in more for term in body[n] if term.startswith("?")}
    return sorted(found)


class Engine:
    """Rules at work on coded triples, to which what they conclude is added."""

    def __init__(self, terms: Terms, all_: Relations, stated: Relations, report: Callable[[str], None]) -> None:
        self._terms = terms
        self._all = all_
        self._joins = Joins(all_, stated)
        self._report = report
        self._type = terms.code(_TYPE.encode())
        self._new: defaultdict[int, list[Integers]] = defaultdict(list)
        self._reading: defaultdict[tuple[int, int | None], list[tuple[Instance, int]]] = defaultdict(list)
        self._active: list[CodedRule] = []
        self.conclusions: list[Conclusions] = []
        self.inferred = 0

    def run(self, rules: Sequence[tuple[int, Rule]], name: str) -> None:
        """Run rules, with their numbers, stratum by stratum, until nothing new follows. Raises RuleError.

        The rules of the lower strata go on with each higher one, so that what follows from a closed-world conclusion
        follows, too. The name says what is reported, with `{}` for the number of the stratum.
        """
        for stratum in sorted({rule.stratum for _, rule in rules}):
            started = [CodedRule(r, n, self._terms, self._joins) for n, r in rules if r.stratum == stratum]
            self._fixpoint(name.format(stratum), started)

    def finish(self, rules: Sequence[tuple[int, Rule]]) -> None:
        """Run final rules once, each over everything: nothing reads what they conclude."""
        for number, rule in rules:
            for instance in CodedRule(rule, number, self._terms, self._joins).new_instances(self._all):
                self._fire(instance)
        self._delta()

    def _fixpoint(self, name: str, started: Sequence[CodedRule]) -> None:
        self._active = sorted([*self._active, *started], key=lambda one: one.number)
        for rule in started:
            for instance in self._instances(rule):
                self._fire(instance)
        for count in range(1, MAX_ROUNDS + 1):
            delta = self._delta()
            self._report(f"{name}, round {count}: {self.inferred:,} inferred")
            if not delta:
                return
            for instance, index, new in self._tasks(delta):
                self._fire(instance, index, new)
        last = ", ".join(sorted({self._name(one.rule) for one, _, _ in self._tasks(self._delta())}))
        raise RuleError(f"The rules of {name} reach no fixpoint in {MAX_ROUNDS:,} rounds; the last to run: {last}.")

    def _name(self, number: int) -> str:
        return next(one.rule.name for one in self._active if one.number == number)

    def _instances(self, rule: CodedRule) -> list[Instance]:
        """Make new instances of a rule, and remember by what new triples they have to be run."""
        made = list(rule.new_instances(self._all))
        for instance in made:
            for index, pattern in enumerate(instance.body):
                if not pattern.is_stated:
                    self._reading[self._key(pattern)].append((instance, index))
        return made

    def _key(self, pattern: Pattern) -> tuple[int, int | None]:
        is_class = pattern.predicate == self._type and isinstance(pattern.object, int)
        return pattern.predicate, int(pattern.object) if is_class else None

    def _delta(self) -> Relations:
        """Give what is new since the last round."""
        made: Relations = defaultdict(Relation)
        for predicate, parts in self._new.items():
            made[predicate] = Relation(np.sort(np.concatenate(parts)))
            self.inferred += len(made[predicate])
        self._new.clear()
        return made

    def _tasks(self, delta: Relations) -> list[tuple[Instance, int, Relation | None]]:
        """Give what to run in a round, in order: new instances over everything, the others over what is new."""
        found: list[tuple[Instance, int, Relation | None]] = []
        for predicate, new in delta.items():
            keys: list[tuple[int, int | None]] = [(predicate, None)]
            if predicate == self._type:
                keys += [(predicate, class_) for class_ in distinct(new.by_object >> SHIFT).tolist()]
            found += [(instance, index, new) for key in keys for instance, index in self._reading.get(key, ())]
        for rule in self._active:
            if not rule.is_settled(delta):
                found += [(instance, -1, None) for instance in self._instances(rule)]
        return sorted(found, key=lambda task: (task[0].rule, task[1]))

    def _fire(self, instance: Instance, index: int = -1, new: Relation | None = None) -> None:
        """Run an instance over everything, or with one of its patterns over what is new."""
        body, filters = instance.body, instance.conditions
        relations = [*map(self._joins.relation, body)]
        if new is not None:
            relations[index] = new
        if any(one.is_empty for one in relations) or _have_nothing_in_common(instance.shared, relations):
            return
        try:
            if new is None:
                found = self._joins.whole(body, filters)
            elif len(new) > FEW:
                found = self._joins.whole([*instance.others[index], body[index]._replace(among=new)], filters)
            else:
                found = self._joins.solve(matches(body[index], new), instance.others[index], filters)
            if found.size:
                self._conclude(instance, found)
        except MemoryError as error:
            relation = self._terms.spelled[instance.head.predicate].decode()
            raise LimitError(
                f"The rule '{self._name(instance.rule)}' matches more than fits in memory, where it concludes "
                f"{relation}. Join its triple patterns by variables that they share, split it into several rules, or "
                "state fewer facts that it puts together."
            ) from error

    def _conclude(self, instance: Instance, found: Solutions) -> None:
        subject, predicate, object_ = instance.head[:3]
        start, end = (np.asarray(found.value(term), np.int64) for term in (subject, object_))
        relation = self._all[predicate]
        pairs = distinct(np.atleast_1d(pairs_of(start, end)))
        pairs = pairs[~contained(pairs, relation.by_subject)]
        pairs = pairs[~self._terms.are_literals(pairs >> SHIFT)]
        if len(pairs):
            relation.add(pairs)
            self._new[predicate].append(pairs)
            self.conclusions.append(Conclusions(instance.rule, predicate, pairs))
