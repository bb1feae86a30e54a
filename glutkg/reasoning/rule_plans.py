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

from glutkg.rdf.namespaces import OWL, RDF
from glutkg.reasoning.delta import SORTS
from glutkg.store.graph import SCHEMA_PREDICATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from glutkg.reasoning.delta import News, Sort
    from glutkg.reasoning.rule import Pattern, Rule
    from glutkg.store.graph import Graph

MAX_VALUES = 5000
"""So many rows are written into an update; more of them take longer to read than to look up."""

_VARIABLE = re.compile(r"\?\w+")
_TYPE = f"<{RDF}type>"
_OBJECT_PROPERTY = f"<{OWL}ObjectProperty>"
_HIERARCHY = frozenset(f"<{predicate}>" for predicate in SCHEMA_PREDICATES)


class Sight:
    """What a graph holds, remembered: while rules run, nothing is taken away.

    What it does not hold is remembered until the round ends. What comes meanwhile is new in the next round, and a rule
    that has missed it will be given it then.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._present: set[Pattern] = set()
        self._absent: set[Pattern] = set()

    def holds(self, pattern: Pattern) -> bool:
        """Tell whether some triple matches a pattern, its variables without names."""
        if pattern not in self._present and pattern not in self._absent:
            (self._present if self._graph.holds(pattern) else self._absent).add(pattern)
        return pattern in self._present

    def end_round(self) -> None:
        """Look anew for what was absent."""
        self._absent.clear()


class Known(NamedTuple):
    """What some patterns of a rule, by number, find in the schema: variables, and in each row what they stand for."""

    patterns: Sequence[int]
    names: Sequence[str]
    rows: Sequence[tuple[str, ...]]

    def where(self, name: str, among: frozenset[str]) -> Known:
        """Keep the rows in which a variable stands for one of some terms."""
        place = self.names.index(name)
        return self._replace(rows=[row for row in self.rows if row[place] in among])

    def written(self) -> dict[int, str]:
        """Give what to write instead of the patterns: the rows as values for the first, nothing for the others."""
        rows = " ".join(f"({' '.join(row)})" for row in self.rows)
        values = f"VALUES ({' '.join(self.names)}) {{ {rows} }}"
        return {**dict.fromkeys(self.patterns, ""), self.patterns[0]: values}


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
        self._unlearned: Graph | None = None
        self._known: list[Known] = []
        self._to_read = [self._sorts_to_read(index) for index in range(len(rule.body))]
        self._sort = self._sort_of_news()

    def learn(self, schema: Graph) -> None:
        """Look up what the rule asks of the schema, the next time that it is run."""
        self._unlearned = schema

    def _learned(self) -> list[Known]:
        if self._unlearned is not None:
            self._known, self._unlearned = list(self._asked_of(self._unlearned)), None
        return self._known

    def _asked_of(self, schema: Graph) -> Iterator[Known]:
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
                yield Known(indexes, names, rows)

    def whole(self, write: News) -> Iterator[str]:
        """Give the update that runs the rule over everything, unless some pattern is met by nothing."""
        if self._is_met() and all(known.rows for known in self._learned()):
            yield self._update(write, _written(self._learned()))

    def steps(self, read: News, write: News, is_schema_new: bool) -> Iterator[str]:
        """Give the updates to run when something is new: one for each pattern, and graph, that something may match."""
        for index in [*(self._schema if is_schema_new else ()), *self.data]:
            is_data = index in self.data
            graphs = read.that_meet(self._nameless[index], self._to_read[index])
            for graph in graphs if self._is_met(index) else ():
                known = self._known_with(read, graph, index) if is_data else []
                if all(table.rows for table in known):
                    new = f"GRAPH <{graph}> {{ {' '.join(self.rule.body[index])} }}"
                    yield self._update(write, {index: new, **_written(known)})

    def _sort_of_news(self) -> Sort:
        if self.rule.climbs and any(pattern[:2] == self.rule.head[:2] for pattern in self.rule.body):
            return "climbed"
        return "handed on" if self.rule.climbs or self._keeps_the_object() else "open"

    def _sorts_to_read(self, index: int) -> tuple[Sort, ...]:
        if self.rule.climbs and index in self.data:
            return ("open",)
        return ("open", "handed on") if self._takes_any_object(index) else SORTS

    def _takes_any_object(self, index: int) -> bool:
        """Tell whether the rule does not ask what the object of a pattern is."""
        object_ = self.rule.body[index][2]
        terms = [term for pattern in (*self.rule.body, self.rule.head) for term in pattern]
        return object_.startswith("?") and terms.count(object_) == 1 and not _mentions(self.rule.filters, object_)

    def _known_with(self, read: News, graph: str, index: int) -> list[Known]:
        """Give of what is known from the schema what goes with a new triple that a pattern matches."""
        found = self._learned()
        for place, name in enumerate(self.rule.body[index]):
            if any(name in table.names for table in found):
                among = read.terms(self._nameless[index], place, graph)
                found = [table.where(name, among) if name in table.names else table for table in found]
        return found

    def _is_met(self, but: int | None = None) -> bool:
        return all(self._sight.holds(pattern) for index, pattern in enumerate(self._nameless) if index != but)

    def _update(self, write: News, instead: Mapping[int, str]) -> str:
        """Write the update: what is new goes to the default graph, to the rule's own, and to one for the next round."""
        head, news = " ".join(self.rule.head), write.names[self._sort]
        names = " ".join(term for term in dict.fromkeys(self.rule.head) if term.startswith("?"))
        where = f"{self.rule.where(instead)} FILTER NOT EXISTS {{ {head} }}"
        return (
            f"INSERT {{ {head} . GRAPH <{self.rule.graph}> {{ {head} }} GRAPH <{news}> {{ {head} }} }}\n"
            f"WHERE {{ {{ SELECT DISTINCT {names or '*'} WHERE {{ {where} }} }} }}"
        )

    def _keeps_the_object(self) -> bool:
        """Tell whether the rule hands on an object as it was in another relation: there it has climbed already."""
        kept = self.rule.head[2]
        places = [pattern for pattern in self.rule.body if kept in pattern]
        if not kept.startswith("?") or len(places) != 1 or _mentions(self.rule.filters, kept):
            return False
        subject, predicate, object_ = places[0]
        is_relation = (predicate, _TYPE, _OBJECT_PROPERTY)
        return (
            object_ == kept != subject
            and self.rule.body.index(places[0]) not in self.rule.stated_only
            and (is_relation in self.rule.body if predicate.startswith("?") else self._sight.holds(is_relation))
        )


def _written(known: Iterable[Known]) -> dict[int, str]:
    return {index: text for table in known for index, text in table.written().items()}


def _mentions(filters: Iterable[str], variable: str) -> bool:
    return any(variable in _VARIABLE.findall(text) for text in filters)


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
