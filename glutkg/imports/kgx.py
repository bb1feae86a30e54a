"""A graph in the exchange format KGX: the edges as rows, with what the nodes file says of both ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from glutkg.errors import SourceError
from glutkg.imports.rows import Reject, Row, Rows
from glutkg.imports.tables import Layout, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_ENDS = ("subject", "object")
_LINES = ".jsonl"


def is_kgx(path: Path) -> bool:
    """Return whether a file is the edges of a pair, by its name.

    >>> from pathlib import Path
    >>> is_kgx(Path("kgx_edges.tsv")), is_kgx(Path("edges.jsonl")), is_kgx(Path("trials.tsv"))
    (True, True, False)
    """
    return path.stem.endswith("edges") and path.suffix in (".tsv", _LINES)


def read_kgx(edges: Path) -> Rows:
    """Read edges as rows, with `subject_name`, `subject_category` and the like out of the nodes beside them.

    Lists have a bar between their values. Raises SourceError for a file that is missing or no KGX.
    """
    nodes = edges.with_name(edges.name.replace("edges", "nodes"))
    known = _records(nodes)
    ends: dict[str, Mapping[str, str]] = {}
    about: dict[str, None] = {}
    for row in known.rows:
        if isinstance(row, Row):
            ends[row.cells.get("id", "")] = row.cells
            about |= dict.fromkeys(row.cells)
    found = _records(edges)
    if missing := [name for name in (*_ENDS, "predicate") if name not in found.columns]:
        raise SourceError(f"the edges have no column {missing[0]!r}, so this is no KGX.", edges)
    added = tuple(f"{end}_{name}" for end in _ENDS for name in about if name != "id")
    return Rows((*found.columns, *added), _joined(found, ends))


def _joined(edges: Rows, nodes: Mapping[str, Mapping[str, str]]) -> Iterator[Row | Reject]:
    for row in edges.rows:
        if isinstance(row, Reject):
            yield row
            continue
        cells, unknown = dict(row.cells), ""
        for end in _ENDS:
            name = row.cells.get(end, "")
            unknown = unknown or ("" if name in nodes else end)
            cells |= {f"{end}_{key}": value for key, value in nodes.get(name, {}).items() if key != "id"}
        if unknown:
            name = row.cells.get(unknown, "")
            yield Reject(row, unknown, name, f"'{name}' is not among the nodes.")
        else:
            yield Row(row.place, cells)


def _records(path: Path) -> Rows:
    """Read one file of the pair, as a table or as lines of JSON."""
    if path.suffix != _LINES:
        return read_table(path, Layout())
    if not path.is_file():
        raise SourceError("there is no such file. A KGX pair has nodes and edges beside each other.", path)
    columns: dict[str, None] = {}
    rows = [*_of_lines(path)]
    for row in rows:
        columns |= dict.fromkeys(row.cells)
    return Rows(tuple(columns), rows)


def _of_lines(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                record = json.loads(line) if line.strip() else None
            except ValueError as error:
                raise SourceError("the line is no JSON. Write one object on each line.", path, number) from error
            if record is not None and not isinstance(record, dict):
                raise SourceError("the line is no object of JSON.", path, number)
            if record:
                yield Row(
                    f"row {number}", {str(key): _text(value) for key, value in record.items() if value is not None}
                )


def _text(value: object) -> str:
    if isinstance(value, list):
        return "|".join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
