"""The values that answers are made of: terms and tables, free of any engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from glutkg.rdf.terms import Term, Value


class Table:
    """The rows of an answer. A cell is a Term, or None where the query left it unbound."""

    __slots__ = ("columns", "rows")

    def __init__(self, columns: tuple[str, ...], rows: tuple[tuple[Term | None, ...], ...]) -> None:
        self.columns = columns
        self.rows = rows

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and (self.columns, self.rows) == (other.columns, other.rows)

    def __hash__(self) -> int:
        return hash((self.columns, self.rows))

    def __repr__(self) -> str:
        return f"Table({self.columns!r}, {self.rows!r})"

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Value | None]]:
        """Go through the rows as dictionaries of Python values."""
        for row in self.rows:
            yield {name: cell.python() if cell else None for name, cell in zip(self.columns, row, strict=True)}

    def column(self, name: str) -> list[Value | None]:
        """Give one column as Python values. Raises ValueError for a name that is not a column."""
        index = self.columns.index(name)
        return [cell.python() if (cell := row[index]) else None for row in self.rows]

    def _repr_html_(self) -> str:
        """Give the table as a notebook shows it: labels linked to what they name, claims as numbered marks."""
        labels = {
            name.removesuffix("Label"): index for index, name in enumerate(self.columns) if name.endswith("Label")
        }
        shown = [index for index, name in enumerate(self.columns) if name.removesuffix("Label") == name]
        marks: dict[str, int] = {}

        def cell(row: tuple[Term | None, ...], index: int) -> str:
            term, name = row[index], self.columns[index]
            label = row[labels[name]] if name in labels else None
            return "" if term is None else _html(term, label, marks)

        head = "".join(f"<th>{_escaped(_words(self.columns[index]))}</th>" for index in shown)
        body = "".join(f"<tr>{''.join(f'<td>{cell(row, i)}</td>' for i in shown)}</tr>" for row in self.rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def to_pandas(self) -> pd.DataFrame:
        """Give the table as a pandas DataFrame: one column a variable, numbers as numbers, missing cells as None."""
        import pandas as pd

        return pd.DataFrame(list(self), columns=list(self.columns))


def _words(name: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)


def _html(term: Term, label: Term | None, marks: dict[str, int]) -> str:
    names = term.value.split(" ")
    if label is None and all(name.startswith("https://") for name in names):
        return " ".join(_link(name, f"[{marks.setdefault(name, len(marks) + 1)}]") for name in names)
    text = label.value if label else term.value
    return _link(term.value, text) if term.kind == "iri" else _escaped(text)


def _link(iri: str, text: str) -> str:
    return f'<a href="{_escaped(iri)}" title="{_escaped(iri.rpartition("/")[2])}">{_escaped(text)}</a>'


def _escaped(text: str) -> str:
    from html import escape  # only for notebooks

    return escape(text)
