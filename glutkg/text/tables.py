"""The values that answers are made of: tables, and what a SELECT query gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from glutkg.text.cells import python, split
from glutkg.text.table_view import NO_HEADINGS, view

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from glutkg.rdf.terms import Term, Value
    from glutkg.text.cells import Row
    from glutkg.text.table_view import Marks, View

    CellValue = Value | tuple[Value, ...] | None
    RowValues = dict[str, CellValue]

_BEYOND = 2**63
"""The first whole number that no column of Int64 holds; a column with one of that size has Python's own."""


class Table:
    """The rows of an answer. A cell is a Term, a tuple of Terms where it holds several values, or None.

    `headings` are what people read above columns, by their names; any other is headed by the words of its name.

    >>> from glutkg.rdf.terms import Term
    >>> drug, claims = Term("literal", "ketamine"), (Term("iri", "urn:c1"), Term("iri", "urn:c2"))
    >>> table = Table(("drug", "claims"), ((drug, claims),))
    >>> list(table)
    [{'drug': 'ketamine', 'claims': ('urn:c1', 'urn:c2')}]
    >>> table.column("claims")
    [('urn:c1', 'urn:c2')]
    >>> table.to_pandas().loc[0, "claims"]
    ('urn:c1', 'urn:c2')
    >>> table, table[0]["drug"], table["drug"], len(table[:0])
    (<Table: 1 row of drug, claims>, 'ketamine', ['ketamine'], 0)
    >>> table.collected()
    frozenset({1})
    """

    __slots__ = ("columns", "headings", "rows")

    def __init__(
        self, columns: tuple[str, ...], rows: tuple[Row, ...], headings: Mapping[str, str] = NO_HEADINGS
    ) -> None:
        self.headings = headings
        self.columns = columns
        self.rows = rows

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and (self.columns, self.rows) == (other.columns, other.rows)

    def __hash__(self) -> int:
        return hash((self.columns, self.rows))

    def __repr__(self) -> str:
        rows = "1 row" if len(self) == 1 else f"{len(self):,} rows"
        return f"<{type(self).__name__}: {rows} of {', '.join(self.columns)}>"

    def __str__(self) -> str:
        return self.view().text()

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[RowValues]:
        """Go through the rows as dictionaries of Python values; a cell that holds several values gives a tuple."""
        for row in self.rows:
            yield dict(zip(self.columns, map(python, row), strict=True))

    @overload
    def __getitem__(self, key: int) -> RowValues: ...

    @overload
    def __getitem__(self, key: slice) -> Table: ...

    @overload
    def __getitem__(self, key: str) -> list[CellValue]: ...

    def __getitem__(self, key: int | slice | str) -> RowValues | Table | list[CellValue]:
        """Return a row by its number, counted from 0, some rows as a table, or a column by its name.

        Raises IndexError or ValueError for what the table does not have.
        """
        if isinstance(key, str):
            return self.column(key)
        if isinstance(key, slice):
            return Table(self.columns, self.rows[key], self.headings)
        return dict(zip(self.columns, map(python, self.rows[key]), strict=True))

    def column(self, name: str) -> list[CellValue]:
        """Return one column as Python values, a tuple for a cell that holds several.

        Raises ValueError for a name that is not a column.
        """
        index = self.columns.index(name)
        return [python(row[index]) for row in self.rows]

    def collected(self) -> frozenset[int]:
        """Return the positions of the columns whose cells hold several values."""
        return frozenset(index for row in self.rows for index, cell in enumerate(row) if type(cell) is tuple)

    def view(self, marks: Marks = "none") -> View:
        """Return what people see of the table; `marks` says which claims are shown as numbered marks."""
        return view(self.columns, self.rows, marks, self.headings)

    def _repr_html_(self) -> str:
        """Return the table as a notebook shows it: labels linked to what they name, claims as numbered marks."""
        return self.view("unlabelled").html()

    def to_pandas(self) -> pd.DataFrame:
        """Return the table as a pandas DataFrame: numbers as numbers, tuples for several values, None for nothing.

        A column of whole numbers with gaps has the type Int64, in which they stay whole.
        """
        import pandas as pd

        frame = pd.DataFrame(list(self), columns=list(self.columns), dtype=object).infer_objects()
        for name in self.columns:
            values = [value for value in self.column(name) if value is not None]
            if values and len(values) < len(self) and all(type(v) is int and abs(v) < _BEYOND for v in values):
                frame[name] = pd.array(self.column(name), dtype="Int64")  # type: ignore[call-overload]
        return frame


class Solutions(Table):
    """What a SELECT query gives: a table in which no cell holds more than one term."""

    __slots__ = ()
    rows: tuple[tuple[Term | None, ...], ...]

    def view(self, marks: Marks = "none") -> View:
        """Return what people see of the solutions: each variable that was asked for, bound or not."""
        return super().view(marks)._replace(empty=True)

    def unbound(self) -> tuple[str, ...]:
        """Return the variables that are bound in no row, where there is any row.

        >>> from glutkg.rdf.terms import Term
        >>> Solutions(("x", "y"), ((None, None), (None, Term("literal", "1")))).unbound()
        ('x',)
        """
        found = enumerate(self.columns) if self.rows else ()
        return tuple(name for at, name in found if all(row[at] is None for row in self.rows))

    def split(self, joints: Mapping[str, str]) -> Table:
        """Take apart the values that the query joined, given the columns and by what it joined them."""
        found = [joints.get(name) for name in self.columns]
        rows = (
            tuple(split(cell, joint) if joint and cell else cell for cell, joint in zip(row, found, strict=True))
            for row in self.rows
        )
        return Table(self.columns, tuple(rows))
