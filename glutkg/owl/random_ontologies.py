"""Small random ontologies with claims, inside what rules can do, to compare the rules with an OWL reasoner on.

Names of different ontologies are different, so that one reasoner run takes many of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from glutkg.errors import RuleError
from glutkg.owl.audit import Comparison, QueryClasses, compare_relations, compare_types
from glutkg.owl.hermit import TIMEOUT, Hermit
from glutkg.owl.lift import lift, logical
from glutkg.rdf.namespaces import BASE, OWL, RDFS, STATED_GRAPH
from glutkg.reasoning.materialise import materialise, rules_of
from glutkg.store.graph import Graph
from glutkg.store.sources import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

GENERATED = BASE + "generated/"
KINDS, RELATIONS, THINGS = 6, 5, 4
AT_ONCE = 8
"""Ontologies that HermiT takes as one: more would take it longer than several times as many."""


@dataclass(frozen=True, slots=True)
class Generated:
    """One ontology as Turtle, and its names."""

    text: str
    kinds: tuple[str, ...]
    relations: tuple[str, ...]

    def source(self) -> Source:
        """Give it as a source that a graph can load."""
        return Source(Path("generated.ttl"), f"{STATED_GRAPH}/generated/ontology", self.text)

    def questions(self) -> list[tuple[str, str]]:
        """Every relation with every kind."""
        return [(relation, kind) for relation in self.relations for kind in self.kinds]


class Maker:
    """Makes an ontology of what a random number generator chooses."""

    def __init__(self, random: Random, name: str) -> None:
        self._random = random
        self._name = name
        self._kinds = [self._iri(f"K{number}") for number in range(KINDS)]
        self._relations = [self._iri(f"r{number}") for number in range(RELATIONS)]
        self._things = [self._iri(f"a{number}") for number in range(THINGS)]
        self._inverse, self._self = self._iri("back"), self._iri("tie")

    def make(self) -> Generated:
        """Make one."""
        relations = [*self._relations, self._inverse, self._self]
        lines = [f"{kind} a <{OWL}Class> ." for kind in self._kinds]
        lines += [f"{relation} a <{OWL}ObjectProperty> ." for relation in relations]
        lines += self._hierarchies() + self._relation_axioms() + self._class_axioms() + self._facts()
        bare = [tuple(name[1:-1] for name in names) for names in (self._kinds, relations)]
        return Generated("\n".join(lines), bare[0], bare[1])

    def _iri(self, local: str) -> str:
        return f"<{GENERATED}{local}-{self._name}>"

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _kind(self) -> str:
        return self._random.choice(self._kinds)

    def _thing(self) -> str:
        return self._random.choice(self._things)

    def _relation(self) -> str:
        return self._random.choice(self._relations)

    def _some_lines(self, most: int, line: Callable[[], str]) -> list[str]:
        return [line() for _ in range(self._random.randint(0, most))]

    def _hierarchies(self) -> list[str]:
        """Class hierarchies may have cycles; relations only lead to later ones, as OWL asks of chains."""
        lines = self._some_lines(4, lambda: f"{self._kind()} <{RDFS}subClassOf> {self._kind()} .")
        for _ in range(self._random.randint(0, 2)):
            one, other = sorted(self._random.sample(self._relations, 2))
            lines.append(f"{one} <{RDFS}subPropertyOf> {other} .")
        return lines

    def _relation_axioms(self) -> list[str]:
        lines = [f"{relation} a <{OWL}TransitiveProperty> ." for relation in self._relations[3:] if self._chance(0.3)]
        if self._chance(0.4):
            first, second, whole = (self._relations[index] for index in sorted(self._random.sample(range(5), 3)))
            links = self._random.choice(
                [f"{first} {second}", f"{second} {first}", f"{whole} {first}", f"{first} {whole}"]
            )
            lines.append(f"{whole} <{OWL}propertyChainAxiom> ( {links} ) .")
        if self._chance(0.4):
            lines.append(f"{self._inverse} <{OWL}inverseOf> {self._relations[self._random.choice((0, 0, 3))]} .")
            if self._chance(0.7):
                links = f"{self._inverse} {self._self} {self._relations[1]}"
                lines.append(f"{self._relations[4]} <{OWL}propertyChainAxiom> ( {links} ) .")
        elif self._chance(0.2):
            lines.append(f"{self._relations[0]} a <{OWL}SymmetricProperty> .")
        if self._chance(0.1):
            lines.append(f"{self._relations[2]} <{OWL}equivalentProperty> {self._relations[3]} .")
        if self._chance(0.3):
            class_ = self._kind() if self._chance(0.7) else self._list("intersectionOf", [self._kind(), self._kind()])
            lines.append(f"{self._relation()} <{RDFS}domain> {class_} .")
        if self._chance(0.2):
            lines.append(f"{self._relation()} <{RDFS}range> {self._kind()} .")
        return lines

    def _class_axioms(self) -> list[str]:
        lines = self._some_lines(2, lambda: f"{self._kind()} <{OWL}equivalentClass> {self._asked(2, False)} .")
        lines += self._some_lines(2, lambda: f"{self._asked(2, True)} <{RDFS}subClassOf> {self._kind()} .")
        lines += self._some_lines(2, lambda: f"{self._kind()} <{RDFS}subClassOf> {self._some(self._kind())} .")
        if self._chance(0.4):
            filler = self._restriction(self._self, "hasSelf", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>')
            lines.append(f"{self._kind()} <{RDFS}subClassOf> {filler} .")
        if self._chance(0.2):
            lines.append(
                f"{self._kind()} <{RDFS}subClassOf> {self._restriction(self._relation(), 'hasValue', self._thing())} ."
            )
        return lines

    def _facts(self) -> list[str]:
        lines = [f"{thing} a {self._kind()} ." for thing in self._things]
        lines += self._some_lines(5, lambda: f"{self._thing()} {self._relation()} {self._kind()} .")
        lines += self._some_lines(4, lambda: f"{self._thing()} {self._relation()} {self._thing()} .")
        return lines + self._some_lines(3, lambda: f"{self._kind()} {self._relation()} {self._kind()} .")

    def _asked(self, depth: int, with_unions: bool) -> str:
        """An expression for a left side."""
        if depth and self._chance(0.5):
            return self._list("intersectionOf", [self._kind(), self._inner(depth - 1, with_unions)])
        if depth and with_unions and self._chance(0.3):
            return self._list("unionOf", [self._inner(depth - 1, with_unions), self._kind()])
        return self._some(self._inner(depth - 1, with_unions) if depth else self._kind())

    def _inner(self, depth: int, with_unions: bool) -> str:
        return self._kind() if depth <= 0 or self._chance(0.3) else self._asked(depth, with_unions)

    def _some(self, filler: str) -> str:
        return self._restriction(self._relation(), "someValuesFrom", filler)

    @staticmethod
    def _restriction(relation: str, word: str, filler: str) -> str:
        return f"[ a <{OWL}Restriction> ; <{OWL}onProperty> {relation} ; <{OWL}{word}> {filler} ]"

    @staticmethod
    def _list(word: str, members: Iterable[str]) -> str:
        return f"[ a <{OWL}Class> ; <{OWL}{word}> ( {' '.join(members)} ) ]"


@dataclass(frozen=True, slots=True)
class Trial:
    """How many ontologies were compared, how many were refused, and what the comparison found."""

    compared: int
    refused: int
    types: Comparison
    relations: Comparison


def ontologies(number: int, first: int = 0) -> list[Generated]:
    """Make so many ontologies, always the same ones; `first` goes on where another call ended."""
    seeds = range(first, first + number)
    return [Maker(Random(seed), str(seed)).make() for seed in seeds]  # noqa: S311 - they need not be secret


def compare(ontologies: Iterable[Generated], folder: Path, timeout: float = TIMEOUT) -> Trial:
    """Let the rules, on one ontology after the other, and HermiT, on some at a time, reason, and compare the results.

    The rules come from a data folder; `timeout` is in seconds. Raises what `Hermit.realize` raises.
    """
    given = list(ontologies)
    reasoned = [(ontology, graph) for ontology in given if (graph := reason(ontology, folder)) is not None]
    queries = QueryClasses.of(question for ontology, _ in reasoned for question in ontology.questions())
    everything = Graph.of(ontology.source() for ontology, _ in reasoned)
    shares = []
    for start in range(0, len(reasoned), AT_ONCE):
        share = [ontology for ontology, _ in reasoned[start : start + AT_ONCE]]
        asked = {question for ontology in share for question in ontology.questions()}
        shares.append([*logical(lift(Graph.of(ontology.source() for ontology in share))), *queries.axioms(asked)])
    found = Hermit(timeout).realize(*shares)
    for _, graph in reasoned:
        everything.take_inferred(graph)
    types, relations = compare_types(everything, found), compare_relations(everything, queries, found)
    return Trial(len(reasoned), len(given) - len(reasoned), types, relations)


def reason(ontology: Generated, folder: Path) -> Graph | None:
    """Materialise an ontology by the rules; None when the compiler refuses it."""
    graph = Graph.of([ontology.source()])
    try:
        materialise(graph, rules_of(graph, folder))
    except RuleError:
        return None
    return graph
