r"""The tokens of SPARQL: where strings, IRIs, names, numbers, words and signs begin, and what they are.

The tokens follow Oxigraph's grammar, which needs no spaces between them: `1SERVICE<x>` is a number, a word and an IRI.
A sign is one character, so that the operators `&&` and `!=` are two tokens. A `<` that could start an IRI does; the
guard alone has to think of what else it could be.
"""

from __future__ import annotations

import re
import sys
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.terms import Term

if TYPE_CHECKING:
    from collections.abc import Iterator


DIGITS = "0123456789"


def letters(more: str = "") -> str:
    """Write the class of letters, and of more ASCII characters, as a pattern.

    Beyond ASCII every character counts as a letter: Oxigraph takes it as one too, or it is an error there. The pattern
    gives the ranges that it leaves out: all those characters would take longer to compile than a query to run.
    """
    runs = groupby(range(128), lambda code: chr(code).isalpha() or chr(code) in "_" + more)
    left_out = ([*codes] for is_letter, codes in runs if not is_letter)
    return "[^" + "".join(rf"\x{codes[0]:02x}-\x{codes[-1]:02x}" for codes in left_out) + "]"


_PART = rf"{letters(DIGITS + '-')}|\.++(?={letters(DIGITS + '-')})"
ESCAPED = r"\\[_~.\-!$&'()*+,;=/?\#@%]"
"""An escape within the local part of a prefixed name."""
_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\r\n]++|\#[^\r\n]*+)
  | (?P<string>\"{{3}}(?:[^"\\]|\\.|"{{1,2}}(?!"))*+\"{{3}}|'{{3}}(?:[^'\\]|\\.|'{{1,2}}(?!'))*+'{{3}}
              |"(?:[^"\\\r\n]|\\.)*+"|'(?:[^'\\\r\n]|\\.)*+')
  | (?P<iri><[^<>"{{}}|^`\x00-\x20]*+>)
  | (?P<blank>_:(?:{_PART})*+)
  | (?P<number>(?:[0-9]++(?:\.[0-9]++)?+|\.[0-9]++)(?:[eE][+\-]?[0-9]++)?+)
  | (?P<name>(?:{letters()}(?:{_PART})*+)?+
             :(?:(?:{letters(DIGITS + ":%")}|{ESCAPED})(?:{letters(DIGITS + ":%-")}|{ESCAPED}
                  |\.++(?={letters(DIGITS + ":%-" + chr(92))}))*+)?+)
  | (?P<word>{letters()}(?:{_PART})*+)
  | (?P<variable>[?$]{letters(DIGITS)}++)
  | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
  | (?P<open>[(\[{{])
  | (?P<close>[)\]}}])
  | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_STRING_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CONTROL = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_LONG_QUOTES = ('"""', "'''")


class Token(NamedTuple):
    """A token: its kind (`string`, `iri`, `blank`, `number`, `name`, `word`, …), its text and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the next character stands."""
        return self.start + len(self.text)


def tokens(text: str) -> Iterator[Token]:
    """Return the tokens of a query, without spaces and comments.

    >>> [token.text for token in tokens("ASK { ?s rdfs:label 'a # b'@en } # all")]
    ['ASK', '{', '?s', 'rdfs:label', "'a # b'", '@en', '}']
    """
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            yield Token(match.lastgroup or "", match[0], match.start())


def line_and_column(text: str, position: int) -> tuple[int, int]:
    r"""Return the line and the column of a position in a text, both counted from 1.

    >>> line_and_column("ASK {\n ?s", 7)
    (2, 2)
    """
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def string_value(text: str) -> str:
    r"""Return the characters that a string literal stands for, from how it is written, with its quotes.

    >>> string_value("'a\\tb\\u0063'")
    'a\tbc'
    """
    quotes = 3 if text.startswith(_LONG_QUOTES) else 1
    return unescaped(text[quotes:-quotes])


def unescaped(text: str) -> str:
    """Return a text with the characters that its escapes stand for."""
    return _STRING_ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if code := match[1] or match[2]:
        return chr(int(code, 16)) if int(code, 16) <= sys.maxunicode else match[0]
    return _CONTROL.get(match[3], match[3])


def to_term(text: str) -> Term:
    """Read an IRI, a literal or a blank node, as N-Triples spells it.

    >>> to_term('"two"@en')
    Term(kind='literal', value='two', language='en', datatype=None)
    """
    first, *rest = tokens(text)
    if first.kind != "string":
        return Term("iri", text[1:-1]) if first.kind == "iri" else Term("blank", text[2:])
    language = rest[0].text[1:] if rest and rest[0].kind == "language" else None
    datatype = rest[-1].text[1:-1] if rest and rest[-1].kind == "iri" else None
    return Term("literal", string_value(text[: first.end]), language, datatype)
