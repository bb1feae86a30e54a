"""A response of which all is known, sent as an application of ASGI does; a long one in pieces, as the client reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import Receive, Scope, Send

    Raw = list[tuple[bytes, bytes]]

PIECE = 1 << 18
"""Bytes that are sent at once."""


class Whole:
    """A status, headers and a body.

    >>> Whole(204, raw({"Allow": "GET"})).headers
    [(b'allow', b'GET')]
    """

    __slots__ = ("body", "headers", "status", "when_sent")

    def __init__(
        self, status: int, headers: Raw, body: bytes = b"", when_sent: Callable[[], None] | None = None
    ) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.when_sent = when_sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; then, or when the client has left, call `when_sent`."""
        try:
            await self._send(scope, send)
        finally:
            if self.when_sent:
                self.when_sent()

    async def _send(self, scope: Scope, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        body = self.body
        end = len(body)
        if end <= PIECE or scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": body})
            return
        for start in range(0, end, PIECE):
            piece = body[start : start + PIECE]
            await send({"type": "http.response.body", "body": piece, "more_body": start + PIECE < end})


def raw(headers: Mapping[str, str]) -> Raw:
    """Spell headers as ASGI does."""
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
