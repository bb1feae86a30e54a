"""The SPARQL 1.1 Protocol: an application of ASGI that answers queries, and describes itself without one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from glutkg.pages.negotiation import chosen
from glutkg.serve.media_types import GRAPH, TABLE, wanted
from glutkg.serve.requests import Refusal, asked_in, read_request

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from starlette.types import Receive, Scope, Send

    from glutkg.serve.answering import Answering
    from glutkg.serve.media_types import Wanted
    from glutkg.serve.pool import Pool
    from glutkg.serve.requests import Asked

METHODS = "GET, HEAD, POST, OPTIONS"
_CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID)\b", re.IGNORECASE)
_OFFERED = {"select": ", ".join(TABLE), "ask": ", ".join(TABLE), "construct": ", ".join(GRAPH)}


class Endpoint:
    """Queries over some pool of workers; `described_by` responds to a request without a query."""

    def __init__(self, answering: Answering, queries: Pool, site: Pool, graphs: Container[str]) -> None:
        self._answering = answering
        self._queries = queries
        self._site = site
        self._graphs = graphs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request."""
        request = Request(scope, receive)
        response = await self._response(request)
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(None, 204, {"Allow": METHODS})
        if request.method not in ("GET", "HEAD", "POST"):
            raise Refusal(405, f"Use one of {METHODS}.", {"Allow": METHODS})
        parameters = await read_request(request, self._answering.limits)
        accept = ",".join(request.headers.getlist("accept"))
        if request.method != "POST" and "query" not in parameters and "update" not in parameters:
            return await self._description(request, accept)
        asked = await asked_in(parameters, self._graphs)
        table, graph = wanted(accept, TABLE), wanted(accept, GRAPH)
        if table is None and graph is None:
            raise Refusal(406, f"Answers are offered as {_OFFERED['select']}; {_OFFERED['construct']}.")
        job = {**asked._asdict(), "table": _sent_as(table), "graph": _sent_as(graph), "offered": _OFFERED}
        return await self._answering.answer(request, self._queries, job, _key(asked, table, graph))

    async def _description(self, request: Request, accept: str) -> Response:
        if chosen(accept or "text/turtle", [*GRAPH, "text/html"]) == "text/html":
            return Response(None, 303, {"Location": "/editor", "Vary": "Accept"})
        job: Mapping[str, object] = {"path": "/sparql", "query": {}, "accept": accept}
        return await self._answering.answer(request, self._site, job, ("/sparql", accept))


def _key(asked: Asked, table: Wanted | None, graph: Wanted | None) -> tuple[object, ...] | None:
    """Give what an answer is kept under; nothing where it may be another one the next time."""
    return None if _CHANGING.search(asked.query) else (asked, table, graph)


def _sent_as(found: Wanted | None) -> tuple[str, str] | None:
    return None if found is None else (found.content_type, found.form)
