"""Pictures: every line stands for a claim, and what is left out is listed."""

from __future__ import annotations

import re
import subprocess
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from glutkg.pictures.formats import Drawing
from glutkg.pictures.model import (
    Box,
    Cell,
    Chip,
    Claim,
    Link,
    NetworkPicture,
    Picture,
    RowPicture,
    TablePicture,
    as_network,
)
from glutkg.pictures.queries import PictureQueries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from glutkg.api import KnowledgeGraph

    Run = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.xdist_group("pictures")


def walks(picture: NetworkPicture) -> set[tuple[str, ...]]:
    """All rows along the links from where nothing leads to, to where nothing leads on."""
    onward: dict[str, list[str]] = {}
    for link in picture.links:
        onward.setdefault(link.start, []).append(link.end)
    starts = set(onward) - {link.end for link in picture.links}

    def on(walk: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        ends = onward.get(walk[-1], [])
        yield from (whole for end in ends for whole in on((*walk, end))) if ends else [walk]

    return {whole for start in starts for whole in on((start,))}


def test_every_line_of_rows_follows_a_claim(drawings: dict[str, Drawing], share: int) -> None:
    checked = 0
    for drawing in drawings.values():
        if isinstance(drawing.picture, RowPicture) and drawing.picture.rows[0].chip is not None:
            rows = {(*row.before, *((row.chip.name,) if row.chip else ()), *row.after) for row in drawing.picture.rows}
            assert walks(as_network(drawing.picture)) == rows
            checked += len(rows)
    assert checked > 300 / share


def test_a_line_that_mixes_two_rows_is_noticed() -> None:
    chips = tuple(Chip(name, "raises", "raises", 1, "established") for name in "xy")
    boxes = tuple(Box(name, name) for name in "abcd")
    links = tuple(Link(start, end) for row in ("axcd", "byc") for start, end in pairwise(row))
    assert ("b", "y", "c", "d") in walks(NetworkPicture("", "", boxes, chips, links))


def test_a_row_shows_what_its_claims_state(kg: KnowledgeGraph, drawings: dict[str, Drawing]) -> None:
    stated: dict[str, set[str]] = {}
    for row in kg.reasoned.select(
        "SELECT ?c ?l { ?c glut:result|glut:judgement ?r . ?c ?role ?kind . ?kind rdfs:label ?l }", "stated"
    ):
        stated.setdefault(str(row["c"]), set()).add(str(row["l"]))
    for drawing in drawings.values():
        if not isinstance(drawing.picture, RowPicture):
            continue
        boxes = {box.name: box for box in drawing.picture.boxes}
        for drawn in drawing.picture.rows:
            for claim in drawn.chip.claims if drawn.chip else ():
                for name in (*drawn.before, *drawn.after):
                    labels = re.split(": |, | or ", boxes[name].label)
                    assert boxes[name].label in stated[claim.iri] or set(labels) <= stated[claim.iri]


def test_only_claims_that_are_affirmed_and_in_force_look_so(kg: KnowledgeGraph) -> None:
    claims = [str(row["c"]) for row in kg.reasoned.select("SELECT ?c { ?c a glut:Claim }")]
    positive = {
        str(row["c"])
        for row in kg.reasoned.select(
            "SELECT ?c { ?c glut:result|glut:judgement ?says ; glut:standing glut:Undisputed . "
            "?says rdfs:subClassOf glut:Affirmed }"
        )
    }
    marks = PictureQueries(kg.reasoned, kg.folder).marks(claims)
    looking = {claim for claim, mark in marks.items() if mark.mark in {"raises", "lowers", "plain"}}
    assert looking - positive == set()
    assert set(claims) - positive


def test_an_accepted_fact_of_another_source_is_drawn_only_where_it_is_a_side_of_a_conflict(
    kg: KnowledgeGraph, drawings: dict[str, Drawing], share: int
) -> None:
    """And names its source there."""
    other = {
        str(row["c"])
        for row in kg.reasoned.select("SELECT ?c { ?c glut:statedIn ?d . ?d a glut:Document . ?c a glut:Claim }")
    }
    drawn = {
        claim.iri
        for name, drawing in drawings.items()
        if not name.startswith(("hierarchy", "conflict"))
        for claim in _claims(drawing.picture)
    }
    assert len(drawn) > 300 / share
    assert drawn & other == set()
    chips = [chip for name, each in drawings.items() if "conflict" in name for chip in as_network(each.picture).chips]
    foreign = [chip for chip in chips if {claim.iri for claim in chip.claims} & other]
    assert foreign or share > 1
    assert [chip for chip in chips if any(tag.group == "source" for tag in chip.tags)] == foreign


def _claims(picture: Picture) -> list[Claim]:
    parts: Sequence[Chip | Cell] = picture.cells if isinstance(picture, TablePicture) else as_network(picture).chips
    return [claim for part in parts for claim in part.claims]


def test_what_is_left_out_is_counted(kg: KnowledgeGraph) -> None:
    for thing in ("glutamate", "ketamine", "NMDA receptor"):
        asked = PictureQueries(kg.reasoned, kg.folder).rows("evidence", thing=[kg.iri(thing)])
        for at_most in (3, 36, 500):
            picture = kg.draw("evidence", thing, at_most=at_most).picture
            assert isinstance(picture, RowPicture)
            assert len(picture.rows) <= at_most
            left = sum(int(number) for note in picture.notes for number in re.findall(r": (\d+) claims?\b", note))
            assert len(_claims(picture)) + left == len(asked)


def test_a_path_that_finds_no_room_is_counted(kg: KnowledgeGraph) -> None:
    total = len(kg.paths("memantine", "migraine aura").paths)
    picture = kg.draw("path", "memantine", "migraine aura", at_most=2).picture
    assert f"1 of {total} paths are drawn, the best first." in picture.notes
    assert len(as_network(picture).chips) == 2


def test_a_drawn_path_is_narrowed_as_paths_are(kg: KnowledgeGraph, run: Run, tmp_path: Path) -> None:
    drawing = kg.draw("path", "memantine", "migraine aura", species="rat")
    claims = {claim.iri for chip in as_network(drawing.picture).chips for claim in chip.claims}
    assert claims
    assert claims.isdisjoint(kg.network.claims_of_other_settings({"species": "rat"}))
    note = "Narrowed to species rat: claims that name only others are left out, but for tests of the whole."
    assert note in drawing.picture.notes
    done = run("draw", "path", "memantine", "migraine aura", "--route", "oral", "-o", str(tmp_path / "path.svg"))
    assert done.returncode == 0, done.stderr
    assert "Narrowed to route oral: " in " ".join((tmp_path / "path.svg").read_text(encoding="utf-8").split())
    refused = run("draw", "evidence", "ketamine", "--species", "rat")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "Only a path is narrowed to a species or a route" in refused.stderr
