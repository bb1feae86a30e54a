"""The lines of a Turtle text on which its triples stand: a scanner of tokens, not a second parser.

It reads texts that have parsed already, so it reports no error, and skips what it does not recognise.
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
      | (?P<punctuation>[.;,()\[\]])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CONTROL = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True, slots=True)
class TripleLines:
    """The lines on which triples stand, by subject, predicate and object.

    Subjects and predicates are IRIs, objects IRIs or the text of a literal; a blank node is the empty string. An object
    in brackets is found by its content too, written as `bracketed` does.
    """

    lines: Mapping[tuple[str, str | None, str | None], int]

    def line(self, subject: str, predicate: str | None = None, object_: str | None = None) -> int | None:
        """Give the line of a triple, else of the predicate at that subject, else of the subject, else None."""
        keys = ((subject, predicate, object_), (subject, predicate, None), (subject, None, None))
        return next((self.lines[key] for key in keys if key in self.lines), None)


def bracketed(content: Iterable[str]) -> str:
    """Give the key of an object in brackets: the IRIs and literals that are objects in it, at any depth."""
    return f"[{' '.join(sorted(set(content)))}]"


def triple_lines(text: str) -> TripleLines:
    r"""Find the lines, counted from 1, of all triples of a Turtle text.

    >>> found = triple_lines("@prefix : <http://e/> .\n:a a :B ;\n  :c 'one' ,\n  :d .")
    >>> found.line("http://e/a", "http://e/c", "http://e/d"), found.line("http://e/a", "http://e/c", "one")
    (4, 3)
    """
    lines: dict[tuple[str, str | None, str | None], int] = {}
    for subject, predicate, object_, line in _Scanner(text).triples():
        for key in ((subject, predicate, object_), (subject, predicate, None), (subject, None, None)):
            lines.setdefault(key, line)
    return TripleLines(lines)


@dataclass(slots=True)
class _Frame:
    """What is being read at one depth of brackets: a subject with its predicate, or a collection."""

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
            elif kind == "punctuation":
                yield from self._punctuation(value, line)
            elif kind != "suffix":
                yield from self._term(kind, value, line)
            elif value == "^^":
                next(tokens, None)  # a datatype is not a term of a triple

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

    def _punctuation(self, punctuation: str, line: int) -> Iterator[tuple[str, str, str, int]]:
        if punctuation in "([":
            yield from self._take("", line)
            self._stack.append(_Frame("", None if punctuation == "[" else RDF + "first", line))
        elif punctuation in ")]":
            if len(self._stack) > 1:
                yield from self._close(self._stack.pop())
        elif punctuation == ".":
            self._stack = [_Frame()]
        elif punctuation == ";":
            self._stack[-1].predicate = None

    def _close(self, inner: _Frame) -> Iterator[tuple[str, str, str, int]]:
        """Give the triple of brackets that close, once more by their content."""
        outer = self._stack[-1]
        outer.content |= inner.content
        if outer.subject is not None and outer.predicate is not None:
            yield outer.subject, outer.predicate, bracketed(inner.content), inner.line

    def _term(self, kind: str, value: str, line: int) -> Iterator[tuple[str, str, str, int]]:
        if kind == "iri":
            yield from self._take(self._absolute(value), line)
        elif kind == "name":
            prefix, _, local = value.partition(":")
            yield from self._take(self._prefixes.get(prefix, "") + _unescaped(local), line)
        elif kind == "word" and value == "a":
            yield from self._take(RDF + "type", line)
        elif kind in {"long", "short"}:
            quotes = 3 if kind == "long" else 1
            yield from self._take(_unescaped(value[quotes:-quotes]), line)
        else:
            yield from self._take("" if kind == "blank" else value, line)

    def _take(self, term: str, line: int) -> Iterator[tuple[str, str, str, int]]:
        """Take a term as the subject, the predicate or the object that the frame needs next."""
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
