"""What one round of rules concluded, kept apart until the next round has read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from glutkg.rdf.namespaces import INFERRED_GRAPH, RDF
from glutkg.store.graph import SCHEMA_PREDICATES

if TYPE_CHECKING:
    from collections.abc import Container, Set

    from glutkg.reasoning.rule import Pattern
    from glutkg.store.graph import Graph

_NEWS = INFERRED_GRAPH + "-news"
_TYPE = f"<{RDF}type>"
_ANYTHING = ("?", "?", "?")
_SCHEMA = frozenset(f"<{predicate}>" for predicate in SCHEMA_PREDICATES)


Sort = Literal["open", "handed on", "climbed"]
"""What is new is `open`, unless a rule that climbs the class hierarchy need not look at it: because it was `handed on`
from another relation, where it has climbed already, or because it has just `climbed`, as far as it goes. Then it also
starts where something started before, by the same relation, and whoever asks for no more need not look either."""
SORTS: tuple[Sort, ...] = get_args(Sort)


class News:
    """What is new, in a named graph for each sort. All patterns here are rules' with `?` for every variable."""

    def __init__(self, graph: Graph, number: int) -> None:
        self.names: dict[Sort, str] = {sort: f"{_NEWS}/{number}/{sort.replace(' ', '-')}" for sort in SORTS}
        self._graph = graph
        self._with: dict[str, list[Sort]] = {}
        self._seen: dict[tuple[str, Pattern], bool] = {}
        self._terms: dict[tuple[str, Pattern, int], frozenset[str]] = {}

    def close(self) -> int:
        """See what the round brought, and count it."""
        sizes = {sort: self._graph.size(name) for sort, name in self.names.items()}
        for sort in filter(sizes.get, SORTS):
            name = self.names[sort]
            for word in {"?"} | self.terms(_ANYTHING, 1, name) | self.terms(("?", _TYPE, "?"), 2, name):
                self._with.setdefault(word, []).append(sort)
        return sum(sizes.values())

    def that_meet(self, pattern: Pattern, sorts: Container[Sort]) -> list[str]:
        """Name the graphs of some sorts with a triple that a pattern matches."""
        subject, predicate, object_ = pattern
        is_class = predicate == _TYPE and object_ != "?"
        names = [self.names[sort] for sort in self._with.get(object_ if is_class else predicate, ()) if sort in sorts]
        if subject == "?" and (is_class or object_ == "?"):
            return names
        return [name for name in names if self._holds(name, pattern)]

    def _holds(self, name: str, pattern: Pattern) -> bool:
        found = self._seen.get((name, pattern))
        if found is None:
            found = self._seen[name, pattern] = self._graph.holds(pattern, name)
        return found

    def terms(self, pattern: Pattern, place: int, name: str) -> frozenset[str]:
        """Give what stands in one place of the triples of a graph that match a pattern, as SPARQL spells it."""
        found = self._terms.get((name, pattern, place))
        if found is None:
            found = self._terms[name, pattern, place] = self._graph.terms(pattern, place, name)
        return found

    def is_about(self, kinds: Set[str]) -> bool:
        """Tell whether anything is about these kinds and relations, or relates others as kinds are related."""
        if not _SCHEMA.isdisjoint(self._with):
            return True
        return any(not kinds.isdisjoint(self.terms(_ANYTHING, 0, self.names[sort])) for sort in self._with.get("?", ()))

    def forget(self) -> None:
        """Remove the graphs."""
        for sort in self._with.get("?", ()):
            self._graph.forget(self.names[sort])
