"""From an address to a response: which page, which data, or where to look instead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from glutkg.errors import GlutkgError, NotFoundError
from glutkg.pages import linked_data
from glutkg.pages.addresses import HTML_END, iri_of
from glutkg.pages.asked import Asked, with_note
from glutkg.pages.assets import asset
from glutkg.pages.claim_page import claim_page
from glutkg.pages.find_page import missing_page
from glutkg.pages.history import gone_text
from glutkg.pages.negotiation import chosen
from glutkg.pages.response import (
    BAD_REQUEST,
    GONE,
    HTML,
    JSON,
    NOT_ACCEPTABLE,
    NOT_FOUND,
    OK,
    PLAIN,
    PROBLEM,
    Response,
    page,
    see_other,
    worded,
)
from glutkg.pages.routes import PAGES, PREFIXED
from glutkg.pages.rule_page import graph_page
from glutkg.pages.thing_page import thing_page
from glutkg.store.names import is_claim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glutkg.pages.site import Site

_NOTHING = "There is nothing at the address “{}” in this graph."
_MEDIA = {HTML: HTML_END, **{media: ending for ending, (_, media) in linked_data.FORMS.items()}}


def respond(site: Site, path: str, query: Mapping[str, list[str]], accept: str = "") -> Response:
    """Respond to a GET of a path, decoded and with its slash, with the values of its query and the header Accept.

    >>> from glutkg.pages.site import Site
    >>> site = Site(kg)
    >>> respond(site, "/substance/memantine", {}, "text/turtle").headers["Location"]
    '/substance/memantine.ttl'
    >>> respond(site, "/substance/memantine.html", {}).status, respond(site, "/no-such-thing", {}).status
    (200, 404)
    """
    local = path.removeprefix("/")
    asked = Asked(query)
    try:
        found = _asset(local) or _page(site, local, asked, accept) or _thing(site, local, asked, accept)
        note = asked.note() if found.media_type == HTML and found.status == OK else ""
        return replace(found, body=with_note(found.body, note)) if note else found
    except NotFoundError as error:
        return _missing(site, local, query, str(error), NOT_FOUND, accept=accept)
    except GlutkgError as error:
        return _missing(site, local, query, str(error), BAD_REQUEST, accept=accept)


def _missing(site: Site, local: str, query: Mapping[str, list[str]], why: str, status: int, *, accept: str) -> Response:
    """Respond with what is not there or wrong: as a page to who takes one, but to nobody who asks for data."""
    asks_for_page = _ending(local) in ("", HTML_END) and chosen(accept, [HTML, PLAIN, PROBLEM, JSON]) == HTML
    return page(missing_page(site, local, query, why), status) if asks_for_page else worded(accept, status, why)


def _asset(local: str) -> Response | None:
    if not local.startswith("assets/"):
        return None
    found = asset(local.removeprefix("assets/"))
    if found is None:
        return Response(NOT_FOUND, "text/plain", b"There is no such file.\n")
    return Response(OK, found[0], found[1], {"Cache-Control": "public, max-age=86400"})


def _page(site: Site, local: str, query: Mapping[str, list[str]], accept: str) -> Response | None:
    """Respond with a page that is about no single thing."""
    plain = local.removesuffix(HTML_END)
    if plain in PAGES:
        return PAGES[plain](site, query, accept)
    start, _, rest = plain.partition("/")
    if rest and start in PREFIXED:
        return PREFIXED[start](site, rest, query, accept)
    return None


def _thing(site: Site, local: str, query: Mapping[str, list[str]], accept: str) -> Response:
    ending = _ending(local)
    named = local.removesuffix(ending)
    iri = iri_of(named)
    if not named or not linked_data.is_known(site.graph, iri):
        then = site.histories.get(iri)
        why = gone_text(then) if then else _NOTHING.format(named)
        return _missing(site, local, query, why, GONE if then else NOT_FOUND, accept=accept)
    if not ending:
        return _document(site, named, accept)
    if ending != HTML_END:
        return Response(OK, linked_data.FORMS[ending][1], linked_data.document(site.graph, iri, ending))
    if linked_data.is_graph(site.graph, iri):
        return page(graph_page(site, iri))
    if is_claim(site.graph, iri):
        return page(claim_page(site, iri))
    return page(thing_page(site, iri, query))


def _ending(local: str) -> str:
    return next((end for end in _MEDIA.values() if local.endswith(end)), "")


def _document(site: Site, named: str, accept: str) -> Response:
    """Lead from a thing to the document about it that a client prefers."""
    media = chosen(accept, list(_MEDIA))
    if media is None:
        offered = ", ".join(_MEDIA)
        return worded(accept, NOT_ACCEPTABLE, f"Offered are {offered}.")
    return see_other(f"{site.root}{quote(named, safe='/-._~')}{_MEDIA[media]}")
