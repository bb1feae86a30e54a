"""Which axioms rules can be compiled from: those of OWL that a rule reads, well-formed; others are refused by place.

Every term of OWL and RDFS that a graph uses is either read by a rule, or needs none because it can only contradict, or
is refused. Nothing is dropped silently.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import OWL, RDF, RDFS, curie
from glutkg.reasoning.term_kinds import ANNOTATIONS, misplaced
from glutkg.relations import reached

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.errors import AxiomError
    from glutkg.reasoning.axioms import AxiomIndex, AxiomTriple

    Fault = tuple[AxiomTriple, str]

SUPPORTED = frozenset(
    [
        *(RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")),
        *(OWL + name for name in ("equivalentClass", "equivalentProperty", "propertyChainAxiom", "inverseOf")),
        *(OWL + name for name in ("intersectionOf", "unionOf", "complementOf")),
        *(OWL + name for name in ("onProperty", "someValuesFrom", "allValuesFrom", "hasValue", "hasSelf")),
        *(RDF + name for name in ("first", "rest")),
    ]
)
"""The predicates that the rules are compiled from or that they read themselves."""

ONLY_CONTRADICTORY = frozenset(
    [
        *(
            OWL + name
            for name in ("disjointWith", "propertyDisjointWith", "differentFrom", "members", "distinctMembers")
        ),
        *(OWL + name for name in ("AllDisjointClasses", "AllDisjointProperties", "AllDifferent")),
        *(OWL + name for name in ("AsymmetricProperty", "IrreflexiveProperty", "NegativePropertyAssertion")),
        OWL + "Nothing",
        *(OWL + name for name in ("sourceIndividual", "assertionProperty", "targetIndividual", "targetValue")),
    ]
)
"""Axioms that can only contradict: no rule can conclude anything from them; HermiT finds the contradictions."""

DECLARATIONS = frozenset(
    [
        *(OWL + name for name in ("Class", "Restriction", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")),
        *(OWL + name for name in ("NamedIndividual", "Thing", "TransitiveProperty", "SymmetricProperty")),
        *(OWL + name for name in ("Ontology", "Axiom", "Annotation")),
        *(OWL + name for name in ("DeprecatedClass", "DeprecatedProperty", "OntologyProperty")),
    ]
)
"""The types that declare something, or that a rule reads."""

_LISTS = tuple(OWL + name for name in ("intersectionOf", "unionOf", "propertyChainAxiom", "members", "distinctMembers"))
_DISTINCT = (OWL + "members", OWL + "distinctMembers")
_EXPRESSIONS = (OWL + "intersectionOf", OWL + "unionOf", OWL + "complementOf", OWL + "onProperty")
_FILLERS = tuple(OWL + name for name in ("someValuesFrom", "allValuesFrom", "hasValue", "hasSelf"))
_ENDS = frozenset({OWL + "Thing", OWL + "Nothing", RDF + "nil"})
_ALL = frozenset({RDFS + "Literal", RDFS + "Resource"})
"""What vocabularies in RDFS name as the ends of a property that has any."""
_DATATYPES = frozenset(
    (
        *(OWL + name for name in ("real", "rational")),
        *(RDF + name for name in ("PlainLiteral", "langString", "XMLLiteral", "HTML", "JSON")),
    )
)
_CHOICES = (RDF + "first", RDF + "rest", *_EXPRESSIONS, *_FILLERS)


def check_axioms(axioms: AxiomIndex) -> None:
    """Refuse the first axiom that no rule reads, or that is malformed. Raises AxiomError with name and place."""
    for error in refusals(axioms):
        raise error


def refusals(axioms: AxiomIndex) -> Iterator[AxiomError]:
    """Refuse each axiom that no rule reads, or that is malformed: a broken list, a nested expression, and so on."""
    for faults in (_vocabulary, _terms, _kinds, _denials, _reflections, _choices, _lists, _nesting):
        yield from (axioms.refusal(axiom, reason) for axiom, reason in faults(axioms))


def _vocabulary(axioms: AxiomIndex) -> Iterator[Fault]:
    """An axiom has no term of OWL or RDFS but those that rules read, those that only contradict, and annotations."""
    known = SUPPORTED | ONLY_CONTRADICTORY | ANNOTATIONS
    for predicate in axioms.predicates():
        if predicate.startswith((OWL, RDFS)) and predicate not in known:
            yield from (
                ((subject, predicate, object_), _unread(predicate)) for subject, object_ in axioms.pairs(predicate)
            )
    for subject, type_ in axioms.pairs(RDF + "type"):
        if type_.startswith('"'):
            yield (subject, RDF + "type", type_), f"{type_} is text, where a class belongs. Name it."
        if type_.startswith("_:"):
            yield (subject, RDF + "type", type_), "its type is an expression. Give the class a name."
        if type_.startswith(OWL) and type_ not in DECLARATIONS | ONLY_CONTRADICTORY:
            yield (subject, RDF + "type", type_), _unread(type_)


def _kinds(axioms: AxiomIndex) -> Iterator[Fault]:
    """An axiom has classes where classes belong, datatypes where datatypes do, and properties of one kind."""
    for predicate in axioms.predicates():
        for subject, object_ in axioms.pairs(predicate):
            axiom = (subject, predicate, object_)
            if reason := misplaced(axiom, axioms.types, axioms.objects, axioms.members):
                yield axiom, reason


def _denials(axioms: AxiomIndex) -> Iterator[Fault]:
    """A negative assertion has an individual, a property, and one target."""
    nodes = {s for s, type_ in axioms.pairs(RDF + "type") if type_ == OWL + "NegativePropertyAssertion"}
    nodes |= {s for s, _ in axioms.pairs(OWL + "sourceIndividual")}
    for node in sorted(nodes):
        counts = [len(axioms.objects(node, OWL + name)) for name in ("sourceIndividual", "assertionProperty")]
        targets = [end for name in ("targetIndividual", "targetValue") for end in axioms.objects(node, OWL + name)]
        if [*counts, len(targets)] != [1, 1, 1]:
            axiom = (node, RDF + "type", OWL + "NegativePropertyAssertion")
            yield axiom, "a negative assertion has one individual, one property and one target. Write all three."


def _reflections(axioms: AxiomIndex) -> Iterator[Fault]:
    """What has itself as a value says so by true, and nothing excludes itself."""
    for subject, object_ in axioms.pairs(OWL + "hasSelf"):
        if object_ != '"true"':
            yield (subject, OWL + "hasSelf", object_), "owl:hasSelf takes true alone. Write it."
    for subject, object_ in axioms.pairs(OWL + "disjointWith"):
        if subject == object_:
            axiom = (subject, OWL + "disjointWith", object_)
            yield axiom, "it excludes itself. Write rdfs:subClassOf owl:Nothing."


def _unread(term: str) -> str:
    instead = "Express it in another way, or move it into a shape"
    return f"no rule reads {curie(term)}. {instead}; 'glutkg justify --inconsistent --with FILE' reads it."


def _terms(axioms: AxiomIndex) -> Iterator[Fault]:
    """An axiom is about classes and properties: not about a literal, or a term of OWL itself."""
    lists = _lists_of_axioms(axioms)
    for predicate in sorted({*SUPPORTED, OWL + "disjointWith", OWL + "propertyDisjointWith"} - {OWL + "hasSelf"}):
        for subject, object_ in axioms.pairs(predicate):
            if predicate in (RDF + "first", RDF + "rest") and subject not in lists:
                continue
            axiom = (subject, predicate, object_)
            if object_.startswith('"'):
                yield axiom, _of_text(axioms, axiom)
            if predicate == OWL + "disjointWith" and OWL + "Thing" in (subject, object_):
                yield axiom, "it is about everything there is (owl:Thing). Name the class it is about."
            if object_.startswith("_:") and predicate == OWL + "hasValue":
                yield axiom, "its value is a blank node. Give it a name."
            known = _ENDS | _ALL if predicate in (RDFS + "domain", RDFS + "range") else _ENDS
            own = [end for end in (subject, object_) if end.startswith((OWL, RDF, RDFS)) and end not in known]
            if own and own[0] in _DATATYPES:
                yield axiom, f"no rule reads the datatype {curie(own[0])}. Use one of XML Schema."
            if own:
                yield axiom, f"{curie(own[0])} is a term of OWL itself. Use a name of your own."


def _of_text(axioms: AxiomIndex, axiom: AxiomTriple) -> str:
    """Say what is wrong with a text in an axiom: that it is none of a thing, or that no rule reads values of data."""
    subject, predicate, text = axiom
    property_ = axioms.value(subject, OWL + "onProperty") or ""
    if predicate == OWL + "hasValue" and OWL + "DatatypeProperty" in axioms.types(property_):
        return f"no rule reads that {curie(property_)} has the value {text}. Express it in another way, or as a shape."
    return f"{text} is text, where a name belongs. Write the name."


def _lists_of_axioms(axioms: AxiomIndex) -> set[str]:
    """Give the nodes of the lists that axioms name: what other lists hold is data, whatever it is."""
    owl = [predicate for predicate in axioms.predicates() if predicate.startswith(OWL)]
    heads = [head for predicate in owl for _, head in axioms.pairs(predicate)]
    return set(reached(heads, lambda node: axioms.objects(node, RDF + "rest")))


def _choices(axioms: AxiomIndex) -> Iterator[Fault]:
    """Each part of an expression stands there once, an expression is of one sort, and it is a blank node."""
    for predicate in _CHOICES:
        for subject, object_ in axioms.pairs(predicate):
            axiom = (subject, predicate, object_)
            if len(axioms.objects(subject, predicate)) > 1:
                yield axiom, f"it has {curie(predicate)} twice at one node. Write an axiom for each."
            if predicate in _EXPRESSIONS and not subject.startswith("_:"):
                yield axiom, f"{curie(predicate)} stands at a name. Write owl:equivalentClass [ … ] around it."
            if predicate in _EXPRESSIONS + _FILLERS:
                alike = _EXPRESSIONS if predicate in _EXPRESSIONS else _FILLERS
                other = next((one for one in alike if one != predicate and axioms.objects(subject, one)), None)
                if other:
                    reason = f"it has both {curie(predicate)} and {curie(other)}. Write an expression for each."
                    yield axiom, reason


def _lists(axioms: AxiomIndex) -> Iterator[Fault]:
    """A list has members, and an end."""
    for predicate in _LISTS:
        for subject, head in axioms.pairs(predicate):
            axiom = (subject, predicate, head)
            if head == RDF + "nil":
                yield axiom, "its list is empty. Write the members, or remove the axiom."
            seen: set[str] = set()
            cell: str | None = head
            while cell != RDF + "nil":
                if cell is None or cell in seen or axioms.value(cell, RDF + "first") is None:
                    yield axiom, "its list is broken. Write the members in round brackets."
                    break
                seen.add(cell)
                cell = axioms.value(cell, RDF + "rest")
            members = axioms.members(head)
            twice = next((name for name in members if members.count(name) > 1), None)
            if twice and predicate in _DISTINCT:
                yield axiom, f"{curie(twice)} stands in its list twice. Name each once."


def _nesting(axioms: AxiomIndex) -> Iterator[Fault]:
    """No expression contains itself."""
    inside: dict[str, list[str]] = {}
    found: dict[tuple[str, str], AxiomTriple] = {}
    for predicate in sorted(SUPPORTED):
        for subject, object_ in axioms.pairs(predicate):
            if subject.startswith("_:") and object_.startswith("_:"):
                inside.setdefault(subject, []).append(object_)
                found[subject, object_] = (subject, predicate, object_)
    try:
        TopologicalSorter(inside).prepare()
    except CycleError as error:
        inner, outer, *_ = error.args[1]
        yield found[outer, inner], "an expression in it contains itself. Give that a name."
