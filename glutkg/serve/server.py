"""SPARQL 1.1 over HTTP on this machine: Oxigraph's own server, read-only, behind a small proxy.

Oxigraph's server follows SERVICE, dies of deep nesting, and answers a query that ran out of time with status 200 and a
body that can look complete. The proxy checks each query first, reads the whole answer before it passes it on, and
responds with 503 when the time was up.
"""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from threading import BoundedSemaphore
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from glutkg.errors import LimitError, MissingPartError, QueryError, UsageError
from glutkg.sparql.diagnosis import syntax_problem
from glutkg.sparql.guard import MAX_LENGTH, check_query

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
PATHS = ("/query", "/sparql")
MAX_BODY = 4 * MAX_LENGTH
MAX_ANSWER = 256 << 20
MAX_AT_ONCE = 8
WELCOME = """glutkg answers SPARQL 1.1 queries at /query, by GET (?query=…) or POST, for reading only.
The default graph holds every triple, stated and inferred.
"""


@contextmanager
def oxigraph(store: Path, timeout: int) -> Iterator[int]:
    """Run Oxigraph's server on a cached graph and a free port. Raises MissingPartError or LimitError."""
    beside = Path(sys.executable).parent / "oxigraph"
    program = str(beside) if beside.is_file() else which("oxigraph")
    if program is None:
        raise MissingPartError("Oxigraph's server is not installed: pip install 'glutkg[serve]'.")
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
    command = [
        program,
        "serve-read-only",
        "--location",
        str(store),
        "--bind",
        f"{HOST}:{port}",
        "--timeout-s",
        str(timeout),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await(port, process)
            yield port
        finally:
            process.terminate()


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    raise LimitError("Oxigraph's server did not start. Remove the cached graph from the cache folder and run again.")


class Proxy(ThreadingHTTPServer):
    """The public side, with the port of the server behind it and the time limit in seconds."""

    daemon_threads = True

    def __init__(self, port: int, behind: int, timeout: int) -> None:
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            raise UsageError(f"Port {port} cannot be used ({error.strerror}). Choose another with --port.") from error
        self.behind = behind
        self.limit = timeout
        self.places = BoundedSemaphore(MAX_AT_ONCE)


class _Handler(BaseHTTPRequestHandler):
    server: Proxy
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/":
            self._respond(200, WELCOME)
        elif url.path not in PATHS:
            self._respond(404, "There is nothing here. Queries go to /query.\n")
        else:
            self._answer(parse_qs(url.query))

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        kind = self.headers.get_content_type()
        if urlsplit(self.path).path not in PATHS:
            self._respond(404, "There is nothing here. Queries go to /query; the graph is for reading only.\n")
        elif not length.isdigit():
            self._respond(411, "Send the length of the query (Content-Length).\n")
        elif int(length) > MAX_BODY:
            self.rfile.read(min(int(length), 16 * MAX_BODY))  # a client that still writes could not read the answer
            self._respond(413, f"The query is too long; at most {MAX_BODY:,} bytes are read.\n")
        else:
            body = self.rfile.read(int(length)).decode("utf-8", errors="replace")
            if kind == "application/sparql-query":
                self._answer({**parse_qs(urlsplit(self.path).query), "query": [body]})
            elif kind == "application/x-www-form-urlencoded":
                self._answer(parse_qs(body))
            else:
                self._respond(415, "Send application/sparql-query or application/x-www-form-urlencoded.\n")

    def _answer(self, parameters: dict[str, list[str]]) -> None:
        if self.headers.get("Host", "").partition(":")[0] not in (HOST, "localhost"):
            self._respond(403, "Only this machine may send queries.\n")
        elif len(parameters.get("query", ())) != 1:
            self._respond(400, "Give one query, as ?query=… or as the body of a POST.\n")
        elif not self.server.places.acquire(blocking=False):
            self._respond(503, f"{MAX_AT_ONCE} queries are running already. Try again in a moment.\n")
        else:
            try:
                check_query(parameters["query"][0])
                self._pass_on(parameters)
            except QueryError as error:
                self._respond(400, f"{error}\n")
            except (OSError, http.client.HTTPException):
                self._respond(502, "The query ended the server behind this one. Ask for less, or start it again.\n")
            finally:
                self.server.places.release()

    def _pass_on(self, parameters: dict[str, list[str]]) -> None:
        known: dict[str, list[str]] = {
            name: parameters[name] for name in ("query", "default-graph-uri", "named-graph-uri") if name in parameters
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if accept := self.headers.get("Accept"):
            headers["Accept"] = accept
        start = time.monotonic()
        connection = http.client.HTTPConnection(HOST, self.server.behind, timeout=self.server.limit + 5)
        try:
            connection.request("POST", "/query", urlencode(known, doseq=True), headers)
            response = connection.getresponse()
            content = response.read(MAX_ANSWER + 1)
        except TimeoutError:
            self._respond_late()
            return
        finally:
            connection.close()
        if time.monotonic() - start >= self.server.limit:
            self._respond_late()
        elif len(content) > MAX_ANSWER:
            self._respond(503, f"The answer has more than {MAX_ANSWER:,} bytes. Add a LIMIT.\n")
        elif response.status == HTTPStatus.BAD_REQUEST and content.startswith(b"error at "):
            problem = syntax_problem(known["query"][0], content.decode(errors="replace"), {})
            self._respond(400, f"The query does not parse: {problem}\n")
        else:
            self._send(response.status, response.headers.get("Content-Type", "text/plain"), content)

    def _respond_late(self) -> None:
        self._respond(503, f"The query was stopped after {self.server.limit} s. Ask for less, or add a LIMIT.\n")

    def _respond(self, status: int, text: str) -> None:
        self.close_connection = status in (411, 413, 415)
        self._send(status, "text/plain; charset=utf-8", text.encode())

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Write no log."""


def serve(store: Path, port: int, timeout: int) -> None:
    """Serve a cached graph on 127.0.0.1 until interrupted. Raises UsageError for a port that is taken."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with oxigraph(store, timeout) as behind, Proxy(port, behind, timeout) as proxy:
        print(f"SPARQL 1.1 at http://{HOST}:{proxy.server_address[1]}/query (Ctrl-C ends it)", flush=True)
        proxy.serve_forever()
