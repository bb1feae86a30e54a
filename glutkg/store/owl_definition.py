"""The axioms that state what a class or a property is, in OWL's Manchester syntax with labels for names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.rdf.collections import members
from glutkg.rdf.manchester import Manchester
from glutkg.rdf.namespaces import OWL, RDF, RDFS, STATED_GRAPH
from glutkg.rdf.terms import Term, from_name
from glutkg.relations import reached
from glutkg.store.labels import short_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.rdf.terms import Triple
    from glutkg.store.graph import Graph

_FRAMES = {
    OWL + "equivalentClass": "EquivalentTo",
    RDFS + "subClassOf": "SubClassOf",
    RDFS + "subPropertyOf": "SubPropertyOf",
    OWL + "propertyChainAxiom": "SubPropertyChain",
    RDFS + "domain": "Domain",
    RDFS + "range": "Range",
    OWL + "inverseOf": "InverseOf",
    OWL + "disjointWith": "DisjointWith",
    OWL + "propertyDisjointWith": "DisjointWith",
}
"""The words of Manchester syntax for the properties that state axioms, in the order of its frames."""
CHARACTERISTICS = "Characteristics"
_CHARACTERISTICS = (
    "Functional",
    "InverseFunctional",
    "Transitive",
    "Symmetric",
    "Asymmetric",
    "Reflexive",
    "Irreflexive",
)


def owl_definition(graph: Graph, iri: str) -> list[tuple[Term, str, Term]]:
    """Give the stated axioms on a class or a property: property of OWL, its word, and the expression or name after it.

    >>> [word for _, word, _ in owl_definition(kg.reasoned, kg.iri("AMPA receptor antagonist"))]
    ['EquivalentTo', 'SubClassOf']
    >>> [word for _, word, _ in owl_definition(kg.reasoned, kg.iri("part of"))][:1]
    ['Characteristics']
    """
    types = {o.value for _, _, o in graph.triples(iri, RDF + "type", graph=STATED_GRAPH)}
    own = [name for name in _CHARACTERISTICS if f"{OWL}{name}Property" in types]
    stated = [(from_name(RDF + "type"), CHARACTERISTICS, Term("literal", ", ".join(own)))] if own else []
    found = [(name, o) for name in _FRAMES for _, _, o in graph.triples(iri, name, graph=STATED_GRAPH)]
    found += [(OWL + "disjointWith", other) for other in _excluded(graph, iri)]
    found += [(OWL + "inverseOf", s) for s, _, _ in graph.triples(None, OWL + "inverseOf", iri, STATED_GRAPH)]
    return [*stated, *((from_name(name), _FRAMES[name], value) for name, value in dict.fromkeys(found))]


def chains(graph: Graph, iri: str | None = None, through: str | None = None) -> list[tuple[Term, Term, Term]]:
    """Give the chains of properties from which a property follows, or in which one stands, as stated triples.

    >>> [manchester(kg.reasoned, chain) for _, _, chain in chains(kg.reasoned, through=kg.iri("part of"))][:1]
    ["'has site of application' o 'part of'"]
    """
    found = graph.triples(iri, OWL + "propertyChainAxiom", graph=STATED_GRAPH)
    return sorted(t for t in found if through is None or any(one.value == through for one in _listed(graph, t[2])))


def manchester(graph: Graph, term: Term) -> str:
    """Write an expression or a name as the editors of ontologies do, a label of several words in quotation marks.

    >>> manchester(kg.reasoned, Term("iri", kg.iri("NMDA receptor")))
    "'NMDA receptor'"
    """
    return Manchester(lambda node: graph.triples(node.name), lambda part: _name(graph, part), chain=" o ").text(term)


def stated_of(graph: Graph, iri: str) -> list[Triple]:
    """Give what is stated of a thing, with the expressions that this leads to."""
    found = [*graph.triples(iri, graph=STATED_GRAPH)]
    seen: set[Term] = set()
    waiting = [o for _, _, o in found if o.kind == "blank"]
    while waiting:
        if (node := waiting.pop()) not in seen:
            seen.add(node)
            own = [*graph.triples(node.name, graph=STATED_GRAPH)]
            found += own
            waiting += [o for _, _, o in own if o.kind == "blank"]
    return found


def _name(graph: Graph, term: Term) -> str:
    if term.kind == "literal":
        return term.n3()
    name = short_label(graph, term.value)
    return f"'{name}'" if " " in name else name


def _listed(graph: Graph, head: Term) -> list[Term]:
    return [*members(head, lambda node, name: next((o for _, _, o in graph.triples(node.name, name)), None))]


def _excluded(graph: Graph, iri: str) -> Iterator[Term]:
    """Give what is stated to be disjoint with a class elsewhere than on the class itself."""
    yield from (s for s, _, _ in graph.triples(None, OWL + "disjointWith", iri, STATED_GRAPH))
    cells = [cell.name for cell, _, _ in graph.triples(None, RDF + "first", iri)]
    heads = {*reached(cells, lambda cell: [before.name for before, _, _ in graph.triples(None, RDF + "rest", cell)])}
    axioms = graph.triples(None, RDF + "type", OWL + "AllDisjointClasses", STATED_GRAPH) if heads else ()
    found = (head for axiom, _, _ in axioms for _, _, head in graph.triples(axiom.name, OWL + "members"))
    for listed in sorted(_listed(graph, head) for head in found if head.name in heads):  # nodes have no lasting order
        yield from (one for one in listed if one.value != iri)
