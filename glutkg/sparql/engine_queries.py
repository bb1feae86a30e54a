r"""Queries as the engine is to get them: what it would read otherwise than SPARQL means it, or drop, written anew.

Those are regular expressions, which SPARQL has from XPath, and literals with white space around their value.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import PREFIXES, XSD
from glutkg.rdf.terms import Term
from glutkg.sparql.regular_expressions import for_engine
from glutkg.sparql.tokens import string_value, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from glutkg.sparql.tokens import Token

_FLAGS_AT = {"regex": 2, "replace": 3}
"""The functions that take a pattern, second, and at which place they take flags."""
_CALLS = re.compile(r"\b(regex|replace)\b", re.IGNORECASE)
_SPACED = re.compile(r"""["'][ \t\r\n]|(?:[ \t\r\n]|\\[nrt]|  )["']""")
_Edits = dict[int, tuple[int, str]]


def for_the_engine(text: str) -> str:
    r"""Write a query so that the engine reads it as it is meant. Raises QueryError for a pattern that it does not have.

    Only a pattern that stands in the query itself is written anew.

    >>> print(for_the_engine("ASK { FILTER (REGEX('a', '[a-c-[b]]') && ' 7 '^^xsd:integer = 7) }"))
    ASK { FILTER (REGEX('a', "[[a-c]--[b]]") && "7"^^<http://www.w3.org/2001/XMLSchema#integer> = 7) }
    """
    if "(" not in text and "^^" not in text:
        return text
    has_calls, is_spaced = bool(_CALLS.search(text)), "^^" in text and bool(_SPACED.search(text))
    return _written(text, has_calls, is_spaced) if has_calls or is_spaced else text


@lru_cache(maxsize=256)
def _written(text: str, has_calls: bool, is_spaced: bool) -> str:
    """Write a query that has calls with patterns, or literals with white space."""
    found = list(tokens(text))
    edits: _Edits = {}
    if is_spaced:
        edits |= _literals(found)
    for number, token in enumerate(found if has_calls else ()):
        if token.text.lower() in _FLAGS_AT and token.kind == "word" and found[number + 1 : number + 2]:
            edits |= _pattern(list(_arguments(found, number + 1)), _FLAGS_AT[token.text.lower()])
    made, done = "", 0
    for start, (end, written) in sorted(edits.items()):
        made += text[done:start] + written
        done = end
    return made + text[done:]


def _arguments(found: Sequence[Token], start: int) -> Iterator[list[Token]]:
    """Give the tokens of each argument of a call whose bracket is opened at `start`."""
    depth = 0
    argument: list[Token] = []
    for token in found[start:]:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0:
            break
        if token.text == "," and depth == 1:
            yield argument
            argument = []
        elif argument or token.kind != "open" or depth > 1:
            argument.append(token)
    yield argument


def _pattern(arguments: Sequence[Sequence[Token]], flags_at: int) -> _Edits:
    """Write the pattern of a call, and its flags, if both are given as plain text."""
    given = [arguments[at] for at in (1, flags_at) if at < len(arguments)]
    if not given or any([token.kind for token in tokens_] != ["string"] for tokens_ in given):
        return {}
    texts = [string_value(tokens_[0].text) for tokens_ in given]
    made = for_engine(*texts)
    if len(given) == 1:
        return _edit(given[0][0], made.text)
    return _edit(given[0][0], made.text) | _edit(given[1][0], made.flags)


def _edit(token: Token, text: str) -> _Edits:
    return {token.start: (token.end, Term("literal", text).n3())}


def _literals(found: Sequence[Token]) -> _Edits:
    """Write literals without the white space that their datatypes leave out."""
    edits: _Edits = {}
    prefixes = _prefixes(found)
    for string, one, other, name in zip(found, found[1:], found[2:], found[3:], strict=False):
        if string.kind == "string" and one.text == other.text == "^":
            prefix, _, local = name.text.partition(":")
            datatype = name.text[1:-1] if name.kind == "iri" else prefixes.get(prefix, "") + local
            from glutkg.rdf.datatypes import with_normal_space  # which few queries need

            text = string_value(string.text)
            plain = with_normal_space(text, datatype)
            if plain != text:
                edits[string.start] = (name.end, Term("literal", plain, datatype=datatype).n3())
    return edits


def _prefixes(found: Sequence[Token]) -> dict[str, str]:
    declared = {
        name.text.removesuffix(":"): iri.text[1:-1]
        for word, name, iri in zip(found, found[1:], found[2:], strict=False)
        if word.text.lower() == "prefix" and iri.kind == "iri"
    }
    return {**PREFIXES, "xsd": XSD, **declared}
