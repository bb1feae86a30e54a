"""The forms of RDF in which people have their files, told by how a file begins and by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from glutkg.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

_XML = re.compile(r"\s*(<\?xml\b|<!--|<!DOCTYPE\b|<(\w+:)?RDF\b)")
_OWL_XML = re.compile(
    r"\s*(<\?xml[^>]*\?>\s*|(?><!--.*?-->)\s*)*(<!DOCTYPE\s+(\w+:)?Ontology\b|<(\w+:)?Ontology\b)", re.DOTALL
)
_JSON = re.compile(r'\s*(\{\s*["}]|\[\s*\{\s*["}])')
_OTHERS = {
    "HTML": re.compile(r"\s*<(!DOCTYPE\s+html|html)\b", re.IGNORECASE),
    "OWL/XML": _OWL_XML,
    "OWL's functional syntax": re.compile(r"\s*(#[^\n]*\n\s*)*(Prefix|Ontology)\s*\("),
    "Manchester syntax": re.compile(r"\s*(#[^\n]*\n\s*)*(Prefix|Ontology):\s"),
    "OBO format": re.compile(r"\s*(format-version|ontology):\s"),
}
"""Forms in which people have ontologies, or get pages in their place, that are no RDF, by how they begin."""
_BY_NAME = {
    ".rdf": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".json": ox.RdfFormat.JSON_LD,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
}


def form_of(text: str, path: Path) -> ox.RdfFormat:
    """Tell in which form a file is. Raises SourceError for forms of ontologies that are no RDF.

    >>> from pathlib import Path
    >>> form_of('<?xml version="1.0"?><rdf:RDF/>', Path("a.owl")) == ox.RdfFormat.RDF_XML
    True
    >>> form_of("<x:a> <x:b> <x:c> .", Path("a.owl")) == ox.RdfFormat.TURTLE
    True
    """
    named = _BY_NAME.get(path.suffix.lower())
    for name, beginning in _OTHERS.items():
        if beginning.match(text) and named is not ox.RdfFormat.JSON_LD:
            raise SourceError(f"the file is in {name}, which is not read. Save it as Turtle or RDF/XML.", path, 1)
    if _XML.match(text):
        return ox.RdfFormat.RDF_XML
    if _JSON.match(text) and named is not ox.RdfFormat.TRIG:
        return ox.RdfFormat.JSON_LD
    return named or ox.RdfFormat.TURTLE
