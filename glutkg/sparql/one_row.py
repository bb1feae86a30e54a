"""Writes a query for one row, by which it tells in a part of the time whether it has any."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from glutkg.sparql.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from glutkg.sparql.tokens import Token

_COUNTING = {"HAVING", "OFFSET", "VALUES"}
"""Words after the pattern of a query that may leave no row where something matches."""
_NOT_BINDING = {"GRAPH", "SERVICE", "VALUES"}
"""Words before a variable that is in no triple pattern."""
_OF_GRAPH = 0.5
"""The level that a block of GRAPH adds: its triple patterns bind as those beside it do, its OPTIONAL blocks differ."""


def for_one_row(text: str) -> str:
    """Write a SELECT query for one row, without the outermost OPTIONAL blocks that cannot decide whether there is one.

    Such blocks take most of the time. They share with the rest only variables that a triple pattern before has bound.
    A query that may have a row where nothing matches, or none where something does, is given back.

    >>> text = "SELECT ?a { ?a rdfs:label ?b . OPTIONAL { ?a rdfs:comment ?e } }"
    >>> for_one_row(text)
    'SELECT (1 AS ?one) { ?a rdfs:label ?b .  } LIMIT 1'
    >>> for_one_row(text.replace("} }", "} FILTER(BOUND(?e)) }")).count("OPTIONAL")
    1
    >>> for_one_row("SELECT ?a { OPTIONAL { ?a rdfs:comment ?e } ?a rdfs:label ?b }").count("OPTIONAL")
    1
    >>> for_one_row("SELECT (COUNT(?a) AS ?number) { ?a rdfs:label ?b }")
    'SELECT (COUNT(?a) AS ?number) { ?a rdfs:label ?b }'
    """
    found = [*_levelled(text)]
    outer = [at for at, (level, _) in enumerate(found) if level == 0]
    select = next(token.start for _, token in found if token.text.upper() == "SELECT")
    first, last = (next(at for at in outer if found[at][1].text == brace) for brace in "{}")
    begin, end = found[first][1].start, found[last][1].end
    after = {found[at][1].text.upper() for at in outer if at > last}
    if after & _COUNTING or ("(" in text[select:begin] and "GROUP" not in after):
        return text
    pattern, written = found[first : last + 1], text[:end]
    for start, stop in reversed([*_optional_blocks(pattern)]):
        rest = pattern[:start] + pattern[stop:]
        if _variables(pattern[start:stop]) & _variables(rest) <= _bound(pattern[:start]):
            written = written[: pattern[start][1].start] + written[pattern[stop - 1][1].end :]
            pattern = rest
    return f"{text[:select]}SELECT (1 AS ?one) {written[begin:]} LIMIT 1"


def _levelled(text: str) -> Iterator[tuple[float, Token]]:
    """Give the tokens of a text with the number of brackets that each is in, those of GRAPH by half.

    A bracket is not in itself.
    """
    steps, words = list[float](), ("", "")
    for token in tokens(text):
        if token.kind == "close" and steps:
            steps.pop()
        yield sum(steps), token
        if token.kind == "open":
            steps.append(_OF_GRAPH if words[0] == "GRAPH" else 1)
        words = words[1], token.text.upper()


def _optional_blocks(pattern: Sequence[tuple[float, Token]]) -> Iterator[tuple[int, int]]:
    """Give where the OPTIONAL blocks right within a pattern begin and end."""
    for start, (level, token) in enumerate(pattern):
        if level == 1 and token.text.upper() == "OPTIONAL":
            ends = (at for at, (deep, other) in enumerate(pattern) if at > start and deep == 1 and other.text == "}")
            yield start, next(ends) + 1


def _variables(pattern: Sequence[tuple[float, Token]]) -> set[str]:
    return {token.text[1:] for _, token in pattern if token.kind == "variable"}


def _bound(pattern: Sequence[tuple[float, Token]]) -> set[str]:
    """Give the variables of the triple patterns right within a pattern."""
    right_within = ((last, one) for (_, last), one in pairwise(pattern) if one[0] <= 1 + _OF_GRAPH)
    return _variables([one for last, one in right_within if last.text.upper() not in _NOT_BINDING])
