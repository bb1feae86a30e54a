"""Pictures: nothing overlaps, and everything can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from picture_overlaps import clashes
from picture_samples import LONG, PATHS

from glutkg.pictures import boxes_and_arrows, text_metrics, theme
from glutkg.pictures.formats import Drawing
from glutkg.pictures.model import Box, Chip, Row, RowPicture, TablePicture, as_network
from glutkg.pictures.queries import PictureQueries
from glutkg.pictures.svg import Panel, Sheet, Stroke, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from glutkg.api import KnowledgeGraph

pytestmark = pytest.mark.xdist_group("pictures")
SVG = "{http://www.w3.org/2000/svg}"


def test_there_is_enough_to_look_at(drawings: dict[str, Drawing], share: int) -> None:
    counts = {what: sum(name.startswith(what) for name in drawings) for what in ("evidence", "conflict", "hierarchy")}
    assert counts["evidence"] > 30 / share
    assert counts["conflict"] >= 15 // share
    assert counts["hierarchy"] > 50 / share


# --- nothing overlaps -------------------------------------------------------------------------------------------------


def test_nothing_overlaps_and_no_line_runs_through_a_panel(drawings: dict[str, Drawing]) -> None:
    found = {name: several for name, drawing in drawings.items() if (several := list(clashes(drawing.sheet)))}
    assert found == {}


def test_an_overlap_is_noticed() -> None:
    box = Panel("box", 10, 10, 50, 20, "#ffffff", "#000000", (Text(12, 22, "wide", 10, 60, "#000000"),), hint="a")
    other = box._replace(x=40, texts=(), hint="b")
    line = Stroke("M0.0 20.0H55.0", "#000000", 1)
    found = list(clashes(Sheet(200, 100, "", "", (line,), (box, other), ())))
    assert found == [
        "box 'a' on box 'b'",
        "'wide' sticks out of box 'a'",
        "a line through a",
        "a line through b",
    ]


# --- everything can be read -------------------------------------------------------------------------------------------


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def written(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Give each colour of text with the colour that it stands on."""
    yield from ((text.fill, theme.PAGE) for text in sheet.texts)
    waiting = [(panel, theme.PAGE) for panel in sheet.panels]
    while waiting:
        panel, under = waiting.pop()
        fill = under if panel.fill == "none" else panel.fill
        yield from ((text.fill, fill) for text in panel.texts)
        waiting += [(each, fill) for each in panel.panels]


def cut_words(sheet: Sheet, known: set[str]) -> set[str]:
    """Ends of lines that are part of a word, with a hyphen that no name has there."""
    texts = [*sheet.texts, *(text for panel in _all_panels(sheet.panels) for text in panel.texts)]
    ends = {text.text.split()[-1] for text in texts if text.text.endswith("-")}
    return {end for end in ends if not any(end in word for word in known)}


def _all_panels(several: Sequence[Panel]) -> Iterator[Panel]:
    for panel in several:
        yield panel
        yield from _all_panels(panel.panels)


def test_no_word_is_cut(kg: KnowledgeGraph, drawings: dict[str, Drawing]) -> None:
    rows = kg.reasoned.select("SELECT DISTINCT ?name { ?thing rdfs:label ?name }")
    known = {word for row in rows for word in str(row["name"]).split()}
    assert {name: found for name, drawing in drawings.items() if (found := cut_words(drawing.sheet, known))} == {}


@pytest.mark.parametrize("word", [LONG, "trigeminovascular", "calcium/calmodulin-dependent"])
def test_a_word_that_must_be_cut_leaves_no_scrap(word: str) -> None:
    for limit in (50, 60, 77):
        parts = text_metrics.wrap(word, 10, limit)
        assert "".join(part.removesuffix("-") for part in parts) == word.replace("-", "")
        assert all(text_metrics.width(part, 10) <= limit for part in parts)
        assert min(map(len, parts)) >= 4
    assert cut_words(Sheet(0, 0, "", "", (), (), (Text(0, 0, "trigemino-", 10, 0, ""),)), {"trigemino"}) == {
        "trigemino-"
    }


def test_headings_of_neighbours_do_not_run_together(drawings: dict[str, Drawing], share: int) -> None:
    seen = 0
    for name, drawing in drawings.items():
        if not isinstance(drawing.picture, TablePicture):
            continue
        heads = [text for text in drawing.sheet.texts if text.bold and text.size < 12]
        for one, other in ((a, b) for a in heads for b in heads if a.y == b.y and a.x < b.x):
            assert one.x + one.width + 6 <= other.x, (name, one.text, other.text)
            seen += 1
    assert seen > 100 / share


def test_titles_need_no_article(drawings: dict[str, Drawing]) -> None:
    """The name of a kind, such as a receptor, stands after a colon or after "kind of"."""
    starts = {"evidence": "Evidence: ", "distribution": "Where each kind of ", "hierarchy": "Kinds of "}
    titles = [(name.split()[0], drawing.picture.title) for name, drawing in drawings.items()]
    assert {title for what, title in titles if not title.startswith(starts.get(what, ""))} == set()
    assert starts.keys() < {what for what, _ in titles}


def test_a_step_of_a_path_shows_species_design_and_route(kg: KnowledgeGraph) -> None:
    """And nothing else: a step is one of several claims."""
    queries = PictureQueries(kg.reasoned, kg.folder)
    stated: dict[str, set[str]] = {}
    for row in kg.reasoned.select(
        "SELECT ?c ?l { VALUES ?role { glut:species glut:studyDesign glut:route } ?c ?role ?k . ?k rdfs:label ?l }",
        "stated",
    ):
        stated.setdefault(str(row["c"]), set()).add(str(row["l"]))
    groups: set[str] = set()
    for agent, goal in PATHS:
        picture = kg.draw("path", agent, goal).picture
        for chip in as_network(picture).chips:
            tags = [tag for tag in chip.tags if tag.group != "standing"]
            assert {tag.text for tag in tags} == set().union(*(stated.get(claim.iri, set()) for claim in chip.claims))
            groups |= {tag.group for tag in tags}
    assert groups == {"species", "study", "setting"}
    intravenous = queries.tags_of_step([kg.iri("claim:mk801-iv-sinus-tcc-cat")])
    assert [tag.text for tag in intravenous] == ["cat", "intravenous"]


def test_every_text_stands_out_from_its_ground(drawings: dict[str, Drawing]) -> None:
    pairs = {pair for drawing in drawings.values() for pair in written(drawing.sheet)}
    assert len(pairs) > 15
    assert {pair: ratio for pair in pairs if (ratio := contrast(*pair)) < 4.5} == {}
    assert contrast("#8a8a8a", "#ffffff") < 4.5


def test_lines_and_outlines_stand_out() -> None:
    colours = [mark.colour for mark in theme.MARKS.values()] + [theme.QUIET]
    assert min(contrast(colour, theme.PAGE) for colour in colours) >= 3


def test_no_text_is_smaller_than_ten_pixels(drawings: dict[str, Drawing]) -> None:
    sizes = {text.size for drawing in drawings.values() for panel in drawing.sheet.panels for text in panel.texts}
    assert min(sizes) >= 10


def test_marks_differ_in_more_than_their_colour() -> None:
    signs = {
        mark: repr(boxes_and_arrows.sign(mark, 0, 0)).replace(theme.MARKS[mark].colour, "") for mark in theme.MARKS
    }
    heads = {mark: boxes_and_arrows.arrowhead(mark, (0, 0), (10, 0)) for mark in theme.MARKS}
    outlines = {mark: (head.path, head.fill == head.stroke) for mark, head in heads.items()}
    for different in (signs, outlines):
        assert len(set(different.values())) == len(different)


def test_each_grade_of_certainty_has_a_line_and_an_entry_of_its_own(kg: KnowledgeGraph) -> None:
    """Also a grade that the ontology does not have yet."""
    rows = kg.reasoned.select("SELECT ?rank ?name { ?grade glut:certaintyRank ?rank . ?grade rdfs:label ?name }")
    grades = {int(str(row["rank"])): str(row["name"]) for row in rows}
    assert len(grades) >= 6
    grades[max(grades) + 1] = "a new grade"
    lines = {(theme.dash(rank), theme.thickness(rank)) for rank in grades}
    assert len(lines) == len(grades)
    boxes = tuple(Box(name, name, column=n) for n, name in enumerate("ab"))
    rows_of = tuple(Row(("a",), Chip(name, "raises", "raises", n, name), ("b",)) for n, name in grades.items())
    sheet = Drawing(RowPicture("", "", boxes, rows_of)).sheet
    assert set(grades.values()) <= {text.text for text in sheet.texts}
    assert {theme.dash(rank) for rank in grades} <= {stroke.dash for stroke in sheet.strokes}


def test_the_marks_and_groups_of_the_queries_are_those_that_can_be_drawn(kg: KnowledgeGraph) -> None:
    claims = [str(row["c"]) for row in kg.reasoned.select("SELECT ?c { ?c a glut:Claim }")]
    queries = PictureQueries(kg.reasoned, kg.folder)
    marks, tags = queries.marks(claims), queries.tags(claims)
    assert {mark.mark for mark in marks.values()} == set(theme.MARKS)
    assert {tag.group for several in tags.values() for tag in several} == set(theme.TAGS)
    assert set(claims) == set(marks)


def test_an_svg_is_well_formed_and_says_what_it_is(drawings: dict[str, Drawing]) -> None:
    for name, drawing in drawings.items():
        root = ElementTree.fromstring(drawing.svg())  # noqa: S314 - our own
        title, text = root[0], root[1]
        assert (title.tag, text.tag) == (SVG + "title", SVG + "desc"), name
        assert title.text, name
        assert text.text, name
        assert root.get("aria-labelledby") == f"{title.get('id')} {text.get('id')}"
        assert not [each for each in root.iter() if each.tag in {SVG + "script", SVG + "image", SVG + "foreignObject"}]


def test_the_legend_explains_what_is_used(drawings: dict[str, Drawing]) -> None:
    for name, drawing in drawings.items():
        texts = {text.text for text in drawing.sheet.texts}
        if isinstance(drawing.picture, TablePicture):
            cells = [cell for cell in drawing.picture.cells if cell.mark]
            assert {cell.certainty for cell in cells} <= texts, name
            assert {drawing.picture.words.get(cell.mark, theme.MARKS[cell.mark].text) for cell in cells} <= texts, name
            continue
        chips = as_network(drawing.picture).chips
        assert {theme.MARKS[chip.mark].text for chip in chips} <= texts, name
        assert {chip.certainty for chip in chips} <= texts, name
        assert {theme.TAG_TEXTS[tag.group] for chip in chips for tag in chip.tags} <= texts, name
