"""Differences between two answers to one question, and what identifies a row in both."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.terms import Term
from glutkg.text.cells import Row

if TYPE_CHECKING:
    from glutkg.rdf.terms import Term
    from glutkg.text.tables import Table

Key = Row
"""What a row is about: its cells in the columns that identify it."""


class RowChange(NamedTuple):
    """A row that was gained (`old` is None), was lost (`new` is None), or has changed."""

    key: Key
    old: Row | None
    new: Row | None

    @property
    def sign(self) -> str:
        """`+` for a row that was gained, `-` for one that was lost, `~` for one that changed."""
        return "+" if self.old is None else "-" if self.new is None else "~"


def key_columns(table: Table, collected: frozenset[int] = frozenset()) -> tuple[int, ...]:
    """Return the columns that identify a row: those with IRIs, without those whose cells hold several values.

    An answer without such columns is identified by all columns whose cells hold one value. Labels, counts and lists of
    claims may change, and the row stays the same row. Further columns of several values may be given, for a table that
    has no row to show which these are.
    """
    several = table.collected() | collected
    single = [index for index in range(len(table.columns)) if index not in several]
    iris = {index for row in table.rows for index in single if isinstance(c := row[index], Term) and c.kind == "iri"}
    return tuple(sorted(iris)) or tuple(single)


def keyed(table: Table, columns: tuple[int, ...]) -> dict[Key, Row]:
    """Return the rows by what they are about; of several about the same things the first."""
    found: dict[Key, Row] = {}
    for row in table.rows:
        found.setdefault(tuple(row[index] for index in columns), row)
    return found


def compare(old: Table, new: Table) -> list[RowChange]:
    """Find the rows that were gained, lost or changed: those of the new answer in its order, then those that are lost.

    >>> from glutkg.text.tables import Table
    >>> one, two = Term("iri", "http://example.org/1"), Term("iri", "http://example.org/2")
    >>> [change.sign for change in compare(Table(("x",), ((one,),)), Table(("x",), ((two,),)))]
    ['+', '-']
    """
    if old == new:
        return []
    if old.columns != new.columns:
        gained, lost = (
            [RowChange(row, None, row) for row in new.rows],
            [RowChange(row, row, None) for row in old.rows],
        )
        return gained + lost
    several = old.collected() | new.collected()
    columns = tuple(sorted({*key_columns(old, several), *key_columns(new, several)}))
    before, after = keyed(old, columns), keyed(new, columns)
    changes = [RowChange(key, before.get(key), row) for key, row in after.items() if before.get(key) != row]
    return [*changes, *(RowChange(key, row, None) for key, row in before.items() if key not in after)]
