"""Pictures of paths and of the class hierarchy, and the choice among all pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.errors import NotFoundError, UsageError
from glutkg.mechanisms.wording import names_of_others
from glutkg.pictures import claim_pictures, place_pictures, table_pictures
from glutkg.pictures.model import Box, Chip, Claim, Link, NetworkPicture, Remark, Row, RowPicture, Tag
from glutkg.pictures.notes import NO_ROOM, count, left_out
from glutkg.store.labels import label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from glutkg.mechanisms.network import Network, Step
    from glutkg.mechanisms.paths import Paths
    from glutkg.pictures.model import Picture
    from glutkg.pictures.queries import PictureQueries

MAX_ROWS = 36
"""Rows of a picture unless another number is given."""
MAX_STEPS = 18
"""Steps of paths unless another number is given."""


def build(queries: PictureQueries, what: str, things: Sequence[str], at_most: int = MAX_ROWS) -> Picture:
    """Draw a picture of things, given by their IRIs. Raises UsageError for too few things or too many."""
    of_one: dict[str, Callable[[PictureQueries, str, int], Picture]] = {
        "evidence": claim_pictures.evidence,
        "distribution": place_pictures.distribution,
        "conflict": claim_pictures.conflict,
        "hierarchy": hierarchy,
    }
    of_several: dict[str, Callable[[PictureQueries, Sequence[str], int], Picture]] = {
        "trials": table_pictures.trials,
        "comparison": table_pictures.comparison,
        "targets": table_pictures.targets,
        "outcomes": table_pictures.outcomes,
    }
    if what in of_several:
        return of_several[what](queries, things, at_most)
    if what not in of_one:
        raise UsageError(f"A picture '{what}' cannot be drawn of a list of things.")
    if len(things) != 1:
        example = queries.header(what)["example"]
        raise UsageError(f"A picture '{what}' is of one thing: name one, as in 'glutkg draw {what} {example}'.")
    return of_one[what](queries, things[0], at_most)


def path(queries: PictureQueries, network: Network, found: Paths, at_most: int = MAX_STEPS) -> NetworkPicture:
    """Draw mechanism paths, the best first, up to a number of steps. Raises NotFoundError without a path."""
    ends = {"agent": network.label(found.agent), "goal": network.label(found.goal)}
    if not found.paths:
        raise NotFoundError(
            f"No path leads from {ends['agent']} to {ends['goal']}. 'glutkg predict' states what is missing."
        )
    steps, drawn = _best_steps(found, at_most)
    nodes = dict.fromkeys(node for step in steps for node in (step.start, step.end))
    captions = {str(row["thing"]): str(row["caption"]) for row in queries.rows("path", thing=nodes)}
    boxes = {
        node: Box(
            f"b{number}",
            network.label(node),
            node,
            None,
            captions.get(node, ""),
            chief=node in (found.agent, found.goal),
        )
        for number, node in enumerate(nodes)
    }
    chips = [_step_chip(queries, network, step, f"m{number}") for number, step in enumerate(steps)]
    links = [
        link
        for chip, step in zip(chips, steps, strict=True)
        for link in (Link(boxes[step.start].name, chip.name), Link(chip.name, boxes[step.end].name))
    ]
    header = queries.header("path")
    remarks = [Remark(f"Tested as a whole: {network.label(c)}.", Claim(c, network.label(c))) for c in found.tests]
    title, parts = header["title"].format_map(ends), (tuple(boxes.values()), tuple(chips), tuple(links))
    picture = NetworkPicture(title, header["text"], *parts)
    return picture._replace(notes=_path_notes(found, drawn), remarks=tuple(remarks))


def _best_steps(found: Paths, at_most: int) -> tuple[list[Step], int]:
    """Give the steps of as many paths, the best first, as have no more than a number of them; at least of one."""
    steps: dict[tuple[str, str, str], Step] = {}
    for drawn, each in enumerate(found.paths):
        new = {step.key: step for step in each.steps}
        if drawn and len(steps | new) > at_most:
            return list(steps.values()), drawn
        steps |= new
    return list(steps.values()), len(found.paths)


def _step_chip(queries: PictureQueries, network: Network, step: Step, name: str) -> Chip:
    signs = {} if step.certain else {1: "raises", -1: "lowers"}
    mark = "open" if step.contested else signs.get(step.sign or 0, "plain")
    against = len(network.claims_against.get((step.start, step.end), ()))
    standing = [Tag("standing", f"{count(against, 'claim', 'claims')} against it")] if against else []
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


def _path_notes(found: Paths, drawn: int) -> tuple[str, ...]:
    nobody = "Nobody has tested the whole, as far as the graph knows"
    names = f", but tested it with {names_of_others(found.network, found.others)}" if found.others else ""
    untested = [] if found.tests else [f"{nobody}{names}."]
    total = len(found.paths)
    rest = [f"{drawn} of {total} paths are drawn, the best first."] if drawn < total else []
    bound = [f"Paths of more than {found.bound} steps were not followed."] if found.bound else []
    narrowed = [
        f"Narrowed to {role} {value}: claims that name only others are left out, but for tests of the whole."
        for role, value in found.seen_in.items()
    ]
    return (*untested, *narrowed, *rest, *bound)


def hierarchy(queries: PictureQueries, thing: str, at_most: int) -> RowPicture:
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
            f" and {count(len(inside), 'narrower kind', 'narrower kinds')}" if len(branch) == depth and inside else ""
        )
        detail = (count(counts[kind], "claim", "claims") if counts[kind] else "no claim") + more
        box = Box(f"b{len(boxes)}", names[kind], kind, len(branch) - 1, detail=detail, chief=kind == thing)
        boxes.setdefault(branch, box)
    left = len(names) - len({box.iri for box in boxes.values()})
    notes = left_out(left, NO_ROOM, "narrower kind")
    rows = tuple(Row(tuple(boxes[branch[: n + 1]].name for n in range(len(branch)))) for branch in kept)
    return RowPicture(*queries.title_and_text("hierarchy", thing), tuple(boxes.values()), rows, notes=notes)


_LEAST_CLASSES = 2
"""A class and a subclass."""


def _branches(narrower: Mapping[str, Sequence[str]], start: tuple[str, ...], depth: int) -> list[tuple[str, ...]]:
    """List the branches from a class down to its leaves, or to a depth, through no class twice."""
    onward = [kind for kind in narrower.get(start[-1], ()) if kind not in start] if len(start) < depth else []
    return [branch for kind in onward for branch in _branches(narrower, (*start, kind), depth)] or [start]
