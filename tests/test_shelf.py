"""What is kept beside the reasoned graph is what would be worked out anew, or counts as not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

import glutkg
from glutkg.changes import effects, known
from glutkg.changes.whatif import Trials
from glutkg.checks.findings import Stated
from glutkg.fragility.supports import supports_kept
from glutkg.graph import Graph
from glutkg.kept import COPY, NOWHERE, RULES, Shelf, rules_kept
from glutkg.rules.materialise import rules_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from glutkg.api import KnowledgeGraph

CLAIM = "claim:memantine-nmda-antagonist-csd"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf")


def test_what_was_put_is_taken_under_its_name_and_key_only(shelf: Shelf) -> None:
    shelf.put("name", b"one\ntwo", "key")
    assert shelf.take("name", "key") == b"one\ntwo"
    assert shelf.take("name", "other key") is None
    assert shelf.take("other name", "key") is None
    NOWHERE.put("name", b"content")
    assert NOWHERE.take("name") is None


@pytest.mark.parametrize(
    "damage",
    [lambda content: b"", lambda content: content[:-1], lambda content: content[1:], lambda content: content + b"x"],
    ids=["emptied", "cut short", "begun late", "lengthened"],
)
def test_a_damaged_file_counts_as_not_there(shelf: Shelf, damage: Callable[[bytes], bytes]) -> None:
    shelf.put("name", b"content", "key")
    assert shelf.folder
    path = shelf.folder / "name"
    path.write_bytes(damage(path.read_bytes()))
    assert shelf.take("name", "key") is None


def test_where_nothing_can_be_kept_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "shelf").write_text("a file is in the way")
    Shelf(tmp_path / "shelf").put("name", b"content")
    assert Shelf(tmp_path / "shelf").take("name") is None


def test_the_copy_and_the_rules_are_those_of_the_graph(kg: KnowledgeGraph, shelf: Shelf) -> None:
    rules = rules_of(Stated(kg.reasoned), kg.folder)
    plain = {quad for quad in kg.reasoned.copy().store if "_:" not in str(quad)}
    for _ in range(2):  # worked out, then taken from the shelf
        assert {quad for quad in known.copied(kg.reasoned, shelf).store if "_:" not in str(quad)} == plain
        assert rules_kept(kg.reasoned, kg.folder, shelf) == rules
    copied = known.copied(kg.reasoned, shelf)
    assert len(copied.store) == len(kg.reasoned.copy().store)
    assert len(plain) < len(copied.store)  # there are blank nodes, whose names stay
    assert set(copied.triples()) == set(kg.reasoned.copy().triples())
    assert shelf.take(COPY)
    assert shelf.take(RULES)


def test_kept_answers_are_the_answers(kg: KnowledgeGraph, shelf: Shelf) -> None:
    every = kg.questions()
    for _ in range(2):
        answers = known.Answers(kg.reasoned, shelf)
        assert [answers.to(q) for q in every] == [effects.default_answer(kg.reasoned, q) for q in every]
    assert shelf.folder
    assert len(list(shelf.folder.glob("answer-*.json"))) == len(every) > 100


def test_kept_supports_are_the_supports(kg: KnowledgeGraph, shelf: Shelf) -> None:
    told: list[str] = []
    first, second = (supports_kept(kg.reasoned, kg.rules, shelf, told.append) for _ in range(2))
    assert len(told) == 1
    assert first == second
    assert len(first.table) > 10_000


def test_an_answer_is_not_taken_for_a_question_that_was_changed(kg: KnowledgeGraph, shelf: Shelf) -> None:
    question = kg.questions()[0]
    assert known.Answers(kg.reasoned, shelf).to(question).rows
    changed = question._replace(query="SELECT ?s WHERE { ?s <http://example.org/of-nothing> ?o }")
    assert known.Answers(Graph(), shelf).to(changed).rows == ()


def test_a_what_if_from_the_shelf_says_what_one_from_nothing_says() -> None:
    kg = glutkg.load()
    fresh = Trials(kg.reasoned, kg.folder, NOWHERE).what_if([ROOT / "tests" / "one-claim.ttl"], [CLAIM])
    for _ in range(2):
        assert (
            Trials(kg.reasoned, kg.folder, kg.kept.shelf).what_if([ROOT / "tests" / "one-claim.ttl"], [CLAIM]) == fresh
        )
    assert fresh.answers
    assert fresh.inferred
