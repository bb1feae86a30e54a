"""Lookups: queries that can be answered without a process of their own, since it is known what little they may take.

A query of nothing but triple patterns takes at most the product of what each pattern matches. Where that is small it is
answered in the process that has the connection. All other queries run in processes that can be killed.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from glutkg.serve.media_types import wanted_graph, wanted_table
from glutkg.serve.query_answers import OK, written
from glutkg.serve.requests import Asked
from glutkg.sparql.basic_patterns import only_patterns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glutkg.serve.media_types import Wanted
    from glutkg.serve.messages import Reply
    from glutkg.sparql.basic_patterns import Pattern
    from glutkg.store.graph import Graph

MOST = 1000
"""The largest product of what the patterns of a lookup match; it takes some milliseconds."""
_REMEMBERED = 4096


class Lookups:
    """Answers to the lookups among queries, over a kept graph and within limits, both as a worker's setup has them."""

    def __init__(self, setup: Mapping[str, Any]) -> None:
        self._limits = {**setup, "graphs": frozenset(setup["graphs"])}
        self._graph: Graph | None = None
        self.answered = 0
        self._matches = lru_cache(_REMEMBERED)(self._count)
        self._is_small = lru_cache(_REMEMBERED)(self._matches_little)

    def open(self) -> None:
        """Begin to answer, if the graph can be opened."""
        from glutkg.store.graph import Graph

        with suppress(OSError):
            self._graph = Graph.opened(Path(self._limits["store"]))

    def respond(self, asked: bytes, accept: str) -> Reply | None:
        """Answer a query that stands alone in an address, where `answer` does."""
        if not asked.startswith(b"query=") or b"&" in asked or b";" in asked:
            return None
        try:
            query = unquote_to_bytes(asked[6:].replace(b"+", b" ")).decode()
        except UnicodeDecodeError:
            return None
        return self.answer({**_over_all(accept), "query": query})

    def answer(self, job: Mapping[str, Any]) -> Reply | None:
        """Answer a query as a worker does; None where one has to: it is no lookup, or something is wrong with it."""
        if self._graph is None or job["default"] or job["named"]:
            return None
        basic = only_patterns(job["query"])
        try:
            if basic is None or not self._is_small(basic.patterns):
                return None
            reply = written(self._graph.looked_up(job["query"], basic.known), job, self._limits)
        except (
            ValueError,
            OSError,
            RuntimeError,
            SyntaxError,
        ):  # ours, or of an IRI or a language: a worker says what is wrong
            return None
        if reply.status != OK:
            return None
        self.answered += 1
        return reply

    def _matches_little(self, patterns: tuple[Pattern, ...]) -> bool:
        """Tell whether patterns match little, and are of terms that the graph has: of others a worker says so."""
        matches = [self._matches(_without_names(pattern)) for pattern in patterns]
        named = [term for pattern, found in zip(patterns, matches, strict=True) if not found for term in pattern]
        return prod(max(1, found) for found in matches) <= MOST and all(
            term[0] != "<" or self._has(term) for term in named
        )

    def _has(self, term: str) -> bool:
        return any(self._matches(place) for place in ((term, "?", "?"), ("?", term, "?"), ("?", "?", term)))

    def _count(self, pattern: tuple[str, ...]) -> int:
        return 0 if self._graph is None else self._graph.count(pattern, MOST + 1)


@lru_cache(256)
def _over_all(accept: str) -> dict[str, Any]:
    """Write what a worker is asked by whoever names no graph; the query is to come."""
    return query_job(Asked(""), wanted_table(accept), wanted_graph(accept))


def query_job(asked: Asked, table: Wanted | None, graph: Wanted | None) -> dict[str, Any]:
    """Write what a worker is asked: a query, with the forms in which its client wants a table or a graph."""
    return {
        "query": asked.query,
        "default": asked.default,
        "named": asked.named,
        "table": _sent_as(table),
        "graph": _sent_as(graph),
    }


def _sent_as(found: Wanted | None) -> tuple[str, str] | None:
    return None if found is None else (found.content_type, found.form)


def _without_names(pattern: Pattern) -> tuple[str, ...]:
    """Give a pattern without the names of its variables: what it matches does not depend on them, but for the worse."""
    return tuple(["?" if term[0] == "?" else term for term in pattern])
