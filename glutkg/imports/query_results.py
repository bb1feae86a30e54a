"""What a map's query finds in a SPARQL endpoint, or in a folder of Turtle, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.errors import QueryError, SourceError
from glutkg.imports.rows import MOST_ROWS, Row, Rows
from glutkg.sparql.guard import check_query
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from glutkg.imports.column_map import ColumnMap


def rows_of_endpoint(url: str, map_: ColumnMap) -> Rows:
    """Ask an endpoint. Raises what `glutkg.remote.http.Endpoint.query` raises, QueryError for a bad query."""
    from glutkg.remote.endpoint_store import EndpointStore
    from glutkg.remote.http import Endpoint

    query = _query(map_)
    try:
        found = EndpointStore(Endpoint(url)).rows(query)
    except SyntaxError as error:
        raise QueryError(f"{map_.path}, [query]: {error.msg}.") from error
    columns = tuple(variable.value for variable in found.variables)
    return Rows(columns, _rows(columns, ([cell and cell.value for cell in solution] for solution in found)))


def rows_of_folder(folder: Path, map_: ColumnMap) -> Rows:
    """Ask the Turtle below a folder. Raises SourceError for what cannot be read, QueryError for a bad query."""
    query = _query(map_)
    files = sorted(folder.rglob("*.ttl"))
    if not files:
        raise SourceError("there is no file of Turtle (*.ttl) below the folder.", folder)
    found = Graph.merged(map(read_source, files)).select(query)
    return Rows(found.columns, _rows(found.columns, ([cell and cell.value for cell in row] for row in found.rows)))


def _query(map_: ColumnMap) -> str:
    """Give the query of a map, which may be a stranger's. Raises SourceError where there is none."""
    if map_.query is None:
        raise SourceError('[query]: say what to ask for. Write select = """SELECT …""".', map_.path)
    check_query(map_.query, map_.path)
    return map_.query


def _rows(columns: tuple[str, ...], solutions: Iterable[Iterable[str | None]]) -> Iterator[Row]:
    for number, (solution, _) in enumerate(zip(solutions, range(MOST_ROWS), strict=False), 1):
        yield Row(f"row {number}", {name: cell for name, cell in zip(columns, solution, strict=True) if cell})
