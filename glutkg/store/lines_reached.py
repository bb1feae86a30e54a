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
    r"""Give the line that the parser has come to when it stops, or when it has given some quads.

    Of JSON-LD it reads nodes as a whole; read as a stream, the same fault is met where it stands.

    >>> line_reached(b'{"@context": {"a": 5},\n"@id": "x:b",\n"a": 1}', ox.RdfFormat.JSON_LD)
    1
    """
    reason, line = _stopped(content, form, quads)
    if form == ox.RdfFormat.JSON_LD and quads is None:
        met, earlier = _stopped(content, ox.RdfFormat.STREAMING_JSON_LD)
        return earlier if met == reason else line
    return line


def _stopped(content: bytes, form: ox.RdfFormat, quads: int | None = None) -> tuple[str, int]:
    """Give why the parser stops, if it does, and the line to which it has come then."""
    lines, reason = _Lines(content), ""
    try:
        for _ in islice(ox.parse(lines, format=form), quads):  # type: ignore[arg-type]
            pass
    except SyntaxError as error:
        reason = error.msg
    return reason, max(1, lines.count)
