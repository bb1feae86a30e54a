"""Earlier releases beside the current graph: asked as named graphs, and told of on the pages of things."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from served import serving

from glutkg.errors import UsageError
from glutkg.pages.history import History
from glutkg.serve.releases import RELEASES, beside

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


def test_releases_are_named_graphs_and_pages_say_what_changed(kg: KnowledgeGraph, tmp_path: Path) -> None:
    assert kg.is_shipped
    label = f'{KETAMINE} {LABEL} "ketamine"@en'
    gone = f'{KETAMINE} {LABEL} "an older name"@en'
    first = _release(tmp_path / "1", "0.0.1", label)
    second = _release(tmp_path / "2", "0.0.2", label, gone, f'{MEMANTINE} {LABEL} "another"@en')
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
    assert History() == ("", "", (), ())
