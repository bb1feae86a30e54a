"""Tables laid out: a row for each class, a column for each place, and in a cell what is found there."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from glutkg.pictures.boxes_and_arrows import (
    LABEL,
    PAD,
    SMALL,
    WORD,
    lines,
    outline_width,
    sign,
    source_line,
    sources_beside,
)
from glutkg.pictures.frame import LEAST_WIDTH, MARGIN, Section, cell_legend, column_headings, compose_sheet
from glutkg.pictures.svg import Panel, Sheet, Stroke, Text
from glutkg.pictures.text_metrics import width, wrap
from glutkg.pictures.theme import BAND, INK, MARKS, RULE, dash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from glutkg.pictures.model import Cell, TablePicture, TableRow

_NAMES_LIMIT, _CELL, _CELL_LIMIT, _INDENT, _SIGN = 170.0, 90.0, 160.0, 14.0, 17.0
_GAP, _APART, _BETWEEN, _BESIDE = 6.0, 11.0, 3.0, 7.0
_LEAST_ROW, _LEAST_CELL = 28.0, 22.0
_STEP = 4.0
"""How much wider a column becomes at a time."""
_ROOM, _CELL_ROOM = 1146.0, 300.0
"""What names and columns take up together where there is room, and what one column takes up then at most."""
_BESIDE_EACH_OTHER, _HALF_ROOM = 20.0, 645.0
"""What is between two halves, and what the names and columns of one take up where there is room."""


class ColumnPositions(NamedTuple):
    """Where the names start and how wide they are, and where the columns of places start and how wide they are."""

    left: float
    names: float
    lefts: tuple[float, ...]
    widths: tuple[float, ...]

    @property
    def right(self) -> float:
        """Where the last column ends."""
        return self.lefts[-1] + self.widths[-1]


def compose(table: TablePicture, least: float = LEAST_WIDTH) -> Sheet:
    """Lay a table out. Raises MissingPartError when fontTools is not installed."""
    columns = _columns(table, _ROOM)

    def draw(top: float) -> Section:
        return _drawn(table, columns, top)

    return compose_sheet(table, columns.right + MARGIN, least, list(cell_legend(table.cells, table.words)), draw)


def compose_halves(table: TablePicture, least: float = LEAST_WIDTH) -> Sheet | None:
    """Lay a table out in two halves beside each other, about equally tall; nothing when it cannot be cut into two.

    Raises MissingPartError when fontTools is not installed.
    """
    columns = _columns(table, _HALF_ROOM)
    cut = _middle(table, columns)
    if cut is None:
        return None
    halves = part(table, range(cut)), part(table, range(cut, len(table.rows)))
    beside = columns.right - MARGIN + _BESIDE_EACH_OTHER
    moved = columns._replace(left=MARGIN + beside, lefts=tuple(left + beside for left in columns.lefts))

    def draw(top: float) -> Section:
        left, right = _drawn(halves[0], columns, top), _drawn(halves[1], moved, top)
        panels, strokes, texts = left.panels + right.panels, left.strokes + right.strokes, left.texts + right.texts
        return Section(panels, strokes, texts, max(left.bottom, right.bottom))

    return compose_sheet(table, moved.right + MARGIN, least, list(cell_legend(table.cells, table.words)), draw)


def part(table: TablePicture, rows: range) -> TablePicture:
    """Give a table with some of its rows, one after the other."""
    cells = tuple(cell._replace(row=cell.row - rows.start) for cell in table.cells if cell.row in rows)
    return table._replace(rows=table.rows[rows.start : rows.stop], cells=cells)


def _middle(table: TablePicture, columns: ColumnPositions) -> int | None:
    """Find the row with which the second half starts: neither below a wider kind nor of the thing of the row above."""
    placed = _placed(table, columns, 0.0)
    starts = [
        number
        for number, (above, row) in enumerate(pairwise(table.rows), 1)
        if not row.depth and (above.iri, above.section) != (row.iri, row.section)
    ]
    return min(starts, key=lambda number: abs(placed[number - 1].bottom - placed[-1].bottom / 2), default=None)


def _drawn(table: TablePicture, columns: ColumnPositions, top: float) -> Section:
    """Draw headings and rows from a height down."""
    over = {table.heading: (columns.left, columns.names)}
    places = zip(columns.lefts, columns.widths, strict=True)
    over |= dict(zip(table.columns, places, strict=True))
    heads = column_headings(over, top)
    rows = _placed(table, columns, heads.bottom)
    panels = [*_names(table.rows, rows, columns), *(cell for row in rows for cell in row.cells)]
    texts = (*heads.texts, *(text for row in rows for text in row.heading))
    rules = [_rule(row, columns.lefts[0] if row.goes_on else columns.left, columns.right) for row in rows]
    return Section(tuple(panels), (*heads.strokes, *rules), texts, rows[-1].bottom)


class PlacedRow(NamedTuple):
    """A row in its place: the heading above it, its cells, and whether the next row is of the same thing."""

    top: float
    bottom: float
    heading: tuple[Text, ...]
    cells: tuple[Panel, ...]
    goes_on: bool


def _placed(table: TablePicture, columns: ColumnPositions, y: float) -> list[PlacedRow]:
    """Set rows below each other from a height down, each as tall as its name and its cells need."""
    placed: list[PlacedRow] = []
    following = [*table.rows[1:], None]
    for number, (row, after) in enumerate(zip(table.rows, following, strict=True)):
        heading: tuple[Text, ...] = ()
        if row.section and (number == 0 or row.section != table.rows[number - 1].section):
            y += _GAP if number else 0
            heading = lines((row.section,), columns.left, y, WORD, INK, bold=True)
            y += WORD * 1.25 + _GAP
        cells = _cells([cell for cell in table.cells if cell.row == number], columns, y)
        name = len(_label(row, columns.names)) * LABEL * 1.25 + 10
        bottom = max(y + name, y + _LEAST_ROW, *(cell.y + cell.height for cell in cells))
        placed.append(PlacedRow(y, bottom, heading, tuple(cells), row == after))
        y = bottom + _GAP
    return placed


def _names(rows: Sequence[TableRow], placed: Sequence[PlacedRow], columns: ColumnPositions) -> Iterator[Panel]:
    """Give the names of rows; rows of the same thing that stand together have one between them."""
    top = 0.0
    for number, (row, place) in enumerate(zip(rows, placed, strict=True)):
        top = top if number and placed[number - 1].goes_on else place.top
        if place.goes_on:
            continue
        inward, high = row.depth * _INDENT, place.bottom - top
        left, wide = columns.left + inward, columns.names - inward
        texts = lines(_label(row, columns.names), left + PAD, top + 5, LABEL, INK)
        yield Panel("row", left, top, wide, high, BAND, "none", texts, link=row.iri, hint=row.label)


def _label(row: TableRow, wide: float) -> tuple[str, ...]:
    return wrap(row.label, LABEL, wide - row.depth * _INDENT - 2 * PAD)


def _rule(row: PlacedRow, left: float, right: float) -> Stroke:
    y = row.bottom + _GAP / 2
    return Stroke(f"M{left:.1f} {y:.1f}H{right:.1f}", RULE, 0.7)


def _columns(table: TablePicture, room: float) -> ColumnPositions:
    needed = [width(row.label, LABEL) + row.depth * _INDENT + 2 * PAD for row in table.rows]
    names = min(max(*needed, width(table.heading, SMALL + 1, True)), _NAMES_LIMIT)
    widths = [_width(table, number) for number in range(len(table.columns))]
    widths = _shared_out(room - names - sum(widths), widths, [_text(table, n) for n in range(len(widths))])
    start = MARGIN + names + _APART
    near = len(table.columns) - table.apart
    lefts = (start + sum(widths[:n]) + n * _GAP + (_APART if n >= near else 0) for n in range(len(widths)))
    return ColumnPositions(MARGIN, names, tuple(lefts), tuple(widths))


def _shared_out(spare: float, widths: Sequence[float], texts: Sequence[float]) -> list[float]:
    """Widen columns, step by step the one whose fullest cell would be the tallest, as far as there is room."""
    wider = list(widths)
    for _ in range(int(spare // _STEP)):
        narrow = [number for number, wide in enumerate(wider) if wide + _STEP <= _CELL_ROOM]
        if not narrow:
            break
        wider[max(narrow, key=lambda number: (texts[number] / wider[number], -wider[number], -number))] += _STEP
    return wider


def _text(table: TablePicture, number: int) -> float:
    """Give the room that all texts of the fullest cell of a column take up in one line, or its heading."""
    cells = [cell for cell in table.cells if cell.column == number]
    texts = [" ".join((cell.word, cell.certainty, *(" [00]" for _ in cell.claims), *cell.details)) for cell in cells]
    return max(width(text, SMALL) for text in (table.columns[number], *texts))


def _width(table: TablePicture, number: int) -> float:
    """Give the width of a column: as wide as its longest word, within limits."""
    cells = [cell for cell in table.cells if cell.column == number]
    texts = [(word, SMALL, False) for cell in cells for word in "; ".join(cell.details).split()]
    texts += [(word, SMALL, True) for cell in cells for word in cell.word.split()]
    texts += [(f"{cell.certainty} [{cell.claims[0].number}]", SMALL, False) for cell in cells if cell.claims]
    needed = [width(text, size, bold) + _SIGN + 8 for text, size, bold in texts]
    needed += [width(word, SMALL + 1, True) for word in table.columns[number].split()]
    return min(max(_CELL if cells else 0.0, *needed), _CELL_LIMIT)


def _cells(cells: Sequence[Cell], columns: ColumnPositions, top: float) -> list[Panel]:
    """Set the cells of a row, those of one column below each other."""
    ends: dict[int, float] = {}
    made = []
    for cell in cells:
        place = columns.lefts[cell.column], ends.get(cell.column, top), columns.widths[cell.column]
        made.append(_cell(cell, *place) if cell.mark else _plain_cell(cell, *place))
        ends[cell.column] = made[-1].y + made[-1].height + _BETWEEN
    return made


def _cell(cell: Cell, x: float, y: float, wide: float) -> Panel:
    """Give a cell: sign and word of its mark, its details, how sure the source is, and the numbers of its sources."""
    mark = MARKS[cell.mark]
    inner = wide - _SIGN - 6
    words, details = wrap(cell.word, SMALL, inner, True), wrap("; ".join(cell.details), SMALL, inner)
    texts = lines(words, x + _SIGN, y + 5, SMALL, mark.colour, bold=True)
    end = y + 5 + len(words) * SMALL * 1.25
    numbers: tuple[Text, ...] = ()
    if len(words) == 1:
        taken = texts[0].width + _BESIDE
        numbers = sources_beside(cell.certainty, cell.claims, x + _SIGN + taken, y + 5, inner - taken)
    end += _BETWEEN if details and words else 0
    texts += lines(details, x + _SIGN, end, SMALL, INK)
    end += len(details) * SMALL * 1.25 + _BETWEEN
    if not numbers:
        numbers, end = source_line(cell.certainty, cell.claims, x + _SIGN, end - 1, inner)
    shapes, signs = sign(cell.mark, x + 9, y + 11)
    high = max(end + 2 - y, _LEAST_CELL)
    made = Panel("cell", x, y, wide, high, mark.tint, mark.colour, (*texts, *signs, *numbers), shapes)
    return made._replace(
        radius=3,
        dash=dash(cell.rank),
        stroke_width=outline_width(cell.rank),
        link=cell.claims[0].iri,
        hint="; ".join([cell.certainty, *(claim.label for claim in cell.claims)]),
    )


def _plain_cell(cell: Cell, x: float, y: float, wide: float) -> Panel:
    texts: tuple[Text, ...] = ()
    end = y + 5
    for detail in cell.details:
        named = wrap(detail, WORD, wide - 6)
        texts += lines(named, x + 3, end, WORD, INK)
        end += len(named) * WORD * 1.25 + _BETWEEN
    return Panel("text", x, y, wide, max(end - y, _LEAST_CELL), "none", "none", texts)
