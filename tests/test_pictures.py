"""Pictures: nothing overlaps, everything can be read, and no line says what no claim does."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from conftest import ROOT

from glutkg.errors import NotFoundError, UsageError
from glutkg.pictures import lettering, palette, panels
from glutkg.pictures.drawing import FORMS, Drawing
from glutkg.pictures.parts import (
    Box,
    Chart,
    Chip,
    Claim,
    Link,
    Picture,
    Row,
    Spot,
    Tag,
    Way,
    Ways,
    as_network,
)
from glutkg.pictures.readings import Reader
from glutkg.pictures.svg import Panel, Sheet, Stroke, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from glutkg.api import KnowledgeGraph

    Run = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.xdist_group("pictures")
LONG = "pneumonoultramicroscopicsilicovolcanoconiosis" * 3
SVG = "{http://www.w3.org/2000/svg}"
PATHS = [
    ("memantine", "migraine aura"),
    ("ketamine", "headache"),
    ("topiramate", "migraine"),
    ("LY293558", "migraine"),
    ("magnesium", "migraine"),
    ("memantine", "migraine"),
]
EXAMPLES = {
    "conflict-mk801": ("conflict", "conflict:mk801-region"),
    "evidence-ly293558": ("evidence", "LY293558"),
    "path-memantine-aura": ("path", "memantine", "migraine aura"),
    "distribution-glutamate-receptors": ("distribution", "glutamate receptor"),
    "hierarchy-glutamate-receptors": ("hierarchy", "glutamate receptor"),
}


@pytest.fixture(scope="module")
def drawings(kg: KnowledgeGraph) -> dict[str, Drawing]:
    """All evidence of substances and targets, all conflicts, all distributions, many hierarchies, some paths."""
    made: dict[str, Drawing] = {}
    lists = {
        "evidence": "?thing a glut:Substance . ?claim glut:agent ?thing",
        "conflict": "?thing a glut:Conflict",
        "distribution": "?claim a glut:Localization ; glut:statedIn/a glut:Sentence . ?claim glut:target ?thing",
        "hierarchy": "?thing rdfs:subClassOf ?any . ?narrower rdfs:subClassOf ?thing . ?any a owl:Class "
        "FILTER(?narrower != ?thing && ?thing != ?any)",
    }
    for what, pattern in lists.items():
        rows = kg.reasoned.select(f"SELECT DISTINCT ?thing {{ {pattern} FILTER(isIRI(?thing)) }} ORDER BY ?thing")
        for row in rows:
            try:
                made[f"{what} {row['thing']}"] = kg.draw(what, str(row["thing"]))
            except NotFoundError:
                continue
    for name in ("NMDA receptor", "migraine", "trigeminocervical complex", "cortical spreading depolarization"):
        made[f"evidence {name}"] = kg.draw("evidence", name)
    for agent, goal in PATHS:
        made[f"path {agent} {goal}"] = kg.draw("path", agent, goal)
    return made


def test_there_is_enough_to_look_at(drawings: dict[str, Drawing]) -> None:
    counts = {what: sum(name.startswith(what) for name in drawings) for what in ("evidence", "conflict", "hierarchy")}
    assert counts["evidence"] > 30
    assert counts["conflict"] >= 15
    assert counts["hierarchy"] > 50


# --- nothing overlaps -------------------------------------------------------------------------------------------------

Area = tuple[float, float, float, float]
SLACK = 0.15
"""Pixels: places are rounded to a tenth."""


def area(each: Panel | Text) -> Area:
    """From left, top to right, bottom; letters reach from a cap's height above the baseline to a fifth below it."""
    if isinstance(each, Panel):
        return each.x, each.y, each.x + each.width, each.y + each.height
    return each.x, each.y - 0.72 * each.size, each.x + each.width, each.y + 0.21 * each.size


def meet(one: Area, other: Area) -> bool:
    return all(one[n] + SLACK < other[n + 2] and other[n] + SLACK < one[n + 2] for n in (0, 1))


def holds(outer: Area, inner: Area) -> bool:
    return all(outer[n] - SLACK <= inner[n] and inner[n + 2] <= outer[n + 2] + SLACK for n in (0, 1))


def clashes(sheet: Sheet) -> Iterator[str]:
    """Name all that stands on top of something else or sticks out."""
    page = Panel("page", 0, 0, sheet.width, sheet.height, "", "")
    yield from _clashes(page, (*sheet.panels, *sheet.texts))
    waiting = list(sheet.panels)
    while waiting:
        panel = waiting.pop()
        yield from _clashes(panel, (*panel.panels, *panel.texts))
        waiting += panel.panels
    for stroke in sheet.strokes:
        pieces = list(strokes_of(stroke))
        yield from (
            f"a line through {panel.hint}" for panel in sheet.panels if any(meet(p, _inside(panel)) for p in pieces)
        )


def _inside(panel: Panel) -> Area:
    left, top, right, bottom = area(panel)
    return left + 1.5, top + 1.5, right - 1.5, bottom - 1.5


def _clashes(outer: Panel, inner: Sequence[Panel | Text]) -> Iterator[str]:
    yield from (f"{_name(each)} sticks out of {_name(outer)}" for each in inner if not holds(area(outer), area(each)))
    areas = sorted(((area(each), each) for each in inner), key=lambda pair: pair[0][1])
    for number, (upper, a) in enumerate(areas):
        for lower, b in areas[number + 1 :]:
            if lower[1] > upper[3]:
                break
            if meet(upper, lower):
                yield f"{_name(a)} on {_name(b)}"


def _name(each: Panel | Text) -> str:
    return f"'{each.text}'" if isinstance(each, Text) else f"{each.kind} '{each.hint}'"


def strokes_of(stroke: Stroke) -> Iterator[Area]:
    """Give a straight line `M x yH x` as it is, and the points along Bézier curves."""
    if "H" in stroke.path:
        left, y, right = (float(number) for number in re.findall(r"[\d.]+", stroke.path))
        yield left, y, right, y
        return
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", stroke.path)]
    places = list(zip(numbers[::2], numbers[1::2], strict=True))
    for n in range(0, len(places) - 1, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = places[n : n + 4]
        for t in (step / 20 for step in range(21)):
            u = 1 - t
            w = u**3, 3 * u * u * t, 3 * u * t * t, t**3
            x, y = w[0] * ax + w[1] * bx + w[2] * cx + w[3] * dx, w[0] * ay + w[1] * by + w[2] * cy + w[3] * dy
            yield x, y, x, y


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
    yield from ((text.fill, palette.PAGE) for text in sheet.texts)
    waiting = [(panel, palette.PAGE) for panel in sheet.panels]
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
        parts = lettering.wrap(word, 10, limit)
        assert "".join(part.removesuffix("-") for part in parts) == word.replace("-", "")
        assert all(lettering.width(part, 10) <= limit for part in parts)
        assert min(map(len, parts)) >= 4
    assert cut_words(Sheet(0, 0, "", "", (), (), (Text(0, 0, "trigemino-", 10, 0, ""),)), {"trigemino"}) == {
        "trigemino-"
    }


def test_headings_of_neighbours_do_not_run_together(drawings: dict[str, Drawing]) -> None:
    seen = 0
    for name, drawing in drawings.items():
        if not isinstance(drawing.picture, Chart):
            continue
        heads = [text for text in drawing.sheet.texts if text.bold and text.size < 12]
        for one, other in ((a, b) for a in heads for b in heads if a.y == b.y and a.x < b.x):
            assert one.x + one.width + 6 <= other.x, (name, one.text, other.text)
            seen += 1
    assert seen > 100


def test_titles_need_no_article(drawings: dict[str, Drawing]) -> None:
    """The name of a kind, such as a receptor, stands after a colon or after "kind of"."""
    starts = {"evidence": "Evidence: ", "distribution": "Where each kind of ", "hierarchy": "Kinds of "}
    titles = [(name.split()[0], drawing.picture.title) for name, drawing in drawings.items()]
    assert {title for what, title in titles if not title.startswith(starts.get(what, ""))} == set()
    assert starts.keys() < {what for what, _ in titles}


def test_a_step_of_a_path_shows_species_design_and_route(kg: KnowledgeGraph) -> None:
    """And nothing else: a step is one of several claims."""
    reader = Reader(kg.reasoned, kg.folder)
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
    intravenous = reader.tags_of_step([kg.find("claim:mk801-iv-sinus-tcc-cat")])
    assert [tag.text for tag in intravenous] == ["cat", "intravenous"]


def test_every_text_stands_out_from_its_ground(drawings: dict[str, Drawing]) -> None:
    pairs = {pair for drawing in drawings.values() for pair in written(drawing.sheet)}
    assert len(pairs) > 15
    assert {pair: ratio for pair in pairs if (ratio := contrast(*pair)) < 4.5} == {}
    assert contrast("#8a8a8a", "#ffffff") < 4.5


def test_lines_and_outlines_stand_out() -> None:
    colours = [mark.colour for mark in palette.MARKS.values()] + [palette.QUIET]
    assert min(contrast(colour, palette.PAGE) for colour in colours) >= 3


def test_no_text_is_smaller_than_ten_pixels(drawings: dict[str, Drawing]) -> None:
    sizes = {text.size for drawing in drawings.values() for panel in drawing.sheet.panels for text in panel.texts}
    assert min(sizes) >= 10


def test_marks_differ_in_more_than_their_colour() -> None:
    signs = {mark: repr(panels.sign(mark, 0, 0)).replace(palette.MARKS[mark].colour, "") for mark in palette.MARKS}
    heads = {mark: panels.head(mark, (0, 0), (10, 0)) for mark in palette.MARKS}
    shapes = {mark: (head.path, head.fill == head.stroke) for mark, head in heads.items()}
    lines = {rank: (palette.DASHES[rank], palette.WIDTHS[rank]) for rank in palette.DASHES}
    for different in (signs, shapes, lines):
        assert len(set(different.values())) == len(different)


def test_the_marks_and_groups_of_the_queries_are_those_that_can_be_drawn(kg: KnowledgeGraph) -> None:
    claims = [str(row["c"]) for row in kg.reasoned.select("SELECT ?c { ?c a glut:Claim }")]
    reader = Reader(kg.reasoned, kg.folder)
    marks, tags = reader.marks(claims), reader.tags(claims)
    assert {mark.mark for mark in marks.values()} == set(palette.MARKS)
    assert {mark.rank for mark in marks.values()} <= set(palette.DASHES)
    assert {tag.group for several in tags.values() for tag in several} == set(palette.TAGS)
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
        if isinstance(drawing.picture, Chart):
            assert {cell.certainty for cell in drawing.picture.cells} <= texts, name
            continue
        chips = as_network(drawing.picture).chips
        assert {palette.MARKS[chip.mark].text for chip in chips} <= texts, name
        assert {chip.certainty for chip in chips} <= texts, name
        assert {palette.TAG_TEXTS[tag.group] for chip in chips for tag in chip.tags} <= texts, name


# --- no picture says what no claim does -------------------------------------------------------------------------------


def walks(picture: Picture) -> set[tuple[str, ...]]:
    """All ways along the links from where nothing leads to, to where nothing leads on."""
    onward: dict[str, list[str]] = {}
    for link in picture.links:
        onward.setdefault(link.start, []).append(link.end)
    starts = set(onward) - {link.end for link in picture.links}

    def on(way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        ends = onward.get(way[-1], [])
        yield from (whole for end in ends for whole in on((*way, end))) if ends else [way]

    return {whole for start in starts for whole in on((start,))}


def test_only_ways_that_claims_state_can_be_followed(drawings: dict[str, Drawing]) -> None:
    checked = 0
    for drawing in drawings.values():
        if isinstance(drawing.picture, Ways) and drawing.picture.ways[0].chip is not None:
            ways = {(*way.before, *((way.chip.name,) if way.chip else ()), *way.after) for way in drawing.picture.ways}
            assert walks(as_network(drawing.picture)) == ways
            checked += len(ways)
    assert checked > 300


def test_a_mixed_way_is_noticed() -> None:
    chips = tuple(Chip(name, "raises", "raises", 1, "established") for name in "xy")
    boxes = tuple(Box(name, name) for name in "abcd")
    links = tuple(Link(start, end) for way in ("axcd", "byc") for start, end in pairwise(way))
    assert ("b", "y", "c", "d") in walks(Picture("", "", boxes, chips, links))


def test_what_a_way_says_is_what_its_claims_state(kg: KnowledgeGraph, drawings: dict[str, Drawing]) -> None:
    stated: dict[str, set[str]] = {}
    for row in kg.reasoned.select(
        "SELECT ?c ?l { ?c glut:result ?r . ?c ?role ?kind . ?kind rdfs:label ?l }", "stated"
    ):
        stated.setdefault(str(row["c"]), set()).add(str(row["l"]))
    for drawing in drawings.values():
        if not isinstance(drawing.picture, Ways):
            continue
        boxes = {box.name: box for box in drawing.picture.boxes}
        for way in drawing.picture.ways:
            for claim in way.chip.claims if way.chip else ():
                for name in (*way.before, *way.after):
                    labels = re.split(", | or ", boxes[name].label)
                    assert boxes[name].label in stated[claim.iri] or set(labels) <= stated[claim.iri]


def test_only_claims_that_are_affirmed_and_in_force_look_so(kg: KnowledgeGraph) -> None:
    claims = [str(row["c"]) for row in kg.reasoned.select("SELECT ?c { ?c a glut:Claim }")]
    positive = {
        str(row["c"])
        for row in kg.reasoned.select("SELECT ?c { ?c a glut:AffirmedClaim . ?c glut:standing glut:Undisputed }")
    }
    marks = Reader(kg.reasoned, kg.folder).marks(claims)
    looking = {claim for claim, mark in marks.items() if mark.mark in {"raises", "lowers", "plain"}}
    assert looking - positive == set()
    assert set(claims) - positive


def test_accepted_facts_of_other_sources_are_not_drawn(kg: KnowledgeGraph, drawings: dict[str, Drawing]) -> None:
    other = {
        str(row["c"])
        for row in kg.reasoned.select("SELECT ?c { ?c glut:statedIn ?d . ?d a glut:Document . ?c a glut:Claim }")
    }
    drawn = {
        claim.iri
        for name, drawing in drawings.items()
        if not name.startswith("hierarchy")
        for claim in _claims(drawing.picture)
    }
    assert other
    assert len(drawn) > 300
    assert drawn & other == set()


def _claims(picture: Picture | Ways | Chart) -> list[Claim]:
    parts: Sequence[Chip | Spot] = picture.cells if isinstance(picture, Chart) else as_network(picture).chips
    return [claim for part in parts for claim in part.claims]


def test_what_is_left_out_is_counted(kg: KnowledgeGraph) -> None:
    for thing in ("glutamate", "ketamine", "NMDA receptor"):
        asked = Reader(kg.reasoned, kg.folder).rows("evidence", thing=[kg.find(thing)])
        for at_most in (3, 36, 500):
            picture = kg.draw("evidence", thing, at_most=at_most).picture
            assert isinstance(picture, Ways)
            assert len(picture.ways) <= at_most
            left = sum(int(number) for note in picture.notes for number in re.findall(r": (\d+) claims?\.", note))
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
    assert claims.isdisjoint(kg.network.elsewhere({"species": "rat"}))
    note = "Narrowed to species rat: claims that name only others are left out, but for tests of the whole."
    assert note in drawing.picture.notes
    done = run("draw", "path", "memantine", "migraine aura", "--route", "oral", "-o", str(tmp_path / "path.svg"))
    assert done.returncode == 0, done.stderr
    assert "Narrowed to route oral: " in " ".join((tmp_path / "path.svg").read_text(encoding="utf-8").split())
    refused = run("draw", "evidence", "ketamine", "--species", "rat")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "Only a path is narrowed to a species or a route" in refused.stderr


# --- the other forms --------------------------------------------------------------------------------------------------

NASTY = '<script>alert("1")</script> & \'x\' ]] --> %% #35; \\" \\N { } | ;\n`a` \x01 \u202e end'


def nasty() -> list[Drawing]:
    claims = (Claim('https://example.org/"><x', NASTY), Claim("https://example.org/2", LONG))
    boxes = (Box("b0", NASTY, 'https://example.org/"x"', 0, NASTY, NASTY, True), Box("b1", LONG, None, 1))
    chip = Chip("m0", NASTY, "open", 3, NASTY, (Tag("species", NASTY), Tag("study", LONG)), claims, 1)
    links = (Link("b0", "m0"), Link("m0", "b1"))
    cell = Spot(0, 0, "absent", 2, NASTY, (NASTY, LONG), claims)
    return [
        Drawing(Picture(NASTY, LONG, boxes, (chip,), links, (NASTY,))),
        Drawing(Ways(NASTY, LONG, boxes, (Way(("b0",), chip, ("b1",)),), (NASTY, LONG), (LONG,))),
        Drawing(
            Chart(
                NASTY, LONG, NASTY, (Row("https://example.org/r", NASTY, 1),), (LONG, NASTY), 1, (cell,), {}, (NASTY,)
            )
        ),
    ]


@pytest.mark.parametrize("drawing", nasty(), ids=lambda drawing: type(drawing.picture).__name__)
def test_hostile_and_endless_names_do_no_harm(drawing: Drawing) -> None:
    root = ElementTree.fromstring(drawing.svg())  # noqa: S314 - our own
    assert root.findall(f".//{SVG}script") == []
    assert "alert" in "".join(root.itertext())
    assert list(clashes(drawing.sheet)) == []
    _read_png(drawing.png())
    _check_mermaid(drawing.mermaid())
    _check_dot(drawing.dot())


def _read_png(content: bytes) -> tuple[int, int]:
    """Decode a PNG as far as its size and that it shows more than one colour. Raises ValueError when it is damaged."""
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    place, data, size = 8, b"", (0, 0)
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        kind, body = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        if content[place + 8 + length : place + 12 + length] != struct.pack(">I", zlib.crc32(kind + body)):
            raise ValueError(f"the chunk {kind!r} is damaged")
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
        data += body if kind == b"IDAT" else b""
        place += 12 + length
    assert len(set(zlib.decompress(data))) > 10
    return size


def test_a_png_has_two_pixels_for_each_of_the_svg(kg: KnowledgeGraph) -> None:
    drawing = kg.draw("conflict", "conflict:mk801-region")
    wide, high = _read_png(drawing.png())
    assert abs(wide - 2 * drawing.sheet.width) <= 2
    assert abs(high - 2 * drawing.sheet.height) <= 2
    with pytest.raises(ValueError, match="damaged"):
        _read_png(drawing.png()[:-20])


TEXT = r"""[^"<>&;`\[\]{}|\\#]|#\d+;|<br/>"""
MERMAID = [
    re.compile(line)
    for line in (
        r'---|title: "(?:[^"\\]|\\.)*"|flowchart LR',
        r"  acc(?:Title|Descr): [^\n]+",
        rf'  \w+\["(?:{TEXT})*"\](?::::chief)?',
        rf'  \w+\(\["(?:{TEXT})*"\]\):::\w+',
        r"  \w+ (?:-->|---) \w+",
        r"  linkStyle \d+ stroke:#[0-9a-f]{6},stroke-width:[\d.]+px(?:,stroke-dasharray:[\d ]+)?",
        r"  classDef \w+ [\w:#,-]+",
    )
]


def _check_mermaid(text: str) -> None:
    lines = text.splitlines()
    assert [line for line in lines if not any(pattern.fullmatch(line) for pattern in MERMAID)] == []
    nodes = {found[1] for line in lines if (found := re.match(r"  (\w+)(?:\[|\(\[)", line))}
    links = [found.groups() for line in lines if (found := re.fullmatch(r"  (\w+) (?:-->|---) (\w+)", line))]
    assert {end for link in links for end in link} <= nodes
    styled = [int(number) for number in re.findall(r"linkStyle (\d+)", text)]
    assert all(number < len(links) for number in styled)
    used = set(re.findall(r":::(\w+)", text))
    assert used <= set(re.findall(r"classDef (\w+)", text))


def _check_dot(text: str) -> None:
    from pygraphviz import AGraph

    graph = AGraph(string=text)
    assert len(graph.nodes()) == len(re.findall(r"^  (?!graph|node)\w+ \[", text, re.MULTILINE))
    assert graph.edges()


def test_mermaid_and_dot_can_be_read(drawings: dict[str, Drawing]) -> None:
    for name, drawing in drawings.items():
        if name.startswith(("conflict", "path", "distribution")):
            _check_mermaid(drawing.mermaid())
            _check_dot(drawing.dot())


def test_what_is_no_mermaid_or_dot_is_noticed() -> None:
    with pytest.raises(AssertionError):
        _check_mermaid('flowchart LR\n  a["x"]\n  a --> b\n')
    with pytest.raises(AssertionError):
        _check_mermaid('flowchart LR\n  a["a "quote""]\n')
    with pytest.raises(Exception, match=r"(?i)syntax|error|invalid"):
        _check_dot("digraph { a -> ")


def test_a_notebook_shows_the_picture(kg: KnowledgeGraph) -> None:
    shown = kg.draw("conflict", "conflict:mk801-region")._repr_svg_()
    assert shown.startswith("<svg ")
    ElementTree.fromstring(shown)  # noqa: S314 - our own


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_the_documentation_are_fresh(
    name: str, kg: KnowledgeGraph, request: pytest.FixtureRequest
) -> None:
    path = ROOT / "docs" / "pictures" / f"{name}.svg"
    drawn = kg.draw(*EXAMPLES[name]).svg()
    if request.config.getoption("--update-golden"):
        path.write_text(drawn, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == drawn


def test_the_folder_of_examples_holds_no_other() -> None:
    assert {path.stem for path in (ROOT / "docs" / "pictures").iterdir()} == set(EXAMPLES)


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_bytes_are_the_same_in_every_run(run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    arguments = ("draw", "path", "memantine", "migraine aura")
    outputs = {run(*arguments, environment={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2")}
    assert len(outputs) == 1
    assert outputs.pop().startswith("<?xml")


def test_the_ending_of_the_file_names_the_form(
    kg: KnowledgeGraph, tmp_path: object, run: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    from pathlib import Path

    drawing = kg.draw("conflict", "conflict:mk801-region")
    for form, endings in FORMS.items():
        for ending in endings:
            path = Path(str(tmp_path)) / f"picture.{ending}"
            drawing.save(path)
            assert path.read_bytes() == drawing.content(form)
    done = run("draw", "conflict", "conflict:mk801-region", "-o", "by-command.gv")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (Path(str(tmp_path)) / "by-command.gv").read_bytes() == drawing.content("dot")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("path", "memantine"), "name both"),
        (("evidence", "memantine", "migraine"), "Only a path has a goal"),
        (("evidence", "ketamin"), "Did you mean"),
        (("evidence", "review:s062"), "No claim leads"),
        (("conflict", "perampanel"), "No curated conflict"),
        (("conflict", "memantine"), "conflict:pore-blockers-iv-tcc"),
        (("distribution", "ketamine"), "No claim says where"),
        (("hierarchy", "lamina I"), "has no narrower kinds"),
        (("path", "capsaicin", "migraine aura"), "No path leads"),
        (("poster", "ketamine"), "There is no picture 'poster'"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_drawn_is_said(kg: KnowledgeGraph, arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises((UsageError, NotFoundError), match=re.escape(message)):
        kg.draw(*arguments)


def test_the_command_offers_what_can_be_drawn() -> None:
    from glutkg.commands.publishing import DRAWINGS, PICTURES

    assert tuple(FORMS) == DRAWINGS
    assert set(PICTURES) == {what for what, *_ in EXAMPLES.values()}


def test_an_unknown_ending_is_refused(run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = run("draw", "evidence", "ketamine", "-o", "ketamine.jpeg")
    assert done.returncode == 2
    assert ".svg, .png, .mmd" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("missing", "arguments"),
    [
        ("pygraphviz", ("path", "memantine", "migraine aura")),
        ("fontTools", ("evidence", "ketamine")),
        ("resvg_py", ("evidence", "ketamine", "--format", "png")),
    ],
)
def test_a_missing_part_is_named_with_its_cure(missing: str, arguments: tuple[str, ...], kg: KnowledgeGraph) -> None:
    program = f"import sys; sys.modules[{missing!r}] = None; from glutkg.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "draw", *arguments]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, check=False, timeout=60)
    assert done.returncode == 1
    assert b"pip install 'glutkg[draw]'" in done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""
