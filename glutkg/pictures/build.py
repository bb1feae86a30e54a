"""What a picture shows: claims, paths, places and kinds put into boxes, chips and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.errors import NotFoundError, UsageError
from glutkg.pictures.model import Box, Chart, Chip, Claim, Link, Picture, Row, Spot, Tag, Way, Ways
from glutkg.rdf.namespaces import RDFS, curie
from glutkg.store.names import label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from glutkg.mechanisms.network import Network, Step
    from glutkg.mechanisms.paths import Paths
    from glutkg.pictures.queries import Mark, Place, Reader, Shown

AT_MOST = 36
"""Rows of a picture unless another number is asked for."""
MOST_STEPS = 18
"""Steps of paths unless another number is asked for."""


def of_thing(reader: Reader, what: str, thing: str, at_most: int = AT_MOST) -> Ways | Chart:
    """Draw what there is of a thing, given by its IRI. Raises UsageError for another kind of picture."""
    drawers: dict[str, Callable[[Reader, str, int], Ways | Chart]] = {
        "evidence": evidence,
        "distribution": distribution,
        "conflict": conflict,
        "hierarchy": hierarchy,
    }
    if what not in drawers:
        raise UsageError(f"There is no picture '{what}'. Draw a path, or one of {', '.join(drawers)}.")
    return drawers[what](reader, thing, at_most)


def evidence(reader: Reader, thing: str, at_most: int = AT_MOST) -> Ways:
    """Draw what the claims say of a thing or kind. Raises NotFoundError when none of them does."""
    claims = [str(row["claim"]) for row in reader.rows("evidence", thing=[thing])]
    ways = _ways(reader, thing, claims, at_most)
    if not ways.ways:
        raise NotFoundError(
            f"No claim leads from or to {label(reader.graph, thing)}. 'glutkg show' tells what there is."
        )
    title, text = reader.words("evidence", thing)
    return ways._replace(title=title, text=text)


def conflict(reader: Reader, thing: str, at_most: int = AT_MOST) -> Ways:
    """Draw the claims of a conflict, given itself or by something that only it is about.

    Raises UsageError when several conflicts are about the thing, NotFoundError when none is.
    """
    found: dict[str, str] = {}
    claims: dict[str, None] = {}
    notes: dict[str, None] = {}
    for row in reader.rows("conflict", thing=[thing]):
        found[str(row["conflict"])] = str(row["conflictLabel"])
        claims[str(row["claim"])] = None
        if row["note"] is not None:
            notes[str(row["note"])] = None
    if not found:
        raise NotFoundError(f"No curated conflict is about {label(reader.graph, thing)}.")
    if len(found) > 1:
        listed = "".join(f"\n  {curie(iri)}: {name}" for iri, name in found.items())
        raise UsageError(f"{len(found)} conflicts are about {label(reader.graph, thing)}. Name one of them:{listed}")
    (only,) = found
    ways = _ways(reader, only, list(claims), at_most)
    title, text = reader.words("conflict", only)
    return ways._replace(title=title, text=text, notes=(*notes, *ways.notes))


def _ways(reader: Reader, thing: str, claims: Sequence[str], at_most: int) -> Ways:
    """Draw claims as ways from left to right, without title and text yet; boxes of the thing stand out.

    What they share up to the chip is drawn once. What follows a chip is shared only by claims that have all the rest in
    common, so that no line can be read as a claim that nobody made.
    """
    shown = reader.shown(claims)
    groups: dict[tuple[object, ...], list[Shown]] = {}
    for each in shown:
        groups.setdefault((each.before, each.after, each.mark[:4], each.tags), []).append(each)
    kept, cut = list(groups.values())[:at_most], list(groups.values())[at_most:]
    header = reader.header("claims")
    chip_columns = [int(column) - 1 for column in header["chips"].split()]
    boxes: dict[tuple[object, ...], Box] = {}
    ways: list[Way] = []

    def box(place: Place, *key: object) -> str:
        made = Box(f"b{len(boxes)}", place.label, place.iri, place.column - 1, detail=place.detail)
        return boxes.setdefault(key, made._replace(chief=place.iri == thing)).name

    for group in sorted(kept, key=_neighbours(kept)):
        first, behind = group[0], tuple(each.claim for each in group)
        mark, word, rank, certainty, _ = first.mark
        chip = Chip(f"m{len(ways)}", word, mark, rank, certainty, first.tags, behind, chip_columns[first.marked - 1])
        before = tuple(box(place, first.before[: n + 1]) for n, place in enumerate(first.before))
        after = tuple(box(place, first.before, first.after, n) for n, place in enumerate(first.after))
        ways.append(Way(before, chip, after))
    columns = tuple(heading.strip() for heading in header["columns"].split(";"))
    notes = (*_left_out(len(claims) - len(shown), _ALONE), *_left_out(sum(len(group) for group in cut), _NO_ROOM))
    return Ways("", "", tuple(boxes.values()), tuple(ways), columns, notes)


_ALONE = "as nothing stands in another column"
_NO_ROOM = "to keep the picture legible"


def _left_out(number: int, why: str, what: str = "claim") -> tuple[str, ...]:
    return (f"Not drawn, {why}: {_count(number, what, what + 's')}.",) if number else ()


def _neighbours(groups: Sequence[Sequence[Shown]]) -> Callable[[Sequence[Shown]], tuple[int, ...]]:
    """Give the key that sorts groups so that what they share stands together, else in the order given."""
    first: dict[object, int] = {}

    def keys(each: Shown) -> list[object]:
        return [*(each.before[: n + 1] for n in range(len(each.before))), (each.before, each.after)]

    for number, group in enumerate(groups):
        for key in keys(group[0]):
            first.setdefault(key, number)
    return lambda group: tuple(first[key] for key in keys(group[0]))


def path(reader: Reader, network: Network, found: Paths, at_most: int = MOST_STEPS) -> Picture:
    """Draw mechanism paths, the best first, as far as there is room. Raises NotFoundError when there is none."""
    ends = {"agent": network.label(found.agent), "goal": network.label(found.goal)}
    if not found.paths:
        raise NotFoundError(
            f"No path leads from {ends['agent']} to {ends['goal']}. 'glutkg predict' tells what is missing."
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
    captions = {str(row["thing"]): str(row["caption"]) for row in reader.rows("path", thing=nodes)}
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
    chips = [_step_chip(reader, network, step, f"m{number}") for number, step in enumerate(steps.values())]
    links = [
        link
        for chip, step in zip(chips, steps.values(), strict=True)
        for link in (Link(names[step.start], chip.name), Link(chip.name, names[step.end]))
    ]
    header = reader.header("path")
    notes = _path_notes(network, found, drawn)
    return Picture(
        header["title"].format_map(ends), header["text"], tuple(boxes), tuple(chips), tuple(links), notes=notes
    )


def _step_chip(reader: Reader, network: Network, step: Step, name: str) -> Chip:
    signs = {} if step.certain else {1: "raises", -1: "lowers"}
    mark = "open" if step.contested else signs.get(step.sign or 0, "plain")
    against = len(network.against.get((step.start, step.end), ()))
    standing = [Tag("standing", f"{_count(against, 'claim', 'claims')} against it")] if against else []
    claims = tuple(Claim(claim, network.label(claim)) for claim in step.claims)
    return Chip(
        name,
        step.words,
        mark,
        step.rank,
        network.certainties[step.rank],
        (*reader.tags_of_step(step.claims), *standing),
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


def hierarchy(reader: Reader, thing: str, at_most: int = AT_MOST) -> Ways:
    """Draw the kinds narrower than a kind, as deep as there is room. Raises NotFoundError when it has none."""
    narrower: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    counts: dict[str, int] = {}
    for row in reader.rows("hierarchy", thing=[thing]):
        kind = str(row["kind"])
        names[kind], counts[kind] = str(row["kindLabel"]), int(str(row["claims"]))
        if row["wider"] is not None:
            narrower.setdefault(str(row["wider"]), []).append(kind)
    if len(names) < _LEAST_KINDS:
        raise NotFoundError(f"{label(reader.graph, thing)} has no narrower kinds.")
    ends = _ends(narrower, (thing,), len(names))
    depth = max(len(way) for way in ends)
    while len(ways := _ends(narrower, (thing,), depth)) > at_most and depth > _LEAST_KINDS:
        depth -= 1
    kept = ways[:at_most]
    boxes: dict[tuple[str, ...], Box] = {}
    for way in (whole[: n + 1] for whole in kept for n in range(len(whole))):
        kind, inside = way[-1], narrower.get(way[-1], ())
        more = f" and {_count(len(inside), 'narrower kind', 'narrower kinds')}" if len(way) == depth and inside else ""
        detail = (_count(counts[kind], "claim", "claims") if counts[kind] else "no claim") + more
        box = Box(f"b{len(boxes)}", names[kind], kind, len(way) - 1, detail=detail, chief=kind == thing)
        boxes.setdefault(way, box)
    left = len(names) - len({box.iri for box in boxes.values()})
    notes = _left_out(left, _NO_ROOM, "narrower kind")
    rows = tuple(Way(tuple(boxes[way[: n + 1]].name for n in range(len(way)))) for way in kept)
    return Ways(*reader.words("hierarchy", thing), tuple(boxes.values()), rows, notes=notes)


_LEAST_KINDS = 2
"""A kind and a narrower one."""


def _ends(narrower: Mapping[str, Sequence[str]], way: tuple[str, ...], depth: int) -> list[tuple[str, ...]]:
    """List the ways from a kind down to those that have none narrower, or to a depth, through no kind twice."""
    onward = [kind for kind in narrower.get(way[-1], ()) if kind not in way] if len(way) < depth else []
    return [end for kind in onward for end in _ends(narrower, (*way, kind), depth)] or [way]


def distribution(reader: Reader, thing: str, at_most: int = AT_MOST) -> Chart:
    """Draw where a kind of target is found. Raises NotFoundError when no claim says."""
    header = reader.header("distribution")
    stations: dict[int, str] = {}
    columns: dict[str, int] = {}
    for row in reader.rows("stations"):
        order = int(str(row["order"])) - 1
        stations.setdefault(order, str(row["stationLabel"]))
        columns[str(row["station"])] = order
    names: dict[str, str] = {}
    claims: dict[str, str] = {}
    details: dict[tuple[str, int, str], dict[str, None]] = {}
    for row in reader.rows("distribution", thing=[thing]):
        receptor, claim = str(row["receptor"]), str(row["claim"])
        names[receptor], claims[claim] = str(row["receptorLabel"]), str(row["claimLabel"])
        apart = len(stations) if row["placed"] else len(stations) + 1
        column = columns[str(row["station"])] if row["station"] is not None else apart
        found = details.setdefault((receptor, column, claim), {})
        found |= {str(row["detail"]): None} if row["detail"] is not None else {}
    if not names:
        raise NotFoundError(f"No claim says where {label(reader.graph, thing)} is found.")
    rows = _indented(reader, names)
    kept = rows[:at_most]
    cells = _cells(reader, kept, claims, details)
    headings = (*stations.values(), header["elsewhere"], header["nowhere"])
    notes = (
        (f"Not drawn, to keep the picture legible: {len(rows) - len(kept)} kinds more.",)
        if len(rows) > len(kept)
        else ()
    )
    words = {"plain": header["found"], "absent": header["missing"]}
    return Chart(*reader.words("distribution", thing), header["rows"], tuple(kept), headings, 2, cells, words, notes)


def _cells(
    reader: Reader,
    rows: Sequence[Row],
    claims: Mapping[str, str],
    details: Mapping[tuple[str, int, str], Iterable[str]],
) -> tuple[Spot, ...]:
    """Join the claims of a row and a column that are marked alike, with the surest of their certainties."""
    marks = reader.marks(list(claims))
    numbers = {row.iri: number for number, row in enumerate(rows)}
    joined: dict[tuple[int, int, str], list[tuple[Mark, str, Iterable[str]]]] = {}
    for (receptor, column, claim), found in details.items():
        if receptor in numbers:
            key = numbers[receptor], column, marks[claim].mark
            joined.setdefault(key, []).append((marks[claim], claim, found))
    cells = []
    for (row, column, mark), several in sorted(joined.items()):
        surest = min((each for each, _, _ in several), key=lambda each: each.rank)
        texts = tuple(sorted({text for _, _, found in several for text in found}))
        behind = tuple(Claim(claim, claims[claim]) for _, claim, _ in several)
        cells.append(Spot(row, column, mark, surest.rank, surest.certainty, texts, behind))
    return tuple(cells)


def _indented(reader: Reader, names: Mapping[str, str]) -> list[Row]:
    """Put kinds in the order of a tree: each below the nearest wider one that is there, else at the margin."""
    wider = {
        kind: {o.value for _, _, o in reader.graph.triples(kind, RDFS + "subClassOf") if o.value in names} - {kind}
        for kind in names
    }
    parent = {
        kind: max(above, key=lambda each: (len(wider[each]), names[each]), default=None)
        for kind, above in wider.items()
    }

    def below(kind: str | None, depth: int) -> list[Row]:
        children = sorted((k for k in names if parent[k] == kind), key=lambda k: names[k].casefold())
        return [row for child in children for row in (Row(child, names[child], depth), *below(child, depth + 1))]

    return below(None, 0)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
