"""Queries that may run, and queries that are refused before any engine sees them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from glutkg.errors import LimitError, QueryError
from glutkg.query_sandbox import Limits, run_query
from glutkg.sparql import guard
from glutkg.sparql.guard import check_query
from glutkg.store.graph import Graph
from glutkg.store.table_files import OPENED_AT_ONCE

if TYPE_CHECKING:
    from pathlib import Path

ALLOWED = [
    "SELECT ?service ?from { ?service ?p ?from }",
    "SELECT * { ?s ?p 'SERVICE' . ?s ?q \"FROM\" }",
    "SELECT * { ?s ?p '''SERVICE <x> ''' }",
    "SELECT * { <http://example.org/SERVICE> ?p ?o }  # SERVICE",
    "PREFIX from: <http://example.org/> SELECT * { from:service from:load ?o }",
    "SELECT * { ?s ?p 'x'@from . _:service ?p ?o }",
    "SELECT * { ?s ?p ?o FILTER(?o < 3 && ?o > 1) }",
    "SELECT (SUM(?x) AS ?sum) { VALUES ?x { 1 2 3 } }",
    "SELECT * " + "{" * 90 + "}" * 90,
]
REFUSED = [
    ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", "SERVICE"),
    ("SELECT * { service silent ?x { ?s ?p ?o } }", "SERVICE"),
    ("SELECT * { S\\u0045RVICE <http://x/> { ?s ?p ?o } }", "SERVICE"),
    ("SELECT * { \\U00000053ERVICE <http://x/> { ?s ?p ?o } }", "SERVICE"),
    ('SELECT * { ?s ?p "\\u005C" SERVICE <http://x/> { ?a ?b ?c } } #"', "SERVICE"),
    ("SELECT * { ?s ?p '\\u0027 . SERVICE <http://x/> { ?a ?b ?c } #' }", "SERVICE"),
    ("SELECT * FROM <http://x/> { ?s ?p ?o }", "FROM"),
    ("SELECT * FROM NAMED <file:///etc/passwd> { ?s ?p ?o }", "FROM"),
    ("DELETE WHERE { ?s ?p ?o }", "for reading only"),
    ("LOAD <http://x/>", "for reading only"),
    ("SELECT * " + "{" * 500 + "}" * 500, "nests deeper"),
    ("SELECT * { FILTER(" + "!" * 500 + "1) }", "nests deeper"),
    ("SELECT * { FILTER(" + "abs(" * 500 + "1" + ")" * 500 + ") }", "nests deeper"),
    ("SELECT * { " + "?s ?p ?o . " * 5000 + "}", "words and signs"),
    ("#" * 1_000_001, "characters"),
]


@pytest.mark.parametrize("query", ALLOWED)
def test_a_harmless_query_passes(query: str) -> None:
    check_query(query)


@pytest.mark.parametrize(("query", "reason"), REFUSED)
def test_a_query_that_would_reach_out_or_crash_is_refused(query: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        check_query(query)


PIECES = [
    *"([{<>\"'\\#!+-^|/.:;,?@_",
    " ",
    "a",
    "SERVICE",
    "fROM",
    "x:y",
    "<http://x/>",
    "VALUES",
    "IN",
    "DESCRIBE",
    "1",
]


def test_what_is_passed_at_a_glance_would_pass_token_by_token(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chosen = random.Random(seed)  # noqa: S311 - a sample
    texts = ["".join(chosen.choices(PIECES, k=chosen.choice((5, 30, 200)))) for _ in range(3000)]
    texts += [query for query, _ in REFUSED]
    plain = [text for text in texts if guard._is_plain(text)]
    assert 100 < len(plain) < len(texts) - len(REFUSED)
    assert not {query for query, _ in REFUSED} & set(plain)
    monkeypatch.setattr(guard, "_is_plain", lambda _: False)
    for text in plain:
        check_query(text)


CHAINS = {
    "or": "SELECT * { FILTER(" + " || ".join(["?x"] * 2000) + ") }",
    "plus": "SELECT * { FILTER(" + " + ".join(["?x"] * 2000) + ") }",
    "path": "SELECT * { ?s " + "/".join(["<a:a>"] * 2000) + " ?o }",
    "union": "SELECT * { " + " UNION ".join(["{ ?s a ?o }"] * 500) + " }",
    "optional": "SELECT * { " + "OPTIONAL { ?s a ?o } " * 500 + " }",
}


@pytest.mark.sample(1)
@pytest.mark.parametrize("query", CHAINS.values(), ids=CHAINS)
def test_a_long_query_that_passes_ends_well_or_at_a_limit(kg: object, query: str) -> None:
    from glutkg.api import KnowledgeGraph

    assert isinstance(kg, KnowledgeGraph)
    try:
        run_query(kg.cached.folder, query, "both", Limits(seconds=10))
    except (LimitError, QueryError) as error:
        assert str(error)


@pytest.mark.parametrize(
    ("query", "limits", "reason"),
    [
        ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", Limits(seconds=1), "stopped after 1 s"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f", Limits(seconds=60, memory=200 << 20), "memory"),
        ("SELECT * { ?s ?p ?o }", Limits(answer=1000), "larger than 1,000 bytes"),
    ],
)
def test_a_query_ends_at_its_limit(kg: object, query: str, limits: Limits, reason: str) -> None:
    from glutkg.api import KnowledgeGraph

    assert isinstance(kg, KnowledgeGraph)
    with pytest.raises(LimitError, match=reason):
        run_query(kg.cached.folder, query, "both", limits)


def test_no_query_in_this_process_asks_another_server() -> None:
    with pytest.raises(QueryError, match="would ask another server"):
        Graph().select("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert Graph().select("SELECT * { ?service ?p 'service' }").rows == ()


def test_the_rdflib_dataset_is_guarded_too(kg: object) -> None:
    from glutkg.api import KnowledgeGraph

    assert isinstance(kg, KnowledgeGraph)
    assert len(list(kg.graph.query("SELECT ?drug { ?drug glut:antagonises glut:NMDAReceptor }"))) > 3
    with pytest.raises(QueryError, match="SERVICE"):
        kg.graph.query("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }")


def test_a_query_reads_the_whole_of_a_store_that_has_many_files(tmp_path: Path) -> None:
    """A process that runs a query opens nothing but its store, whose files are opened when they are read."""
    store = ox.Store(str(tmp_path))
    for part in range(6):
        triples = "".join(f"<urn:x:{part}> <urn:x:p> <urn:x:{part}-{number}> .\n" for number in range(2000))
        store.bulk_load(triples.encode(), ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(f"urn:x:graph-{part}"))
    store.flush()
    assert len(list(tmp_path.glob("*.sst"))) > OPENED_AT_ONCE
    count = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
    found = run_query(tmp_path, count, limits=Limits(seconds=30), form="csv").content.decode().splitlines()
    assert found == ["g,n", *(f"urn:x:graph-{part},2000" for part in range(6))]
