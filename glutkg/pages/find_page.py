"""Search: what words find, as a page and as the names that a search box offers; and the page of what is not there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from glutkg.pages.addresses import path_of
from glutkg.pages.asked import reworded
from glutkg.pages.response import OK, Response, page
from glutkg.rdf.namespaces import PREFIXES
from glutkg.store.names import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glutkg.pages.site import Site
    from glutkg.search.catalogue import Thing

MOST, FEW = 24, 8
"""Things that a page of matches shows, and the page of what is not there."""


class Hit(NamedTuple):
    """A match: what it is, the synonym by which it was found, if it was, and how many claims name it."""

    thing: Thing
    via: str
    claims: int


def find_page(site: Site, query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with what the words of `q` find."""
    return page(_found(site, " ".join(query.get("q", [])).strip(), ""))


def missing_page(site: Site, path: str, query: Mapping[str, list[str]], why: str) -> str:
    """Render the page of an address at which there is nothing: what the words in it find, and what went wrong."""
    words = " ".join(query.get("q", [])) or path.rpartition("/")[2].replace("-", " ").replace("_", " ")
    return _found(site, words, why)


def _found(site: Site, words: str, why: str) -> str:
    found = site.kg.find(words) if words else None
    counts = site.claim_counts
    hits = [Hit(thing, _via(thing, words), counts.get(thing.iri, 0)) for thing in found.things] if found else []
    claims = site.claims.rows([claim.iri for claim in found.claims[:MOST]]) if found and not why else ()
    most = FEW if why else MOST
    return site.render(
        "find.html", "find", title=f"Find “{words}”" if words else "Find", q=words, found=found, hits=hits[:most],
        more=max(0, len(hits) - most), claims=claims, why=why, here_is="find",
        not_covered=reworded(found.not_covered) if found is not None and not why else "",
    )  # fmt: skip


def _via(thing: Thing, words: str) -> str:
    """Give the synonym by which something is found, where its label has not what was looked for."""
    wanted = folded(words)
    if wanted in folded(thing.label):
        return ""
    return next((name for name in thing.synonyms if wanted in folded(name)), "")


def names_document(site: Site, _query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with all that can be looked up, for the search box: label, synonyms, kind, number of claims, path."""
    ending = ".html"
    counts = site.claim_counts
    entries: list[dict[str, object]] = [
        {
            "label": thing.label,
            "also": list(thing.synonyms),
            "kind": thing.what or "kind",
            "claims": counts.get(thing.iri, 0),
            "path": f"{path_of(thing.iri)}{ending}",
        }
        for thing in site.things.values()
        if not thing.iri.startswith(PREFIXES["claim"])
    ]
    asked = ending if site.files else ""
    entries += [
        {"label": one.summary, "also": [], "kind": "question", "claims": 0, "path": f"questions/{one.name}{asked}"}
        for one in site.questions.values()
    ]
    body = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(OK, "application/json", body, {"Cache-Control": "public, max-age=3600"})
