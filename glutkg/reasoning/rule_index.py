"""Rules by the triples that concern them, and the queries for what a rule makes of some triples."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from glutkg.rdf.namespaces import RDF, STATED_GRAPH
from glutkg.rdf.terms import Triple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from glutkg.reasoning.rule import Pattern, Rule
    from glutkg.store.graph import Graph

_ROWS = 500
"""So many triples are written into one query."""
_TYPE = f"<{RDF}type>"
_EXISTS = re.compile(r"\bEXISTS\b", re.IGNORECASE)
_FREE = re.compile(r"[?$]\w+\s+[?$]\w+\s+[?$]\w+")
_MENTIONED = re.compile(r"<[^>]*>")

_T = TypeVar("_T")
Written = tuple[str, str, str]
"""A triple as SPARQL spells it."""
Rows = list[tuple[str, ...]]
"""What the variables of a pattern stand for, in the order of their names, once for each triple that matches it."""


class UnnamedError(Exception):
    """A triple has a blank node, which no query can name."""


class Rulebook:
    """Rules by the triples that concern them."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.all = [FollowedRule(rule) for rule in sorted(rules, key=lambda rule: rule.stratum)]
        self.closed = [rule for rule in self.all if rule.closed]
        self.strata = sorted({rule.stratum for rule in rules})
        self._premises: dict[str, list[tuple[FollowedRule, int]]] = {}
        self._heads: dict[str, list[FollowedRule]] = {}
        for rule in self.all:
            for index, pattern in enumerate(rule.rule.body):
                self._premises.setdefault(_key(pattern), []).append((rule, index))
            self._heads.setdefault(_key(rule.rule.head), []).append(rule)

    def met_by(
        self, triples: Iterable[Triple], stated: Iterable[Triple], highest: int | None = None, lowest: int | None = None
    ) -> Iterator[tuple[FollowedRule, int, Rows]]:
        """Give each rule and pattern that some of the triples match, with what the variables then stand for.

        A pattern over stated triples alone is matched with `stated`, all others with `triples`. Only rules of the
        strata from lowest to highest are given.
        """
        found: dict[tuple[int, int], Rows] = {}
        named: dict[int, FollowedRule] = {}
        for batch, is_stated in ((triples, False), (stated, True)):
            for triple in written(batch):
                for rule, index in _under(self._premises, triple):
                    if (index in rule.rule.stated_only) == is_stated and rule.is_within(lowest, highest):
                        row = _row(rule.rule.body[index], triple)
                        if row is not None:
                            named[id(rule)] = rule
                            found.setdefault((id(rule), index), []).append(row)
        for (name, index), rows in found.items():
            yield named[name], index, rows

    def concluding(self, triples: Iterable[Triple], stratum: int) -> Iterator[tuple[FollowedRule, Rows]]:
        """Give each rule of a stratum whose head some of the triples match, with what the variables then stand for."""
        found: dict[int, tuple[FollowedRule, Rows]] = {}
        for triple in written(triples):
            for rule in _under(self._heads, triple):
                row = _row(rule.rule.head, triple) if rule.rule.stratum == stratum else None
                if row is not None:
                    found.setdefault(id(rule), (rule, []))[1].append(row)
        yield from found.values()


def _key(pattern: Pattern) -> str:
    _, predicate, object_ = pattern
    if predicate.startswith("?"):
        return ""
    return f"{predicate}{object_}" if predicate == _TYPE and object_.startswith("<") else predicate


def _under(index: Mapping[str, list[_T]], triple: Written) -> Iterator[_T]:
    _, predicate, object_ = triple
    keys = ("", predicate, f"{predicate}{object_}") if predicate == _TYPE else ("", predicate)
    for key in keys:
        yield from index.get(key, ())


def _row(pattern: Pattern, triple: Written) -> tuple[str, ...] | None:
    """Give what the variables of a pattern stand for, in the order of their names, when a triple matches it."""
    bound: dict[str, str] = {}
    for term, value in zip(pattern, triple, strict=True):
        if term.startswith("?"):
            if bound.setdefault(term, value) != value:
                return None
        elif term != value:
            return None
    return tuple(bound[name] for name in sorted(bound))


def _names(pattern: Pattern) -> list[str]:
    return sorted({term for term in pattern if term.startswith("?")})


class FollowedRule:
    """A rule, with the queries for what it makes of some triples."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.closed = tuple(text for text in rule.filters if _EXISTS.search(text))
        self._open = tuple(text for text in rule.filters if not _EXISTS.search(text))
        self._mentioned = {name for text in self.closed for name in _MENTIONED.findall(text)}
        self._is_free = any(_FREE.search(text) for text in self.closed)

    def from_premise(self, graph: Graph, index: int, rows: Rows, filters: bool = True) -> Iterator[str]:
        """Give queries for what follows when rows match one pattern; without the filters that ask EXISTS, more.

        Rows are left out for which another pattern is matched by nothing in the graph.
        """
        names = _names(self.rule.body[index])
        others = [other for other in enumerate(self.rule.body) if other[0] != index]
        met = [row for row in rows if self._may_be(graph, others, dict(zip(names, row, strict=True)))]
        return self._queries(self.rule.body[index], met, index, filters) if met else iter(())

    def _may_be(self, graph: Graph, patterns: Iterable[tuple[int, Pattern]], given: Mapping[str, str]) -> bool:
        return all(
            graph.holds(
                [value if (value := given.get(term, term)).startswith("<") else "?" for term in pattern],
                STATED_GRAPH if index in self.rule.stated_only else None,
            )
            for index, pattern in patterns
        )

    def to_conclusion(self, rows: Rows) -> Iterator[str]:
        """Give queries for those rows of the head that the rule concludes."""
        return self._queries(self.rule.head, rows, None, filters=True)

    def everything(self, filters: bool = True) -> str:
        """Give the query for all that the rule concludes; without the filters that ask EXISTS, more."""
        return self._query("", None, filters)

    def is_within(self, lowest: int | None, highest: int | None) -> bool:
        """Tell whether the rule is of one of these strata."""
        return (lowest is None or lowest <= self.rule.stratum) and (highest is None or self.rule.stratum <= highest)

    def looks_at(self, triple: Written) -> bool:
        """Tell whether a filter that asks EXISTS may look at a triple."""
        _, predicate, object_ = triple
        if predicate == _TYPE:
            return self._is_free or object_ in self._mentioned
        return self._is_free or predicate in self._mentioned

    def _queries(self, pattern: Pattern, rows: Rows, but: int | None, filters: bool) -> Iterator[str]:
        names = _names(pattern)
        if not names:
            yield self._query("", but, filters)
            return
        for start in range(0, len(rows), _ROWS):
            written = " ".join(f"({' '.join(row)})" for row in rows[start : start + _ROWS])
            yield self._query(f"VALUES ({' '.join(names)}) {{ {written} }}", but, filters)

    def _query(self, given: str, but: int | None, filters: bool) -> str:
        lines = [
            f"GRAPH <{STATED_GRAPH}> {{ {' '.join(pattern)} }}"
            if index in self.rule.stated_only
            else f"{' '.join(pattern)} ."
            for index, pattern in enumerate(self.rule.body)
            if index != but
        ]
        asked = self.rule.filters if filters else self._open
        return f"CONSTRUCT {{ {' '.join(self.rule.head)} }} WHERE {{ {given} {' '.join([*lines, *asked])} }}"


def written(triples: Iterable[Triple]) -> list[Written]:
    """Write triples as SPARQL spells them. Raises UnnamedError for one with a blank node, which no query can name."""
    found = list(triples)
    if any(s.kind == "blank" or o.kind == "blank" for s, _, o in found):
        raise UnnamedError
    return [(s.n3(), p.n3(), o.n3()) for s, p, o in found]
