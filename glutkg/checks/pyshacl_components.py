"""Constraint components of pySHACL that mean what SHACL says: values are compared and matched as SPARQL does it.

pySHACL compares as Python does, which takes incomparable values and NaN for greater or gives up, and has Python's
regular expressions, which are others than those of SPARQL and may take a lifetime.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Any, TypeVar

import rdflib
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.core.logical_constraints import (
    AndConstraintComponent,
    NotConstraintComponent,
    OrConstraintComponent,
    XoneConstraintComponent,
)
from pyshacl.constraints.core.property_pair_constraints import (
    LessThanConstraintComponent,
    LessThanOrEqualsConstraintComponent,
)
from pyshacl.constraints.core.shape_based_constraints import NodeConstraintComponent
from pyshacl.constraints.core.string_based_constraints import (
    LanguageInConstraintComponent,
    MinLengthConstraintComponent,
    PatternConstraintComponent,
)
from pyshacl.constraints.core.value_constraints import DatatypeConstraintComponent
from pyshacl.constraints.core.value_range_constraints import (
    MaxExclusiveConstraintComponent,
    MaxInclusiveConstraintComponent,
    MinExclusiveConstraintComponent,
    MinInclusiveConstraintComponent,
)
from pyshacl.consts import SH
from rdflib.namespace import RDF
from rdflib.plugins.sparql import operators
from rdflib.plugins.sparql.sparql import SPARQLError

from glutkg.errors import QueryError
from glutkg.rdf.datatypes import is_decimal, is_well_typed
from glutkg.rdf.namespaces import XSD
from glutkg.sparql.regular_expressions import for_engine
from glutkg.store.comparisons import compare, matches, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from rdflib.term import IdentifiedNode

    from glutkg.sparql.regular_expressions import Pattern

    Node = IdentifiedNode | rdflib.Literal
    Values = Mapping[Node, Iterable[Node]]
    Found = tuple[bool, list[Any]]


V = TypeVar("V", bool, str)
_OPERATORS: dict[str, Callable[[Decimal, Decimal], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def _is_so(operator: str, pairs: list[tuple[Node, Node]]) -> list[bool]:
    """Tell for each pair whether SPARQL's operator gives true.

    Whole numbers and decimals are compared here, as the engine has none of more than 18 digits.
    """
    numbers = {number: (_number(a), _number(b)) for number, (a, b) in enumerate(pairs)}
    true = {n for n, (a, b) in numbers.items() if a is not None and b is not None and _OPERATORS[operator](a, b)}
    left = {n: pairs[n] for n, known in numbers.items() if None in known and all(map(_is_comparable, pairs[n]))}
    truths = compare(operator, [(a.n3(), b.n3()) for a, b in left.values()])
    true |= {number for number, truth in zip(left, truths, strict=True) if truth}
    return [number in true for number in range(len(pairs))]


def _number(node: Node) -> Decimal | None:
    if isinstance(node, rdflib.Literal) and node.datatype and is_decimal(str(node.datatype)):
        return Decimal(node) if is_well_typed(str(node), str(node.datatype)) else None
    return None


def _is_comparable(node: Node) -> bool:
    """Tell whether SPARQL compares a term with any other: a literal of XML Schema, and a number that is one."""
    if not isinstance(node, rdflib.Literal) or node.language or str(node) == "NaN":
        return False
    return node.datatype is None or str(node.datatype).startswith(XSD)


def _reported(component: ConstraintComponent, graph: rdflib.Graph, failing: Iterable[tuple[Node, Node]]) -> Found:
    reports = [component.make_v_result(graph, focus, value_node=value) for focus, value in failing]
    return bool(reports), reports


def _range(operator: str) -> Callable[[ConstraintComponent, Node, rdflib.Graph, Values], Found]:
    """Evaluate a limit: each value stands to it as the operator says."""

    def evaluate(self: ConstraintComponent, limit: Node, graph: rdflib.Graph, values: Values) -> Found:
        pairs = [(focus, value) for focus, some in values.items() for value in some]
        truths = _is_so(operator, [(value, limit) for _, value in pairs])
        return _reported(self, graph, (pair for pair, truth in zip(pairs, truths, strict=True) if not truth))

    return evaluate


def _pair(operator: str) -> Callable[[ConstraintComponent, Iterable[Node], Iterable[Node], rdflib.Graph, Node], Found]:
    """Evaluate a pair of properties: each value stands to each of the other's as the operator says."""

    def evaluate(
        self: ConstraintComponent, values: Iterable[Node], others: Iterable[Node], graph: rdflib.Graph, focus: Node
    ) -> Found:
        known = list(others)
        pairs = [(value, other) for value in values for other in known]
        truths = _is_so(operator, pairs)
        failing = ((focus, value) for (value, _), truth in zip(pairs, truths, strict=True) if not truth)
        return _reported(self, graph, failing)

    return evaluate


class _MinLength(MinLengthConstraintComponent):
    def _evaluate_string_rule(self, r: rdflib.Literal, target_graph: rdflib.Graph, f_v_dict: Values) -> Found:
        if r.value:
            return super()._evaluate_string_rule(r, target_graph, f_v_dict)  # type: ignore[no-any-return, no-untyped-call]
        blank = ((f, v) for f, values in f_v_dict.items() for v in values if isinstance(v, rdflib.BNode))
        return _reported(self, target_graph, blank)


class _Pattern(PatternConstraintComponent):
    def __init__(self, shape: Any) -> None:  # noqa: ANN401 - pySHACL's own has no types
        ConstraintComponent.__init__(self, shape)
        self.allow_multi_rules = True
        self.string_rules = [pattern for pattern in shape.objects(SH.pattern) if isinstance(pattern, rdflib.Literal)]
        self.flags = next(iter(shape.objects(SH.flags)), None)

    def _evaluate_string_rule(self, r: rdflib.Literal, target_graph: rdflib.Graph, f_v_dict: Values) -> Found:
        pairs = [(focus, value) for focus, some in f_v_dict.items() for value in some]
        texts = sorted({str(value) for _, value in pairs if not isinstance(value, rdflib.BNode)})
        truths = matches(for_engine(str(r), str(self.flags or "")), texts)
        matching = {text for text, truth in zip(texts, truths, strict=True) if truth}
        failing = (pair for pair in pairs if isinstance(pair[1], rdflib.BNode) or str(pair[1]) not in matching)
        return _reported(self, target_graph, failing)


class _LanguageIn(LanguageInConstraintComponent):
    def _evaluate_string_rule(self, r: rdflib.IdentifiedNode, target_graph: rdflib.Graph, f_v_dict: Values) -> Found:
        ranges = [str(one).lower() for one in self.shape.sg.graph.items(r)]
        left = {f: [v for v in values if not _is_in_range(v, ranges)] for f, values in f_v_dict.items()}
        return super()._evaluate_string_rule(r, target_graph, left)  # type: ignore[no-any-return, no-untyped-call]


def _is_in_range(node: Node, ranges: Iterable[str]) -> bool:
    """Tell whether a text is in a language, or a variety of it, as SPARQL's langMatches does."""
    tag = (node.language or "").lower() if isinstance(node, rdflib.Literal) else ""
    return any(tag == one or tag.startswith(f"{one}-") for one in ranges if tag)


class _Datatype(DatatypeConstraintComponent):
    def evaluate(
        self,
        executor: Any,  # noqa: ANN401 - pySHACL's own has no types
        target_graph: rdflib.Graph,
        focus_value_nodes: dict[Node, Any],
        _evaluation_path: list[Any],
    ) -> Found:
        if self.datatype_rule != RDF.HTML:
            return super().evaluate(executor, target_graph, focus_value_nodes, _evaluation_path)  # type: ignore[no-any-return]
        pairs = [(focus, value) for focus, some in focus_value_nodes.items() for value in some]
        fails, reports = _reported(self, target_graph, (pair for pair in pairs if not _is_html(pair[1])))
        return not fails, reports


def _is_html(node: Node) -> bool:
    """Tell whether a term is a literal of HTML, of which every text is one."""
    return isinstance(node, rdflib.Literal) and node.datatype == RDF.HTML


def _of_one(base: type[Any], name: str) -> type[Any]:
    """Let each result of a component name which of several shapes, or lists of shapes, it is about."""
    evaluate = getattr(base, name)

    def of_one(self: Any, executor: Any, one: Node, *rest: object) -> Found:  # noqa: ANN401 - pySHACL has no types
        make = base.make_v_result
        self.make_v_result = lambda *args, **named: make(self, *args, source_constraint=one, **named)
        return evaluate(self, executor, one, *rest)  # type: ignore[no-any-return]

    return _with(base, **{name: of_one})


def _with(base: type[Any], **methods: Callable[..., Any]) -> type[Any]:
    return type(base.__name__, (base,), methods)


_COMPONENTS: dict[Node, type[Any]] = {
    SH.datatype: _Datatype,
    SH.languageIn: _LanguageIn,
    SH.minLength: _MinLength,
    SH.pattern: _Pattern,
    SH.node: _of_one(NodeConstraintComponent, "_evaluate_node_shape"),
    SH["not"]: _of_one(NotConstraintComponent, "_evaluate_not_constraint"),
    SH["and"]: _of_one(AndConstraintComponent, "_evaluate_and_constraint"),
    SH["or"]: _of_one(OrConstraintComponent, "_evaluate_or_constraint"),
    SH.xone: _of_one(XoneConstraintComponent, "_evaluate_xone_constraint"),
    SH.minExclusive: _with(MinExclusiveConstraintComponent, _evaluate_min_rule=_range(">")),
    SH.minInclusive: _with(MinInclusiveConstraintComponent, _evaluate_min_rule=_range(">=")),
    SH.maxExclusive: _with(MaxExclusiveConstraintComponent, _evaluate_max_rule=_range("<")),
    SH.maxInclusive: _with(MaxInclusiveConstraintComponent, _evaluate_max_rule=_range("<=")),
    SH.lessThan: _with(LessThanConstraintComponent, _compare_lt=_pair("<")),
    SH.lessThanOrEquals: _with(LessThanOrEqualsConstraintComponent, _compare_ltoe=_pair("<=")),
}


class _Expressions:
    """What rdflib's REGEX and REPLACE take for Python's module `re`: it searches and replaces as the engine does."""

    def __getattr__(self, name: str) -> object:
        return getattr(re, name)

    @staticmethod
    @cache
    def search(pattern: str, text: str, flags: int = 0) -> bool:
        """Tell whether a pattern matches a part of a text. Raises SPARQLError, as an expression does."""
        (truth,) = matches(_pattern(pattern, flags), [text])
        return _known(truth, pattern)

    @staticmethod
    def sub(pattern: str, replacement: str, text: str, flags: int = 0) -> str:
        """Replace what a pattern matches. Raises SPARQLError, as an expression does."""
        if pattern == _GROUP:
            return re.sub(pattern, replacement, text)
        as_sparql = re.sub(r"\\([0-9]+)", r"${\1}", replacement)
        return _known(replaced(_pattern(pattern, flags), text, as_sparql), pattern)


_GROUP = "\\$([0-9]*)"
"""What rdflib replaces in a replacement, to have Python's sign for a group in place of SPARQL's."""


def _pattern(pattern: str, flags: int) -> Pattern:
    names = "".join(name for name, flag in zip("ism", (re.I, re.S, re.M), strict=True) if flags & flag)
    try:
        return for_engine(pattern, names)
    except QueryError as error:
        raise SPARQLError(str(error)) from error


def _known(found: V | None, pattern: str) -> V:
    if found is None:
        raise SPARQLError(f"The engine cannot use the pattern {pattern}.")
    return found


@contextmanager
def components() -> Iterator[None]:
    """Let pySHACL use these components in place of its own, and rdflib's REGEX the engine's, and then their own again.

    A pattern that the engine does not have is an error in its expression, as SPARQL says of one that is none.
    """
    before = {name: CONSTRAINT_PARAMETERS_MAP[name] for name in _COMPONENTS}
    CONSTRAINT_PARAMETERS_MAP.update(_COMPONENTS)
    vars(operators)["re"] = _Expressions()
    try:
        yield
    finally:
        CONSTRAINT_PARAMETERS_MAP.update(before)
        vars(operators)["re"] = re
