"""The endpoint under strain: slow clients, bombs, many requests, a full disk, a damaged store, signals."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from conftest import ROOT
from served import HOST, PROGRAM, Connection, Server, all_there, serving, shared_out

from glutkg.serve.lookup_processes import useful

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.api import KnowledgeGraph

LOOKUP = "SELECT ?drug { ?drug glut:antagonises glut:NMDAReceptor } ORDER BY ?drug"
POINT = LOOKUP.replace("}", "FILTER(ISIRI(?drug)) }")
"""As short, but for a worker."""
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
BOMBS = (
    CROSS,
    "SELECT * { ?a ?b ?c . ?d ?e ?f . FILTER(CONCAT(STR(?a), STR(?f)) = '') }",
    "SELECT (COUNT(*) AS ?n) { ?a (glut:x|!glut:x)* ?b . ?c (glut:x|!glut:x)* ?d }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . FILTER(REGEX(CONCAT(STR(?c), STR(?f)), '^(a|aa)+$')) }",
)
LIMIT = 3
"""Seconds after which a query is ended, of which each bomb uses up all."""
ALL = "SELECT * { ?s ?p ?o FILTER(ISIRI(?s) && !ISBLANK(?o)) }"
pytestmark = pytest.mark.xdist_group("server")


@pytest.fixture(scope="module")
def server(kg: KnowledgeGraph) -> Iterator[Server]:
    assert kg.is_shipped
    with serving("--timeout", "60", "--workers", "4", "--cache", "0") as started:
        yield started


@pytest.fixture(scope="module")
def impatient_server(kg: KnowledgeGraph) -> Iterator[Server]:
    assert kg.is_shipped
    with serving("--timeout", str(LIMIT), "--workers", "4", "--cache", "0") as started:
        yield started


def _asking(query: str) -> bytes:
    return f"GET /sparql?{urlencode({'query': query})} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def _answered_but_unread(server: Server) -> None:
    """Wait until the queries are through whose answers are being read: until then others have to wait for a place."""
    end = time.monotonic() + 60
    while time.monotonic() < end and (server.metric("queries_running") or not server.metric("unread_bytes")):
        time.sleep(0.1)


def test_clients_that_are_slow_to_write_or_to_read_do_not_shut_others_out(server: Server) -> None:
    slow = [socket.create_connection((HOST, server.port)) for _ in range(24)]
    try:
        for one in slow[:8]:
            one.sendall(b"GET /sparql HTTP/1.1\r\nHost: loc")
        for one in slow[8:16]:
            kind = b"Content-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nSEL"
            one.sendall(b"POST /sparql HTTP/1.1\r\nHost: localhost\r\n" + kind)
        for one in slow[16:]:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.sendall(_asking(ALL))
        _answered_but_unread(server)
        with ThreadPoolExecutor(4) as clients:
            answers = list(clients.map(server.ask, [POINT] * 20))
        assert {answer.status for answer in answers} == {200}
    finally:
        for one in slow:
            one.close()


def test_a_large_answer_comes_whole_to_a_client_that_reads_slowly(kg: KnowledgeGraph) -> None:
    assert kg.is_shipped
    large = f"{ALL} LIMIT 12000"
    with serving("--timeout", "60", "--workers", "1", "--cache", "0") as server:  # Time is no limit here.
        whole = server.ask(large, Accept="text/csv").body
        with socket.create_connection((HOST, server.port)) as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 17)
            slow.sendall(_asking(large).replace(b"\r\n\r\n", b"\r\nAccept: text/csv\r\nConnection: close\r\n\r\n"))
            got = slow.recv(1)
            assert server.metric("unread_bytes") == len(whole)
            while piece := slow.recv(1 << 20):
                got += piece
        assert server.metric("unread_bytes") == 0
    head, _, body = got.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert len(body) == len(whole) > 1_000_000
    assert body == whole


@pytest.mark.slow
def test_others_are_served_while_bombs_run(impatient_server: Server) -> None:
    impatient_server.ask(POINT)
    with ThreadPoolExecutor(2) as bombers:
        bombs = [bombers.submit(impatient_server.ask, query) for query in BOMBS[:2]]
        time.sleep(0.3)
        times: list[float] = []
        while not all(bomb.done() for bomb in bombs) and len(times) < 300:
            start = time.perf_counter()
            assert impatient_server.ask(POINT).status == 200
            times.append(time.perf_counter() - start)
        assert {bomb.result().status for bomb in bombs} <= {408, 413}
    assert len(times) > 20
    assert sorted(times)[len(times) // 2] < 0.1


@pytest.mark.slow
def test_what_waits_when_a_signal_comes_is_answered(kg: KnowledgeGraph) -> None:
    assert kg.is_shipped
    with serving("--timeout", "2", "--workers", "1", "--cache", "0") as server:
        with ThreadPoolExecutor(2) as clients:
            bomb = clients.submit(server.ask, CROSS)
            time.sleep(0.3)
            waiting = clients.submit(server.ask, POINT)
            time.sleep(0.3)
            server.process.send_signal(signal.SIGTERM)
            assert (bomb.result().status, waiting.result().status) == (408, 200)
        assert server.process.wait(timeout=10) == 0


@pytest.mark.slow
def test_a_damaged_store_is_made_anew(kg: KnowledgeGraph, tmp_path: Path) -> None:
    place = kg.cached.folder.parent
    damaged = tmp_path / place.name
    shutil.copytree(place, damaged)
    table = max((damaged / "store").glob("*.sst"), key=lambda path: path.stat().st_size)
    table.write_bytes(table.read_bytes()[:-1000] + b"\0" * 1000)
    with serving("--workers", "1", "--cache", "0", GLUTKG_CACHE=str(tmp_path)) as server:
        assert json.loads(server.ask(POINT).body)["results"]["bindings"]


@pytest.mark.slow
def test_what_comes_with_a_request_that_is_answered_at_once_has_its_time(kg: KnowledgeGraph) -> None:
    """A connection that is idle is closed after 5 seconds, but not one on which the second request still runs."""
    assert kg.is_shipped
    with serving("--timeout", "7", "--workers", "1") as server, server.connected(60) as connection:
        for content in (_asking(POINT), _asking(POINT) + _asking(CROSS)):
            connection.sendall(content)
            assert connection.response().startswith(b"HTTP/1.1 200 ")
        assert connection.response().startswith(b"HTTP/1.1 408 ")


@pytest.mark.slow
@pytest.mark.skipif(not useful(), reason="one processor")
def test_a_process_that_answers_lookups_is_replaced_when_it_dies(kg: KnowledgeGraph) -> None:
    """The connections that it has are lost, no others; nor is what it has counted; the server answers meanwhile."""
    assert kg.is_shipped
    with serving("--workers", "1", "--log", "-") as server, ExitStack() as stack:
        shared_out(server)
        connections = [stack.enter_context(server.connected()) for _ in range(8)]
        for number, connection in enumerate(connections):
            connection.sendall(_asking(f"{LOOKUP} # {number}"))
            assert connection.response().startswith(b"HTTP/1.1 200 ")
            connection.sendall(_asking(f"{LOOKUP} # again {number}"))
            assert connection.response().startswith(b"HTTP/1.1 200 ")
        assert server.metric("lookups_total") == 16
        os.kill(next(pid for pid in _children(server.process.pid) if "lookup_worker" in _command(pid)), signal.SIGKILL)
        assert server.ask(LOOKUP).status == 200
        assert 0 < sum(map(_is_lost, connections)) < 8
        shared_out(server)
        assert server.metric("lookups_total") == 16 + useful(), "one by the server, one in each process that lives"
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=60) == 0
        assert server.process.stdout
        assert server.process.stdout.read().count("again") == 8


def _is_lost(connection: Connection) -> bool:
    try:
        connection.sendall(_asking(LOOKUP))
        return not connection.response()
    except (AssertionError, OSError):
        return True


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")


def _page(connection: Connection, asking: bytes) -> bytes:
    """Ask for a page until it is given: while the processes that make pages start, a busy machine may have no place."""
    for _ in range(6):
        connection.sendall(asking)
        response = connection.response()
        if response.startswith(b"HTTP/1.1 200 "):
            break
    return response


@pytest.mark.slow
def test_who_asks_without_reading_fills_no_memory_and_gets_all_in_the_end(kg: KnowledgeGraph) -> None:
    assert kg.is_shipped
    with serving("--workers", "1") as server, server.connected(60) as connection:
        asking = b"GET /contents HTTP/1.1\r\nHost: localhost\r\n\r\n"
        first = _page(connection, asking)
        before = _memory(server.process.pid)
        connection.sendall(asking * 500)
        time.sleep(7)
        assert _memory(server.process.pid) < before + 40_000_000
        body = first.partition(b"\r\n\r\n")[2]
        assert all(connection.response().endswith(body) for _ in range(500))


@pytest.mark.slow
def test_a_store_that_vanishes_is_said_to_have_gone(kg: KnowledgeGraph, tmp_path: Path) -> None:
    """Workers that must be replaced cannot open it; the server says so, and that it is not well."""
    place = kg.cached.folder.parent
    shutil.copytree(place, tmp_path / place.name)
    limits = ("--workers", "1", "--cache", "0", "--timeout", "1", "--patience", "1")
    with serving(*limits, GLUTKG_CACHE=str(tmp_path)) as server:
        shutil.rmtree(tmp_path / place.name / "store")
        assert server.ask(CROSS).status == 408
        got, end = server.ask(POINT), time.monotonic() + 60
        while got.status == 503 and "A worker did not start" not in got.text and time.monotonic() < end:  # it tries yet
            got = server.ask(POINT)
        assert (got.status, "A worker did not start" in got.text) == (503, True), got.text
        assert server.ask(LOOKUP).status == 200, "a lookup reads what is open already"
        assert server.get("/health").status == 503


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_log_that_cannot_be_written_is_said_and_answers_go_on(kg: KnowledgeGraph) -> None:
    assert kg.is_shipped
    with serving("--workers", "1", "--cache", "0", "--log", "/dev/full") as server:
        assert [server.ask(POINT).status for _ in range(3)] == [200, 200, 200]
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=30) == 0
        assert server.process.stderr
        said = server.process.stderr.read()
        assert said.count("The log /dev/full cannot be written (No space left on device).") == 1
        assert "Traceback" not in said


@pytest.mark.slow
def test_a_full_disk_is_said(tmp_path: Path) -> None:
    """A limit on the size of files stands for a disk that has no room for the reasoned graph."""
    command = [sys.executable, "-c", PROGRAM, "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GLUTKG_CACHE": str(tmp_path), "TMPDIR": str(tmp_path)}

    def bound() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False, preexec_fn=bound
    )
    assert done.returncode == 1, done.stderr
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("query", BOMBS)
def test_a_bomb_ends_at_its_limit(impatient_server: Server, query: str) -> None:
    start = time.monotonic()
    assert impatient_server.ask(query).status in (408, 413)
    assert time.monotonic() - start < LIMIT + 1 + 4


@pytest.mark.slow
def test_ten_thousand_requests_leave_nothing_behind(kg: KnowledgeGraph) -> None:
    assert kg.is_shipped
    with serving("--cache", "1") as server:
        answers = set()

        def many(number: int) -> None:
            for turn in range(number, 10_000, 8):
                got = server.ask(f"{(POINT, LOOKUP)[turn % 2]} # {turn % 5000}" if turn % 10 else f"{ALL} LIMIT {turn}")
                answers.add((turn % 10 > 0, got.status))

        def memory() -> dict[int, int]:
            return {pid: _memory(pid) for pid in (server.process.pid, *_children(server.process.pid))}

        with ThreadPoolExecutor(8) as clients:
            list(clients.map(many, [0] * 2))  # what is made once is made now
            all_there(server)
            before, files = memory(), _files(server.process.pid)
            list(clients.map(many, range(8)))
        assert answers == {(True, 200), (False, 200)}
        after = memory()  # where one was replaced meanwhile, the new one counts as one that has not grown
        assert len(after) <= len(before)
        assert sum(after[pid] - before[pid] for pid in after.keys() & before.keys()) < 60_000_000
        assert _files(server.process.pid) <= files + 20


@pytest.mark.slow
def test_clients_at_once_get_what_one_gets_alone_and_none_is_refused(server: Server) -> None:
    queries = [f"SELECT * {{ ?s skos:definition ?d }} ORDER BY ?s LIMIT {number * 5}" for number in range(1, 33)]
    alone = [server.ask(query).body for query in queries]
    with ThreadPoolExecutor(32) as clients:
        for _ in range(5):
            answers = list(clients.map(server.ask, queries))
            assert [answer.status for answer in answers] == [200] * 32
            assert [answer.body for answer in answers] == alone


def _memory(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


def _files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))
