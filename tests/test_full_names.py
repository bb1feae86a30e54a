"""Short and full chemical names find the receptor or the substance that they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.errors import NotFoundError
from glutkg.rdf.namespaces import curie
from glutkg.store.names import find

if TYPE_CHECKING:
    from glutkg.api import KnowledgeGraph

LINES = (ROOT / "tests" / "full-names.tsv").read_text(encoding="utf-8").splitlines()
NAMES = [tuple(line.split("\t")) for line in LINES if not line.startswith("#")]


@pytest.mark.parametrize(("name", "found"), NAMES)
def test_a_name_finds_what_it_stands_for(kg: KnowledgeGraph, name: str, found: str) -> None:
    assert curie(find(kg.reasoned, name)) == found


def test_a_name_of_nothing_finds_nothing(kg: KnowledgeGraph) -> None:
    with pytest.raises(NotFoundError):
        find(kg.reasoned, "8,8,8-nonexistent-acid")
