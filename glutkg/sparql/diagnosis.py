"""What is wrong with a query that the engine cannot parse, in one sentence with line and column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from glutkg.errors import QueryError
from glutkg.rdf.namespaces import PREFIXES
from glutkg.sparql.parser import read_query
from glutkg.sparql.tokens import line_and_column

if TYPE_CHECKING:
    from collections.abc import Mapping

_MESSAGE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_SENTENCE = re.compile(r"[A-Za-z]+(?: [A-Za-z]+){2,}")


def syntax_problem(text: str, message: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Say what is wrong with a query, whose engine gave a message with its own place and all that it expected there.

    The reader of patterns knows best where the query goes wrong; for what it lets pass, the engine's place is given.

    >>> syntax_problem("SELECT * { ?s rdfs:label }", "error at 1:27: expected …")
    "line 1, column 26: expected a term, not '}'."
    >>> syntax_problem("SELECT ?a (COUNT(?b) AS ?n) {}", "error at 1:31: expected one of A variable is free, [_]")
    'line 1, column 31: A variable is free.'
    """
    try:
        read_query(text, prefixes)
    except QueryError as error:
        return str(error)
    except RecursionError:
        return "it nests too deep."
    found = _MESSAGE.search(message)
    place = (found[1], found[2]) if found else line_and_column(text, len(text))
    expected = found[3].split(", ") if found else []
    reason = next(filter(_SENTENCE.fullmatch, expected), "what stands before this place cannot be read")
    return f"line {place[0]}, column {place[1]}: {reason}."
