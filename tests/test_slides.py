"""Slides and small pictures: legible on a screen, with what matters on them, and no more left out than must be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from picture_samples import PATHS, written

from glutkg.pictures.frame import WIDEST
from glutkg.pictures.model import TablePicture

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import CompletedProcess

    from glutkg.api import KnowledgeGraph

pytestmark = pytest.mark.xdist_group("pictures")
SVG = "{http://www.w3.org/2000/svg}"


def test_the_goal_of_a_path_is_in_sight(kg: KnowledgeGraph) -> None:
    for agent, goal in PATHS:
        assert kg.draw("path", agent, goal).sheet.width <= WIDEST == 1280, (agent, goal)


@pytest.mark.parametrize(
    "arguments",
    [
        ("evidence", "migraine"),
        ("trials",),
        ("path", "memantine", "migraine aura"),
        ("comparison", "memantine", "magnesium"),
        ("conflict", "conflict:mk801-region"),
    ],
    ids=" ".join,
)
def test_a_slide_is_sixteen_by_nine_and_legible(kg: KnowledgeGraph, arguments: tuple[str, ...]) -> None:
    drawing = kg.draw(*arguments, shape="slide")
    root = ElementTree.fromstring(drawing.svg())  # noqa: S314 - our own
    left, top, wide, high = (float(number) for number in root.attrib["viewBox"].split())
    assert (root.get("width"), root.get("height")) == ("1280", "720")
    assert abs(wide / high - 16 / 9) < 0.01
    assert min(text.size for text in written(drawing.sheet)) * 1280 / wide >= 9
    assert left <= 0.05
    assert top <= 0.05
    assert drawing.sheet.width <= left + wide + 0.1
    assert drawing.sheet.height <= top + high + 0.1


def test_a_slide_leaves_out_no_more_than_it_must(kg: KnowledgeGraph) -> None:
    drawing = kg.draw("trials", shape="slide")
    assert isinstance(drawing.picture, TablePicture)
    more = kg.draw("trials", at_most=len(drawing.picture.rows) + 1).sheet
    assert more.height * 1280 / max(more.width, 1280) > 720
    assert "Not drawn, to keep the picture legible" in " ".join(drawing.picture.notes)


@pytest.mark.parametrize("drugs", [("memantine", "ketamine"), ("topiramate", "magnesium")], ids=" ".join)
def test_a_slide_of_two_drugs_has_a_row_of_each_section_and_counts_the_rest(
    kg: KnowledgeGraph, drugs: tuple[str, str]
) -> None:
    whole, slide = (
        kg.draw("comparison", *drugs, at_most=100).picture,
        kg.draw("comparison", *drugs, shape="slide").picture,
    )
    assert isinstance(whole, TablePicture)
    assert isinstance(slide, TablePicture)
    for section in ("Clinical evidence", "Use"):
        of_all, of_slide = (_columns_of(picture, section) for picture in (whole, slide))
        assert of_slide == of_all, section
    assert {row.section for row in slide.rows} == {row.section for row in whole.rows}
    drawn = {claim.iri for cell in slide.cells for claim in cell.claims}
    left = {claim.iri for cell in whole.cells for claim in cell.claims} - drawn
    assert slide.notes == (f"Not drawn, to keep the picture legible: {len(left)} claims.",), "a count, no list of names"


def _columns_of(picture: TablePicture, section: str) -> set[int]:
    return {cell.column for cell in picture.cells if picture.rows[cell.row].section == section}


def test_a_slide_has_safety_and_approval_before_what_repeats_a_wider_row(kg: KnowledgeGraph) -> None:
    slide = kg.draw("comparison", "memantine", "ketamine", shape="slide").picture
    assert isinstance(slide, TablePicture)
    names = {row.label for row in slide.rows}
    assert {"Alzheimer's disease", "adverse effect"} <= names
    assert {"initiation of cortical spreading depolarization", "dizziness"}.isdisjoint(names)


def test_a_slide_of_receptors_has_a_substance_that_acts_on_each(kg: KnowledgeGraph) -> None:
    slide = kg.draw("comparison", "NMDA receptor", "mGlu5 receptor", shape="slide").picture
    assert isinstance(slide, TablePicture)
    assert _columns_of(slide, "Mechanisms of action") == {0, 1}


def test_a_slide_keeps_what_columns_differ_in_and_says_which_sections_have_no_row(kg: KnowledgeGraph) -> None:
    receptors = "AMPA receptor", "kainate receptor", "NMDA receptor"
    slide = kg.draw("comparison", *receptors, shape="slide").picture
    assert isinstance(slide, TablePicture)
    ways = {
        (cell.column, cell.mark)
        for cell in slide.cells
        if slide.rows[cell.row].label == "cortical spreading depolarization"
    }
    assert {(0, "lowers"), (2, "raises")} <= ways
    assert slide.rows[0].label != "tolerability"
    whole = kg.draw("comparison", *receptors, at_most=200).picture
    assert isinstance(whole, TablePicture)
    missing = {row.section for row in whole.rows} - {row.section for row in slide.rows}
    assert missing
    assert all(section in slide.notes[-1] for section in missing)


def test_the_command_says_how_to_see_what_a_slide_leaves_out(run: Callable[..., CompletedProcess[str]]) -> None:
    done = run("draw", "comparison", "memantine", "ketamine", "--shape", "slide", "-o", "slide.svg")
    assert (done.returncode, done.stdout) == (0, "")
    assert re.search(
        r"^glutkg: slide.svg is written; \d+ claims left out to .*: more is drawn without .* --page 1", done.stderr
    )
    assert "--limit" not in done.stderr
    assert "--limit N draws more" in run("draw", "evidence", "NMDA receptor", "-o", "evidence.svg").stderr


def test_every_name_of_a_hierarchy_stands_in_the_middle_of_its_box(kg: KnowledgeGraph) -> None:
    boxes = [panel for panel in kg.draw("hierarchy", "glutamate receptor").sheet.panels if panel.kind == "box"]
    assert max(box.height for box in boxes) > 600
    for box in boxes:
        above = min(text.y - text.size for text in box.texts) - box.y
        below = box.y + box.height - max(text.y for text in box.texts)
        assert abs(above - below) < 10, box.hint


@pytest.mark.slow
def test_the_pages_of_a_table_hold_every_row_once(kg: KnowledgeGraph) -> None:
    things = ("ketamine", "memantine")
    whole = kg.draw("comparison", *things, at_most=100).picture
    pages = [kg.draw("comparison", *things, page=1)]
    number = int(re.findall(r"\(1 of (\d+)\)$", pages[0].picture.title)[0])
    pages += [kg.draw("comparison", *things, page=page) for page in range(2, number + 1)]
    tables = [page.picture for page in pages if isinstance(page.picture, TablePicture)]
    assert isinstance(whole, TablePicture)
    assert [row for table in tables for row in table.rows] == list(whole.rows)
    assert sum(len(table.cells) for table in tables) == len(whole.cells)
    for page, table in zip(pages, tables, strict=True):
        assert page.page
        assert page.page.scale(page.sheet) >= 0.9 or len(table.rows) == 1
    for asked, wrong in (
        (("comparison", *things), number + 1),
        (("evidence", "ketamine"), 1),
        (("path", "ketamine", "migraine"), 1),
    ):
        with pytest.raises(ValueError, match="page"):
            kg.draw(*asked, page=wrong)


def test_another_shape_is_refused(kg: KnowledgeGraph) -> None:
    with pytest.raises(ValueError, match="There is no shape 'poster'"):
        kg.draw("evidence", "ketamine", shape="poster")


def test_few_rows_keep_what_a_drug_does_not_do_beside_what_it_does(kg: KnowledgeGraph) -> None:
    """Ketamine lowers the severity of an aura and does nothing for the headache; a cut drops neither."""
    trials = kg.draw("trials", "migraine", at_most=6).picture
    assert isinstance(trials, TablePicture)
    of_ketamine = {cell.mark for cell in trials.cells if trials.rows[cell.row].label == "ketamine" and cell.mark}
    assert "absent" in of_ketamine
    assert len(of_ketamine) > 1
    compared = kg.draw("comparison", "memantine", "ketamine", at_most=6).picture
    assert isinstance(compared, TablePicture)
    marks = {cell.mark for cell in compared.cells if compared.rows[cell.row].section == "Clinical evidence"}
    assert {"absent", "effective"} <= marks
