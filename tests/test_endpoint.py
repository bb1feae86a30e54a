"""A graph that a SPARQL endpoint holds: the answers of this machine's, in the same words; and stores that fail."""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from stores import read_only_oxigraph

import glutkg
from glutkg.errors import EndpointError, LimitError, QueryError, UsageError
from glutkg.remote import http

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from command_runs import Run

    from glutkg.api import KnowledgeGraph

pytestmark = pytest.mark.xdist_group("endpoint")

COMMANDS = [
    ("ask", "compounds-at-receptor", "--receptor", "mGlu5"),
    ("ask", "which drugs were tried in migraine"),
    ("sparql", "SELECT (COUNT(*) AS ?n) { ?drug glut:antagonises ?target }", "--over", "inferred"),
    ("sparql", "CONSTRUCT { ?s rdfs:label ?o } { VALUES ?s { substance:ketamine } ?s rdfs:label ?o }"),
    ("sparql", "SELECT * { ?s glut:antagonises }"),
    ("show", "MK-801", "--all"),
    ("find", "aura"),
    ("why", "memantine", "is a", "NMDA receptor antagonist"),
    ("draw", "evidence", "ketamine"),
    ("ask", "conflicts", "--format", "json"),
    ("ask", "conflicts", "--cite"),
    ("ask", "adverse-effects", "--compound", "kainate"),
    ("sparql", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"),
    ("show", "NMDA receptor antagonist"),
    ("show", "ketamin"),
    ("why", "memantine", "is a", "NMDA receptor antagonist", "--proof"),
    ("why", "--question", "compounds-at-receptor", "receptor=mGlu5"),
    ("whynot", "memantine", "approved for", "migraine"),
    ("predict", "memantine", "CSD"),
    ("draw", "path", "memantine", "migraine aura", "--format", "mermaid"),
]


@pytest.fixture(scope="module")
def endpoint(kg: KnowledgeGraph) -> Iterator[str]:
    """The address of an Oxigraph server that holds the reasoned graph."""
    with read_only_oxigraph(kg.cached.folder) as address:
        yield address


@pytest.fixture(scope="module")
def connected(endpoint: str) -> KnowledgeGraph:
    return glutkg.connect(endpoint)


@pytest.mark.sample(5)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_says_the_same_of_an_endpoint(run: Run, endpoint: str, command: tuple[str, ...]) -> None:
    here, there = run(*command), run(*command, "--endpoint", endpoint)
    assert (there.returncode, there.stdout, there.stderr) == (here.returncode, here.stdout, here.stderr)
    assert here.stdout or here.returncode


@pytest.mark.slow
def test_every_question_has_the_same_answer_at_an_endpoint(kg: KnowledgeGraph, connected: KnowledgeGraph) -> None:
    differing = [one.name for one in kg.questions() if kg.ask(one.name).rows != connected.ask(one.name).rows]
    assert differing == []


def test_what_needs_the_graph_on_this_machine_says_so(connected: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="needs the graph on this machine"):
        _ = connected.graph


# --- addresses and credentials ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "no address"),
        ("127.0.0.1:7878", "no address"),
        ("ftp://example.org/", "no address"),
        ("http://", "no address"),
        ("http://127.0.0.1:99999/", "no address"),
        ("http://127.0.0.1/a b", "no address"),
        ("http://127.0.0.1/\x1b[31m", "no address"),
        ("http://127.0.0.1:x/", "no address"),
    ],
)
def test_what_is_no_address_is_refused(url: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as refusal:
        glutkg.connect(url)
    assert "\x1b" not in str(refusal.value)


def test_a_password_in_an_address_is_refused_and_not_shown(run: Run) -> None:
    done = run("ask", "conflicts", "--endpoint", "http://me:geheim@127.0.0.1:1/")
    assert done.returncode == 2
    assert "GLUTKG_ENDPOINT_PASSWORD" in done.stderr
    assert "geheim" not in done.stderr


@contextmanager
def answering(*responses: bytes, pause: float = 0.0) -> Iterator[tuple[str, list[str]]]:
    """A server that gives these responses, raw, one a connection, the last again and again; and what it was sent."""
    seen: list[str] = []
    left = list(responses)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(5)
                    seen.append(connection.recv(65536).decode())
                    response = left.pop(0) if len(left) > 1 else left[0]
                    try:
                        for byte in response if pause else ():
                            connection.sendall(bytes([byte]))
                            time.sleep(pause)
                        connection.sendall(b"" if pause else response)
                    except OSError:
                        pass

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", seen


def response(status: str, body: str = "", kind: str = "text/plain", more: str = "") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n"
    )
    return (head + body).encode()


TRUE = response(
    "200 OK",
    '{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "uri", "value": "urn:x:s"}}]}}',
    "application/sparql-results+json",
)
FALSE = response("200 OK", '{"head": {"vars": ["s"]}, "results": {"bindings": []}}', "application/sparql-results+json")


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (FALSE, EndpointError, "holds no graph of glutkg"),
        (response("200 OK", "<html></html>", "text/html"), EndpointError, "is no result of SPARQL"),
        (response("404 Not Found"), EndpointError, "no SPARQL endpoint"),
        (response("401 Unauthorized"), EndpointError, "refuses access"),
        (response("301 Moved", more="Location: https://example.org/sparql\r\n"), EndpointError, "moved to https://ex"),
        (response("500 Oops", "out of\x1b[2J luck\nat line 3"), EndpointError, r"status 500: out of\\x1b"),
        (response("503 Busy", "later"), LimitError, "no time for this"),
        (response("200 OK", '{"head": {}, "boole'), EndpointError, "or breaks off"),
        (b"SSH-2.0-OpenSSH_9\r\n", EndpointError, "does not answer"),
        (b"", EndpointError, "does not answer"),
        (TRUE[:-5], EndpointError, "does not answer"),
    ],
    ids=range(11),
)
def test_a_store_that_fails_gets_a_clear_word(answer: bytes, error: type[Exception], message: str) -> None:
    with answering(answer) as (url, _), pytest.raises(error, match=message) as failure:
        glutkg.connect(url, seconds=5)
    assert "\x1b" not in str(failure.value)


def test_a_store_that_answers_too_slowly_is_left() -> None:
    start = time.monotonic()
    with answering(TRUE, pause=0.2) as (url, _), pytest.raises(LimitError, match="did not answer within 1 s"):
        glutkg.connect(url, seconds=1)
    assert time.monotonic() - start < 4


def test_an_answer_that_is_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER", 20)
    with answering(TRUE) as (url, _), pytest.raises(LimitError, match="more than 20 bytes"):
        glutkg.connect(url)


def test_a_query_that_only_the_store_refuses_is_told_in_its_words(connected: KnowledgeGraph) -> None:
    with answering(TRUE, response("400 Bad", "no FLOOR here")) as (url, _):
        known = glutkg.connect(url)
        with pytest.raises(QueryError, match="refuses what it was asked: no FLOOR here"):
            known.select("SELECT (FLOOR(1.5) AS ?n) {}")


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({http.TOKEN: "abc"}, "Authorization: Bearer abc"),
        ({http.USER: "me", http.PASSWORD: "pw"}, "Authorization: Basic bWU6cHc="),
        ({http.CREDENTIALS: "machine 127.0.0.1 login me password pw"}, "Authorization: Basic bWU6cHc="),
        ({http.CREDENTIALS: "machine 127.0.0.2 login me password pw"}, None),
    ],
)
def test_credentials_come_from_the_environment_or_a_file(
    given: dict[str, str], sent: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in given.items():
        (tmp_path / "netrc").write_text(value)
        monkeypatch.setenv(name, str(tmp_path / "netrc") if name == http.CREDENTIALS else value)
    refusal = response("401 Unauthorized", more="WWW-Authenticate: Basic realm=x\r\n")
    with answering(*([refusal] if http.TOKEN not in given else []), TRUE) as (url, seen):
        if sent:
            glutkg.connect(url)
            assert sent.casefold() in seen[-1].casefold()
        else:
            with pytest.raises(EndpointError, match="refuses access"):
                glutkg.connect(url)
        assert seen[0].casefold().count("authorization") == (http.TOKEN in given)


def test_a_store_that_asks_for_a_digest_gets_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(http.USER, "me")
    monkeypatch.setenv(http.PASSWORD, "geheim")
    refusal = response("401 Unauthorized", more='WWW-Authenticate: Digest realm="x", nonce="n", qop="auth"\r\n')
    with answering(refusal, refusal, TRUE) as (url, seen):
        glutkg.connect(url)
    assert "digest username=" in seen[-1].casefold()
    assert all("geheim" not in request for request in seen)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({http.TOKEN: "a\nb"}, "characters that none can have"),
        ({http.CREDENTIALS: "/nowhere/netrc"}, "cannot be read"),
    ],
)
def test_credentials_that_cannot_be_used_are_named_not_shown(
    given: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=message):
        glutkg.connect("http://127.0.0.1:1/")
