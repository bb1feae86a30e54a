"""The lift from triples that name classes to class expressions, which makes of the graph an OWL 2 DL ontology.

`claim glut:target glut:NMDAReceptor` is lifted into `claim a (target some NMDAReceptor)`, and a triple between two
classes, `Lamina I partOf …`, into `Lamina I ⊑ partOf some …`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.owl.vocabulary import BUILT_IN
from glutkg.rdf.namespaces import BASE, OWL, RDF, RDFS, STATED_GRAPH
from glutkg.rdf.terms import CLASS, SUBCLASS_OF, TYPE, Term
from glutkg.reasoning.term_kinds import ABOUT_PROPERTIES, ANNOTATIONS
from glutkg.relations import grouped, reached

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph


DEFINING = {OWL + name for name in ("intersectionOf", "unionOf", "complementOf", "oneOf")}
"""What a class with a name has, too, in ontologies of OWL 1: it is equivalent to that (OWL 2 Mapping, table 18)."""


def lift(graph: Graph, rules: Sequence[Rule] = ()) -> list[Triple]:
    """Give the stated triples, and what closed-world rules concluded from them, with each mention of a class lifted.

    The auxiliary relations, from which rules only conclude others, are left out, and what final rules conclude: said of
    a class, it does not hold of its every member.

    The result is an OWL 2 DL ontology in RDF in which no name is both an individual and a class; blank nodes are kept.

    >>> import glutkg
    >>> kg = glutkg.load()
    >>> len(lift(kg.reasoned, kg.rules)) > len(list(kg.reasoned.triples(graph=STATED_GRAPH)))
    True
    """
    classes = {s.value for s, _, _ in graph.triples(None, RDF + "type", OWL + "Class") if s.kind == "iri"}
    properties = {s.value for s, _, _ in graph.triples(None, RDF + "type", OWL + "ObjectProperty")}
    names = [STATED_GRAPH, *(rule.graph for rule in rules if not rule.entailed and not rule.final)]
    steps = graph.auxiliary()
    stated = sorted({t for name in names for t in graph.triples(graph=name) if t[1].value not in steps})
    return [made for number, triple in enumerate(stated) for made in _lift(triple, classes, properties, number)]


def _lift(triple: Triple, classes: set[str], properties: set[str], number: int) -> Iterator[Triple]:
    subject, predicate, object_ = triple
    if predicate.value in DEFINING and subject.value in classes:
        expression = Term("blank", f"same{number}")
        yield subject, Term("iri", OWL + "equivalentClass"), expression
        yield expression, TYPE, CLASS
        yield expression, predicate, object_
        return
    if predicate.value not in properties or object_.value not in classes:
        yield triple
        return
    expression = Term("blank", f"some{number}")
    yield subject, SUBCLASS_OF if subject.value in classes else TYPE, expression
    yield from existential(expression, predicate, object_)


def existential(expression: Term, property_: Term, filler: Term) -> Iterator[Triple]:
    """Write the existential restriction `property some filler` at a blank node."""
    yield expression, TYPE, Term("iri", OWL + "Restriction")
    yield expression, Term("iri", OWL + "onProperty"), property_
    yield expression, Term("iri", OWL + "someValuesFrom"), filler


def with_individuals(triples: Iterable[Triple]) -> list[Triple]:
    """Declare the individuals of a lifted graph, as OWL 2 DL and the tools that list them expect."""
    kept = list(triples)
    types = [(s, o) for s, p, o in kept if p == TYPE and s.kind == "iri"]
    schema = {s for s, o in types if o.value.startswith(OWL)}
    individuals = sorted({s for s, _ in types} - schema)
    return [*kept, *((individual, TYPE, Term("iri", OWL + "NamedIndividual")) for individual in individuals)]


def logical(triples: Iterable[Triple]) -> list[Triple]:
    """Leave out annotations, which nothing follows from, and declare the individuals that are left.

    A property that is not declared annotates (OWL 2), unless an axiom is about it.
    """
    kept = _without_annotations(list(triples))
    typed = {s for s, p, _ in kept if p == TYPE}
    schema = {s for s, p, o in kept if p == TYPE and o.value.startswith(BUILT_IN)}
    mentioned = {term for s, p, o in kept if p.value.startswith(BASE) for term in (s, o)} | typed
    individuals = sorted(term for term in mentioned - schema if term.kind == "iri")
    return [*kept, *((individual, TYPE, Term("iri", OWL + "NamedIndividual")) for individual in individuals)]


def _without_annotations(triples: list[Triple]) -> list[Triple]:
    types = grouped((o.value.removeprefix(OWL), s) for s, p, o in triples if p == TYPE)
    declared = {*types.get("ObjectProperty", ()), *types.get("DatatypeProperty", ())}
    annotating = {*types.get("AnnotationProperty", ())} - declared
    notes = {term for name in ("Ontology", "Axiom", "Annotation") for term in types.get(name, ())}
    ontologies = {*types.get("Ontology", ())}
    of_axioms = {
        term
        for s, p, o in triples
        if p.value.startswith(BUILT_IN) and p.value not in ANNOTATIONS and s not in notes
        for term in (s, o)
    } - annotating
    kept = [
        (s, p, o)
        for s, p, o in triples
        if p.value not in ANNOTATIONS - {OWL + "imports"}
        and (not annotating & {s, p} or (p.value == RDFS + "subPropertyOf" and o in declared))
        and not (p.value in ABOUT_PROPERTIES and (s.value in ANNOTATIONS or o.value in ANNOTATIONS))
        and (s not in notes or (p.value == OWL + "imports" and o not in ontologies))
        and (p in declared or p in of_axioms or p.value.startswith(BUILT_IN))
    ]
    return _without_what_hangs(kept, set(triples).difference(kept))


def _without_what_hangs(kept: list[Triple], annotations: Iterable[Triple]) -> list[Triple]:
    """Leave out blank nodes of which only annotations speak, such as the list of a closed shape."""
    inside = grouped((s, o) for s, _, o in kept if o.kind == "blank")

    def hanging(triples: Iterable[Triple]) -> set[Term]:
        return set(reached({o for _, _, o in triples if o.kind == "blank"}, lambda node: inside.get(node, ())))

    noted = hanging(annotations)
    noted -= hanging(triple for triple in kept if triple[0] not in noted)
    return [triple for triple in kept if triple[0] not in noted]
