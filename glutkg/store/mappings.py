"""Mapping sets in SSSOM's table: a header of YAML behind `#`, then one mapping a row, its cells parted by tabs."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import SourceError
from glutkg.rdf.namespaces import expand

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEEDED = ("subject_id", "predicate_id", "object_id")
NO_TERM = "sssom:NoTermFound"
"""What SSSOM writes for a term where a search found none."""

_LONGEST_CELL = 131_072
"""Characters of a cell."""


class Mapping(NamedTuple):
    """One mapping as the IRIs of subject, predicate and object, and the line of its row."""

    line: int
    triple: tuple[str, str, str]


class _Table(NamedTuple):
    """What a row is read with: the file, the prefixes of the header, the names of the columns."""

    path: Path
    prefixes: dict[str, str]
    columns: list[str]


def read_mappings(text: str, path: Path) -> Iterator[Mapping | SourceError]:
    """Give each mapping of a table, or what is wrong with its row; what is wrong above the rows is given alone.

    The prefixes of the header's `curie_map` go before the known ones. Blank rows and rows behind `#` are passed over.
    A row that says that no mapping holds is a fault: as a triple it would say the opposite.
    """
    lines = re.split(r"\r\n|\r|\n", text)
    above = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    try:
        prefixes = _curie_map([line[1:] for line in lines[:above]], path)
        rows = _rows(lines[above:], above, path)
        table = _table(next(rows, None), prefixes, path)
        for line, cells in rows:
            yield _mapping(cells, line, table)
    except SourceError as error:
        yield error


def _curie_map(header: list[str], path: Path) -> dict[str, str]:
    """Read the prefixes that the header gives. Raises SourceError where it is no YAML."""
    import yaml

    try:
        metadata = yaml.safe_load("\n".join(header)) or {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise SourceError(
            f"the header is no YAML ({error.problem}). Put a value that ends in a colon, or that has a colon and a "
            "space, in double quotes.",
            path,
            line,
        ) from error
    except yaml.YAMLError as error:
        raise SourceError("the header is no YAML. Take out the characters that cannot be printed.", path) from error
    found = metadata.get("curie_map") or {} if isinstance(metadata, dict) else None
    if not isinstance(found, dict) or not all(isinstance(iri, str) for iri in found.values()):
        raise SourceError(
            "the header needs lines such as '#license: …', and its curie_map lines such as '#  GO: http://…'.", path, 1
        )
    return {str(prefix): iri for prefix, iri in found.items()}


def _rows(lines: list[str], above: int, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Give the rows that say something, each with its line. Raises SourceError for a quote that is never closed."""
    start = above + 1
    csv.field_size_limit(_LONGEST_CELL)  # one for the whole process
    reader = csv.reader(lines, delimiter="\t", strict=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells) and not cells[0].startswith("#"):
                yield start, cells
            start = above + reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            raise SourceError(f"a cell has more than {_LONGEST_CELL:,} characters. Shorten it.", path, start) from error
        raise SourceError(
            f'a cell begins with a quote and is not closed by one ({error}). Write "" for a quote in quotes.',
            path,
            start,
        ) from error


def _table(first: tuple[int, list[str]] | None, prefixes: dict[str, str], path: Path) -> _Table:
    """Read the names of the columns. Raises SourceError where they do not make a table."""
    line, columns = first or (None, [""])
    if len(columns) == 1 and (mark := next((mark for mark in ",; " if mark in columns[0]), "")):
        part = {",": "commas", ";": "semicolons", " ": "spaces"}[mark]
        raise SourceError(f"the columns are parted by {part}. Part them by tabs, as SSSOM does.", path, line)
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise SourceError(
            f"the table has no column {', '.join(missing)}. Its first line without # names the columns: "
            f"{', '.join(NEEDED)} and mapping_justification at the least.",
            path,
            line,
        )
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise SourceError(f"the column {', '.join(twice)} stands twice. Keep one of the two.", path, line)
    return _Table(path, prefixes, columns)


def _mapping(cells: list[str], line: int, table: _Table) -> Mapping | SourceError:
    try:
        return Mapping(line, _triple(cells, table))
    except ValueError as error:
        return SourceError(str(error), table.path, line)


def _triple(cells: list[str], table: _Table) -> tuple[str, str, str]:
    """Read a row. Raises ValueError with what is wrong and what to do."""
    if len(cells) > len(table.columns):
        raise ValueError(
            f"the row has {len(cells)} cells, the table {len(table.columns)} columns. Take out the tabs too many."
        )
    row = dict(zip(table.columns, cells, strict=False))
    modifier = row.get("predicate_modifier")
    if modifier:
        raise ValueError(
            f"predicate_modifier is {modifier}: the row does not say that the mapping holds, and would be read as if "
            "it did. Keep such rows in a table outside the data folder."
        )
    subject, predicate, object_ = (_iri(column, row.get(column, ""), table.prefixes) for column in NEEDED)
    return subject, predicate, object_


def _iri(column: str, name: str, prefixes: dict[str, str]) -> str:
    if not name:
        raise ValueError(f"{column} is empty. Fill it in, or take the row out.")
    if name == NO_TERM:
        raise ValueError(f"{column} is {NO_TERM}: there is no mapping to read. Take the row out.")
    prefix, colon, local = name.partition(":")
    iri = expand(f"{prefixes[prefix]}{local}" if colon and prefix in prefixes else name)
    if iri is None:
        raise ValueError(
            f"{column} is {name}, which stands for no web address. Write it as prefix:name, and give the prefix under "
            f"curie_map in the header, as in '#  {prefix or 'GO'}: http://…'."
        )
    return iri
