"""What an address answers with: a status, a media type, bytes and a few headers. Whoever serves it adds the rest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from glutkg.pages.negotiation import chosen

HTML, PLAIN, JSON, PROBLEM = "text/html", "text/plain", "application/json", "application/problem+json"
OK, SEE_OTHER, NOT_FOUND, NOT_ACCEPTABLE, BAD_REQUEST, GONE, UNAVAILABLE = 200, 303, 404, 406, 400, 410, 503


@dataclass(frozen=True, slots=True)
class Response:
    """A response; `headers` has neither the media type nor the length.

    >>> Response(200, "text/html", b"<p>").status
    200
    """

    status: int
    media_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        """The media type with its encoding where it needs one."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


def page(text: str, status: int = OK) -> Response:
    """Respond with a page."""
    return Response(status, HTML, text.encode(), {"Vary": "Accept"})


def problem(status: int, text: str, suggestions: Sequence[str] = ()) -> Response:
    """Respond with what went wrong, in the form of RFC 9457.

    >>> problem(404, "There is none.").body
    b'{"title": "Not Found", "status": 404, "detail": "There is none."}'
    """
    more = {"suggestions": list(suggestions)} if suggestions else {}
    value = {"title": HTTPStatus(status).phrase, "status": status, "detail": text, **more}
    return Response(status, PROBLEM, json.dumps(value, ensure_ascii=False).encode(), {"Vary": "Accept"})


def worded(accept: str, status: int, text: str) -> Response:
    r"""Respond with what went wrong as JSON, if that is what a client prefers, or else in a sentence.

    >>> worded("application/json", 404, "There is none.").media_type, worded("text/turtle", 404, "There is none.").body
    ('application/problem+json', b'There is none.\n')
    """
    if chosen(accept, [PLAIN, PROBLEM, JSON]) in (PROBLEM, JSON):
        return problem(status, text)
    return Response(status, PLAIN, f"{text}\n".encode(), {"Vary": "Accept"})


def see_other(place: str) -> Response:
    """Send on to a document about what was asked for."""
    return Response(SEE_OTHER, PLAIN, f"See {place}\n".encode(), {"Location": place, "Vary": "Accept"})
