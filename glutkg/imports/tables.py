"""Tables as rows: CSV and TSV, which are read line by line, and XLSX.

The only module that imports openpyxl.
"""

from __future__ import annotations

import csv
import html
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import LimitError, MissingPartError, SourceError
from glutkg.imports.rows import MOST_ROWS, Reject, Row, Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

_CHUNK = 1 << 24
_LONGEST_CELL = 1 << 20
"""Characters of a cell."""
_EXCEL = ".xlsx"
_MARKS = ";\t,"
"""What may stand between cells."""
SUFFIXES = {".csv": ",", ".tsv": "\t", ".tab": "\t", ".txt": "\t", _EXCEL: ""}
"""The ends of the names of tables, with what stands between their cells."""


class Layout(NamedTuple):
    """How a table is laid out, where its name does not say it.

    `comment` is how lines above the header begin that do not count; `sheet` is the name of a worksheet. With `markup`,
    cells hold HTML, of which the text counts.
    """

    delimiter: str | None = None
    encoding: str = "utf-8"
    comment: str | None = None
    sheet: str | None = None
    markup: bool = False


def read_table(path: Path, layout: Layout) -> Rows:
    """Read a table; its first row names the columns.

    Raises SourceError for what is no table, or has no text in the encoding, LimitError for too many rows.
    """
    numbered = _of_workbook(path, layout) if path.suffix.casefold() == _EXCEL else _of_text(path, layout)
    for line, cells in numbered:
        header = [cell.strip() for cell in cells]
        if any(header) and not (layout.comment and header[0].startswith(layout.comment)):
            columns = _named(header, path, line)
            return Rows(columns, _rows(columns, numbered, _plain if layout.markup else str.strip))
    raise SourceError("the table is empty. Its first row should name the columns.", path)


def own_delimiter(path: Path) -> str | None:
    """Return what stands between the cells of a table, by its first line, where the end of its name says otherwise."""
    usual = SUFFIXES.get(path.suffix.casefold())
    if not usual or not path.is_file():
        return None
    with path.open("rb") as file:
        line = file.readline(_LONGEST_CELL).decode(errors="replace")
    return None if usual in line else next((mark for mark in _MARKS if mark in line), None)


def _named(header: Sequence[str], path: Path, line: int) -> tuple[str, ...]:
    """Take the names of the columns; those without a name, at the end, are left out."""
    while header and not header[-1]:
        header = header[:-1]
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise SourceError(f"two columns are called {twice[0]!r}. Give each a name of its own.", path, line)
    if len(header) == 1 and any(mark in header[0] for mark in _MARKS):
        raise SourceError(
            f"the table seems to have one column, {header[0][:60]!r}. Say in the map what stands between the cells: "
            'delimiter = ";" in [table].',
            path,
            line,
        )
    return tuple(header)


def _rows(
    columns: tuple[str, ...], numbered: Iterator[tuple[int, Sequence[str]]], read: Callable[[str], str]
) -> Iterator[Row | Reject]:
    width = len(columns)
    for count, (line, cells) in enumerate(numbered):
        if count >= MOST_ROWS:
            raise _too_long()
        if len(cells) > width and any(cells[width:]):
            row = Row(f"row {line}", dict(zip(columns, cells, strict=False)))
            yield Reject(row, "", "", f"the row has {len(cells)} cells, and the header has {width}; quote the cells.")
        elif any(cells):
            yield Row(
                f"row {line}", {name: text for name, cell in zip(columns, cells, strict=False) if (text := read(cell))}
            )


def _plain(cell: str) -> str:
    """Give the text of a piece of HTML.

    >>> _plain("mGlu<sub>5</sub> receptor &beta;")
    'mGlu5 receptor β'
    """
    return html.unescape(re.sub(r"</?[A-Za-z][^<>]*>", "", cell)).strip()


def _too_long() -> LimitError:
    return LimitError(f"The table has more than {MOST_ROWS:,} rows. Split it, and import the parts one by one.")


# --- text -------------------------------------------------------------------------------------------------------------


def _of_text(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Give the lines of a table with their numbers, the first that a cell with line breaks stands in."""
    delimiter = layout.delimiter or SUFFIXES.get(path.suffix.casefold(), "\t")
    _refuse_too_long(path)
    csv.field_size_limit(_LONGEST_CELL)
    try:
        encoding = "utf-8-sig" if layout.encoding.casefold() in ("utf-8", "utf8") else layout.encoding
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.reader(_without_nul(file, path), delimiter=delimiter, strict=True)
            line = 1
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
    except UnicodeError as error:
        raise _not_text(path, layout.encoding) from error
    except csv.Error as error:
        raise SourceError(f"the table cannot be read ({error}). Close the quotes there.", path, line) from error
    except LookupError as error:
        raise SourceError(
            f"there is no encoding {layout.encoding!r}. Name one such as 'cp1252' in the map.", path
        ) from error
    except OSError as error:
        raise SourceError(
            f"the file cannot be read ({error.strerror}). Check its name and permissions.", path
        ) from error


def _without_nul(lines: Iterable[str], path: Path) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            raise SourceError("the file is no text: it holds zero bytes. Save it as UTF-8 text.", path, number)
        yield line


def _refuse_too_long(path: Path) -> None:
    """Count the lines before any is read. Raises LimitError, SourceError for what is no file."""
    if not path.is_file():
        raise SourceError("there is no such file. Check the name.", path)
    with path.open("rb") as file:
        lines = sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(_CHUNK), b""))
    if lines > 2 * MOST_ROWS:
        raise _too_long()


def _not_text(path: Path, encoding: str) -> SourceError:
    """Say in which line the text is in another encoding."""
    line = None
    with path.open("rb") as file:
        for number, content in enumerate(file, 1):
            try:
                content.decode(encoding)
            except UnicodeError:
                line = number
                break
    return SourceError(
        f"the file is not {encoding.upper()} text. Save it as UTF-8, or name its encoding in the map, such as "
        'encoding = "cp1252" in [table].',
        path,
        line,
    )


# --- workbooks --------------------------------------------------------------------------------------------------------


def _of_workbook(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Give the rows of a worksheet: the values that formulas had when the workbook was saved."""
    try:
        import openpyxl
    except ModuleNotFoundError as error:
        raise MissingPartError("Workbooks need a part of their own: pip install 'glutkg[imports]'.") from error
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl has no error of its own for what is no workbook
        raise SourceError("the file is no workbook that can be read. Save it as XLSX, or as CSV.", path) from error
    try:
        if layout.sheet and layout.sheet not in book.sheetnames:
            raise SourceError(
                f"there is no worksheet {layout.sheet!r}. The worksheets are: {', '.join(book.sheetnames)}.", path
            )
        sheet = book[layout.sheet or book.sheetnames[0]]
        for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            yield line, [_text(cell) for cell in cells]
    finally:
        book.close()


def _text(cell: object) -> str:
    """Write the value of a cell as people typed it: a whole number without a point, a date as year-month-day."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)
