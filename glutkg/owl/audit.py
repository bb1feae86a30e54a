"""The rules compared with HermiT: the classes of individuals, the superclasses of classes, and relations to classes.

HermiT lists classes only. Who is related to some member of a class is asked by query classes, one defined class
`property some class` for each question, which are classified along with the ontology.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glutkg.owl.hermit import TIMEOUT, Hermit
from glutkg.owl.lift import existential
from glutkg.rdf.namespaces import BASE, DESCRIBED, OWL, RDF, RDFS
from glutkg.rdf.terms import CLASS, TYPE, Term

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from glutkg.owl.hermit import Realization
    from glutkg.rdf.terms import Triple
    from glutkg.store.graph import Graph

_QUERY = BASE + "query/"
_TOGETHER = 700
"""Query classes in one ontology: its time grows faster than the number of classes."""

Members = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One entailment that only one of the two, `HermiT` or `rules`, has."""

    found_by: str
    subject: str
    predicate: str
    object: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many entailments were compared, and those on which the two reasoners differ."""

    compared: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class QueryClasses:
    """Query classes by IRI, each with its property and the class that fills it."""

    definitions: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> QueryClasses:
        """Name a query class for each pair of property and class."""
        return cls({f"{_QUERY}{number}": pair for number, pair in enumerate(pairs)})

    def axioms(self, pairs: Container[tuple[str, str]]) -> list[Triple]:
        """Give the definitions of the query classes for some pairs as OWL."""
        return [triple for name, pair in self.definitions.items() if pair in pairs for triple in _defined(name, pair)]

    def shares(self) -> Iterator[list[Triple]]:
        """Give all definitions as OWL, in shares to go along with a copy of the ontology each; at least one."""
        pairs = list(self.definitions.values())
        for first in range(0, len(pairs) or 1, _TOGETHER):
            yield self.axioms(set(pairs[first : first + _TOGETHER]))


def _defined(name: str, pair: tuple[str, str]) -> Iterator[Triple]:
    query, expression = Term("iri", name), Term("blank", "query" + name.removeprefix(_QUERY))
    yield query, TYPE, CLASS
    yield query, Term("iri", OWL + "equivalentClass"), expression
    yield from existential(expression, *(Term("iri", part) for part in pair))


def complete_audit(graph: Graph) -> QueryClasses:
    """Choose the query classes that together leave no relation to a class unasked.

    `r some C` is asked for every property and every top class, and for every class whose superclasses all have an
    answer by the rules. Whatever is left unasked lies below a question that the rules answer with nobody; as HermiT is
    asked that one, and must agree, nothing that it could find there is missed.
    """
    classes = _named_classes(graph)
    superclasses: Members = {class_: set() for class_ in classes}
    for subject, _, object_ in graph.triples(None, RDFS + "subClassOf"):
        if subject.value in classes and object_.value in classes and subject != object_:
            superclasses[subject.value].add(object_.value)
    answered = _related(graph, classes)
    properties = sorted(s.value for s, _, _ in graph.triples(None, RDF + "type", OWL + "ObjectProperty"))
    return QueryClasses.of(
        (property_, class_)
        for property_ in properties
        for class_ in sorted(classes)
        if all((property_, above) in answered for above in superclasses[class_])
    )


def realize(ontology: Sequence[Triple], queries: QueryClasses, timeout: float = TIMEOUT) -> Realization:
    """Let HermiT realize an ontology with query classes. Raises what `Hermit.realize` raises."""
    return Hermit(timeout).realize(*([*ontology, *share] for share in queries.shares()))


def compare_types(graph: Graph, realization: Realization) -> Comparison:
    """Compare the named types of every individual and the superclasses of every class with what the rules infer."""
    classes = _named_classes(graph)
    types = {name: found & classes for name, found in realization.types.items()}
    differences: list[Difference] = []
    compared = 0
    for predicate, found in ((RDF + "type", types), (RDFS + "subClassOf", realization.superclasses)):
        inferred = _inferred(graph, predicate, classes)
        for subject in sorted({name for name in found if not name.startswith(_QUERY)} | set(inferred)):
            hermit, rules = (set(part.get(subject, ())) & classes - {subject} for part in (found, inferred))
            compared += len(hermit | rules)
            differences += [Difference("HermiT", subject, predicate, object_) for object_ in sorted(hermit - rules)]
            differences += [Difference("rules", subject, predicate, object_) for object_ in sorted(rules - hermit)]
    return Comparison(compared, tuple(differences))


def compare_relations(graph: Graph, queries: QueryClasses, realization: Realization) -> Comparison:
    """Compare, for each query class, who has the relation by HermiT and by the rules."""
    related = _related(graph, _named_classes(graph))
    members: Members = defaultdict(set)
    for found in (realization.types, realization.superclasses):
        for subject, classes in found.items():
            for name in classes:
                if name.startswith(_QUERY) and not subject.startswith(_QUERY):
                    members[name].add(subject)
    differences: list[Difference] = []
    compared = 0
    for name, pair in queries.definitions.items():
        hermit, rules = members[name], related.get(pair, set())
        compared += len(hermit | rules)
        differences += [Difference("HermiT", subject, *pair) for subject in sorted(hermit - rules)]
        differences += [Difference("rules", subject, *pair) for subject in sorted(rules - hermit)]
    return Comparison(compared, tuple(differences))


def unsatisfiable(realization: Realization) -> tuple[str, ...]:
    """Name the unsatisfiable classes of the ontology; a query class may be one."""
    return tuple(name for name in realization.unsatisfiable if not name.startswith(_QUERY))


def _named_classes(graph: Graph) -> frozenset[str]:
    return frozenset(
        s.value
        for s, _, _ in graph.triples(None, RDF + "type", OWL + "Class")
        if s.kind == "iri" and s.value.startswith(BASE) and not s.value.startswith(DESCRIBED)
    )


def _inferred(graph: Graph, predicate: str, classes: frozenset[str]) -> Members:
    """By the rules: the classes of each individual, or the superclasses of each class."""
    found: Members = defaultdict(set)
    for subject, _, object_ in graph.triples(None, predicate):
        if object_.value in classes and subject.kind == "iri" and not subject.value.startswith(DESCRIBED):
            found[subject.value].add(object_.value)
    return found


def _related(graph: Graph, classes: frozenset[str]) -> dict[tuple[str, str], set[str]]:
    """By the rules: who is related, by each property, to some member of each class."""
    properties = {s.value for s, _, _ in graph.triples(None, RDF + "type", OWL + "ObjectProperty")}
    types = _inferred(graph, RDF + "type", classes)
    related: dict[tuple[str, str], set[str]] = defaultdict(set)
    for property_ in properties:
        for subject, _, object_ in graph.triples(None, property_):
            reached = {object_.value} if object_.value in classes else types.get(object_.value, set())
            for class_ in () if subject.value.startswith(DESCRIBED) else reached:
                related[property_, class_].add(subject.value)
    return related
