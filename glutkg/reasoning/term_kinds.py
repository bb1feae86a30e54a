"""What each name is by its declarations (class, datatype, or property of a kind), and whether an axiom has it in place.

OWL 2 lets a name be a class and an individual or a property, but no property of two kinds, and no class and datatype.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import OWL, RDF, RDFS, XSD, curie

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    Types = Callable[[str], Collection[str]]
    Objects = Callable[[str, str], Iterable[str]]
    Members = Callable[[str], Iterable[str]]
    _Kinds = Callable[[str], frozenset[str]]

ANNOTATIONS = frozenset(
    [
        *(RDFS + name for name in ("label", "comment", "seeAlso", "isDefinedBy")),
        *(OWL + name for name in ("versionInfo", "versionIRI", "priorVersion", "deprecated", "imports")),
        *(OWL + name for name in ("annotatedSource", "annotatedProperty", "annotatedTarget")),
        *(OWL + name for name in ("backwardCompatibleWith", "incompatibleWith")),
    ]
)
"""Predicates that a reasoner ignores."""
ABOUT_PROPERTIES = (RDFS + "subPropertyOf", RDFS + "domain", RDFS + "range")
"""What, said of an annotation property, means nothing to a reasoner."""

_CLASS, _DATATYPE = OWL + "Class", RDFS + "Datatype"
OBJECT, DATA, ANNOTATION = OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty"
_OF_TYPE = {
    **{name: name for name in (_CLASS, _DATATYPE, OBJECT, DATA, ANNOTATION)},
    OWL + "Restriction": _CLASS,
    OWL + "DataRange": _DATATYPE,
}
"""The kinds, each named by the type that declares it."""
_BUILT_IN = {
    **{OWL + name: _CLASS for name in ("Thing", "Nothing")},
    **{OWL + name: _DATATYPE for name in ("real", "rational")},
    **{RDF + name: _DATATYPE for name in ("langString", "PlainLiteral", "XMLLiteral", "HTML", "JSON")},
    RDFS + "Literal": _DATATYPE,
    **{OWL + f"{end}ObjectProperty": OBJECT for end in ("top", "bottom")},
    **{OWL + f"{end}DataProperty": DATA for end in ("top", "bottom")},
    **dict.fromkeys(ANNOTATIONS, ANNOTATION),
}
_EXCLUSIVE = ((OBJECT, DATA), (OBJECT, ANNOTATION), (DATA, ANNOTATION), (_CLASS, _DATATYPE))
_PROPERTIES = frozenset({OBJECT, DATA, ANNOTATION})

_TYPE = RDF + "type"
_BEFORE_CLASSES = frozenset(
    [_TYPE, RDFS + "subClassOf", RDFS + "domain", *(OWL + name for name in ("disjointWith", "complementOf", "onClass"))]
)
_AFTER_CLASSES = frozenset([RDFS + "subClassOf", OWL + "disjointWith", OWL + "disjointUnionOf"])
_BETWEEN_PROPERTIES = frozenset(
    [RDFS + "subPropertyOf", *(OWL + name for name in ("equivalentProperty", "propertyDisjointWith", "inverseOf"))]
)
_OF_RELATIONS = frozenset([OWL + "inverseOf", OWL + "propertyChainAxiom"])
_CHARACTERISTICS = frozenset(
    f"{OWL}{name}Property"
    for name in ("InverseFunctional", "Transitive", "Symmetric", "Asymmetric", "Reflexive", "Irreflexive")
)
"""What only a relation can be."""
_PROPERTY_AT = {
    OWL + "hasValue": OWL + "onProperty",
    **{OWL + name: OWL + "assertionProperty" for name in ("targetIndividual", "targetValue")},
}
"""What names a value, and what names the property that is said to have it, at the same node."""
_QUANTIFIED = (OWL + "someValuesFrom", OWL + "allValuesFrom")


def kinds(name: str, types: Iterable[str]) -> frozenset[str]:
    """Give the kinds of a name, by its types and what OWL has built in.

    >>> sorted(map(curie, kinds("http://e/p", [OWL + "DatatypeProperty", OWL + "FunctionalProperty"])))
    ['owl:DatatypeProperty']
    """
    if name.startswith(XSD):
        return frozenset({_DATATYPE})
    found = {_OF_TYPE[type_] for type_ in types if type_ in _OF_TYPE}
    return frozenset({_BUILT_IN[name]} | found) if name in _BUILT_IN else frozenset(found)


def misplaced(axiom: tuple[str, str, str], types: Types, objects: Objects, members: Members) -> str | None:
    """Give the reason for which a triple of an axiom has a name of a kind that does not belong there, else None.

    IRIs are plain, blank nodes `_:x`, literals in quotes. `types` gives the types of a name, `objects` what stands at a
    blank node after a predicate, and `members` those of a list.

    >>> types = {"http://e/p": [OWL + "DatatypeProperty"], "http://e/A": [OWL + "Class"]}
    >>> misplaced(("http://e/p", RDFS + "range", "http://e/A"), lambda name: types.get(name, ()), lambda *_: (), list)
    'http://e/p is an owl:DatatypeProperty, and http://e/A an owl:Class. Name a datatype, or declare a relation.'
    """
    return next(_reasons(axiom, lambda name: kinds(name, types(name)), objects, members), None)


def _reasons(axiom: tuple[str, str, str], kinds_of: _Kinds, objects: Objects, members: Members) -> Iterator[str]:
    subject, predicate, object_ = axiom
    for name in axiom:
        of_name = kinds_of(name)
        for one, other in _EXCLUSIVE if len(of_name) > 1 else ():
            if one in of_name and other in of_name:
                yield f"{_named(name)} is both {curie(one)} and {curie(other)}. Give each a name of its own."
    yield from _of_classes(subject, predicate, object_, kinds_of)
    yield from _of_properties(subject, predicate, object_, kinds_of)
    if predicate == RDFS + "range":
        yield from _of_filler(subject, object_, kinds_of)
    for property_ in objects(subject, OWL + "onProperty") if predicate in _QUANTIFIED else ():
        yield from _of_filler(property_, object_, kinds_of)
    for property_ in objects(subject, _PROPERTY_AT[predicate]) if predicate in _PROPERTY_AT else ():
        wrong = wrong_value(property_, object_, kinds_of(property_))
        yield from [wrong] if wrong else []
    if predicate == OWL + "propertyChainAxiom" and (data := _first(members(object_), DATA, kinds_of)):
        yield f"{curie(data)} is an owl:DatatypeProperty, which is no link of a chain. Leave it out."
    if predicate == OWL + "members":
        listed = list(members(object_))
        data, relation = _first(listed, DATA, kinds_of), _first(listed, OBJECT, kinds_of)
        if data and relation:
            yield _two(data, DATA, relation, OBJECT, "Make a list of each.")


def _of_classes(subject: str, predicate: str, object_: str, kinds_of: _Kinds) -> Iterator[str]:
    places = [*([object_] if predicate in _BEFORE_CLASSES else []), *([subject] if predicate in _AFTER_CLASSES else [])]
    for name in places:
        if _is_only(name, _DATATYPE, kinds_of):
            yield f"{_named(name)} is a datatype, where a class belongs. Name a class."
    if predicate == OWL + "equivalentClass":
        datatypes = [_is_only(end, _DATATYPE, kinds_of) for end in (subject, object_)]
        classes = [_is_only(end, _CLASS, kinds_of) for end in (subject, object_)]
        if any(datatypes) and any(classes):
            yield f"{_named(subject if datatypes[0] else object_)} is a datatype, and no class. Name a class."


def _of_properties(subject: str, predicate: str, object_: str, kinds_of: _Kinds) -> Iterator[str]:
    own = _PROPERTIES.intersection(kinds_of(subject))
    if predicate in _BETWEEN_PROPERTIES:
        other = _PROPERTIES.intersection(kinds_of(object_))
        if own and other and not own & other:
            yield _two(subject, min(own), object_, min(other), "Relate properties of one kind.")
    of_relations = predicate in _OF_RELATIONS or (predicate == _TYPE and object_ in _CHARACTERISTICS)
    if of_relations and own and OBJECT not in own:
        word = curie(object_ if predicate == _TYPE else predicate)
        yield f"{curie(subject)} is an {curie(min(own))}, and {word} is for relations. Leave that out."


def _of_filler(property_: str, filler: str, kinds_of: _Kinds) -> Iterator[str]:
    own = kinds_of(property_)
    if DATA in own and _is_only(filler, _CLASS, kinds_of):
        yield _two(property_, DATA, filler, _CLASS, "Name a datatype, or declare a relation.")
    if OBJECT in own and _is_only(filler, _DATATYPE, kinds_of):
        yield _two(property_, OBJECT, filler, _DATATYPE, "Name a class, or declare an owl:DatatypeProperty.")


def is_note(axiom: tuple[str, str, str], types: Types) -> bool:
    """Tell whether a triple relates annotation properties, or gives one its ends, which means nothing to a reasoner.

    >>> is_note((RDFS + "label", RDFS + "subPropertyOf", RDFS + "comment"), lambda _: ())
    True
    """
    subject, predicate, object_ = axiom
    ends = (subject, object_) if predicate == RDFS + "subPropertyOf" else (subject,)
    return predicate in ABOUT_PROPERTIES and all(
        _PROPERTIES.intersection(kinds(end, types(end))) == {ANNOTATION} for end in ends
    )


def wrong_value(property_: str, value: str, types: Collection[str]) -> str | None:
    """Give the reason for which a property of some types has no such value: a name, or a literal that is in quotes.

    >>> wrong_value("http://e/p", '"x"', [OWL + "ObjectProperty"])
    'http://e/p is an owl:ObjectProperty, and "x" is text. Write a name.'
    """
    if OBJECT in types and value.startswith('"'):
        return f"{curie(property_)} is an owl:ObjectProperty, and {value} is text. Write a name."
    if DATA in types and not value.startswith('"'):
        return f"{curie(property_)} is an owl:DatatypeProperty, and its value a name. Write a literal."
    return None


def _is_only(name: str, kind: str, kinds_of: _Kinds) -> bool:
    return {*kinds_of(name)} & {_CLASS, _DATATYPE} == {kind}


def _first(names: Iterable[str], kind: str, kinds_of: _Kinds) -> str | None:
    return next((name for name in names if kind in kinds_of(name)), None)


def _two(one: str, its_kind: str, other: str, others_kind: str, advice: str) -> str:
    return f"{_named(one)} is an {curie(its_kind)}, and {_named(other)} an {curie(others_kind)}. {advice}"


def _named(name: str) -> str:
    return "what stands in brackets" if name.startswith("_:") else curie(name)
