"""What a source is, by its name: an endpoint, a folder of Turtle, DrugMechDB's YAML, a KGX pair or a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.errors import SourceError
from glutkg.imports.drugmechdb import read_drugmechdb
from glutkg.imports.kgx import is_kgx, read_kgx
from glutkg.imports.query_results import rows_of_endpoint, rows_of_folder
from glutkg.imports.rows import require
from glutkg.imports.tables import SUFFIXES, read_table

if TYPE_CHECKING:
    from glutkg.imports.column_map import ColumnMap
    from glutkg.imports.rows import Rows
    from glutkg.imports.tables import Layout

_YAML = (".yaml", ".yml")


def read_rows(source: str, map_: ColumnMap) -> Rows:
    """Read a source as a map has it.

    Raises SourceError for what is no source, or lacks a column of the map, and for a map that does not describe it.
    """
    found = _rows(source, map_)
    require(map_.required(), found.columns, Path(source))
    map_.refuse_undescribed()
    return found


def is_address(source: str) -> bool:
    """Tell an address of the web from the name of a file or folder."""
    return source.startswith(("http://", "https://"))


def _rows(source: str, map_: ColumnMap) -> Rows:
    if is_address(source):
        return rows_of_endpoint(source, map_)
    path = Path(source)
    return rows_of_folder(path, map_) if path.is_dir() else rows_of_file(path, map_.layout)


def rows_of_file(path: Path, layout: Layout) -> Rows:
    """Read a file, which the end of its name tells the format of. Raises SourceError for what is no source."""
    if not path.is_file():
        raise SourceError("there is no such file or folder. Check the name.", path)
    if path.suffix.casefold() in _YAML:
        return read_drugmechdb(path)
    if is_kgx(path):
        return read_kgx(path)
    if path.suffix.casefold() not in SUFFIXES:
        known = ", ".join((*SUFFIXES, *_YAML, ".jsonl"))
        raise SourceError(f"what the file holds is told by the end of its name, and that is none of {known}.", path)
    return read_table(path, layout)
