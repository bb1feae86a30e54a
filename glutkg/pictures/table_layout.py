"""Charts laid out as tables: a row for each kind, a column for each place, and in a cell what is found there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.pictures.frame import MARGIN, Part, framed, headings, legend_of_cells
from glutkg.pictures.shapes import LABEL, PAD, SMALL, lines, outline, sign
from glutkg.pictures.svg import Panel, Sheet, Stroke, Text
from glutkg.pictures.text_metrics import width, wrap
from glutkg.pictures.theme import BAND, DASHES, INK, MARKS, MUTED, RULE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glutkg.pictures.model import Chart, Row, Spot

_NAMES_LIMIT, _CELL, _CELL_LIMIT, _INDENT, _SIGN = 250.0, 100.0, 160.0, 14.0, 17.0
_GAP, _APART, _BETWEEN = 6.0, 18.0, 3.0
_LEAST_ROW, _LEAST_CELL = 28.0, 22.0


class Columns(NamedTuple):
    """How wide the names are, and where the columns of places start and how wide they are."""

    names: float
    lefts: tuple[float, ...]
    widths: tuple[float, ...]


def compose(chart: Chart) -> Sheet:
    """Lay a chart out. Raises MissingPartError when fontTools is not installed."""
    columns = _columns(chart)
    right = columns.lefts[-1] + columns.widths[-1]
    over = {chart.heading: (MARGIN, columns.names)}
    places = zip(columns.lefts, columns.widths, strict=True)
    over |= dict(zip(chart.columns, places, strict=True))

    def draw(top: float) -> Part:
        heads = headings(over, top)
        panels: list[Panel] = []
        strokes = list(heads.strokes)
        y = heads.bottom
        for number, row in enumerate(chart.rows):
            made = _row(row, [cell for cell in chart.cells if cell.row == number], columns, y)
            y += made[0].height + _GAP
            panels += made
            strokes.append(Stroke(f"M{MARGIN:.1f} {y - _GAP / 2:.1f}H{right:.1f}", RULE, 0.7))
        return Part(tuple(panels), tuple(strokes), heads.texts, y - _GAP)

    return framed(chart, right + MARGIN, list(legend_of_cells(chart.cells, chart.words)), draw)


def _columns(chart: Chart) -> Columns:
    needed = [width(row.label, LABEL) + row.depth * _INDENT + 2 * PAD for row in chart.rows]
    names = min(max(*needed, width(chart.heading, SMALL + 1, True)), _NAMES_LIMIT)
    widths = tuple(_width(chart, number) for number in range(len(chart.columns)))
    start = MARGIN + names + _APART
    near = len(chart.columns) - chart.apart
    lefts = (start + sum(widths[:n]) + n * _GAP + (_APART if n >= near else 0) for n in range(len(widths)))
    return Columns(names, tuple(lefts), widths)


def _width(chart: Chart, number: int) -> float:
    """Give the width of a column: as wide as its longest word, within limits."""
    details = (detail for cell in chart.cells if cell.column == number for detail in cell.details)
    needed = [width(word, SMALL) + _SIGN + 6 for detail in details for word in detail.split()]
    needed += [width(word, SMALL + 1, True) for word in chart.columns[number].split()]
    return min(max(_CELL, *needed), _CELL_LIMIT)


def _row(row: Row, cells: Sequence[Spot], columns: Columns, top: float) -> list[Panel]:
    """Set a name and its cells from a height down, those of one column below each other; the name is as tall as all."""
    ends: dict[int, float] = {}
    made = []
    for cell in cells:
        place = columns.lefts[cell.column], ends.get(cell.column, top)
        made.append(_cell(cell, *place, columns.widths[cell.column]))
        ends[cell.column] = made[-1].y + made[-1].height + _BETWEEN
    indent = row.depth * _INDENT
    words = wrap(row.label, LABEL, columns.names - indent - 2 * PAD)
    high = max(len(words) * LABEL * 1.25 + 10, _LEAST_ROW, *(end - _BETWEEN - top for end in ends.values()))
    texts = lines(words, MARGIN + indent + PAD, top + 5, LABEL, INK)
    name = Panel("row", MARGIN + indent, top, columns.names - indent, high, BAND, "none", texts)
    return [name._replace(link=row.iri, hint=row.label), *made]


def _cell(cell: Spot, x: float, y: float, wide: float) -> Panel:
    """Give a cell: the sign of its mark, its details, and the number of its claims where there are several."""
    mark = MARKS[cell.mark]
    count = f"{len(cell.claims)} claims" if len(cell.claims) > 1 else ""
    texts: tuple[Text, ...] = ()
    end = y + 5
    for text, fill in [*((detail, INK) for detail in cell.details), (count, MUTED)]:
        words = wrap(text, SMALL, wide - _SIGN - 6)
        texts += lines(words, x + _SIGN, end, SMALL, fill)
        end += len(words) * SMALL * 1.25 + (_BETWEEN if words else 0)
    shapes, signs = sign(cell.mark, x + 9, y + 11)
    high = max(end + 2 - y, _LEAST_CELL)
    made = Panel("cell", x, y, wide, high, mark.tint, mark.colour, (*texts, *signs), shapes)
    return made._replace(
        radius=3,
        dash=DASHES[cell.rank],
        stroke_width=outline(cell.rank),
        link=cell.claims[0].iri,
        hint="; ".join([cell.certainty, *(claim.label for claim in cell.claims)]),
    )
