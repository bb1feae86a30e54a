"""What people see of a table: labels in place of the IRIs that they name, short names elsewhere, marks for claims."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from glutkg.rdf.namespaces import PREFIXES, curie
from glutkg.rdf.terms import alike, of_datatype
from glutkg.text.cells import IRI_JOINT, LITERAL_JOINT, terms
from glutkg.text.escaping import visible, without_tags
from glutkg.text.line_width import fitted_table, page_width

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from glutkg.rdf.terms import Term
    from glutkg.text.cells import Row


MOST_MARKS = 2
"""Marks of claims in a row that are written one by one."""
_NAMED = re.compile(r"(?:Label|Names?)$")
_MARK = re.compile(r"\[\d+\]")


class Link(NamedTuple):
    """Text that leads to an IRI."""

    text: str
    target: str


NO_HEADINGS: Mapping[str, str] = MappingProxyType({})
"""The headings of a table whose columns have none but the words of their names."""
Part = str | Link
"""One value of a cell."""
Marks = Literal["none", "unlabelled", "all"]
"""Which claims are shown as `[1]`, `[2]` and so on: none, those without a label beside them, or all."""


class Column(NamedTuple):
    """A column that people see: its heading, where its values stand in a row, and where their labels do."""

    heading: str
    values: int
    labels: int | None
    holds_claims: bool


class View(NamedTuple):
    """The columns that people see, the parts of each cell, and the claims by the numbers that stand for them.

    Text leaves out a column in which no row has a value, unless it is to show `empty` ones.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[tuple[Part, ...], ...], ...]
    claims: tuple[str, ...]
    empty: bool = False

    @property
    def headings(self) -> list[str]:
        """The headings of the columns."""
        return [column.heading for column in self.columns]

    def cells(self) -> list[list[str]]:
        """Return the cells as text."""
        return [[text_of(parts) for parts in row] for row in self.rows]

    def text(self, heading: bool = True, bold: bool = False, width: int | None = None) -> str:
        """Write the table as plain text that fits the width, or the page; `bold` marks headings for a terminal."""
        return fitted_table(self.headings, self.cells(), width or page_width(), heading, bold, empty=self.empty)

    def markdown(self) -> str:
        """Write the table in Markdown, with bars and tags in cells escaped."""
        lines = [self.headings, ["---"] * len(self.columns), *self.cells()]
        escaped = [[without_tags(cell).replace("|", "\\|") for cell in line] for line in lines]
        return "".join(f"| {' | '.join(line)} |\n" for line in escaped)

    def html(self) -> str:
        """Write the table in HTML, with links to what its cells name."""
        head = "".join(f"<th>{_escaped(heading)}</th>" for heading in self.headings)
        rows = ("".join(f"<td>{_html(parts)}</td>" for parts in row) for row in self.rows)
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def view(
    names: Sequence[str], rows: Sequence[Row], marks: Marks = "none", headings: Mapping[str, str] = NO_HEADINGS
) -> View:
    """Decide what people see of the columns and rows of a table, with headings by the names of columns.

    >>> from glutkg.rdf.terms import Term
    >>> cells = Term("iri", "http://example.org/x"), Term("literal", "an example")
    >>> view(("theThing", "theThingLabel"), (cells,)).rows
    (((Link(text='an example', target='http://example.org/x'),),),)
    """
    columns = tuple(_columns(names, rows, headings))
    numbers: dict[str, int] = {}
    typed = {column.values: alike(t for row in rows for t in terms(row[column.values])) for column in columns}

    def parts(row: Row, column: Column) -> tuple[Part, ...]:
        found = terms(row[column.values])
        if column.holds_claims and (marks == "all" or (marks == "unlabelled" and column.labels is None)):
            return tuple(Link(f"[{numbers.setdefault(t.value, len(numbers) + 1)}]", t.value) for t in found)
        return tuple(
            _parts(found, terms(row[column.labels]) if column.labels is not None else (), typed[column.values])
        )

    seen = tuple(tuple(parts(row, column) for column in columns) for row in rows)
    return View(columns, seen, tuple(numbers))


def _columns(names: Sequence[str], rows: Sequence[Row], headings: Mapping[str, str]) -> Iterator[Column]:
    index = {name: number for number, name in enumerate(names)}
    for name, number in index.items():
        named = name.removesuffix("Label")
        if named == name or named not in index:
            found = [term for row in rows for term in terms(row[number])]
            claims = bool(found) and all(is_claim(term) for term in found)
            yield Column(headings.get(name) or heading(name), number, index.get(f"{name}Label"), claims)


def heading(name: str) -> str:
    """Return the name of a column in words.

    >>> heading("claimCount"), heading("compoundLabel"), heading("speciesNames"), heading("names")
    ('claim count', 'compound', 'species', 'names')
    """
    named = _NAMED.sub("", name)  # what a name or a label is of is what people look for
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in named).strip()


def is_claim(term: Term) -> bool:
    """Return whether a term is the IRI of a claim."""
    return term.kind == "iri" and term.value.startswith(PREFIXES["claim"])


def _parts(found: tuple[Term, ...], labels: tuple[Term, ...], typed: Collection[str]) -> Iterator[Part]:
    """Return the label of what a cell holds, which may be all that it holds, or else each value.

    Literals of which others in the column have the text, too, have their datatypes beside them.
    """
    if labels:
        text = text_of(tuple(visible(label.value) for label in labels))
        yield Link(text, found[0].value) if found and found[0].kind == "iri" else text
        return
    for term in found:
        if term.kind == "iri":
            yield Link(visible(curie(term.value)), term.value)
        else:
            yield visible(term.name) + (of_datatype(term) if term.kind == "literal" and term.value in typed else "")


def text_of(parts: tuple[Part, ...]) -> str:
    """Write the parts of a cell as text; marks of claims in a row are written as a range.

    >>> text_of(tuple(Link(f"[{number}]", "") for number in (2, 5, 6, 7)))
    '[2] [5] to [7]'
    """
    texts = [part.text if isinstance(part, Link) else part for part in parts]
    if len(texts) > MOST_MARKS and all(_MARK.fullmatch(text) for text in texts):
        texts = list(_ranges([int(text[1:-1]) for text in texts]))
    return joint_of(parts).join(texts)


def _ranges(numbers: Sequence[int]) -> Iterator[str]:
    """Write numbers as marks, three or more in a row as a range."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    for run in runs:
        yield from (f"[{run[0]}] to [{run[-1]}]",) if len(run) > MOST_MARKS else (f"[{number}]" for number in run)


def joint_of(parts: tuple[Part, ...]) -> str:
    """Return what stands between the parts of a cell."""
    return IRI_JOINT if any(isinstance(part, Link) for part in parts) else LITERAL_JOINT


def _html(parts: tuple[Part, ...]) -> str:
    return joint_of(parts).join(_linked(part) if isinstance(part, Link) else _escaped(part) for part in parts)


def _linked(link: Link) -> str:
    name = link.target.rpartition("/")[2]
    return f'<a href="{_escaped(link.target)}" title="{_escaped(name)}">{_escaped(link.text)}</a>'


def _escaped(text: str) -> str:
    from html import escape  # only for notebooks

    return escape(text)
