"""The triple patterns of a query, and in which groups they stand: enough to tell which answers a change may touch.

When a triple comes or goes, a row of an answer can come or go only if some pattern of the query matches that triple
while the patterns around it match others. `Reading.touched` writes this as a query: the pattern's variables stand for
what changed, the patterns of its group and of the groups around it stay, and what could only rule a row out is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from typing import TYPE_CHECKING

from glutkg.questions.affected_patterns import VARIABLE, Names, Parser, UnreadableError, inner_groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from glutkg.questions.affected_patterns import Edge, Group
    from glutkg.store.graph import Graph

__all__ = ["Reading", "Touch", "UnreadableError", "Written", "narrowed"]

_FROM, _TO = "stepFrom", "stepTo"
"""What stands for the ends of a step that changed, within a path."""
Written = tuple[str, str, str]
"""A triple as SPARQL spells it; no blank nodes, which a query cannot name."""


def narrowed(query: str, focus: str, names: Iterable[str]) -> str:
    """Narrow a SELECT query to some IRIs, for which a variable of it is to stand.

    They are written into the choices of a UNION too, which an engine would else work out for everything.

    >>> narrowed("SELECT ?x WHERE { ?x a ?y }", "x", ["http://e/1"])
    'SELECT ?x WHERE { VALUES ?x { <http://e/1> } ?x a ?y }'
    """
    written = " ".join(f"<{name}>" for name in sorted(names) if not name.startswith("_:"))
    values = f" VALUES ?{focus} {{ {written} }} "
    starts = [query.index("{", query.index("SELECT")) + 1, *inner_groups(query, focus)]
    parts = [query[start:end] for start, end in pairwise([0, *starts, len(query)])]
    return values.join([parts[0], *(part.lstrip(" ") for part in parts[1:])])


@dataclass(frozen=True, slots=True)
class Touch:
    """A question for what a change touches: a query, or where none is needed, the names themselves."""

    query: str = ""
    names: frozenset[str] = frozenset()


class Reading:
    """A query, read once and asked about many changes. Raises UnreadableError when it cannot be read."""

    def __init__(self, query: str) -> None:
        self._names = Names(query)
        self.root = Parser(query, self._names).query()
        self._spots = [*_spots(self.root, ())]

    def touched(self, focus: str, triples: Sequence[Written]) -> list[Touch] | None:
        """Tell how to find what a variable may stand for in the rows that changed triples touch; None: anything."""
        found: list[Touch] = []
        for spot, rows in self._matched(triples):
            if focus in rows[0]:
                found.append(Touch(names=frozenset(row[focus] for row in rows)))
            else:
                body = self._body(spot, rows, focus)
                if focus not in VARIABLE.findall(body):
                    return None
                found.append(Touch(f"{self._names.head} SELECT DISTINCT ?{focus} WHERE {{ {body} }}"))
        return found

    def is_touched(self, graph: Graph, triples: Sequence[Written]) -> bool:
        """Tell whether triples of a graph, now that they are new, may change the answer; before they go, likewise."""
        return any(self._may_be(graph, spot, row) for spot, rows in self._matched(triples) for row in rows)

    def _matched(self, triples: Sequence[Written]) -> Iterator[tuple[_Spot, list[dict[str, str]]]]:
        """Give each pattern that some triples match, with what its variables then stand for."""
        related: dict[str, list[Written]] = {}
        for triple in triples:
            related.setdefault(triple[1], []).append(triple)
        for spot in self._spots:
            names = spot.edge.names
            near = [triple for name in names for triple in related.get(name, ())] if names else triples
            rows = [row for triple in near if (row := self._row(spot.edge, triple)) is not None]
            if rows:
                yield spot, rows

    def _may_be(self, graph: Graph, spot: _Spot, row: Mapping[str, str]) -> bool:
        """Tell whether each other pattern of the groups around, with what is given, is matched by some triple."""
        if any(value not in spot.values.get(name, (value,)) for name, value in row.items()):
            return False
        given = {**spot.values, **{name: (value,) for name, value in row.items()}}
        return all(
            any(map(graph.holds, product(*self._ends(edge, given))))
            for edge, variables in spot.needed
            if not variables.isdisjoint(row)
        )

    def _ends(self, edge: Edge, given: Mapping[str, tuple[str, ...]]) -> Iterator[Iterable[str]]:
        yield self._at(edge.subject, given)
        yield edge.names or self._at(edge.relation, given)
        yield self._at(edge.object, given)

    def _at(self, term: str, given: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        """Write what may stand at one end of a pattern: IRIs, or a variable where nothing is known of it."""
        name = VARIABLE.fullmatch(term)
        values = given.get(name[1], ()) if name else (self._names.iri(term),) if term[0] == "<" or ":" in term else ()
        return values if values and all(value.startswith("<") for value in values) else ("?",)

    def _row(self, edge: Edge, triple: Written) -> dict[str, str] | None:
        """Match a pattern with a triple of its relation; of a path the two ends of a step are given."""
        if edge.walks:
            return {_FROM: triple[0], _TO: triple[2]}
        bound: dict[str, str] = {}
        for term, value in zip((edge.subject, edge.relation, edge.object), triple, strict=True):
            name = VARIABLE.fullmatch(term)
            if name and bound.setdefault(name[1], value) != value:
                return None
            if not name and term is not edge.relation and not self._is(term, value):
                return None
        return bound

    def _is(self, term: str, value: str) -> bool:
        """Tell whether a constant of the query may be a value; a literal, which can be spelt in many ways, always."""
        if term[0] == "<" or (":" in term and term[0] not in "_\"'"):
            return self._names.iri(term) == value
        return term.startswith("_:") or not value.startswith("<")

    def _body(self, spot: _Spot, rows: Sequence[Mapping[str, str]], focus: str) -> str:
        """Write what has to hold around a pattern that is matched by some rows.

        What names neither the variable asked for nor one that the rows give is only looked for, and not listed.
        """
        edge, chain, names = spot.edge, spot.chain, sorted(rows[0])
        inner = [*chain[1:], None]
        lines = [line for group, part in zip(chain, inner, strict=True) for line in group.lines(edge, part)]
        if edge.walks and edge.steps:
            lines += [f"{edge.subject} {edge.steps} ?{_FROM} . ?{_TO} {edge.steps} {edge.object} ."]
        known = {*VARIABLE.findall(" ".join(lines)), *names}
        tests = [test for group in chain for test in group.tests if set(VARIABLE.findall(test)) <= known]
        values = " ".join(sorted({f"({' '.join(row[name] for name in names)})" for row in rows}))
        given = [f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {values} }}"] if names else []
        far = [line for line in lines if {focus, *names}.isdisjoint(VARIABLE.findall(line))]
        near = [line for line in lines if line not in far]
        listed = {*VARIABLE.findall(" ".join(near)), *names}
        there = [test for test in tests if set(VARIABLE.findall(test)) <= listed]
        rest = [*far, *(test for test in tests if test not in there)]
        return " ".join([*given, *near, *there, *([f"FILTER EXISTS {{ {' '.join(rest)} }}"] if far else rest)])


@dataclass(frozen=True)
class _Spot:
    """A pattern, and the groups in which it stands, from the outermost inwards."""

    edge: Edge
    chain: tuple[Group, ...]

    @cached_property
    def values(self) -> dict[str, tuple[str, ...]]:
        """What variables may stand for, where that is listed."""
        listed = [pair for group in self.chain for pair in group.values.items()]
        return {name: values for name, values in listed if all(value.startswith("<") for value in values)}

    @cached_property
    def needed(self) -> list[tuple[Edge, frozenset[str]]]:
        """The patterns that have to be matched along with this one, with their variables; not those that are paths."""
        needed = [edge for group in self.chain for edge in group.needed() if not edge.walks]
        return [(edge, frozenset(VARIABLE.findall(str(edge)))) for edge in needed]


def _spots(group: Group, above: tuple[Group, ...]) -> Iterator[_Spot]:
    chain = (*above, group)
    for edge in group.edges:
        yield _Spot(edge, chain)
    for part in group.parts:
        yield from _spots(part, chain)
