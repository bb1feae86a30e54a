"""The triple patterns of a query that has nothing but them: no path, filter, subquery or function.

What such a query may take is known before it runs: at most the product of what each pattern matches. It is read by one
expression, which knows less than SPARQL's grammar, and takes nothing that could be read in two ways.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.namespaces import PREFIXES, RDF

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Pattern = tuple[str, str, str]

_SPACE = r"(?:[ \t\r\n]|\#[^\r\n]*+(?:[\r\n]|\Z))"
_VARIABLE = r"\?[A-Za-z_][A-Za-z0-9_]*+"
_IRI = r"<[A-Za-z][A-Za-z0-9+.\-]*+:[^<>\"{}|^`\\\x00-\x20]*+>"
_STRING = r"\"[^\"\\\r\n]*+\"(?:@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)?+"
_PREFIX = r"[A-Za-z][A-Za-z0-9_\-]*+"
_NAME = rf"{_PREFIX}:[A-Za-z0-9_][A-Za-z0-9_\-]*+"
_TERM = rf"(?:{_VARIABLE}|{_IRI}|{_STRING}|{_NAME}|a)(?=[ \t\r\n,;}}]|\.(?:[ \t\r\n}}]|\Z)|\Z)"
_QUERY = re.compile(
    rf"""{_SPACE}*+
    (?P<prologue>(?:(?i:PREFIX){_SPACE}++{_PREFIX}:{_SPACE}*+{_IRI}{_SPACE}*+)*+)
    (?:(?i:SELECT){_SPACE}++(?:(?i:DISTINCT|REDUCED){_SPACE}++)?+(?:\*|(?:{_VARIABLE}{_SPACE}*+)++)|(?i:ASK))
    {_SPACE}*+(?:(?i:WHERE){_SPACE}*+)?+
    \{{(?P<where>(?:{_SPACE}|[.,;]|{_TERM})*+)\}}{_SPACE}*+
    (?:(?i:ORDER){_SPACE}++(?i:BY)(?:{_SPACE}++{_VARIABLE})++{_SPACE}*+)?+
    (?:(?i:LIMIT|OFFSET){_SPACE}++[0-9]{{1,9}}+{_SPACE}*+){{0,2}}+""",
    re.VERBOSE,
)
_DECLARED = re.compile(rf"({_PREFIX}):{_SPACE}*+<([^>]*+)>")
_PART = re.compile(rf"\#[^\r\n]*+|({_TERM}|[.,;])")
_TYPE = f"<{RDF}type>"
_KEPT = {".": 0, ";": 1, ",": 2}
"""How many terms of a triple the next one shares, by what stands between them."""
_LONGEST = 2000
_MOST = 4


class Basic(NamedTuple):
    """The patterns of a query that has nothing else: variables, and terms as N-Triples spells them.

    `known` are the prefixes in them that it does not declare.
    """

    patterns: tuple[Pattern, ...]
    known: Mapping[str, str]


def only_patterns(text: str) -> Basic | None:
    """Read a query that has nothing but patterns; None for any other.

    >>> only_patterns("SELECT ?x { ?x a glut:Claim ; rdfs:label ?name } LIMIT 5").patterns[0]
    ('?x', '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>', '<https://w3id.org/glutkg/Claim>')
    >>> only_patterns("SELECT ?x { ?x glut:a+ ?y }")
    """
    if len(text) > _LONGEST or not (found := _QUERY.fullmatch(text)):
        return None
    return _read(found["prologue"], found["where"])


@lru_cache(1024)
def _read(prologue: str, where: str) -> Basic | None:
    """Read what stands before and within a query; what one asks for often differs in neither."""
    declared = dict(_DECLARED.findall(prologue)) if prologue else {}
    known: dict[str, str] = {}
    try:
        patterns = tuple(_triples(list(filter(None, _PART.findall(where))), declared, known))
    except (KeyError, ValueError):
        return None  # an unknown prefix, or what is no triple: the engine says so
    return Basic(patterns, known) if len(patterns) <= _MOST else None


def _triples(parts: list[str], declared: Mapping[str, str], known: dict[str, str]) -> Iterator[Pattern]:
    """Read triples, with what several share written once. Raises ValueError for what is none."""
    told: list[str] = []
    for part in (*parts, "."):
        if part not in _KEPT:
            told.append(_written(part, declared, known, is_predicate=len(told) == 1))
            continue
        if told[1:]:
            subject, predicate, object_ = told
            if subject[0] == '"' or predicate[0] == '"':
                raise ValueError(subject, predicate)
            yield subject, predicate, object_
        told = told[: _KEPT[part]]


def _written(part: str, declared: Mapping[str, str], known: dict[str, str], *, is_predicate: bool) -> str:
    """Write a term as N-Triples does; its prefix is declared, or noted as `known`. Raises KeyError for another."""
    if part[0] in '?<"':
        return part
    if part == "a" and is_predicate:
        return _TYPE
    prefix, colon, local = part.partition(":")
    if not colon:
        raise ValueError(part)
    if prefix not in declared:
        known[prefix] = PREFIXES[prefix]
    return f"<{declared.get(prefix) or known[prefix]}{local}>"
