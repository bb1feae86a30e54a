"""Definitions, synonyms and cross-references in the properties in which tools of the OBO family look for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import OWL, RDFS, SKOS, curie
from glutkg.rdf.terms import TYPE, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glutkg.rdf.terms import Triple

_OBO_IN_OWL = "http://www.geneontology.org/formats/oboInOwl#"
COUNTERPARTS = {
    SKOS + "definition": ("http://purl.obolibrary.org/obo/IAO_0000115", "definition"),
    SKOS + "altLabel": (f"{_OBO_IN_OWL}hasExactSynonym", "has_exact_synonym"),
    SKOS + "exactMatch": (f"{_OBO_IN_OWL}hasDbXref", "database_cross_reference"),
}
"""For a property of ours, the one that says the same in OBO, and its label there."""


def with_obo(triples: Iterable[Triple]) -> list[Triple]:
    """Add to an ontology what OBO tools read: each counterpart beside ours, as text without a language.

    A cross-reference is a CURIE, since the format OBO holds no IRIs there.

    >>> from glutkg.rdf.terms import Term
    >>> ours = Term("iri", "https://w3id.org/glutkg/Pain"), Term("iri", SKOS + "exactMatch")
    >>> [added] = [o for _, p, o in with_obo([(*ours, Term("iri", "http://id.nlm.nih.gov/mesh/D010146"))])
    ...            if p.value.endswith("hasDbXref")]
    >>> added.value
    'mesh:D010146'
    """
    ours = list(triples)
    return [*ours, *_declarations(), *(made for triple in ours for made in _counterpart(triple))]


def _declarations() -> Iterator[Triple]:
    for iri, label in COUNTERPARTS.values():
        yield Term("iri", iri), TYPE, Term("iri", OWL + "AnnotationProperty")
        yield Term("iri", iri), Term("iri", RDFS + "label"), Term("literal", label)


def _counterpart(triple: Triple) -> Iterator[Triple]:
    subject, predicate, object_ = triple
    if predicate.value in COUNTERPARTS:
        text = curie(object_.value) if object_.kind == "iri" else object_.value
        yield subject, Term("iri", COUNTERPARTS[predicate.value][0]), Term("literal", text)
