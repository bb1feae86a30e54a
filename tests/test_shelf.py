"""What lies on the shelf beside a cached graph is what would be worked out again, and damage to it does no harm."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

import glutkg
from glutkg.fragility.provenance import kept_why_provenance
from glutkg.reasoning.cache import NOWHERE, RULES, Shelf, rules_kept
from glutkg.reasoning.materialise import rules_of
from glutkg.reasoning.rule import rules_from_json
from glutkg.resources import source_files
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from command_runs import Run

    from glutkg.api import KnowledgeGraph
    from glutkg.reasoning.rule import Rule

WORLD = ROOT / "tests" / "changes"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KnowledgeGraph:
    """The small world, with a cache of its own."""
    monkeypatch.setenv("GLUTKG_CACHE", str(tmp_path / "cache"))
    return glutkg.load(WORLD)


def as_set(rules: list[Rule]) -> set[object]:
    return {(rule.head, rule.body, rule.filters) for rule in rules}


def test_the_rules_on_the_shelf_are_those_of_the_sources(world: KnowledgeGraph) -> None:
    """They are compiled from what the graph states, not from what follows, and lie there from the start."""
    shelf = world.kept.shelf
    rules = rules_from_json(shelf.take(RULES) or b"")
    assert rules == rules_kept(world.reasoned, WORLD, shelf)
    assert as_set(rules) == as_set(rules_of(Graph.of(map(read_source, source_files(WORLD))), WORLD))


DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "gone": lambda _: None,
    "empty": lambda _: b"",
    "cut": lambda content: content[:-3],
    "changed": lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
    "of another key": lambda content: content.replace(b"\n", b"x\n", 1),
}


@pytest.mark.parametrize("way", DAMAGES)
def test_what_is_damaged_on_the_shelf_is_made_anew(world: KnowledgeGraph, way: str) -> None:
    rules = rules_kept(world.reasoned, WORLD, world.kept.shelf)
    path = world.kept.folder.parent / "shelf" / RULES
    content = path.read_bytes()
    damaged = DAMAGES[way](content)
    path.unlink()
    if damaged is not None:
        path.write_bytes(damaged)
    assert rules_kept(world.reasoned, WORLD, world.kept.shelf) == rules
    assert path.read_bytes() == content


def test_where_nothing_can_be_kept_the_rules_are_compiled(world: KnowledgeGraph, tmp_path: Path) -> None:
    rules = rules_kept(world.reasoned, WORLD, world.kept.shelf)
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    for shelf in (NOWHERE, Shelf(tmp_path / "file"), Shelf(tmp_path / "file" / "shelf")):
        assert rules_kept(world.reasoned, WORLD, shelf) == rules


def test_kept_provenance_is_the_provenance(kg: KnowledgeGraph, tmp_path: Path) -> None:
    reported: list[str] = []
    first, second = (kept_why_provenance(kg.reasoned, kg.rules, Shelf(tmp_path), reported.append) for _ in range(2))
    assert len(reported) == 1
    assert first == second
    assert len(first.table) > 10_000


def test_what_was_put_is_taken_under_its_name_and_key_only(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put("name", b"one\ntwo", "key")
    assert shelf.take("name", "key") == b"one\ntwo"
    assert shelf.take("name", "other key") is None
    assert shelf.take("other name", "key") is None


def test_asking_does_not_read_the_shelf(run: Run, world: KnowledgeGraph, tmp_path: Path) -> None:
    shelf = world.kept.folder.parent / "shelf"
    shutil.rmtree(shelf)
    environment = {"GLUTKG_CACHE": str(tmp_path / "cache")}
    done = run("--data", str(WORLD), "ask", "who-bakes", environment=environment)
    assert done.returncode == 0, done.stderr
    assert not shelf.exists()
