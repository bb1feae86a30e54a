"""The values that answers are made of: tables, and what a SELECT query gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.text.cells import python, split
from glutkg.text.view import view

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from glutkg.rdf.terms import Term, Value
    from glutkg.text.cells import Row
    from glutkg.text.view import Marks, View


class Table:
    """The rows of an answer. A cell is a Term, a tuple of Terms where it holds several values, or None.

    >>> from glutkg.rdf.terms import Term
    >>> drug, claims = Term("literal", "ketamine"), (Term("iri", "urn:c1"), Term("iri", "urn:c2"))
    >>> table = Table(("drug", "claims"), ((drug, claims),))
    >>> list(table)
    [{'drug': 'ketamine', 'claims': ('urn:c1', 'urn:c2')}]
    >>> table.column("claims")
    [('urn:c1', 'urn:c2')]
    >>> table.to_pandas().loc[0, "claims"]
    ('urn:c1', 'urn:c2')
    >>> table.collected()
    frozenset({1})
    """

    __slots__ = ("columns", "rows")

    def __init__(self, columns: tuple[str, ...], rows: tuple[Row, ...]) -> None:
        self.columns = columns
        self.rows = rows

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and (self.columns, self.rows) == (other.columns, other.rows)

    def __hash__(self) -> int:
        return hash((self.columns, self.rows))

    def __repr__(self) -> str:
        return f"Table({self.columns!r}, {self.rows!r})"

    def __str__(self) -> str:
        return self.view().text()

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Value | tuple[Value, ...] | None]]:
        """Go through the rows as dictionaries of Python values; a cell that holds several values gives a tuple."""
        for row in self.rows:
            yield dict(zip(self.columns, map(python, row), strict=True))

    def column(self, name: str) -> list[Value | tuple[Value, ...] | None]:
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
        return view(self.columns, self.rows, marks)

    def _repr_html_(self) -> str:
        """Return the table as a notebook shows it: labels linked to what they name, claims as numbered marks."""
        return self.view("unlabelled").html()

    def to_pandas(self) -> pd.DataFrame:
        """Return the table as a pandas DataFrame: numbers as numbers, tuples for several values, None for nothing."""
        import pandas as pd

        return pd.DataFrame(list(self), columns=list(self.columns))


class Solutions(Table):
    """What a SELECT query gives: a table in which no cell holds more than one term."""

    __slots__ = ()
    rows: tuple[tuple[Term | None, ...], ...]

    def split(self, joints: Mapping[str, str]) -> Table:
        """Take apart the values that the query joined, given the columns and by what it joined them."""
        found = [joints.get(name) for name in self.columns]
        rows = (
            tuple(split(cell, joint) if joint and cell else cell for cell, joint in zip(row, found, strict=True))
            for row in self.rows
        )
        return Table(self.columns, tuple(rows))
