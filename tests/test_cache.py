"""What is kept of a reasoned graph is what would be worked out again, and damage to it does no harm."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

import glutkg
from glutkg.fragility.why_provenance import cached_why_provenance
from glutkg.reasoning import cache as cache_module
from glutkg.reasoning.cache import RULES, cached_rules
from glutkg.reasoning.load_and_reason import rules_of
from glutkg.reasoning.rule import rules_from_json
from glutkg.resources import source_files
from glutkg.store.artefacts import Artefacts
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


def test_the_cached_rules_are_those_of_the_sources(world: KnowledgeGraph) -> None:
    """They are compiled from what the graph states, not from what follows, and lie there from the start."""
    artefacts = world.cached.artefacts
    rules = rules_from_json(artefacts.read(RULES) or b"")
    assert rules == cached_rules(world.reasoned, WORLD, artefacts)
    assert as_set(rules) == as_set(rules_of(Graph.of(map(read_source, source_files(WORLD))), WORLD))


DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "gone": lambda _: None,
    "empty": lambda _: b"",
    "cut": lambda content: content[:-3],
    "changed": lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
    "with another checksum": lambda content: content.replace(b"\n", b"x\n", 1),
}


@pytest.mark.parametrize("way", DAMAGES)
def test_a_damaged_artefact_is_made_again(world: KnowledgeGraph, way: str) -> None:
    rules = cached_rules(world.reasoned, WORLD, world.cached.artefacts)
    path = world.cached.folder.parent / "artefacts" / RULES
    content = path.read_bytes()
    damaged = DAMAGES[way](content)
    path.unlink()
    if damaged is not None:
        path.write_bytes(damaged)
    assert cached_rules(world.reasoned, WORLD, world.cached.artefacts) == rules
    assert path.read_bytes() == content


def _cut(place: Path) -> None:
    os.truncate(next((place / "store").glob("*.sst")), 100)


def _no_file(place: Path) -> None:
    (place / "manifest.json").unlink()
    (place / "manifest.json").mkdir()


DAMAGED_GRAPHS: dict[str, Callable[[Path], object]] = {
    "a table is cut": _cut,
    "the list of files is a folder": _no_file,
    "the list of files is empty": lambda place: (place / "manifest.json").write_text(""),
    "what is current is garbage": lambda place: (place / "store" / "CURRENT").write_text("garbage"),
    "the store is gone": lambda place: shutil.rmtree(place / "store"),
}


@pytest.mark.parametrize("way", DAMAGED_GRAPHS)
def test_a_damaged_graph_is_made_again(world: KnowledgeGraph, way: str) -> None:
    place = world.cached.folder.parent
    count = len(world.reasoned)
    DAMAGED_GRAPHS[way](place)
    assert len(glutkg.load(WORLD).reasoned) == count
    assert sorted(path.name for path in place.parent.iterdir()) == [place.name], "nothing is left beside it"


def test_where_nothing_can_be_kept_the_rules_are_compiled(world: KnowledgeGraph, tmp_path: Path) -> None:
    rules = cached_rules(world.reasoned, WORLD, world.cached.artefacts)
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    for artefacts in (Artefacts(), Artefacts(tmp_path / "file"), Artefacts(tmp_path / "file" / "artefacts")):
        assert cached_rules(world.reasoned, WORLD, artefacts) == rules


@pytest.mark.parametrize("name", ["world", pytest.param("kg", marks=pytest.mark.slow)])
def test_cached_provenance_is_the_provenance(request: pytest.FixtureRequest, tmp_path: Path, name: str) -> None:
    graph: KnowledgeGraph = request.getfixturevalue(name)
    reported: list[str] = []
    first, second = (
        cached_why_provenance(graph.reasoned, graph.rules, Artefacts(tmp_path), reported.append) for _ in range(2)
    )
    assert len(reported) == 1
    assert first == second
    assert len(first.table) > {"world": 10, "kg": 10_000}[name]


def test_an_artefact_is_read_under_its_name_only(tmp_path: Path) -> None:
    artefacts = Artefacts(tmp_path)
    artefacts.write("name", b"one\ntwo")
    assert artefacts.read("name") == b"one\ntwo"
    assert artefacts.read("other name") is None


def test_asking_does_not_read_artefacts(run: Run, world: KnowledgeGraph, tmp_path: Path) -> None:
    artefacts = world.cached.folder.parent / "artefacts"
    shutil.rmtree(artefacts)
    environment = {"GLUTKG_CACHE": str(tmp_path / "cache")}
    done = run("--data", str(WORLD), "ask", "who-bakes", environment=environment)
    assert done.returncode == 0, done.stderr
    assert not artefacts.exists()


def test_what_a_killed_process_left_half_made_is_removed(world: KnowledgeGraph, tmp_path: Path) -> None:
    cache = world.cached.folder.parent.parent
    abandoned, at_work = cache / "making-long-ago", cache / "making-now"
    for folder in (abandoned, at_work):
        (folder / "store").mkdir(parents=True)
    os.utime(abandoned, (0, 0))
    data = tmp_path / "data"
    shutil.copytree(WORLD, data)
    source = next((data / "facts").glob("*.ttl"))
    source.write_text(source.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    glutkg.load(data)
    assert not abandoned.exists()
    assert at_work.exists()


@pytest.mark.parametrize("make", [lambda place: place.write_text("odd"), lambda place: place.symlink_to("/nowhere")])
def test_what_stands_in_the_place_of_a_graph_is_replaced(world: KnowledgeGraph, make: Callable[[Path], object]) -> None:
    place = world.cached.folder.parent
    shutil.rmtree(place)
    make(place)
    assert glutkg.load(WORLD).cached.folder.is_dir()


def test_a_graph_is_made_again_when_any_module_changes(
    world: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = {path.name for path in cache_module.code_files()}
    assert {"cache.py", "semi_naive_engine.py", "graph.py", "cli.py"} <= modules
    changed = tmp_path / "semi_naive_engine.py"
    changed.write_text("# another engine", encoding="utf-8")
    monkeypatch.setattr(cache_module, "code_files", lambda: [changed])
    assert glutkg.load(WORLD).cached.folder != world.cached.folder


def test_files_that_nobody_touched_are_not_read_again(
    world: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    shutil.copytree(WORLD, data)
    monkeypatch.setattr(cache_module, "_SETTLED", 0.0)
    glutkg.load(data)
    with monkeypatch.context() as patch:
        patch.setattr(cache_module, "content_key", None)
        assert glutkg.load(data).cached.folder == world.cached.folder
    _set_back(next((data / "facts").glob("*.ttl")))
    assert glutkg.load(data).cached.folder != world.cached.folder


def _set_back(source: Path) -> None:
    """Change a file in such a way that its size and the time of its content are the same."""
    before = source.stat()
    source.write_bytes(source.read_bytes().replace(b'"@en', b'"@de', 1))
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_file_that_has_just_changed_is_read_again(world: KnowledgeGraph, tmp_path: Path) -> None:
    """It may change once more at the same time, as far as the file system tells."""
    data = tmp_path / "data"
    shutil.copytree(WORLD, data)
    assert glutkg.load(data).cached.folder == world.cached.folder
    assert len(list(world.cached.folder.parent.glob("seen-*"))) == 1


def test_the_cache_says_where_it_is_and_can_be_cleared(run: Run, small_data: Path, tmp_path: Path) -> None:
    own = {"GLUTKG_CACHE": str(tmp_path / "own")}
    assert run("--data", str(small_data), "show", "glut:Claim", environment=own).returncode in (0, 2)
    shown = run("cache", environment=own).stdout
    assert shown.startswith(str(tmp_path / "own"))
    assert shown.endswith("1 kept\n")
    assert run("cache", "--clear", environment=own).stdout.endswith("0 kept\n")


def test_a_cache_folder_that_cannot_be_written_is_named_with_the_cure_and_holds_nobody_up(
    run: Run, small_data: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = run(
        "--data", str(small_data), "show", "glut:Claim", environment={"GLUTKG_CACHE": str(tmp_path / "file" / "cache")}
    )
    assert done.returncode == 0
    assert "GLUTKG_CACHE" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_damaged_or_stale_graph_is_made_anew(run: Run, small_data: Path, tmp_path: Path) -> None:
    environment = {"GLUTKG_CACHE": str(tmp_path / "cache")}
    arguments = ("--data", str(small_data), "show", "glut:Claim")
    first = run(*arguments, environment=environment)
    (kept,) = (tmp_path / "cache").iterdir()
    table = next((kept / "store").glob("*.sst"))
    table.write_bytes(bytes(byte ^ 0xFF for byte in table.read_bytes()))
    assert run(*arguments, environment=environment).stdout == first.stdout
    claims = small_data / "ontology" / "world.ttl"
    claims.write_text(claims.read_text(encoding="utf-8").replace('"claim"@en', '"assertion"@en'), encoding="utf-8")
    assert run(*arguments, environment=environment).stdout.startswith("assertion")
    assert not [path for path in (tmp_path / "cache").iterdir() if path.name.startswith("making")]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are POSIX's")
def test_a_kept_graph_is_used_from_a_read_only_folder(run: Run, small_data: Path, tmp_path: Path) -> None:
    environment = {"GLUTKG_CACHE": str(tmp_path / "cache")}
    arguments = ("--data", str(small_data), "show", "glut:Claim")
    first = run(*arguments, environment=environment)
    assert first.stdout.startswith("claim")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*")}
    for path in [tmp_path / "cache", *before]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert run(*arguments, environment=environment).stdout == first.stdout
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*")} == before
    for path in [tmp_path / "cache", *before]:
        path.chmod(0o755)
