"""The SPARQL 1.1 Protocol: responses to queries, and what the endpoint says of itself without one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from glutkg.pages.negotiation import LONGEST, chosen
from glutkg.serve.answer_cache import digest
from glutkg.serve.answering import key_of
from glutkg.serve.lookups import query_job
from glutkg.serve.media_types import GRAPH, OFFERED, wanted_graph, wanted_table
from glutkg.serve.requests import Refusal, asked_in, header, read_request
from glutkg.serve.sending import Whole, raw

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request

    from glutkg.serve.answering import Answering
    from glutkg.serve.lookups import Lookups
    from glutkg.serve.pool import Pool

METHODS = "GET, HEAD, POST, OPTIONS"
_CHANGING = ("NOW", "RAND", "UUID")
_CHANGING_WORD = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID)\b", re.IGNORECASE)


class Endpoint:
    """Queries over some pool of workers; `described_by` responds to a request without a query."""

    def __init__(
        self, answering: Answering, lookups: Lookups, queries: Pool, site: Pool, *, graphs: Iterable[str], root: str
    ) -> None:
        self._root = root
        self._answering = answering
        self._lookups = lookups
        self._queries = queries
        self._site = site
        self._graphs = frozenset(graphs)

    async def respond(self, request: Request) -> Whole:
        """Respond to a request. Raises Refusal."""
        scope, method = request.scope, request.method
        if method == "OPTIONS":
            return Whole(204, raw({"Allow": METHODS}))
        if method not in ("GET", "HEAD", "POST"):
            raise Refusal(405, f"Use one of {METHODS}.", {"Allow": METHODS})
        accept = header(scope, b"accept")[:LONGEST]
        key = key_of(scope["path"], scope["query_string"], accept)
        if method != "POST" and (kept := self._answering.kept(key)):
            return await self._answering.sent(scope, kept)
        parameters = await read_request(request, self._answering.limits)
        if method != "POST" and "query" not in parameters and "update" not in parameters:
            return await self._description(request, accept, key)
        asked = asked_in(parameters, self._graphs)
        if method == "POST":
            key = digest(repr(asked).encode(), accept.encode())
        table, graph = wanted_table(accept), wanted_graph(accept)
        if table is None and graph is None:
            raise Refusal(406, f"Answers are offered as {OFFERED['select']}; {OFFERED['construct']}.")
        job = query_job(asked, table, graph)
        if reply := self._lookups.answer(job):
            return await self._answering.sent(scope, self._answering.keep(key, reply))
        return await self._answering.answer(request, self._queries, job, key if lasts(asked.query) else None)

    async def _description(self, request: Request, accept: str, key: bytes) -> Whole:
        if chosen(accept or "text/turtle", [*GRAPH, "text/html"]) == "text/html":
            return Whole(303, raw({"Location": f"{self._root}editor", "Vary": "Accept", "Content-Length": "0"}))
        job: Mapping[str, object] = {"path": "/sparql", "query": {}, "accept": accept}
        return await self._answering.answer(request, self._site, job, key)


def lasts(query: str) -> bool:
    """Tell whether a query has the same answer each time, as far as the words in it show.

    >>> lasts("SELECT (NOW() AS ?now) {}"), lasts("SELECT (now AS ?now) {}"), lasts("ASK { ?known ?p ?o }")
    (False, False, True)
    """
    capitals = query.upper()
    return not any(word in capitals for word in _CHANGING) or not _CHANGING_WORD.search(query)
