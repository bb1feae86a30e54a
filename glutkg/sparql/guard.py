r"""What a query may not do: open a file or a socket, change the graph, or be so deep that it kills the engine.

Oxigraph's grammar does not ask for spaces: it reads `SERVICEe:x {…}`, `1SERVICE<…> {…}` and, in
`FILTER(1<2)SERVICEe:x#>`, a SERVICE clause too. So the tokens of `glutkg.sparql.tokens` follow that grammar; and after
a `<` that may start an IRI as well as compare two values, the guard goes on without passing over anything.

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

from glutkg.errors import GlutkgError, QueryError, SourceError
from glutkg.sparql.tokens import DIGITS, ESCAPED, letters, line_and_column, tokens

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

MAX_LENGTH = 1_000_000
"""Characters of a query."""
MAX_NESTING = 100
"""Brackets within brackets."""
MAX_SIGNS = 20
"""Signs such as ! in a row."""
MAX_TOKENS = 4_000
"""Names, words and signs, without the data in VALUES and IN lists."""
DESCRIBED = 4
"""A name in the list of a DESCRIBE query takes as much stack as four other tokens."""

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_PLAIN_IRI = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.\-]*:/)?/|<>")
_BARE_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")
_SPACE = r"(?:[ \t\r\n]++|\#[^\r\n]*+)*+"
_SERVICE = re.compile(
    rf"service{_SPACE}(?:silent)?+{_SPACE}"
    rf"(?:<[^>]*+>|[?$]{letters(DIGITS)}++"
    rf"|{letters(DIGITS + '.-')}*+:(?:{letters(DIGITS + '.:%-')}|{ESCAPED})*+){_SPACE}\{{",
    re.IGNORECASE,
)
_MAX_SERVICES = 20

_PREFIXED = frozenset("!+-^")
_DATA = frozenset(("string", "iri", "blank", "number", "name", "variable", "language"))
_VALUES = _DATA | {"word", "close"}
_REFUSED = {
    "SERVICE": "would ask another server. Ask that server itself, and join the answers",
    "FROM": "would load a document. Name a graph of the store with GRAPH instead",
    **dict.fromkeys(
        ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "USING"),
        "belongs to an update, and the graph is for reading only. Change the sources instead",
    ),
}

_REFUSED_FROM = (
    "names what is no graph of this store. SELECT ?g { GRAPH ?g {} } lists those that are; write the whole IRI of one"
)


_LOOKED_AT = (*_REFUSED, "DESCRIBE", "\\", '"', "'")


def check_query(text: str, path: Path | None = None, graphs: Container[str] = ()) -> None:
    """Raise QueryError when a query may not be run, with the reason, the place and the cure; for a file, SourceError.

    FROM and FROM NAMED may name one of some `graphs`, by its whole IRI.

    >>> check_query("SELECT ?service { ?service ?p 'SERVICE' }  # SERVICE")
    >>> check_query("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    ...
    glutkg.errors.QueryError: The query is refused: SERVICE (line 1, column 12) would ask another server. Ask that \
server itself, and join the answers.
    """
    if _is_plain(text):
        return
    if len(text) > MAX_LENGTH:
        raise _refusal(f"it has {len(text):,} characters, and at most {MAX_LENGTH:,} are read. Ask in smaller parts")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _refusal(f"character {error.start + 1:,} is half of a pair. Write the whole character") from error
    _Reading(text, path, graphs).check()
    if _ESCAPE.search(text):
        _Reading(_ESCAPE.sub(_read, text), path, graphs, " once the escapes are read").check()


def _is_plain(text: str) -> bool:
    """Tell whether a query is so short, and so free of signs and words, that reading its tokens could refuse nothing.

    A token has a character at least, so the characters bound what tokens are counted by.
    """
    if len(text) > MAX_TOKENS or not text.isascii():
        return False
    capitals = text.upper()
    return (
        not any(word in capitals for word in _LOOKED_AT)
        and sum(map(text.count, "([{")) <= MAX_NESTING
        and sum(map(text.count, _PREFIXED)) <= MAX_SIGNS
    )


def _read(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2], 16)
    return chr(number) if number <= 0x10FFFF else escape[0]  # noqa: PLR2004 - the last code point


def _refusal(reason: str) -> QueryError:
    return QueryError(f"The query is refused: {reason}.")


class _Reading:
    """One pass over one reading of a query, with what is known of the tokens so far."""

    def __init__(self, text: str, path: Path | None, graphs: Container[str], manner: str = "") -> None:
        self._text = text
        self._path = path
        self._graphs = graphs
        self._manner = manner
        self._open: list[str] = []  # brackets; those of VALUES are "values" and "row", that of IN is "in"
        self._count = self._signs = 0
        self._kind = self._mark = self._before = ""  # the last token, and the text of the one before it
        self._after_values = False
        self._describes = False
        self._from: int | None = None  # where a FROM stands whose graph is still to come

    def check(self) -> None:
        for kind, mark, start in tokens(self._text):
            if kind == "iri" and self._may_compare(mark):
                self._check_bare(start)
                return
            self._check_token(start, kind, mark)
            self._count += self._cost(kind, mark)
            self._nest(kind, mark)
            self._signs = self._signs + 1 if mark in _PREFIXED else 0
            self._check_size(start, self._count, len(self._open))
            self._before, self._kind, self._mark = self._mark, kind, mark

    def _innermost(self) -> str:
        return self._open[-1] if self._open else ""

    def _may_compare(self, iri: str) -> bool:
        """Return whether Oxigraph might read the `<` of what looks like an IRI as a sign, and the rest as a query."""
        if _PLAIN_IRI.match(iri):
            return False
        return (self._innermost() in ("(", "in") and self._kind in _VALUES) or self._mark == "<"

    def _check_token(self, start: int, kind: str, mark: str) -> None:
        if mark in ('"', "'"):
            raise self._refused(start, f"is not closed. Close it with {mark}", "a string")
        if self._is_of_from(start, kind, mark):
            return
        if kind == "word" and (word := _refused_word(mark)):
            raise self._refused(start, _REFUSED[word], word)
        is_clause = mark == "{" and self._kind == "name" and "SERVICE" in self._mark.partition(":")[0].upper()
        if is_clause and self._before.upper() != "GRAPH":  # `SERVICEe:x {`, but not `GRAPH service:x {`
            raise self._refused(start, _REFUSED["SERVICE"], "SERVICE")

    def _is_of_from(self, start: int, kind: str, mark: str) -> bool:
        """Tell whether a token is FROM, NAMED, or the IRI after them, which must be that of a graph of the store."""
        if self._from is None:
            if kind == "word" and mark.upper() == "FROM" and self._graphs:
                self._from = start
            return self._from is not None
        if kind == "word" and mark.upper() == "NAMED":
            return True
        if kind != "iri" or mark[1:-1] not in self._graphs:
            raise self._refused(self._from, _REFUSED_FROM, "FROM")
        self._from = None
        return True

    def _cost(self, kind: str, mark: str) -> int:
        """Count a token by what it may take of the stack."""
        innermost = self._innermost()
        if innermost in ("values", "row") and (kind in _DATA or mark in ("(", ")", "UNDEF", "^", "+", "-")):
            return 0
        if innermost == "in" and (kind in _DATA or mark == ","):
            return 0
        if kind in ("word", "name") and "DESCRIBE" in mark.upper():
            self._describes = True
        if kind == "word":
            return 1 + mark.count("-") + mark.count(".")
        return DESCRIBED if self._describes and kind in _DATA and not self._open else 1

    def _nest(self, kind: str, mark: str) -> None:
        if kind == "open":
            self._open.append(self._bracket(mark))
        elif kind == "close" and self._open:
            self._open.pop()
        if kind == "word":
            self._after_values = mark.upper() == "VALUES"
        elif kind not in ("variable", "open", "close") or mark == "{":
            self._after_values = False

    def _bracket(self, mark: str) -> str:
        if mark == "{" and self._after_values:
            return "values"
        if mark == "(" and self._innermost() in ("values", "row"):
            return "row"
        return "in" if mark == "(" and self._mark.upper() == "IN" else mark

    def _check_bare(self, start: int) -> None:
        """Look over the rest of the query as if neither strings nor comments nor IRIs hid anything."""
        rest = self._text[start:]
        cure = "may ask another server. Put a space after the < before it"
        if rest.upper().count("SERVICE") > _MAX_SERVICES or _SERVICE.search(rest):
            raise self._refused(start, cure, "what follows")
        count = self._count + sum(1 for _ in _BARE_TOKEN.finditer(rest))
        nesting = len(self._open) + sum(map(rest.count, "([{"))
        self._check_size(start, count, nesting)

    def _check_size(self, start: int, count: int, nesting: int) -> None:
        if nesting > MAX_NESTING or self._signs > MAX_SIGNS:
            reason = f"nests deeper than {MAX_NESTING} brackets or {MAX_SIGNS} signs. Write it flatter"
            raise self._refused(start, reason, "it")
        if count > MAX_TOKENS:
            reason = f"has more than {MAX_TOKENS:,} names, words and signs. Ask in smaller parts, or use VALUES"
            raise self._refused(start, reason, "it")

    def _refused(self, start: int, reason: str, what: str) -> GlutkgError:
        line, column = line_and_column(self._text, start)
        if self._path:
            return SourceError(f"column {column}{self._manner}: {what} {reason}.", self._path, line)
        return _refusal(f"{what} (line {line}, column {column}{self._manner}) {reason}")


def _refused_word(mark: str) -> str | None:
    """Name the refused word in a token; Oxigraph needs no space between words."""
    for part in re.split(r"[.\-]", mark.upper()):
        if "SERVICE" in part:
            return "SERVICE"
        if part.startswith("FROM"):
            return "FROM"
        if part in _REFUSED:
            return part
    return None
