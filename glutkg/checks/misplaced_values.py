"""Values of the wrong kind: text after a relation, a name after a property of literals, a datatype as a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.rdf.namespaces import BASE, RDF, RDFS, curie
from glutkg.reasoning.term_kinds import DATA, OBJECT, wrong_value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.axioms import AxiomIndex
    from glutkg.reasoning.coded_graph import CodedGraph
    from glutkg.store.graph import Graph

MISPLACED = BASE + "check/misplaced_value"


def misplaced_results(
    graph: Graph, coded: CodedGraph, axioms: AxiomIndex, told: Collection[ValidationResult]
) -> Iterator[ValidationResult]:
    """Give a result for each value that the declaration of its property excludes, unless a shape has told of it."""
    known = {(one.focus, one.predicate) for one in told}
    for (subject, predicate, value), reason in _misplaced(graph, coded, axioms):
        if (subject.name, predicate.value) not in known:
            yield ValidationResult(
                *("Violation", MISPLACED.rpartition("/")[2], reason),
                focus=subject.name,
                predicate=predicate.value,
                value=value,
                source=MISPLACED,
            )


def _misplaced(graph: Graph, coded: CodedGraph, axioms: AxiomIndex) -> Iterator[tuple[Triple, str]]:
    for name, kind in axioms.pairs(RDF + "type"):
        if kind == RDFS + "Datatype":
            for triple in graph.triples(None, RDF + "type", name):
                yield triple, f"{curie(name)} is a datatype, where a class belongs. Name a class."
        elif kind in (OBJECT, DATA) and _has_others(coded, name, kind):
            for triple in graph.as_spelled(graph.triples(None, name)):
                value = triple[2].n3() if triple[2].kind == "literal" else triple[2].name
                if reason := wrong_value(name, value, (kind,)):
                    yield triple, reason


def _has_others(coded: CodedGraph, property_: str, kind: str) -> bool:
    """Tell whether a property has a value that is not of its kind."""
    from glutkg.reasoning.coded_triples import LOW  # which imports numpy

    values = coded.stated[coded.terms.code(f"<{property_}>".encode())].by_subject & LOW
    are_literals = coded.terms.are_literals(values)
    return bool(are_literals.any() if kind == OBJECT else not are_literals.all())
