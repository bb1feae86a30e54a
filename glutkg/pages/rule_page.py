"""The page of a named graph: of a rule with what it concludes, or of a source file with what it states."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from glutkg.evidence.claim_view import Named
from glutkg.pages.thing_page import alternates, citation, side
from glutkg.rdf.namespaces import INFERRED_GRAPH, STATED_GRAPH
from glutkg.store.labels import term_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.pages.site import Site
    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.rule import Rule

SHOWN = 24
"""Triples that the page shows."""


class Shown(NamedTuple):
    """A triple in words, each part with where it leads."""

    subject: Named
    relation: Named
    object: Named


def graph_page(site: Site, iri: str) -> str:
    """Render the page of a named graph."""
    rule = rule_of(site, iri)
    count = sum(1 for _ in site.graph.triples(graph=iri))
    title = rule.label if rule else iri.removeprefix(STATED_GRAPH).strip("/") or "all that is stated"
    return site.render(
        "graph.html",
        site.address(iri),
        canonical=iri,
        title=title,
        summary=rule.summary if rule else f"What is stated in {title}",
        iri=iri,
        rule=rule,
        count=count,
        triples=list(_shown(site, iri)),
        side=side([]),
        alternates=alternates(),
        citation=citation(site, iri, title),
    )


def rule_of(site: Site, iri: str) -> Rule | None:
    """Give the rule whose conclusions a graph holds."""
    name = unquote(iri.removeprefix(INFERRED_GRAPH + "/"))
    return next((rule for rule in site.kg.rules if rule.name == name), None)


def _shown(site: Site, iri: str) -> Iterator[Shown]:
    named = (t for t in site.graph.triples(graph=iri) if "blank" not in (t[0].kind, t[2].kind))
    for triple in islice(named, SHOWN):
        yield Shown(*_words(site, triple))


def _words(site: Site, triple: Triple) -> Iterator[Named]:
    for term in triple:
        yield Named(term_text(site.graph, term), term.value if term.kind == "iri" else "")
