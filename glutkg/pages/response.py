"""What an address answers with: a status, a media type, bytes and a few headers. Whoever serves it adds the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HTML = "text/html"
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


def page(text: str, status: int = OK) -> Response:
    """Respond with a page."""
    return Response(status, HTML, text.encode(), {"Vary": "Accept"})


def see_other(place: str) -> Response:
    """Send on to a document about what was asked for."""
    return Response(SEE_OTHER, "text/plain", f"See {place}\n".encode(), {"Location": place, "Vary": "Accept"})
