"""SHACL in words: what a constraint asks of a value, and what each property of a shape wants to be given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from glutkg.rdf.collections import members
from glutkg.rdf.namespaces import SH, curie
from glutkg.rdf.terms import Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glutkg.store.graph import Graph

_KINDS = {
    "IRI": "an IRI",
    "Literal": "a literal",
    "BlankNode": "a blank node",
    "BlankNodeOrIRI": "an IRI or a blank node",
    "BlankNodeOrLiteral": "a literal or a blank node",
    "IRIOrLiteral": "an IRI or a literal",
}
_ASKED = {
    "MinCount": "At least {minCount} values are asked for, and there are fewer",
    "MaxCount": "At most {maxCount} values are allowed, and there are more",
    "Datatype": "The value has to be of the datatype {datatype}",
    "Class": "The value has to be a member of {class}",
    "NodeKind": "The value has to be {nodeKind}",
    "MinLength": "The value has to have at least {minLength} characters",
    "MaxLength": "The value may have at most {maxLength} characters",
    "Pattern": "The value has to match the pattern {pattern}",
    "LanguageIn": "The value has to be in one of the languages {languageIn}",
    "UniqueLang": "There may be one text only in each language",
    "MinInclusive": "The value has to be at least {minInclusive}",
    "MinExclusive": "The value has to be more than {minExclusive}",
    "MaxInclusive": "The value may be at most {maxInclusive}",
    "MaxExclusive": "The value has to be less than {maxExclusive}",
    "Equals": "The values have to be those of {equals}",
    "Disjoint": "The value may not be one of {disjoint}, too",
    "LessThan": "The value has to be less than each of {lessThan}",
    "LessThanOrEquals": "The value may be at most each of {lessThanOrEquals}",
    "HasValue": "The value {hasValue} is asked for, and is missing",
    "In": "The value has to be one of {in}",
    "Closed": "The shape is closed, and does not name this property",
    "Node": "The value has to conform to {node}",
    "Not": "The value conforms to {not}, to which it may not",
    "And": "The value has to conform to each of {and}",
    "Or": "The value has to conform to one or more of {or}",
    "Xone": "The value has to conform to exactly one of {xone}",
    "QualifiedMinCount": "At least {qualifiedMinCount} values of the qualified shape are asked for",
    "QualifiedMaxCount": "At most {qualifiedMaxCount} values of the qualified shape are allowed",
}
"""What a constraint asks, by the name of its component; in braces the parameters of the shape."""
_OF_ONE = {
    "minCount": "A value is asked for, and there is none.",
    "maxCount": "One value is allowed, and there are more.",
    "minLength": "The value has to have at least one character.",
    "maxLength": "The value may have at most one character.",
    "qualifiedMinCount": "A value of the qualified shape is asked for, and there is none.",
    "qualifiedMaxCount": "One value of the qualified shape is allowed, and there are more.",
}
"""What is asked where the parameter is 1."""
_LISTS = ("in", "languageIn", "and", "or", "xone")
_MANY, _FEW = 100, 10
"""Of more values in a list than many, a few are named."""
_NUMBER, _IRI, _SWITCH = "a whole number", "the IRI of {}", "true or false"
_WANTED = {
    **dict.fromkeys(("minCount", "maxCount", "minLength", "maxLength"), _NUMBER),
    **dict.fromkeys(("qualifiedMinCount", "qualifiedMaxCount"), _NUMBER),
    **dict.fromkeys(("uniqueLang", "closed", "deactivated", "qualifiedValueShapesDisjoint"), _SWITCH),
    **dict.fromkeys(("equals", "disjoint", "lessThan", "lessThanOrEquals"), _IRI.format("a property")),
    **dict.fromkeys(("targetSubjectsOf", "targetObjectsOf"), _IRI.format("a property")),
    **dict.fromkeys(("and", "or", "xone"), "a list of shapes in brackets"),
    **dict.fromkeys(("minInclusive", "maxInclusive", "minExclusive", "maxExclusive"), "one literal"),
    **dict.fromkeys(("pattern", "flags", "select", "ask"), "a text"),
    **dict.fromkeys(("node", "property", "not", "qualifiedValueShape"), "a shape"),
    "class": _IRI.format("a class"),
    "targetClass": _IRI.format("a class"),
    "datatype": _IRI.format("a datatype"),
    "nodeKind": "one of sh:BlankNode, sh:IRI, sh:Literal, sh:BlankNodeOrIRI, sh:BlankNodeOrLiteral, sh:IRIOrLiteral",
    "in": "a list in brackets",
    "languageIn": "a list of languages in brackets",
    "ignoredProperties": "a list of properties in brackets",
    "path": "a property, or a path whose brackets hold two steps or more",
    "message": "a text",
    "severity": "sh:Violation, sh:Warning, sh:Info or the IRI of a severity of your own",
    "prefixes": "the IRI that declares the prefixes",
}
"""What a property of a shape has to be given, by its name in SHACL."""


def asked(component: str, shape: str, shapes: Graph, only: Term | None = None) -> str | None:
    """Say what a constraint of a shape asks, by its component, or of one of its values what only that asks.

    None of a component that is not SHACL's own.

    >>> from glutkg.store.graph import Graph
    >>> asked(SH + "UniqueLangConstraintComponent", "x:S", Graph())
    'There may be one text only in each language.'
    """
    words = _ASKED.get(component.removeprefix(SH).removesuffix("ConstraintComponent"))
    if words is None:
        return None
    head, brace, rest = words.partition("{")
    if not brace:
        return f"{words}."
    name, _, end = rest.partition("}")
    values = [only] if only else [value for _, _, value in shapes.triples(shape, SH + name)]
    given = " and ".join(sorted(_shown(value, name, shapes) for value in values))
    of_one = _OF_ONE.get(name) if given == "1" else None
    said = of_one or f"{head}{given or 'what the shape says'}{end}."
    qualified = _qualified(shape, shapes) if name.startswith("qualified") else ""
    return f"{said.removesuffix('.')} ({qualified})." if qualified else said


def _qualified(shape: str, shapes: Graph) -> str:
    """Name the qualified shape of a shape, or give what stands in its brackets, so that shapes side by side differ."""
    found = [value for _, _, value in shapes.triples(shape, SH + "qualifiedValueShape")]
    return "; ".join(sorted(_short(one) if one.kind == "iri" else _within(one, shapes) for one in found))


def _within(node: Term, shapes: Graph) -> str:
    """Give what stands in the brackets of a shape, but for further brackets."""
    inner = (triple for triple in shapes.triples(node.name) if node.kind == "blank")
    return "; ".join(sorted(f"{curie(p.value)} {_short(o)}" for _, p, o in inner if o.kind != "blank"))


def _shown(value: Term, name: str, shapes: Graph) -> str:
    if name == "nodeKind":
        return _KINDS.get(value.value.removeprefix(SH), curie(value.value))
    if name in _LISTS and value.kind != "literal":
        listed = members(value, lambda node, of: _one(shapes, node, of))
        return _listed([_named(one, shapes) for one in listed]) or "none at all"
    return _named(value, shapes)


def _named(value: Term, shapes: Graph) -> str:
    if value.kind != "blank":
        return _short(value)
    within = _within(value, shapes)
    return f"a shape without a name{within and f' ({within})'}"


def _listed(values: Sequence[str]) -> str:
    """List values, of many the first."""
    few = values if len(values) <= _MANY else values[:_FEW]
    more = f", and {len(values) - _FEW:,} more" if len(few) < len(values) else ""
    return ", ".join(few) + more


def _one(graph: Graph, node: Term, predicate: str) -> Term | None:
    return next((value for _, _, value in graph.triples(node.name, predicate)), None)


def _short(term: Term) -> str:
    if term.kind == "literal":
        return f"{term.value}@{term.language}" if term.language else term.value
    return curie(term.value)


def malformed(predicate: str | None, component: str, value: Term | None, said: str) -> str:
    """Say what is wrong with a shape, or with what one of its properties is given, else what was said of it.

    >>> malformed(SH + "minCount", SH + "DatatypeConstraintComponent", Term("literal", "x"), "")
    "sh:minCount has to be given a whole number, and has 'x'. Correct it"
    """
    word, name = curie(predicate or ""), (predicate or "").removeprefix(SH)
    if component == SH + "XoneConstraintComponent":
        return "What a shape of a node and what a shape of a property may say is mixed. Leave one of the two out"
    if name not in _WANTED:
        return f"The shape is not as SHACL has it ({said.rstrip('.')}). Correct it"
    if component == SH + "MaxCountConstraintComponent":
        return f"{word} is given more than once. Give it once"
    if component == SH + "MinCountConstraintComponent":
        return f"{word} is missing. Give {_WANTED[name]}"
    has = f", and has '{curie(value.value)}'" if value and value.kind != "blank" else ""
    return f"{word} has to be given {_WANTED[name]}{has}. Correct it"


_STOPPED = {
    r"Path traversal depth is too much!?": "Its path contains itself, or goes too deep. Write it without a circle",
    r"Validation path too deep!.*|maximum recursion depth exceeded.*": (
        "The shape leads through more shapes, each in the one before, than can be followed. Write fewer in one another"
    ),
    r".*A Recursive Shape was detected.*": (
        "The shape leads back to itself, and by the data to the same node, which is not read. Write it without a circle"
    ),
    r".*at most one (?P<of>sh:\w+) predicate.*": "{of} is given more than once. Give it once",
}


def stopped(said: str) -> str:
    """Say why a shape cannot be used, by what the validator says of it.

    >>> stopped("Path traversal depth is too much!")
    'Its path contains itself, or goes too deep. Write it without a circle'
    """
    for pattern, words in _STOPPED.items():
        if found := re.fullmatch(pattern, said.strip(), re.DOTALL):
            return words.format(**found.groupdict())
    return f"The shape cannot be used: {said}"
