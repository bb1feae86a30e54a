"""Whether an axiom is whole: what HermiT would drop without a word, as the mapping of OWL to RDF has no such form."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from glutkg.rdf.collections import members
from glutkg.rdf.namespaces import OWL, RDF, RDFS, XSD, curie
from glutkg.rdf.terms import TYPE, Term, from_name
from glutkg.reasoning.term_kinds import misplaced, wrong_value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from glutkg.rdf.terms import Triple

    Parts = Mapping[str, Sequence[Term]]
    Kinds = Callable[[Term], Collection[str]]


def _owl(*names: str) -> tuple[str, ...]:
    return tuple(OWL + name for name in names)


_QUALIFIED = _owl("qualifiedCardinality", "minQualifiedCardinality", "maxQualifiedCardinality")
_FILLERS = (
    *_owl("someValuesFrom", "allValuesFrom", "hasValue", "hasSelf", "cardinality", "minCardinality", "maxCardinality"),
    *_QUALIFIED,
)
_COUNTED = _owl("onClass", "onDataRange")
_SORTS = _owl(
    *("intersectionOf", "unionOf", "complementOf", "oneOf", "onProperty", "datatypeComplementOf", "onDatatype")
)
_SOURCE, _ASSERTION, *_TARGETS = _owl("sourceIndividual", "assertionProperty", "targetIndividual", "targetValue")
_FIRST, _REST, _NIL = RDF + "first", RDF + "rest", Term("iri", RDF + "nil")
_ONCE = (*_SORTS, *_FILLERS, *_COUNTED, OWL + "withRestrictions", _FIRST, _REST, _SOURCE, _ASSERTION, *_TARGETS)
_OF_CLASSES = (*_owl("intersectionOf", "unionOf", "disjointUnionOf"),)
_EXCLUDING = _owl("disjointWith", "propertyDisjointWith")
_OF_OTHERS = _owl("members", "distinctMembers", "disjointUnionOf")
"""The lists whose members exclude each other: HermiT leaves out a member that stands there twice."""
_LISTS = (
    *_OF_CLASSES,
    *_owl("oneOf", "propertyChainAxiom", "members", "distinctMembers", "hasKey", "withRestrictions"),
)
_CLASSES = (
    *(RDFS + name for name in ("subClassOf", "domain", "range")),
    *_owl("equivalentClass", "disjointWith", "complementOf", "someValuesFrom", "allValuesFrom", "onClass"),
    TYPE.value,
)
"""The predicates whose objects are classes, or ranges of data."""
_NAMES = frozenset(
    (
        *_CLASSES,
        RDFS + "subPropertyOf",
        *_owl("equivalentProperty", "propertyDisjointWith", "inverseOf", "onProperty", "onDataRange", "onDatatype"),
        *_owl("datatypeComplementOf", "sameAs", "differentFrom"),
        *(_SOURCE, _ASSERTION, _TARGETS[0], _REST),
    )
)
"""The predicates whose objects are no literals."""


def malformed(triples: Sequence[Triple], kinds: Kinds) -> str | None:
    """Give the reason for which the triples of an axiom make none; None when it is whole.

    `kinds` gives the types by which a name is declared.

    >>> a, b, sub = (Term("iri", name) for name in ("http://e/a", "http://e/b", RDFS + "subClassOf"))
    >>> malformed([(a, sub, b)], lambda _: ())
    >>> malformed([(a, sub, Term("literal", "b"))], lambda _: ())
    '"b" is text, where a name belongs. Write the name.'
    """
    about: dict[Term, dict[str, list[Term]]] = {}
    for subject, predicate, object_ in triples:
        about.setdefault(subject, {}).setdefault(predicate.value, []).append(object_)
    nodes = (parts for node, parts in about.items() if node.kind == "blank")
    return next(
        chain(
            (reason for triple in triples for reason in _of_triple(*triple, about, kinds)),
            (reason for parts in nodes for reason in _of_node(parts)),
        ),
        None,
    )


def _of_triple(
    subject: Term, predicate: Term, object_: Term, about: Mapping[Term, Parts], kinds: Kinds
) -> Iterator[str]:
    name = predicate.value
    if object_.kind == "literal" and name in _NAMES:
        yield f"{object_.n3()} is text, where a name belongs. Write the name."
    if OWL + "topDataProperty" in (subject.value, object_.value) and name != RDFS + "subPropertyOf":
        yield "owl:topDataProperty may stand above others (rdfs:subPropertyOf) alone. Name a property of your own."
    if name == OWL + "hasKey" and subject.kind == "blank":
        yield "HermiT reads no key of a class without a name. Name the class (owl:equivalentClass)."
    if name in _CLASSES and _is_hollow(object_, about):
        yield f"{curie(name)} has brackets that say nothing. Write what stands in them."
    if name in _LISTS:
        yield from _of_list(name, object_, about)
    if name in _EXCLUDING and subject == object_:
        yield f"it excludes itself by {curie(name)}. Say that it has no member, by owl:Nothing."
    wrong = misplaced(
        (subject.name, name, _plain(object_)),
        lambda one: _types(from_name(one), about, kinds),
        lambda node, property_: map(_plain, about.get(from_name(node), {}).get(property_, ())),
        lambda head: map(_plain, _members(from_name(head), about)),
    )
    yield from [wrong] if wrong else []
    yield from _of_value(predicate, object_, kinds)


def _types(term: Term, about: Mapping[Term, Parts], kinds: Kinds) -> list[str]:
    """Give the types of a name, or of brackets; those that list texts are a datatype, those that list names a class."""
    heads = about.get(term, {}).get(OWL + "oneOf", ()) if term.kind == "blank" else ()
    first = (member for head in heads for member in _members(head, about)[:1])
    return [*kinds(term), *(RDFS + "Datatype" if one.kind == "literal" else OWL + "Class" for one in first)]


def _of_value(property_: Term, value: Term, kinds: Kinds) -> Iterator[str]:
    """A property of objects has none that is a literal, and a property of data has no other."""
    wrong = wrong_value(property_.value, _plain(value), kinds(property_))
    yield from [wrong] if wrong else []


def _plain(term: Term) -> str:
    return term.n3() if term.kind == "literal" else term.name


def _is_hollow(term: Term, about: Mapping[Term, Parts]) -> bool:
    return term.kind == "blank" and not about.get(term, {}).keys() - {TYPE.value}


def _of_list(name: str, head: Term, about: Mapping[Term, Parts]) -> Iterator[str]:
    """A list is written in brackets, to its end; its members are names, unless it lists literals."""
    cells, cell = [], head
    while cell.kind == "blank" and cell not in cells:
        cells.append(cell)
        cell = next(iter(about.get(cell, {}).get(_REST, ())), cell)
    found = _members(head, about)
    if cell != _NIL or len(found) != len(cells):
        yield f"the list of {curie(name)} is broken. Write the members in round brackets."
    twice = next((member for member in found if found.count(member) > 1), None) if name in _OF_OTHERS else None
    if twice:
        yield f"{curie(twice.name)} stands in its list twice. Name each once."
    text = next((member for member in found if member.kind == "literal"), None)
    if text and (name != OWL + "oneOf" or any(member.kind != "literal" for member in found)):
        yield f"{text.n3()} is text, where a name belongs. Write the name."
    if name in _OF_CLASSES and any(_is_hollow(member, about) for member in found):
        yield f"{curie(name)} has brackets that say nothing. Write what stands in them."


def _members(head: Term, about: Mapping[Term, Parts]) -> list[Term]:
    return members(head, lambda node, part: next(iter(about.get(node, {}).get(part, ())), None))


def _of_node(parts: Parts) -> Iterator[str]:
    twice = next((name for name in _ONCE if len(parts.get(name, ())) > 1), None)
    if twice:
        yield f"it has {curie(twice)} twice at one node. Write an axiom for each."
    yield from _at_most_one(parts, _SORTS)
    yield from _of_restriction(parts)
    if (OWL + "onDatatype" in parts) != (OWL + "withRestrictions" in parts):
        yield "owl:onDatatype and owl:withRestrictions belong together. Write both."
    if _SOURCE in parts:
        yield from _of_denial(parts)


def _of_restriction(parts: Parts) -> Iterator[str]:
    present = [name for name in _FILLERS if name in parts]
    restricts = present or Term("iri", OWL + "Restriction") in parts.get(TYPE.value, ())
    if (restricts or OWL + "onProperty" in parts) and not (present and OWL + "onProperty" in parts):
        yield f"its restriction has no {'owl:onProperty' if present else 'values'}. Add {_added(present)}."
    if any((value.value, value.datatype) != ("true", XSD + "boolean") for value in parts.get(OWL + "hasSelf", ())):
        yield "owl:hasSelf takes true alone. Write true, or a complement around it."
    yield from _at_most_one(parts, _FILLERS)
    yield from _at_most_one(parts, _COUNTED)
    if any(name in parts for name in _QUALIFIED) != any(name in parts for name in _COUNTED):
        yield "owl:onClass, or owl:onDataRange, and a qualified cardinality belong together. Write both."


def _added(present: Collection[str]) -> str:
    return "it" if present else "owl:someValuesFrom, or what it says of them"


def _of_denial(parts: Parts) -> Iterator[str]:
    targets = [target for name in _TARGETS for target in parts.get(name, ())]
    if _ASSERTION not in parts or len(targets) != 1:
        yield "a negative assertion has one owl:assertionProperty and one target. Write both."


def _at_most_one(parts: Parts, names: Iterable[str]) -> Iterator[str]:
    present = [name for name in names if name in parts]
    if len(present) > 1:
        yield f"it has both {curie(present[0])} and {curie(present[1])}. Write an expression for each."
