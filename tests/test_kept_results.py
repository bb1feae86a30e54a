"""What is kept of the graph as it is, for a change to be compared with: its answers, and the results of its check."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

import glutkg
from glutkg.changes.kept_answers import KeptAnswers
from glutkg.changes.kept_validation import kept_results
from glutkg.checks.report import ValidationResult
from glutkg.questions.answering import answer, prepared
from glutkg.questions.question import read_questions
from glutkg.rdf.namespaces import BASE
from glutkg.rdf.terms import Term
from glutkg.search.catalogue import catalogue, kept_catalogue
from glutkg.search.index import Entry, Index, kept_index
from glutkg.store import names
from glutkg.store.artefacts import Artefacts
from glutkg.store.graph import Graph
from glutkg.store.names import all_names

if TYPE_CHECKING:
    from pathlib import Path

WORLD = ROOT / "tests" / "changes"


def test_answers_that_are_kept_are_those_of_the_graph(tmp_path: Path) -> None:
    world, artefacts, questions = glutkg.load(WORLD), Artefacts(tmp_path), read_questions(WORLD)
    direct = [answer(world.reasoned, one, prepared(world.reasoned, one, {})) for one in questions]
    for _ in range(2):  # asked, and read back
        kept = KeptAnswers(world.reasoned, artefacts)
        assert [kept.answer(one) for one in questions] == direct
        kept.keep()
    written = json.loads(artefacts.read("answers.json") or b"")
    assert written.keys() == {prepared(world.reasoned, one, {}) for one in questions}
    assert sum(map(len, direct))


def test_what_stands_is_kept_for_the_shapes_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "shapes" / "quality").mkdir(parents=True)
    artefacts, year = Artefacts(tmp_path / "kept"), Term("literal", "2030", datatype=f"{BASE}year")
    found = {ValidationResult("Warning", "a-rule", "Mend it.", line=3, focus=f"{BASE}x", value=year, target=year)}
    for find in (lambda: found, list):  # found, and read back
        assert kept_results(tmp_path, artefacts, find) == found
    for name, again in (("shapes/more.ttl", set[ValidationResult]()), ("shapes/quality/more.rq", found)):
        (tmp_path / name).write_text("# another\n", "utf-8")
        assert kept_results(tmp_path, artefacts, again.copy) == again


def test_a_kept_catalogue_is_the_catalogue_of_its_graph(tmp_path: Path) -> None:
    graph, other = glutkg.load(WORLD).reasoned, Graph()
    graph.artefacts = other.artefacts = Artefacts(tmp_path)
    assert kept_catalogue(graph) == catalogue(graph) != {}
    assert kept_catalogue(other) == catalogue(graph), "the other graph is not read"


def test_a_kept_index_finds_what_it_found(tmp_path: Path) -> None:
    graph = Graph()
    graph.artefacts = Artefacts(tmp_path)
    entries = [
        Entry("a", "migraine aura", "", "of one hour"),
        Entry("b", "duration of the aura"),
        Entry("c", "topiramate"),
    ]
    made, kept = kept_index(graph, "x", entries), kept_index(graph, "x", [])
    for words in ("auras", "hour", "ramat", "nothing"):
        assert kept.find(words) == made.find(words) == Index(entries).find(words)


def test_kept_names_are_those_of_their_graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLUTKG_CACHE", str(tmp_path / "cache"))
    first, second = glutkg.load(WORLD), glutkg.load(WORLD)
    (name, iri), *_ = all_names(first.reasoned)
    assert first.iri(name) == iri
    monkeypatch.setattr(names, "all_names", None)
    assert second.iri(name) == iri
