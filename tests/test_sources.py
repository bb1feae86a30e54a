"""Files of others: their names and places, what they hold, and what is no file at all."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from glutkg.checks.check import check
from glutkg.checks.unread_files import unread_files
from glutkg.errors import SourceError
from glutkg.resources import FOLDERS, content_key, is_shipped, question_files, rule_files, source_files
from glutkg.store.graph import Graph
from glutkg.store.sources import faults, graph_name, quads, read_source, read_through

if TYPE_CHECKING:
    from command_runs import Run

CLAIM = """@prefix claim: <https://w3id.org/glutkg/claim/> .
@prefix glut: <https://w3id.org/glutkg/> .
@prefix review: <https://w3id.org/glutkg/source/glutamate-receptors-migraine#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix substance: <https://w3id.org/glutkg/substance/> .

claim:memantine-acts-on-mglu5 a glut:MechanismOfAction ;
    rdfs:label "Memantine antagonises the mGlu5 receptor"@en ;
    glut:agent substance:memantine ;
    glut:action glut:Antagonism ;
    glut:target glut:MGlu5Receptor ;
    glut:result glut:Affirmed ;
    glut:modality glut:Nowhere ;
    glut:statedIn review:s062 .
"""
NAMES = (
    "my claims (1).ttl",
    "100%.ttl",
    "[a].ttl",
    "é ü.ttl",
    "a.v1.ttl",
    "two\nlines.ttl",
    "'quoted' \"name\".ttl",
    "#.x.ttl",
)
NO_SOURCES = (".#x.ttl", "._x.ttl", ".ipynb_checkpoints/x.ttl", ".x.ttl.swp", "x.ttl~", "#x.ttl#", "~$x.ttl")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_a_file_may_have_any_name(run: Run, tmp_path: Path) -> None:
    """Each holds a claim of its own, and what is wrong with it is shown at its place."""
    for number, name in enumerate(NAMES):
        (tmp_path / name).write_text(CLAIM.replace("acts-on-mglu5", f"acts-on-mglu5-{number}"), encoding="utf-8")
    done = run("check", *(str(tmp_path / name) for name in NAMES))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    shown = done.stdout + done.stderr
    assert shown.count(":13") == len(NAMES)
    assert all(f"acts-on-mglu5-{number}" in shown for number in range(len(NAMES)))


@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_the_graph_of_any_file_is_an_iri(name: str) -> None:
    source = read_source(ROOT / "facts" / "documents.ttl")._replace(graph=graph_name(Path(f"facts/{name}.ttl")))
    assert next(quads(source))


def test_two_files_never_share_a_graph() -> None:
    names = [graph_name(Path(f"facts/{name}")) for name in (*NAMES, "a.v2.ttl", "a.ttl", "a%2Ev1.ttl")]
    assert len(set(names)) == len(names)


def test_what_editors_leave_is_no_source(tmp_path: Path) -> None:
    for folder, end in (("facts", ".ttl"), ("rules", ".rq"), ("queries/questions", ".rq")):
        for name in ("good.ttl", *NO_SOURCES):
            path = tmp_path / folder / name.replace(".ttl", end)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")
    for found in (source_files(tmp_path), rule_files(tmp_path), question_files(tmp_path)):
        assert [path.stem for path in found] == ["good"]


def test_a_file_that_is_named_twice_is_one(run: Run, nothing_stated: Path, tmp_path: Path) -> None:
    path = tmp_path / "claims.ttl"
    path.write_text(CLAIM)
    (tmp_path / "link.ttl").symlink_to(path)
    names = (path, path, tmp_path / "." / "claims.ttl", tmp_path / "link.ttl")
    once, often = (run("--data", str(nothing_stated), "check", *map(str, some)) for some in ([path], names))
    assert often.stdout == once.stdout
    assert "claims.ttl:" in once.stdout


def test_links_in_a_circle_are_told_by_name(nothing_stated: Path, tmp_path: Path) -> None:
    (tmp_path / "one.ttl").symlink_to("other.ttl")
    (tmp_path / "other.ttl").symlink_to("one.ttl")
    (found,) = check(nothing_stated, [tmp_path / "one.ttl"]).results
    assert (found.rule, found.path) == ("syntax", f"{tmp_path}/one.ttl")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no such device")
def test_what_has_no_end_is_read_up_to_a_limit(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glutkg.resources.MAX_BYTES", 1 << 20)
    done = run("check", "/dev/zero")
    assert done.returncode == 1
    assert "more than 1,048,576 bytes" in " ".join((done.stdout + done.stderr).split())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name")
def test_a_pipe_is_read_and_never_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glutkg.resources.PATIENCE", 0.3)
    path = tmp_path / "pipe.ttl"
    os.mkfifo(path)
    holding = os.open(path, os.O_RDWR)  # a writer that writes nothing
    with pytest.raises(SourceError, match="nothing more came"):
        read_source(path)
    os.write(holding, CLAIM.encode())
    threading.Timer(0.1, os.close, [holding]).start()
    assert read_source(path).text == CLAIM


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name")
def test_a_file_that_grows_while_it_is_read_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grown, now = tmp_path / "grown.ttl", Path.stat
    grown.write_bytes(b"<http://e/s> <http://e/p> <http://e/o> .\n" * 3)
    monkeypatch.setattr(Path, "stat", lambda path: os.stat_result([*now(path)[:6], 10, *now(path)[7:]]))
    assert len(read_source(grown).text) == 3 * 41


def test_what_is_no_file_is_refused_in_a_data_folder(tmp_path: Path) -> None:
    for name in FOLDERS:
        (tmp_path / name).mkdir()
    os.mkfifo(tmp_path / "rules" / "pipe.rq")
    assert not is_shipped(tmp_path)
    os.mkfifo(tmp_path / "facts" / "pipe.ttl")
    (tmp_path / "facts" / "zero.ttl").symlink_to("/dev/zero")
    (tmp_path / "facts" / "large.ttl").touch()
    os.truncate(tmp_path / "facts" / "large.ttl", 50 << 30)
    for path in source_files(tmp_path):
        with pytest.raises(SourceError, match=f"{path.name}.*(where a file belongs|more than)"):
            content_key([path], "")


def test_files_that_look_like_sources_and_are_not_read_are_named(tmp_path: Path) -> None:
    read = ("facts/deep/a.ttl", "facts/notes.txt", "facts/.b.owl", "shapes/quality/q.rq", "rules/README.md")
    unread = ("facts/x.trig", "ontology/B.TTL", "ontology/onto.owl", "rules/x.sparql", "shapes/sub/x.ttl")
    for name in (*read, *unread):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = list(unread_files(tmp_path, source_files(tmp_path)))
    assert sorted(result.place for result in found) == sorted(unread)
    assert {result.severity for result in found} == {"Warning"}


def test_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "marked.ttl"
    path.write_bytes(b"\xef\xbb\xbf" + CLAIM.encode())
    assert len(Graph.of([read_source(path)])) == 8


@pytest.mark.parametrize(
    ("object_", "is_read"),
    [
        ('"x"@he--rtl', False),
        ("<<( <http://a> <http://b> <http://c> )>>", False),
        ('"x@he--rtl"', True),
        ('"<<( a )>>"', True),
    ],
)
def test_what_is_new_in_rdf_1_2_is_refused_by_line(tmp_path: Path, object_: str, is_read: bool) -> None:
    path = tmp_path / "new.ttl"
    path.write_text(f"<http://a> <http://b> 1 .\n<http://a> <http://b> {object_} .\n", encoding="utf-8")
    assert [fault.line for fault in faults(read_source(path))] == ([] if is_read else [2])


def test_a_folder_with_any_name_holds_data(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "my data (100%) é"
    (folder / "facts").mkdir(parents=True)
    for name in ("ontology", "rules", "shapes", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "facts" / "a.v1.ttl").write_text(CLAIM.replace("Nowhere", "Reported"))
    assert "memantine-acts-on-mglu5" in run("--data", str(folder), "show", "claim:memantine-acts-on-mglu5").stdout


RDF_XML = '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:ID="a"/></r:RDF>'


@pytest.mark.parametrize(
    ("name", "text", "advice"),
    [
        ("a.ttl", "<a> <http://e/p> 1 .", "or '@base <http://example.org/> .' at the top."),
        ("a.nt", "<a> <http://e/p> <http://e/b> .", "Write the whole IRI."),
        ("a.rdf", RDF_XML, "or xml:base='http://example.org/' into rdf:RDF."),
    ],
)
def test_what_is_relative_to_no_base_is_told_with_what_names_one(
    name: str, text: str, advice: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    (error,) = read_through(read_source(tmp_path / name))[1]
    assert str(error).endswith(advice)
    assert "is relative, and the file names no base" in str(error)
