"""Which picture a word means, what can be drawn of what, and what stands first."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest

from glutkg.errors import UsageError
from glutkg.pictures.model import RowPicture, TablePicture
from glutkg.pictures.picture_names import drawable, picture_names
from glutkg.pictures.queries import PictureQueries
from glutkg.search.suggested_commands import suggested_command

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import CompletedProcess

    from glutkg.api import KnowledgeGraph

pytestmark = pytest.mark.xdist_group("pictures")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("places", 'draw distribution "glutamate receptor"'),
        ("where 'NMDA receptor'", "draw distribution 'NMDA receptor'"),
        ("Map", "draw distribution"),
        ("compare memantine ketamine", "draw comparison memantine ketamine"),
        ("mechanism", 'draw path memantine "migraine aura"'),
        ("studies migraine", "draw trials migraine"),
        ("disagreements", "draw conflict"),
        ("evidnce ketamine", "draw evidence ketamine"),
        ("tree 'glutamate receptor'", "draw hierarchy 'glutamate receptor'"),
        ("ketamine", "draw evidence ketamine"),
        ("poster", "'glutkg draw' lists all pictures"),
    ],
)
def test_a_word_that_is_no_picture_is_told_which_one_it_may_mean(kg: KnowledgeGraph, typed: str, meant: str) -> None:
    what, *things = shlex.split(typed)
    with pytest.raises(UsageError, match=re.escape(meant)) as error:
        kg.draw(what, *things)
    assert f"There is no picture '{what}'" in str(error.value)


@pytest.mark.parametrize(
    ("thing", "pictures"),
    [
        ("ketamine", {"evidence", "trials", "targets", "outcomes"}),
        ("NMDA receptor", {"evidence", "targets", "distribution"}),
        ("conflict:mk801-region", {"conflict"}),
        ("receptor", {"evidence", "targets", "distribution", "hierarchy"}),
        ("review:s062", set()),
    ],
)
def test_what_can_be_drawn_of_a_thing_is_known(kg: KnowledgeGraph, thing: str, pictures: set[str]) -> None:
    assert set(drawable(PictureQueries(kg.reasoned, kg.folder), [kg.iri(thing)])) == pictures


def test_the_command_lists_pictures_and_names_those_that_fit(run: Callable[..., CompletedProcess[str]]) -> None:
    listed = run("draw", environment={"COLUMNS": "80"})
    assert (listed.returncode, listed.stderr) == (0, "")
    assert max(map(len, listed.stdout.splitlines())) <= 80
    refused = run("draw", "distribution", "ketamine")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "What can be drawn:\n  glutkg draw evidence ketamine\n" in refused.stderr
    assert "distribution" not in refused.stderr


def test_the_example_of_each_picture_is_drawn(kg: KnowledgeGraph) -> None:
    for each in picture_names(kg.folder).values():
        program, command, what, *things = shlex.split(each.example)
        assert (program, command, what) == ("glutkg", "draw", each.name)
        assert kg.draw(what, *things, at_most=1).picture.title


def test_a_word_means_one_picture(kg: KnowledgeGraph) -> None:
    words = [word for each in picture_names(kg.folder).values() for word in (each.name, *each.words)]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("place", "stations"),
    [
        (
            "trigeminovascular pathway",
            ["meninges", "peripheral sensory afferent", "trigeminal ganglion", "trigeminocervical complex", "thalamus"],
        ),
        ("trigeminocervical complex", ["trigeminocervical complex"]),
        ("sensory thalamus", ["thalamus"]),
        ("hypothalamus", ["hypothalamus"]),
    ],
)
def test_a_place_is_drawn_with_what_is_found_there_station_by_station(
    kg: KnowledgeGraph, place: str, stations: list[str]
) -> None:
    picture = kg.draw("distribution", place).picture
    assert isinstance(picture, TablePicture)
    assert list(picture.columns[: len(picture.columns) - picture.apart]) == stations
    there = (
        f"SELECT ?c {{ ?c a glut:Localization ; glut:site <{kg.iri(place)}> ; glut:statedIn/glut:partOfDocument ?d }}"
    )
    wanted = {str(row["c"]) for row in kg.reasoned.select(there)}
    assert {claim.iri for cell in picture.cells for claim in cell.claims} == wanted != set()


def test_what_the_most_claims_name_is_on_the_first_slide(kg: KnowledgeGraph) -> None:
    picture = kg.draw("distribution", "glutamate receptor").picture
    assert isinstance(picture, TablePicture)
    names = [row.label for row in picture.rows]
    assert names.index("NMDA receptor") < names.index("kainate receptor") < names.index("AMPA receptor")
    slide = kg.draw("distribution", "glutamate receptor", shape="slide").picture
    assert isinstance(slide, TablePicture)
    assert "NMDA receptor" in [row.label for row in slide.rows]


def test_only_what_is_lower_than_elsewhere_is_called_less(kg: KnowledgeGraph) -> None:
    """Group II receptors sit before the synapse more than group I do, which makes no place of theirs a lesser one."""
    picture = kg.draw("distribution", "glutamate receptor").picture
    assert isinstance(picture, TablePicture)
    less = [cell for cell in picture.cells if any(detail.startswith("less") for detail in cell.details)]
    assert less
    assert all(cell.mark == "less" for cell in less)
    assert not [detail for cell in picture.cells if cell not in less for detail in cell.details if "group I " in detail]


def test_receptors_are_compared_by_what_claims_link_them_with(kg: KnowledgeGraph) -> None:
    receptors = ("NMDA receptor", "AMPA receptor", "kainate receptor")
    picture = kg.draw("comparison", *receptors, at_most=200).picture
    assert isinstance(picture, TablePicture)
    assert picture.columns == receptors
    linked = "glut:outcome|glut:agent|glut:targetSite|glut:synapticSide|glut:partner|glut:condition"
    stated = {
        (str(row["c"]), str(row["x"]))
        for row in kg.reasoned.select(f"SELECT ?c ?x {{ ?c {linked} ?x . ?c glut:target ?t }}", "stated")
    }
    of_target = {(str(row["c"]), str(row["t"])) for row in kg.reasoned.select("SELECT ?c ?t { ?c glut:target ?t }")}
    for cell in picture.cells:
        for claim in cell.claims:
            assert (claim.iri, picture.rows[cell.row].iri) in stated
            assert (claim.iri, kg.iri(receptors[cell.column])) in of_target
    assert {"Mechanisms of action", "Functional roles", "Places"} <= {row.section for row in picture.rows}
    said = {detail for cell in picture.cells for detail in cell.details}
    assert {"with memantine", "by antagonism", "lamina I", "said of GluK1 receptor"} <= said


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("compare the NMDA receptor and the AMPA receptor", "draw comparison 'NMDA receptor' 'AMPA receptor'"),
        ("a map of the trigeminocervical complex", "draw distribution 'trigeminocervical complex'"),
    ],
)
def test_words_ask_for_a_picture(kg: KnowledgeGraph, words: str, command: str) -> None:
    offered = suggested_command(kg.reasoned, kg.folder, words, kg.finder.questions.things(words))
    assert offered == f"glutkg {command}"


def test_a_slide_on_a_drug_has_its_mechanism_beside_its_use(kg: KnowledgeGraph) -> None:
    picture = kg.draw("evidence", "memantine", shape="slide").picture
    assert isinstance(picture, RowPicture)
    assert {"Clinical evidence", "Use", "Mechanisms of action"} <= {row.section for row in picture.rows}
