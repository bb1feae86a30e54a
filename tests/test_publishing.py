"""Publishing: a store elsewhere holds all of the graph or is as it was, whatever comes between."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from stores import BreakingProxy, empty_oxigraph, read_only_oxigraph

import glutkg
from glutkg.errors import EndpointError, UsageError
from glutkg.remote.content import INCOMING, Digest
from glutkg.remote.http import Endpoint
from glutkg.remote.publishing import publish
from glutkg.remote.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from command_runs import Run

    from glutkg.api import KnowledgeGraph

pytestmark = [
    pytest.mark.xdist_group("publishing"),
    pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning"),
]
WORLD = ROOT / "tests" / "changes"
FOREIGN = "INSERT DATA { <urn:x:a> <urn:x:b> <urn:x:c> GRAPH <urn:x:g> { <urn:x:a> <urn:x:b> 1 } }"


@pytest.fixture(scope="module")
def world() -> KnowledgeGraph:
    return glutkg.load(WORLD)


@pytest.fixture
def store() -> Iterator[str]:
    with empty_oxigraph() as address:
        yield address


def held(store: str) -> Digest:
    """What a store holds, but for the record of what was published."""
    rows = Target.found(Endpoint(store)).rows("SELECT ?s ?p ?o ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
    import pyoxigraph as ox

    quads = (ox.Quad(row["s"], row["p"], row["o"], row["g"] or ox.DefaultGraph()) for row in rows)
    return Digest.of(quads, "https://w3id.org/glutkg/graph/publication")


def incoming(store: str) -> list[str]:
    return [name for name in Target.found(Endpoint(store)).graphs() if name.startswith(INCOMING)]


def test_a_store_holds_what_was_published_and_answers_as_the_graph_here(run: Run, store: str) -> None:
    first = run("--data", str(WORLD), "publish", "--to", store)
    assert (first.returncode, first.stderr) == (0, "")
    assert "published by the Graph Store Protocol: " in first.stdout
    assert "verified: the counts of all graphs and the digest" in first.stdout
    world = glutkg.load(WORLD)
    assert held(store) == Digest.of(world.reasoned.store)
    for query in ("SELECT ?s ?o { ?s rdfs:label ?o } ORDER BY ?s ?o", "ASK { GRAPH <urn:x:none> { ?s ?p ?o } }"):
        assert glutkg.connect(store, WORLD).select(query) == world.select(query)
    again = run("--data", str(WORLD), "publish", "--to", store)
    assert (again.returncode, again.stdout[:39]) == (0, "The store holds this very graph already")


def test_what_is_published_in_updates_is_the_same(run: Run, world: KnowledgeGraph, store: str) -> None:
    done = run("--data", str(WORLD), "publish", "--to", store, "--graph-store", "none")
    assert "published by updates: " in done.stdout
    assert held(store) == Digest.of(world.reasoned.store)


def test_an_address_that_takes_no_graphs_of_this_store_is_refused(world: KnowledgeGraph, store: str) -> None:
    with empty_oxigraph() as other, pytest.raises(EndpointError, match=r"do not find.* The store is as it was"):
        publish(world.reasoned, store, graph_store=f"{other}store")
    with pytest.raises(EndpointError, match=r"status 4.* The store is as it was"):
        publish(world.reasoned, store, graph_store=f"{store}query")
    assert held(store).counts.total() == 0


def test_a_store_that_runs_the_rules_concludes_the_same(world: KnowledgeGraph, store: str) -> None:
    done = publish(world.reasoned, store, rules=world.rules)
    assert done.rounds > 1
    assert held(store).counts[""] == Digest.of(world.reasoned.store).counts[""]


def test_a_store_that_concludes_something_else_is_left_as_it_was(world: KnowledgeGraph, store: str) -> None:
    with pytest.raises(EndpointError, match=r"graph default has .* triples, not .* The store is as it was"):
        publish(world.reasoned, store, rules=world.rules[1:])
    assert held(store).counts.total() == 0


def test_a_new_edition_replaces_the_old_one_and_nothing_else(world: KnowledgeGraph, store: str) -> None:
    Target.found(Endpoint(store)).update("INSERT DATA { GRAPH <urn:x:g> { <urn:x:a> <urn:x:b> 1 } }")
    publish(world.reasoned, store)
    smaller = world.reasoned.copy()
    publish(smaller, store)
    assert held(store).counts == Digest.of(smaller.store).counts + Counter({"urn:x:g": 1})


def test_triples_of_others_are_replaced_only_when_that_is_asked_for(run: Run, store: str) -> None:
    target = Target.found(Endpoint(store))
    target.update(FOREIGN)
    before = held(store)
    refused = run("--data", str(WORLD), "publish", "--to", store)
    assert refused.returncode == 2
    assert "has 1 triples that glutkg did not publish there" in refused.stderr
    assert held(store) == before
    beside = f"{store}?default-graph-uri=https://w3id.org/glutkg/graph/all"
    assert run("--data", str(WORLD), "publish", "--to", beside).returncode == 0
    assert target.size() == 1, "the default graph is that of the others"
    assert target.number("GRAPH <https://w3id.org/glutkg/graph/all> { ?s ?p ?o }") == len(glutkg.load(WORLD).reasoned)
    assert run("--data", str(WORLD), "publish", "--to", store, "--replace").returncode == 0
    assert held(store).counts["urn:x:g"] == 1


@pytest.mark.parametrize("updates", [2, 5, 20])
def test_a_store_that_fails_is_as_it_was(world: KnowledgeGraph, store: str, updates: int) -> None:
    Target.found(Endpoint(store)).update(FOREIGN)
    before = held(store)
    proxy = BreakingProxy(store, updates)
    with proxy.started() as address, pytest.raises(EndpointError, match=r"status 500.* The store is as it was\."):
        publish(world.reasoned, address, replace=True, batch=20)
    assert held(store) == before


def test_what_arrived_before_a_store_went_away_is_gone_on_with(world: KnowledgeGraph, store: str) -> None:
    proxy = BreakingProxy(store, 6, is_gone=True)
    with proxy.started() as address, pytest.raises(EndpointError, match="'glutkg publish' will go on with it"):
        publish(world.reasoned, address, batch=20)
    assert incoming(store)
    assert Target.found(Endpoint(store)).size() == 0
    done = publish(world.reasoned, store, batch=20)
    assert 0 < done.resumed < done.batches
    assert held(store) == Digest.of(world.reasoned.store)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_ended_leaves_nothing_or_is_gone_on_with(
    world: KnowledgeGraph, store: str, ending: signal.Signals
) -> None:
    slow = BreakingProxy(store, 10**6, pause=0.1)
    with slow.started() as address:
        program = (
            "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); import glutkg; "
            "from glutkg.remote.publishing import publish; "
            f"publish(glutkg.load({str(WORLD)!r}).reasoned, {address!r}, batch=10)"
        )
        with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE) as publishing:
            deadline = time.monotonic() + 60
            while slow.left > 10**6 - 6 and time.monotonic() < deadline:
                time.sleep(0.02)
            publishing.send_signal(ending)
            code = publishing.wait(timeout=60)
    assert Target.found(Endpoint(store)).size() == 0
    if ending == signal.SIGINT:
        assert (code, incoming(store)) == (-signal.SIGINT, [])
    else:
        assert publish(world.reasoned, store, batch=10).resumed > 0
    publish(world.reasoned, store)
    assert held(store) == Digest.of(world.reasoned.store)


def test_a_store_for_reading_only_says_so(run: Run, world: KnowledgeGraph) -> None:
    with read_only_oxigraph(world.cached.folder) as address:
        done = run("--data", str(WORLD), "publish", "--to", address)
    assert done.returncode in (1, 2)
    assert done.stderr.startswith(f"glutkg: {address}update refuses access")


def test_what_is_no_store_is_refused(world: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="no address"):
        publish(world.reasoned, "file:///tmp/store")
    with pytest.raises(EndpointError, match="does not answer"):
        publish(world.reasoned, "http://127.0.0.1:1/")


@pytest.mark.slow
def test_the_commands_of_the_page_on_stores_run(run: Run) -> None:
    """They run against a store at another port, which is empty at first."""
    page = (ROOT / "docs" / "engines.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    started = [line for line in lines if line.startswith("oxigraph serve ")]
    commands = [line for line in lines if line.startswith("glutkg ")]
    assert len(started) == 1
    assert len(commands) + len(started) == len(lines) > 3
    with empty_oxigraph() as address:
        for line in commands:
            done = run(*shlex.split(line.replace("http://127.0.0.1:7879/", address))[1:])
            assert done.returncode == 0, done.stderr
            assert done.stdout
