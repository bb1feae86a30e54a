"""Definitions of steps: all are documented, and one with something missing is refused."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.errors import QueryError, SourceError
from glutkg.mechanisms.evaluation import ABSTAIN, AGREE, DIFFER
from glutkg.mechanisms.network import Network, read_definition
from glutkg.mechanisms.signed_prediction import REASONS

if TYPE_CHECKING:
    from pathlib import Path

    from glutkg.api import KnowledgeGraph


def test_every_kind_of_step_and_every_reason_is_documented(kg: KnowledgeGraph) -> None:
    page = (ROOT / "docs" / "paths.md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(" `") for line in page.splitlines() if line.startswith("| ")}
    assert rows - {"step", "reason", "verdict", AGREE, DIFFER, ABSTAIN} == set(kg.network.definitions) | set(REASONS)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#+ settles:", "#+ cures:", "cannot have the key 'cures'"),
        ("?claim ?how", "?claim", "must select"),
    ],
)
def test_a_step_definition_with_something_missing_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (ROOT / "queries" / "mechanisms" / "steps" / "changes-outcome.rq").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "broken.rq").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        read_definition(tmp_path / "broken.rq")


def test_a_row_without_an_end_is_refused(kg: KnowledgeGraph, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "queries" / "mechanisms", tmp_path / "queries" / "mechanisms")
    path = tmp_path / "queries" / "mechanisms" / "steps" / "measures.rq"
    text = path.read_text(encoding="utf-8").replace("?from ?how ?to .", "?from ?how ?gone .")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QueryError, match="without \\?from or \\?to"):
        Network(kg.reasoned, tmp_path)


def test_a_query_that_is_missing_is_named(kg: KnowledgeGraph, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "queries", tmp_path / "queries")
    (tmp_path / "queries" / "mechanisms" / "claims-that-may-be-steps.rq").unlink()
    with pytest.raises(SourceError, match=r"claims-that-may-be-steps\.rq: the file cannot be read"):
        Network(kg.reasoned, tmp_path)
