"""How wide text is, and where it breaks: measured in the font that is shipped, which has the widths of Arial."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from math import ceil
from pathlib import Path
from typing import NamedTuple

from glutkg.errors import MissingPartError

FONTS = Path(__file__).parent / "fonts"


class _Face(NamedTuple):
    widths: dict[int, int]
    em: int


@cache
def _face(bold: bool) -> _Face:
    try:
        from fontTools.ttLib import TTFont
    except ImportError as error:
        raise MissingPartError(
            "Drawing needs fontTools and Graphviz. Install them with: pip install 'glutkg[draw]'"
        ) from error
    with TTFont(FONTS / f"Arimo-{'Bold' if bold else 'Regular'}.ttf", lazy=True) as font:
        advances = font["hmtx"].metrics
        widths = {code: advances[glyph][0] for code, glyph in font.getBestCmap().items()}
        return _Face(widths, font["head"].unitsPerEm)


@lru_cache(1 << 15)
def width(text: str, size: float, bold: bool = False) -> float:
    """Give the width of a line of text in pixels at a size in pixels; unknown letters count as an em.

    >>> 60 < width("NMDA receptor", 10) < 75
    True
    """
    face = _face(bold)
    return sum(face.widths.get(ord(letter), face.em) for letter in text) * size / face.em


def wrap(text: str, size: float, limit: float, bold: bool = False) -> tuple[str, ...]:
    """Break text into lines no wider than a limit in pixels, between words, or within one that is too long.

    >>> wrap("plasma protein extravasation", 10, 80)
    ('plasma protein', 'extravasation')
    """
    lines: list[str] = []
    for word in (part for whole in text.split() for part in _parts(whole, size, limit, bold)):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width(joined, size, bold) <= limit:
            lines[-1] = joined
        else:
            lines.append(word)
    return tuple(lines)


def _parts(word: str, size: float, limit: float, bold: bool) -> list[str]:
    """Cut a word that is wider than a line: after a hyphen or slash where it has one, else into parts of like length.

    So no part is a letter or two; boxes are made wide enough for the words of the graph, and only longer ones are cut.
    """
    if width(word, size, bold) <= limit:
        return [word]
    pieces = [piece for piece in re.split(r"(?<=[-/–])", word) if piece]
    if len(pieces) > 1:
        return [part for piece in pieces for part in _parts(piece, size, limit, bold)]
    fits = max((n for n in range(1, len(word)) if width(word[:n] + "-", size, bold) <= limit), default=1)
    length = ceil(len(word) / ceil(len(word) / fits))
    return [word[:length] + "-", *_parts(word[length:], size, limit, bold)]
