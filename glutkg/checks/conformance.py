"""Which nodes are shown to conform to which shapes of SHACL Core, over coded triples.

What is shown here need not be validated by pySHACL, which takes far longer. Nothing is shown where pySHACL would have a
result: where the two might differ (datatypes other than plain ones, ranges of languages), it is left to pySHACL.
"""

from __future__ import annotations

from functools import cache, partial, reduce
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from glutkg.checks.core_shapes import DATATYPES, Path, number
from glutkg.rdf.namespaces import RDF, RDFS, XSD
from glutkg.rdf.terms import Term
from glutkg.reasoning.coded_triples import EMPTY, LOW, NOTHING, SHIFT, contained, distinct, followed, pairs_of
from glutkg.store.comparisons import matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from decimal import Decimal

    from glutkg.checks.core_shapes import CoreShape
    from glutkg.reasoning.coded_graph import CodedGraph
    from glutkg.reasoning.coded_triples import Integers, Relation
    from glutkg.sparql.regular_expressions import Pattern

_BELOW = Path("*", (Path("^", (Path(".", (), RDFS + "subClassOf"),)),))
_MEMBERS = Path("/", (_BELOW, Path("^", (Path(".", (), RDF + "type"),))))


def not_shown(graph: CodedGraph, shapes: Iterable[CoreShape], respelled: Iterable[Term] = ()) -> dict[str, list[Term]]:
    """Give for each shape those of its targets that what a graph states does not show to conform, if there are any.

    Nothing is shown of nodes with values that files spell otherwise than the graph does.
    """
    data = _Data(graph, respelled)
    found = {shape.name: data.failing(shape) for shape in shapes}
    return {name: [data.term(code) for code in codes.tolist()] for name, codes in found.items() if len(codes)}


class _Data:
    """What a graph states, as shapes look at it: nodes are codes in sorted arrays, pairs of nodes two codes in one."""

    def __init__(self, graph: CodedGraph, respelled: Iterable[Term]) -> None:
        self._terms = graph.terms
        self._stated = graph.stated
        self._members: dict[Term, Integers] = {}
        self.term = cache(graph.terms.term)
        self._respelled = self.codes(respelled)
        used = [distinct(one.by_subject >> SHIFT << SHIFT) | code for code, one in self._stated.items()]
        self._used = distinct(np.concatenate([EMPTY, *used]))

    def relation(self, name: str) -> Relation:
        """Give the pairs of a property."""
        code = self._terms.codes.get(f"<{name}>".encode())
        return NOTHING if code is None else self._stated.get(code, NOTHING)

    def codes(self, terms: Iterable[Term]) -> Integers:
        """Give the codes of terms, as far as the graph has them."""
        found = (self._terms.codes.get(term.n3().encode()) for term in terms)
        return distinct(np.array([code for code in found if code is not None], np.int64))

    def failing(self, shape: CoreShape) -> Integers:
        """Give the targets of a shape that fail one of its constraints, or may do so."""
        focus = distinct(np.concatenate([EMPTY, *(self._targets(kind, term) for kind, term in shape.targets)]))
        if not len(focus):
            return focus
        values = pairs_of(focus, focus)
        if shape.path:
            values = self.values(values, shape.path)
        parts = [
            _CHECKS[name](self, focus, values, asked) for name, asked in shape.parameters.items() if name in _CHECKS
        ]
        if "closed" in shape.parameters:
            parts.append(
                self._with_others(focus, cast("Sequence[Term]", shape.parameters.get("ignoredProperties", ())))
            )
        parts.append(values[contained(values & LOW, self._respelled)] >> SHIFT)
        return distinct(np.concatenate([EMPTY, *parts]))

    def _targets(self, kind: str, term: Term) -> Integers:
        if kind == "targetClass":
            return self.members(term)
        if kind == "targetNode":
            return np.array([self._terms.code(term.n3().encode())], np.int64)
        relation = self.relation(term.value)
        return (relation.by_subject if kind == "targetSubjectsOf" else relation.by_object) >> SHIFT

    def members(self, class_: Term) -> Integers:
        """Give the members of a class and of the classes below it."""
        if class_ not in self._members:
            codes = self.codes([class_])
            self._members[class_] = distinct(self.values(pairs_of(codes, codes), _MEMBERS) & LOW)
        return self._members[class_]

    def values(self, pairs: Integers, path: Path) -> Integers:
        """Follow the second of each pair along a path; give the pairs of the first and what is reached."""
        match path:
            case Path(".", _, name):
                return followed(pairs, self.relation(name).by_subject)
            case Path("^", (Path(".", _, name),)):
                return followed(pairs, self.relation(name).by_object)
            case Path("/", parts):
                return reduce(self.values, parts, pairs)
            case Path("|", parts):
                return distinct(np.concatenate([self.values(pairs, part) for part in parts]))
            case Path("?", (part,)):
                return distinct(np.concatenate([pairs, self.values(pairs, part)]))
        return self._repeated(pairs, path.parts[0], pairs if path.operator == "*" else EMPTY)

    def _repeated(self, new: Integers, part: Path, found: Integers) -> Integers:
        while len(new):
            reached = self.values(new, part)
            new = reached[~contained(reached, found)]
            found = distinct(np.concatenate([found, new]))
        return found

    def _with_others(self, focus: Integers, listed: Iterable[Term]) -> Integers:
        """Give the nodes that have properties other than those listed."""
        others = self._used[~contained(self._used & LOW, self.codes(listed))] >> SHIFT
        return focus[contained(focus, others)]


# --- constraints: each gives the nodes that fail it, or may do so -----------------------------------------------------


def _counts(focus: Integers, values: Integers) -> Integers:
    found: Integers = np.searchsorted(values, (focus + 1) << SHIFT) - np.searchsorted(values, focus << SHIFT)
    return found


def _too_few(_: _Data, focus: Integers, values: Integers, least: int) -> Integers:
    return focus[_counts(focus, values) < least]


def _too_many(_: _Data, focus: Integers, values: Integers, most: int) -> Integers:
    return focus[_counts(focus, values) > most]


def _without_value(data: _Data, focus: Integers, values: Integers, asked: Term) -> Integers:
    code = data.codes([asked])
    return focus[~contained(pairs_of(focus, code), values)] if len(code) else focus


def _outside(allowed: Integers, values: Integers) -> Integers:
    return values[~contained(values & LOW, allowed)] >> SHIFT


def _not_listed(data: _Data, _: Integers, values: Integers, listed: Sequence[Term]) -> Integers:
    return _outside(data.codes(listed), values)


def _no_members(data: _Data, _: Integers, values: Integers, class_: Term) -> Integers:
    return _outside(data.members(class_), values)


def _not_less(data: _Data, _: Integers, values: Integers, property_: Term) -> Integers:
    """Compare numbers only."""
    others = data.relation(property_.value)

    def is_less(pair: int) -> bool:
        numbers = [number(data.term(code)) for code in (pair & LOW, *others.objects(pair >> SHIFT).tolist())]
        known = [one for one in numbers if one is not None]
        return len(known) == len(numbers) and all(known[0] < other for other in known[1:])

    return np.array([pair >> SHIFT for pair in values.tolist() if not is_less(pair)], np.int64)


def _tested(test: Callable[[Term, Any], bool], data: _Data, _: Integers, values: Integers, asked: object) -> Integers:
    """Test each value once."""
    passing = [code for code in distinct(values & LOW).tolist() if test(data.term(code), asked)]
    return _outside(np.array(passing, np.int64), values)


def _is_of(term: Term, datatype: str) -> bool:
    if term.kind != "literal":
        return False
    given = RDF + "langString" if term.language else term.datatype or XSD + "string"
    form = DATATYPES[datatype]
    return given == datatype and (form is None or form.fullmatch(term.value) is not None)


def _unmatched(data: _Data, _: Integers, values: Integers, pattern: Pattern) -> Integers:
    codes = [code for code in distinct(values & LOW).tolist() if data.term(code).kind != "blank"]
    truths = matches(pattern, [data.term(code).value for code in codes])
    return _outside(np.array([code for code, truth in zip(codes, truths, strict=True) if truth], np.int64), values)


def _compares(holds: Callable[[Decimal, Decimal], bool]) -> Callable[[Term, Decimal], bool]:
    def test(term: Term, limit: Decimal) -> bool:
        value = number(term)
        return value is not None and holds(value, limit)

    return test


_TESTS: dict[str, Callable[[Term, Any], bool]] = {
    "datatype": _is_of,
    "or": lambda term, datatypes: any(_is_of(term, datatype) for datatype in datatypes),
    "nodeKind": lambda term, kinds: term.kind in kinds,
    "minLength": lambda term, least: term.kind != "blank" and len(term.value) >= least,
    "maxLength": lambda term, most: term.kind != "blank" and len(term.value) <= most,
    "languageIn": lambda term, languages: term.language is not None and term.language.lower() in languages,
    "minInclusive": _compares(lambda value, limit: value >= limit),
    "minExclusive": _compares(lambda value, limit: value > limit),
    "maxInclusive": _compares(lambda value, limit: value <= limit),
    "maxExclusive": _compares(lambda value, limit: value < limit),
}
_CHECKS: dict[str, Callable[[_Data, Integers, Integers, Any], Integers]] = {
    "minCount": _too_few,
    "maxCount": _too_many,
    "hasValue": _without_value,
    "in": _not_listed,
    "class": _no_members,
    "lessThan": _not_less,
    "pattern": _unmatched,
    **{name: partial(_tested, test) for name, test in _TESTS.items()},
}
