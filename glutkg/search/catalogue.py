"""What can be found in a graph: everything that has a label, with its synonyms, its definition and what it is."""

from __future__ import annotations

import json
import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.namespaces import BASE, OWL, PREFIXES, RDF, RDFS, SKOS, STATED_GRAPH
from glutkg.relations import grouped
from glutkg.search.index import Entry
from glutkg.store.labels import preferred
from glutkg.store.names import folded
from glutkg.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from glutkg.store.graph import Graph

_NAME = "catalogue.json"

_SYNONYMS = (SKOS + "altLabel", SKOS + "hiddenLabel")
_ABOVE = (RDF + "type", RDFS + "subClassOf")
_UNSEEN = (PREFIXES["review"], PREFIXES["article"], PREFIXES["shape"], BASE + "described/")
"""Sentences and shapes are found by their claims and classes; cited works, which have a number, are found."""
_OF_WORKS = tuple(PREFIXES["dcterms"] + name for name in ("title", "creator", "date", "bibliographicCitation"))
"""Works are found by title, authors, year and journal, and by their identifiers."""


class Thing(NamedTuple):
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
        plain = {folded(name) for name in self.names} - {name.casefold() for name in self.names}
        return Entry(self.iri, self.label, " ".join([*self.synonyms, *sorted(plain)]), self.definition)


def kept_catalogue(graph: Graph) -> dict[str, Thing]:
    """Read the catalogue of a cached graph, or gather it with `catalogue` and keep it."""
    content = graph.artefacts.read(_NAME)
    if content is not None:
        things = (Thing(iri, name, tuple(more), *texts) for iri, name, more, *texts in json.loads(content))
        return {thing.iri: thing for thing in things}
    found = catalogue(graph)
    graph.artefacts.write(_NAME, json.dumps([*found.values()], ensure_ascii=False).encode(errors="surrogatepass"))
    return found


def catalogue(graph: Graph) -> dict[str, Thing]:
    """Return everything of the graph that has a label, by IRI.

    >>> import glutkg
    >>> catalogue(glutkg.load().reasoned)["https://w3id.org/glutkg/substance/dizocilpine"].what
    'drug'
    """
    cited = {s.value for s, _, _ in graph.triples(None, BASE + "referenceNumber", graph=STATED_GRAPH)}
    labels = grouped(
        (s.value, o)
        for s, _, o in graph.triples(None, RDFS + "label", graph=STATED_GRAPH)
        if s.kind == "iri" and s.value.startswith(BASE) and (s.value in cited or not s.value.startswith(_UNSEEN))
    )
    ranked = {iri: sorted(found, key=lambda term: term != preferred(found)) for iri, found in labels.items()}
    names = {iri: visible(first.value) for iri, (first, *_) in ranked.items()}
    in_other_languages = ((iri, visible(one.value)) for iri, (_, *others) in ranked.items() for one in others)
    also = grouped(chain(in_other_languages, _texts(graph, *_SYNONYMS), _identifiers(graph)))
    definitions = {iri: [text] for iri, text in _texts(graph, SKOS + "definition")}
    on_works = grouped(_texts(graph, *_OF_WORKS))
    above = grouped((s.value, o.value) for name in _ABOVE for s, _, o in graph.triples(None, name, graph=STATED_GRAPH))
    return {
        iri: Thing(
            iri,
            name,
            tuple(also.get(iri, ())),
            ". ".join(filter(None, (*definitions.get(iri, ()), *on_works.get(iri, ())))),
            _what(names, (one for one in above.get(iri, ()) if one != iri)),
        )
        for iri, name in names.items()
    }


def _texts(graph: Graph, *predicates: str) -> Iterator[tuple[str, str]]:
    found = (triple for name in predicates for triple in graph.triples(None, name, graph=STATED_GRAPH))
    return ((s.value, visible(o.value)) for s, _, o in found)


def _identifiers(graph: Graph) -> Iterator[tuple[str, str]]:
    """Give the identifiers of works, such as DOI and PubMed, as people write them."""
    found = graph.triples(None, PREFIXES["dcterms"] + "identifier", graph=STATED_GRAPH)
    return ((s.value, re.sub(r"^https?://(bioregistry\.io/)?(?:doi\.org/)?", "", o.value)) for s, _, o in found)


_OWL_WORDS = {OWL + kind: "property" for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")}


def _what(names: Mapping[str, str], above: Iterable[str]) -> str:
    labels = (names.get(one) or _OWL_WORDS.get(one) for one in above)
    return ", ".join(dict.fromkeys(filter(None, labels)))
