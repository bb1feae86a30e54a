"""What can be found in a graph: everything that has a label, with its synonyms, its definition and what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import BASE, OWL, PREFIXES, RDF, RDFS, SKOS, STATED_GRAPH
from glutkg.relations import grouped
from glutkg.store.labels import preferred
from glutkg.store.names import folded
from glutkg.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glutkg.rdf.terms import Term
    from glutkg.search.index import Entry
    from glutkg.store.graph import Graph

_SYNONYMS = (SKOS + "altLabel", SKOS + "hiddenLabel")
_ABOVE = (RDF + "type", RDFS + "subClassOf")
_UNSEEN = (PREFIXES["review"], PREFIXES["article"], PREFIXES["shape"], BASE + "described/")
"""Sentences and shapes are found by their claims and classes; cited works, which have a number, are found."""
_OF_WORKS = tuple(PREFIXES["dcterms"] + name for name in ("title", "creator", "date", "bibliographicCitation"))
_IDENTIFIER = PREFIXES["dcterms"] + "identifier"


@dataclass(slots=True)
class Thing:
    """Something with a label: its synonyms, its definition, and the labels of the classes right above it."""

    iri: str
    label: str
    synonyms: tuple[str, ...] = ()
    definition: str = ""
    what: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The label and the synonyms."""
        return (self.label, *self.synonyms)

    def entry(self) -> Entry:
        """Return what an index takes; a name with marks in it can be written without them, too."""
        from glutkg.search.index import Entry

        plain = {folded(name) for name in self.names} - {name.casefold() for name in self.names}
        return Entry(self.iri, self.label, " ".join([*self.synonyms, *sorted(plain)]), self.definition)


def catalogue(graph: Graph) -> dict[str, Thing]:
    """Return everything of the graph that has a label, by IRI.

    >>> import glutkg
    >>> catalogue(glutkg.load().reasoned)["https://w3id.org/glutkg/substance/dizocilpine"].what
    'drug'
    """
    stated = STATED_GRAPH
    cited = {s.value for s, _, _ in graph.triples(None, BASE + "referenceNumber", graph=stated)}
    labels = grouped(
        (s.value, o)
        for s, _, o in graph.triples(None, RDFS + "label", graph=stated)
        if s.kind == "iri" and s.value.startswith(BASE) and (s.value in cited or not s.value.startswith(_UNSEEN))
    )
    things = {iri: _labelled(iri, found) for iri, found in labels.items()}
    for predicate in _SYNONYMS:
        for s, _, o in graph.triples(None, predicate, graph=stated):
            if thing := things.get(s.value):
                thing.synonyms += (visible(o.value),)
    for s, _, o in graph.triples(None, SKOS + "definition", graph=stated):
        if thing := things.get(s.value):
            thing.definition = visible(o.value)
    _describe_works(graph, things)
    for predicate in _ABOVE:
        for s, _, o in graph.triples(None, predicate, graph=stated):
            thing, above = things.get(s.value), things.get(o.value)
            if thing and (above or o.value.startswith(OWL)) and above is not thing:
                _add_class(thing, above.label if above else _OWL_WORDS.get(o.value, ""))
    return things


def _describe_works(graph: Graph, things: Mapping[str, Thing]) -> None:
    """Let works be found by title, authors, year and journal, and by their identifiers, such as DOI and PubMed."""
    for predicate in (*_OF_WORKS, _IDENTIFIER):
        for s, _, o in graph.triples(None, predicate, graph=STATED_GRAPH):
            thing = things.get(s.value)
            if thing and predicate == _IDENTIFIER:
                thing.synonyms += (re.sub(r"^https?://(bioregistry\.io/)?(?:doi\.org/)?", "", o.value),)
            elif thing:
                thing.definition = ". ".join(filter(None, (thing.definition, visible(o.value))))


_OWL_WORDS = {OWL + kind: "property" for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")}


def _labelled(iri: str, labels: list[Term]) -> Thing:
    """Make a thing of its labels: the preferred one, and those in other languages as synonyms."""
    first, *others = sorted(labels, key=lambda term: term != preferred(labels))
    return Thing(iri, visible(first.value), tuple(visible(other.value) for other in others))


def _add_class(thing: Thing, label: str) -> None:
    if label and label not in thing.what.split(", "):
        thing.what = f"{thing.what}, {label}" if thing.what else label
