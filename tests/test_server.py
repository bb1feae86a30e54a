"""The endpoint as clients see it: the protocol, refusals, limits, the questions as an API, and how it ends."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from rdflib import Graph
from served import HOST, Server, serving, shared_out

import glutkg
from glutkg.rdf.namespaces import STATED_GRAPH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.api import KnowledgeGraph

SELECT = "SELECT ?drug { ?drug glut:antagonises glut:NMDAReceptor } ORDER BY ?drug"
GRAPH = "CONSTRUCT { substance:ketamine ?p ?o } { substance:ketamine ?p ?o }"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ALL = "SELECT * { ?s ?p ?o }"
_TIMES_TEN = [
    f"BIND(CONCAT({', '.join([old] * 10)}) AS {new})" for old, new in pairwise([f"?{name}" for name in "abcdefgh"])
]
GROWING = f"SELECT ?h {{ BIND('0123456789' AS ?a) {' '.join(_TIMES_TEN)} }}"
"""A text of 100 MB, which no machine is too slow to begin."""
SD = "http://www.w3.org/ns/sparql-service-description#"
FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"

pytestmark = pytest.mark.xdist_group("server")


@pytest.fixture(scope="module")
def server(kg: KnowledgeGraph) -> Iterator[Server]:
    assert kg.is_shipped
    with serving("--timeout", "3", "--rows", "2000", "--workers", "2", "--memory", "30") as started:
        yield started


@pytest.fixture(scope="module")
def drugs(server: Server) -> list[dict[str, dict[str, str]]]:
    rows: list[dict[str, dict[str, str]]] = json.loads(server.ask(SELECT).body)["results"]["bindings"]
    return rows


def test_a_query_is_answered_by_get_and_by_both_forms_of_post(server: Server) -> None:
    answers = [
        server.ask(SELECT),
        server.get(f"/query?{urlencode({'query': SELECT})}"),
        server.get("/sparql", "POST", urlencode({"query": SELECT}), Content_Type=FORM),
        server.get("/sparql", "POST", SELECT.encode(), Content_Type="application/sparql-query; charset=UTF-8"),
        server.get(
            "/sparql", "POST", iter([SELECT[:9].encode(), SELECT[9:].encode()]), Content_Type="application/sparql-query"
        ),
    ]
    assert {answer.body for answer in answers} == {answers[0].body}
    assert len(json.loads(answers[0].body)["results"]["bindings"]) > 3
    head = server.ask(SELECT, "HEAD")
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", answers[0].headers["etag"])


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        (SELECT, "", "application/sparql-results+json"),
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "text/csv;q=0.5, application/json;q=0.4", "text/csv; charset=utf-8"),
        (SELECT, "text/*", "text/csv; charset=utf-8"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("ASK { ?s ?p ?o }", "application/xml", "application/xml"),
        (GRAPH, "", "text/turtle; charset=utf-8"),
        (GRAPH, "application/ld+json", "application/ld+json"),
        (GRAPH, "application/rdf+xml, text/turtle;q=0.9", "application/rdf+xml"),
        (GRAPH, "application/n-triples", "application/n-triples"),
        ("DESCRIBE substance:ketamine", "text/turtle", "text/turtle; charset=utf-8"),
    ],
)
def test_an_answer_has_the_form_that_the_client_prefers(server: Server, query: str, accept: str, media: str) -> None:
    got = server.ask(query, **({"Accept": accept} if accept else {}))
    assert (got.status, got.headers["content-type"]) == (200, media)
    assert "Accept" in got.headers["vary"]
    if query == GRAPH:
        forms = {"application/ld+json": "json-ld", "application/rdf+xml": "xml", "application/n-triples": "nt"}
        assert len(Graph().parse(data=got.body, format=forms.get(media, "turtle"))) > 5


@pytest.mark.parametrize("accept", ["image/png", "*/*;q=0", "text/turtle"])
def test_a_form_that_is_not_there_is_refused(server: Server, accept: str) -> None:
    got = server.ask(SELECT, Accept=accept)
    assert got.status == 406
    assert "text/csv" in got.text


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 400, "SERVICE"),
        ("SELECT * { S\\u0045RVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 400, "SERVICE"),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", 400, "no graph of this store"),
        ("SELECT * FROM NAMED <http://127.0.0.1:1/> { ?s ?p ?o }", 400, "no graph of this store"),
        ("SELECT * FROM glut:x { ?s ?p ?o }", 400, "no graph of this store"),
        ("INSERT DATA { <a:a> <a:a> <a:a> }", 400, "for reading only"),
        ("SELECT * " + "{" * 3000 + "}" * 3000, 400, "nests deeper"),
        ("SELEC", 400, "line 1, column 1: expected SELECT, CONSTRUCT, ASK or DESCRIBE, not 'SELEC'."),
        (CROSS, 408, "stopped after 3 s"),
        (f"{ALL} LIMIT 2001", 413, "more than 2,000 rows"),
        (GROWING, 413, "more memory than it may have"),
    ],
)
def test_a_query_that_may_not_run_is_refused_with_its_reason(
    server: Server, query: str, status: int, message: str
) -> None:
    got = server.ask(query)
    assert (got.status, message in got.text) == (status, True), got.text
    assert got.headers["content-type"] == "text/plain; charset=utf-8"
    assert server.ask(SELECT).status == 200, "and the server goes on"


@pytest.mark.parametrize(
    ("request_", "body", "kind", "status"),
    [
        (f"GET /sparql?{urlencode([('query', SELECT), ('query', SELECT)])}", None, "", 400),
        ("GET /sparql?query=%ff", None, "", 400),
        ("GET /sparql?update=CLEAR+ALL", None, "", 403),
        (f"GET /sparql?{urlencode({'query': SELECT, 'default-graph-uri': 'file:///etc/passwd'})}", None, "", 400),
        ("POST /sparql", b"", FORM, 400),
        ("POST /sparql", SELECT.encode(), "text/plain", 415),
        ("POST /sparql", SELECT.encode(), "application/sparql-query; charset=latin-1", 415),
        ("POST /sparql", b"SELECT '\xff' {}", "application/sparql-query", 400),
        ("POST /sparql", b"CLEAR ALL", "application/sparql-update", 403),
        ("POST /sparql", b"x" * 4_000_001, QUERY, 413),
        ("PUT /sparql", b"", "", 405),
        ("DELETE /health", None, "", 405),
        ("POST /substance/ketamine", b"", "", 405),
        ("GET /no/such/thing", None, "", 404),
        ("GET /..%2f..%2fetc/passwd", None, "", 404),
        ("GET /questions/no-such-question", None, "", 404),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_no_query_is_refused(server: Server, request_: str, body: bytes | None, kind: str, status: int) -> None:
    method, _, path = request_.partition(" ")
    got = server.get(path, method, body, Accept="application/json", **({"Content_Type": kind} if kind else {}))
    assert (got.status, got.headers["content-type"]) == (status, "application/problem+json"), got.text
    assert json.loads(got.body)["status"] == status
    assert (status == 405) == ("allow" in got.headers)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ('SELECT ?s { ?s glut:auxiliary " true "^^xsd:boolean ; a ?kind . ?kind a ?what }', 200),
        ('SELECT ?s { ?s glut:auxiliary "true"^^<http://www.w3.org/2001/XMLSchema#boolean> }', 200),
        ("SELECT ?l { ?s rdfs:label ?l FILTER (REGEX(?l, '^k[a-z-[x]]+ne$', 'i')) }", 200),
        ("CONSTRUCT { ?s rdfs:label ?l } { ?s (rdfs:label|skos:altLabel)+ ?l } LIMIT 1", 200),
        ("SELECT ?s { ?s nothing:known ?o ", 400),
        ("SELECT ?s { ?s rdfs:label ?o } ORDER BY", 400),
    ],
)
def test_a_worker_has_whatever_a_query_needs(server: Server, query: str, status: int) -> None:
    """It can open no file: a module that is imported only then would end it."""
    assert server.ask(query).status == status


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("ASK { ?x glut:antagonizes ?y }", "The graph has no term glut:antagonizes. Search"),
        ("SELECT * { ?x ?y ?z FILTER(?z = glut:Dr\u00fcg) } LIMIT 1", "The graph has no term glut:Dr%C3%BCg. Search"),
        ("ASK { ?graph glut:antagonizes glut:Nope }", "The graph has no terms glut:Nope, glut:antagonizes. Search"),
        ("PREFIX glut: <http://example.org/> ASK { ?x glut:own ?y }", ""),
        ("PREFIX ex: <https://w3id.org/glutkg/> ASK { ?x ex:nope ?y }", "The graph has no term glut:nope. Search"),
        ("PREFIX c: <https://w3id.org/glutkg/claim/> ASK { c:mk801-iv-sinus-tcc-cat ?x ?y }", ""),
        ("ASK { ?x glut:antagonises glut:Migraine }", ""),
        ("ASK { GRAPH ?then { ?x glut:antagonizes ?y } }", ""),
    ],
)
def test_what_a_query_names_and_the_graph_has_not_is_told_beside_the_answer(
    server: Server, query: str, hint: str
) -> None:
    got = server.ask(query)
    assert (got.status, got.headers.get("x-hint", "")[: len(hint) or None]) == (200, hint), got.text


@pytest.mark.parametrize(
    "content",
    [
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        "POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: ٣\r\n\r\nabc".encode(),
        b"GET / HTTP/9\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 200_000,
    ],
    ids=lambda value: repr(value)[:40],
)
def test_malformed_http_is_refused(server: Server, content: bytes) -> None:
    answer = server.raw(content, 3)
    assert answer.startswith(b"HTTP/1.1 4"), answer[:100]
    assert server.get("/health").status == 200


def test_a_dataset_is_made_of_the_graphs_of_the_store(server: Server) -> None:
    count = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}"
    graph = f"{STATED_GRAPH}/facts/substances"

    def number(query: str, **dataset: str) -> int:
        asked = urlencode({"query": query, **{name.replace("_", "-"): iri for name, iri in dataset.items()}})
        return int(json.loads(server.get(f"/sparql?{asked}").body)["results"]["bindings"][0]["n"]["value"])

    part = number(count.format(f"FROM <{graph}>"))
    assert 0 < part < number(count.format(f"FROM <{STATED_GRAPH}>")) < number(count.format(""))
    assert number(count.format(""), default_graph_uri=graph) == part
    named = "SELECT (COUNT(*) AS ?n) {} {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert number(named.format(f"FROM NAMED <{graph}>")) == number(named.format(""), named_graph_uri=graph) == part
    assert number(count.format(""), named_graph_uri=graph) == 0


def test_the_endpoint_describes_itself(server: Server) -> None:
    service = Graph().parse(data=server.get("/sparql", Accept="text/turtle").body, format="turtle")
    assert service.query(
        f"ASK {{ ?s a <{SD}Service> ; <{SD}endpoint> ?e ; <{SD}defaultEntailmentRegime> ?r ; <{SD}resultFormat> ?f ;"
        f" <{SD}defaultDataset>/<{SD}namedGraph>/<{SD}name> <{STATED_GRAPH}> }}"
    ).askAnswer
    assert server.get("/sparql", Accept="text/html,*/*;q=0.8").headers["location"] == "/editor"


@pytest.mark.slow
def test_the_endpoint_describes_its_data_and_its_questions(server: Server) -> None:
    for path, words in (("void", b"propertyPartition"), ("sparql-examples", b"SPARQLExecutable")):
        got = server.get(f"/.well-known/{path}", Accept="application/n-triples")
        assert (got.headers["content-type"], words in got.body) == ("application/n-triples", True)


def test_browsers_elsewhere_may_ask(server: Server) -> None:
    asked = server.get("/sparql", "OPTIONS", Origin="https://example.org", Access_Control_Request_Method="POST")
    assert asked.status == 204
    assert "POST" in asked.headers["allow"]
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert server.ask(SELECT, Origin="https://example.org").headers["access-control-allow-origin"] == "*"


def test_a_query_is_sent_to_a_server_as_it_stands_and_read_there(server: Server, kg: KnowledgeGraph) -> None:
    query = "SELECT ?drug { ?drug rdfs:label ?name FILTER (REGEX(?name, '^k\\\\w.am[a-z-[x]]ne$')) }"
    found = glutkg.connect(f"http://{HOST}:{server.port}/").select(query)
    assert found.rows == kg.reasoned.select(query).rows
    assert len(found.rows) == 1


def test_an_answer_that_the_client_has_is_not_sent_again(server: Server) -> None:
    query = "SELECT ?kind { ?kind a owl:Class } ORDER BY ?kind"
    first = server.ask(query, Accept_Encoding="gzip")
    assert first.headers.get("content-encoding") == "gzip"
    assert len(first.body) < len(server.ask(query).body)
    again = server.ask(query, If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert server.ask(query, If_None_Match='"other"').status == 200


def _parts(response: bytes) -> tuple[bytes, set[bytes], bytes]:
    """The line of the status, the headers but the date, and the body."""
    head, _, body = response.partition(b"\r\n\r\n")
    status, *headers = head.split(b"\r\n")
    return status, {line.lower() for line in headers if not line.lower().startswith((b"date:", b"connection:"))}, body


KEPT = [f"/sparql?{urlencode({'query': SELECT + ' # kept'})}", "/gaps", "/NMDAReceptor", "/find?q=aura"]


@pytest.mark.parametrize("path", KEPT)
@pytest.mark.parametrize("coding", ["", "Accept-Encoding: gzip\r\n", "X-Forwarded-For: 192.0.2.1\r\n"])
def test_what_is_kept_is_given_as_it_was_given_first(server: Server, path: str, coding: str) -> None:
    """What is kept is given at once, unless the connection is to be closed: then the application responds."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{coding}\r\n".encode()
    closing = request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    first = _parts(server.raw(closing, 60))
    hits = server.metric("cache_hits_total")
    with server.connected() as connection:
        for _ in range(2):
            connection.sendall(request)
            assert _parts(connection.response()) == first
        connection.sendall(request + closing)  # both at once
        assert _parts(connection.response()) == first == _parts(connection.response())
    assert server.metric("cache_hits_total") == hits + 4
    elsewhere = server.raw(closing.replace(b"localhost", b"evil.example"))
    assert _parts(elsewhere)[0] == b"HTTP/1.1 421 Misdirected Request"


@pytest.mark.parametrize("path", KEPT[:2])
def test_who_has_what_is_kept_is_told_so_at_once(server: Server, path: str) -> None:
    tag = server.get(path).headers["etag"]
    known = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: {tag}\r\n\r\n".encode()
    closing = known.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    at_once, passed_on = server.raw(known + closing).split(b"HTTP/1.1 ")[1:]
    assert at_once.startswith(b"304 Not Modified\r\n")
    assert _parts(at_once) == _parts(passed_on)
    assert server.raw(closing.replace(tag.encode(), b'"other"')).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_lookup_is_answered_at_once_and_as_a_worker_answers_it(server: Server) -> None:
    lookups = [
        ("ASK { substance:ketamine ?p ?o }", "application/sparql-results+xml"),
        ("SELECT ?kind ?name { substance:ketamine a ?kind ; rdfs:label ?name } ORDER BY ?kind", "text/csv"),
        ('SELECT * { ?thing rdfs:label "ketamine"@en } LIMIT 2', "*/*"),
    ]
    for number, (query, accept) in enumerate(lookups):
        before = server.metric("lookups_total")
        found = [server.ask(query, Accept=accept)]
        found.append(server.get("/sparql", "POST", f"{query} # posted", Content_Type=QUERY, Accept=accept))
        assert server.metric("lookups_total") == before + 2
        found.append(server.ask(query.replace("{", "{ FILTER(true) ", 1), Accept=accept))
        assert server.metric("lookups_total") == before + 2, "only a query of patterns is one"
        assert {(one.status, one.headers["content-type"], one.body) for one in found} == {
            (200, found[0].headers["content-type"], found[0].body)
        }, number
        assert server.ask(query, Accept="image/png").status == 406
    assert server.ask("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 1").status == 200
    assert server.ask("ASK { ?a glut:antagonises ?b . ?c glut:antagonises ?d }").status == 200
    for wrong in ("<http://[>", '"x"@languages'):
        refused = server.ask(f"SELECT * {{ ?thing ?of {wrong} }}")
        assert (refused.status, refused.headers["content-type"]) == (400, "text/plain; charset=utf-8"), wrong
    assert server.metric("lookups_total") == before + 2, "what may take long, or is wrong, is none"


def test_connections_are_shared_out_and_come_back_with_what_is_no_lookup(server: Server) -> None:
    shared_out(server)
    lookups = [f"/sparql?{urlencode({'query': f'{SELECT} # shared {number}'})}" for number in range(12)]
    asking = [f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() for path in lookups]
    health = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    before = server.metric("lookups_total")
    with ExitStack() as stack:
        connections = [stack.enter_context(server.connected()) for _ in range(4)]
        found = []
        for first, connection in zip(range(0, 12, 3), connections, strict=True):
            connection.sendall(asking[first])
            found.append(connection.response())
            connection.sendall(asking[first + 1] + health + asking[first + 2][:9])
            found.append(connection.response())
            assert b'"status": "ok"' in connection.response()
            connection.sendall(asking[first + 2][9:] + b"GET / HTTP/1.1\r\nHost: elsewhere\r\n\r\n")
            found.append(connection.response())
            assert connection.response().startswith(b"HTTP/1.1 421 ")
    assert {str(_parts(one)) for one in found} == {str(_parts(found[0]))}
    assert found[0].startswith(b"HTTP/1.1 200 ")
    assert server.metric("lookups_total") == before + 12


def test_what_changes_from_time_to_time_is_not_kept(server: Server) -> None:
    assert len({server.ask("SELECT (UUID() AS ?one) {}").body for _ in range(3)}) == 3
    hits = server.metric("cache_hits_total")
    assert len({server.ask("SELECT (1 AS ?one) {}").body for _ in range(3)}) == 1
    assert server.metric("cache_hits_total") == hits + 2


def test_a_page_has_headers_that_keep_strangers_out(server: Server) -> None:
    got = server.get("/substance/ketamine.html")
    assert (got.status, got.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "script-src 'self'" in got.headers["content-security-policy"]
    assert got.headers["x-content-type-options"] == "nosniff"
    turtle = server.get("/substance/ketamine", Accept="text/turtle")
    assert (turtle.status, turtle.headers["location"]) == (303, "/substance/ketamine.ttl")


def test_questions_are_an_api(server: Server) -> None:
    asked = "/questions/compounds-at-receptor"
    page = json.loads(server.get(f"{asked}?receptor=NMDA+receptor&limit=2&offset=1", Accept="application/json").body)
    whole = json.loads(server.get(f"{asked}?receptor=NMDA+receptor", Accept="application/json").body)
    assert page["results"]["bindings"] == whole["results"]["bindings"][1:3]
    assert (len(page["proofs"]), page["total"]) == (2, len(whole["results"]["bindings"]))
    assert page["claims"]
    assert page["links"]["next"].endswith("offset=3&limit=2")
    held = server.get(f"/verify?{urlencode({'citation': whole['citation']})}")
    assert json.loads(held.body)["holds"] is True
    changed = whole["citation"].replace("sha256 ", "sha256 0")[:-2] + ")"
    assert json.loads(server.get(f"/verify?{urlencode({'citation': changed})}").body)["holds"] is False
    for path, hint in ((f"{asked}?receptors=x", "Did you mean receptor?"), ("/find?query=x", "takes q.")):
        refused = server.get(path, Accept="application/json")
        assert (refused.status, hint in refused.text) == (400, True), refused.text
    wrong = server.get(f"{asked}?receptor=NMDA+recepto", Accept="application/json")
    assert (wrong.status, "NMDA receptor" in json.loads(wrong.body)["suggestions"]) == (404, True)
    assert server.get(f"{asked}?limit=x", Accept="text/csv").status == 400
    names = {one["name"] for one in json.loads(server.get("/questions", Accept="application/json").body)}
    paths = json.loads(server.get("/openapi.json").body)["paths"]
    assert {f"/questions/{name}" for name in names} < set(paths)
    assert json.loads(server.get("/find?q=aura", Accept="application/json").body)["things"]


def test_clients_that_ask_at_once_get_what_one_gets_alone(server: Server) -> None:
    queries = [f"SELECT ?s {{ ?s a owl:Class }} ORDER BY ?s LIMIT {number}" for number in range(1, 33)]
    before = [server.ask(query, Accept="text/csv").body.count(b"\n") - 1 for query in queries]
    fresh = [f"{query} # again" for query in queries]
    with ThreadPoolExecutor(32) as clients:
        answers = list(clients.map(server.ask, fresh))
    assert [len(json.loads(answer.body)["results"]["bindings"]) for answer in answers] == before == list(range(1, 33))
