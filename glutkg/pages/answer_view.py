"""Answers as pages show them: a table of few columns whose rows open to the rest, to their claims and proof."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from glutkg.pages.asked import FACET
from glutkg.pages.facets import Dimension, narrowed
from glutkg.text.cells import terms
from glutkg.text.table_view import Link, is_claim, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from glutkg.evidence.claim_view import ClaimRow, ClaimViews
    from glutkg.pages.facets import Narrowed
    from glutkg.text.table_view import Part, View
    from glutkg.text.tables import Table

MOST_COLUMNS, MOST_CLAIMS = 6, 12
"""Columns beside the first that a table shows, and claims of a row."""
_FEWEST, _MOST_CHOICES, _LONGEST = 2, 14, 40
"""Different values that a column has whose values may be chosen, and letters of each."""


class Cell(NamedTuple):
    """What stands in one column of a row."""

    heading: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The cell as text."""
        return text_of(self.parts)

    @property
    def is_number(self) -> bool:
        """Whether the cell holds a number."""
        return _is_number(self.text)


class AnswerRow(NamedTuple):
    """A row: its number in the answer, from 1; the cells that are seen, those of the opened row, and its claims."""

    number: int
    cells: tuple[Cell, ...]
    more: tuple[Cell, ...]
    claims: tuple[ClaimRow, ...]
    left_out: int

    def values(self, heading: str) -> tuple[str, ...]:
        """Give the values in a column."""
        cell = next((one for one in (*self.cells, *self.more) if one.heading == heading), None)
        return tuple(part.text if isinstance(part, Link) else part for part in cell.parts) if cell else ()


class AnswerTable(NamedTuple):
    """An answer: the cells that all rows share, the headings of the others that are seen, those above numbers, rows."""

    shared: tuple[Cell, ...]
    headings: tuple[str, ...]
    numbers: frozenset[str]
    narrowed: Narrowed[AnswerRow]
    sort: str

    def order_of(self, heading: str) -> str:
        """Say how the rows are sorted by a column, in ARIA's words."""
        return {heading: "ascending", f"-{heading}": "descending"}.get(self.sort, "none")


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text))


def facet_name(heading: str) -> str:
    """Give the name of a facet in a query string.

    >>> facet_name("action of drug")
    'by-action-of-drug'
    """
    return f"{FACET}{re.sub(r'[^a-z0-9]+', '-', heading.lower()).strip('-')}"


def answer_table(views: ClaimViews, table: Table, query: Mapping[str, list[str]]) -> AnswerTable:
    """Make the table of an answer, sorted and narrowed as a query string asks."""
    seen = table.view("all")
    shared, shown, rest = _columns(seen)
    behind = [_claims(row) for row in table.rows]
    known = {row.iri: row for row in views.rows([iri for row in behind for iri in row[:MOST_CLAIMS]])}
    rows = [
        AnswerRow(
            number,
            tuple(Cell(seen.headings[at], parts[at]) for at in shown),
            tuple(Cell(seen.headings[at], parts[at]) for at in rest if parts[at]),
            tuple(known[iri] for iri in mine[:MOST_CLAIMS] if iri in known),
            max(0, len(mine) - MOST_CLAIMS),
        )
        for number, (parts, mine) in enumerate(zip(seen.rows, behind, strict=True), 1)
    ]
    headings = tuple(seen.headings[at] for at in shown)
    sort = next(iter(query.get("sort", [])), "")
    ordered = _sorted(rows, sort) if sort.removeprefix("-") in headings else rows
    numbers = frozenset(h for n, h in enumerate(headings) if rows and all(row.cells[n].is_number for row in rows))
    same = tuple(Cell(seen.headings[at], seen.rows[0][at]) for at in shared)
    return AnswerTable(same, headings, numbers, narrowed(ordered, list(_dimensions(seen, rows)), query), sort)


def _columns(seen: View) -> tuple[list[int], list[int], list[int]]:
    """Choose columns: those with one value in all rows, the first few others that have values, and the rest of them.

    Claims are none of them: they stand in the opened row.
    """
    filled = [at for at in range(len(seen.columns)) if any(row[at] for row in seen.rows)]
    plain = [at for at in filled if not seen.columns[at].holds_claims]
    differing = [at for at in plain if len(seen.rows) < _FEWEST or len({row[at] for row in seen.rows}) > 1] or plain[:1]
    shared = [at for at in plain if at not in differing]
    return shared, differing[: MOST_COLUMNS + 1], differing[MOST_COLUMNS + 1 :]


def _claims(row: Sequence[object]) -> list[str]:
    named = (term.value for cell in row for term in terms(cell) if is_claim(term))  # type: ignore[arg-type]
    return list(dict.fromkeys(named))


def _sorted(rows: Sequence[AnswerRow], sort: str) -> list[AnswerRow]:
    heading = sort.removeprefix("-")

    def key(row: AnswerRow) -> tuple[bool, float, str]:
        cell = next(one for one in row.cells if one.heading == heading)
        return not cell.is_number, float(cell.text) if cell.is_number else 0.0, cell.text.casefold()

    return sorted(rows, key=key, reverse=sort.startswith("-"))


def _dimensions(seen: View, rows: Sequence[AnswerRow]) -> Iterator[Dimension[AnswerRow]]:
    """Give the columns by whose values rows may be narrowed: those with a few short ones that are no numbers."""
    for heading in dict.fromkeys(seen.headings):
        values = {value for row in rows for value in row.values(heading)}
        if all(map(_is_number, values)):
            continue
        if _FEWEST <= len(values) <= _MOST_CHOICES and max(map(len, values)) <= _LONGEST and len(values) < len(rows):
            yield Dimension(facet_name(heading), heading, lambda row, heading=heading: row.values(heading))  # type: ignore[misc]
