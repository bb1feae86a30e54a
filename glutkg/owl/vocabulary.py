"""The vocabulary of OWL that HermiT is given, and what of an ontology it cannot be given, each with the reason."""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from glutkg.owl.hermit_patterns import PatternError, for_automaton
from glutkg.rdf.datatypes import is_well_typed
from glutkg.rdf.namespaces import OWL, RDF, RDFS, RULE_LANGUAGES, XSD, curie, rule_language
from glutkg.rdf.terms import TYPE
from glutkg.relations import grouped, reached

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from glutkg.rdf.terms import Term, Triple

BUILT_IN = (RDF, RDFS, OWL, XSD, *RULE_LANGUAGES)
"""The namespaces whose terms are not those of an ontology itself."""

DATATYPES = frozenset(
    {
        *(XSD + name for name in ("decimal", "integer", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger")),
        *(XSD + name for name in ("negativeInteger", "long", "int", "short", "byte", "unsignedLong", "unsignedInt")),
        *(XSD + name for name in ("unsignedShort", "unsignedByte", "double", "float", "string", "normalizedString")),
        *(XSD + name for name in ("token", "language", "Name", "NCName", "NMTOKEN", "boolean", "hexBinary")),
        *(XSD + name for name in ("base64Binary", "anyURI", "dateTime", "dateTimeStamp")),
        *(OWL + name for name in ("real", "rational")),
        *(RDF + name for name in ("PlainLiteral", "XMLLiteral")),
        RDFS + "Literal",
    }
)
"""The datatypes of the OWL 2 datatype map, which HermiT knows."""

_OF_DATATYPES = (XSD, RDF + "langString")
_LENGTHS = frozenset(XSD + name for name in ("length", "minLength", "maxLength"))
FACETS = _LENGTHS | {XSD + name for name in ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "pattern")}

AXIOMS = frozenset(
    {
        *(RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")),
        *(OWL + name for name in ("equivalentClass", "disjointWith", "disjointUnionOf", "members", "hasKey")),
        *(OWL + name for name in ("propertyChainAxiom", "inverseOf", "equivalentProperty", "propertyDisjointWith")),
        *(OWL + name for name in ("sameAs", "differentFrom", "distinctMembers", "sourceIndividual")),
        *(OWL + name for name in ("topObjectProperty", "bottomObjectProperty")),
        *(OWL + name for name in ("topDataProperty", "bottomDataProperty")),
    }
)
"""The predicates that an axiom begins with, beside rdf:type and the properties of an ontology."""

_CARDINALITIES = frozenset(
    OWL + name
    for name in (
        *("cardinality", "minCardinality", "maxCardinality"),
        *("qualifiedCardinality", "minQualifiedCardinality", "maxQualifiedCardinality"),
    )
)
_MOST = 2**31 - 1
"""The highest number that HermiT counts to: it drops an axiom with a higher one, and says nothing."""

_MOMENTS = (XSD + "dateTime", XSD + "dateTimeStamp")
_LONG_YEAR = re.compile(r"-?\d{5}")
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no text of XML Schema has."""
_PRIVATE_OR_WIDE = re.compile("\\[[^\\]]*-[\ue000-\U0010ffff]")
"""A range of characters that ends among those which HermiT is given others for."""

EXPRESSIONS = frozenset(
    {
        *(RDF + name for name in ("first", "rest", "langRange")),
        *(OWL + name for name in ("intersectionOf", "unionOf", "complementOf", "oneOf", "datatypeComplementOf")),
        *(OWL + name for name in ("onProperty", "someValuesFrom", "allValuesFrom", "hasValue", "hasSelf")),
        *(OWL + name for name in ("onClass", "onDataRange")),
        *_CARDINALITIES,
        *(OWL + name for name in ("onDatatype", "withRestrictions", "assertionProperty", "targetIndividual")),
        OWL + "targetValue",
        OWL + "inverseOf",
        *FACETS,
    }
)
"""The predicates within an axiom."""

_BETWEEN_PROPERTIES = {
    RDFS + "subPropertyOf",
    *(OWL + name for name in ("inverseOf", "equivalentProperty", "propertyDisjointWith")),
}
_OF_PROPERTIES = _BETWEEN_PROPERTIES | {RDFS + "domain", RDFS + "range", OWL + "propertyChainAxiom"}
_CHARACTERISTICS = {
    f"{OWL}{name}Property"
    for name in (
        *("Functional", "InverseFunctional", "Transitive", "Symmetric", "Asymmetric"),
        *("Reflexive", "Irreflexive"),
    )
}

TYPES = frozenset(
    {
        *(OWL + name for name in ("Class", "Restriction", "DataRange", "NamedIndividual", "Thing", "Nothing")),
        *(OWL + name for name in ("ObjectProperty", "DatatypeProperty")),
        *(OWL + name for name in ("DeprecatedClass", "DeprecatedProperty", "OntologyProperty")),
        *_CHARACTERISTICS,
        *(OWL + name for name in ("AllDifferent", "AllDisjointClasses", "AllDisjointProperties")),
        OWL + "NegativePropertyAssertion",
        *(RDFS + name for name in ("Class", "Datatype")),
        *(RDF + name for name in ("List", "Property")),
    }
)
"""The types of OWL and RDFS that an axiom may give."""


CIRCLE = "it contains itself. Give a name to what stands in brackets."
DEEPEST = 100
"""Brackets that may stand within each other."""
DEEP = f"it has more than {DEEPEST} brackets within each other. Give names to inner expressions."
BEYOND_WORDS = (CIRCLE, DEEP)
"""The reasons for which an axiom cannot be written out."""
_REST = RDF + "rest"


def unread(root: Triple, triples: Sequence[Triple], is_property: Callable[[Term], bool]) -> str | None:
    """Give the reason for which HermiT cannot be given an axiom, which begins with `root`; None when it can."""
    if reason := of_no_axiom(root):
        return reason
    if root[1] != TYPE and root[1].value.startswith(BUILT_IN) and root[1].value not in AXIOMS:
        word = curie(root[1].value)
        return f"{word} begins no axiom of OWL. Write an expression in brackets, and an axiom around it."
    if _contains_itself(triples):
        return CIRCLE
    if _goes_deep(root, triples):
        return DEEP
    return next((reason for triple in triples if (reason := _unread(triple, is_property))), None)


def of_definition(
    datatype: Term, definitions: Mapping[Term, Sequence[Triple]], inside: Mapping[Term, Sequence[Term]]
) -> str | None:
    """Give the reason for which a datatype has no definition that OWL reads; of each it is given what stands in it."""
    name = curie(datatype.value)
    if len(definitions[datatype]) != 1:
        found = (
            "two definitions. Keep one" if definitions[datatype] else "no definition. Write one (owl:equivalentClass)"
        )
        return f"{name} is a datatype with {found}."
    if datatype in reached(inside[datatype], lambda one: inside[one]):
        return f"{name} is defined by itself. Define it by other datatypes."
    return None


def of_no_axiom(triple: Triple) -> str | None:
    """Give the reason for which a triple belongs to no axiom, if it is a rule or an import."""
    if language := rule_language(triple[1].value) or (rule_language(triple[2].value) if triple[1] == TYPE else None):
        return f"rules in {language} are not read. Express it in axioms of OWL."
    if triple[1].value == OWL + "imports":
        return (
            "owl:imports is not followed. Merge what it names into this file, or add it with a --with FILE of its own."
        )
    return None


def _contains_itself(triples: Iterable[Triple]) -> bool:
    inside = grouped((s, o) for s, _, o in triples if s.kind == o.kind == "blank")
    try:
        TopologicalSorter(inside).prepare()
    except CycleError:
        return True
    return False


def _goes_deep(root: Triple, triples: Iterable[Triple]) -> bool:
    """Tell whether more brackets stand within each other than may; a member stands within its list, wherever there."""
    inside = grouped((s, (p.value == _REST, o)) for s, p, o in triples if s.kind == o.kind == "blank")
    level = {end for end in (root[0], root[2]) if end.kind == "blank"}
    for _ in range(DEEPEST):
        cells = reached(level, lambda node: [o for is_rest, o in inside.get(node, ()) if is_rest])
        level = {o for cell in cells for is_rest, o in inside.get(cell, ()) if not is_rest}
    return bool(level)


def _unread(triple: Triple, is_property: Callable[[Term], bool]) -> str | None:
    subject, predicate, object_ = triple
    if predicate == TYPE and object_.value.startswith((OWL, RDFS)) and object_.value not in TYPES:
        return f"{curie(object_.value)} is no type of OWL 2. Express it in another way."
    if predicate != TYPE and predicate.value.startswith(BUILT_IN) and predicate.value not in AXIOMS | EXPRESSIONS:
        return f"{curie(predicate.value)} is not read. Express it in another way."
    links = (*_properties(subject, predicate, object_), *([object_] if predicate.value == RDF + "first" else []))
    own = next((term for term in links if term != predicate and _is_of_owl_itself(term)), None)
    if own:
        return f"{curie(own.value)} is a term of OWL itself, which nothing may be said of. Use a property of your own."
    for term in _properties(subject, predicate, object_):
        if term.kind == "iri" and not term.value.startswith(BUILT_IN) and not is_property(term):
            name = curie(term.value)
            return f"{name} is not declared. State that it is an owl:ObjectProperty or an owl:DatatypeProperty."
    return _unread_value(predicate, object_)


def _unread_value(predicate: Term, object_: Term) -> str | None:
    if reason := _unread_limit(predicate, object_) or unread_literal(object_):
        return reason
    if predicate.value == OWL + "onDatatype" and object_.value not in DATATYPES:
        return f"HermiT takes limits of a datatype of OWL 2 alone, not of {curie(object_.value)}. Limit one of these."
    datatype = object_.datatype if object_.kind == "literal" else object_.value
    if datatype and datatype not in DATATYPES and (object_.kind == "literal" or datatype.startswith(_OF_DATATYPES)):
        return f"HermiT does not know the datatype {curie(datatype)}. Use one of OWL 2, such as xsd:dateTime."
    return None


def _unread_limit(predicate: Term, object_: Term) -> str | None:
    """Give the reason for which HermiT would take a cardinality or a facet otherwise, or not at all."""
    if predicate.value in FACETS and object_.value == "NaN":
        return f"NaN, which {curie(predicate.value)} has, lies on no side of a number. Write a number."
    if predicate.value in _CARDINALITIES | _LENGTHS and not _is_a_count(object_):
        word = curie(predicate.value)
        return f"{word} needs a whole number from 0 to {_MOST}, and has {object_.n3()}. Correct it."
    return _unread_pattern(object_.value) if predicate.value == XSD + "pattern" else None


def _unread_pattern(pattern: str) -> str | None:
    if _PRIVATE_OR_WIDE.search(pattern):
        return "HermiT reads a range of characters that ends beyond U+DFFF otherwise. Write the characters one by one."
    try:
        for_automaton(pattern)
    except PatternError as error:
        return str(error)
    return None


def unread_literal(term: Term) -> str | None:
    """Give the reason for which HermiT would take a literal for another one, or for one at all; None when it would not.

    Of a literal that a store has spelled anew, the text of the file may be none of its datatype.

    >>> from glutkg.rdf.terms import Term
    >>> unread_literal(Term("literal", "maybe", datatype=XSD + "boolean"))
    "'maybe' is no xsd:boolean. Correct the value, or its datatype."
    """
    if term.kind == "literal" and term.datatype and not is_well_typed(term.value, term.datatype):
        return f"'{term.value}' is no {curie(term.datatype)}. Correct the value, or its datatype."
    if term.kind == "literal" and _NO_CHARACTER.search(term.value):
        return f"{term.n3()} has a control character, which no text of XML Schema has. Take it out."
    if term.datatype in _MOMENTS and _LONG_YEAR.match(term.value):
        return "HermiT reads no year of more than four digits. Leave the value out."
    if term.datatype == XSD + "double" and term.value == "-0":
        return "HermiT takes the xsd:double -0 for 0. Use an xsd:float, or leave the sign out."
    return None


def _is_a_count(term: Term) -> bool:
    digits = term.value.isdecimal() and len(term.value) <= len(str(_MOST)) and int(term.value) <= _MOST
    return digits and term.kind == "literal" and term.datatype == XSD + "integer"  # as the store spells all whole ones


def _is_of_owl_itself(term: Term) -> bool:
    """Tell whether a term is a property that RDF, RDFS or OWL is written in."""
    namespace, _, name = term.value.rpartition("#")
    is_reserved = term.kind == "iri" and f"{namespace}#" in (RDF, RDFS, OWL) and name[:1].islower()
    return (
        is_reserved and not name.startswith(("top", "bottom")) and name not in ("nil", "langString", "real", "rational")
    )


def _properties(subject: Term, predicate: Term, object_: Term) -> tuple[Term, ...]:
    """Give the terms of a triple that must be properties."""
    if predicate.value in _OF_PROPERTIES or (predicate == TYPE and object_.value in _CHARACTERISTICS):
        return (subject, object_) if predicate.value in _BETWEEN_PROPERTIES else (subject,)
    return (object_,) if predicate.value in (OWL + "onProperty", OWL + "assertionProperty") else (predicate,)
