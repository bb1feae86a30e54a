"""The walk-through of CONTRIBUTING.md: each block is typed in its order, and what comes out is what it says."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from test_docs import shell

from glutkg.store.graph import Graph
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    from pathlib import Path

    from glutkg.api import KnowledgeGraph

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.slow
def test_a_claim_from_a_new_paper_changes_answers_as_the_walk_through_says(tmp_path: Path, cache: Path) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    for name in ("ontology", "rules", "facts", "shapes", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    said, done = "", {"turtle": 0, "sh": 0, "text": 0}
    for kind, path, content in BLOCK.findall(PAGE):
        done[kind] += 1
        if kind == "turtle":
            _add(folder / path, content)
        elif kind == "sh":
            said = _run(content, folder)
        else:
            missing = [line for line in content.splitlines() if _plain(line) not in said]
            assert missing == [], said
    assert min(done.values()) >= 3, "the walk-through has lost its blocks"
    print(f"{sum(done.values())} blocks of the walk-through, as it says")


def test_what_is_typed_in_the_walk_through_is_turtle_about_terms_that_there_are(
    kg: KnowledgeGraph, tmp_path: Path
) -> None:
    """All but one, which is the slip that the walk-through makes on purpose."""
    path = tmp_path / "example-paper.ttl"
    for kind, _, content in BLOCK.findall(PAGE):
        if kind == "turtle":
            _add(path, content)
    own = Graph.of([read_source(path)])
    terms = {term.value for triple in own.triples() for term in triple if term.value.startswith("https://w3id.org/")}
    unknown = {one for one in terms if not any(kg.reasoned.triples(one)) and not any(own.triples(one))}
    assert unknown == {"https://w3id.org/glutkg/Rats"}


def _add(path: Path, content: str) -> None:
    before = path.read_text(encoding="utf-8") + "\n" if path.exists() else ""
    path.write_text(before + content, encoding="utf-8")


def _run(commands: str, folder: Path) -> str:
    """Run the lines of a block; only a check may find something."""
    said = ""
    for command in commands.splitlines():
        shutil.rmtree(folder / "tools", ignore_errors=True)
        done = shell(command, folder)
        assert done.returncode == 0 or (" check" in command and done.returncode == 1), done.stderr
        said += f" {done.stdout} {done.stderr}"
    return _plain(said)


def _plain(text: str) -> str:
    return " ".join(text.split())
