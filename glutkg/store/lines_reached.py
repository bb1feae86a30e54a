"""The line that a parser has come to, of forms whose parsers do not tell it."""

from __future__ import annotations

from io import BytesIO, RawIOBase
from itertools import islice

import pyoxigraph as ox


class _Lines(RawIOBase):
    """A text that is read line by line, and counts how many were."""

    def __init__(self, content: bytes) -> None:
        self._content = BytesIO(content)
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Give the next line, or as much of it as is wanted."""
        line = self._content.readline(size)
        self.count += line.endswith(b"\n")
        return line


def line_reached(content: bytes, form: ox.RdfFormat, quads: int | None = None) -> int:
    """Give the line that the parser has come to when it stops, or when it has given some quads."""
    lines = _Lines(content)
    try:
        for _ in islice(ox.parse(lines, format=form), quads):  # type: ignore[arg-type]
            pass
    except SyntaxError:
        pass
    return max(1, lines.count)
