"""The triple patterns of a packaged question: those that its rows are made of, and those that must have no match."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.namespaces import STATED_GRAPH
from glutkg.sparql.parser import read_query
from glutkg.sparql.patterns import Clause, Exists, Operation, TriplePattern, children
from glutkg.sparql.tokens import to_term

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.rdf.terms import Term


class QuestionPattern(NamedTuple):
    """A triple pattern: terms, or names of variables without `?`, and whether a file must state what matches."""

    parts: tuple[Term | str, Term | str, Term | str]
    stated: bool = False


class Patterns(NamedTuple):
    """The patterns that a row is made of, and groups of patterns each of which must have no match."""

    present: tuple[QuestionPattern, ...]
    absent: tuple[tuple[QuestionPattern, ...], ...]


def matches_query(query: str) -> str:
    """Rewrite a question so that it gives each match of its patterns, instead of the rows that it makes of them.

    >>> matches_query("SELECT ?x (COUNT(?y) AS ?n) WHERE { ?x ?p ?y } GROUP BY ?x")
    'SELECT DISTINCT * WHERE { ?x ?p ?y . }'
    """
    return str(replace(read_query(query), columns=(), modifiers=(), distinct=True))


def read_patterns(query: str) -> Patterns:
    """Read the patterns of a question, in the order of its text.

    Property paths are left out: no single triple matches them.
    """
    absent: list[tuple[QuestionPattern, ...]] = []
    return Patterns(tuple(_present(read_query(query).where, absent)), tuple(absent))


def _present(node: object, absent: list[tuple[QuestionPattern, ...]]) -> Iterator[QuestionPattern]:
    """Give the patterns in a node of the tree, and add the groups that must have no match to `absent`."""
    match node:
        case TriplePattern(subject, str(predicate), object_, graph):
            parts = _part(subject), _part(predicate), _part(object_)
            yield QuestionPattern(parts, graph == f"<{STATED_GRAPH}>")
        case Clause("MINUS", group) | Operation("!", (Exists(group),)):
            absent.append(tuple(_present(group, absent)))
        case _ if not isinstance(node, TriplePattern):
            for inner in children(node):
                yield from _present(inner, absent)


def _part(text: str) -> Term | str:
    return text.removeprefix("?") if text.startswith(("?", "_:")) else to_term(text)
