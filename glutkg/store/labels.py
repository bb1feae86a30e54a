"""Terms and triples as text for people: labels, words for properties, class expressions in Manchester syntax."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import RDFS, curie
from glutkg.rdf.property_words import WORDS
from glutkg.rdf.terms import of_datatype
from glutkg.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from glutkg.rdf.terms import Term, Triple
    from glutkg.store.graph import Graph


def label(graph: Graph, iri: str) -> str:
    """Return the label of something, the English one if there are several, or its CURIE where it has none."""
    found = preferred(o for _, _, o in graph.triples(iri, RDFS + "label"))
    return visible(found.value) if found else curie(iri)


def preferred(labels: Iterable[Term]) -> Term | None:
    """Choose among labels: one in English, else one without a language, else the first by its language.

    >>> from glutkg.rdf.terms import Term
    >>> preferred([Term("literal", "Schmerz", "de"), Term("literal", "pain", "en-GB"), Term("literal", "P")]).value
    'pain'
    """
    return min(labels, key=_by_language, default=None)


def _by_language(term: Term) -> tuple[int, str, str]:
    language = (term.language or "").casefold()
    return (0 if language.partition("-")[0] == "en" else 1 if not language else 2), language, term.value


def curie_or_label(graph: Graph, iri: str) -> str:
    """Return the CURIE of something, or its label where no known prefix shortens it."""
    found = curie(iri)
    return label(graph, iri) if found == iri else found


def short_label(graph: Graph, iri: str) -> str:
    """Give the label of something, its CURIE where it has none, or else the end of its IRI."""
    found = label(graph, iri)
    return re.split(r"[/#]", found)[-1] or found if found == iri else found


def term_text(graph: Graph, term: Term, typed: Collection[str] = ()) -> str:
    """Give the text of a term: its label, or the words for a property that has some; an expression by its parts.

    Of literals whose text is among the `typed` ones the datatype is shown.
    """
    if term.kind == "blank":
        from glutkg.rdf.manchester import Manchester  # not at the top: most answers have no class expression

        return Manchester(lambda node: graph.triples(node.name), lambda part: _name(graph, part, typed)).text(term)
    return WORDS.get(term.value) or _name(graph, term, typed)


def _name(graph: Graph, term: Term, typed: Collection[str]) -> str:
    if term.kind != "literal":
        return short_label(graph, term.value)
    return f"“{visible(term.value)}”{of_datatype(term) if term.value in typed else ''}"


def triple_text(graph: Graph, triple: Triple) -> str:
    """Give the text of a triple, with labels."""
    return " – ".join(term_text(graph, term) for term in triple)
