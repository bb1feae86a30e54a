"""Charts laid out as tables: a row for each kind, a column for each place, and in a cell what is found there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.framing import MARGIN, Part, framed, headings, legend_of_cells
from glutkg.lettering import width, wrap
from glutkg.palette import BAND, DASHES, INK, MARKS, MUTED, RULE
from glutkg.panels import LABEL, PAD, SMALL, lines, sign
from glutkg.svg import Panel, Sheet, Stroke, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glutkg.pictures import Cell, Chart, Row

_ROW_LIMIT, _CELL, _INDENT, _SIGN = 250.0, 100.0, 14.0, 17.0
_GAP, _ROW_GAP, _APART = 6.0, 6.0, 18.0
_LEAST_ROW = 28.0


def compose(chart: Chart) -> Sheet:
    """Lay a chart out. Raises MissingPartError when fontTools is not installed."""
    left = MARGIN + _names_width(chart)
    lefts = [left + n * (_CELL + _GAP) for n in range(len(chart.columns))]
    for n in range(len(lefts) - chart.apart, len(lefts)):
        lefts[n] += _APART
    right = lefts[-1] + _CELL
    columns = {chart.heading: (MARGIN, left - MARGIN - _APART)}
    columns |= {heading: (x, _CELL) for heading, x in zip(chart.columns, lefts, strict=True)}

    def draw(top: float) -> Part:
        over = headings(columns, top)
        panels: list[Panel] = []
        strokes: list[Stroke] = []
        y = over.bottom - _ROW_GAP
        for number, row in enumerate(chart.rows):
            cells = [cell for cell in chart.cells if cell.row == number]
            made, bottom = _row(row, number, cells, lefts, y + _ROW_GAP, left - MARGIN - _APART)
            panels += made
            strokes.append(Stroke(f"M{MARGIN:.1f} {bottom + _ROW_GAP / 2:.1f}H{right:.1f}", RULE, 0.7))
            y = bottom
        return Part(tuple(panels), (*over.strokes, *strokes), over.texts, y)

    return framed(chart, right + MARGIN, list(legend_of_cells(chart.cells, chart.words)), draw)


def _names_width(chart: Chart) -> float:
    """Give the width of the column of names, indented as they are, with the gap after it."""
    needed = [width(row.label, LABEL) + row.depth * _INDENT + 2 * PAD for row in chart.rows]
    needed.append(width(chart.heading, SMALL + 1, True))
    return min(max(needed), _ROW_LIMIT) + _APART


def _row(
    row: Row, number: int, cells: Sequence[Cell], lefts: Sequence[float], top: float, wide: float
) -> tuple[list[Panel], float]:
    """Set a name and its cells from a height down; those of one column stand below each other."""
    indent = MARGIN + row.depth * _INDENT
    words = wrap(row.label, LABEL, wide - row.depth * _INDENT - 2 * PAD)
    tall = len(words) * LABEL * 1.25 + 10
    bottoms: dict[int, float] = {}
    made = []
    for cell in cells:
        y = bottoms.get(cell.column, top - 3) + 3
        panel = _cell(cell, lefts[cell.column], y)
        made.append(panel)
        bottoms[cell.column] = panel.y + panel.height
    bottom = max(top + max(tall, _LEAST_ROW), *bottoms.values(), top)
    texts = lines(words, indent + PAD, top + 5, LABEL, INK)
    name = Panel(
        "row", indent, top, wide - row.depth * _INDENT, bottom - top, BAND, "none", texts, link=row.iri, hint=row.label,
        name=f"r{number}",
    )  # fmt: skip
    return [name, *made], bottom


def _cell(cell: Cell, x: float, y: float) -> Panel:
    """Give a cell: the sign of its mark, its details, and the number of its claims where there are several."""
    mark = MARKS[cell.mark]
    inner = _CELL - _SIGN - 6
    count = f"{len(cell.claims)} claims" if len(cell.claims) > 1 else ""
    texts: tuple[Text, ...] = ()
    end = y + 5
    for text, fill in [*((detail, INK) for detail in cell.details), (count, MUTED)]:
        words = wrap(text, SMALL, inner)
        texts += lines(words, x + _SIGN, end, SMALL, fill)
        end += len(words) * SMALL * 1.25 + (3 if words else 0)
    high = max(end + 2 - y, _LEAST_ROW - 6)
    shapes, signs = sign(cell.mark, x + 9, y + 11)
    hint = "; ".join([f"{cell.certainty}", *(claim.label for claim in cell.claims)])
    return Panel(
        "cell", x, y, _CELL, high, mark.tint, mark.colour, (*texts, *signs), shapes, radius=3, dash=DASHES[cell.rank],
        stroke_width=1.8 if cell.rank == 1 else 0.9, link=cell.claims[0].iri, hint=hint, name=f"c{cell.row}-{cell.column}-{cell.mark}",
    )  # fmt: skip
