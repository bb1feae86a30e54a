"""HTTP as it is read here: with a bound on the head of a request, and on the time that it may take to arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, MutableMapping, Sequence
    from typing import Protocol as Protocol_

    class AtOnce(Protocol_):
        """What responds at once, and tells whether its last response was a lookup."""

        has_looked_up: bool

        def response(
            self, scope: MutableMapping[str, Any], url: bytes, always: Sequence[tuple[bytes, bytes]]
        ) -> bytes | None:
            """Give a whole response, or None."""

    Taken = Callable[[int], bool]

LONGEST_HEAD = 64 << 10
"""Bytes of the head of a request."""
_TO_READ = 1.0
HEAD_SECONDS = 10.0
"""Seconds in which the head must have arrived."""
READ_SECONDS = 60.0
"""Seconds in which a client must have read of an answer what the system holds ready for it, about 400 kB."""
_SHORT = 1 << 16


class _Joining:
    """A transport that sends the head of a response with the beginning of its body: two pieces cost nearly twice."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - all else is as it was
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send some bytes, or hold them when they begin a response."""
        if self._head:
            head, self._head = self._head, b""
            if len(data) <= _SHORT:
                data = head + data
            else:
                self._transport.write(head)
        elif data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 1"):
            self._head = data
            return
        self._transport.write(data)

    def flush(self) -> None:
        """Send what is held."""
        if self._head:
            self.write(b"")

    def write_whole(self, response: bytes) -> None:
        """Send a response of which nothing is still to come."""
        self._transport.write(response)

    def close(self) -> None:
        """Send what is held, and close."""
        self.flush()
        self._transport.close()


class Protocol(HttpToolsProtocol):
    """The protocol of a connection; see `speaking`."""

    at_once: AtOnce
    taken: Taken
    stays = False
    """Whether the connection is not to be offered to another process, or was already."""
    _head = 0
    _is_within = False
    _is_lookup = False
    _is_refused = False
    _late: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the head of a request."""
        super().connection_made(transport)
        self.transport = cast("asyncio.Transport", _Joining(transport))
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
        super().data_received(data)
        if self._late is None and self._is_between:
            self._late = self.loop.call_later(HEAD_SECONDS, self._give_up)
        if self._is_lookup and not self.stays and not self._is_within and self.cycle is None:
            self._offer()

    def _offer(self) -> None:
        """Let another process have the connection, which has nothing to read or to send, if that wants it."""
        if self.transport.is_closing() or self.transport.get_write_buffer_size():
            return
        self.stays = True
        if self.taken(self.transport.get_extra_info("socket").fileno()):
            self.transport.pause_reading()
            self.transport.close()

    def on_message_begin(self) -> None:
        """Begin to read a request."""
        self._is_within = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Stop waiting: the head is there; respond at once if that can be done."""
        self._stop_waiting()
        if not self._respond_at_once():
            self._unset_keepalive_if_required()  # one that was answered at once may have come just before
            super().on_headers_complete()

    def _respond_at_once(self) -> bool:
        """Respond to a GET without the application, and tell whether that was done."""
        parser = self.parser
        is_usual = self._is_between and parser.get_method() == b"GET" and parser.get_http_version() == "1.1"
        if not is_usual or self.flow.write_paused or not parser.should_keep_alive():
            return False
        response = self.at_once.response(
            cast("MutableMapping[str, Any]", self.scope), self.url, self.server_state.default_headers
        )
        if response is None:
            return False
        cast("_Joining", self.transport).write_whole(response)
        self._is_lookup = self.at_once.has_looked_up
        self.on_response_complete()
        return True

    def on_message_complete(self) -> None:
        """Take the end of a request, which the application waits for if it was passed on to it."""
        self._is_within = False
        if self.cycle is not None:
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        self._is_read()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Send what is left of a response."""
        self._flush()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Begin to wait for a client that does not read what it gets."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop waiting for the client: it reads."""
        self._is_read()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that is no longer used, whether or not the client has read all."""
        super().timeout_keep_alive_handler()
        if self._unread is None and self.transport.get_write_buffer_size():
            self._unread = self.loop.call_later(READ_SECONDS, self.transport.abort)

    def _flush(self) -> None:
        cast("_Joining", self.transport).flush()

    def _is_read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

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
        self._flush()
        self._is_refused = True
        self.loop.call_later(_TO_READ, self.transport.close)  # who still sends reads the answer first


def loops() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Give what makes the fastest loop that is installed."""
    return Config("", loop="auto").get_loop_factory()


def speaking(at_once: AtOnce, taken: Taken) -> type[Protocol]:
    """Make a protocol that responds `at_once` where that gives a response, and by the application where not.

    `taken` is asked once for a connection, after a lookup, with its descriptor; it tells whether another process has
    the connection now.
    """
    return type("Speaking", (Protocol,), {"at_once": at_once, "taken": staticmethod(taken)})
