"""The rows of a source, whatever its format: cells by the names of their columns, and where each row stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import SourceError
from glutkg.store.names import near

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

MOST_ROWS = 2_000_000
"""Rows of a source that are read."""


class Row(NamedTuple):
    """One row: where people find it in the source, such as `row 12`, and the cells that are not empty, by column."""

    place: str
    cells: Mapping[str, str]


class Reject(NamedTuple):
    """What was not imported: of which row, for which column and value, and why."""

    row: Row
    column: str
    value: str
    reason: str


class Rows(NamedTuple):
    """What a source holds: the names of its columns, its rows, and those that cannot be read as rows."""

    columns: tuple[str, ...]
    rows: Iterable[Row | Reject]


def require(columns: Iterable[str], known: Collection[str], path: Path) -> None:
    """Refuse a source that lacks a column. Raises SourceError with its columns, the nearest first."""
    missing = [name for name in dict.fromkeys(columns) if name not in known]
    if missing:
        close = near(missing[0], known)
        hint = f" Did you mean {' or '.join(repr(name) for name in close)}?" if close else ""
        which = f"are no columns {', '.join(map(repr, missing))}" if missing[1:] else f"is no column {missing[0]!r}"
        raise SourceError(f"there {which}, of which the map speaks.{hint} The columns are: {', '.join(known)}.", path)
