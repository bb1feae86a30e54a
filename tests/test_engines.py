"""Other engines: every question has equal rows there, the rules as updates conclude the same, and faults are on record.

`engine-faults.tsv` has for each fault the smallest query that shows it, what is due by the Recommendation, what the
engine gives, and the questions that it leaves with other rows, or none; a fault that is mended fails the test, so that
what was done on its account can go.
"""

from __future__ import annotations

import csv
import os
import shutil
import sys
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from conftest import ROOT, SEED, drawn
from stores import COMUNICA, comunica, empty_oxigraph, empty_virtuoso, free_port, running

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
    from glutkg.questions.question import Question
    from glutkg.store.graph import Graph

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("engines")]
JAVA = Path("/usr/share/java")
FAULTS = list(
    csv.DictReader(
        (ROOT / "tests" / "engine-faults.tsv").open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE
    )
)
ENGINES = ("oxigraph", "jena", "virtuoso", "comunica")
SLOW = {"virtuoso": 20, "comunica": 20}
"""Engines that are asked so many of the questions, drawn by the seed: all take them a quarter of an hour or more."""
REASONING = ("oxigraph", "jena")
"""Those that run the rules as updates; Virtuoso is given what follows, and Comunica a file."""


def started(name: str, stack: ExitStack, scratch: Path, kg: KnowledgeGraph) -> str:
    """Start an engine, which is empty but for Comunica; give its address."""
    if name == "oxigraph":
        return stack.enter_context(empty_oxigraph())
    if name == "virtuoso":
        if not shutil.which("virtuoso-t"):
            pytest.skip("Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)")
        return stack.enter_context(empty_virtuoso(scratch))
    if name == "comunica":
        if not (COMUNICA / "node_modules").exists():
            pytest.skip("Comunica is not installed (npm install in tests/comunica)")
        kg.reasoned.store.dump(scratch / "glutkg.nq", ox.RdfFormat.N_QUADS)
        return stack.enter_context(comunica(scratch / "glutkg.nq"))
    if not (JAVA / "jena-arq.jar").exists():
        pytest.skip("Jena is not installed (Debian: libapache-jena-java)")
    port = free_port()
    command = [sys.executable, str(ROOT / "tests" / "jena_server.py"), str(port), str(JAVA), str(scratch)]
    return stack.enter_context(running(command, port))


@pytest.fixture(scope="module", params=ENGINES)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, kg: KnowledgeGraph
) -> Iterator[tuple[str, str]]:
    """An engine's name, and the address of a store of its own."""
    name: str = request.param
    with ExitStack() as stack:
        yield name, started(name, stack, tmp_path_factory.mktemp(name), kg)


def test_every_question_has_equal_rows_where_no_fault_is_on_record(kg: KnowledgeGraph, engine: tuple[str, str]) -> None:
    """What is published is read back and compared, whole, before it takes its place: see `publish`.

    Where the rules run as updates, what follows is what an engine concludes.
    """
    name, address = engine
    if name != "comunica":
        done = publish(kg.reasoned, address, rules=kg.rules if name in REASONING else None)
        assert name not in REASONING or done.rounds > 5
    there = glutkg.connect(address, seconds=300).reasoned
    asked = [one for one in kg.questions() if one.name not in questions_with_faults(name)]
    assert len(asked) > 100
    if name in SLOW:
        asked = [asked[place] for place in sorted(drawn(asked, SLOW[name], os.environ[SEED]))]
    assert [one.name for one in asked if not has_equal_rows(kg, there, one)] == []


def has_equal_rows(kg: KnowledgeGraph, there: Graph, question: Question) -> bool:
    try:
        found = ask(there, question, {}).rows
    except GlutkgError:
        return False
    return Counter(found) == Counter(ask(kg.reasoned, question, {}).rows)


def questions_with_faults(engine: str) -> set[str]:
    """The questions that have other rows in an engine, by its faults on record."""
    return {name for fault in FAULTS if fault["engine"] == engine for name in fault["questions"].split()}


def test_a_fault_on_record_is_still_there(engine: tuple[str, str]) -> None:
    name, address = engine
    for fault in (fault for fault in FAULTS if fault["engine"] == name):
        if fault["setup"]:
            Target.found(Endpoint(address)).update(fault["setup"])
        assert given(address, fault["query"]) == fault["given"] != fault["due"], fault["query"]


def given(address: str, query: str) -> str:
    """What an engine gives: its only cell, or the error that is on record."""
    try:
        if not query.startswith("SELECT"):
            Target.found(Endpoint(address)).update(query)
            return ""
        ((cell,),) = answering(address).rows(query)
        return str(cell)
    except GlutkgError as error:
        found = next((fault["given"] for fault in FAULTS if fault["query"] == query), "")
        return found if found.removeprefix("error: ") in str(error) else str(error)


def answering(address: str) -> EndpointStore:
    """Where a store at an address takes queries: there, or at one of the usual paths below it."""
    for path in ("", "query", "sparql"):
        store = EndpointStore(Endpoint(address).beside(path) if path else Endpoint(address))
        with suppress(GlutkgError):
            list(store.rows("SELECT (1 AS ?cell) { }"))
            return store
    raise AssertionError(f"{address} takes no queries")


def test_every_engine_on_record_is_tested() -> None:
    assert {fault["engine"] for fault in FAULTS} <= set(ENGINES)
    assert all(fault["version"] and fault["consequence"] for fault in FAULTS)
    names = {path.stem for path in (ROOT / "queries" / "questions").glob("*.rq")}
    assert {name for fault in FAULTS for name in fault["questions"].split()} <= names
