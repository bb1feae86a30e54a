"""Where in a Turtle text a triple stands: a scanner of tokens, not a second parser.

It reads texts that have parsed already, so it takes the shortest way: it never complains, and what it does not
understand it passes over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from glutkg.rdf.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r\n]+|\#[^\n]*)
      | (?P<long>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3})
      | (?P<short>"(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
      | <(?P<iri>[^<>"{}|^`\s]*)>
      | (?P<blank>_:[\w.-]*[\w-])
      | (?P<directive>@prefix|@base)\b
      | (?P<suffix>@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*|\^\^)
      | (?P<name>[^\W\d_]?[\w.-]*:(?:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w:-]|%[0-9A-Fa-f]{2}|\\.))?)
      | (?P<word>[A-Za-z]+(?![\w:]))
      | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?<!\.))
      | (?P<mark>[.;,()\[\]])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CONTROL = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Places:
    """The lines of a text at which its triples stand, by subject, predicate and object.

    Subjects and predicates are IRIs, objects IRIs or the text of a literal; a blank node is the empty string. As an
    object, what is written in brackets goes by what stands in them too, as `bracketed` puts it.
    """

    lines: Mapping[tuple[str, str | None, str | None], int]

    def line(self, subject: str, predicate: str | None = None, object_: str | None = None) -> int | None:
        """Give the line of a triple, else of the predicate at that subject, else of the subject, else None."""
        keys = ((subject, predicate, object_), (subject, predicate, None), (subject, None, None))
        return next((self.lines[key] for key in keys if key in self.lines), None)


def bracketed(content: Iterable[str]) -> str:
    """Name what is written in brackets by the IRIs and literals that are objects in it, at any depth."""
    return f"[{' '.join(sorted(set(content)))}]"


def places(text: str) -> Places:
    r"""Find the lines, counted from 1, of all triples of a Turtle text.

    >>> found = places("@prefix : <http://e/> .\n:a a :B ;\n  :c 'one' ,\n  :d .")
    >>> found.line("http://e/a", "http://e/c", "http://e/d"), found.line("http://e/a", "http://e/c", "one")
    (4, 3)
    """
    lines: dict[tuple[str, str | None, str | None], int] = {}
    for subject, predicate, object_, line in _Scanner(text).triples():
        for key in ((subject, predicate, object_), (subject, predicate, None), (subject, None, None)):
            lines.setdefault(key, line)
    return Places(lines)


@dataclass(slots=True)
class _Frame:
    """What is being written at one depth of brackets: a subject with its predicate, or a list."""

    subject: str | None = None
    predicate: str | None = None
    line: int = 0
    content: set[str] = field(default_factory=set)


class _Scanner:
    """Goes through the tokens of a text with a stack of frames, one for each open bracket."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._prefixes: dict[str, str] = {}
        self._base = ""
        self._stack = [_Frame()]

    def triples(self) -> Iterator[tuple[str, str, str, int]]:
        tokens = self._tokens()
        for kind, value, line in tokens:
            if kind == "directive" or (kind == "word" and value.lower() in {"prefix", "base"}):
                self._declare(value, tokens)
            elif kind == "mark":
                yield from self._mark(value, line)
            elif kind != "suffix":
                yield from self._term(kind, value, line)
            elif value == "^^":
                next(tokens, None)  # a datatype is no term of its own

    def _tokens(self) -> Iterator[tuple[str, str, int]]:
        position, line = 0, 1
        while position < len(self._text):
            found = _TOKEN.match(self._text, position)
            end = found.end() if found else position + 1
            if found and found.lastgroup and found.lastgroup != "skip":
                yield found.lastgroup, found[found.lastgroup], line
            line += self._text.count("\n", position, end)
            position = end

    def _declare(self, word: str, tokens: Iterator[tuple[str, str, int]]) -> None:
        if "prefix" in word.lower():
            prefix = next(tokens, ("", "", 0))[1].removesuffix(":")
            self._prefixes[prefix] = self._absolute(next(tokens, ("", "", 0))[1])
        else:
            self._base = self._absolute(next(tokens, ("", "", 0))[1])

    def _absolute(self, iri: str) -> str:
        plain = _unescaped(iri)
        return urljoin(self._base, plain) if self._base else plain

    def _mark(self, mark: str, line: int) -> Iterator[tuple[str, str, str, int]]:
        if mark in "([":
            yield from self._place("", line)
            self._stack.append(_Frame("", None if mark == "[" else RDF + "first", line))
        elif mark in ")]":
            if len(self._stack) > 1:
                yield from self._close(self._stack.pop())
        elif mark == ".":
            self._stack = [_Frame()]
        elif mark == ";":
            self._stack[-1].predicate = None

    def _close(self, inner: _Frame) -> Iterator[tuple[str, str, str, int]]:
        """Place once more what stood in brackets, by all that stands in them."""
        outer = self._stack[-1]
        outer.content |= inner.content
        if outer.subject is not None and outer.predicate is not None:
            yield outer.subject, outer.predicate, bracketed(inner.content), inner.line

    def _term(self, kind: str, value: str, line: int) -> Iterator[tuple[str, str, str, int]]:
        if kind == "iri":
            yield from self._place(self._absolute(value), line)
        elif kind == "name":
            prefix, _, local = value.partition(":")
            yield from self._place(self._prefixes.get(prefix, "") + _unescaped(local), line)
        elif kind == "word" and value == "a":
            yield from self._place(RDF + "type", line)
        elif kind in {"long", "short"}:
            quotes = 3 if kind == "long" else 1
            yield from self._place(_unescaped(value[quotes:-quotes]), line)
        else:
            yield from self._place("" if kind == "blank" else value, line)

    def _place(self, term: str, line: int) -> Iterator[tuple[str, str, str, int]]:
        """Put a term where the frame wants one: as subject, as predicate, or as object of a triple."""
        frame = self._stack[-1]
        if frame.subject is None:
            frame.subject = term
        elif frame.predicate is None:
            frame.predicate = term
        else:
            frame.content |= {term} if term else set()
            yield frame.subject, frame.predicate, term, line


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _CONTROL.get(match[3], match[3])

    return _ESCAPE.sub(character, text)
