"""The processes of a server: how many ask at once, which are replaced, and that none outlives it."""

from __future__ import annotations

import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from served import HOST, Server, serving

if TYPE_CHECKING:
    from command_runs import Run

    from glutkg.api import KnowledgeGraph

SELECT = "SELECT ?drug { ?drug glut:antagonises glut:NMDAReceptor } ORDER BY ?drug"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"

pytestmark = pytest.mark.xdist_group("server")


def test_a_worker_is_replaced_when_it_dies_and_when_its_client_leaves(kg: KnowledgeGraph) -> None:
    assert kg.is_shipped
    asking = f"GET /sparql?{urlencode({'query': CROSS + '# left'})} HTTP/1.1"
    left = f"{asking}\r\nHost: localhost\r\nAccept: application/json\r\n\r\n"
    with serving("--timeout", "60", "--workers", "1", "--cache", "0") as server:  # No query ends by its limit.
        worker = _children(server.process.pid)[0]  # Those for pages are started later.
        with ThreadPoolExecutor(1) as clients:
            asked = clients.submit(server.ask, CROSS + " # killed")
            _wait_until_running(server, 1)
            os.kill(worker, signal.SIGKILL)
            got = asked.result()
        assert (got.status, got.headers.get("retry-after")) == (503, "2"), got.text
        with socket.create_connection((HOST, server.port)) as client:
            client.sendall(left.encode())
            _wait_until_running(server, 1)
        _wait_until_running(server, 0)
        assert server.metric("workers_replaced_total") == 2
        assert server.ask(SELECT).status == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=30) == 0
        assert server.process.stderr
        assert "Traceback" not in server.process.stderr.read()


@pytest.mark.slow
def test_who_asks_too_much_at_once_is_told_when_to_come_back(kg: KnowledgeGraph) -> None:
    assert kg.is_shipped
    limits = ("--queue", "8", "--per-client", "3", "--patience", "2", "--timeout", "3", "--cache", "0")
    with serving("--workers", "1", *limits) as server, ThreadPoolExecutor(6) as clients:
        answers = list(clients.map(server.ask, [CROSS] * 6))
        assert {answer.status for answer in answers} == {408, 429, 503}
        assert all("retry-after" in answer.headers for answer in answers if answer.status != 408)
        assert server.ask(SELECT).status == 200


@pytest.mark.parametrize("base", ["example.org", "ftp://example.org/", "https://example.org/?a=b"])
def test_what_is_no_address_to_be_known_at_is_refused(run: Run, base: str) -> None:
    done = run("serve", "--port", "0", "--base", base)
    assert (done.returncode, f"{base} is no address" in done.stderr) == (2, True)


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _wait_until_running(server: Server, queries: int) -> None:
    end = time.monotonic() + 40
    while server.metric("queries_running") != queries:
        assert time.monotonic() < end, f"not {queries} after 40 s"
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ending", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0), (signal.SIGHUP, -1), (signal.SIGKILL, -9)]
)
def test_nothing_outlives_the_server(kg: KnowledgeGraph, ending: signal.Signals, code: int) -> None:
    assert kg.is_shipped
    with serving("--log", "-", "--workers", "2", "--cache", "0") as server:
        assert [server.ask(SELECT).status for _ in range(2)] == [200, 200]  # the first is in the log then
        children = _children(server.process.pid)
        assert len(children) >= 2
        server.process.send_signal(ending)
        assert server.process.wait(timeout=30) == code
        assert server.process.stderr and server.process.stdout
        assert "Traceback" not in server.process.stderr.read()
        assert '"GET /sparql?query=SELECT' in server.process.stdout.read()
    end = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < end:
        time.sleep(0.05)
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []
