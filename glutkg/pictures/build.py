"""Pictures built from claims, paths and the class hierarchy: what goes into their boxes, chips and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.errors import NotFoundError, UsageError
from glutkg.pictures.model import (
    Box,
    Cell,
    Chip,
    Claim,
    Link,
    NetworkPicture,
    Row,
    RowPicture,
    TablePicture,
    TableRow,
    Tag,
)
from glutkg.rdf.namespaces import RDFS, curie
from glutkg.store.names import label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from glutkg.mechanisms.network import Network, Step
    from glutkg.mechanisms.paths import Paths
    from glutkg.pictures.queries import ClaimMark, ColumnValue, PicturedClaim, PictureQueries

MAX_ROWS = 36
"""Rows of a picture unless another number is given."""
MAX_STEPS = 18
"""Steps of paths unless another number is given."""


def build(queries: PictureQueries, what: str, thing: str, at_most: int = MAX_ROWS) -> RowPicture | TablePicture:
    """Draw a picture of something, given by its IRI. Raises UsageError for an unknown kind of picture."""
    drawers: dict[str, Callable[[PictureQueries, str, int], RowPicture | TablePicture]] = {
        "evidence": evidence,
        "distribution": distribution,
        "conflict": conflict,
        "hierarchy": hierarchy,
    }
    if what not in drawers:
        raise UsageError(f"There is no picture '{what}'. Draw a path, or one of {', '.join(drawers)}.")
    return drawers[what](queries, thing, at_most)


def evidence(queries: PictureQueries, thing: str, at_most: int = MAX_ROWS) -> RowPicture:
    """Draw a picture of the claims that lead from or to something. Raises NotFoundError when there are none."""
    claims = [str(row["claim"]) for row in queries.rows("evidence", thing=[thing])]
    picture = _claim_rows(queries, thing, claims, at_most)
    if not picture.rows:
        raise NotFoundError(
            f"No claim leads from or to {label(queries.graph, thing)}. 'glutkg show' lists what there is."
        )
    title, text = queries.title_and_text("evidence", thing)
    return picture._replace(title=title, text=text)


def conflict(queries: PictureQueries, thing: str, at_most: int = MAX_ROWS) -> RowPicture:
    """Draw a picture of the claims of a conflict, given by its IRI or by something that only it is about.

    Raises UsageError when several conflicts are about the thing, NotFoundError when none is.
    """
    found: dict[str, str] = {}
    claims: dict[str, None] = {}
    notes: dict[str, None] = {}
    for row in queries.rows("conflict", thing=[thing]):
        found[str(row["conflict"])] = str(row["conflictLabel"])
        claims[str(row["claim"])] = None
        if row["note"] is not None:
            notes[str(row["note"])] = None
    if not found:
        raise NotFoundError(f"No curated conflict is about {label(queries.graph, thing)}.")
    if len(found) > 1:
        listed = "".join(f"\n  {curie(iri)}: {name}" for iri, name in found.items())
        raise UsageError(f"{len(found)} conflicts are about {label(queries.graph, thing)}. Name one of them:{listed}")
    (only,) = found
    picture = _claim_rows(queries, only, list(claims), at_most)
    title, text = queries.title_and_text("conflict", only)
    return picture._replace(title=title, text=text, notes=(*notes, *picture.notes))


def _claim_rows(queries: PictureQueries, thing: str, claims: Sequence[str], at_most: int) -> RowPicture:
    """Put claims into rows from left to right, without title and text yet; boxes of the thing stand out.

    What rows share up to the chip is drawn once. What follows a chip is shared only by claims that have all the rest in
    common, so that no line can be read as a claim that no source makes.
    """
    shown = queries.pictured(claims)
    groups: dict[tuple[object, ...], list[PicturedClaim]] = {}
    for each in shown:
        groups.setdefault((each.before, each.after, each.mark[:4], each.tags), []).append(each)
    kept, cut = list(groups.values())[:at_most], list(groups.values())[at_most:]
    header = queries.header("claims")
    chip_columns = [int(column) - 1 for column in header["chips"].split()]
    boxes: dict[tuple[object, ...], Box] = {}
    rows: list[Row] = []

    def box(place: ColumnValue, *key: object) -> str:
        made = Box(f"b{len(boxes)}", place.label, place.iri, place.column - 1, detail=place.detail)
        return boxes.setdefault(key, made._replace(chief=place.iri == thing)).name

    for group in sorted(kept, key=_neighbours(kept)):
        first, behind = group[0], tuple(each.claim for each in group)
        mark, word, rank, certainty, _ = first.mark
        chip = Chip(f"m{len(rows)}", word, mark, rank, certainty, first.tags, behind, chip_columns[first.marked - 1])
        before = tuple(box(place, first.before[: n + 1]) for n, place in enumerate(first.before))
        after = tuple(box(place, first.before, first.after, n) for n, place in enumerate(first.after))
        rows.append(Row(before, chip, after))
    columns = tuple(heading.strip() for heading in header["columns"].split(";"))
    notes = (*_left_out(len(claims) - len(shown), _ALONE), *_left_out(sum(len(group) for group in cut), _NO_ROOM))
    return RowPicture("", "", tuple(boxes.values()), tuple(rows), columns, notes)


_ALONE = "as nothing stands in another column"
_NO_ROOM = "to keep the picture legible"


def _left_out(number: int, why: str, what: str = "claim") -> tuple[str, ...]:
    return (f"Not drawn, {why}: {_count(number, what, what + 's')}.",) if number else ()


def _neighbours(groups: Sequence[Sequence[PicturedClaim]]) -> Callable[[Sequence[PicturedClaim]], tuple[int, ...]]:
    """Give the key that sorts groups so that what they share stands together, else in the order given."""
    first: dict[object, int] = {}

    def keys(each: PicturedClaim) -> list[object]:
        return [*(each.before[: n + 1] for n in range(len(each.before))), (each.before, each.after)]

    for number, group in enumerate(groups):
        for key in keys(group[0]):
            first.setdefault(key, number)
    return lambda group: tuple(first[key] for key in keys(group[0]))


def path(queries: PictureQueries, network: Network, found: Paths, at_most: int = MAX_STEPS) -> NetworkPicture:
    """Draw mechanism paths, the best first, up to a number of steps. Raises NotFoundError without a path."""
    ends = {"agent": network.label(found.agent), "goal": network.label(found.goal)}
    if not found.paths:
        raise NotFoundError(
            f"No path leads from {ends['agent']} to {ends['goal']}. 'glutkg predict' states what is missing."
        )
    steps: dict[tuple[str, str, str], Step] = {}
    drawn = 0
    for each in found.paths:
        new = {step.key: step for step in each.steps}
        if drawn and len(steps | new) > at_most:
            break
        steps |= new
        drawn += 1
    nodes = dict.fromkeys(node for step in steps.values() for node in (step.start, step.end))
    captions = {str(row["thing"]): str(row["caption"]) for row in queries.rows("path", thing=nodes)}
    names = {node: f"b{number}" for number, node in enumerate(nodes)}
    boxes = [
        Box(
            names[node],
            network.label(node),
            node,
            None,
            captions.get(node, ""),
            chief=node in (found.agent, found.goal),
        )
        for node in nodes
    ]
    chips = [_step_chip(queries, network, step, f"m{number}") for number, step in enumerate(steps.values())]
    links = [
        link
        for chip, step in zip(chips, steps.values(), strict=True)
        for link in (Link(names[step.start], chip.name), Link(chip.name, names[step.end]))
    ]
    header = queries.header("path")
    notes = _path_notes(network, found, drawn)
    return NetworkPicture(
        header["title"].format_map(ends), header["text"], tuple(boxes), tuple(chips), tuple(links), notes=notes
    )


def _step_chip(queries: PictureQueries, network: Network, step: Step, name: str) -> Chip:
    signs = {} if step.certain else {1: "raises", -1: "lowers"}
    mark = "open" if step.contested else signs.get(step.sign or 0, "plain")
    against = len(network.claims_against.get((step.start, step.end), ()))
    standing = [Tag("standing", f"{_count(against, 'claim', 'claims')} against it")] if against else []
    claims = tuple(Claim(claim, network.label(claim)) for claim in step.claims)
    return Chip(
        name,
        step.words,
        mark,
        step.rank,
        network.certainties[step.rank],
        (*queries.tags_of_step(step.claims), *standing),
        claims,
    )


def _path_notes(network: Network, found: Paths, drawn: int) -> tuple[str, ...]:
    tests = [f"Tested as a whole: {network.label(claim)}." for claim in found.tests]
    total = len(found.paths)
    rest = [f"{drawn} of {total} paths are drawn, the best first."] if drawn < total else []
    bound = [f"Paths of more than {found.bound} steps were not followed."] if found.bound else []
    narrowed = [
        f"Narrowed to {role} {value}: claims that name only others are left out, but for tests of the whole."
        for role, value in found.seen_in.items()
    ]
    return (*(tests or ["Nobody has tested the whole, as far as the graph knows."]), *narrowed, *rest, *bound)


def hierarchy(queries: PictureQueries, thing: str, at_most: int = MAX_ROWS) -> RowPicture:
    """Draw the subclasses of a class, down to a number of rows. Raises NotFoundError without a subclass."""
    narrower: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    counts: dict[str, int] = {}
    for row in queries.rows("hierarchy", thing=[thing]):
        kind = str(row["kind"])
        names[kind], counts[kind] = str(row["kindLabel"]), int(str(row["claims"]))
        if row["wider"] is not None:
            narrower.setdefault(str(row["wider"]), []).append(kind)
    if len(names) < _LEAST_CLASSES:
        raise NotFoundError(f"{label(queries.graph, thing)} has no narrower kinds.")
    depth = max(len(branch) for branch in _branches(narrower, (thing,), len(names)))
    while len(branches := _branches(narrower, (thing,), depth)) > at_most and depth > _LEAST_CLASSES:
        depth -= 1
    kept = branches[:at_most]
    boxes: dict[tuple[str, ...], Box] = {}
    for branch in (whole[: n + 1] for whole in kept for n in range(len(whole))):
        kind, inside = branch[-1], narrower.get(branch[-1], ())
        more = (
            f" and {_count(len(inside), 'narrower kind', 'narrower kinds')}" if len(branch) == depth and inside else ""
        )
        detail = (_count(counts[kind], "claim", "claims") if counts[kind] else "no claim") + more
        box = Box(f"b{len(boxes)}", names[kind], kind, len(branch) - 1, detail=detail, chief=kind == thing)
        boxes.setdefault(branch, box)
    left = len(names) - len({box.iri for box in boxes.values()})
    notes = _left_out(left, _NO_ROOM, "narrower kind")
    rows = tuple(Row(tuple(boxes[branch[: n + 1]].name for n in range(len(branch)))) for branch in kept)
    return RowPicture(*queries.title_and_text("hierarchy", thing), tuple(boxes.values()), rows, notes=notes)


_LEAST_CLASSES = 2
"""A class and a subclass."""


def _branches(narrower: Mapping[str, Sequence[str]], start: tuple[str, ...], depth: int) -> list[tuple[str, ...]]:
    """List the branches from a class down to its leaves, or to a depth, through no class twice."""
    onward = [kind for kind in narrower.get(start[-1], ()) if kind not in start] if len(start) < depth else []
    return [branch for kind in onward for branch in _branches(narrower, (*start, kind), depth)] or [start]


def distribution(queries: PictureQueries, thing: str, at_most: int = MAX_ROWS) -> TablePicture:
    """Draw a table of where a class of targets is found. Raises NotFoundError when no claim states it."""
    header = queries.header("distribution")
    stations: dict[int, str] = {}
    columns: dict[str, int] = {}
    for row in queries.rows("stations"):
        order = int(str(row["order"])) - 1
        stations.setdefault(order, str(row["stationLabel"]))
        columns[str(row["station"])] = order
    names: dict[str, str] = {}
    claims: dict[str, str] = {}
    details: dict[tuple[str, int, str], dict[str, None]] = {}
    for row in queries.rows("distribution", thing=[thing]):
        receptor, claim = str(row["receptor"]), str(row["claim"])
        names[receptor], claims[claim] = str(row["receptorLabel"]), str(row["claimLabel"])
        apart = len(stations) if row["placed"] else len(stations) + 1
        column = columns[str(row["station"])] if row["station"] is not None else apart
        found = details.setdefault((receptor, column, claim), {})
        found |= {str(row["detail"]): None} if row["detail"] is not None else {}
    if not names:
        raise NotFoundError(f"No claim says where {label(queries.graph, thing)} is found.")
    rows = _indented(queries, names)
    kept = rows[:at_most]
    cells = _cells(queries, kept, claims, details)
    headings = (*stations.values(), header["elsewhere"], header["nowhere"])
    notes = (
        (f"Not drawn, to keep the picture legible: {len(rows) - len(kept)} kinds more.",)
        if len(rows) > len(kept)
        else ()
    )
    words = {"plain": header["found"], "absent": header["missing"]}
    return TablePicture(
        *queries.title_and_text("distribution", thing), header["rows"], tuple(kept), headings, 2, cells, words, notes
    )


def _cells(
    queries: PictureQueries,
    rows: Sequence[TableRow],
    claims: Mapping[str, str],
    details: Mapping[tuple[str, int, str], Iterable[str]],
) -> tuple[Cell, ...]:
    """Join the claims of a row and a column that have the same mark, with the surest of their certainties."""
    marks = queries.marks(list(claims))
    numbers = {row.iri: number for number, row in enumerate(rows)}
    joined: dict[tuple[int, int, str], list[tuple[ClaimMark, str, Iterable[str]]]] = {}
    for (receptor, column, claim), found in details.items():
        if receptor in numbers:
            key = numbers[receptor], column, marks[claim].mark
            joined.setdefault(key, []).append((marks[claim], claim, found))
    cells = []
    for (row, column, mark), several in sorted(joined.items()):
        surest = min((each for each, _, _ in several), key=lambda each: each.rank)
        texts = tuple(sorted({text for _, _, found in several for text in found}))
        behind = tuple(Claim(claim, claims[claim]) for _, claim, _ in several)
        cells.append(Cell(row, column, mark, surest.rank, surest.certainty, texts, behind))
    return tuple(cells)


def _indented(queries: PictureQueries, names: Mapping[str, str]) -> list[TableRow]:
    """Put classes in the order of a tree: each below its nearest superclass that is there, else at the margin."""
    wider = {
        kind: {o.value for _, _, o in queries.graph.triples(kind, RDFS + "subClassOf") if o.value in names} - {kind}
        for kind in names
    }
    parent = {
        kind: max(above, key=lambda each: (len(wider[each]), names[each]), default=None)
        for kind, above in wider.items()
    }

    def below(kind: str | None, depth: int) -> list[TableRow]:
        children = sorted((k for k in names if parent[k] == kind), key=lambda k: names[k].casefold())
        return [row for child in children for row in (TableRow(child, names[child], depth), *below(child, depth + 1))]

    return below(None, 0)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
