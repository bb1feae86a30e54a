"""Pictures for teaching: what is set side by side, and words that say what was said."""

from __future__ import annotations

import io
import re
import sys
from typing import TYPE_CHECKING

import pytest
from picture_samples import stated

from glutkg import cli
from glutkg.pictures.model import RowPicture, TablePicture
from glutkg.pictures.queries import PictureQueries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import CompletedProcess

    from glutkg.api import KnowledgeGraph
    from glutkg.pictures.formats import Drawing

pytestmark = pytest.mark.xdist_group("pictures")
SVG = "{http://www.w3.org/2000/svg}"


# --- words that say what was said -------------------------------------------------------------------------------------


def test_a_rise_of_clinical_efficacy_is_marked_effective(kg: KnowledgeGraph) -> None:
    rows = kg.reasoned.select(
        "SELECT ?c { ?c a glut:Claim ; glut:outcome glut:ClinicalEfficacy ; glut:direction glut:Increase ; "
        "glut:result ?r ; glut:standing glut:Undisputed . ?r rdfs:subClassOf glut:Affirmed }"
    )
    claims = {str(row["c"]) for row in rows}
    every = [str(row["c"]) for row in kg.reasoned.select("SELECT ?c { ?c a glut:Claim }")]
    marks = PictureQueries(kg.reasoned, kg.folder).marks(every)
    assert len(claims) > 8
    assert {claim for claim, mark in marks.items() if mark.mark == "effective"} == claims
    assert {marks[claim].word for claim in claims} == {"effective"}


def test_a_part_in_efficacy_is_not_shown_as_a_fall_of_it(kg: KnowledgeGraph) -> None:
    """The action on a target has a direction of its own, which is not that of the outcome."""
    claim = kg.iri("claim:ly293558-receptor-central")
    mark = PictureQueries(kg.reasoned, kg.folder).marks([claim])[claim]
    assert (mark.mark, mark.word) == ("plain", "has a part in")


def test_what_is_left_as_it_is_reads_so(kg: KnowledgeGraph) -> None:
    claim = kg.iri("claim:memantine-could-spare-normal-function")
    mark = PictureQueries(kg.reasoned, kg.folder).marks([claim])[claim]
    assert (mark.mark, mark.word, mark.certainty) == ("absent", "no change", "possible")
    words = {
        mark.word
        for mark in PictureQueries(kg.reasoned, kg.folder)
        .marks([str(row["c"]) for row in kg.reasoned.select("SELECT ?c { ?c a glut:Claim . ?c glut:result ?r }")])
        .values()
    }
    assert "denied" not in words


def test_found_there_and_less_than_elsewhere_is_marked_so(kg: KnowledgeGraph) -> None:
    picture = kg.draw("distribution", "glutamate receptor").picture
    assert isinstance(picture, TablePicture)
    row = next(n for n, row in enumerate(picture.rows) if row.label == "mGlu1 receptor")
    column = picture.columns.index("trigeminocervical complex")
    cells = {cell.mark: cell for cell in picture.cells if (cell.row, cell.column) == (row, column)}
    assert set(cells) == {"less", "plain"}
    assert cells["less"].details == ("less than in central nervous system", "less than in thalamus (particularly)")
    assert [cell for cell in picture.cells if cell.mark == "less"] == [cells["less"]]


# --- evidence ---------------------------------------------------------------------------------------------------------


def test_evidence_starts_with_what_is_best_founded(kg: KnowledgeGraph) -> None:
    picture = kg.draw("evidence", "migraine").picture
    assert isinstance(picture, RowPicture)
    assert picture.rows[0].section == "Clinical evidence"
    sections = list(dict.fromkeys(row.section for row in picture.rows))
    assert len(sections) > 6
    for section in sections:
        chips = [row.chip for row in picture.rows if row.section == section and row.chip]
        settled = [chip.rank for chip in chips if chip.mark not in {"open", "void"}]
        assert not settled or settled[0] == min(settled), section
    names = [row.section for row in picture.rows]
    assert names == sorted(names, key=sections.index), "the rows of a section stand together"


def test_evidence_on_a_condition_shows_what_is_open_and_what_failed(kg: KnowledgeGraph) -> None:
    picture = kg.draw("evidence", "migraine").picture
    assert isinstance(picture, RowPicture)
    words = {row.chip.word for row in picture.rows if row.chip and row.section == "Clinical evidence"}
    assert {"effective", "no benefit shown", "no definitive evidence"} <= words


def test_a_slide_shows_what_failed_and_what_is_open_beside_what_works(kg: KnowledgeGraph) -> None:
    picture = kg.draw("evidence", "migraine", shape="slide").picture
    assert isinstance(picture, RowPicture)
    assert {"effective", "absent", "open"} <= {row.chip.mark for row in picture.rows if row.chip}


def test_a_chip_has_something_on_either_side(drawings: dict[str, Drawing]) -> None:
    for drawing in drawings.values():
        if isinstance(drawing.picture, RowPicture):
            assert all(row.before and row.after for row in drawing.picture.rows if row.chip)


# --- side by side -----------------------------------------------------------------------------------------------------


def test_a_comparison_has_a_column_for_each_and_only_what_is_said_of_it(kg: KnowledgeGraph) -> None:
    drugs = ("memantine", "ketamine", "magnesium")
    picture = kg.draw("comparison", *drugs).picture
    agents = stated(kg, "glut:agent")
    leads_to = stated(kg, "glut:outcome|glut:target|glut:alternative|glut:condition")
    assert isinstance(picture, TablePicture)
    assert picture.columns == drugs
    for cell in picture.cells:
        drug = kg.iri(drugs[cell.column])
        for claim in cell.claims:
            assert agents[claim.iri] == {drug}
            assert picture.rows[cell.row].iri in leads_to[claim.iri]
    assert {cell.column for cell in picture.cells} == {0, 1, 2}


def test_sections_on_patients_are_sections_of_marks(kg: KnowledgeGraph) -> None:
    queries = PictureQueries(kg.reasoned, kg.folder)
    claims = [str(row["claim"]) for row in kg.select("SELECT ?claim { ?claim a glut:Claim }")]
    sections = {mark.section for mark in queries.marks(claims).values()}
    patients = queries.header("comparison")["patients"].split(", ")
    assert sections > set(patients), "a section that was given another name would be found here"


def test_a_target_left_open_is_no_open_efficacy(kg: KnowledgeGraph) -> None:
    picture = kg.draw("comparison", "triptan", "LY293558", at_most=100).picture
    assert isinstance(picture, TablePicture)
    rows = {picture.rows[cell.row].label: cell for cell in picture.cells if cell.word == "undetermined"}
    assert sorted(rows) == ["AMPA receptor", "kainate receptor"]
    assert "effective" in {cell.word for cell in picture.cells if picture.rows[cell.row].label == "clinical efficacy"}


@pytest.mark.parametrize(
    ("what", "rows", "columns"),
    [("targets", "glut:agent", "glut:target"), ("outcomes", "glut:outcome", "glut:agent")],
)
def test_a_cell_of_a_matrix_shows_what_its_claims_state(
    kg: KnowledgeGraph, drawings: dict[str, Drawing], what: str, rows: str, columns: str
) -> None:
    of_row, of_column = stated(kg, rows), stated(kg, f"{columns}/rdfs:label")
    checked = 0
    for name, drawing in drawings.items():
        picture = drawing.picture
        if not name.startswith(what) or not isinstance(picture, TablePicture):
            continue
        for cell in picture.cells:
            for claim in cell.claims:
                assert picture.rows[cell.row].iri in of_row[claim.iri]
                assert picture.columns[cell.column] in of_column[claim.iri]
                checked += 1
    assert checked > 50


def test_a_matrix_that_leaves_columns_out_keeps_what_had_no_effect(kg: KnowledgeGraph) -> None:
    picture = kg.draw("outcomes", "trigeminocervical complex").picture
    assert isinstance(picture, TablePicture)
    assert "Not drawn, to keep the picture legible" in " ".join(picture.notes)
    assert {"memantine", "magnesium", "GAMS", "NS-102"} <= set(picture.columns)
    assert {"absent", "lowers", "raises"} <= {cell.mark for cell in picture.cells}


def test_a_short_overview_of_trials_has_each_substance_first(kg: KnowledgeGraph) -> None:
    whole, short = (kg.draw("trials", at_most=number).picture for number in (100, 8))
    assert isinstance(whole, TablePicture)
    assert isinstance(short, TablePicture)
    assert {row.iri for row in short.rows} == {row.iri for row in whole.rows}


def test_an_overview_of_trials_has_what_the_question_on_clinical_evidence_has(kg: KnowledgeGraph) -> None:
    """A condition stands with the parts of its attacks, such as an aura, and with what was found in a wider one."""
    for condition in ("migraine", "migraine aura", "chronic migraine"):
        picture = kg.draw("trials", condition, at_most=100).picture
        assert isinstance(picture, TablePicture)
        drawn = {claim.iri for cell in picture.cells for claim in cell.claims}
        assert set(kg.ask("clinical-evidence", condition=condition).column("claim")) <= drawn, condition


def test_cells_of_a_matrix_join_only_claims_with_the_same_word(drawings: dict[str, Drawing]) -> None:
    for name, drawing in drawings.items():
        if isinstance(drawing.picture, TablePicture) and name.startswith("targets"):
            cells = [(cell.row, cell.column, cell.word) for cell in drawing.picture.cells]
            assert len(cells) == len(set(cells))


def test_an_overview_of_trials_has_each_clinical_finding_of_the_documents(kg: KnowledgeGraph) -> None:
    of_documents = "SELECT ?c { ?c a glut:ClinicalFinding ; glut:statedIn ?s . ?s glut:partOfDocument ?d }"
    rows = kg.reasoned.select(of_documents, "stated")
    picture = kg.draw("trials", at_most=100).picture
    assert isinstance(picture, TablePicture)
    results = [cell for cell in picture.cells if cell.mark]
    assert {claim.iri for cell in results for claim in cell.claims} == {str(row["c"]) for row in rows}
    assert len(results) == len(picture.rows)
    designs = stated(kg, "glut:studyDesign/rdfs:label")
    column = picture.columns.index("study design")
    shown = {cell.row: cell.details for cell in picture.cells if cell.column == column}
    for result in results:
        named = {re.sub(r" \(\d+ studies\)$", "", text) for text in shown.get(result.row, ())}
        assert named == designs.get(result.claims[0].iri, set())


# --- the command ------------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("form", ["svg", "png"])
def test_on_a_terminal_a_picture_goes_to_a_file_and_the_command_says_which(
    form: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cache
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdout", Terminal())
    names = [f"conflict-conflict-mk801-region{number}.{form}" for number in ("", "-2")]
    for name in names:
        assert cli.main(("draw", "conflict", "conflict:mk801-region", "--format", form)) == 0
        assert isinstance(sys.stdout, Terminal)
        assert sys.stdout.getvalue().splitlines()[-1] == f"The picture is in {name}."
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    first, second = (tmp_path / name for name in names)
    assert first.read_bytes() == second.read_bytes() != b""


def test_things_may_stand_after_an_option(run: Callable[..., CompletedProcess[str]]) -> None:
    done = run("draw", "comparison", "--format", "dot", "memantine", "ketamine")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith('digraph "Side by side: memantine and ketamine"')
    refused = run("draw", "evidence", "ketamine", "--colour", "blue")
    assert refused.returncode == 2
    assert "unrecognized arguments" in refused.stderr


def test_a_box_of_places_is_no_surer_than_any_of_its_claims(kg: KnowledgeGraph) -> None:
    """What is only suggested stood in one box with what is reported."""
    drawn = kg.draw("distribution", "mGlu5 receptor").dot()
    (reported,) = re.findall(r"\(reported\)\\n(.*?)\\n", drawn)
    (suggested,) = re.findall(r"\(suggested\)\\n(.*?)\\n", drawn)
    assert (reported, suggested) == (
        "peripheral nervous system, trigeminal nociceptor",
        "central nervous system, periphery",
    )
