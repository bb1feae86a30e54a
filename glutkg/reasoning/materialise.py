"""From stated triples to the reasoned graph: run the rules until nothing new follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import RuleError
from glutkg.rdf.namespaces import OWL, RDF, RDFS, STATED_GRAPH
from glutkg.rdf.terms import Term
from glutkg.rdf.turtle_lines import places
from glutkg.reasoning.axioms import ANNOTATIONS, AxiomIndex
from glutkg.reasoning.compiler import compile_axioms
from glutkg.reasoning.delta import News
from glutkg.reasoning.rule import Rule, read_rule
from glutkg.reasoning.rule_plans import Plan, Sight
from glutkg.resources import rule_files, source_files
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from glutkg.reasoning.axioms import AxiomTriple

MAX_ROUNDS = 1000


def rules_of(graph: Graph, folder: Path) -> list[Rule]:
    """Give all rules for a graph: the files of `rules/`, and those compiled from the graph's axioms.

    Raises RuleError for an axiom outside what rules can do, with its name and place.
    """
    written = [read_rule(path) for path in rule_files(folder)]
    return sorted([*written, *compile_axioms(axioms_of(graph, folder))], key=lambda rule: rule.stratum)


def axioms_of(graph: Graph, folder: Path | None = None) -> AxiomIndex:
    """Read the axioms that a graph states; with the data folder, their places can be told by line."""
    predicates = graph.names("SELECT DISTINCT ?predicate WHERE { ?subject ?predicate ?object }")
    spoken = [name[1:-1] for (name,) in predicates if name[1:-1].startswith((OWL, RDFS, RDF + "first", RDF + "rest"))]
    triples = [
        (_name(s), p.value, _name(o))
        for predicate in sorted(set(spoken) - ANNOTATIONS)
        for s, p, o in graph.triples(None, predicate)
    ]
    typed = graph.names(f"SELECT ?thing ?type WHERE {{ ?thing a ?type FILTER(STRSTARTS(STR(?type), '{OWL}')) }}")
    triples += [(_bare(thing), RDF + "type", _bare(type_)) for thing, type_ in typed]
    return AxiomIndex(triples, lambda axiom: _place(graph, folder, axiom))


def _name(term: Term) -> str:
    return f"_:{term.value}" if term.kind == "blank" else f'"{term.value}"' if term.kind == "literal" else term.value


def _bare(name: str) -> str:
    return name.removeprefix("<").removesuffix(">")


def _place(graph: Graph, folder: Path | None, axiom: AxiomTriple) -> str:
    """Tell the file of an axiom, and the line where it is known."""
    object_ = None if axiom[2].startswith('"') else axiom[2]
    names = [name for name in graph.graph_names("stated") if any(graph.triples(axiom[0], axiom[1], object_, name))]
    file = names[0].removeprefix(f"{STATED_GRAPH}/") if names else ""
    path = folder / f"{file}.ttl" if folder and file else None
    if not path or not path.is_file():
        return file
    known = ["" if name.startswith("_:") else name for name in axiom]
    line = places(read_source(path).text).line(known[0], known[1], known[2])
    return f"{path}:{line}" if line else str(path)


def materialise(graph: Graph, rules: Sequence[Rule], report: Callable[[str], None] | None = None) -> int:
    """Run rules on a graph, stratum by stratum, until nothing new follows; give the number of inferred triples.

    The rules of the lower strata go on with each higher one, so that what follows from a closed-world conclusion
    follows too. Of several rules that conclude a triple, the first is on record. Raises RuleError when there is no end
    to it after 1,000 rounds.
    """
    strata = sorted({rule.stratum for rule in rules})
    run = _Run(graph, report or (lambda _: None))
    run.settle_schema([rule for rule in rules if rule.entailed])
    plans = run.plans(rules)
    run.learn(plans)
    for stratum in strata:
        starting = [plan for plan in plans if plan.rule.stratum == stratum and (plan.data or not plan.rule.entailed)]
        run.fixpoint(f"stratum {stratum}", [plan for plan in plans if plan.rule.stratum <= stratum], starting)
    return run.inferred


class _Run:
    """Rules at work on a graph."""

    def __init__(self, graph: Graph, report: Callable[[str], None]) -> None:
        self._graph = graph
        self._report = report
        self._sight = Sight(graph)
        self._kinds: set[str] = set()
        self._schema = Graph()
        self._learners: Sequence[Plan] = ()
        self._rounds = 0
        self.inferred = 0

    def plans(self, rules: Iterable[Rule]) -> list[Plan]:
        """Plan how to run each rule."""
        return [Plan(rule, self._sight) for rule in rules]

    def settle_schema(self, rules: Sequence[Rule]) -> None:
        """Conclude first what follows from the schema alone, on a graph that holds nothing else and so is small."""
        self._see_schema()
        small = _Run(self._schema, self._report)
        plans = small.plans(rules)
        for stratum in sorted({rule.stratum for rule in rules}):
            starting = [plan for plan in plans if plan.rule.stratum == stratum]
            small.fixpoint("schema", [plan for plan in plans if plan.rule.stratum <= stratum], starting)
        self._graph.take_inferred(self._schema)
        self.inferred += small.inferred
        if not self._schema.kinds() <= self._kinds:
            self._see_schema()

    def _see_schema(self) -> None:
        self._kinds = self._graph.kinds()
        self._schema = self._graph.part(self._kinds)

    def learn(self, plans: Sequence[Plan]) -> None:
        """Let each plan look up what it asks of the schema, now and whenever something new is about the schema."""
        self._learners = plans
        for plan in plans:
            plan.learn(self._schema)

    def fixpoint(self, name: str, plans: Sequence[Plan], starting: Iterable[Plan]) -> None:
        """Run some plans over everything, and from then on all of them over what is new."""
        write = self._next()
        for update in (update for plan in starting for update in plan.whole(write)):
            self._graph.update(update)
        for count in range(1, MAX_ROUNDS + 1):
            read, write = write, self._next()
            new = read.close()
            self._sight.end_round()
            self.inferred += new
            self._report(f"{name}, round {count}: {self.inferred:,} inferred")
            if not new:
                return
            is_schema_new = not self._learners or read.is_about(self._kinds)
            if is_schema_new and self._learners:
                self._see_schema()
                self.learn(self._learners)
            for update in (update for plan in plans for update in plan.steps(read, write, is_schema_new)):
                self._graph.update(update)
            read.forget()
        raise RuleError(f"The rules of {name} reach no fixpoint in {MAX_ROUNDS} rounds.")

    def _next(self) -> News:
        self._rounds += 1
        return News(self._graph, self._rounds)


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
