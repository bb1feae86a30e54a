"""Pictures of rows laid out: each row in a band of its own, so that lines are straight and nothing can overlap."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from glutkg.pictures.boxes_and_arrows import WORD, arrowhead, box_panel, box_width, chip_panel, chip_width, lines
from glutkg.pictures.frame import LEAST_WIDTH, MARGIN, WIDEST, Section, chip_legend, column_headings, compose_sheet
from glutkg.pictures.svg import Panel, Sheet, Stroke
from glutkg.pictures.theme import INK, MARKS, QUIET, RULE, dash, thickness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from glutkg.pictures.model import Box, Chip, Row, RowPicture

_ROW_GAP, _HEAD = 10.0, 8.0
_HEADING = 28.0
_WIDEST_GAP = 240.0


class Slot(NamedTuple):
    """Where the boxes, or the chips before them, of a column stand."""

    x: float
    width: float


class Band(NamedTuple):
    """A row, or neighbouring rows, from top to bottom."""

    top: float
    bottom: float

    @property
    def middle(self) -> float:
        """Half-way between top and bottom."""
        return (self.top + self.bottom) / 2


def compose(picture: RowPicture, least: float = LEAST_WIDTH) -> Sheet:
    """Lay a picture of rows out. Raises MissingPartError when fontTools is not installed."""
    slots = _fitting(picture, least)
    right = _right(slots)
    has_chips = any(row.chip for row in picture.rows)

    def draw(top: float) -> Section:
        over = column_headings(_columns(picture, slots), top)
        bands = _bands(picture, slots, over.bottom)
        heads = [_heading(row.section, band, right) for row, band in _section_starts(picture, bands)]
        spans = _spans(picture, bands)
        panels = [
            _box(box, slots[1, box.column or 0], spans[box.name], in_middle=not has_chips) for box in picture.boxes
        ]
        panels += [
            _chip(row.chip, slots, band) for row, band in zip(picture.rows, bands, strict=True) if row.chip is not None
        ]
        strokes = dict.fromkeys(_strokes(picture, panels, bands, spans))
        texts = (*over.texts, *(text for head in heads for text in head.texts))
        rules = [stroke for head in heads for stroke in head.strokes]
        return Section(tuple(panels), (*over.strokes, *rules, *strokes), texts, bands[-1].bottom)

    legend = list(chip_legend([row.chip for row in picture.rows if row.chip]))
    return compose_sheet(picture, right + MARGIN, least, legend, draw)


def _columns(picture: RowPicture, slots: dict[tuple[int, int], Slot]) -> dict[str, tuple[float, float]]:
    boxes = {column: slot for (kind, column), slot in slots.items() if kind == 1}
    return {heading: (boxes[n].x, boxes[n].width) for n, heading in enumerate(picture.columns) if n in boxes}


def _right(slots: dict[tuple[int, int], Slot]) -> float:
    return max(slot.x + slot.width for slot in slots.values())


class Room(NamedTuple):
    """How wide boxes and chips are at most, and the gap between columns."""

    box: float
    chip: float
    gap: float


_ROOMS = (Room(190, 200, 30), Room(190, 200, 24), Room(160, 180, 24), Room(132, 156, 20))
"""From the roomiest to the narrowest, which is taken where no other fits."""


def _fitting(picture: RowPicture, least: float) -> dict[tuple[int, int], Slot]:
    """Give slots that take up no more room than there is, and no less than asked for."""
    for room in _ROOMS:
        slots = _slots(picture, room)
        if _right(slots) + MARGIN <= WIDEST:
            break
    spare = least - _right(slots) - MARGIN
    if spare <= 0:
        return slots
    slots = _slots(picture, room._replace(chip=room.chip + spare))
    gap = room.gap + (least - _right(slots) - MARGIN) / max(1, len(slots) - 1)
    return _slots(picture, room._replace(chip=room.chip + spare, gap=min(gap, _WIDEST_GAP)))


def _slots(picture: RowPicture, room: Room) -> dict[tuple[int, int], Slot]:
    """Give the slot of the chips (0) and of the boxes (1) of each column that has some, from left to right."""
    widths: dict[tuple[int, int], float] = {}
    for box in picture.boxes:
        key = 1, box.column or 0
        widths[key] = max(widths.get(key, 0), box_width(box, room.box))
    for chip in (row.chip for row in picture.rows if row.chip):
        key = 0, chip.column or 0
        widths[key] = max(widths.get(key, 0), chip_width(chip, room.chip))
    slots = {}
    x = MARGIN
    for kind, column in sorted(widths, key=lambda key: (key[1], key[0])):
        slots[kind, column] = Slot(x, widths[kind, column])
        x += widths[kind, column] + room.gap
    return slots


def _rows_of(picture: RowPicture) -> dict[str, list[int]]:
    """Give for each box the numbers of its rows, which stand together."""
    rows: dict[str, list[int]] = {}
    for number, row in enumerate(picture.rows):
        for name in (*row.before, *row.after):
            rows.setdefault(name, []).append(number)
    return rows


def _bands(picture: RowPicture, slots: dict[tuple[int, int], Slot], top: float) -> list[Band]:
    """Give each row a band as tall as what stands in it; the last of several rows grows where their box needs it."""
    tall = [_chip(row.chip, slots, Band(0, 0)).height if row.chip else 0.0 for row in picture.rows]
    rows = _rows_of(picture)
    for box in sorted(picture.boxes, key=lambda box: len(rows[box.name])):
        mine = rows[box.name]
        needed = box_panel(box, slots[1, box.column or 0].width).height - _ROW_GAP * (len(mine) - 1)
        tall[mine[-1]] += max(0.0, needed - sum(tall[number] for number in mine))
    bands = []
    starts = {number for number, row in enumerate(picture.rows) if _starts_section(picture.rows, number)}
    for number, high in enumerate(tall):
        top += _HEADING if number in starts else 0
        bands.append(Band(top, top + high))
        top += high + _ROW_GAP
    return bands


def _starts_section(rows: Sequence[Row], number: int) -> bool:
    return bool(rows[number].section) and (number == 0 or rows[number].section != rows[number - 1].section)


def _section_starts(picture: RowPicture, bands: Sequence[Band]) -> Iterator[tuple[Row, Band]]:
    for number, (row, band) in enumerate(zip(picture.rows, bands, strict=True)):
        if _starts_section(picture.rows, number):
            yield row, band


def _heading(name: str, band: Band, right: float) -> Section:
    """Set the name of a section above its first row, and a rule beside it."""
    y = band.top - _HEADING + 4
    texts = lines((name,), MARGIN, y, WORD, INK, bold=True)
    end = texts[0].x + texts[0].width + 8
    rule = Stroke(f"M{end:.1f} {y + 8:.1f}H{right:.1f}", RULE, 1)
    return Section((), (rule,), texts, band.top)


def _spans(picture: RowPicture, bands: Sequence[Band]) -> dict[str, Band]:
    return {name: Band(bands[rows[0]].top, bands[rows[-1]].bottom) for name, rows in _rows_of(picture).items()}


def _box(box: Box, slot: Slot, span: Band, *, in_middle: bool) -> Panel:
    return box_panel(box, slot.width, slot.x, span.top, span.bottom - span.top, in_middle=in_middle)


def _chip(chip: Chip, slots: dict[tuple[int, int], Slot], band: Band) -> Panel:
    slot = slots[0, chip.column or 0]
    high = chip_panel(chip, slot.width).height
    return chip_panel(chip, slot.width, slot.x, band.middle - high / 2)


def _strokes(
    picture: RowPicture, panels: Sequence[Panel], bands: Sequence[Band], spans: dict[str, Band]
) -> Iterator[Stroke]:
    """Lead straight from panel to panel: in the chip's manner up to its arrowhead, quietly from box to box."""
    by_name = {panel.name: panel for panel in panels}
    for row, band in zip(picture.rows, bands, strict=True):
        for rest in (row.before, row.after):
            for start, end in pairwise(rest):
                shared = Band(max(spans[start].top, spans[end].top), min(spans[start].bottom, spans[end].bottom))
                yield Stroke(_line(by_name[start], by_name[end].x, shared.middle), QUIET, 1.2)
        if row.chip is not None:
            before = by_name[row.before[-1]] if row.before else None
            yield from _to_and_from(row.chip, before, by_name[row.chip.name], by_name[row.after[0]].x, band.middle)


def _to_and_from(chip: Chip, before: Panel | None, panel: Panel, tip: float, y: float) -> Iterator[Stroke]:
    """Lead to a chip and on from it, with the arrowhead at the tip."""
    look = MARKS[chip.mark].colour, thickness(chip.rank), dash(chip.rank)
    if before is not None:
        yield Stroke(_line(before, panel.x, y), *look)
    yield Stroke(_line(panel, tip - _HEAD, y), *look, head=arrowhead(chip.mark, (tip - _HEAD, y), (tip, y)))


def _line(start: Panel, end: float, y: float) -> str:
    return f"M{start.x + start.width:.1f} {y:.1f}H{end:.1f}"
