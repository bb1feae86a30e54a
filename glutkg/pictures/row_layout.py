"""Ways laid out in rows: each in a band of its own, so that lines are straight and nothing can overlap."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from glutkg.pictures.frame import MARGIN, Part, framed, headings, legend_of
from glutkg.pictures.shapes import box_panel, box_width, chip_panel, chip_width, head
from glutkg.pictures.svg import Panel, Sheet, Stroke
from glutkg.pictures.theme import DASHES, MARKS, QUIET, WIDTHS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from glutkg.pictures.model import Box, Chip, Ways

_BOX_LIMIT, _CHIP_LIMIT = 190.0, 200.0
_ROW_GAP, _COLUMN_GAP, _HEAD = 10.0, 30.0, 8.0


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


def compose(picture: Ways) -> Sheet:
    """Lay ways out. Raises MissingPartError when fontTools is not installed."""
    slots = _slots(picture)
    right = max(slot.x + slot.width for slot in slots.values())

    def draw(top: float) -> Part:
        over = headings(_columns(picture, slots), top)
        bands = _bands(picture, slots, over.bottom)
        spans = _spans(picture, bands)
        panels = [_box(box, slots[1, box.column or 0], spans[box.name]) for box in picture.boxes]
        panels += [
            _chip(way.chip, slots, band) for way, band in zip(picture.ways, bands, strict=True) if way.chip is not None
        ]
        strokes = dict.fromkeys(_strokes(picture, panels, bands, spans))
        return Part(tuple(panels), (*over.strokes, *strokes), over.texts, bands[-1].bottom)

    legend = list(legend_of([way.chip for way in picture.ways if way.chip]))
    return framed(picture, right + MARGIN, legend, draw)


def _columns(picture: Ways, slots: dict[tuple[int, int], Slot]) -> dict[str, tuple[float, float]]:
    boxes = {column: slot for (kind, column), slot in slots.items() if kind == 1}
    return {heading: (boxes[n].x, boxes[n].width) for n, heading in enumerate(picture.columns) if n in boxes}


def _slots(picture: Ways) -> dict[tuple[int, int], Slot]:
    """Give the slot of the chips (0) and of the boxes (1) of each column that has some, from left to right."""
    widths: dict[tuple[int, int], float] = {}
    for box in picture.boxes:
        key = 1, box.column or 0
        widths[key] = max(widths.get(key, 0), box_width(box, _BOX_LIMIT))
    for chip in (way.chip for way in picture.ways if way.chip):
        key = 0, chip.column or 0
        widths[key] = max(widths.get(key, 0), chip_width(chip, _CHIP_LIMIT))
    slots = {}
    x = MARGIN
    for kind, column in sorted(widths, key=lambda key: (key[1], key[0])):
        slots[kind, column] = Slot(x, widths[kind, column])
        x += widths[kind, column] + _COLUMN_GAP
    return slots


def _rows_of(picture: Ways) -> dict[str, list[int]]:
    """Give for each box the numbers of its rows, which stand together."""
    rows: dict[str, list[int]] = {}
    for number, way in enumerate(picture.ways):
        for name in (*way.before, *way.after):
            rows.setdefault(name, []).append(number)
    return rows


def _bands(picture: Ways, slots: dict[tuple[int, int], Slot], top: float) -> list[Band]:
    """Give each row a band as tall as what stands in it; the last of several rows grows where their box needs it."""
    tall = [_chip(way.chip, slots, Band(0, 0)).height if way.chip else 0.0 for way in picture.ways]
    rows = _rows_of(picture)
    for box in sorted(picture.boxes, key=lambda box: len(rows[box.name])):
        mine = rows[box.name]
        needed = box_panel(box, slots[1, box.column or 0].width).height - _ROW_GAP * (len(mine) - 1)
        tall[mine[-1]] += max(0.0, needed - sum(tall[number] for number in mine))
    bands = []
    for high in tall:
        bands.append(Band(top, top + high))
        top += high + _ROW_GAP
    return bands


def _spans(picture: Ways, bands: Sequence[Band]) -> dict[str, Band]:
    return {name: Band(bands[rows[0]].top, bands[rows[-1]].bottom) for name, rows in _rows_of(picture).items()}


def _box(box: Box, slot: Slot, span: Band) -> Panel:
    return box_panel(box, slot.width, slot.x, span.top, span.bottom - span.top)


def _chip(chip: Chip, slots: dict[tuple[int, int], Slot], band: Band) -> Panel:
    slot = slots[0, chip.column or 0]
    high = chip_panel(chip, slot.width).height
    return chip_panel(chip, slot.width, slot.x, band.middle - high / 2)


def _strokes(picture: Ways, panels: Sequence[Panel], bands: Sequence[Band], spans: dict[str, Band]) -> Iterator[Stroke]:
    """Lead straight from panel to panel: in the chip's manner up to its arrowhead, quietly from box to box."""
    by_name = {panel.name: panel for panel in panels}
    for way, band in zip(picture.ways, bands, strict=True):
        for rest in (way.before, way.after):
            for start, end in pairwise(rest):
                yield Stroke(_line(by_name[start], by_name[end].x, spans[end].middle), QUIET, 1.2)
        if way.chip is not None:
            before = by_name[way.before[-1]] if way.before else None
            yield from _to_and_from(way.chip, before, by_name[way.chip.name], by_name[way.after[0]].x, band.middle)


def _to_and_from(chip: Chip, before: Panel | None, panel: Panel, tip: float, y: float) -> Iterator[Stroke]:
    """Lead to a chip and on from it, with the arrowhead at the tip."""
    look = MARKS[chip.mark].colour, WIDTHS[chip.rank], DASHES[chip.rank]
    if before is not None:
        yield Stroke(_line(before, panel.x, y), *look)
    yield Stroke(_line(panel, tip - _HEAD, y), *look, head=head(chip.mark, (tip - _HEAD, y), (tip, y)))


def _line(start: Panel, end: float, y: float) -> str:
    return f"M{start.x + start.width:.1f} {y:.1f}H{end:.1f}"
