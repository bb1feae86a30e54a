"""Shapes of SHACL Core as values, as far as what they ask for is understood here.

A shape is understood when it has a name, when all that it says is read here, and when it says it well-formed. What is
not understood is left to pySHACL, whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import QueryError
from glutkg.rdf.collections import members
from glutkg.rdf.namespaces import RDF, RDFS, SH, XSD
from glutkg.rdf.terms import Term
from glutkg.relations import grouped
from glutkg.sparql.regular_expressions import for_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from glutkg.rdf.terms import Triple
    from glutkg.sparql.regular_expressions import Pattern

NUMBERS = {
    XSD + "integer": re.compile("[+-]?[0-9]{1,999}"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]{1,999}(\.[0-9]{1,999})?"),
}
DATATYPES = {**NUMBERS, XSD + "boolean": re.compile("true|false"), XSD + "string": None, RDF + "langString": None}
"""The datatypes that are known here, with texts that are values of them beyond doubt; None for all texts."""
NODE_KINDS = {
    "IRI": ("iri",),
    "Literal": ("literal",),
    "BlankNode": ("blank",),
    "BlankNodeOrIRI": ("blank", "iri"),
    "BlankNodeOrLiteral": ("blank", "literal"),
    "IRIOrLiteral": ("iri", "literal"),
}
"""The kinds of terms that each kind of nodes takes."""
_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
_IGNORED = ("message", "severity", "name", "description", "prefixes", "select")
"""What changes nothing of what is valid: a query is only asked where `sh:sparql` refers to it."""
_REFERRING, _LISTING = ("node", "property", "not", "qualifiedValueShape"), ("and", "or", "xone")
_OPERATORS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?", "inversePath": "^"}
_MOST_LEVELS = 6
"""Levels of a path, and steps in turn; pySHACL gives up at ten."""
_FIRST, _REST = RDF + "first", RDF + "rest"


class _NotUnderstoodError(Exception):
    """Something is said that is not read here."""


class Path(NamedTuple):
    """A property path: a property (`.`), steps in turn (`/`), choices (`|`), backwards (`^`), repeated (`*+?`)."""

    operator: str
    parts: tuple[Path, ...] = ()
    property: str = ""

    def properties(self) -> list[str]:
        """Give the properties of the path, in order."""
        return [self.property] if self.operator == "." else [one for part in self.parts for one in part.properties()]

    def operators(self) -> set[str]:
        """Give the operators of the path."""
        return {self.operator}.union(*(part.operators() for part in self.parts))


@dataclass(frozen=True, slots=True)
class CoreShape:
    """A shape: its name, the kinds and terms of its targets, the path to its values, its parameters by local names."""

    name: str
    targets: Sequence[tuple[str, Term]]
    path: Path | None
    parameters: Mapping[str, object]

    @property
    def looks_far(self) -> bool:
        """Whether it looks beyond a node, the values of its properties, and their classes."""
        if self.path is None or self.path.operators() <= {".", "|"}:
            return False
        return "^" in self.path.operators() or not {RDF + "type", RDFS + "subClassOf"}.issuperset(
            self.path.properties()
        )


def understood(triples: Iterable[Triple]) -> dict[str, CoreShape]:
    """Give by name the shapes of a shapes graph that are understood, and to which no other shape refers."""
    said = grouped((subject, (predicate.value, object_)) for subject, predicate, object_ in triples)
    return dict(_Reader({subject: grouped(pairs) for subject, pairs in said.items()}).shapes())


class _Reader:
    def __init__(self, said: Mapping[Term, Mapping[str, list[Term]]]) -> None:
        self._said = said

    def shapes(self) -> Iterable[tuple[str, CoreShape]]:
        """Read what can be read: nothing where constraint components of somebody's own may call any property."""
        inner = self._inner()
        if any(SH + "parameter" in about for about in self._said.values()):
            return
        for node, about in self._said.items():
            if node.kind == "iri" and node not in inner:
                try:
                    yield node.value, self._shape(node, about)
                except _NotUnderstoodError:
                    continue

    def _inner(self) -> set[Term]:
        """Give the nodes to which shapes refer as to shapes."""
        said = [
            (name.removeprefix(SH), term) for about in self._said.values() for name in about for term in about[name]
        ]
        lists = [members(head, self._one) for name, head in said if name in _LISTING]
        return {term for name, term in said if name in _REFERRING}.union(*lists)

    def _one(self, node: Term, predicate: str) -> Term | None:
        return next(iter(self._said.get(node, {}).get(predicate, ())), None)

    def _shape(self, node: Term, about: Mapping[str, list[Term]]) -> CoreShape:
        said = {name.removeprefix(SH): terms for name, terms in about.items() if name.startswith(SH)}
        types = {type_.value.removeprefix(SH) for type_ in about.get(RDF + "type", ())} - {"SPARQLConstraint"}
        _require(types == {"PropertyShape" if "path" in said else "NodeShape"})
        _require(all(term.kind == "literal" for term in said.get("message", ())) and len(said.get("severity", ())) <= 1)
        targets = [(kind, term) for kind in _TARGETS for term in said.get(kind, ())]
        _require(all(term.kind == "iri" or (kind, term.kind) == ("targetNode", "literal") for kind, term in targets))
        path = [self._path(term) for term in said.get("path", ())]
        _require(len(path) <= 1)
        left = said.keys() - {*_TARGETS, *_IGNORED, "path"}
        _require(left.isdisjoint(_OF_NODES if path else _OF_PROPERTIES))
        parameters = {name: self._parameter(name, said[name]) for name in sorted(left)}
        _require("closed" in parameters or "ignoredProperties" not in parameters)
        return CoreShape(node.value, targets, path[0] if path else None, parameters)

    def _parameter(self, name: str, terms: Sequence[Term]) -> object:
        _require(name in _READERS and len(terms) == 1)
        return _READERS[name](terms[0], self)

    def collection(self, head: Term) -> list[Term]:
        """Read a collection that is whole."""
        found = members(head, self._one)
        cell: Term | None = head
        for _ in found:
            about = self._said.get(cell, {}) if cell else {}
            _require(len(about.get(_FIRST, ())) == 1 and len(about.get(_REST, ())) == 1)
            cell = about[_REST][0]
        _require(cell == Term("iri", RDF + "nil"))
        return found

    def only_datatype(self, shape: Term) -> Term:
        """Read a nameless shape that asks for a datatype and for nothing else."""
        about = self._said.get(shape, {})
        _require(shape.kind == "blank" and about.keys() == {SH + "datatype"} and len(about[SH + "datatype"]) == 1)
        return about[SH + "datatype"][0]

    def terms(self, head: Term) -> list[Term]:
        """Read a collection of terms that are the same in any graph."""
        found = self.collection(head)
        _require(all(term.kind != "blank" for term in found))
        return found

    def _path(self, node: Term, left: int = _MOST_LEVELS) -> Path:
        """Read a path, so many levels of it at most."""
        _require(left > 0 and node.kind != "literal")
        if node.kind == "iri":
            return Path(".", (), node.value)
        about = self._said.get(node, {})
        if about.keys() == {_FIRST, _REST}:
            return self._steps("/", node, left)
        _require(len(about) == 1)
        ((name, terms),) = about.items()
        _require(name.startswith(SH) and len(terms) == 1)
        if name == SH + "alternativePath":
            return self._steps("|", terms[0], left)
        _require(name.removeprefix(SH) in _OPERATORS)
        operator, part = _OPERATORS[name.removeprefix(SH)], self._path(terms[0], left - 1)
        _require(operator != "^" or part.operator == ".")
        return Path(operator, (part,))

    def _steps(self, operator: str, head: Term, left: int) -> Path:
        steps = self.collection(head)
        _require(1 < len(steps) <= (_MOST_LEVELS if operator == "/" else len(steps)))
        return Path(operator, tuple(self._path(step, left - 1) for step in steps))


def _require(holds: bool) -> None:
    if not holds:
        raise _NotUnderstoodError


# --- the parameters ---------------------------------------------------------------------------------------------------


def number(term: Term) -> Decimal | None:
    """Read a whole number or a decimal; None for anything else."""
    form = NUMBERS.get(term.datatype or "")
    return Decimal(term.value) if form and form.fullmatch(term.value) else None


def _number(term: Term, _: _Reader) -> Decimal:
    value = number(term)
    if value is None:
        raise _NotUnderstoodError
    return value


def _count(term: Term, reader: _Reader) -> int:
    value = _number(term, reader)
    _require(term.datatype == XSD + "integer" and value >= 0)
    return int(value)


def _iri(term: Term, _: _Reader) -> Term:
    _require(term.kind == "iri")
    return term


def _named(term: Term, _: _Reader) -> Term:
    _require(term.kind != "blank")
    return term


def _one_of_datatypes(term: Term, reader: _Reader) -> Sequence[str]:
    """Read a choice of nothing but datatypes."""
    return [_datatype(chosen, reader) for chosen in map(reader.only_datatype, reader.collection(term))]


def _datatype(term: Term, _: _Reader) -> str:
    _require(term.value in DATATYPES)
    return term.value


def _node_kind(term: Term, _: _Reader) -> Sequence[str]:
    _require(term.value.startswith(SH) and term.value.removeprefix(SH) in NODE_KINDS)
    return NODE_KINDS[term.value.removeprefix(SH)]


def _pattern(term: Term, _: _Reader) -> Pattern:
    _require(term.kind == "literal")
    try:
        return for_engine(term.value)
    except QueryError as error:
        raise _NotUnderstoodError from error


def _languages(term: Term, reader: _Reader) -> frozenset[str]:
    found = reader.terms(term)
    _require(all(one == Term("literal", one.value) for one in found))
    return frozenset(one.value.lower() for one in found)


def _true(term: Term, _: _Reader) -> bool:
    _require(term == Term("literal", "true", datatype=XSD + "boolean"))
    return True


_READERS: dict[str, Callable[[Term, _Reader], object]] = {
    **dict.fromkeys(("minCount", "maxCount", "minLength", "maxLength"), _count),
    **dict.fromkeys(("minInclusive", "minExclusive", "maxInclusive", "maxExclusive"), _number),
    **dict.fromkeys(("class", "lessThan"), _iri),
    **dict.fromkeys(("in", "ignoredProperties"), lambda term, reader: reader.terms(term)),
    "hasValue": _named,
    "datatype": _datatype,
    "or": _one_of_datatypes,
    "nodeKind": _node_kind,
    "pattern": _pattern,
    "languageIn": _languages,
    "closed": _true,
}
"""How the value of each parameter is read."""
_OF_PROPERTIES = frozenset(("minCount", "maxCount", "lessThan"))
_OF_NODES = frozenset(("closed", "ignoredProperties"))
