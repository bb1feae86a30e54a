"""The frame of a picture: title and description, column headings, legend of what is used, and notes."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple, Protocol

from glutkg.pictures.boxes_and_arrows import SMALL, arrowhead, lines, sign
from glutkg.pictures.svg import Panel, Sheet, Stroke, Text
from glutkg.pictures.text_metrics import width, wrap
from glutkg.pictures.theme import INK, MARKS, MUTED, RULE, TAG_TEXTS, TAGS, dash, thickness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from glutkg.pictures.model import Cell, Chip, Credit, Source

_TITLE, _TEXT = 20.0, 12.0
_SAMPLE, _GAP, _LINE = 34.0, 22.0, 22.0
MARGIN = 28.0
LEAST_WIDTH = 680.0
WIDEST = 1280.0
"""Pixels that a path is wide at most, so that its goal is in sight, and rows where they can be."""
_APART = 7.0
_KEY_GAP, _KEY_LIMIT = 20.0, 300.0
_TEXT_LIMIT, _NOTE_LIMIT = 1020.0, 1140.0


class Titled(Protocol):
    """What all pictures have: a title, a description and notes."""

    @property
    def title(self) -> str:
        """What stands above the picture."""

    @property
    def text(self) -> str:
        """What the picture shows, in a sentence or two."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What stands below the picture."""

    @property
    def credit(self) -> Credit:
        """The key of its numbers, and where it comes from."""


class Section(NamedTuple):
    """A section of a sheet, and where it ends."""

    panels: tuple[Panel, ...]
    strokes: tuple[Stroke, ...]
    texts: tuple[Text, ...]
    bottom: float


class LegendEntry(NamedTuple):
    """One entry of a legend: how wide its sample is, how to draw it at a point, and its text."""

    sample: float
    draw: Callable[[float, float], Section]
    text: str


def compose_sheet(
    picture: Titled, wide: float, least: float, legend: Sequence[LegendEntry], draw: Callable[[float], Section]
) -> Sheet:
    """Set a picture of a width, or a least width, between title and legend; `draw` draws it from a height down."""
    wide = max(wide, least)
    texts, start = title_block(picture.title, picture.text, MARGIN, MARGIN, wide - 2 * MARGIN)
    body = draw(start)
    under = footer(legend, picture.notes, MARGIN, body.bottom + 22, wide - 2 * MARGIN)
    foot = credits_block(picture.credit, MARGIN, under.bottom + 4, wide - 2 * MARGIN)
    return Sheet(
        wide,
        foot.bottom + MARGIN - 8,
        picture.title,
        " ".join((picture.text, *picture.notes, *picture.credit.lines)),
        (*body.strokes, *under.strokes, *foot.strokes),
        (*body.panels, *under.panels),
        (*texts, *body.texts, *under.texts, *foot.texts),
    )


def credits_block(credit: Credit, x: float, y: float, wide: float) -> Section:
    """Set the key of the numbers in as many columns as fit, then where the picture comes from."""
    if not credit.lines and not credit.key:
        return Section((), (), (), y)
    rule = Stroke(f"M{x:.1f} {y:.1f}H{x + wide:.1f}", RULE, 1)
    y += 9
    texts: list[Text] = []
    if credit.key:
        texts += lines((credit.heading,), x, y, SMALL, MUTED, bold=True)
        made, y = _key(credit.key, x, y + SMALL * 1.25 + 3, wide)
        texts += made
    for line in credit.lines:
        words = wrap(line, SMALL, wide)
        texts += lines(words, x, y, SMALL, MUTED)
        y += len(words) * SMALL * 1.25 + 1
    return Section((), (rule,), tuple(texts), y + 4)


def _key(key: Sequence[Source], x: float, y: float, wide: float) -> tuple[list[Text], float]:
    """Set entries from top to bottom, column after column; give them and where they end."""
    room = max(width(f"[{source.number}]", SMALL) for source in key) + 5
    longest = min(room + max(width(source.text, SMALL) for source in key), _KEY_LIMIT)
    columns = max(1, int((wide + _KEY_GAP) // (longest + _KEY_GAP)))
    each = (wide + _KEY_GAP) / columns - _KEY_GAP
    tall = ceil(len(key) / columns)
    texts: list[Text] = []
    bottom = y
    for start in range(0, len(key), tall):
        top, left = y, x + (start // tall) * (each + _KEY_GAP)
        for source in key[start : start + tall]:
            number = f"[{source.number}]"
            texts.append(Text(left, top + SMALL, number, SMALL, width(number, SMALL), INK, False, source.iri))
            words = wrap(source.text, SMALL, each - room)
            texts += lines(words, left + room, top, SMALL, MUTED)
            top += len(words) * SMALL * 1.25 + 1
        bottom = max(bottom, top)
    return texts, bottom + 5


def column_headings(columns: Mapping[str, tuple[float, float]], y: float) -> Section:
    """Set headings over columns, each given with its left edge and its width; neighbours do not run together."""
    if not columns:
        return Section((), (), (), y)
    texts: tuple[Text, ...] = ()
    tall = 0.0
    for heading, (x, wide) in columns.items():
        longest = max((width(word, SMALL + 1, True) for word in heading.split()), default=0.0)
        words = wrap(heading, SMALL + 1, min(wide, max(wide - _APART, longest)), True)
        texts += lines(words, x, y, SMALL + 1, MUTED, bold=True)
        tall = max(tall, len(words) * (SMALL + 1) * 1.25)
    strokes = [Stroke(f"M{x:.1f} {y + tall + 5:.1f}H{x + wide:.1f}", RULE, 1.5) for x, wide in columns.values()]
    return Section((), tuple(strokes), texts, y + tall + 16)


def title_block(title: str, text: str, x: float, y: float, wide: float) -> tuple[tuple[Text, ...], float]:
    """Set title and description; give them and where what follows may start."""
    heading = wrap(title, _TITLE, wide, True)
    made = lines(heading, x, y - 6, _TITLE, INK, bold=True)
    y += len(heading) * _TITLE * 1.25 + 2
    words = wrap(text, _TEXT, min(wide, _TEXT_LIMIT))
    return made + lines(words, x, y, _TEXT, MUTED), y + len(words) * _TEXT * 1.25 + 20


def footer(entries: Sequence[LegendEntry], notes: Sequence[str], x: float, y: float, wide: float) -> Section:
    """Set notes, then a legend of what is used."""
    texts: list[Text] = []
    for note in notes:
        words = wrap(note, _TEXT, min(wide, _NOTE_LIMIT))
        texts += lines(words, x, y, _TEXT, INK)
        y += len(words) * _TEXT * 1.25 + 4
    if not entries:
        return Section((), (), tuple(texts), y)
    y += 12 if notes else 0
    rule = Stroke(f"M{x:.1f} {y:.1f}H{x + wide:.1f}", RULE, 1)
    under = flow_entries(entries, x, y + 12, wide)
    return Section(under.panels, (rule, *under.strokes), (*texts, *under.texts), under.bottom)


def flow_entries(entries: Sequence[LegendEntry], x: float, y: float, wide: float) -> Section:
    """Set entries one after the other, in as many lines as they need."""
    panels: list[Panel] = []
    strokes: list[Stroke] = []
    texts: list[Text] = []
    left = x
    for entry in entries:
        long = entry.sample + 7 + width(entry.text, SMALL + 1)
        if left > x and left + long > x + wide:
            left, y = x, y + _LINE
        drawn = entry.draw(left, y)
        panels += drawn.panels
        strokes += drawn.strokes
        texts += drawn.texts
        texts += lines((entry.text,), left + entry.sample + 7, y, SMALL + 1, MUTED)
        left += long + _GAP
    return Section(tuple(panels), tuple(strokes), tuple(texts), y + _LINE)


def chip_legend(chips: Sequence[Chip]) -> Iterator[LegendEntry]:
    """Give the entries that explain chips: marks, then certainties from the surest, then tags."""
    for mark in MARKS:
        if any(chip.mark == mark for chip in chips):
            yield LegendEntry(_SAMPLE + 16, _line(mark, 2, True), MARKS[mark].text)
    yield from _certainties((chip.rank, chip.certainty) for chip in chips)
    for group, (fill, ink) in TAGS.items():
        if any(tag.group == group for chip in chips for tag in chip.tags):
            yield LegendEntry(16, _tag(group, fill, ink), TAG_TEXTS[group])


def cell_legend(cells: Sequence[Cell], words: Mapping[str, str]) -> Iterator[LegendEntry]:
    """Give the entries that explain the cells of a table: marks in its own words, then certainties."""
    for mark in MARKS:
        if any(cell.mark == mark for cell in cells):
            yield LegendEntry(16, _sign(mark), words.get(mark, MARKS[mark].text))
    yield from _certainties((cell.rank, cell.certainty) for cell in cells if cell.mark)


def _certainties(used: Iterable[tuple[int, str]]) -> Iterator[LegendEntry]:
    for rank, certainty in sorted(set(used)):
        yield LegendEntry(_SAMPLE, _line("plain", rank, False), certainty)


def _sign(mark: str) -> Callable[[float, float], Section]:
    def draw(x: float, y: float) -> Section:
        shapes, texts = sign(mark, x + 8, y + 7)
        return Section((Panel("sign", x, y - 1, 16, 16, "none", "none", texts, shapes),), (), (), y)

    return draw


def _line(mark: str, rank: int, with_head: bool) -> Callable[[float, float], Section]:
    def draw(x: float, y: float) -> Section:
        middle = y + 7
        end = x + _SAMPLE - (8 if with_head else 0)
        arrow = arrowhead(mark, (end, middle), (x + _SAMPLE, middle)) if with_head else None
        line = Stroke(f"M{x:.1f} {middle:.1f}H{end:.1f}", MARKS[mark].colour, thickness(rank), dash(rank), arrow)
        if not with_head:
            return Section((), (line,), (), y)
        return Section(_sign(mark)(x + _SAMPLE + 2, y).panels, (line,), (), y)

    return draw


def _tag(group: str, fill: str, ink: str) -> Callable[[float, float], Section]:
    def draw(x: float, y: float) -> Section:
        panel = Panel("tag", x, y + 1, 16, 12, fill, ink, radius=6 if group == "species" else 2, stroke_width=0.5)
        return Section((panel,), (), (), y)

    return draw
