"""The proxy in front of Oxigraph's server: answers, refusals and the end of a query that takes too long."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.serve.server import Proxy, oxigraph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.api import KnowledgeGraph

SELECT = "PREFIX glut: <https://w3id.org/glutkg/> SELECT ?drug { ?drug glut:antagonises glut:NMDAReceptor }"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"

pytestmark = pytest.mark.xdist_group("server")


@pytest.fixture(scope="module")
def address(kg: KnowledgeGraph) -> Iterator[str]:
    with oxigraph(kg.cached.folder, 2) as behind, Proxy(0, behind, 2) as proxy:
        Thread(target=proxy.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{proxy.server_address[1]}"
        proxy.shutdown()


def get(url: str, data: bytes | None = None, **headers: str) -> tuple[int, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, named), timeout=30) as response:  # noqa: S310
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def asked(address: str, query: str, **headers: str) -> tuple[int, str]:
    return get(f"{address}/query?{urllib.parse.urlencode({'query': query})}", None, **headers)


def test_a_query_is_answered_by_get_and_by_post(address: str) -> None:
    json_form = {"Accept": "application/sparql-results+json"}
    by_get = asked(address, SELECT, **json_form)
    by_form = get(f"{address}/query", urllib.parse.urlencode({"query": SELECT}).encode(), **json_form)
    as_query = get(f"{address}/sparql", SELECT.encode(), Content_Type="application/sparql-query", **json_form)
    assert by_get == by_form == as_query
    assert len(json.loads(by_get[1])["results"]["bindings"]) > 3


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 400, "SERVICE"),
        ("SELECT * { S\\u0045RVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 400, "SERVICE"),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", 400, "FROM"),
        ("INSERT DATA { <a:a> <a:a> <a:a> }", 400, "for reading only"),
        ("SELECT * " + "{" * 3000 + "}" * 3000, 400, "nests deeper"),
        ("SELEC", 400, "line 1, column 1: expected SELECT, CONSTRUCT, ASK or DESCRIBE, not 'SELEC'."),
        (
            "SELECT * { ?s glut:agent ?o }",
            400,
            "the prefix glut: is not declared; write PREFIX glut: <https://w3id.org/glutkg/>",
        ),
        (CROSS, 503, "stopped after 2 s"),
    ],
)
def test_a_query_that_may_not_run_is_refused_with_its_reason(
    address: str, query: str, status: int, message: str
) -> None:
    code, answer = asked(address, query)
    assert code == status
    assert message in answer
    assert asked(address, SELECT)[0] == 200, "and the server goes on"


def test_what_is_not_a_query_is_refused(address: str) -> None:
    assert get(f"{address}/")[0] == 200
    assert get(f"{address}/store")[0] == 404
    assert get(f"{address}/update", b"x")[0] == 404
    assert get(f"{address}/query")[0] == 400
    assert get(f"{address}/query", b"x", Content_Type="text/plain")[0] == 415
    assert get(f"{address}/query", b"x" * 4_000_001, Content_Type="application/sparql-query")[0] == 413
    assert asked(address, SELECT, Host="evil.example")[0] == 403


@pytest.mark.parametrize(("ending", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_the_command_serves_until_a_signal_ends_it(kg: KnowledgeGraph, ending: signal.Signals, code: int) -> None:
    heeding = "signal.signal(signal.SIGINT, signal.default_int_handler)"  # a program in the background ignores it
    program = f"import signal, sys; from glutkg.cli import main; {heeding}; sys.exit(main())"
    command = [sys.executable, "-c", program, "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout and server.stderr
            address = server.stdout.readline().split("/query")[0].removeprefix("SPARQL 1.1 at ")
            assert asked(address, SELECT)[0] == 200
            server.send_signal(ending)
            assert server.wait(timeout=30) == code
            assert "Traceback" not in server.stderr.read()
        finally:
            server.kill()
