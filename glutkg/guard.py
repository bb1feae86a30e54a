r"""What a query may not do: open a file or a socket, change the graph, or be so deep that it kills the engine.

Oxigraph's grammar does not ask for spaces: it reads `SERVICEe:x {…}`, `1SERVICE<…> {…}` and, in
`FILTER(1<2)SERVICEe:x#>`, a SERVICE clause too. So this lexer follows that grammar; and after a `<` that may start an
IRI as well as compare two values, it goes on without passing over anything.

SPARQL lets any character of a query be written as an escape, `\u0053ERVICE`. Oxigraph 0.5.13, the Python package and
the server alike, reads escapes within strings and IRIs only, after it has found their ends; elsewhere they are syntax
errors. Other engines read them before anything else. So a query is looked at twice, as it stands and with its escapes
read, and refused if either reading has something refused.

Oxigraph reads, plans and drops a query by recursion. Measured on a stack of 8 MB, a token of the dearest chain
(`OPTIONAL{}OPTIONAL{}…`) takes 1.1 kB of it, and a level of the dearest nesting (`FILTER EXISTS{…}`) 10 kB: what is let
through takes two thirds of it at most. Data in VALUES and IN lists take none and do not count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from glutkg.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LENGTH = 1_000_000
"""Characters of a query."""
MAX_NESTING = 100
"""Brackets within brackets."""
MAX_TOKENS = 4_000
"""Names, words and signs, without the data in VALUES and IN lists."""
DESCRIBED = 4
"""A name in the list of a DESCRIBE query takes as much stack as four other tokens."""

# Beyond ASCII every character counts as a letter: Oxigraph takes it as one too, or it is an error there.
_LETTER = r"A-Za-z_\u0080-\U0010ffff"
_PART = rf"[{_LETTER}0-9\-]|\.++(?=[{_LETTER}0-9\-])"
_ESCAPED = r"\\[_~.\-!$&'()*+,;=/?\#@%]"
_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\r\n]++|\#[^\r\n]*+)
  | (?P<string>\"{{3}}(?:[^"\\]|\\.|"{{1,2}}(?!"))*+\"{{3}}|'{{3}}(?:[^'\\]|\\.|'{{1,2}}(?!'))*+'{{3}}
              |"(?:[^"\\\r\n]|\\.)*+"|'(?:[^'\\\r\n]|\\.)*+')
  | (?P<iri><[^<>"{{}}|^`\x00-\x20]*+>)
  | (?P<blank>_:(?:{_PART})*+)
  | (?P<number>[0-9]++(?:\.[0-9]++)?+(?:[eE][+\-]?[0-9]++)?+)
  | (?P<name>(?:[{_LETTER}](?:{_PART})*+)?+
             :(?:(?:[{_LETTER}0-9:%]|{_ESCAPED})(?:[:%]|{_ESCAPED}|[{_LETTER}0-9\-]|\.++(?=[{_LETTER}0-9:%\\\-]))*+)?+)
  | (?P<word>[{_LETTER}](?:{_PART})*+)
  | (?P<variable>[?$][{_LETTER}0-9]++)
  | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
  | (?P<open>[(\[{{])
  | (?P<close>[)\]}}])
  | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_PLAIN_IRI = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.\-]*:/)?/|<>")
_BARE_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")
_SPACE = r"(?:[ \t\r\n]++|\#[^\r\n]*+(?:[\r\n]|$))*+"
_SERVICE = re.compile(
    rf"service{_SPACE}(?:silent)?+{_SPACE}"
    rf"(?:<[^>]*+>|[?$][{_LETTER}0-9]++|[{_LETTER}0-9.\-]*+:(?:[{_LETTER}0-9.:%\-]|{_ESCAPED})*+){_SPACE}\{{",
    re.IGNORECASE,
)

_VALUES = frozenset(("string", "iri", "blank", "number", "name", "word", "variable", "language", "close"))
_DATA = _VALUES - {"word", "close"}
_UPDATE = "belongs to an update, and the graph is for reading only. Change the sources instead"
_REFUSED = {
    "SERVICE": "would ask another server. Ask that server itself, and join the answers",
    "FROM": "would load a document. Name a graph of the store with GRAPH instead",
    **dict.fromkeys(
        ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "USING"), _UPDATE
    ),
}


def check_query(text: str) -> None:
    """Raise QueryError when a query may not be run, with the reason, the place and the cure.

    >>> check_query("SELECT ?service { ?service ?p 'SERVICE' }  # SERVICE")
    >>> check_query("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    ...
    glutkg.errors.QueryError: The query is refused: SERVICE (line 1, column 12) would ask another server. Ask that \
server itself, and join the answers.
    """
    if len(text) > MAX_LENGTH:
        raise _refusal(f"it has {len(text):,} characters, and at most {MAX_LENGTH:,} are read. Ask in smaller parts")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _refusal(f"character {error.start + 1:,} is half of a pair. Write the whole character") from error
    _Reading(text).check()
    if _ESCAPE.search(text):
        decoded = _ESCAPE.sub(_read, text)
        _Reading(decoded, " once its escapes are read").check()


def _read(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2], 16)
    return chr(number) if number <= 0x10FFFF else escape[0]  # noqa: PLR2004 - the last code point


def _refusal(reason: str) -> QueryError:
    return QueryError(f"The query is refused: {reason}.")


class _Reading:
    """One pass over one reading of a query; what it knows is what Oxigraph knows at the same character."""

    def __init__(self, text: str, manner: str = "") -> None:
        self._text = text
        self._manner = manner
        self._open: list[str] = []  # brackets, "values" and "row" for those of VALUES, "in" for that of IN
        self._count = 0
        self._before: tuple[str, str] = ("", "")  # kind and text of the last two tokens
        self._last: tuple[str, str] = ("", "")
        self._in_values_clause = False
        self._describes = False

    def check(self) -> None:
        for match in self._tokens():
            kind, token = match.lastgroup or "", match[0]
            if kind == "sign" and token in "\"'":
                self._refuse(match, f"a string that starts here is not closed. Close it with {token}")
            if kind == "iri" and self._is_ambiguous(token):
                self._check_bare(match)
                return
            self._check_words(match, kind, token)
            self._count += self._cost(kind, token)
            self._nest(match, kind, token)
            self._before, self._last = self._last, (kind, token)
            if self._count > MAX_TOKENS:
                raise _refusal(_TOO_LONG)

    def _tokens(self) -> Iterator[re.Match[str]]:
        return (match for match in _TOKEN.finditer(self._text) if match.lastgroup != "space")

    def _refuse(self, match: re.Match[str], reason: str, word: str = "") -> None:
        line = self._text.count("\n", 0, match.start()) + 1
        column = match.start() - self._text.rfind("\n", 0, match.start())
        place = f"line {line}, column {column}{self._manner}"
        raise _refusal(f"{word} ({place}) {reason}" if word else f"{reason} ({place})")

    def _check_words(self, match: re.Match[str], kind: str, token: str) -> None:
        """Refuse what Oxigraph could read as a word that is not allowed, with or without spaces around it."""
        if kind == "word":
            parts = re.split(r"[.\-]", token.upper())
            if any(part in _REFUSED or "SERVICE" in part or part.endswith("FROM") for part in parts):
                word = next((name for name in _REFUSED if name in parts), "SERVICE" if "SERVICE" in token.upper() else "FROM")
                self._refuse(match, _REFUSED[word], word)
        # A name that starts with SERVICE is one only if no group follows it: `SERVICEe:x {` is a clause.
        last_kind, last = self._last
        if token == "{" and last_kind == "name" and "SERVICE" in last.partition(":")[0].upper():
            if self._before != ("word", "GRAPH") and self._before[1].upper() != "GRAPH":
                self._refuse(match, _REFUSED["SERVICE"], "SERVICE")

    def _cost(self, kind: str, token: str) -> int:
        """Count a token as what it may take of the stack."""
        innermost = self._open[-1] if self._open else ""
        if innermost in ("values", "row") and (kind in _DATA or token in ("(", ")", "UNDEF", "^", "+", "-")):
            return 0
        if innermost == "in" and (kind in _DATA - {"variable"} or token == ","):
            return 0
        if kind == "word" or kind == "name":
            self._describes = self._describes or "DESCRIBE" in token.upper()
            return 1 + token.count("-") + token.count(".") if kind == "word" else 1
        return 1
