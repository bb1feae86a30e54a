"""From the files of a data folder to the reasoned graph: sources loaded, rules read or compiled, conclusions added."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import RuleError
from glutkg.rdf.namespaces import OWL, RDF, RDFS, STATED_GRAPH, XSD
from glutkg.rdf.terms import Term
from glutkg.reasoning.axioms import AxiomIndex
from glutkg.reasoning.compiler import Readable, compile_axioms, compile_readable
from glutkg.reasoning.nesting_limits import too_deep
from glutkg.reasoning.rule import Rule, read_rule
from glutkg.reasoning.stratification import check_strata
from glutkg.reasoning.term_kinds import ANNOTATIONS, is_note
from glutkg.relations import grouped
from glutkg.resources import rule_files, source_files, stated_file
from glutkg.store.graph import Graph
from glutkg.store.shapes_in_files import refuse_shapes
from glutkg.store.sources import read_source
from glutkg.store.turtle_lines import triple_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.axioms import AxiomTriple
    from glutkg.reasoning.coded_graph import CodedGraph
    from glutkg.store.turtle_lines import TripleLines


def rules_of(graph: Graph, folder: Path, axioms: AxiomIndex | None = None) -> list[Rule]:
    """Give all rules for a graph: the files of `rules/`, and those compiled from its axioms, which may be given.

    Raises RuleError for an axiom outside what rules can do, with its name and place.
    """
    return _with_written(compile_axioms(axioms or axioms_of(graph, folder)), folder)


def readable_rules_of(axioms: AxiomIndex, folder: Path) -> Readable:
    """Give all rules as `rules_of` does, without the axioms outside what rules can do, and what refuses each of these.

    Raises RuleError for a rule of `rules/`.
    """
    found = compile_readable(axioms)
    return found._replace(rules=_with_written(found.rules, folder))


def _with_written(compiled: Sequence[Rule], folder: Path) -> list[Rule]:
    written = [read_rule(path) for path in rule_files(folder)]
    check_strata(written, folder)
    return sorted([*written, *compiled], key=lambda rule: rule.stratum)


def is_axiom(triple: Triple) -> bool:
    """Tell whether rules may be compiled from a triple, alone or with others."""
    predicate, object_ = triple[1].value, triple[2].value
    return _speaks(predicate) or (predicate == RDF + "type" and object_.startswith(_TYPES))


_TYPES = (OWL, RDFS + "Datatype", XSD)
"""How the types begin that matter to axioms."""


def _speaks(predicate: str) -> bool:
    is_known = predicate.startswith((OWL, RDFS, RDF + "first", RDF + "rest"))
    return is_known and predicate not in ANNOTATIONS


def axiom_triples(graph: Graph) -> list[AxiomTriple]:
    """Give the triples of axioms that a graph states."""
    predicates = graph.names("SELECT DISTINCT ?predicate WHERE { ?subject ?predicate ?object }")
    triples = [
        (_name(s), p.value, _name(o))
        for predicate in sorted(filter(_speaks, (name[1:-1] for (name,) in predicates)))
        for s, p, o in graph.triples(None, predicate)
    ]
    starts = " || ".join(f"STRSTARTS(STR(?type), '{start}')" for start in _TYPES)
    is_axiom_type = f"!isIRI(?type) || {starts}"
    types = {
        name for (name,) in graph.names(f"SELECT DISTINCT ?type WHERE {{ ?thing a ?type FILTER({is_axiom_type}) }}")
    }
    named = sorted(name[1:-1] for name in types if name.startswith("<"))
    typed = [triple for name in named for triple in graph.triples(None, RDF + "type", name)]
    if len(named) < len(types):  # look-ups, not the query, give blank nodes the names that they have elsewhere
        typed += [triple for triple in graph.triples(None, RDF + "type") if triple[2].kind != "iri"]
    triples += [(thing.name, type_.value, _name(object_)) for thing, type_, object_ in typed]
    return triples


def axioms_of(graph: Graph, folder: Path | None = None) -> AxiomIndex:
    """Read the axioms that a graph states; with the data folder, their places can be told by line.

    Raises RuleError for axioms, and facts of transitive relations, that go too deep.
    """
    triples, lines = axiom_triples(graph), cache(lambda path: triple_lines(read_source(path).text))
    if deep := too_deep(triples, _transitive_facts(graph, triples)):
        place = _place(graph, folder, deep.axiom, lines)
        raise RuleError(f"{place}: {deep.message}" if place else deep.message, deep.axiom)
    types = grouped((s, o) for s, p, o in triples if p == RDF + "type")
    triples = [triple for triple in triples if not is_note(triple, lambda name: types.get(name, ()))]
    return AxiomIndex(triples, lambda axiom: _place(graph, folder, axiom, lines))


def _transitive_facts(graph: Graph, axioms: Sequence[AxiomTriple]) -> list[AxiomTriple]:
    """Give the facts of relations that are transitive by an axiom."""
    names = [
        s for s, p, o in axioms if p == RDF + "type" and o == OWL + "TransitiveProperty" and not s.startswith("_:")
    ]
    return [(s.name, p.value, o.name) for name in names for s, p, o in graph.triples(None, name) if o.kind != "literal"]


def _name(term: Term) -> str:
    return f'"{term.value}"' if term.kind == "literal" else term.name


def _place(graph: Graph, folder: Path | None, axiom: AxiomTriple, lines: Callable[[Path], TripleLines]) -> str:
    """Tell the file of an axiom, and the line where it is known by the lines of the file."""
    object_ = None if axiom[2].startswith('"') else axiom[2]
    names = [name for name in graph.graph_names("stated") if any(graph.triples(axiom[0], axiom[1], object_, name))]
    file = names[0].removeprefix(f"{STATED_GRAPH}/") if names else ""
    path = stated_file(folder, file) if folder and file else None
    if not path or not path.is_file():
        return file
    known = ["" if name.startswith("_:") else name for name in axiom]
    line = lines(path).line(known[0], known[1], known[2])
    return f"{path}:{line}" if line else str(path)


def materialise(
    graph: Graph,
    rules: Sequence[Rule],
    report: Callable[[str], None] | None = None,
    coded: CodedGraph | None = None,
) -> int:
    """Add to a graph what rules conclude from it; give the number of inferred triples.

    Where the graph is given in codes, too, what is inferred is added to these as well.

    The rules of the lower strata go on with each higher one, so that what follows from a closed-world conclusion
    follows too. Of several rules that conclude a triple, the first is on record. Raises RuleError when there is no end
    to it, LimitError when memory does not suffice.
    """
    from glutkg.reasoning.coded_graph import code, infer  # which import numpy

    found = infer(coded or code(graph), rules, report)
    graph.load(found.conclusion_quads(blank=False), found.conclusion_quads(blank=True))
    return found.count


def write_reasoned(
    graph: Graph, rules: Sequence[Rule], store: Path, report: Callable[[str], None] | None = None
) -> None:
    """Write what a graph states, and what rules conclude from it, as a new store; the graph is emptied on the way.

    What follows goes straight from the coded triples into the store, as text, without a copy in memory.
    """
    from glutkg.reasoning.coded_graph import code, infer  # which import numpy

    coded = code(graph, of_sources=True)
    graph.clear()
    found = infer(coded, rules, report)
    Graph.write(store, found.quads(blank=False), found.quads(blank=True))


def reason_into(
    store: Path, folder: Path, report: Callable[[str], None] | None = None, extra: Sequence[Path] = ()
) -> list[Rule]:
    """Reason over the sources of a data folder, and write the reasoned graph as a new store; return its rules.

    `extra` are further files of claims; those with shapes in them raise SourceError.
    """
    added = [read_source(path) for path in extra]
    for source in added:
        refuse_shapes(source)
    graph = Graph.of([*map(read_source, source_files(folder)), *added])
    rules = rules_of(graph, folder)
    write_reasoned(graph, rules, store, report)
    return rules


class Reasoning(NamedTuple):
    """A reasoned graph, and the rules that made it."""

    graph: Graph
    rules: Sequence[Rule]


def reason(folder: Path, extra: Sequence[Path] = (), report: Callable[[str], None] | None = None) -> Reasoning:
    """Load the sources of a data folder, and further Turtle files, and materialise what follows."""
    graph = Graph.of(read_source(path) for path in [*source_files(folder), *extra])
    rules = rules_of(graph, folder)
    materialise(graph, rules, report)
    return Reasoning(graph, rules)


def build(folder: Path, extra: Sequence[Path] = (), report: Callable[[str], None] | None = None) -> Graph:
    """Give the graph that `reason` makes."""
    return reason(folder, extra, report).graph
