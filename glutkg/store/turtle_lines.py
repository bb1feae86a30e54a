"""The lines of a Turtle text on which its triples stand: a reading of its tokens, not a second parser.

The tokens are those of SPARQL, which has all of Turtle's. The text has parsed already, so no error is reported, and
what is not recognised is skipped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from glutkg.rdf.namespaces import RDF
from glutkg.sparql.tokens import string_value, tokens, unescaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


NO_LINE = 0
"""The line of what is in a text, nobody knows where."""


@dataclass(frozen=True, slots=True)
class TripleLines:
    """The lines on which triples stand, by subject, predicate and object.

    Subjects and predicates are IRIs, objects IRIs or the text of a literal; a blank node is the empty string. An object
    in brackets is found by its content too, written as `bracketed` does.
    """

    lines: Mapping[tuple[str, str | None, str | None], int]

    @classmethod
    def of(cls, triples: Iterable[tuple[str, str, str, int]]) -> TripleLines:
        """Keep the lines of triples, the first of each, also by subject and predicate, and by subject."""
        lines: dict[tuple[str, str | None, str | None], int] = {}
        for subject, predicate, object_, line in triples:
            for key in ((subject, predicate, object_), (subject, predicate, None), (subject, None, None)):
                lines.setdefault(key, line)
        return cls(lines)

    def line(self, subject: str, predicate: str | None = None, object_: str | None = None) -> int | None:
        """Give the line of a triple, else of the predicate at that subject, else of the subject, else None."""
        keys = ((subject, predicate, object_), (subject, predicate, None), (subject, None, None))
        return next((self.lines[key] for key in keys if key in self.lines), None) or None


@dataclass(frozen=True, slots=True)
class BlankNodeLines:
    """The lines of a text by the names that blank nodes have in it, and what is said of each.

    Names are `_:x` as it is written, or `_:[1]` for the first brackets. What is said are pairs of a property and a
    value (the empty string for another blank node), also of what refers to the node, with `^` before the property.
    """

    lines: TripleLines
    said: Mapping[str, frozenset[tuple[str, str]]]

    @classmethod
    def of(cls, triples: Iterable[tuple[str, str, str, int]]) -> BlankNodeLines:
        """Keep what triples say of blank nodes, whose names are `Blank`."""
        found = list(triples)
        said: dict[str, set[tuple[str, str]]] = {}
        for subject, predicate, object_, _ in found:
            if isinstance(subject, Blank):
                said.setdefault(subject, set()).add((predicate, as_indexed(object_)))
            if isinstance(object_, Blank):
                said.setdefault(object_, set()).add((f"^{predicate}", as_indexed(subject)))
        lines = TripleLines.of((s, p, as_indexed(o), line) for s, p, o, line in found if isinstance(s, Blank))
        referred = TripleLines.of((o, "", "", line) for _, _, o, line in found if isinstance(o, Blank))
        return cls(
            TripleLines({**referred.lines, **lines.lines}), {name: frozenset(pairs) for name, pairs in said.items()}
        )


def blank_node_lines(text: str) -> BlankNodeLines:
    r"""Find the lines of what is said of blank nodes.

    >>> found = blank_node_lines("@prefix : <http://e/> .\n:a :b [\n :c :d ] .")
    >>> found.lines.line("_:[1]", "http://e/c"), sorted(found.said["_:[1]"])
    (3, [('^http://e/b', 'http://e/a'), ('http://e/c', 'http://e/d')])
    """
    return BlankNodeLines.of(_Scanner(text).triples())


class Blank(str):
    """The name of a blank node, which no text of a literal is taken for."""

    __slots__ = ()


def as_indexed(term: str) -> str:
    """Give a term as an index has it, in which a blank node is the empty string."""
    return "" if isinstance(term, Blank) else term


def bracketed(content: Iterable[str]) -> str:
    """Give the key of an object in brackets: the IRIs and literals that are objects in it, at any depth."""
    return f"[{' '.join(sorted(set(content)))}]"


def triple_lines(text: str) -> TripleLines:
    r"""Find the lines, counted from 1, of all triples of a Turtle text.

    >>> found = triple_lines("@prefix : <http://e/> .\n:a a :B ;\n  :c 'one' ,\n  :d .")
    >>> found.line("http://e/a", "http://e/c", "http://e/d"), found.line("http://e/a", "http://e/c", "one")
    (4, 3)
    """
    return TripleLines.of((as_indexed(s), p, as_indexed(o), line) for s, p, o, line in _Scanner(text).triples())


@dataclass(slots=True)
class _Frame:
    """What is being read at one depth of brackets: a subject with its predicate, or a collection."""

    subject: str | None = None
    predicate: str | None = None
    line: int = 0
    content: set[str] = field(default_factory=set)


_NONE = ("", "", 0)
"""What stands in the place of a token after the last one."""


class _Scanner:
    """Goes through the tokens of a text with a stack of frames, one for each open bracket."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._prefixes: dict[str, str] = {}
        self._base = ""
        self._stack = [_Frame()]
        self._brackets = 0

    def triples(self) -> Iterator[tuple[str, str, str, int]]:
        found = self._tokens()
        for kind, text, line in found:
            if kind in ("open", "close", "sign"):
                yield from self._sign(text, line, found)
            elif text.lower() in ("@prefix", "prefix", "@base", "base"):
                self._declare(text, found)
            elif kind != "language":
                yield from self._take(self._value(kind, text), line)

    def _tokens(self) -> Iterator[tuple[str, str, int]]:
        line, before = 1, 0
        for kind, text, start in tokens(self._text):
            line += self._text.count("\n", before, start)
            before = start
            yield kind, text, line

    def _declare(self, word: str, found: Iterator[tuple[str, str, int]]) -> None:
        _, name, _ = next(found, _NONE)
        if "prefix" in word.lower():
            _, iri, _ = next(found, _NONE)
            self._prefixes[name.removesuffix(":")] = self._absolute(iri)
        else:
            self._base = self._absolute(name)

    def _absolute(self, iri: str) -> str:
        plain = unescaped(iri[1:-1])
        return urljoin(self._base, plain) if self._base else plain

    def _sign(self, sign: str, line: int, found: Iterator[tuple[str, str, int]]) -> Iterator[tuple[str, str, str, int]]:
        if sign in "([":
            self._brackets += 1
            node = Blank(f"_:[{self._brackets}]")
            yield from self._take(node, line)
            self._stack.append(_Frame(node, None if sign == "[" else RDF + "first", line))
        elif sign in ")]":
            if len(self._stack) > 1:
                yield from self._close(self._stack.pop())
        elif sign in ".{}":  # braces stand around a graph, in TriG
            self._stack = [_Frame()]
        elif sign == ";":
            self._stack[-1].predicate = None
        elif sign == "^":
            next(found, None)  # the second sign, and a datatype, which is not a term of a triple
            next(found, None)
        elif sign in "+-":
            yield from self._take(sign + next(found, _NONE)[1], line)

    def _close(self, inner: _Frame) -> Iterator[tuple[str, str, str, int]]:
        """Give the triple of brackets that close, once more by their content."""
        outer = self._stack[-1]
        outer.content |= inner.content
        if outer.subject is not None and outer.predicate is not None:
            yield outer.subject, outer.predicate, bracketed(inner.content), inner.line
            if inner.predicate == RDF + "first" and not inner.content:
                yield outer.subject, outer.predicate, RDF + "nil", inner.line

    def _value(self, kind: str, text: str) -> str:
        """Give what a token stands for: an IRI, the text of a literal, or the name of a blank node."""
        if kind == "iri":
            return self._absolute(text)
        if kind == "name":
            prefix, _, local = text.partition(":")
            return self._prefixes.get(prefix, "") + unescaped(local)
        if kind == "string":
            return string_value(text)
        return Blank(text) if kind == "blank" else RDF + "type" if text == "a" else text

    def _take(self, term: str, line: int) -> Iterator[tuple[str, str, str, int]]:
        """Take a term as the subject, the predicate or the object that the frame needs next."""
        frame = self._stack[-1]
        if frame.subject is None:
            frame.subject = term
        elif frame.predicate is None:
            frame.predicate = term
        else:
            frame.content |= {term} if as_indexed(term) else set()
            yield frame.subject, frame.predicate, term, line
