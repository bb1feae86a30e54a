"""The SPARQL editor: a page with a query in it, and what the editor needs to know to complete names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from glutkg.errors import NotFoundError
from glutkg.pages.asked import ends_of
from glutkg.pages.assets import names as asset_names
from glutkg.pages.response import OK, Response, page
from glutkg.questions.answering import prepared
from glutkg.rdf.namespaces import PREFIXES, curie
from glutkg.resources import query_file, read_text
from glutkg.sparql.headers import without_header
from glutkg.text.rendering import csv_text, results_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glutkg.pages.blocks import Block
    from glutkg.pages.site import Site

RICH = "editor.js"
"""The editor with colours and completion, where it was built."""


def editor_page(site: Site, query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with the editor; `question` or `block` puts a query of ours into it, `query` one's own."""
    asked = ends_of(query, ("question", "block", "thing"))
    text = (
        query.get("query", [""])[0]
        or _ours(site, asked, query)
        or without_header(read_text(query_file(site.folder, "pages/first-query")))
    )
    examples = sorted(site.questions.values(), key=lambda one: one.summary)
    return page(
        site.render(
            "editor.html",
            "editor",
            title="SPARQL",
            here_is="editor",
            text=text,
            examples=examples,
            prefixes=PREFIXES,
            rich=RICH in asset_names(),
        )
    )


def _ours(site: Site, asked: Mapping[str, str], query: Mapping[str, list[str]]) -> str:
    if asked["block"]:
        return block_of(site, asked["block"]).bound(site.kg.iri(asked["thing"]))
    if asked["question"]:
        question = site.questions.get(asked["question"])
        if question is None:
            raise NotFoundError(f"There is no question '{asked['question']}'.", ())
        given = {p.name: query[p.name] for p in question.parameters if any(query.get(p.name, ()))}
        return without_header(prepared(site.graph, question, given))
    return ""


def block_of(site: Site, name: str) -> Block:
    """Find a block of pages by name. Raises NotFoundError."""
    for block in site.blocks:
        if block.name == name:
            return block
    raise NotFoundError(f"There is no block '{name}' of pages.", ())


def block_document(site: Site, name: str, query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with the rows of a block about a thing, as CSV or JSON."""
    plain, _, form = name.rpartition(".")
    block = block_of(site, plain or name)
    table = block.table(site.graph, site.kg.iri(ends_of(query, ("thing",))["thing"]))
    if form == "json":
        return Response(OK, "application/json", results_json(table).encode())
    return Response(OK, "text/csv", csv_text(table).encode())


def completion_document(site: Site, _query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with the names that the editor completes: CURIEs with their labels, and the prefixes."""
    things = [
        {"label": curie(iri), "detail": thing.label, "info": thing.definition}
        for iri, thing in site.things.items()
        if ":" in curie(iri) and not iri.startswith(PREFIXES["claim"])
    ]
    body = json.dumps({"prefixes": PREFIXES, "names": things}, ensure_ascii=False, separators=(",", ":"))
    return Response(OK, "application/json", body.encode(), {"Cache-Control": "public, max-age=3600"})
