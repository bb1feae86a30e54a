"""The media types of answers: what a client may ask for, the form in which it is written, and what it is told."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from glutkg.pages.negotiation import chosen

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
}
"""The media types of answers to SELECT and ASK, the first the usual one."""
GRAPH = {
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/rdf+xml": "rdfxml",
    "application/ld+json": "jsonld",
    "application/json": "jsonld",
    "application/xml": "rdfxml",
    "text/plain": "ntriples",
}
"""The media types of answers to CONSTRUCT and DESCRIBE, and of descriptions."""
FORMS = {"application/json": "json", "text/csv": "csv", "text/tab-separated-values": "tsv", "text/markdown": "markdown"}
"""The media types of answers to questions, with the forms in which they are written."""
OFFERED = {"select": ", ".join(TABLE), "ask": ", ".join(TABLE), "construct": ", ".join(GRAPH)}
"""What is offered, by kind of query."""


class Wanted(NamedTuple):
    """The media type and the form in which a client wants an answer."""

    media: str
    form: str

    @property
    def content_type(self) -> str:
        """The media type with its encoding where it needs one."""
        return f"{self.media}; charset=utf-8" if self.media.startswith("text/") else self.media


@lru_cache(256)
def wanted_table(accept: str) -> Wanted | None:
    """Choose the media type of an answer to SELECT and ASK."""
    return wanted(accept, TABLE)


@lru_cache(256)
def wanted_graph(accept: str) -> Wanted | None:
    """Choose the media type of an answer to CONSTRUCT and DESCRIBE."""
    return wanted(accept, GRAPH)


def wanted(accept: str, offered: Mapping[str, str]) -> Wanted | None:
    """Choose what a header `Accept` wants most of what is offered; None when it takes none of it.

    >>> wanted("text/*, application/rdf+xml;q=0.5", GRAPH).content_type
    'text/turtle; charset=utf-8'
    >>> wanted("image/png", TABLE) is None
    True
    """
    media = chosen(accept, list(offered))
    return None if media is None else Wanted(media, offered[media])
