"""From stated triples to the reasoned graph: run the rules to a fixpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.errors import RuleError
from glutkg.graph import Graph, read_source
from glutkg.resources import rule_files, source_files
from glutkg.rules import Axioms, Rule, compile_axioms, read_rule
from glutkg.terms import OWL, RDF, RDFS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from glutkg.tables import Term

MAX_ROUNDS = 100


def rules_of(graph: Graph, folder: Path) -> list[Rule]:
    """Give all rules for a graph: the files of `ontology/rules/`, and those compiled from the graph's axioms."""
    written = [read_rule(path) for path in rule_files(folder)]
    return sorted([*written, *compile_axioms(axioms_of(graph))], key=lambda rule: rule.stratum)


_AXIOM_PREDICATES = (
    OWL + "equivalentClass",
    RDFS + "subClassOf",
    OWL + "propertyChainAxiom",
    OWL + "inverseOf",
    RDFS + "subPropertyOf",
    OWL + "intersectionOf",
    OWL + "unionOf",
    OWL + "complementOf",
    OWL + "onProperty",
    OWL + "someValuesFrom",
    OWL + "allValuesFrom",
    OWL + "hasValue",
    OWL + "hasSelf",
    RDF + "first",
    RDF + "rest",
)


def axioms_of(graph: Graph) -> Axioms:
    """Read the axioms that the rule compiler needs."""
    return Axioms(
        (_name(s), p.value, _name(o)) for predicate in _AXIOM_PREDICATES for s, p, o in graph.triples(None, predicate)
    )


def _name(term: Term) -> str:
    return f"_:{term.value}" if term.kind == "blank" else term.value


def materialise(graph: Graph, rules: Sequence[Rule], report: Callable[[str], None] | None = None) -> int:
    """Run rules on a graph, stratum by stratum, until nothing new follows; give the number of inferred triples.

    The rules of the lower strata run again with each higher one, so that what follows from a closed-world conclusion
    follows too. Raises RuleError when no fixpoint is reached after 100 rounds.
    """
    before = graph.quad_count()
    for stratum in sorted({rule.stratum for rule in rules}):
        active = [rule for rule in rules if rule.stratum <= stratum]
        for count in range(MAX_ROUNDS):
            size = graph.quad_count()
            for rule in active:
                graph.update(rule.insert())
            if report:
                report(f"stratum {stratum}, round {count + 1}: {(graph.quad_count() - before) // 2:,} inferred")
            if graph.quad_count() == size:
                break
        else:
            raise RuleError(f"The rules of stratum {stratum} reach no fixpoint in {MAX_ROUNDS} rounds.")
    return (graph.quad_count() - before) // 2


def build(folder: Path, extra: Sequence[Path] = (), report: Callable[[str], None] | None = None) -> Graph:
    """Load the sources of a data folder, and further Turtle files, and materialise what follows."""
    graph = Graph.of(read_source(path) for path in [*source_files(folder), *extra])
    materialise(graph, rules_of(graph, folder), report)
    return graph
