"""Serving on a port of this machine, until a signal ends it."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from glutkg.errors import MissingPartError, UsageError
from glutkg.rdf.namespaces import STATED_GRAPH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from glutkg.api import KnowledgeGraph
    from glutkg.serve.limits import Limits
    from glutkg.serve.lookup_processes import LookupProcesses

HOST = "127.0.0.1"
HELD_READY = 1 << 18
"""Bytes of an answer that the system takes for a connection before its client has read any; Linux doubles it."""
TO_DRAIN = 20
"""Seconds in which what runs may come to its end, once a signal has come."""


def serve(
    kg: KnowledgeGraph,
    port: int,
    limits: Limits,
    *,
    host: str = HOST,
    base: str = "",
    log: str | None = None,
    releases: Sequence[str] = (),
) -> None:
    """Serve a graph until interrupted; `base` is the address at which it is known, `log` a file or `-`.

    `releases` are folders of earlier releases, or NAME=FOLDER, the earliest first.

    Raises UsageError for a port that is taken, MissingPartError without the libraries that it needs.
    """
    try:
        import uvicorn

        from glutkg.serve.application import Served, application
        from glutkg.serve.http_protocol import speaking
        from glutkg.serve.releases import beside
    except ImportError as error:
        raise MissingPartError(f"Serving needs {error.name}. Install it with: pip install 'glutkg[serve]'") from error
    with _listening(host, port) as place, _opened(log) as lines:
        own = f"http://{_written(host)}:{place.getsockname()[1]}/"
        base = _base(base or own)
        hosts = frozenset((_written(host), (urlsplit(base).hostname or "").lower()))
        graphs = frozenset((STATED_GRAPH, *kg.reasoned.graph_names()))
        earlier = beside(kg.cached, releases, lambda text: print(text, file=sys.stderr))
        served = Served(kg.cached.folder, kg.folder, graphs, base, hosts, earlier)
        write = _writing(lines, log or "") if lines else None
        answering, app, at_once = application(served, limits, write)
        config = uvicorn.Config(
            app, http=speaking(at_once, answering.beside.take), ws="none", loop="auto", lifespan="on",
            log_level="error", access_log=False, server_header=False, timeout_graceful_shutdown=TO_DRAIN,
        )  # fmt: skip
        server = _announcing(uvicorn.Server, own, answering.beside)(config)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # after what runs has come to its end
        server.run([place])
        if answering.trouble:
            raise answering.trouble
        if not server.started:
            raise UsageError("The server did not start; what went wrong stands above.")


def _announcing(kind: type, address: str, beside: LookupProcesses) -> type:
    """Make a server that says where it is as soon as it answers, and adopts what processes beside it give back."""

    class Announcing(kind):  # type: ignore[misc]
        def adopt(self, connection: socket.socket, content: bytes) -> None:
            """Go on with a connection of which something has been read."""
            state = {"server_state": self.server_state, "app_state": self.lifespan.state}
            made = self.config.http_protocol_class(config=self.config, **state)
            made.stays = True

            async def go_on() -> None:
                await asyncio.get_running_loop().connect_accepted_socket(lambda: made, connection)
                made.data_received(content)

            self._adopting = {one for one in getattr(self, "_adopting", ()) if not one.done()}
            self._adopting.add(asyncio.get_running_loop().create_task(go_on()))

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            beside.adopt_by(self.adopt)
            await super().startup(sockets)
            if self.started:
                gc.freeze()  # what is here now stays to the end
                print(f"SPARQL 1.1 at {address}query, pages at {address} (Ctrl-C ends it)", flush=True)

    return Announcing


def _base(given: str) -> str:
    """Give a base address with its last slash. Raises UsageError for what is none."""
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise UsageError(f"{given} is no address to be known at. Give one such as https://example.org/ with --base.")
    return given.rstrip("/") + "/"


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        place = socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"Port {port} of {host} cannot be used ({why}). Choose another with --port.") from error
    place.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, HELD_READY)  # each connection has it from there
    return place


def _writing(lines: IO[str], name: str) -> Callable[[str], None]:
    """Give what writes a line of the log; a log that cannot be written is said once, and answers go on."""
    is_said = False

    def write(line: str) -> None:
        nonlocal is_said
        try:
            print(line, file=lines, flush=True)
            is_said = False
        except OSError as error:
            if not is_said:
                text = f"The log {name} cannot be written ({error.strerror}). Make room; lines are left out meanwhile."
                print(text, file=sys.stderr, flush=True)
            is_said = True

    return write


class _opened:  # noqa: N801 - used as a function
    """The file of the log, closed at the end; standard output for `-`, nothing for None."""

    def __init__(self, name: str | None) -> None:
        self._name = name
        self._file: IO[str] | None = None

    def __enter__(self) -> IO[str] | None:
        if self._name in (None, "-"):
            return sys.stdout if self._name else None
        from pathlib import Path

        try:
            self._file = Path(self._name or "").open("a", encoding="utf-8")
        except OSError as error:
            raise UsageError(f"The log {self._name} cannot be written ({error.strerror}). Name another.") from error
        return self._file

    def __exit__(self, *_: object) -> None:
        if self._file:
            with suppress(OSError):  # that has been said
                self._file.close()
