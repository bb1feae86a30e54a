"""Where receptors sit along the pain pathway: a map of its stations, which one can click, and what is known of each.

The queries say which stations and families there are and where they stand on the map. Nothing here knows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.evidence.claim_view import iris_of
from glutkg.pages.asked import ends_of
from glutkg.pages.response import Response, page
from glutkg.pictures.queries import PictureQueries
from glutkg.rdf.namespaces import curie
from glutkg.relations import grouped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from glutkg.evidence.claim_view import Group
    from glutkg.pages.site import Site
    from glutkg.pictures.queries import ClaimMark
    from glutkg.text.tables import RowValues, Table

_PAD, _CELL_TOP, _GAP = 13.5, 66, 3.0
"""Within a station: from its sides to the cells, from its top to the cells, and between two cells."""


NOWHERE = "no place named"
"""What stands before claims that say where a receptor sits without a place, such as on which side of a synapse."""


class FamilyCell(NamedTuple):
    """A family of receptors at a station: whether it is found, how surely, by which claims, and where it is drawn."""

    letter: str
    short: str
    family: str
    state: str
    claims: int
    faded: bool
    x: float
    y: float
    width: float


class Station(NamedTuple):
    """A station with its place on the map, its names, its claims, and the families that are found there."""

    order: int
    iri: str
    label: str
    others: tuple[str, ...]
    claims: int
    x: float
    y: float
    width: float
    height: float
    cells: tuple[FamilyCell, ...]

    @property
    def found(self) -> tuple[FamilyCell, ...]:
        """The families that some claim places there."""
        return tuple(cell for cell in self.cells if cell.state)

    @property
    def line(self) -> str:
        """What stands below the name."""
        if not self.found:
            return "no claim places a receptor here"
        number = f"{self.claims} claim{'s' * (self.claims != 1)}"
        return " · ".join([*self.others, number])


class Way(NamedTuple):
    """A line from one station to the next, with its words."""

    path: str
    words: str
    x: float
    y: float


class Family(NamedTuple):
    """A family of receptors, which the map can pick out."""

    iri: str
    letter: str
    short: str
    label: str


class PathwayMap(NamedTuple):
    """All that the map shows."""

    stations: tuple[Station, ...]
    ways: tuple[Way, ...]
    families: tuple[Family, ...]


def pathway_page(site: Site, query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with the map; `receptor` picks out a family, `at` opens a station."""
    asked = ends_of(query, ("receptor", "at"))
    drawn = pathway_map(site, asked["receptor"])
    chosen = next((one for one in drawn.stations if asked["at"] in (curie(one.iri), one.iri, one.label)), None)
    return page(
        site.render(
            "pathway.html",
            "pathway",
            title="Where receptors sit along the pain pathway",
            here_is="pathway",
            map=drawn,
            receptor=asked["receptor"],
            chosen=chosen,
            groups=_claims_at(site, chosen) if chosen else (),
            elsewhere=_elsewhere(site),
        )
    )


def pathway_map(site: Site, receptor: str) -> PathwayMap:
    """Make the map; of a receptor, given by its CURIE, only the own cells stand out."""
    placed = site.rows("receptors-of-stations")
    families = {
        str(row["family"]): Family(str(row["family"]), str(row["letter"]), str(row["short"]), str(row["familyLabel"]))
        for row in placed
    }
    ranks = {row.iri: row.mark for row in site.claims.rows(iris_of(placed), opened=False)}
    found: dict[tuple[int, str], list[str]] = {}
    for row in placed:
        if row["order"] is not None:
            found.setdefault((int(str(row["order"])), str(row["family"])), []).append(str(row["claim"]))
    states = {key: _state([ranks[claim] for claim in claims if claim in ranks]) for key, claims in found.items()}
    layout = site.rows("map")
    placing = Placing(tuple(families.values()), states, found, receptor)
    stations = tuple(_station(order, names, layout, placing)._replace(claims=n) for order, names, n in _stations(site))
    ways = tuple(
        Way(str(row["way"]), str(row["words"] or ""), _number(row["wordsX"]), _number(row["wordsY"]))
        for row in layout
        if row["way"] is not None
    )
    return PathwayMap(stations, ways, tuple(families.values()))


class Placing(NamedTuple):
    """Which families are found at which station, by station and family, and the one that is picked out."""

    families: tuple[Family, ...]
    states: Mapping[tuple[int, str], str]
    found: Mapping[tuple[int, str], Sequence[str]]
    receptor: str


def _stations(site: Site) -> Iterator[tuple[int, list[tuple[str, str]], int]]:
    """Give the order of each station, its names, and the number of its claims."""
    names: dict[int, list[tuple[str, str]]] = {}
    for row in PictureQueries(site.graph, site.folder).rows("stations"):
        names.setdefault(int(str(row["order"])), []).append((str(row["station"]), str(row["stationLabel"])))
    claims: dict[int, set[str]] = {order: set() for order in names}
    for row in site.rows("claims-at-stations"):
        claims[int(str(row["order"]))].add(str(row["claim"]))
    yield from ((order, names[order], len(claims[order])) for order in sorted(names))


def _station(order: int, names: Sequence[tuple[str, str]], layout: Table, placing: Placing) -> Station:
    at = next(row for row in layout if int(str(row["order"])) == order)
    x, y, width, height = (_number(at[name]) for name in ("x", "y", "width", "height"))
    step = (width - 2 * _PAD + _GAP) / len(placing.families)
    cells = tuple(
        FamilyCell(
            family.letter,
            family.short,
            family.label,
            placing.states.get((order, family.iri), ""),
            len(set(placing.found.get((order, family.iri), ()))),
            bool(placing.receptor) and placing.receptor not in (curie(family.iri), family.iri, family.label),
            round(x + _PAD + number * step, 1),
            y + _CELL_TOP,
            round(step - _GAP, 1),
        )
        for number, family in enumerate(placing.families)
    )
    (iri, label), *others = names
    return Station(order, iri, label, tuple(name for _, name in others), 0, x, y, width, height, cells)


def _state(marks: Sequence[ClaimMark]) -> str:
    """Say how a family is found: `sure` when a source establishes it, `said` when one says so, else nothing."""
    holding = [mark.rank for mark in marks if mark.mark not in ("absent", "open", "void")]
    return "" if not holding else "sure" if min(holding) <= 1 else "said"


def _number(value: object) -> float:
    return 0.0 if value is None else float(str(value))


def _claims_at(site: Site, station: Station) -> tuple[Group, ...]:
    every = [row for row in site.rows("claims-at-stations") if int(str(row["order"])) == station.order]
    return site.claims.groups(site.claims.rows([str(row["claim"]) for row in every]))


def _elsewhere(site: Site) -> list[tuple[str, list[RowValues]]]:
    """Give the claims that place a receptor elsewhere, by place, and last those that name no place."""
    rows = site.rows("receptors-elsewhere")
    found = grouped((str(row["placeLabel"] or NOWHERE), row) for row in rows)
    return sorted(found.items(), key=lambda pair: (pair[0] == NOWHERE, pair[0]))
