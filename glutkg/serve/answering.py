"""From a request to a response: a place in the pool, the answer, and how the client gets it."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from glutkg.pages.negotiation import chosen
from glutkg.pages.response import HTML
from glutkg.serve.answer_cache import AnswerCache, Kept, digest
from glutkg.serve.media_types import FORMS, GRAPH, TABLE
from glutkg.serve.messages import Reply
from glutkg.serve.pool import BusyError, GoneError, LateError, WorkerDiedError
from glutkg.serve.query_answers import PLAIN
from glutkg.serve.requests import LEFT, Refusal, header
from glutkg.serve.sending import PIECE, Whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from starlette.requests import Request
    from starlette.types import Scope

    from glutkg.serve.limits import Limits
    from glutkg.serve.pool import Pool

ENDPOINTS = frozenset(("/sparql", "/query"))
"""The addresses of the endpoint."""
_SMALL, LARGE = 1000, 1 << 18
"""Bytes of a body that are sent as they are, and of one that is compressed in a thread."""
_WRONG = 400
_LASTING = (200, 303, 308)
_ANSWERS_UNREAD = 4
"""Answers of the largest size that may be held for clients that still read."""
_RETRY = {"Retry-After": "2"}
_TOO_MANY = "{} requests of yours are waiting or running. Send the next when one is done."


class Answering:
    """What answers have in common: limits, the cache, and how much each client asks for at once."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.cache = AnswerCache(limits.cache)
        self.hits = 0
        self.unread = 0
        self._clients: Counter[str] = Counter()

    async def answer(self, request: Request, pool: Pool, job: Mapping[str, Any], key: bytes | None) -> Whole:
        """Have a worker answer while the client stays, and keep the answer if it has a key. Raises Refusal."""
        reply = await self._asked(request, pool, job)
        if reply.status >= _WRONG and reply.headers["Content-Type"] == PLAIN["Content-Type"]:
            raise Refusal(reply.status, reply.body.decode().rstrip("\n"))
        return await self.sent(request.scope, self.keep(key, reply))

    def kept(self, key: bytes) -> Kept | None:
        """Give the answer that is kept under a key."""
        found = self.cache.get(key)
        self.hits += found is not None
        return found

    def keep(self, key: bytes | None, reply: Reply) -> Kept:
        """Keep a reply for the next that asks the same, if it is an answer."""
        kept = Kept(reply.status, reply.headers, reply.body)
        if reply.status in _LASTING and key is not None:
            self.cache.put(key, kept)
        return kept

    async def _asked(self, request: Request, pool: Pool, job: Mapping[str, Any]) -> Reply:
        client = request.scope["client"][0] if request.scope.get("client") else ""
        most = self.limits.per_client
        if self._clients[client] >= most:
            raise Refusal(429, _TOO_MANY.format(most), _RETRY)
        self._clients[client] += 1
        try:
            return await pool.run(job, lambda: _gone(request))
        except GoneError as error:
            raise Refusal(LEFT, str(error)) from error
        except BusyError as error:
            raise Refusal(503, str(error), _RETRY) from error
        except LateError as error:
            raise Refusal(408, str(error), {"Connection": "close"}) from error
        except WorkerDiedError as error:
            status, headers = (413, None) if error.needed_memory else (503, _RETRY)
            raise Refusal(status, str(error), headers) from error
        finally:
            self._clients[client] -= 1
            if not self._clients[client]:
                del self._clients[client]

    async def sent(self, scope: Scope, kept: Kept) -> Whole:
        """Make the response: not modified, compressed or plain, as the client asks."""
        if kept.status == 200 and is_known(header(scope, b"if-none-match"), kept):  # noqa: PLR2004 - it is OK
            return Whole(304, kept.described)
        body, more = kept.body, []
        if is_compressed(kept, header(scope, b"accept-encoding")):
            more = [(b"content-encoding", b"gzip")]
            body = await asyncio.to_thread(lambda: kept.compressed) if len(body) > LARGE else kept.compressed
        size = len(body)
        when_sent = self._holding(size) if size > PIECE else None
        return Whole(kept.status, [*kept.described, *more, (b"content-length", b"%d" % size)], body, when_sent)

    def _holding(self, size: int) -> Callable[[], None]:
        """Count a large answer among those that clients still read; give what counts it no more. Raises Refusal."""
        if self.unread and self.unread + size > _ANSWERS_UNREAD * self.limits.answer:
            raise Refusal(503, "Others are still reading large answers. Try again in a moment.", _RETRY)
        self.unread += size

        def let_go() -> None:
            self.unread -= size

        return let_go


def key_of(path: str, asked: bytes, accept: str) -> bytes:
    """Give the key under which the answer to a GET is kept.

    >>> key_of("/sparql", b"query=ASK{}", "") == key_of("/query", b"query=ASK{}", "")
    True
    """
    if path in ENDPOINTS:
        return digest(asked, accept.encode())
    accept = accept if path.startswith("/.well-known/") else simpler(accept)
    return digest(path.encode(errors="surrogatepass"), asked, accept.encode())


@lru_cache(256)
def simpler(accept: str) -> str:
    """Give the header Accept, or HTML alone where that is wanted most, so that all browsers share what is kept."""
    return HTML if chosen(accept, [HTML, *TABLE, *GRAPH, *FORMS]) == HTML else accept


def is_compressed(kept: Kept, codings: str) -> bool:
    """Tell whether an answer is sent compressed to a client that takes some codings."""
    return len(kept.body) > _SMALL and kept.is_text and _takes_gzip(codings)


def is_known(tags: str, kept: Kept) -> bool:
    """Tell whether a client has the content already."""
    if not tags:
        return False
    strong = kept.tag.removeprefix("W/")
    return tags.strip() == "*" or any(part.strip().removeprefix("W/") == strong for part in tags.split(","))


@lru_cache(256)
def _takes_gzip(codings: str) -> bool:
    """Tell whether a client takes gzip.

    >>> _takes_gzip("br, gzip;q=0.5"), _takes_gzip("gzip;q=0"), _takes_gzip("")
    (True, False, False)
    """
    for part in codings.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


async def _gone(request: Request) -> None:
    """Wait until the client has left."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
