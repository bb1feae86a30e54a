"""How one rule is run: over everything, or only where something is new.

A rule can conclude something new only where one of its patterns meets a new triple. So after its first run it is run
once for each pattern that something new may match, with that pattern over the new triples alone (semi-naive
evaluation). Most rules are not run at all.

What a rule asks of the schema (kinds, relations, their hierarchies) is looked up before and written into the update as
values: there are few of them, they hardly ever change, and an engine that starts there joins in a good order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from glutkg.graph import SCHEMA_PREDICATES
from glutkg.terms import OWL, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from glutkg.graph import Graph
    from glutkg.rules.rule import Pattern, Rule

MAX_VALUES = 5000
"""So many rows are written into an update; more of them take longer to read than to look up."""

_VARIABLE = re.compile(r"\?\w+")
_TYPE = f"<{RDF}type>"
_OBJECT_PROPERTY = f"<{OWL}ObjectProperty>"
_HIERARCHY = frozenset(f"<{predicate}>" for predicate in SCHEMA_PREDICATES)


class News(NamedTuple):
    """The names of two graphs with what is new: what a climbing rule has yet to look at, and what it has not to."""

    open: str
    settled: str


class Sight:
    """What a graph holds, remembered: of the default graph what it does hold, of others also what it does not."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._seen: dict[tuple[Pattern, str | None], bool] = {}

    def holds(self, pattern: Pattern, graph: str | None = None) -> bool:
        """Tell whether some triple matches a pattern, its variables without names."""
        found = self._seen.get((pattern, graph))
        if found is None:
            found = self._graph.holds(pattern, graph)
            if found or graph:
                self._seen[pattern, graph] = found
        return found


class Plan:
    """How to run one rule. What it asks of the schema it can `learn`, and must again when the schema changes."""

    def __init__(self, rule: Rule, sight: Sight) -> None:
        self.rule = rule
        self._sight = sight
        self._nameless = [_without_names(pattern) for pattern in rule.body]
        kinds = _about_kinds(rule.body)
        changing = [index for index in range(len(rule.body)) if index not in rule.stated_only]
        self._schema = [index for index in changing if rule.body[index][0] in kinds]
        self.data = [index for index in changing if index not in self._schema]
        self._values: dict[int, str] = {}
        self._is_settled = rule.climbs or self._keeps_the_object()

    def learn(self, schema: Graph) -> None:
        """Look up what the rule asks of the schema."""
        self._values = {}
        leading = _leading(self.rule.body[index] for index in self.data)
        for indexes in _connected(self.rule.body, self._schema):
            patterns = [self.rule.body[index] for index in indexes]
            names = sorted({term for pattern in patterns for term in pattern if term.startswith("?")})
            if leading.isdisjoint(names):
                continue
            lines = [f"{' '.join(pattern)} ." for pattern in patterns]
            lines += [text for text in self.rule.filters if set(_VARIABLE.findall(text)) <= set(names)]
            query = f"SELECT DISTINCT {' '.join(names)} WHERE {{ {' '.join(lines)} }} LIMIT {MAX_VALUES + 1}"
            rows = schema.names(query)
            if len(rows) <= MAX_VALUES and not any(term.startswith(("_:", '"')) for row in rows for term in row):
                written = " ".join(f"({' '.join(row)})" for row in rows)
                self._values |= dict.fromkeys(indexes, "")
                self._values[indexes[0]] = f"VALUES ({' '.join(names)}) {{ {written} }}"

    def whole(self, write: News) -> Iterator[str]:
        """Give the update that runs the rule over everything, unless some pattern is met by nothing."""
        if self._is_met():
            yield self._update(write, self._values)

    def steps(self, read: News, write: News, is_schema_new: bool) -> Iterator[str]:
        """Give the updates to run when something is new: one for each pattern, and graph, that something may match."""
        for index in [*(self._schema if is_schema_new else ()), *self.data]:
            is_data = index in self.data
            for graph in read[:1] if self.rule.climbs and is_data else read:
                if self._sight.holds(self._nameless[index], graph) and self._is_met(index):
                    new = {index: f"GRAPH <{graph}> {{ {' '.join(self.rule.body[index])} }}"}
                    yield self._update(write, {**self._values, **new} if is_data else new)

    def _is_met(self, but: int | None = None) -> bool:
        return all(self._sight.holds(pattern) for index, pattern in enumerate(self._nameless) if index != but)

    def _update(self, write: News, instead: Mapping[int, str]) -> str:
        """Write the update: what is new goes to the default graph, to the rule's own, and to one for the next round."""
        head = " ".join(self.rule.head)
        where = self._where(instead)
        news = write.settled if self._is_settled else write.open
        return (
            f"INSERT {{ {head} . GRAPH <{self.rule.graph}> {{ {head} }} GRAPH <{news}> {{ {head} }} }}\n"
            f"WHERE {{ {where} FILTER NOT EXISTS {{ {head} }} }}"
        )

    def _where(self, instead: Mapping[int, str]) -> str:
        """Write the body; what is looked up apart in a query of its own, which engines join by hash."""
        if not self.rule.apart:
            return self.rule.where(instead)
        lines = self.rule.lines(instead)
        alone = {index for index, pattern in enumerate(self.rule.body) if pattern[0] == self.rule.apart}
        apart = "\n".join(lines[index] for index in sorted(alone))
        others = [line for index, line in enumerate(lines) if index not in alone]
        return "\n".join([*others, f"{{ SELECT * WHERE {{ {apart} }} }}", *self.rule.filters])

    def _keeps_the_object(self) -> bool:
        """Tell whether the rule hands on an object as it was in another relation: there it has climbed already."""
        kept = self.rule.head[2]
        places = [pattern for pattern in self.rule.body if kept in pattern]
        if not kept.startswith("?") or len(places) != 1 or any(kept in text for text in self.rule.filters):
            return False
        subject, predicate, object_ = places[0]
        is_relation = (predicate, _TYPE, _OBJECT_PROPERTY)
        return (
            object_ == kept != subject
            and self.rule.body.index(places[0]) not in self.rule.stated_only
            and (is_relation in self.rule.body if predicate.startswith("?") else self._sight.holds(is_relation))
        )


def _without_names(pattern: Pattern) -> Pattern:
    subject, predicate, object_ = ("?" if term.startswith("?") else term for term in pattern)
    return subject, predicate, object_


def _about_kinds(body: Iterable[Pattern]) -> set[str]:
    """Find the variables of a body that can stand for nothing but kinds and relations."""
    found: set[str] = set()
    for subject, predicate, object_ in body:
        if predicate == _TYPE and object_.startswith(f"<{OWL}"):
            found.add(subject)
        elif predicate in _HIERARCHY:
            found |= {subject, object_}
    return {term for term in found if term.startswith("?")}


def _leading(patterns: Iterable[Pattern]) -> set[str]:
    """Find the variables without which an engine would have to look at every triple: relations, and classes."""
    found = {object_ if predicate == _TYPE else predicate for _, predicate, object_ in patterns}
    return {term for term in found if term.startswith("?")}


def _connected(body: tuple[Pattern, ...], indexes: Iterable[int]) -> list[list[int]]:
    """Group patterns that share variables."""
    groups: list[tuple[set[str], list[int]]] = []
    for index in indexes:
        names = {term for term in body[index] if term.startswith("?")}
        joined = [group for group in groups if group[0] & names]
        groups = [group for group in groups if group not in joined]
        groups.append((names.union(*(group[0] for group in joined)), [*(i for g in joined for i in g[1]), index]))
    return [members for _, members in groups]
