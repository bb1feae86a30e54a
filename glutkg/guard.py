"""What a query may not do: open a file or a socket, change the graph, or be so deep that it kills the engine.

SPARQL lets any character of a query be written as an escape (`\\u0053ERVICE`), and engines differ in when they read it.
So a query is looked at twice, as it stands and with its escapes read, and refused if either has something refused.
Words inside strings, IRIs, comments, names and variables do not count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from glutkg.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LENGTH = 200_000
MAX_TOKENS = 5_000
MAX_NESTING = 100
MAX_UNARY = 20

_TOKEN = re.compile(
    r'''
    (?P<space>\s+|\#[^\n\r]*)
  | (?P<string>"""(?:"{0,2}(?:[^"\\]|\\.))*"""|\'\'\'(?:'{0,2}(?:[^'\\]|\\.))*\'\'\'|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<name>[^\W\d_][\w.\-]*:[\w.\-:%\\]*|:[\w.\-:%\\]*|_:[\w.\-]+|[?$]\w+|@[A-Za-z][A-Za-z0-9-]*)
  | (?P<word>[^\W\d_]\w*)
  | (?P<open>[({\[])
  | (?P<close>[)}\]])
  | (?P<unary>[!^+\-])
  | (?P<other>.)
    ''',
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")

_REFUSED = {
    "SERVICE": "would ask another server. Ask that server itself, and join the answers",
    "FROM": "would load a document. Choose the triples with --over, or name a graph with GRAPH",
    **dict.fromkeys(
        ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"),
        "belongs to an update, and the graph is for reading only. Change the sources instead",
    ),
}


def check_query(text: str) -> None:
    """Raise QueryError when a query may not be run, with the reason and the cure.

    >>> check_query("SELECT ?service { ?service ?p 'SERVICE' }  # SERVICE")
    >>> check_query("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    ...
    glutkg.errors.QueryError: The query is refused: SERVICE would ask another server. Ask that server itself, and join the answers.
    """
    if len(text) > MAX_LENGTH:
        raise _refusal(f"it has {len(text):,} characters, and at most {MAX_LENGTH:,} are read. Ask in smaller parts")
    for reading in dict.fromkeys((text, _ESCAPE.sub(_read, text))):
        _check(reading)


def _read(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2], 16)
    return chr(number) if number <= 0x10FFFF else escape[0]  # noqa: PLR2004 - the last code point


def _check(text: str) -> None:
    depth = run = count = 0
    for kind, token in _tokens(text):
        count += 1
        depth += (kind == "open") - (kind == "close")
        run = run + 1 if kind == "unary" else 0
        if kind == "word" and token.upper() in _REFUSED:
            raise _refusal(f"{token.upper()} {_REFUSED[token.upper()]}")
        if depth > MAX_NESTING or run > MAX_UNARY:
            raise _refusal(f"it nests deeper than {MAX_NESTING} brackets or {MAX_UNARY} signs. Write it flatter")
    if count > MAX_TOKENS:
        raise _refusal(f"it has {count:,} words and signs, and at most {MAX_TOKENS:,} are run. Ask in smaller parts")


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup and match.lastgroup != "space":
            yield match.lastgroup, match[0]


def _refusal(reason: str) -> QueryError:
    return QueryError(f"The query is refused: {reason}.")
