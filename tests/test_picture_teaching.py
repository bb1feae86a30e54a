"""Pictures for teaching: where they come from, what is set side by side, slides, and words that say what was said."""

from __future__ import annotations

import io
import re
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from picture_samples import PATHS

from glutkg import cli
from glutkg.pictures.frame import WIDEST
from glutkg.pictures.model import RowPicture, TablePicture, as_network
from glutkg.pictures.queries import PictureQueries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from subprocess import CompletedProcess

    from glutkg.api import KnowledgeGraph
    from glutkg.pictures.formats import Drawing
    from glutkg.pictures.model import Cell, Chip, TableRow
    from glutkg.pictures.svg import Panel, Sheet, Text

pytestmark = pytest.mark.xdist_group("pictures")
SVG = "{http://www.w3.org/2000/svg}"


def marked(drawing: Drawing) -> list[Chip] | list[Cell]:
    picture = drawing.picture
    if isinstance(picture, TablePicture):
        return [cell for cell in picture.cells if cell.mark]
    return list(as_network(picture).chips)


def stated(kg: KnowledgeGraph, properties: str) -> dict[str, set[str]]:
    rows = kg.reasoned.select(f"SELECT ?c ?v {{ ?c {properties} ?v }}", "stated")
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(str(row["c"]), set()).add(str(row["v"]))
    return found


# --- where it comes from ----------------------------------------------------------------------------------------------


def written(sheet: Sheet) -> Iterator[Text]:
    waiting: list[Panel] = list(sheet.panels)
    yield from sheet.texts
    while waiting:
        panel = waiting.pop()
        yield from panel.texts
        waiting += panel.panels


def numbers_without_entry(drawing: Drawing) -> set[str]:
    """Numbers that stand on a chip or in a cell, and are not in the key."""
    key = {f"[{source.number}]" for source in drawing.picture.credit.key}
    panels = drawing.sheet._replace(texts=())
    on_panels = {text.text for text in written(panels) if re.fullmatch(r"\[\d+\]", text.text)}
    return on_panels - key


def test_each_picture_says_where_it_comes_from_and_how_it_may_be_passed_on(drawings: dict[str, Drawing]) -> None:
    for name, drawing in drawings.items():
        foot = " ".join(text.text for text in sorted(drawing.sheet.texts, key=lambda text: (text.y, text.x))[-6:])
        assert "CC BY 4.0" in foot, name
        assert "glutkg" in foot, name
        if marked(drawing) and not name.startswith("hierarchy"):
            assert re.search(r"Drawn from .*(the review: J. Hoffmann, A. Charles|the article: How)", foot), name


def test_each_claim_has_a_number_and_each_number_an_entry_in_print(drawings: dict[str, Drawing], share: int) -> None:
    seen = 0
    for name, drawing in drawings.items():
        assert numbers_without_entry(drawing) == set(), name
        printed = {text.text for text in written(drawing.sheet)}
        claims = [claim for part in marked(drawing) for claim in part.claims]
        assert {f"[{claim.number}]" for claim in claims} <= printed, name
        seen += len(claims)
    assert seen > 1000 / share


def test_a_number_without_an_entry_is_noticed(kg: KnowledgeGraph) -> None:
    drawing = kg.draw("conflict", "conflict:mk801-region")
    credit = drawing.picture.credit
    drawing.picture = drawing.picture._replace(credit=credit._replace(key=credit.key[1:]))
    assert numbers_without_entry(drawing) == {"[1]"}


def test_an_entry_of_the_key_names_the_sentence_and_the_references_of_its_claims(
    kg: KnowledgeGraph, drawings: dict[str, Drawing]
) -> None:
    sentences, references = stated(kg, "glut:statedIn/rdfs:label"), stated(kg, "glut:cites/glut:referenceNumber")
    for drawing in drawings.values():
        key = {source.number: source.text for source in drawing.picture.credit.key}
        for claim in (claim for part in marked(drawing) for claim in part.claims):
            text = key[claim.number]
            names = {name.partition(":")[0] if drawing.page else name for name in sentences[claim.iri]}
            assert all(name in text for name in names)
            named = re.search(r"; references? ([\d, ]+)$", text)
            assert set(named[1].split(", ") if named else ()) == references.get(claim.iri, set())


def test_a_note_about_a_claim_leads_to_its_source(kg: KnowledgeGraph) -> None:
    for arguments, start in (
        (("path", "memantine", "migraine"), "Tested as a whole: "),
        (("conflict", "conflict:eaat2-chronification-and-cited-work"), "What may explain it: "),
    ):
        picture = kg.draw(*arguments).picture
        notes = [note for note in picture.notes if note.startswith(start)]
        numbers = {int(note.rpartition("[")[2].rstrip("]")) for note in notes}
        assert numbers
        assert numbers <= {source.number for source in picture.credit.key}


def test_formats_without_a_layout_have_the_key_too(kg: KnowledgeGraph) -> None:
    drawing = kg.draw("path", "memantine", "migraine aura")
    for text in (drawing.mermaid(), drawing.dot()):
        assert "Memantine, paragraph 1, sentence 3" in text
        assert "CC BY 4.0" in text


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


# --- size -------------------------------------------------------------------------------------------------------------


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
def test_a_slide_of_two_drugs_has_their_trials_then_what_they_share_and_names_the_rest(
    kg: KnowledgeGraph, drugs: tuple[str, str]
) -> None:
    whole, slide = (
        kg.draw("comparison", *drugs, at_most=100).picture,
        kg.draw("comparison", *drugs, shape="slide").picture,
    )
    assert isinstance(whole, TablePicture)
    assert isinstance(slide, TablePicture)
    columns: dict[TableRow, set[int]] = {}
    for cell in whole.cells:
        columns.setdefault(whole.rows[cell.row], set()).add(cell.column)
    shared = {row for row, filled in columns.items() if len(filled) == 2}
    clinical = {row for row in whole.rows if row.section == "Clinical evidence"}
    assert len(shared) >= 3
    assert clinical <= set(slide.rows)
    assert shared <= set(slide.rows) or set(slide.rows) <= shared | clinical, "what one alone does has the room"
    notes = " ".join(slide.notes)
    assert {row.label for row in set(whole.rows) - set(slide.rows) if row.label not in notes} == set()


def test_the_command_says_how_to_see_what_a_slide_leaves_out(run: Callable[..., CompletedProcess[str]]) -> None:
    done = run("draw", "comparison", "memantine", "ketamine", "--shape", "slide", "-o", "slide.svg")
    assert (done.returncode, done.stdout) == (0, "")
    assert re.search(r"^glutkg: Not drawn, .*: \d+ claims; more is drawn without --shape.* --page 1", done.stderr)
    assert "--limit" not in done.stderr
    assert "--limit N draws more" in run("draw", "evidence", "NMDA receptor", "-o", "evidence.svg").stderr


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


def test_few_rows_keep_what_a_drug_does_not_do_beside_what_it_does(kg: KnowledgeGraph) -> None:
    """Ketamine lowers the severity of an aura and does nothing for the headache; neither is dropped for safety."""
    trials = kg.draw("trials", "migraine", at_most=6).picture
    assert isinstance(trials, TablePicture)
    of_ketamine = {cell.mark for cell in trials.cells if trials.rows[cell.row].label == "ketamine" and cell.mark}
    assert "absent" in of_ketamine
    assert len(of_ketamine) > 1
    compared = kg.draw("comparison", "memantine", "ketamine", at_most=6).picture
    assert isinstance(compared, TablePicture)
    marks = {cell.mark for cell in compared.cells if compared.rows[cell.row].section == "Clinical evidence"}
    assert {"absent", "effective"} <= marks
    assert {row.section for row in compared.rows}.isdisjoint({"Safety"})
