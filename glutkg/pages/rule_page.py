"""The page of a named graph: of a rule with what it concludes, or of a source file with what it states."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from glutkg.evidence.claim_view import Named
from glutkg.pages.thing_page import Relation, alternates, citation, side
from glutkg.rdf.namespaces import INFERRED_GRAPH, PREFIXES, RDF, RDFS, STATED_GRAPH
from glutkg.relations import grouped
from glutkg.sparql.parser import read_query
from glutkg.sparql.serialiser import Layout
from glutkg.store.direct_relations import of_narrowest_object
from glutkg.store.labels import term_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.pages.site import Site
    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.rule import Rule

_WIDTH = 88
LABEL, TYPE = RDFS + "label", RDF + "type"
SHOWN = 24
"""Triples that the page of a rule shows."""
READ = 600
"""Triples among which those that say most are looked for."""
THINGS = 8
"""Things of which the page of a file shows what it states."""


class Shown(NamedTuple):
    """A triple in words, each part with where it leads."""

    subject: Named
    relation: Named
    object: Named


class Record(NamedTuple):
    """A thing with what a file states of it, but for its label."""

    subject: Named
    relations: tuple[Relation, ...]


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
        query="\n".join(Layout(PREFIXES).query(read_query(rule.construct()), _WIDTH)) if rule else "",
        count=count,
        triples=list(_shown(site, iri)) if rule else [],
        things=[] if rule else list(_things(site, iri)),
        side=side([]),
        alternates=alternates(),
        citation=citation(site, iri, title),
    )


def rule_of(site: Site, iri: str) -> Rule | None:
    """Give the rule whose conclusions a graph holds."""
    name = unquote(iri.removeprefix(INFERRED_GRAPH + "/"))
    return next((rule for rule in site.kg.rules if rule.name == name), None)


def _shown(site: Site, iri: str) -> Iterator[Shown]:
    """Give the first conclusions, of each thing those that say most."""
    named = (t for t in site.graph.triples(graph=iri) if "blank" not in (t[0].kind, t[2].kind))
    of_things = grouped((triple[0], triple) for triple in islice(named, READ)).values()
    said = (triple for triples in of_things for triple in of_narrowest_object(site.graph, triples))
    for triple in islice(said, SHOWN):
        yield Shown(*_words(site, triple))


def _things(site: Site, iri: str) -> Iterator[Record]:
    """Give the first things in a file; a thing has its triples together."""
    subjects = dict.fromkeys(s for s, _, _ in site.graph.triples(graph=iri) if s.kind == "iri")
    for subject in islice(subjects, THINGS):
        values: dict[Named, list[Named]] = {}
        for triple in site.graph.triples(subject.value, graph=iri):
            _, relation, value = _words(site, triple)
            if triple[1].value != LABEL and triple[2].kind != "blank":
                values.setdefault(relation, []).append(value)
        relations = sorted(values.items(), key=lambda one: (one[0].iri != TYPE, one[0].text))
        yield Record(
            Named(term_text(site.graph, subject), subject.value),
            tuple(Relation(relation.text, "", tuple(found)) for relation, found in relations),
        )


def _words(site: Site, triple: Triple) -> Iterator[Named]:
    for term in triple:
        yield Named(term_text(site.graph, term), term.value if term.kind == "iri" else "")
