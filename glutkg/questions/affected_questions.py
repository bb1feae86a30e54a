"""Whether a change of triples can change the answer to a query.

A solution comes or goes only if some triple pattern matches a changed triple and, with what its variables then stand
for, each other pattern that has to match along with it matches something. Where this cannot be determined, the answer
counts as affected.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import QueryError
from glutkg.rdf.namespaces import STATED_GRAPH
from glutkg.sparql.parser import read_query
from glutkg.sparql.patterns import Group, PropertyPath, Query, TriplePattern, Values, children, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from glutkg.rdf.terms import Triple
    from glutkg.store.graph import Graph

_Written = tuple[str, str, str]
_VARIABLE = ("?", "_:")


class _Step(NamedTuple):
    """A triple pattern without a path: its predicate is a variable or one of several IRIs.

    A repeated step (`*`, `+`, `?` and what cannot be taken apart) has ends that no single triple gives.
    """

    subject: str
    predicates: frozenset[str]
    object: str
    is_repeated: bool = False

    @property
    def terms(self) -> frozenset[str]:
        """All terms of the step."""
        return self.predicates | {self.subject, self.object}

    def match(self, triple: _Written) -> dict[str, str] | None:
        """Give what the variables stand for when the step matches a triple, whose predicate is one of its own."""
        if self.is_repeated:
            return {}
        bound: dict[str, str] = {}
        predicate = triple[1] if triple[1] in self.predicates else next(iter(self.predicates))
        for term, value in zip((self.subject, predicate, self.object), triple, strict=True):
            if term.startswith(_VARIABLE):
                if bound.setdefault(term, value) != value:
                    return None
            elif term != value and "<" in (term[0], value[0]):  # a literal can be written in several ways
                return None
        return bound

    def may_match(self, graph: Graph, known: Mapping[str, Sequence[str]]) -> bool:
        """Tell whether some triple of a graph matches, with the values that are known of variables."""
        predicates = [iri for term in sorted(self.predicates) for iri in _iris(term, known)]
        return any(map(graph.holds, product(_iris(self.subject, known), predicates, _iris(self.object, known))))


def _iris(term: str, known: Mapping[str, Sequence[str]]) -> Sequence[str]:
    values = known.get(term, (term,))
    return values if all(value.startswith("<") for value in values) else ("?",)


class _Occurrence(NamedTuple):
    """A step of a query, the steps that have to match along with it, and the values that variables may have."""

    step: _Step
    needed: tuple[_Step, ...]
    listed: Mapping[str, Sequence[str]]

    def is_matched(self, graph: Graph, triple: _Written) -> bool:
        row = self.step.match(triple)
        if row is None or any(value not in self.listed.get(name, (value,)) for name, value in row.items()):
            return False
        known = {**self.listed, **{name: (value,) for name, value in row.items()}}
        return all(step.may_match(graph, known) for step in self.needed if not step.terms.isdisjoint(row))


class QueryPatterns:
    """The triple patterns of a query, each with those that have to match along with it.

    Any change may affect a query that is opaque, such as one that cannot be read.
    """

    def __init__(self, text: str) -> None:
        self._fresh = 0
        self._graphs: set[str] = set()
        self.occurrences: list[_Occurrence] = []
        try:
            query = read_query(text)
        except QueryError:
            self.is_opaque = True
            return
        self.occurrences = [*self._within(query.where, (), {})]
        is_known = self._graphs <= {"", f"<{STATED_GRAPH}>"}
        self.is_opaque = not is_known or "EXISTS" in str((query.columns, query.modifiers))

    def _within(
        self, group: Group, around: tuple[_Step, ...], listed: Mapping[str, Sequence[str]]
    ) -> Iterator[_Occurrence]:
        own = [step for pattern in group.patterns for step in self._steps(pattern)]
        inner = [step for part in group.of(Group) for step in self._needed(part)]
        needed = (*around, *(step for step in (*own, *inner) if not step.is_repeated))
        known = {**listed, **_listed(group)}
        yield from (_Occurrence(step, needed, known) for step in own)
        for part in group.parts:
            if isinstance(part, Query):  # its variables are its own
                yield from self._within(part.where, (), {})
            elif not isinstance(part, TriplePattern):
                for outermost in _groups(part):
                    yield from self._within(outermost, needed, known)

    def _needed(self, group: Group) -> Iterator[_Step]:
        for part in group.parts:
            if isinstance(part, TriplePattern):
                yield from self._steps(part)
            elif isinstance(part, Group):
                yield from self._needed(part)

    def _steps(self, pattern: TriplePattern) -> Iterator[_Step]:
        self._graphs.add(pattern.graph)
        return self._along(pattern.subject, pattern.predicate, pattern.object)

    def _along(self, subject: str, path: str | PropertyPath, object_: str) -> Iterator[_Step]:
        """Take a path apart where it follows one predicate after the other."""
        if isinstance(path, str):
            yield _Step(subject, frozenset((path,)), object_)
        elif path.operator == "^":
            yield from self._along(object_, path.parts[0], subject)
        elif path.operator == "/":
            nodes = [subject, *(self._between() for _ in path.parts[1:]), object_]
            for number, part in enumerate(path.parts):
                yield from self._along(nodes[number], part, nodes[number + 1])
        else:
            names = frozenset(node for node in walk(path.parts) if isinstance(node, str) and node.startswith("<"))
            is_plain = path.operator == "|" and all(isinstance(part, str) for part in path.parts)
            yield _Step(subject, frozenset("?") if "!" in str(path) else names, object_, not is_plain)

    def _between(self) -> str:
        self._fresh += 1
        return f"?-{self._fresh}"


def _listed(group: Group) -> dict[str, Sequence[str]]:
    """Give the values that variables may have by the VALUES blocks that have to match, where all are IRIs."""
    found: dict[str, Sequence[str]] = {}
    for inner in group.of(Group):
        found |= _listed(inner)
    for block in group.of(Values):
        columns = zip(block.variables, zip(*block.rows, strict=True), strict=False)
        found |= {name: terms for name, terms in columns if all(term.startswith("<") for term in terms)}
    return found


def _groups(node: object) -> Iterator[Group]:
    """Give the outermost groups in a part of a group, such as an OPTIONAL or a filter."""
    if isinstance(node, Group):
        yield node
        return
    for inner in children(node):
        yield from _groups(inner)


class ChangedTriples:
    """Triples that one graph holds, and that another state of it lacks."""

    def __init__(self, graph: Graph, triples: Iterable[Triple]) -> None:
        self._graph = graph
        self._by_predicate: defaultdict[str, list[_Written]] = defaultdict(list)
        for subject, predicate, object_ in triples:
            self._by_predicate[predicate.n3()].append((subject.n3(), predicate.n3(), object_.n3()))

    def can_affect(self, query: QueryPatterns) -> bool:
        """Tell whether the answer to a query can be another one without the triples."""
        if query.is_opaque:
            return bool(self._by_predicate)
        return any(
            occurrence.is_matched(self._graph, triple)
            for occurrence in query.occurrences
            for triple in self._near(occurrence.step)
        )

    def _near(self, step: _Step) -> Iterator[_Written]:
        is_any = any(predicate.startswith("?") for predicate in step.predicates)
        for predicate in self._by_predicate if is_any else step.predicates:
            yield from self._by_predicate.get(predicate, ())


@lru_cache(2048)
def _patterns(text: str) -> QueryPatterns:
    return QueryPatterns(text)


def can_affect(changes: Iterable[ChangedTriples], query: str) -> bool:
    """Tell whether the answer to a query, given as text, can be another one by any of several changes."""
    return any(change.can_affect(_patterns(query)) for change in changes)
