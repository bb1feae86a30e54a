"""The line that a parser has come to, of forms whose parsers do not tell it."""

from __future__ import annotations

from io import BytesIO, RawIOBase
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Lines(RawIOBase):
    """A text that is read line by line, and counts how many were begun."""

    def __init__(self, content: bytes) -> None:
        self._content = BytesIO(content)
        self._is_new = True
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Give the next line, or as much of it as is wanted."""
        line = self._content.readline(size)
        self.count += self._is_new and bool(line)
        self._is_new = line.endswith(b"\n")
        return line


def quads_with_lines(content: bytes, form: ox.RdfFormat) -> Iterator[tuple[ox.Quad, int]]:
    r"""Parse RDF/XML, and give each quad with the line on which what states it ends. Raises SyntaxError.

    >>> text = b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">\n<e:A/>\n</r:RDF>'
    >>> [line for _, line in quads_with_lines(text, ox.RdfFormat.RDF_XML)]
    [2]
    """
    lines = _Lines(content)
    for quad in ox.parse(lines, format=form):  # type: ignore[arg-type]
        yield quad, lines.count


def line_reached(content: bytes, form: ox.RdfFormat, quads: int | None = None) -> int:
    """Give the line that the parser has come to when it stops, or when it has given some quads."""
    lines = _Lines(content)
    try:
        for _ in islice(ox.parse(lines, format=form), quads):  # type: ignore[arg-type]
            pass
    except SyntaxError:
        pass
    return max(1, lines.count)
