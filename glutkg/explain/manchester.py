"""Class expressions in words, in the order of OWL's Manchester syntax."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import OWL, RDF
from glutkg.store.names import label

if TYPE_CHECKING:
    from glutkg.rdf.terms import Term
    from glutkg.store.graph import Graph

_JOINTS = {OWL + "intersectionOf": " and ", OWL + "unionOf": " or ", OWL + "oneOf": " or ", OWL + "members": ", "}


def short_name(graph: Graph, iri: str) -> str:
    """Give the label of something, its CURIE where it has none, or else the end of its IRI."""
    found = label(graph, iri)
    return re.split(r"[/#]", found)[-1] or found if found == iri else found


def said(graph: Graph, term: Term) -> str:
    """Say a class expression, a list of properties, or a name, with labels.

    Such as `substance and (antagonises some NMDA receptor)`. What is none of these is said to be an expression.
    """
    if term.kind != "blank":
        return short_name(graph, term.value) if term.kind == "iri" else f"“{term.value}”"
    parts = {p.value: o for _, p, o in graph.triples(f"_:{term.value}")}
    for property_, joint in _JOINTS.items():
        if property_ in parts:
            return joint.join(_inside(graph, member) for member in _items(graph, parts[property_]))
    if RDF + "first" in parts:
        return ", then ".join(_inside(graph, member) for member in _items(graph, term))
    if OWL + "complementOf" in parts:
        return f"not {_inside(graph, parts[OWL + 'complementOf'])}"
    if OWL + "onProperty" in parts:
        return _restriction(graph, parts)
    return "an expression"


def _restriction(graph: Graph, parts: dict[str, Term]) -> str:
    property_ = said(graph, parts[OWL + "onProperty"])
    if OWL + "hasSelf" in parts:
        return f"{property_} itself"
    for name, word in (("someValuesFrom", "some"), ("allValuesFrom", "only"), ("hasValue", "value")):
        if OWL + name in parts:
            return f"{property_} {word} {_inside(graph, parts[OWL + name])}"
    return f"{property_}, so many times"


def _inside(graph: Graph, term: Term) -> str:
    text = said(graph, term)
    return f"({text})" if term.kind == "blank" and " " in text else text


def _items(graph: Graph, head: Term) -> list[Term]:
    found: list[Term] = []
    while head.kind == "blank":
        parts = {p.value: o for _, p, o in graph.triples(f"_:{head.value}")}
        found.append(parts[RDF + "first"])
        head = parts[RDF + "rest"]
    return found
