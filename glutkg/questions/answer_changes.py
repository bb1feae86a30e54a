"""Rows of answers: what makes two rows the same, and what differs between two answers to one question."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from glutkg.questions.question import Question
    from glutkg.rdf.terms import Term
    from glutkg.text.tables import Table

Row = tuple["Term | None", ...]
Key = tuple["Term | None", ...]


class RowChange(NamedTuple):
    """A row that came (`old` is None), went (`new` is None), or says something else about the same things."""

    key: Key
    old: Row | None
    new: Row | None

    @property
    def sign(self) -> str:
        """`+` for a row that came, `-` for one that went, `~` for one that changed."""
        return "+" if self.old is None else "-" if self.new is None else "~"


def key_columns(question: Question, table: Table) -> tuple[int, ...]:
    """Give the columns that tell what a row is about: those with IRIs, without those that collect values.

    An answer without such columns is told apart by all that it does not collect. Labels, counts and lists of claims may
    change, and the row stays the same row.
    """
    single = [index for index, name in enumerate(table.columns) if name not in question.collects]
    iris = {index for row in table.rows for index in single if (cell := row[index]) and cell.kind == "iri"}
    return tuple(sorted(iris)) or tuple(single)


def keyed(table: Table, columns: tuple[int, ...]) -> dict[Key, Row]:
    """Give the rows by what they are about; of rows about the same the first."""
    found: dict[Key, Row] = {}
    for row in table.rows:
        found.setdefault(tuple(row[index] for index in columns), row)
    return found


def compare(question: Question, old: Table, new: Table) -> list[RowChange]:
    """Find the rows that came, went or changed, those of the new answer in its order, then those that went.

    >>> from glutkg.questions.question import Question
    >>> from glutkg.rdf.terms import Term
    >>> from glutkg.text.tables import Table
    >>> asked = Question("q", "", "", "", (), (), (), "")
    >>> one, two = Term("iri", "http://e/1"), Term("iri", "http://e/2")
    >>> [change.sign for change in compare(asked, Table(("x",), ((one,),)), Table(("x",), ((two,),)))]
    ['+', '-']
    """
    if old == new:
        return []
    if old.columns != new.columns:
        return [
            *(RowChange(row, None, row) for row in new.rows),
            *(RowChange(row, row, None) for row in old.rows),
        ]
    columns = tuple(sorted({*key_columns(question, old), *key_columns(question, new)}))
    before, after = keyed(old, columns), keyed(new, columns)
    changes = [RowChange(key, before.get(key), row) for key, row in after.items() if before.get(key) != row]
    return [*changes, *(RowChange(key, row, None) for key, row in before.items() if key not in after)]
