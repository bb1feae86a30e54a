"""The parameters of a query: blocks `VALUES ?name { … }`, in which other values take the place of the default ones.

Blocks are found among the tokens of a query, so that neither a string nor a comment is taken for one. Values are
written as whole terms, so that a value cannot become anything else in the query.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import UsageError
from glutkg.sparql.tokens import string_value, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from glutkg.rdf.terms import Term

_FORMS = frozenset(("SELECT", "CONSTRUCT", "ASK", "DESCRIBE"))
_ENDS = frozenset(("close", "open", "variable"))
"""What may stand after the values of a block: its brace, or something that shows that it is not closed."""
NOT_IN_IRIS = re.compile(r'[<>"{}|^`\\\x00-\x20]')


class Block(NamedTuple):
    """A block of values for one variable, and where in the query it starts and ends."""

    name: str
    start: int
    end: int


def blocks(query: str) -> Iterator[Block]:
    """Find the blocks of values for one variable; what is not closed is none.

    >>> query = "SELECT * { VALUES ?x { 1 } ?x ?p 'VALUES ?y { 2 }' } # VALUES ?z { 3 }"
    >>> [query[block.start : block.end] for block in blocks(query)]
    ['VALUES ?x { 1 }']
    """
    found = [*tokens(query)]
    for at, (word, variable, brace) in enumerate(zip(found, found[1:], found[2:], strict=False)):
        if word.text.upper() == "VALUES" and variable.kind == "variable" and brace.text == "{":
            after = next((token for token in found[at + 3 :] if token.kind in _ENDS), brace)
            if after.text == "}":
                yield Block(variable.text[1:], word.start, after.end)


@lru_cache(128)
def _blocks(query: str) -> tuple[Block, ...]:
    return tuple(blocks(query))


def joints(query: str) -> dict[str, str]:
    """Find the columns that GROUP_CONCAT makes, and what joins their values.

    >>> joints("SELECT (GROUP_CONCAT(?x; SEPARATOR='; ') AS ?names) { ?x ?y ?z }")
    {'names': '; '}
    """
    found, joined = [*tokens(query)], {}
    for at, token in enumerate(found):
        if token.text.upper() == "SEPARATOR":
            after = [later for later in found[at + 3 :] if later.text != ")"]
            if len(after) > 1 and after[0].text.upper() == "AS":
                joined[after[1].text[1:]] = string_value(found[at + 2].text)
    return joined


def default_values(query: str) -> dict[str, str]:
    """Return the text of the values in the block of each variable.

    >>> default_values("PREFIX e: <http://e/> SELECT * { VALUES ?x { e:a e:b } ?x ?p ?o }")
    {'x': 'e:a e:b'}
    """
    texts = ((block.name, query[block.start : block.end]) for block in _blocks(query))
    return {name: text[text.index("{") + 1 : -1].strip() for name, text in texts}


def asking_defaults(query: str, name: str) -> str:
    """Write the query for the values in the block of a variable, under the same prefixes.

    >>> asking_defaults("PREFIX e: <http://e/> SELECT * { VALUES ?x { e:a e:b } ?x ?p ?o }", "x")
    'PREFIX e: <http://e/> SELECT ?x { VALUES ?x { e:a e:b } }'
    """
    start = next(token.start for token in tokens(query) if token.text.upper() in _FORMS)
    return f"{query[:start]}SELECT ?{name} {{ VALUES ?{name} {{ {default_values(query)[name]} }} }}"


def with_blocks(query: str, texts: Mapping[str, str]) -> str:
    """Write other text in the place of the blocks of some variables."""
    for block in reversed(_blocks(query)):
        if block.name in texts:
            query = query[: block.start] + texts[block.name] + query[block.end :]
    return query


def bind(query: str, values: Mapping[str, Iterable[Term]]) -> str:
    """Write terms into the blocks of some variables.

    >>> from glutkg.rdf.terms import Term
    >>> bind("SELECT * { VALUES ?x { 1 } VALUES ?y { 2 } ?x ?y ?z }", {"x": [Term("literal", "}")]})
    'SELECT * { VALUES ?x { "}" } VALUES ?y { 2 } ?x ?y ?z }'
    """
    return with_blocks(query, as_blocks(values))


def as_blocks(values: Mapping[str, Iterable[Term]]) -> dict[str, str]:
    """Write the blocks that give variables their values."""
    return {name: _block(name, tuple(terms)) for name, terms in values.items()}


def _block(name: str, terms: tuple[Term, ...]) -> str:
    for term in terms:
        if term.kind == "iri" and (wrong := NOT_IN_IRIS.search(term.value)):
            raise UsageError(f"'{term.value}' is not an IRI: it has the character {wrong[0]!r}.")
    return f"VALUES ?{name} {{ {' '.join(term.n3() for term in terms)} }}"
