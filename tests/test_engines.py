"""Other engines: every question has equal rows there, the rules as updates conclude the same, and faults are on record.

`engine-faults.tsv` has for each fault the smallest query that shows it, what is due by the Recommendation and what the
engine gives; a fault that is mended fails the test, so that what was done on its account can go.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from stores import empty_oxigraph, free_port, running

import glutkg
from glutkg.errors import GlutkgError
from glutkg.questions.answering import ask
from glutkg.remote.endpoint_store import EndpointStore
from glutkg.remote.http import Endpoint
from glutkg.remote.publishing import publish
from glutkg.remote.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.api import KnowledgeGraph

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("engines")]
JAVA = Path("/usr/share/java")
FAULTS = list(
    csv.DictReader(
        (ROOT / "tests" / "engine-faults.tsv").open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE
    )
)
ENGINES = ("oxigraph", "jena")


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """An engine's name, and the address of an empty store of its own."""
    name: str = request.param
    with ExitStack() as stack:
        if name == "oxigraph":
            yield name, stack.enter_context(empty_oxigraph())
        elif not (JAVA / "jena-arq.jar").exists():
            pytest.skip("Jena is not installed (Debian: libapache-jena-java)")
        else:
            port, scratch = free_port(), tmp_path_factory.mktemp("jena")
            command = [sys.executable, str(ROOT / "tests" / "jena_server.py"), str(port), str(JAVA), str(scratch)]
            yield name, stack.enter_context(running(command, port))


def test_rules_as_updates_conclude_the_same_and_every_question_has_equal_rows(
    kg: KnowledgeGraph, engine: tuple[str, str]
) -> None:
    """What is published is read back and compared, whole, before it takes its place: see `publish`."""
    _, address = engine
    done = publish(kg.reasoned, address, rules=kg.rules)
    assert done.rounds > 5
    there = glutkg.connect(address, seconds=300).reasoned
    differing = [
        one.name
        for one in kg.questions()
        if Counter(ask(there, one, {}).rows) != Counter(ask(kg.reasoned, one, {}).rows)
    ]
    assert differing == []


def test_a_fault_on_record_is_still_there(engine: tuple[str, str]) -> None:
    name, address = engine
    target = Target.found(Endpoint(address))
    for fault in (fault for fault in FAULTS if fault["engine"] == name):
        if fault["setup"]:
            target.update(fault["setup"])
        assert given(target, fault["query"]) == fault["given"] != fault["due"], fault["query"]


def given(target: Target, query: str) -> str:
    """What an engine gives: its only cell, or the error that is on record."""
    try:
        if not query.startswith("SELECT"):
            target.update(query)
            return ""
        ((cell,),) = EndpointStore(target.queries).rows(query)
        return str(cell)
    except GlutkgError as error:
        found = next((fault["given"] for fault in FAULTS if fault["query"] == query), "")
        return found if found.removeprefix("error: ") in str(error) else str(error)


def test_every_engine_on_record_is_tested() -> None:
    assert {fault["engine"] for fault in FAULTS} <= set(ENGINES)
    assert all(fault["version"] and fault["consequence"] for fault in FAULTS)
