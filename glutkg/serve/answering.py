"""From a request to a response: a place in the pool, the answer, and how the client gets it."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from starlette.responses import Response

from glutkg.serve.answer_cache import AnswerCache, Kept
from glutkg.serve.messages import Reply
from glutkg.serve.pool import BusyError, LateError, WorkerDiedError
from glutkg.serve.requests import Refusal

if TYPE_CHECKING:
    from collections.abc import Coroutine, Hashable, Mapping
    from typing import Any

    from starlette.requests import Request

    from glutkg.serve.limits import Limits
    from glutkg.serve.pool import Pool

T = TypeVar("T")
GONE = 499
"""The status in the log of a client that left before it had its answer."""
_SMALL, _LARGE = 1000, 1 << 18
"""Bytes of a body that are sent as they are, and of one that is compressed in a thread."""
_TEXT = ("text/", "application/json", "application/xml", "image/svg+xml")
_LASTING = (200, 303, 308)
_RETRY = {"Retry-After": "2"}
_TOO_MANY = "{} requests of yours are waiting or running. Send the next when one is done."


class Answering:
    """What answers have in common: limits, the cache, and how much each client asks for at once."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.cache = AnswerCache(limits.cache)
        self.hits = 0
        self._clients: Counter[str] = Counter()

    async def answer(self, request: Request, pool: Pool, job: Mapping[str, Any], key: Hashable) -> Response:
        """Answer from the cache, or have a worker answer while the client stays. Raises Refusal.

        What has no key is not kept.
        """
        kept = None if key is None else self.cache.get(key)
        if kept is None:
            reply = await self._asked(request, pool, job)
            kept = self.keep(key, reply)
        else:
            self.hits += 1
        return await self.sent(request, kept)

    def keep(self, key: Hashable, reply: Reply) -> Kept:
        """Keep a reply for the next that asks the same, if it is an answer."""
        kept = Kept(reply.status, reply.headers, reply.body)
        if reply.status in _LASTING and key is not None:
            self.cache.put(key, kept)
        return kept

    async def _asked(self, request: Request, pool: Pool, job: Mapping[str, Any]) -> Reply:
        client = request.client.host if request.client else ""
        most = self.limits.per_client
        if self._clients[client] >= most:
            raise Refusal(429, _TOO_MANY.format(most), _RETRY)
        self._clients[client] += 1
        try:
            return await _while_there(request, pool.run(job))
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

    async def sent(self, request: Request, kept: Kept) -> Response:
        """Make the response: not modified, compressed or plain, as the client asks."""
        headers = {**kept.headers, "Vary": _vary(kept.headers)}
        if kept.status == 200:  # noqa: PLR2004 - what can be known already
            headers |= {"ETag": kept.tag, "Cache-Control": kept.headers.get("Cache-Control", "no-cache")}
            if _matches(request.headers.get("if-none-match", ""), kept.tag):
                return Response(None, 304, headers)
        body = kept.body
        kind = kept.headers.get("Content-Type", "")
        is_text = kind.startswith(_TEXT) or "+json" in kind or "+xml" in kind
        if len(body) > _SMALL and is_text and _takes_gzip(request.headers.get("accept-encoding", "")):
            headers["Content-Encoding"] = "gzip"
            body = await asyncio.to_thread(lambda: kept.compressed) if len(body) > _LARGE else kept.compressed
        return Response(body, kept.status, headers)


def _vary(headers: Mapping[str, str]) -> str:
    given = [word.strip() for word in headers.get("Vary", "Accept").split(",")]
    return ", ".join(dict.fromkeys([*given, "Accept-Encoding"]))


def _matches(header: str, tag: str) -> bool:
    """Tell whether a client has the content of a tag already."""
    strong = tag.removeprefix("W/")
    return header.strip() == "*" or any(part.strip().removeprefix("W/") == strong for part in header.split(","))


def _takes_gzip(header: str) -> bool:
    """Tell whether a client takes gzip.

    >>> _takes_gzip("br, gzip;q=0.5"), _takes_gzip("gzip;q=0"), _takes_gzip("")
    (True, False, False)
    """
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


async def _while_there(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Do some work unless the client leaves, which calls it off. Raises Refusal then."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise Refusal(GONE, "The client has left.")
    finally:
        gone.cancel()
        if not task.done():
            task.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
