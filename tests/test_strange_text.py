"""Text of others: terminals that are not UTF-8, words that are no text, labels in several languages, numbers."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.rdf.namespaces import PREFIXES
from glutkg.search.catalogue import catalogue
from glutkg.store.graph import Graph
from glutkg.store.labels import label
from glutkg.store.names import find
from glutkg.store.sources import Source

if TYPE_CHECKING:
    from pathlib import Path

    from command_runs import Run

LABELS = """@prefix glut: <https://w3id.org/glutkg/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
glut:A rdfs:label "Schmerz"@de , "pain"@en , "P" .
glut:B rdfs:label "Schmerz B"@de , "pain B"@en-GB .
glut:C rdfs:label "douleur C"@fr , "P C" , "Schmerz C"@de .
glut:D rdfs:label "douleur D"@fr , "Schmerz D"@de .
glut:E a glut:A .
"""
CHOSEN = {"A": "pain", "B": "pain B", "C": "P C", "D": "Schmerz D", "E": "glut:E"}


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return Graph.of([Source(tmp_path_factory.mktemp("labels") / "labels.ttl", "http://example.org/labels", LABELS)])


@pytest.mark.parametrize(("name", "chosen"), CHOSEN.items())
def test_of_several_labels_the_english_one_is_shown(labelled: Graph, name: str, chosen: str) -> None:
    assert label(labelled, PREFIXES["glut"] + name) == chosen


def test_a_label_in_any_language_is_found(labelled: Graph) -> None:
    assert find(labelled, "douleur D") == find(labelled, "Schmerz D") == PREFIXES["glut"] + "D"
    things = catalogue(labelled)
    assert {name: things[PREFIXES["glut"] + name].label for name in "ABCD"} == {n: CHOSEN[n] for n in "ABCD"}
    assert set(things[PREFIXES["glut"] + "C"].synonyms) == {"douleur C", "Schmerz C"}


@pytest.mark.sample(4)
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
@pytest.mark.parametrize(
    "call", ["show memantine", "ask conflicts", "show päin", "show p\udcffin", "find p\udcc3\udca4"]
)
def test_a_terminal_of_any_encoding_is_written_to(cache: Path, encoding: str, call: str) -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "GLUTKG_CACHE": str(cache), "PYTHONIOENCODING": encoding, "COLUMNS": "60"}
    words = [sys.executable, "-m", "glutkg", *call.split(" ", 2)]
    with subprocess.Popen(words, cwd=ROOT, env=environment, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 1 << 16):
                shown += piece
        except OSError:  # so Linux tells the end
            pass
    os.close(ours)
    assert process.returncode in (0, 2)
    assert len(shown) > 20
    assert "Traceback" not in shown.decode(encoding, errors="replace")


@pytest.mark.parametrize(
    "call",
    [
        ("show", "\udcff"),
        ("find", "\ud800"),
        ("ask", "compounds-at-receptor", "\udcff"),
        ("ask", "\udcff"),
        ("check", "\udcff.ttl"),
        ("check", "\0.ttl"),
        ("diff", "\udcff"),
        ("diff", "\0"),
        ("--data", "\udcff", "show", "memantine"),
        ("predict", "\udcff", "\udcff"),
        ("whynot", "\udcff", "\udcff", "\udcff"),
        ("coverage", "\udcff"),
        ("draw", "\udcff"),
        ("show", "x" * 100_000),
        ("show", "a\x1b[31mb"),
        ("find", "a\x1b[31mb"),
        ("ask", "a\x1b[31mb"),
        ("diff", "\x1b[31m"),
        ("check", "\x1b[31m.ttl"),
        ("--data", "\x1b[31m", "check"),
        ("memantine\x1b[31m",),
        ("show", "memantine", "\x1b[31m"),
    ],
)
def test_words_that_are_no_text_are_told_in_a_line(run: Run, call: tuple[str, ...]) -> None:
    done = run(*call)
    assert done.returncode in (0, 1, 2)
    assert "Traceback" not in done.stderr
    assert 0 < len(done.stdout + done.stderr) < 5000
    assert "\x1b" not in done.stdout + done.stderr, "no word controls the terminal"


def test_a_data_folder_without_a_name_is_not_the_shipped_one(run: Run) -> None:
    done = run("--data", "", "show", "memantine")
    assert (done.returncode, done.stdout) == (2, "")
    assert "The name of the data folder is empty" in done.stderr


def test_a_file_whose_name_is_no_text_is_read(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "p\udcff.ttl"
    try:
        path.write_text("<http://a> <http://b> 1 2 .\n")
    except OSError:
        pytest.skip("the file system takes text only")
    for form in ("table", "json"):
        done = run("check", str(path), "--format", form)
        assert done.returncode == 1
        assert r"p\udcff.ttl" in "".join(done.stdout.replace(r"\\", "\\").split())


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (("-receptor", "mGlu5"), "Write --receptor"),
        (("—receptor", "mGlu5"), "Write --receptor"),
        (("receptor", "mGlu5"), "Did you mean --receptor?"),
        (("--receptor",), "--receptor needs a value"),
    ],
)
def test_a_name_where_an_option_was_meant_is_told(run: Run, words: tuple[str, ...], advice: str) -> None:
    done = run("ask", "compounds-at-receptor", *words)
    assert done.returncode == 2
    assert advice in done.stderr


@pytest.mark.sample(16)
@pytest.mark.parametrize("number", ["-1", "x", "1e3", "٣", "1_0", "9" * 5000, "", " ", "nan", "0x10"])
@pytest.mark.parametrize(
    "call",
    [
        ("serve", "--port"),
        ("why", "--question", "conflicts", "--row"),
        ("fragility", "--question", "conflicts", "--row"),
        ("justify", "--limit"),
        ("path", "memantine", "migraine", "--limit"),
        ("ask", "findings-by-outcome", "--atLeast"),
    ],
)
def test_a_number_that_is_none_is_told(run: Run, call: tuple[str, ...], number: str) -> None:
    done = run(*call, number)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { " + "?s ?p ?o . " * 20_000 + "}",
        "SELECT * WHERE { " + "{" * 3000 + "?s a glut:Claim" + "}" * 3000 + " }",
        "SELECT * WHERE { FILTER(" + "(" * 3000 + "1" + ")" * 3000 + ") }",
        "ASK { ?s ?p '" + "x" * 200_000 + "' }",
        "#" * 200_000,
        "{" * 100_000,
        "",
    ],
)
def test_a_query_of_any_length_is_answered_or_refused(run: Run, query: str) -> None:
    done = run("sparql", query)
    assert done.returncode in (0, 1, 2)
    assert "Traceback" not in done.stderr
    assert len(done.stderr) < 3000


@pytest.mark.parametrize("columns", ["1", "3", "0", "-5", "x", "9" * 30])
def test_a_page_of_any_width_is_written(run: Run, columns: str) -> None:
    for call in (("ask", "conflicts"), ("show", "memantine"), ("find", "pain")):
        done = run(*call, environment={"COLUMNS": columns})
        assert done.returncode == 0
        assert done.stdout
