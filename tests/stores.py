"""SPARQL stores that tests start on this machine, and a proxy that lets so many requests through and no more."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HOST = "127.0.0.1"


def free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: Sequence[str], port: int, seconds: float = 60, host: str = HOST) -> Iterator[str]:
    """Run a server until its port answers, and end it afterwards; give its address."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + seconds
            while process.poll() is None and time.monotonic() < end:
                try:
                    socket.create_connection((host, port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield f"http://{host}:{port}/"
        finally:
            process.kill()


@contextmanager
def empty_oxigraph(*options: str) -> Iterator[str]:
    """Run Oxigraph's server with an empty store; give its address."""
    port = free_port()
    program = str(Path(sys.executable).parent / "oxigraph")
    with running([program, "serve", "--bind", f"{HOST}:{port}", *options], port) as address:
        yield address


@contextmanager
def read_only_oxigraph(store: Path) -> Iterator[str]:
    """Run Oxigraph's server with a kept graph, for reading only; give its address."""
    port = free_port()
    program = str(Path(sys.executable).parent / "oxigraph")
    with running([program, "serve-read-only", "--location", str(store), "--bind", f"{HOST}:{port}"], port) as address:
        yield address


@contextmanager
def comunica(dump: Path) -> Iterator[str]:
    """Run Comunica's endpoint over a file; give its address."""
    port, modules = free_port(), COMUNICA / "node_modules"
    command = [str(modules / "node" / "bin" / "node"), str(modules / ".bin" / "comunica-sparql-file-http")]
    with running([*command, str(dump), "-p", str(port), "-t", "600", "-w", "1"], port, host="localhost") as address:
        yield f"{address}sparql"


COMUNICA = Path(__file__).parent / "comunica"
"""Where npm installs Comunica, with a Node that it runs on."""
VIRTUOSO = """
[Database]
DatabaseFile = {folder}/virtuoso.db
TransactionFile = {folder}/virtuoso.trx
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{port}
DisableUnixSocket = 1
NumberOfBuffers = 40000
CheckpointInterval = 0
ServerThreads = 40
[HTTPServer]
ServerPort = 127.0.0.1:{web}
ServerThreads = 20
[SPARQL]
ResultSetMaxRows = 10000000
"""


@contextmanager
def empty_virtuoso(folder: Path) -> Iterator[str]:
    """Run Virtuoso, empty, taking updates; give its address, with a graph in the place of the default graph."""
    port, web = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(VIRTUOSO.format(folder=folder, port=port, web=web), encoding="ascii")
    command = ["virtuoso-t", "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    with running(command, web, seconds=300) as address:
        allowed = 'GRANT SPARQL_UPDATE TO "SPARQL";'
        subprocess.run(["isql-vt", f"{HOST}:{port}", "dba", "dba", f"exec={allowed}"], check=True, capture_output=True)
        yield f"{address}sparql?default-graph-uri=https://w3id.org/glutkg/graph/all"


class BreakingProxy(ThreadingHTTPServer):
    """Passes requests on to a store; after so many updates it answers 500, or nothing at all from then on."""

    daemon_threads = True

    def __init__(self, behind: str, updates: int, *, is_gone: bool = False, pause: float = 0.0) -> None:
        super().__init__((HOST, 0), _Handler)
        self.behind = int(behind.rstrip("/").rpartition(":")[2])
        self.left, self.is_gone, self.pause = updates, is_gone, pause

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}/"

    @contextmanager
    def started(self) -> Iterator[str]:
        Thread(target=self.serve_forever, daemon=True).start()
        yield self.address
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: BreakingProxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_update = self.path.startswith("/update")
        self.server.left -= is_update
        time.sleep(self.server.pause * is_update)
        if self.server.left < 0 and (self.server.is_gone or (is_update and b"INSERT" in body)):
            if self.server.is_gone:
                self.close_connection = True
            else:
                self.send_error(500)
            return
        behind = http.client.HTTPConnection(HOST, self.server.behind)
        behind.request("POST", self.path, body, {name: self.headers[name] for name in ("Content-Type", "Accept")})
        answer = behind.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers.get("Content-Type", "text/plain"))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with suppress(OSError):  # the client may be gone
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Write no log."""
