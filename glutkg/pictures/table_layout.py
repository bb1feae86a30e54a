"""Tables laid out: a row for each class, a column for each place, and in a cell what is found there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.pictures.boxes_and_arrows import LABEL, PAD, SMALL, lines, outline_width, sign
from glutkg.pictures.frame import MARGIN, Section, cell_legend, column_headings, compose_sheet
from glutkg.pictures.svg import Panel, Sheet, Stroke, Text
from glutkg.pictures.text_metrics import width, wrap
from glutkg.pictures.theme import BAND, INK, MARKS, MUTED, RULE, dash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glutkg.pictures.model import Cell, TablePicture, TableRow

_NAMES_LIMIT, _CELL, _CELL_LIMIT, _INDENT, _SIGN = 250.0, 100.0, 160.0, 14.0, 17.0
_GAP, _APART, _BETWEEN = 6.0, 18.0, 3.0
_LEAST_ROW, _LEAST_CELL = 28.0, 22.0


class ColumnPositions(NamedTuple):
    """How wide the names are, and where the columns of places start and how wide they are."""

    names: float
    lefts: tuple[float, ...]
    widths: tuple[float, ...]


def compose(table: TablePicture) -> Sheet:
    """Lay a table out. Raises MissingPartError when fontTools is not installed."""
    columns = _columns(table)
    right = columns.lefts[-1] + columns.widths[-1]
    over = {table.heading: (MARGIN, columns.names)}
    places = zip(columns.lefts, columns.widths, strict=True)
    over |= dict(zip(table.columns, places, strict=True))

    def draw(top: float) -> Section:
        heads = column_headings(over, top)
        panels: list[Panel] = []
        strokes = list(heads.strokes)
        y = heads.bottom
        for number, row in enumerate(table.rows):
            made = _row(row, [cell for cell in table.cells if cell.row == number], columns, y)
            y += made[0].height + _GAP
            panels += made
            strokes.append(Stroke(f"M{MARGIN:.1f} {y - _GAP / 2:.1f}H{right:.1f}", RULE, 0.7))
        return Section(tuple(panels), tuple(strokes), heads.texts, y - _GAP)

    return compose_sheet(table, right + MARGIN, list(cell_legend(table.cells, table.words)), draw)


def _columns(table: TablePicture) -> ColumnPositions:
    needed = [width(row.label, LABEL) + row.depth * _INDENT + 2 * PAD for row in table.rows]
    names = min(max(*needed, width(table.heading, SMALL + 1, True)), _NAMES_LIMIT)
    widths = tuple(_width(table, number) for number in range(len(table.columns)))
    start = MARGIN + names + _APART
    near = len(table.columns) - table.apart
    lefts = (start + sum(widths[:n]) + n * _GAP + (_APART if n >= near else 0) for n in range(len(widths)))
    return ColumnPositions(names, tuple(lefts), widths)


def _width(table: TablePicture, number: int) -> float:
    """Give the width of a column: as wide as its longest word, within limits."""
    details = (detail for cell in table.cells if cell.column == number for detail in cell.details)
    needed = [width(word, SMALL) + _SIGN + 6 for detail in details for word in detail.split()]
    needed += [width(word, SMALL + 1, True) for word in table.columns[number].split()]
    return min(max(_CELL, *needed), _CELL_LIMIT)


def _row(row: TableRow, cells: Sequence[Cell], columns: ColumnPositions, top: float) -> list[Panel]:
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


def _cell(cell: Cell, x: float, y: float, wide: float) -> Panel:
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
        dash=dash(cell.rank),
        stroke_width=outline_width(cell.rank),
        link=cell.claims[0].iri,
        hint="; ".join([cell.certainty, *(claim.label for claim in cell.claims)]),
    )
