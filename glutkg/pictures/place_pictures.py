"""Pictures of places: where a kind of target is found along the pain pathway, or what is found where in a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import NotFoundError
from glutkg.pictures.model import Cell, Claim, TablePicture
from glutkg.pictures.notes import NO_ROOM, left_out
from glutkg.pictures.table_pictures import indented
from glutkg.store.labels import label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from glutkg.pictures.model import TableRow
    from glutkg.pictures.queries import PictureQueries


class _Placed(NamedTuple):
    """What the query of places gives: names of targets, claims, and for each target, column and claim its details."""

    names: dict[str, str]
    claims: dict[str, str]
    details: dict[tuple[str, int, str], dict[str, None]]
    at_place: bool


def distribution(queries: PictureQueries, thing: str, at_most: int) -> TablePicture:
    """Draw a table of where a class of targets is found, or of what is found at a place, by station of the pathway.

    Raises NotFoundError when no claim states it.
    """
    header = queries.header("distribution")
    numbers: dict[int, int] = {}
    stations: dict[int, str] = {}
    columns: dict[str, int] = {}
    for row in queries.rows("stations", thing=[thing]) or queries.rows("stations"):
        column = numbers.setdefault(int(str(row["order"])), len(numbers))
        stations.setdefault(column, str(row["stationLabel"]))
        columns[str(row["station"])] = column
    found = _placed(queries, thing, columns, len(stations))
    if not found.names:
        raise NotFoundError(f"No claim says where {label(queries.graph, thing)} is found, or what is found there.")
    rows = indented(queries, found.names)
    kept = rows[:at_most]
    cells = _cells(queries, kept, found)
    beside = {len(stations): header["elsewhere"], len(stations) + 1: header["nowhere"]}
    apart = [heading for column, heading in beside.items() if any(cell.column == column for cell in cells)]
    cells = tuple(cell._replace(column=min(cell.column, len(stations) + len(apart) - 1)) for cell in cells)
    notes = left_out(len(rows) - len(kept), NO_ROOM, "kind", [row.label for row in rows[at_most:]])
    words = {"plain": header["found"], "absent": header["missing"], "less": header["less"]}
    named = queries.title_and_text("distribution", thing, "-of-place" if found.at_place else "")
    headings = (*stations.values(), *apart)
    return TablePicture(*named, header["rows"], tuple(kept), headings, len(apart), cells, words, notes)


def _placed(queries: PictureQueries, thing: str, columns: Mapping[str, int], apart: int) -> _Placed:
    """Read what is found where; what is at no station stands in a column apart, and what has no place in the next."""
    found = _Placed({}, {}, {}, False)
    for row in queries.rows("distribution", thing=[thing]):
        receptor, claim = str(row["receptor"]), str(row["claim"])
        found.names[receptor], found.claims[claim] = str(row["receptorLabel"]), str(row["claimLabel"])
        elsewhere = apart if row["placed"] else apart + 1
        station = None if row["station"] is None else columns.get(str(row["station"]))
        details = found.details.setdefault((receptor, elsewhere if station is None else station, claim), {})
        details |= {str(row["detail"]): None} if row["detail"] is not None else {}
        found = found._replace(at_place=row["atPlace"] is True)
    at_stations = {(receptor, claim) for receptor, column, claim in found.details if column < apart}
    shown = {key: text for key, text in found.details.items() if key[1] < apart or key[::2] not in at_stations}
    return found._replace(details=shown)


def _cells(queries: PictureQueries, rows: Sequence[TableRow], found: _Placed) -> tuple[Cell, ...]:
    """Join the claims of a row and a column that have the same mark and the same certainty, the surest first."""
    marks = queries.marks(list(found.claims))
    numbers = {row.iri: number for number, row in enumerate(rows)}
    joined: dict[tuple[int, int, str, int, str], list[tuple[str, Iterable[str]]]] = {}
    for (receptor, column, claim), details in found.details.items():
        if receptor in numbers:
            made = marks[claim]
            key = numbers[receptor], column, made.mark, made.rank, made.certainty
            joined.setdefault(key, []).append((claim, details))
    cells = []
    for (row, column, mark, rank, certainty), several in sorted(joined.items()):
        texts = tuple(sorted(_exactest({text for _, details in several for text in details})))
        behind = tuple(Claim(claim, found.claims[claim]) for claim, _ in several)
        cells.append(Cell(row, column, mark, rank, certainty, texts, behind))
    return tuple(cells)


def _exactest(texts: set[str]) -> set[str]:
    """Leave out a text that another says with more in brackets."""
    return {text for text in texts if not any(other.startswith(f"{text} (") for other in texts)}
