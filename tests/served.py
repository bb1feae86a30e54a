"""A server of ours that tests start, and requests to it, as bytes where they must be wrong."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from conftest import ROOT

from glutkg.serve.application import SITE_WORKERS
from glutkg.serve.lookup_processes import useful

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOST = "127.0.0.1"
HEEDING = "signal.signal(signal.SIGINT, signal.default_int_handler)"  # a program in the background ignores it
PROGRAM = f"import signal, sys; from glutkg.cli import main; {HEEDING}; sys.exit(main())"


class Got(NamedTuple):
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Connection:
    """A connection that requests are sent over as they stand."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._got = b""

    def sendall(self, content: bytes) -> None:
        self._socket.sendall(content)

    def response(self) -> bytes:
        """The next response, whose length is in its head."""
        while b"\r\n\r\n" not in self._got:
            self._got += self._more()
        head = self._got.partition(b"\r\n\r\n")[0]
        end = len(head) + 4 + int(re.findall(rb"(?i)\r\ncontent-length: *(\d+)", head)[0])
        while len(self._got) < end:
            self._got += self._more()
        response, self._got = self._got[:end], self._got[end:]
        return response

    def _more(self) -> bytes:
        piece = self._socket.recv(65536)
        assert piece, "the connection was closed"
        return piece


class Server(NamedTuple):
    """A running server."""

    port: int
    process: subprocess.Popen[str]

    def get(self, path: str, method: str = "GET", body: object = None, **headers: str) -> Got:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)  # type: ignore[arg-type]
        response = connection.getresponse()
        got = Got(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
        connection.close()
        return got

    def ask(self, query: str, method: str = "GET", **headers: str) -> Got:
        return self.get(f"/sparql?{urlencode({'query': query})}", method, **headers)

    def raw(self, content: bytes, seconds: float = 5) -> bytes:
        """Send bytes; give what comes back until the server closes or says nothing more."""
        with socket.create_connection((HOST, self.port), timeout=seconds) as connection:
            connection.sendall(content)
            found = b""
            try:
                while piece := connection.recv(65536):
                    found += piece
            except TimeoutError:
                pass
            return found

    @contextmanager
    def connected(self, seconds: float = 20) -> Iterator[Connection]:
        """Open a connection for several requests."""
        with socket.create_connection((HOST, self.port), timeout=seconds) as connection:
            yield Connection(connection)

    def metric(self, name: str) -> float:
        lines = self.get("/metrics").text.splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"glutkg_{name} "))


def shared_out(server: Server) -> None:
    """Wait until connections can be shared out to all processes that answer lookups."""
    end = time.monotonic() + 60
    while server.metric("lookup_processes") != useful():
        assert time.monotonic() < end, "not ready after 60 s"
        time.sleep(0.05)


def all_there(server: Server) -> None:
    """Wait until all processes have started, and the pages are made that are made beforehand."""
    shared_out(server)
    end = time.monotonic() + 300
    while server.metric("pages_to_prepare") or server.metric("site_workers") < SITE_WORKERS:
        assert time.monotonic() < end, "not ready after 300 s"
        time.sleep(0.2)


@contextmanager
def serving(*options: str, **variables: str) -> Iterator[Server]:
    """Run `glutkg serve` at a free port, with the cache of this run unless a variable says otherwise."""
    command = [sys.executable, "-c", PROGRAM, "serve", "--port", "0", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line.startswith("SPARQL 1.1 at http://"), process.stderr and process.stderr.read()
            yield Server(int(line.split("/query")[0].rpartition(":")[2]), process)
        finally:
            process.kill()
