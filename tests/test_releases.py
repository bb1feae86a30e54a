"""Earlier releases beside the current graph: asked as named graphs, and told of on the pages of things."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from served import serving

from glutkg.errors import UsageError
from glutkg.pages.history import Change, History, read_histories
from glutkg.serve.releases import RELEASES, beside
from glutkg.store.graph import Graph

if TYPE_CHECKING:
    from pathlib import Path

    from command_runs import Run

    from glutkg.api import KnowledgeGraph

GLUT, LABEL = "https://w3id.org/glutkg/", "<http://www.w3.org/2000/01/rdf-schema#label>"
KETAMINE, MEMANTINE = f"<{GLUT}substance/ketamine>", f"<{GLUT}substance/memantine>"
GONE, GONE_LABEL = f"<{GLUT}substance/no-more>", "rdfs:label: “a name”"
STATED = f"<{GLUT}graph/stated/facts/substances>"
pytestmark = pytest.mark.xdist_group("server")


def _release(folder: Path, version: str, *lines: str) -> str:
    folder.mkdir()
    (folder / "VERSION").write_text(f"{version}\n")
    (folder / "glutkg.nq").write_text("".join(f"{line} {STATED} .\n" for line in lines))
    return str(folder)


def _two_releases(folder: Path) -> list[str]:
    label = f'{KETAMINE} {LABEL} "ketamine"@en'
    gone = f'{KETAMINE} {LABEL} "an older name"@en'
    return [
        _release(folder / "1", "0.0.1", label, f'{GONE} {LABEL} "a name"@en'),
        _release(folder / "2", "0.0.2", label, gone, f'{MEMANTINE} {LABEL} "another"@en'),
    ]


def test_releases_stand_beside_the_graph_with_the_history_of_each_thing(kg: KnowledgeGraph, tmp_path: Path) -> None:
    found = beside(kg.cached, _two_releases(tmp_path))
    assert found.graphs == (RELEASES + "0.0.1", RELEASES + "0.0.2")
    graph = Graph.opened(found.store)
    assert len(list(graph.triples(graph=RELEASES + "0.0.2"))) == 3
    assert len(graph) == len(kg.reasoned)
    assert found.histories
    known = read_histories(found.histories)
    ketamine = known[KETAMINE[1:-1]]
    assert (ketamine.since, ketamine.last) == ("0.0.1", "0.0.2")
    first, second = ketamine.changes
    assert first[:3] == ("0.0.1", "0.0.2", ("rdfs:label: “an older name”",))
    assert (second.since, second.until, second.gone) == ("0.0.2", "", first.new)
    assert len(second.new) > 3
    assert any(text.startswith("claim: ") for text in second.new)
    assert known[MEMANTINE[1:-1]].since == "0.0.2"
    assert known[GONE[1:-1]] == History("0.0.1", "0.0.1", (Change("0.0.1", "0.0.2", (), (GONE_LABEL,)),), "a name")
    assert known[GLUT + "NMDAReceptor"] == History()


@pytest.mark.slow
def test_releases_are_named_graphs_and_pages_say_what_changed(kg: KnowledgeGraph, tmp_path: Path) -> None:
    assert kg.is_shipped
    first, second = _two_releases(tmp_path)
    with serving("--workers", "1", "--release", first, "--release", second) as server:
        asked = f"SELECT ?label {{ GRAPH <{RELEASES}0.0.2> {{ substance:ketamine rdfs:label ?label }} }}"
        rows = json.loads(server.ask(asked).body)["results"]["bindings"]
        assert {row["label"]["value"] for row in rows} == {"ketamine", "an older name"}
        usual = server.ask("SELECT ?label { substance:ketamine rdfs:label ?label }").text
        assert "an older name" not in usual
        over = "SELECT * FROM <{}> {{ ?s ?p ?o }}".format
        assert server.ask(over(RELEASES + "0.0.1"), Accept="text/csv").text.count("\n") == 3
        assert server.ask(over(RELEASES + "0.0.3")).status == 400
        assert RELEASES + "0.0.1" in server.get("/sparql", Accept="text/turtle").text
        page = server.get("/substance/ketamine.html").text
        assert "In the graph since release 0.0.1." in page
        assert "an older name" in page
        assert "In the graph since release 0.0.2" in server.get("/substance/memantine.html").text
        assert "New: in no earlier release" in server.get("/NMDAReceptor.html").text
        gone = server.get("/substance/no-more.html")
        assert (gone.status, "It was in release 0.0.1: a name." in gone.text) == (410, True)


def test_what_is_no_release_is_refused(kg: KnowledgeGraph, tmp_path: Path) -> None:
    release = _release(tmp_path / "1", "0.0.1", f'{KETAMINE} {LABEL} "ketamine"@en')
    with pytest.raises(UsageError, match="it has no file VERSION"):
        beside(kg.cached, [str(tmp_path)])
    with pytest.raises(UsageError, match="Two releases have the version"):
        beside(kg.cached, [release, _release(tmp_path / "2", "0.0.1")])
    with pytest.raises(UsageError, match="has no version but"):
        beside(kg.cached, [_release(tmp_path / "3", "0.1 <x>")])
    with pytest.raises(UsageError, match="cannot be named 'a b'"):
        beside(kg.cached, [f"a b={release}"])
    assert beside(kg.cached, []) == (kg.cached.folder, (), None)


@pytest.mark.slow
def test_two_releases_that_were_exported_are_told_apart(run: Run, tmp_path: Path) -> None:
    """The graph of a folder in which a claim was not there yet and a name was another; and the shipped one."""
    data, claim = tmp_path / "data", "claim/nmda-antagonists-dizziness"
    for name in ("exports", "facts", "imports", "ontology", "queries", "rules", "shapes"):
        shutil.copytree(ROOT / name, data / name)
    facts, substances = data / "facts" / "article-safety.ttl", data / "facts" / "substances.ttl"
    records = facts.read_text().split("\n\n")
    facts.write_text("\n\n".join(one for one in records if not one.startswith("claim:nmda-antagonists-dizziness ")))
    substances.write_text(substances.read_text().replace('"raseglurant"', '"ADX-10059"'))
    before, now = tmp_path / "before", tmp_path / "now"
    assert run("--data", str(data), "export", "release", "-o", str(before)).returncode == 0
    assert run("export", "release", "-o", str(now)).returncode == 0
    assert run("serve", "--release", str(before), "--release", str(now)).stderr.endswith("--release NAME=FOLDER\n")
    with serving("--workers", "1", "--release", f"before={before}", "--release", str(now)) as server:
        drug, sign = (server.get(f"/{name}.html").text for name in ("substance/adx10059", "Dizziness"))
        assert "In the graph since release before." in drug
        assert "In release 0.1.0: 2 changes" in drug
        assert "also called: “ADX-10059”" in drug
        assert "<li>claim: Patients on NMDA receptor antagonists may feel dizzy for a while</li>" in sign
        assert "In the graph since release 0.1.0, unchanged." in server.get(f"/{claim}.html").text
        count = "SELECT (COUNT(*) AS ?n) {{ GRAPH <{}{}> {{ ?c a glut:SafetyClaim }} }}"
        numbers = [server.ask(count.format(RELEASES, name), Accept="text/csv").text for name in ("before", "0.1.0")]
        old, new = (int(text.split()[1]) for text in numbers)
        assert new == old + 1
