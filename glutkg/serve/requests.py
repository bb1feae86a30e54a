"""What a request of the SPARQL protocol asks for, and why it is refused where it is."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from starlette.requests import Request
    from starlette.types import Scope

    from glutkg.serve.limits import Limits

FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
UPDATE = "application/sparql-update"
LEFT = 499
"""The status in the log of a client that left before it had its answer."""
_DATASET = ("default-graph-uri", "named-graph-uri")
_MOST_FIELDS = 1000


class Refusal(Exception):  # noqa: N818 - it is a response
    """A request that is not carried out: a status of HTTP, a sentence, further headers."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = dict(headers or {})


class Asked(NamedTuple):
    """A query with the dataset that it is asked over; empty for the store's own."""

    query: str
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def header(scope: Scope, name: bytes) -> str:
    """Give the values of a header with commas between them; nothing where there is none.

    >>> header({"headers": [(b"accept", b"text/csv"), (b"accept", b"*/*")]}, b"accept")
    'text/csv,*/*'
    """
    return b",".join([value for given, value in scope["headers"] if given == name]).decode("latin-1")


def fields(encoded: bytes) -> dict[str, list[str]]:
    """Read a query string or the body of a form. Raises Refusal for what is not UTF-8.

    >>> fields(b"query=ASK+%7B%7D&x=")
    {'query': ['ASK {}'], 'x': ['']}
    """
    try:
        text = encoded.decode()
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise Refusal(400, "The request is not UTF-8. Encode it as UTF-8.") from error
    except ValueError as error:
        raise Refusal(400, f"The request has more than {_MOST_FIELDS} fields. Send fewer.") from error


async def read_body(request: Request, limits: Limits) -> bytes:
    """Read the body of a request. Raises Refusal for one that is too long or comes too slowly."""
    too_long = Refusal(413, f"The body is too long; at most {limits.body:,} bytes are read.", {"Connection": "close"})
    length = header(request.scope, b"content-length") or "0"
    if not (length.isascii() and length.isdigit()) or len(length) > len(str(limits.body)) or int(length) > limits.body:
        await _drained(request, limits)
        raise too_long
    body = bytearray()
    try:
        async with asyncio.timeout(limits.body_seconds):
            async for piece in request.stream():
                body += piece
                if len(body) > limits.body:
                    raise too_long
    except TimeoutError as error:
        text = f"The body did not arrive within {limits.body_seconds:g} s. Send it faster."
        raise Refusal(408, text, {"Connection": "close"}) from error
    except ClientDisconnect as error:
        raise Refusal(LEFT, "The client has left.") from error
    return bytes(body)


async def _drained(request: Request, limits: Limits) -> None:
    """Read on for a while: a client that still writes could not read the answer."""
    left = 16 * limits.body
    with suppress(TimeoutError, ClientDisconnect):
        async with asyncio.timeout(limits.body_seconds):
            async for piece in request.stream():
                left -= len(piece)
                if left < 0:
                    return


async def read_request(request: Request, limits: Limits) -> dict[str, list[str]]:
    """Give the parameters of a request by GET or by either form of POST. Raises Refusal."""
    asked = fields(request.scope["query_string"])
    if request.method != "POST":
        return asked
    kind, charset = _content_type(header(request.scope, b"content-type"))
    if kind == UPDATE:
        raise Refusal(403, "The graph is for reading only: there are no updates. Change the sources instead.")
    if kind not in (FORM, QUERY) or charset not in ("", "utf-8", "utf8"):
        offered = {"Accept-Post": f"{QUERY}, {FORM}", "Connection": "close"}
        raise Refusal(415, f"Send {QUERY} or {FORM}, in UTF-8.", offered)
    body = await read_body(request, limits)
    if kind == FORM:
        return fields(body)
    try:
        return {**{name: asked[name] for name in _DATASET if name in asked}, "query": [body.decode()]}
    except UnicodeDecodeError as error:
        raise Refusal(400, f"The query is not UTF-8 (byte {error.start}). Encode it as UTF-8.") from error


def _content_type(header: str) -> tuple[str, str]:
    kind, *parameters = (part.strip().lower() for part in header.split(";"))
    pairs = (parameter.partition("=") for parameter in parameters)
    return kind, next((value.strip('" ') for name, _, value in pairs if name.strip() == "charset"), "")


def asked_in(parameters: Mapping[str, list[str]], graphs: Container[str]) -> Asked:
    """Read what the parameters of a request ask; the query itself is checked where it runs. Raises Refusal."""
    if "update" in parameters:
        raise Refusal(403, "The graph is for reading only: there are no updates. Change the sources instead.")
    if len(parameters.get("query", ())) != 1:
        raise Refusal(400, "Give one query, as ?query=… or as the body of a POST.")
    (query,) = parameters["query"]
    default, named = (tuple(parameters.get(name, ())) for name in _DATASET)
    for name in (*default, *named):
        if name not in graphs:
            raise Refusal(400, f"The store has no graph <{name}>. SELECT ?g {{ GRAPH ?g {{}} }} lists those it has.")
    return Asked(query, default, named)
