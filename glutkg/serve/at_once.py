"""Responses to what is kept already and to lookups, given as soon as the head of a request has been read.

What is sent is what the application would send. What is spared is the way through it: a task, and the checks of
headers that have been checked.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from glutkg.pages.negotiation import LONGEST
from glutkg.serve.answer_cache import told_of_all
from glutkg.serve.answering import ENDPOINTS, LARGE, is_compressed, is_known, key_of
from glutkg.serve.sending import raw
from glutkg.serve.watching import with_safety

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping, Sequence
    from typing import Any

    from glutkg.serve.answer_cache import Kept
    from glutkg.serve.answering import Answering
    from glutkg.serve.lookups import Lookups
    from glutkg.serve.watching import Watching

_READ = (b"accept", b"accept-encoding", b"host", b"if-none-match", b"x-forwarded-for")
_MEANS_MORE = frozenset((b"content-length", b"transfer-encoding", b"expect", b"upgrade"))
_OK, _NOT_MODIFIED = 200, 304


class AtOnce:
    """What is kept of `answering`, and answers to `lookups`, for the hosts, the log and the counts of `watching`."""

    def __init__(self, answering: Answering, lookups: Lookups, watching: Watching) -> None:
        self._answering = answering
        self._lookups = lookups
        self._watching = watching
        self.has_looked_up = False
        """Whether the last response was a lookup, and not kept."""
        self._proxies = ProxyHeadersMiddleware(_nothing, os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1"))

    def response(
        self, scope: MutableMapping[str, Any], url: bytes, always: Sequence[tuple[bytes, bytes]]
    ) -> bytes | None:
        """Give the whole response to a GET, with what is `always` said; None where the application has to respond."""
        return self.respond(scope, url, told_in(scope["headers"]), always)

    def respond(
        self,
        scope: MutableMapping[str, Any],
        url: bytes,
        told: Mapping[bytes, str] | None,
        always: Sequence[tuple[bytes, bytes]],
    ) -> bytes | None:
        """Respond as `response` does, by what the headers have `told`."""
        start = time.perf_counter()
        if told is None or not self._watching.knows(told[b"host"]):
            return None
        place, _, asked = url.partition(b"?")
        path = place.decode("ascii", "replace")
        path = unquote(path) if "%" in path else path
        kept = self._found(self._watching.local(path), asked, told[b"accept"][:LONGEST])
        if kept is None or len(kept.body) > LARGE:
            return None
        status, head, body = _sent(kept, told)
        scope.update(method="GET", path=path, query_string=asked)
        if told[b"x-forwarded-for"]:
            self._see_client(scope)
        self._watching.saw(scope, status, len(body), start)
        return b"%s%s%s\r\n%s" % (_line(status), _lines(always), head, body)

    def _found(self, path: str, asked: bytes, accept: str) -> Kept | None:
        """Find what is kept, or look up what a query asks."""
        key = key_of(path, asked, accept)
        self.has_looked_up = False
        kept = self._answering.kept(key)
        if kept or path not in ENDPOINTS:
            return kept
        reply = self._lookups.respond(asked, accept)
        self.has_looked_up = reply is not None
        return self._answering.keep(key, reply) if reply else None

    def _see_client(self, scope: MutableMapping[str, Any]) -> None:
        """Put the client of a proxy in the place of the proxy, as is done on the way to the application."""
        with suppress(StopIteration):  # it waits for nothing, so it comes to its end at once
            self._proxies(cast("Any", scope), cast("Any", None), cast("Any", None)).send(None)


def told_in(headers: Sequence[tuple[bytes, bytes]]) -> dict[bytes, str] | None:
    """Give the headers that matter; None where there are others that do, or one of them twice."""
    told = dict.fromkeys(_READ, "")
    for name, value in headers:
        if name in told:
            if told[name]:
                return None
            told[name] = value.decode("latin-1")
        elif name in _MEANS_MORE:
            return None
    return told


def _sent(kept: Kept, told: Mapping[bytes, str]) -> tuple[int, bytes, bytes]:
    """Give the status, the headers and the body of what is kept; to who has it already, only that it is the same."""
    if kept.status == _OK and is_known(told[b"if-none-match"], kept):
        return _NOT_MODIFIED, _told(kept), b""
    is_short = is_compressed(kept, told[b"accept-encoding"])
    return kept.status, _head(kept, is_short), kept.compressed if is_short else kept.body


async def _nothing(*_: object) -> None:
    """Stand where the application would."""


@lru_cache
def _line(status: int) -> bytes:
    return b"HTTP/1.1 %d %s\r\n" % (status, HTTPStatus(status).phrase.encode())


def _head(kept: Kept, is_short: bool) -> bytes:
    """Write the headers of what is kept; once, as they are always the same."""
    if is_short not in kept.heads:
        coding = b"content-encoding: gzip\r\n" if is_short else b""
        size = len(kept.compressed if is_short else kept.body)
        kept.heads[is_short] = b"%s%scontent-length: %d\r\n" % (_told(kept), coding, size)
    return kept.heads[is_short]


def _told(kept: Kept) -> bytes:
    """Write what clients have to know of what is kept, and the headers that each response has."""
    tag = f"etag: {kept.tag}\r\n".encode() if kept.status == _OK else b""
    return _told_of_all(kept.status, tuple(kept.headers.items())) + tag


@lru_cache
def _told_of_all(status: int, headers: tuple[tuple[str, str], ...]) -> bytes:
    return _lines(with_safety(raw(told_of_all(status, headers))))


def _lines(headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    return b"".join([b"%s: %s\r\n" % one for one in headers])
