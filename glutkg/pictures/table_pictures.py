"""Pictures in tables: where targets are found, what acts on what and does what, drugs side by side, and trials."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import NotFoundError, UsageError
from glutkg.pictures.model import Cell, Claim, TablePicture, TableRow
from glutkg.pictures.notes import NO_ROOM, left_out, listed
from glutkg.rdf.namespaces import BASE, RDF, RDFS, expand
from glutkg.store.labels import label

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from glutkg.pictures.queries import ClaimMark, PictureQueries

_MOST_COLUMNS = 9
_LEAST_COMPARED = 2
_WAYS = {"effective", "raises", "lowers", "absent"}
"""Marks by which columns can differ."""
_REST = 2
"""The tier of rows that stand for nothing else."""


class _Place(NamedTuple):
    """A place of a table that a claim fills: its row and its column."""

    row: str
    column: str


class _Found(NamedTuple):
    """What a query of a matrix gives: names of rows and columns, and for each place its claims with their details."""

    rows: Mapping[str, str]
    columns: Mapping[str, str]
    claims: Mapping[str, str]
    places: Mapping[_Place, Mapping[str, tuple[str, ...]]]


def targets(queries: PictureQueries, things: Sequence[str], at_most: int) -> TablePicture:
    """Draw a table of substances and the targets that they act on. Raises NotFoundError when no claim states it."""
    return _matrix(queries, "targets", things, at_most, joined=True)


def outcomes(queries: PictureQueries, things: Sequence[str], at_most: int) -> TablePicture:
    """Draw a table of outcomes and the substances that change them. Raises NotFoundError when no claim states it."""
    return _matrix(queries, "outcomes", things, at_most)


def _matrix(
    queries: PictureQueries, name: str, things: Sequence[str], at_most: int, *, joined: bool = False
) -> TablePicture:
    header = queries.header(name)
    asked = things or [str(expand(header["all"]))]
    found = _found(queries, name, asked)
    if not found.claims:
        raise NotFoundError(f"No claim fills a table of {name} of {_names(queries, asked)}.")
    marks = queries.marks(list(found.claims))
    columns = [row.iri for row in indented(queries, _fullest(found, marks, found.columns, _MOST_COLUMNS))]
    filled = {place.row: found.rows[place.row] for place in found.places if place.column in columns}
    rows = indented(queries, _fullest(found, marks, filled, at_most))
    met = {place.column for place in found.places if place.row in {row.iri for row in rows}}
    columns = [column for column in columns if column in met]
    title = header["title"].format(things=_names(queries, asked))
    notes = _not_drawn(found, rows, columns)
    cells = _exact_cells(found, marks, [row.iri for row in rows], columns)
    cells = _joined(cells) if joined else cells
    names = tuple(found.columns[column] for column in columns)
    return TablePicture(title, header["text"], header["rows"], tuple(rows), names, 0, cells, {}, notes)


def _names(queries: PictureQueries, things: Sequence[str]) -> str:
    return listed([label(queries.graph, thing) for thing in things])


def _found(queries: PictureQueries, name: str, things: Sequence[str]) -> _Found:
    found = _Found({}, {}, {}, {})
    details: dict[_Place, dict[str, dict[str, None]]] = {}
    rows, columns, claims = {}, {}, {}
    for row in queries.rows(name, thing=things):
        place, claim = _Place(str(row["row"]), str(row["column"])), str(row["claim"])
        rows[place.row], columns[place.column] = str(row["rowLabel"]), str(row["columnLabel"])
        claims[claim] = str(row["claimLabel"])
        mine = details.setdefault(place, {}).setdefault(claim, {})
        mine |= {str(row["detail"]): None} if row["detail"] is not None else {}
    places = {place: {claim: tuple(mine) for claim, mine in several.items()} for place, several in details.items()}
    return found._replace(rows=rows, columns=columns, claims=claims, places=places)


def _fullest(found: _Found, marks: Mapping[str, ClaimMark], names: Mapping[str, str], at_most: int) -> dict[str, str]:
    """Keep the rows or columns that meet the most others, of these the ones with the most claims, in the order given.

    Those with a claim that something does not hold or is open take turns with the others.
    """
    met: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    doubtful: set[str] = set()
    for place, claims in found.places.items():
        met.update(name for name in place if name in names)
        counts.update({name: len(claims) for name in place if name in names})
        doubtful |= set(place) if any(marks[claim].against for claim in claims) else set()
    ordered = sorted(counts, key=lambda name: (-met[name], -counts[name], names[name]))
    turns: Counter[bool] = Counter()
    ranked = []
    for name in ordered:
        turns[name in doubtful] += 1
        ranked.append((turns[name in doubtful], name not in doubtful, name))
    kept = {name for _, _, name in sorted(ranked)[:at_most]}
    return {name: text for name, text in names.items() if name in kept}


def _not_drawn(found: _Found, rows: Sequence[TableRow], columns: Sequence[str]) -> tuple[str, ...]:
    kept = {row.iri for row in rows}
    places = [place for place in found.places if place.row in kept and place.column in columns]
    drawn = {claim for place in places for claim in found.places[place]}
    missing = [found.columns[column] for column in found.columns if column not in columns]
    missing += [found.rows[row] for row in found.rows if row not in kept]
    return left_out(len(found.claims) - len(drawn), NO_ROOM, among=missing)


def _exact_cells(
    found: _Found, marks: Mapping[str, ClaimMark], rows: Sequence[str], columns: Sequence[str]
) -> tuple[Cell, ...]:
    """Give a cell for the claims of a row and a column that say the same in every detail, the surest first."""
    alike: dict[tuple[int, int, ClaimMark, tuple[str, ...]], list[Claim]] = {}
    for place, claims in found.places.items():
        if place.row in rows and place.column in columns:
            for claim, details in claims.items():
                key = rows.index(place.row), columns.index(place.column), marks[claim], details
                alike.setdefault(key, []).append(Claim(claim, found.claims[claim]))
    made = [
        Cell(row, column, mark.mark, mark.rank, mark.certainty, details, tuple(behind), mark.word)
        for (row, column, mark, details), behind in alike.items()
    ]
    return tuple(sorted(made, key=lambda cell: (cell.row, cell.column, cell.rank, cell.word, cell.details)))


def _joined(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Join the cells of a place that have the same word: the surest of them, with what all of them have in common."""
    made: dict[tuple[object, ...], Cell] = {}
    for cell in cells:
        key = cell.row, cell.column, cell.mark, cell.word
        if key in made:
            details = tuple(detail for detail in made[key].details if detail in cell.details)
            made[key] = made[key]._replace(details=details, claims=made[key].claims + cell.claims)
        else:
            made[key] = cell
    return tuple(made.values())


def comparison(queries: PictureQueries, things: Sequence[str], at_most: int) -> TablePicture:
    """Draw substances or targets side by side, in sections.

    Raises UsageError for fewer than two, NotFoundError without claims.
    """
    header = queries.header("comparison")
    if len(dict.fromkeys(things)) < _LEAST_COMPARED:
        example = f"glutkg draw comparison {header['example']}"
        raise UsageError(f"A comparison is of two things or more. Name them: {example}")
    found = _found(queries, "comparison", things)
    if not found.claims:
        raise NotFoundError(f"No claim says what {_names(queries, things)} do.")
    marks = queries.marks(list(found.claims))
    places: dict[_Place, dict[str, tuple[str, ...]]] = {}
    sections: dict[str, tuple[int, str]] = {}
    for place, claims in found.places.items():
        for claim, details in claims.items():
            mark = marks[claim]
            row = f"{mark.section} {place.row}"
            sections[row] = mark.priority, mark.section
            places.setdefault(_Place(row, place.column), {})[claim] = details
    names = {place.row: found.rows[place.row.rpartition(" ")[2]] for place in places}
    apart = found._replace(rows=names, places=places)
    doubtful = {place.row for place, claims in places.items() if any(marks[claim].against for claim in claims)}
    seen = _marks_by_row(places, marks)
    differing, repeated = _differing(seen), _repeated(queries, seen)
    about_patients = {name.strip() for name in header["patients"].split(",")}
    of_patients = {row for row, (_, section) in sections.items() if section in about_patients}
    kept = _compared(
        apart, sections, doubtful, at_most, differing=differing, repeated=repeated, of_patients=of_patients
    )
    rows = [TableRow(row.rpartition(" ")[2], names[row], section=sections[row][1]) for row in kept]
    columns = list(dict.fromkeys(things))
    cells = _exact_cells(apart, marks, kept, columns)
    drawn = {claim.iri for cell in cells for claim in cell.claims}
    missing = [names[row] for row in names if row not in kept]
    notes = left_out(len(found.claims) - len(drawn), NO_ROOM, among=missing)
    none = listed(
        list(dict.fromkeys(sections[row][1] for row in names if sections[row] not in map(sections.get, kept)))
    )
    notes += (f"Sections with no row here: {none}.",) if none else ()
    title = header["title"].format(things=_names(queries, columns))
    headings = tuple(label(queries.graph, thing) for thing in columns)
    return TablePicture(title, header["text"], header["rows"], tuple(rows), headings, 0, cells, {}, notes)


def _marks_by_row(
    places: Mapping[_Place, Collection[str]], marks: Mapping[str, ClaimMark]
) -> dict[str, dict[str, set[tuple[str, str]]]]:
    """Give the marks of each row by column, each with its word."""
    seen: dict[str, dict[str, set[tuple[str, str]]]] = {}
    for place, claims in places.items():
        seen.setdefault(place.row, {})[place.column] = {(marks[claim].mark, marks[claim].word) for claim in claims}
    return seen


def _differing(seen: Mapping[str, Mapping[str, set[tuple[str, str]]]]) -> set[str]:
    """Give the rows of things that point another way for one column than for another, in any section."""
    ways: dict[str, dict[str, set[str]]] = {}
    for row, columns in seen.items():
        for column, several in columns.items():
            ways.setdefault(row.rpartition(" ")[2], {}).setdefault(column, set()).update(
                {mark for mark, _ in several} & _WAYS
            )
    differ = {
        thing
        for thing, columns in ways.items()
        if any(one and other and not one & other for one, other in combinations(columns.values(), 2))
    }
    return {row for row in seen if row.rpartition(" ")[2] in differ}


def _repeated(queries: PictureQueries, seen: Mapping[str, Mapping[str, set[tuple[str, str]]]]) -> set[str]:
    """Give the rows that say of a narrower thing, or an aspect, what a row of the same section says of the whole."""
    repeated = set()
    for row, columns in seen.items():
        section, _, thing = row.rpartition(" ")
        for property_ in (RDFS + "subClassOf", BASE + "aspectOf"):
            for _, _, wider in queries.graph.triples(thing, property_):
                whole = seen.get(f"{section} {wider.value}", {}) if wider.value != thing else {}
                if whole and all(several <= whole.get(column, set()) for column, several in columns.items()):
                    repeated.add(row)
    return repeated


def _compared(
    found: _Found,
    sections: Mapping[str, tuple[int, str]],
    doubtful: Collection[str],
    at_most: int,
    *,
    differing: Collection[str],
    repeated: Collection[str],
    of_patients: Collection[str],
) -> list[str]:
    """Put rows in the order of their sections, those that one column alone fills last, and keep so many.

    In each section what columns differ in stands first, then what most columns and claims fill. Kept are what columns
    differ in and a row of each section, of the first both sides, of the first that is not on patients one for each
    column; then, before what repeats a wider row, what first
    tells of patients for a column or a side, what columns share, and all else by turns, each side in its turn.
    """
    filling: dict[str, set[str]] = {}
    claims: Counter[str] = Counter()
    columns: dict[int, set[str]] = {}
    for place, behind in found.places.items():
        claims[place.row] += len(behind)
        filling.setdefault(place.row, set()).add(place.column)
        columns.setdefault(sections[place.row][0], set()).add(place.column)
    alone = {row: len(columns[sections[row][0]]) == 1 for row in found.rows}
    most = {
        row: (row not in differing, -len(filling[row]), -claims[row], found.rows[row].casefold()) for row in found.rows
    }
    ordered = sorted(found.rows, key=lambda row: (alone[row], sections[row][0], *most[row]))
    first = min(sections.values())[0]
    acting = min((sections[row][0] for row in found.rows if row not in of_patients), default=None)
    seen: Counter[tuple[int, bool]] = Counter()
    met: dict[int, set[str]] = {}
    ranked = []
    for number, row in enumerate(ordered):
        section, is_doubtful = sections[row][0], row in doubtful
        seen[section, is_doubtful] += 1
        is_first = seen[section, is_doubtful] == 1
        fills = not filling[row] <= met.get(section, set())
        is_kept = section not in met or (is_first and section == first) or (fills and section == acting)
        tier = 0 if row in differing else 1 if is_kept else _REST
        is_new = row in of_patients and (is_first or fills)
        met.setdefault(section, set()).update(filling[row])
        is_besides = len(filling[row]) == 1 and row not in of_patients
        later = (
            (row in repeated, not is_new, is_besides, seen[section, is_doubtful])
            if tier == _REST
            else (False, False, False, 0)
        )
        ranked.append((tier, *later, alone[row], section, not is_doubtful, number))
    kept = {ordered[number] for *_, number in sorted(ranked)[:at_most]}
    return [row for row in ordered if row in kept]


class _Trials(NamedTuple):
    """Clinical findings by claim: the substance of each, and its texts by claim and column."""

    claims: Mapping[str, Claim]
    agents: Mapping[str, TableRow]
    texts: Mapping[tuple[str, int], Sequence[str]]


def trials(queries: PictureQueries, things: Sequence[str], at_most: int) -> TablePicture:
    """Draw an overview of clinical findings, one a row. Raises NotFoundError when there is none."""
    header = queries.header("trials")
    found = _trials(queries, things or [str(expand(header["all"]))])
    marks = queries.marks(list(found.claims))
    ordered = sorted(found.claims, key=lambda claim: (found.agents[claim].label.casefold(), marks[claim].rank, claim))
    kept = _by_turns(ordered, found, marks, at_most)
    columns = (*(column.strip() for column in header["columns"].split(";")), header["result"])
    cells = tuple(
        cell
        for number, claim in enumerate(kept)
        for cell in _cells_of_trial(number, claim, found, marks[claim], len(columns) - 1)
    )
    title = header["title"].format(things=f": {_names(queries, things)}" if things else "")
    rows = tuple(found.agents[claim] for claim in kept)
    missing = [found.agents[claim].label for claim in ordered if claim not in kept]
    notes = left_out(len(missing), NO_ROOM, among=missing)
    return TablePicture(title, header["text"], header["rows"], rows, columns, 0, cells, {}, notes)


def _trials(queries: PictureQueries, asked: Sequence[str]) -> _Trials:
    claims: dict[str, Claim] = {}
    agents: dict[str, TableRow] = {}
    texts: dict[tuple[str, int], list[str]] = {}
    for row in queries.rows("trials", thing=asked):
        claim = str(row["claim"])
        claims[claim] = Claim(claim, str(row["claimLabel"]))
        agents[claim] = TableRow(str(row["agent"]), str(row["agentLabel"]))
        if row["value"] is not None:
            texts.setdefault((claim, int(str(row["column"]))), []).append(str(row["value"]))
    if not claims:
        raise NotFoundError(f"No clinical finding is about {_names(queries, asked)}.")
    return _Trials(claims, agents, {place: list(dict.fromkeys(several)) for place, several in texts.items()})


def _by_turns(ordered: Sequence[str], found: _Trials, marks: Mapping[str, ClaimMark], at_most: int) -> list[str]:
    """Keep so many findings; what a drug was found to do, and what not, have their turn together."""
    seen: Counter[tuple[str, bool]] = Counter()
    turns = {}
    for claim in ordered:
        result = found.agents[claim].iri, bool(marks[claim].against)
        seen[result] += 1
        turns[claim] = seen[result]
    chosen = set(sorted(ordered, key=lambda claim: turns[claim])[:at_most])
    return [claim for claim in ordered if claim in chosen]


def _cells_of_trial(row: int, claim: str, found: _Trials, mark: ClaimMark, last: int) -> Iterator[Cell]:
    """Give the cells of a row: what is told of the study, and in the last column the result."""
    for column in range(last):
        if (claim, column) in found.texts:
            yield Cell(row, column, "", 0, "", tuple(found.texts[claim, column]), ())
    details = tuple(found.texts.get((claim, last), ()))
    yield Cell(row, last, mark.mark, mark.rank, mark.certainty, details, (found.claims[claim],), mark.word)


def indented(queries: PictureQueries, names: Mapping[str, str]) -> list[TableRow]:
    """Put classes in the order of a tree: each below its nearest superclass that is there, else at the margin.

    Of those below the same class the ones come first that the most claims of the graph name.
    """
    wider = {
        kind: {
            o.value
            for property_ in (RDFS + "subClassOf", RDF + "type")
            for _, _, o in queries.graph.triples(kind, property_)
            if o.value in names
        }
        - {kind}
        for kind in names
    }
    parent = {
        kind: max(above, key=lambda each: (len(wider[each]), names[each]), default=None)
        for kind, above in wider.items()
    }
    weights = queries.weights(names)

    def below(kind: str | None, depth: int) -> list[TableRow]:
        children = sorted((k for k in names if parent[k] == kind), key=lambda k: (-weights[k], names[k].casefold()))
        return [row for child in children for row in (TableRow(child, names[child], depth), *below(child, depth + 1))]

    return below(None, 0)
