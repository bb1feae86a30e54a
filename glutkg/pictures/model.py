"""What a picture is made of, before anything has a place: boxes for things, chips for claims, links between them."""

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
    """A claim that a picture leads back to."""

    iri: str
    label: str


class Box(NamedTuple):
    """A thing or a kind. `column` counts from 0, or is None where the layout has to find one."""

    name: str
    label: str
    iri: str | None = None
    column: int | None = None
    caption: str = ""
    detail: str = ""
    chief: bool = False


class Chip(NamedTuple):
    """What claims say of the way from one box to the next: a word, which way it points, how sure the sources are.

    `mark` is one of `palette.MARKS`; `rank` counts from 1, the surest; 0 is by definition. `column` is that of the box
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
    """A line from a box or chip to another; it is drawn as the chip at one of its ends says."""

    start: str
    end: str


class Picture(NamedTuple):
    """A network of boxes, chips and links, with a title, a description and notes for the foot."""

    title: str
    text: str
    boxes: tuple[Box, ...]
    chips: tuple[Chip, ...]
    links: tuple[Link, ...]
    notes: tuple[str, ...] = ()


class Way(NamedTuple):
    """What leads from left to right: names of boxes and, where claims say it, a chip and names of boxes after it."""

    before: tuple[str, ...]
    chip: Chip | None = None
    after: tuple[str, ...] = ()


class Ways(NamedTuple):
    """Ways below each other, each in a row of its own; a box stands once for the neighbouring rows that share it."""

    title: str
    text: str
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Row(NamedTuple):
    """A row of a chart: a kind, and how many of the rows above it is narrower than."""

    iri: str
    label: str
    depth: int


class Spot(NamedTuple):
    """What claims say of a row and a column of a chart: the surest of those that agree, with details and claims."""

    row: int
    column: int
    mark: str
    rank: int
    certainty: str
    details: tuple[str, ...]
    claims: tuple[Claim, ...]


class Chart(NamedTuple):
    """A table of marks: rows of kinds, columns of places.

    `apart` columns at the right stand apart from the others; `words`
    tells what marks mean here.
    """

    title: str
    text: str
    heading: str
    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    apart: int
    cells: tuple[Spot, ...]
    words: Mapping[str, str]
    notes: tuple[str, ...] = ()


def as_network(picture: Picture | Ways | Chart) -> Picture:
    """Give ways or a chart as a network, for forms that know neither rows nor tables."""
    if isinstance(picture, Ways):
        return _of_ways(picture)
    return _of_chart(picture) if isinstance(picture, Chart) else picture


def _of_ways(picture: Ways) -> Picture:
    links: dict[Link, None] = {}
    for way in picture.ways:
        names = (*way.before, *((way.chip.name,) if way.chip else ()), *way.after)
        links |= dict.fromkeys(Link(start, end) for start, end in pairwise(names))
    chips = tuple(way.chip for way in picture.ways if way.chip)
    return Picture(picture.title, picture.text, picture.boxes, chips, tuple(links), picture.notes)


def _of_chart(chart: Chart) -> Picture:
    used = sorted({cell.column for cell in chart.cells})
    rows = tuple(Box(f"r{n}", row.label, row.iri, 0) for n, row in enumerate(chart.rows))
    places = tuple(Box(f"c{n}", chart.columns[n], None, 1) for n in used)
    chips, links = [], []
    for n, cell in enumerate(chart.cells):
        tags = tuple(Tag("setting", detail) for detail in cell.details)
        word = chart.words.get(cell.mark, cell.mark)
        chips.append(Chip(f"m{n}", word, cell.mark, cell.rank, cell.certainty, tags, cell.claims, 1))
        links += [Link(f"r{cell.row}", f"m{n}"), Link(f"m{n}", f"c{cell.column}")]
    return Picture(chart.title, chart.text, rows + places, tuple(chips), tuple(links), chart.notes)
