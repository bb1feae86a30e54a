"""The words in which people read and type the properties and types of RDF, RDFS, OWL and SKOS."""

from __future__ import annotations

import re

from glutkg.rdf.namespaces import OWL, RDF, RDFS, SKOS

WORDS = {
    RDF + "type": "is a",
    RDFS + "subClassOf": "is a kind of",
    RDFS + "subPropertyOf": "implies",
    RDFS + "domain": "starts from",
    RDFS + "range": "leads to",
    OWL + "inverseOf": "is the inverse of",
    OWL + "equivalentClass": "is defined as",
    OWL + "propertyChainAxiom": "follows from",
    OWL + "disjointWith": "excludes",
    OWL + "members": "exclude each other",
    OWL + "Class": "kind",
    OWL + "ObjectProperty": "relation",
    OWL + "TransitiveProperty": "transitive relation",
    SKOS + "definition": "definition",
    SKOS + "altLabel": "also called",
    SKOS + "hiddenLabel": "also found under",
    SKOS + "editorialNote": "note",
    SKOS + "exactMatch": "same",
    SKOS + "closeMatch": "close",
    SKOS + "broadMatch": "wider",
    SKOS + "narrowMatch": "narrower",
    SKOS + "relatedMatch": "related",
}
"""By IRI, what people read."""

_TYPED = {
    **dict.fromkeys(("a", "isa", "isan", "type", "instanceof"), RDF + "type"),
    **dict.fromkeys(("kindof", "isakindof", "subclassof", "isasubclassof"), RDFS + "subClassOf"),
}
_BETWEEN_CLASSES = _TYPED | {
    **dict.fromkeys(("disjointwith", "isdisjointwith", "disjointfrom", "excludes"), OWL + "disjointWith"),
    **dict.fromkeys(
        ("equivalentto", "isequivalentto", "equivalentclass", "sameas", "isdefinedas"), OWL + "equivalentClass"
    ),
}


def property_typed(text: str) -> str:
    """Give the IRI of a property that people type in several ways: `is a`, `type` and `a` all mean rdf:type.

    Any other text is given back as it is, rdf:type by its own name, too, so that it can be asked of a class.

    >>> property_typed("kind of")
    'http://www.w3.org/2000/01/rdf-schema#subClassOf'
    """
    return _TYPED.get(re.sub(r"[\s_-]+", "", text).casefold(), text)


def axiom_typed(text: str) -> str:
    """Give the IRI of a property that people type between two classes, disjointness and equivalence among them.

    >>> axiom_typed("disjoint with"), axiom_typed("owl:disjointWith") == axiom_typed("excludes")
    ('http://www.w3.org/2002/07/owl#disjointWith', True)
    """
    return _BETWEEN_CLASSES.get(_folded(text), text)


def _folded(text: str) -> str:
    return re.sub(r"[\s_-]+|^(owl|rdfs?):", "", text).casefold()
