"""Earlier releases beside the current graph: asked as named graphs, and told of on the pages of things."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from served import serving

from glutkg.errors import UsageError
from glutkg.pages.history import History, read_histories
from glutkg.serve.releases import RELEASES, beside
from glutkg.store.graph import Graph

if TYPE_CHECKING:
    from pathlib import Path

    from glutkg.api import KnowledgeGraph

GLUT, LABEL = "https://w3id.org/glutkg/", "<http://www.w3.org/2000/01/rdf-schema#label>"
KETAMINE, MEMANTINE = f"<{GLUT}substance/ketamine>", f"<{GLUT}substance/memantine>"
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
        _release(folder / "1", "0.0.1", label),
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
    assert (ketamine.since, ketamine.last, len(ketamine.gone)) == ("0.0.1", "0.0.2", 1)
    assert ketamine.gone[0].endswith("label: “an older name”")
    assert len(ketamine.new) > 3
    assert known[MEMANTINE[1:-1]].since == "0.0.2"
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
        assert server.ask(over(RELEASES + "0.0.1"), Accept="text/csv").text.count("\n") == 2
        assert server.ask(over(RELEASES + "0.0.3")).status == 400
        assert RELEASES + "0.0.1" in server.get("/sparql", Accept="text/turtle").text
        page = server.get("/substance/ketamine.html").text
        assert "In the graph since release 0.0.1; changed since 0.0.2." in page
        assert "an older name" in page
        assert "In the graph since release 0.0.2" in server.get("/substance/memantine.html").text
        assert "New: in no earlier release" in server.get("/NMDAReceptor.html").text


def test_what_is_no_release_is_refused(kg: KnowledgeGraph, tmp_path: Path) -> None:
    release = _release(tmp_path / "1", "0.0.1", f'{KETAMINE} {LABEL} "ketamine"@en')
    with pytest.raises(UsageError, match="it has no file VERSION"):
        beside(kg.cached, [str(tmp_path)])
    with pytest.raises(UsageError, match="Two releases have the version"):
        beside(kg.cached, [release, _release(tmp_path / "2", "0.0.1")])
    with pytest.raises(UsageError, match="has no version but"):
        beside(kg.cached, [_release(tmp_path / "3", "0.1 <x>")])
    assert beside(kg.cached, []) == (kg.cached.folder, (), None)
