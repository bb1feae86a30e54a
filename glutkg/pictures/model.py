"""What a picture is made of, before it is laid out: boxes for individuals and classes, chips for claims, and links."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Tag(NamedTuple):
    """A short remark on a chip, of one group, such as a species."""

    group: str
    text: str


class Claim(NamedTuple):
    """A claim that a picture leads back to, and the number of its source in the key, 0 before it has one."""

    iri: str
    label: str
    number: int = 0


class Remark(NamedTuple):
    """A note that a claim stands behind; it becomes a note with the number of the claim."""

    text: str
    claim: Claim


class Source(NamedTuple):
    """One entry of the key: a number, where it leads to in print, and as a link."""

    number: int
    text: str
    iri: str


class Credit(NamedTuple):
    """What stands at the foot of a picture: the key of the numbers in it, under a heading, and lines on its origin."""

    heading: str = ""
    key: tuple[Source, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All of it in lines, for formats without columns."""
        entries = tuple(f"[{source.number}] {source.text}" for source in self.key)
        return (*((self.heading,) if entries else ()), *entries, *self.lines)


class Box(NamedTuple):
    """An individual or a class. `column` counts from 0, or is None where the layout has to find one."""

    name: str
    label: str
    iri: str | None = None
    column: int | None = None
    caption: str = ""
    detail: str = ""
    chief: bool = False


class Chip(NamedTuple):
    """What claims state between one box and the next: a word, its direction, how sure the sources are.

    `mark` is one of `theme.MARKS`; `rank` counts from 1, the surest; 0 is by definition. `column` is that of the box
    it leads to.
    """

    name: str
    word: str
    mark: str
    rank: int
    certainty: str
    tags: tuple[Tag, ...] = ()
    claims: tuple[Claim, ...] = ()
    column: int | None = None


class Link(NamedTuple):
    """A line from a box or chip to another; it takes its look from the chip at one of its ends."""

    start: str
    end: str


class NetworkPicture(NamedTuple):
    """A network of boxes, chips and links, with a title, a description and notes for the foot."""

    title: str
    text: str
    boxes: tuple[Box, ...]
    chips: tuple[Chip, ...]
    links: tuple[Link, ...]
    notes: tuple[str, ...] = ()
    credit: Credit = Credit()
    remarks: tuple[Remark, ...] = ()


class Row(NamedTuple):
    """One row from left to right: names of boxes and, where claims state it, a chip and names of boxes after it.

    Rows of one section stand together under its name.
    """

    before: tuple[str, ...]
    chip: Chip | None = None
    after: tuple[str, ...] = ()
    section: str = ""


class RowPicture(NamedTuple):
    """Rows below each other; a box stands once for the neighbouring rows that share it."""

    title: str
    text: str
    boxes: tuple[Box, ...]
    rows: tuple[Row, ...]
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    credit: Credit = Credit()
    remarks: tuple[Remark, ...] = ()


class TableRow(NamedTuple):
    """A row of a table: what it is about, how many of the rows above are its superclasses, and its section."""

    iri: str
    label: str
    depth: int = 0
    section: str = ""


class Cell(NamedTuple):
    """What claims state of a row and a column: the surest of those that agree, with details and claims.

    `word` says what the mark means here, where the table has no word for all of its kind. A cell without a mark is
    plain text.
    """

    row: int
    column: int
    mark: str
    rank: int
    certainty: str
    details: tuple[str, ...]
    claims: tuple[Claim, ...]
    word: str = ""


class TablePicture(NamedTuple):
    """A table of marks: rows of kinds or claims, columns of places, kinds or what a claim names.

    `apart` columns at the right stand apart from the others; `words` gives the meaning of the marks in this table.
    """

    title: str
    text: str
    heading: str
    rows: tuple[TableRow, ...]
    columns: tuple[str, ...]
    apart: int
    cells: tuple[Cell, ...]
    words: Mapping[str, str]
    notes: tuple[str, ...] = ()
    credit: Credit = Credit()
    remarks: tuple[Remark, ...] = ()


Picture = NetworkPicture | RowPicture | TablePicture


def as_network(picture: Picture) -> NetworkPicture:
    """Give any picture as a network, for formats that have neither rows nor tables."""
    if isinstance(picture, RowPicture):
        return _network_of_rows(picture)
    return _network_of_table(picture) if isinstance(picture, TablePicture) else picture


def _network_of_rows(picture: RowPicture) -> NetworkPicture:
    links: dict[Link, None] = {}
    for row in picture.rows:
        names = (*row.before, *((row.chip.name,) if row.chip else ()), *row.after)
        links |= dict.fromkeys(Link(start, end) for start, end in pairwise(names))
    chips = tuple(row.chip for row in picture.rows if row.chip)
    return NetworkPicture(*picture[:3], chips, tuple(links), picture.notes, picture.credit)


def _network_of_table(table: TablePicture) -> NetworkPicture:
    used = sorted({cell.column for cell in table.cells if cell.mark})
    rows = tuple(Box(f"r{n}", row.label, row.iri, 0) for n, row in enumerate(table.rows))
    places = tuple(Box(f"c{n}", table.columns[n], None, 1) for n in used)
    chips, links = [], []
    for n, cell in enumerate(cell for cell in table.cells if cell.mark):
        beside = [other for other in table.cells if other.row == cell.row and not other.mark]
        details = [detail for each in (*beside, cell) for detail in each.details]
        tags = tuple(Tag("setting", detail) for detail in details)
        word = cell.word or table.words.get(cell.mark, cell.mark)
        chips.append(Chip(f"m{n}", word, cell.mark, cell.rank, cell.certainty, tags, cell.claims, 1))
        links += [Link(f"r{cell.row}", f"m{n}"), Link(f"m{n}", f"c{cell.column}")]
    made = tuple(chips), tuple(links)
    return NetworkPicture(table.title, table.text, rows + places, *made, table.notes, table.credit)
