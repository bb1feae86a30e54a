"""Small random ontologies with facts, within what rules can do, on which the rules are compared with HermiT.

No two ontologies share a name, so that one run of HermiT takes many of them.
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
from glutkg.reasoning.load_and_reason import materialise, rules_of
from glutkg.store.graph import Graph
from glutkg.store.sources import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

GENERATED = BASE + "generated/"
CLASSES, PROPERTIES, INDIVIDUALS = 6, 5, 4
AT_ONCE = 8
"""Ontologies that HermiT takes as one: more would take it longer than several times as many."""


@dataclass(frozen=True, slots=True)
class RandomOntology:
    """A random ontology as Turtle, and its names."""

    text: str
    classes: tuple[str, ...]
    properties: tuple[str, ...]

    def source(self) -> Source:
        """Give it as a source that a graph can load."""
        return Source(Path("generated.ttl"), f"{STATED_GRAPH}/generated/ontology", self.text)

    def questions(self) -> list[tuple[str, str]]:
        """Every property with every class."""
        return [(property_, class_) for property_ in self.properties for class_ in self.classes]


class Generator:
    """Makes an ontology from the choices of a random number generator."""

    def __init__(self, random: Random, name: str) -> None:
        self._random = random
        self._name = name
        self._classes = [self._iri(f"K{number}") for number in range(CLASSES)]
        self._properties = [self._iri(f"r{number}") for number in range(PROPERTIES)]
        self._individuals = [self._iri(f"a{number}") for number in range(INDIVIDUALS)]
        self._inverse, self._self = self._iri("back"), self._iri("tie")

    def make(self) -> RandomOntology:
        """Make one."""
        properties = [*self._properties, self._inverse, self._self]
        lines = [f"{class_} a <{OWL}Class> ." for class_ in self._classes]
        lines += [f"{property_} a <{OWL}ObjectProperty> ." for property_ in properties]
        lines += self._hierarchies() + self._property_axioms() + self._class_axioms() + self._facts()
        classes, relations = (tuple(name[1:-1] for name in names) for names in (self._classes, properties))
        return RandomOntology("\n".join(lines), classes, relations)

    def _iri(self, local: str) -> str:
        return f"<{GENERATED}{local}-{self._name}>"

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _class(self) -> str:
        return self._random.choice(self._classes)

    def _individual(self) -> str:
        return self._random.choice(self._individuals)

    def _property(self) -> str:
        return self._random.choice(self._properties)

    def _some_lines(self, most: int, line: Callable[[], str]) -> list[str]:
        return [line() for _ in range(self._random.randint(0, most))]

    def _hierarchies(self) -> list[str]:
        """Class hierarchies may have cycles; properties only lead to later ones, as OWL demands of chains."""
        lines = self._some_lines(4, lambda: f"{self._class()} <{RDFS}subClassOf> {self._class()} .")
        for _ in range(self._random.randint(0, 2)):
            one, other = sorted(self._random.sample(self._properties, 2))
            lines.append(f"{one} <{RDFS}subPropertyOf> {other} .")
        return lines

    def _property_axioms(self) -> list[str]:
        lines = [
            f"{property_} a <{OWL}TransitiveProperty> ." for property_ in self._properties[3:] if self._chance(0.3)
        ]
        if self._chance(0.4):
            first, second, whole = (self._properties[index] for index in sorted(self._random.sample(range(5), 3)))
            links = self._random.choice(
                [f"{first} {second}", f"{second} {first}", f"{whole} {first}", f"{first} {whole}"]
            )
            lines.append(f"{whole} <{OWL}propertyChainAxiom> ( {links} ) .")
        if self._chance(0.4):
            lines.append(f"{self._inverse} <{OWL}inverseOf> {self._properties[self._random.choice((0, 0, 3))]} .")
            if self._chance(0.7):
                links = f"{self._inverse} {self._self} {self._properties[1]}"
                lines.append(f"{self._properties[4]} <{OWL}propertyChainAxiom> ( {links} ) .")
        elif self._chance(0.2):
            lines.append(f"{self._properties[0]} a <{OWL}SymmetricProperty> .")
        if self._chance(0.1):
            lines.append(f"{self._properties[2]} <{OWL}equivalentProperty> {self._properties[3]} .")
        if self._chance(0.3):
            class_ = (
                self._class() if self._chance(0.7) else self._list("intersectionOf", [self._class(), self._class()])
            )
            lines.append(f"{self._property()} <{RDFS}domain> {class_} .")
        if self._chance(0.2):
            lines.append(f"{self._property()} <{RDFS}range> {self._class()} .")
        return lines

    def _class_axioms(self) -> list[str]:
        lines = self._some_lines(2, lambda: f"{self._class()} <{OWL}equivalentClass> {self._left_side(2, False)} .")
        lines += self._some_lines(2, lambda: f"{self._left_side(2, True)} <{RDFS}subClassOf> {self._class()} .")
        lines += self._some_lines(2, lambda: f"{self._class()} <{RDFS}subClassOf> {self._some(self._class())} .")
        if self._chance(0.4):
            filler = self._restriction(self._self, "hasSelf", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>')
            lines.append(f"{self._class()} <{RDFS}subClassOf> {filler} .")
        if self._chance(0.2):
            subclass, value = self._class(), self._restriction(self._property(), "hasValue", self._individual())
            lines.append(f"{subclass} <{RDFS}subClassOf> {value} .")
        return lines

    def _facts(self) -> list[str]:
        lines = [f"{individual} a {self._class()} ." for individual in self._individuals]
        lines += self._some_lines(5, lambda: f"{self._individual()} {self._property()} {self._class()} .")
        lines += self._some_lines(4, lambda: f"{self._individual()} {self._property()} {self._individual()} .")
        return lines + self._some_lines(3, lambda: f"{self._class()} {self._property()} {self._class()} .")

    def _left_side(self, depth: int, with_unions: bool) -> str:
        """A class expression for a left side."""
        if depth and self._chance(0.5):
            return self._list("intersectionOf", [self._class(), self._inner(depth - 1, with_unions)])
        if depth and with_unions and self._chance(0.3):
            return self._list("unionOf", [self._inner(depth - 1, with_unions), self._class()])
        return self._some(self._inner(depth - 1, with_unions) if depth else self._class())

    def _inner(self, depth: int, with_unions: bool) -> str:
        return self._class() if depth <= 0 or self._chance(0.3) else self._left_side(depth, with_unions)

    def _some(self, filler: str) -> str:
        return self._restriction(self._property(), "someValuesFrom", filler)

    @staticmethod
    def _restriction(property_: str, word: str, filler: str) -> str:
        return f"[ a <{OWL}Restriction> ; <{OWL}onProperty> {property_} ; <{OWL}{word}> {filler} ]"

    @staticmethod
    def _list(word: str, members: Iterable[str]) -> str:
        return f"[ a <{OWL}Class> ; <{OWL}{word}> ( {' '.join(members)} ) ]"


@dataclass(frozen=True, slots=True)
class RandomComparison:
    """How many ontologies were compared, how many the compiler refused, and the result of the comparison."""

    compared: int
    refused: int
    types: Comparison
    relations: Comparison


def ontologies(number: int, first: int = 0) -> list[RandomOntology]:
    """Make a number of ontologies, always the same ones; `first` is the seed to begin with."""
    seeds = range(first, first + number)
    return [Generator(Random(seed), str(seed)).make() for seed in seeds]  # noqa: S311 - they need not be secret


def compare(ontologies: Iterable[RandomOntology], folder: Path, timeout: float = TIMEOUT) -> RandomComparison:
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
    return RandomComparison(len(reasoned), len(given) - len(reasoned), types, relations)


def reason(ontology: RandomOntology, folder: Path) -> Graph | None:
    """Materialise an ontology by the rules that OWL entails; None when the compiler refuses it."""
    graph = Graph.of([ontology.source()])
    try:
        materialise(graph, [rule for rule in rules_of(graph, folder) if rule.entailed])
    except RuleError:
        return None
    return graph
