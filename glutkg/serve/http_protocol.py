"""HTTP as it is read here: with a bound on the head of a request, and on the time that it may take to arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

LONGEST_HEAD = 64 << 10
"""Bytes of the head of a request."""
_TO_READ = 1.0
HEAD_SECONDS = 10.0
"""Seconds in which the head must have arrived."""


class Protocol(HttpToolsProtocol):
    """The protocol of a connection."""

    _head = 0
    _is_refused = False
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the head of a request."""
        super().connection_made(transport)
        self._late = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def data_received(self, data: bytes) -> None:
        """Take what has arrived."""
        if self._is_refused:
            return
        if self._is_between:
            self._head += len(data)
            if self._head > LONGEST_HEAD + len(data):
                self._refuse(b"431 Request Header Fields Too Large", "The head of the request is too long.")
                return
            if self._late is None:
                self._late = self.loop.call_later(HEAD_SECONDS, self._give_up)
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Stop waiting: the head is there."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    @property
    def _is_between(self) -> bool:
        """Whether no request is being answered, so that what arrives is the head of one."""
        return self.cycle is None or self.cycle.response_complete

    def _stop_waiting(self) -> None:
        self._head = 0
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        self._late = None
        if self._is_between:
            self._refuse(b"408 Request Timeout", f"The head of the request did not arrive in {HEAD_SECONDS:g} s.")

    def _refuse(self, status: bytes, text: str) -> None:
        body = f"{text}\n".encode()
        head = b"HTTP/1.1 %s\r\ncontent-type: text/plain; charset=utf-8\r\n" % status
        self.transport.write(head + b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body) + body)
        self._is_refused = True
        self.loop.call_later(_TO_READ, self.transport.close)  # who still sends reads the answer first
