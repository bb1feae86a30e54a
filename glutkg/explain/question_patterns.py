"""The triple patterns of a packaged question: those that its rows are made of, and those that must have no match."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from glutkg.rdf.namespaces import STATED_GRAPH
from glutkg.rdf.terms import Term, from_rdflib

if TYPE_CHECKING:
    from collections.abc import Iterator

_SELECT = re.compile(r"^SELECT\b.*?\bWHERE\s*\{", re.MULTILINE | re.DOTALL)
_PIECE = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>|#[^\n]*|[{}]")


class QuestionPattern(NamedTuple):
    """A triple pattern: terms, or names of variables without `?`, and whether a file must state what matches."""

    parts: tuple[Term | str, Term | str, Term | str]
    stated: bool = False


class Patterns(NamedTuple):
    """The patterns that a row is made of, and groups of patterns each of which must have no match."""

    present: tuple[QuestionPattern, ...]
    absent: tuple[tuple[QuestionPattern, ...], ...]


def matches_query(query: str) -> str:
    r"""Rewrite a question so that it gives each match of its patterns, instead of the rows that it makes of them.

    >>> matches_query("SELECT ?x (COUNT(?y) AS ?n)\nWHERE { ?x ?p ?y } GROUP BY ?x")
    'SELECT DISTINCT * WHERE { ?x ?p ?y }'
    """
    start = _SELECT.search(query)
    if start is None:
        return query
    depth, end = 1, len(query)
    for piece in _PIECE.finditer(query, start.end()):
        depth += {"{": 1, "}": -1}.get(piece[0], 0)
        if depth == 0:
            end = piece.end()
            break
    return query[: start.start()] + "SELECT DISTINCT * WHERE {" + query[start.end() : end]


def read_patterns(query: str) -> Patterns:
    """Read the patterns of a question, in the order in which rdflib's parser gives them.

    Paths of properties are left out: no single triple matches them.
    """
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    reader = _Reader()
    present = tuple(reader.present(translateQuery(parseQuery(query)).algebra, stated=False))
    return Patterns(present, tuple(reader.absent))


class _Reader:
    """Goes through rdflib's algebra of a query."""

    def __init__(self) -> None:
        self.absent: list[tuple[QuestionPattern, ...]] = []

    def present(self, node: Any, stated: bool) -> Iterator[QuestionPattern]:  # noqa: ANN401 - rdflib's algebra has no types
        if isinstance(node, list | tuple):
            for part in node:
                yield from self.present(part, stated)
            return
        name = getattr(node, "name", None)
        if name is None or not hasattr(node, "items"):
            return
        if name in ("Graph", "GraphGraphPattern"):
            stated = str(node.term) == STATED_GRAPH
        if name == "Minus":
            yield from self.present(node.p1, stated)
            self.absent.append(tuple(self.present(node.p2, stated)))
        elif name == "Builtin_NOTEXISTS":
            self.absent.append(tuple(self.present(node.graph, stated)))
        else:
            for key, part in node.items():
                if key == "triples":
                    yield from _patterns(part, stated)
                elif key != "_vars":
                    yield from self.present(part, stated)


def _patterns(triples: Any, stated: bool) -> Iterator[QuestionPattern]:  # noqa: ANN401 - as above
    """Read triples, which the parser gives as triples or as lists of several one after the other."""
    for given in triples:
        for start in range(0, len(given), 3):
            parts = [_part(part) for part in given[start : start + 3]]
            if all(part is not None for part in parts):
                subject, predicate, object_ = parts
                yield QuestionPattern((subject, predicate, object_), stated)  # type: ignore[arg-type]


def _part(node: Any) -> Term | str | None:  # noqa: ANN401 - as above
    from rdflib import BNode, Variable

    return str(node) if isinstance(node, Variable | BNode) else from_rdflib(node)
