"""Boxes, chips, arrowheads and signs, as the panels and outlines of a sheet."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, NamedTuple

from glutkg.pictures.svg import Panel, Point, Shape, Text
from glutkg.pictures.text_metrics import width, wrap
from glutkg.pictures.theme import BOX, CHIEF, INK, MARKS, MUTED, PAGE, QUIET, TAGS, dash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glutkg.pictures.model import Box, Chip, Claim, Tag

PAD = 9.0
LABEL, WORD, SMALL = 13.0, 11.5, 10.0
"""Sizes of text in pixels: labels of boxes, words of chips, everything else in a panel."""
_TAG_PAD, _TAG_GAP, _TAG_LINE = 5.0, 4.0, 12.0
_SIGN = 15.0
_LONGEST_WORD, _LONGEST_LINE, _BESIDE = 190.0, 9999.0, 8.0
_TOP = 200.0
"""Where the text of a tall box starts at the latest."""


def lines(texts: Sequence[str], x: float, y: float, size: float, fill: str, *, bold: bool = False) -> tuple[Text, ...]:
    """Set lines below each other; y is the top of the first."""
    step = size * 1.25
    return tuple(Text(x, y + size + n * step, t, size, width(t, size, bold), fill, bold) for n, t in enumerate(texts))


def outline_width(rank: int) -> float:
    """Give how thick the outline of what has a certainty of this rank is: that of the surest is thicker."""
    return 1.8 if rank == 1 else 1.0


def box_width(box: Box, limit: float) -> float:
    """Give the width that a box needs to break its label well within a limit, or a bit beyond for a long word."""
    words = [(word, LABEL, box.chief) for word in box.label.split()] + [(w, SMALL, False) for w in box.detail.split()]
    inner = _room(words, limit - 2 * PAD)
    texts = [(line, LABEL, box.chief) for line in wrap(box.label, LABEL, inner, box.chief)]
    texts += [(box.caption, SMALL, False), *((line, SMALL, False) for line in wrap(box.detail, SMALL, inner))]
    return max(width(text, size, bold) for text, size, bold in texts) + 2 * PAD


def _room(words: Sequence[tuple[str, float, bool]], inner: float) -> float:
    """Give the room for a line of text: what there is, or what the longest word needs, unless that is out of bounds."""
    longest = max((width(*word) for word in words), default=0.0) + _SIGN
    return max(inner, longest) if longest <= _LONGEST_WORD else inner


def box_panel(box: Box, wide: float, x: float = 0, y: float = 0, high: float = 0, *, in_middle: bool = False) -> Panel:
    """Give a box of a width and at least a height, its text in the middle, or near the top of a tall one if it may."""
    inner = wide - 2 * PAD
    blocks = (
        ((box.caption,) if box.caption else (), SMALL, MUTED, False),
        (wrap(box.label, LABEL, inner, box.chief), LABEL, INK, box.chief),
        (wrap(box.detail, SMALL, inner), SMALL, MUTED, False),
    )
    tall = sum(len(words) * size * 1.25 + (2 if words else 0) for words, size, _, _ in blocks)
    high = max(high, tall + 12)
    top = y + ((high - tall) / 2 if in_middle else min((high - tall) / 2, _TOP)) + 1
    texts: tuple[Text, ...] = ()
    for words, size, fill, bold in blocks:
        texts += lines(words, x + PAD, top, size, fill, bold=bold)
        top += len(words) * size * 1.25 + (2 if words else 0)
    fill, stroke, thick = (CHIEF, INK, 2.0) if box.chief else (BOX, QUIET, 1.0)
    hint = ", ".join(word for word in (box.label, box.detail, box.caption) if word)
    return Panel(
        "box", x, y, wide, high, fill, stroke, texts, stroke_width=thick, link=box.iri, hint=hint, name=box.name
    )


def chip_width(chip: Chip, limit: float) -> float:
    """Give the width that a chip needs within a limit: tags stand side by side where they fit."""
    words = [(word, WORD, True) for word in chip.word.split()]
    words += [(word, SMALL, False) for tag in chip.tags for word in tag.text.split()]
    inner = _room(words, limit - 2 * PAD)
    word = max(width(line, WORD, True) for line in wrap(chip.word, WORD, inner - _SIGN, True)) + _SIGN
    needed = max((tag.x + tag.width for tag in _tags(chip.tags, 0, 0, inner)[0]), default=0.0)
    foot = max((text.x + text.width for text in source_line(chip.certainty, chip.claims, 0, 0, inner)[0]), default=0.0)
    beside = word + _BESIDE + foot
    return max(word, needed, beside if beside <= inner else foot) + 2 * PAD


def chip_panel(chip: Chip, wide: float, x: float = 0, y: float = 0) -> Panel:
    """Give a chip of a width, its top left corner at a point: sign and word, tags, certainty and numbers of sources."""
    mark = MARKS[chip.mark]
    inner = wide - 2 * PAD
    words = wrap(chip.word, WORD, inner - _SIGN, True)
    texts = lines(words, x + PAD + _SIGN, y + 5, WORD, mark.colour, bold=True)
    shapes, signs = sign(chip.mark, x + PAD + 5, y + 5 + WORD * 0.68)
    top = y + 5 + len(words) * WORD * 1.25 + 3
    numbers: tuple[Text, ...] = ()
    if len(words) == 1:
        taken = texts[0].width + _SIGN + _BESIDE
        numbers = sources_beside(chip.certainty, chip.claims, x + PAD + taken, y + 6, inner - taken)
    tags, top = _tags(chip.tags, x + PAD, top, inner)
    if not numbers:
        numbers, top = source_line(chip.certainty, chip.claims, x + PAD, top, inner)
    hint = "; ".join([f"{chip.word} ({chip.certainty})", *(claim.label for claim in chip.claims)])
    link = chip.claims[0].iri if chip.claims else None
    return Panel(
        "chip",
        x,
        y,
        wide,
        top + 3 - y,
        mark.tint,
        mark.colour,
        (*texts, *signs, *numbers),
        shapes,
        tags,
        radius=8,
        dash=dash(chip.rank),
        stroke_width=outline_width(chip.rank),
        link=link,
        hint=hint,
        name=chip.name,
    )


def _tags(tags: Sequence[Tag], x: float, top: float, inner: float) -> tuple[tuple[Panel, ...], float]:
    """Set tags side by side as far as they fit, each in lines of its own where it is long; give them and their end."""
    made: list[Panel] = []
    left = x
    tall = 0.0
    for tag in tags:
        text = wrap(tag.text, SMALL, inner - 2 * _TAG_PAD)
        wide = max(width(line, SMALL) for line in text) + 2 * _TAG_PAD
        if left > x and left + wide > x + inner + 0.01:
            left, top, tall = x, top + tall + _TAG_GAP - 1, 0.0
        fill, ink = TAGS[tag.group]
        set_lines = tuple(
            Text(left + _TAG_PAD, top + 10 + n * _TAG_LINE, line, SMALL, width(line, SMALL), ink)
            for n, line in enumerate(text)
        )
        high = len(text) * _TAG_LINE + 2.5
        made.append(
            Panel("tag", left, top, wide, high, fill, ink, set_lines, radius=6 if tag.group == "species" else 2,
                  stroke_width=0.5)
        )  # fmt: skip
        left += wide + _TAG_GAP
        tall = max(tall, high)
    return tuple(made), top + tall + (3 if tags else 0)


def sources_beside(certainty: str, claims: Sequence[Claim], x: float, top: float, room: float) -> tuple[Text, ...]:
    """Set what `source_line` sets where there is room for it in one line, else nothing."""
    texts, _ = source_line(certainty, claims, x, top, _LONGEST_LINE)
    return texts if texts and texts[-1].x + texts[-1].width <= x + room + 0.01 else ()


def source_line(
    certainty: str, claims: Sequence[Claim], x: float, top: float, inner: float
) -> tuple[tuple[Text, ...], float]:
    """Set how sure the source is, and the numbers of the claims in the key, each a link to its claim."""
    left = x
    made: list[Text] = []
    links: dict[str, str] = {}
    for claim in claims:
        if claim.number:
            links.setdefault(f"[{claim.number}]", claim.iri)
    words = [(word, None) for word in wrap(certainty, SMALL, inner)]
    for word, link in [*words, *links.items()]:
        wide = width(word, SMALL)
        if left > x and left + wide > x + inner:
            left, top = x, top + 13
        made.append(Text(left, top + 10, word, SMALL, wide, MUTED, False, link))
        left += wide + 4
    return tuple(made), top + 14


_LETTERS = {"open": "?", "less": "<"}
_OUTLINED = {"absent", "void", "effective"}


def sign(mark: str, x: float, y: float) -> tuple[tuple[Shape, ...], tuple[Text, ...]]:
    """Give the sign of a mark about a point: a tick, up, down, struck out, a letter, or a dot."""
    colour = MARKS[mark].colour
    if mark in _LETTERS:
        wide = width(_LETTERS[mark], 12, True)
        return (), (Text(x - wide / 2, y + 4.3, _LETTERS[mark], 12, wide, colour, True),)
    circle = f"M{x - 4.2:.1f} {y:.1f}a4.2 4.2 0 1 0 8.4 0a4.2 4.2 0 1 0 -8.4 0z"
    path = {
        "effective": f"M{x - 4.5:.1f} {y:.1f}L{x - 1:.1f} {y + 4:.1f}L{x + 5:.1f} {y - 4.5:.1f}",
        "raises": f"M{x - 5:.1f} {y + 4:.1f}L{x:.1f} {y - 4.5:.1f}L{x + 5:.1f} {y + 4:.1f}z",
        "lowers": f"M{x - 5:.1f} {y - 4:.1f}L{x:.1f} {y + 4.5:.1f}L{x + 5:.1f} {y - 4:.1f}z",
        "absent": f"{circle}M{x - 3:.1f} {y + 3:.1f}L{x + 3:.1f} {y - 3:.1f}",
        "void": f"M{x - 4:.1f} {y + 4:.1f}L{x + 4:.1f} {y - 4:.1f}M{x - 4:.1f} {y - 4:.1f}L{x + 4:.1f} {y + 4:.1f}",
        "plain": f"M{x - 3:.1f} {y:.1f}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z",
    }[mark]
    if mark in _OUTLINED:
        return (Shape(path, "none", colour, 2.4 if mark == "effective" else 1.4),), ()
    return (Shape(path, colour, "none"),), ()


class Axis(NamedTuple):
    """The last stretch of a line: where it ends, and the unit vectors along and across it."""

    tip: Point
    along: Point
    across: Point

    def point(self, back: float, aside: float) -> str:
        """Give a point so far back from the tip and so far aside, as SVG writes it."""
        x = self.tip[0] - back * self.along[0] + aside * self.across[0]
        y = self.tip[1] - back * self.along[1] + aside * self.across[1]
        return f"{x:.1f} {y:.1f}"


class Head(NamedTuple):
    """An arrowhead: points back from the tip and aside, stroke after stroke, and how they are drawn."""

    strokes: tuple[tuple[Point, ...], ...]
    width: float
    closed: bool = False
    hollow: bool = False


HEADS = {
    "effective": Head((((0, 0), (4, 4.2), (8, 0), (4, -4.2)),), 0.5, closed=True),
    "raises": Head((((0, 0), (8, 4.2), (8, -4.2)),), 0.5, closed=True),
    "lowers": Head((((8, 0), (1.5, 0)), ((1.5, 6), (1.5, -6))), 2.4),
    "plain": Head((((8, 0), (1, 0)), ((6.5, 4), (0.8, 0), (6.5, -4))), 1.5),
    "less": Head((((8, 0), (1, 0)), ((0.5, 4), (6.5, 0), (0.5, -4))), 1.5),
    "absent": Head((((8, 0), (5, 0)), ((6, 4), (0.5, -4)), ((6, -4), (0.5, 4))), 1.8),
    "open": Head((((0.5, 0), (8, 4.2), (8, -4.2)),), 1.3, closed=True, hollow=True),
    "void": Head((((8, 0), (2, 0)),), 1.2),
}


def arrowhead(mark: str, base: Point, tip: Point) -> Shape:
    """Give the arrowhead of a mark between the end of a line and what it points at."""
    dx, dy = tip[0] - base[0], tip[1] - base[1]
    long = hypot(dx, dy) or 1.0
    axis = Axis(tip, (dx / long, dy / long), (-dy / long, dx / long))
    head, colour = HEADS[mark], MARKS[mark].colour
    end = "z" if head.closed else ""
    path = "".join("M" + "L".join(axis.point(*point) for point in stroke) + end for stroke in head.strokes)
    fill = colour if head.closed and not head.hollow else PAGE if head.hollow else "none"
    return Shape(path, fill, colour, head.width)
