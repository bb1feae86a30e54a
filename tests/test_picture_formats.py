"""Pictures: every format can be read whatever the names are, and the command that writes them."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from conftest import ROOT
from picture_overlaps import clashes
from picture_samples import LONG

from glutkg.errors import NotFoundError, UsageError
from glutkg.pictures.formats import FORMS, Drawing
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

if TYPE_CHECKING:
    from collections.abc import Callable

    from glutkg.api import KnowledgeGraph

pytestmark = pytest.mark.xdist_group("pictures")
SVG = "{http://www.w3.org/2000/svg}"
EXAMPLES = {
    "evidence-migraine": ("evidence", "migraine"),
    "trials-migraine": ("trials", "migraine"),
    "comparison-memantine-ketamine": ("comparison", "memantine", "ketamine"),
    "targets-ionotropic-glutamate-receptors": ("targets", "ionotropic glutamate receptor"),
    "outcomes-cortical-spreading-depolarization": ("outcomes", "cortical spreading depolarization"),
    "conflict-mk801": ("conflict", "conflict:mk801-region"),
    "evidence-ly293558": ("evidence", "LY293558"),
    "path-memantine-aura": ("path", "memantine", "migraine aura"),
    "distribution-glutamate-receptors": ("distribution", "glutamate receptor"),
    "distribution-trigeminovascular-system": ("distribution", "trigeminovascular system"),
    "hierarchy-glutamate-receptors": ("hierarchy", "glutamate receptor"),
}


# --- the other forms --------------------------------------------------------------------------------------------------

NASTY = '<script>alert("1")</script> & \'x\' ]] --> %% #35; \\" \\N { } | ;\n`a` \x01 \u202e end'


def nasty() -> list[Drawing]:
    claims = (Claim('https://example.org/"><x', NASTY), Claim("https://example.org/2", LONG))
    boxes = (Box("b0", NASTY, 'https://example.org/"x"', 0, NASTY, NASTY, True), Box("b1", LONG, None, 1))
    chip = Chip("m0", NASTY, "open", 3, NASTY, (Tag("species", NASTY), Tag("study", LONG)), claims, 1)
    links = (Link("b0", "m0"), Link("m0", "b1"))
    cell = Cell(0, 0, "absent", 2, NASTY, (NASTY, LONG), claims)
    return [
        Drawing(NetworkPicture(NASTY, LONG, boxes, (chip,), links, (NASTY,))),
        Drawing(RowPicture(NASTY, LONG, boxes, (Row(("b0",), chip, ("b1",)),), (NASTY, LONG), (LONG,))),
        Drawing(
            TablePicture(
                NASTY,
                LONG,
                NASTY,
                (TableRow("https://example.org/r", NASTY, 1),),
                (LONG, NASTY),
                1,
                (cell,),
                {},
                (NASTY,),
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
        rf'  \w+\["(?:{TEXT})*"\](?::::(?:chief|notes))?',
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


def test_invalid_mermaid_or_dot_is_noticed() -> None:
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


def test_the_bytes_are_the_same_in_every_run(process: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    arguments = ("draw", "path", "memantine", "migraine aura")
    outputs = {process(*arguments, environment={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2")}
    assert len(outputs) == 1
    assert outputs.pop().startswith("<?xml")


def test_the_ending_of_the_file_selects_the_format(
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
        (("evidence", "memantine", "migraine"), "is of one thing"),
        (("comparison", "memantine"), "of two things or more"),
        (("comparison", "migraine", "lamina I"), "No claim says what"),
        (("trials", "perampanel"), "No clinical finding"),
        (("targets", "migraine"), "No claim fills a table of targets"),
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
def test_what_cannot_be_drawn_is_an_error_with_its_reason(
    kg: KnowledgeGraph, arguments: tuple[str, ...], message: str
) -> None:
    with pytest.raises((UsageError, NotFoundError), match=re.escape(message)):
        kg.draw(*arguments)


def test_the_command_offers_what_can_be_drawn() -> None:
    from glutkg.commands.exporting import DRAWINGS, PICTURES

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
def test_a_missing_package_is_named_with_the_command_that_installs_it(
    missing: str, arguments: tuple[str, ...], kg: KnowledgeGraph
) -> None:
    program = f"import sys; sys.modules[{missing!r}] = None; from glutkg.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "draw", *arguments]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, check=False, timeout=60)
    assert done.returncode == 1
    assert b"pip install 'glutkg[draw]'" in done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""
