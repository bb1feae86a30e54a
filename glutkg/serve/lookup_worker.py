"""A process beside the server's own: it takes over connections on which lookups come, and gives back all others.

It answers what `at_once` answers, and nothing else. A request of any other kind, and one that is not yet whole, goes
back to the server with its connection, as it came.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import re
import socket
import time
from array import array
from contextlib import suppress
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from glutkg.serve.answering import Answering
from glutkg.serve.at_once import AtOnce, told_in
from glutkg.serve.http_protocol import READ_SECONDS, loops
from glutkg.serve.limits import Limits
from glutkg.serve.lookups import Lookups
from glutkg.serve.watching import Counts, Watching

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 1 << 18
"""Bytes of a message between the two processes, which has at most what has been read of a connection."""
CONNECTION, LINE, TELL, END = b"c", b"l", b"t", b"e"
"""What messages begin with: a connection goes over, a line of the log, counts wanted or told, the end."""
_PIECE = 1 << 16
_IDLE = 5.0
"""Seconds after which a connection is closed on which nothing comes."""
_HEAD_END = b"\r\n\r\n"
_HEAD = re.compile(rb"GET (/[!-~]*) HTTP/1\.1((?:\r\n[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[ -~]*)+)")
"""A head in which nothing can be read in two ways; all others are read by the server's parser."""


class Talk(asyncio.BufferedProtocol):
    """A connection that was taken over."""

    def __init__(self, worker: LookupWorker) -> None:
        self._worker = worker
        self._left = b""
        self._unread: asyncio.TimerHandle | None = None
        self.last = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to answer."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(0)
        self._client = self.transport.get_extra_info("peername")
        self._worker.talks.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._is_read()
        self._worker.talks.discard(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Give the place for what arrives."""
        return self._worker.buffer

    def buffer_updated(self, size: int) -> None:
        """Take what has arrived."""
        self._left += bytes(self._worker.buffer[:size])
        self._answer()

    def pause_writing(self) -> None:
        """Wait for a client that does not read, for some time."""
        self.transport.pause_reading()
        self._unread = asyncio.get_running_loop().call_later(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: the client has read all."""
        self._is_read()
        self.transport.resume_reading()
        self._answer()

    def _is_read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _answer(self) -> None:
        """Answer the requests that have come, until one is not for this process, or the client does not read."""
        self.last = time.monotonic()
        while self._left and self._unread is None and not self.transport.is_closing():
            head, end, rest = self._left.partition(_HEAD_END)
            response = self._worker.response(head, self._client) if end else None
            if response is None:
                self._worker.give_back(self.transport, self._left)
                return
            self._left = rest
            self.transport.write(response)


class LookupWorker:
    """What the connections that were taken over have in common; `pair` leads to the server."""

    def __init__(self, pair: socket.socket, setup: Mapping[str, Any]) -> None:
        self._pair = pair
        self._lookups = Lookups(setup)
        self._answering = Answering(Limits(cache=setup["cache"]))
        self._counts = Counts()
        log = self._log if setup["log"] else None
        watching = Watching(_nothing, frozenset(setup["hosts"]), self._counts, log, setup["root"])
        self._at_once = AtOnce(self._answering, self._lookups, watching)
        self.talks: set[Talk] = set()
        self.buffer = memoryview(bytearray(_PIECE))

    async def run(self) -> None:
        """Answer until the server ends, or wants this process to end."""
        loop = asyncio.get_running_loop()
        self._ended = loop.create_future()
        self._lookups.open()
        gc.freeze()
        loop.add_reader(self._pair, self._heed)
        self.tell()  # it is ready
        while not self._ended.done():
            await asyncio.wait([self._ended], timeout=1)
            for talk in [one for one in self.talks if time.monotonic() - one.last > _IDLE]:
                talk.transport.close()
        loop.remove_reader(self._pair)
        while self.talks:  # what was answered is sent to its end
            for talk in tuple(self.talks):
                talk.transport.close()
            await asyncio.sleep(0.01)

    def response(self, head: bytes, client: object) -> bytes | None:
        """Respond to a request of which this is the head; None where the server has to."""
        if not (found := _HEAD.fullmatch(head)):
            return None
        headers, told = _read(found[2])
        scope = {"type": "http", "http_version": "1.1", "headers": headers, "client": client, "scheme": "http"}
        return self._at_once.respond(scope, found[1], told, _date(int(time.time())))

    def give_back(self, transport: asyncio.Transport, content: bytes) -> None:
        """Let the server have a connection, with what has been read of it."""
        with suppress(OSError):
            send(self._pair, CONNECTION + content, transport.get_extra_info("socket").fileno())
        transport.abort()

    def tell(self) -> None:
        """Say how much has been answered."""
        more = {"lookups": self._lookups.answered, "hits": self._answering.hits, "cached": self._answering.cache.size}
        with suppress(OSError):
            self._pair.send(TELL + json.dumps({**self._counts.told(), **more}).encode())

    def _log(self, line: str) -> None:
        with suppress(OSError):
            self._pair.send(LINE + line.encode())

    def _heed(self) -> None:
        """Take what the server says."""
        content, connection = receive(self._pair)
        if connection is not None:
            loop = asyncio.get_running_loop()
            self._taking = loop.create_task(loop.connect_accepted_socket(lambda: Talk(self), connection))
        elif content == TELL:
            self.tell()
        elif not self._ended.done() and content in (END, b""):
            self._ended.set_result(None)


def send(pair: socket.socket, content: bytes, connection: int) -> None:
    """Send a message with the descriptor of a connection. Raises OSError, as when the other end has too many."""
    pair.sendmsg([content], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", [connection]))])


def receive(pair: socket.socket) -> tuple[bytes, socket.socket | None]:
    """Receive a message, empty when the other end is gone, with a connection if one came with it."""
    try:
        content, descriptors, _, _ = socket.recv_fds(pair, LONGEST, 1)
    except ConnectionError:
        return b"", None
    return content, socket.socket(fileno=descriptors[0]) if descriptors else None


@lru_cache(256)
def _read(lines: bytes) -> tuple[list[tuple[bytes, bytes]], dict[bytes, str] | None]:
    """Read the lines of headers, and what they tell; None where the server has to respond."""
    parts = [line.partition(b":") for line in lines.split(b"\r\n")[1:]]
    headers = [(name.lower(), value.strip()) for name, _, value in parts]
    stays = all(name != b"connection" or value.lower() == b"keep-alive" for name, value in headers)
    return headers, told_in(headers) if stays else None


@lru_cache(1)
def _date(now: int) -> list[tuple[bytes, bytes]]:
    return [(b"date", formatdate(now, usegmt=True).encode())]


async def _nothing(*_: object) -> None:
    """Stand where the application would."""


def main(parent: int, descriptor: int) -> None:
    """Answer on the connections that come over a socket, whose first message says what is served."""
    from glutkg.child_process import end_with_parent

    end_with_parent(parent)
    pair = socket.socket(fileno=descriptor)
    worker = LookupWorker(pair, json.loads(pair.recv(LONGEST)))
    with asyncio.Runner(loop_factory=loops()) as runner:
        runner.run(worker.run())
    os._exit(0)
