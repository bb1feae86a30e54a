"""Validation against shapes: SHACL Core in pySHACL, SPARQL constraints in Oxigraph (docs/decisions/0006-validation.md).

The only module that imports pySHACL.
"""

from __future__ import annotations

import logging
import re
import warnings
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.checks.shapes import SELECTED_MESSAGE, target_nodes
from glutkg.checks.unsupported_shacl import REFUSED, refused
from glutkg.rdf.namespaces import OWL, RDF, RDFS, SH, curie
from glutkg.rdf.terms import from_rdflib, graph_to_rdflib

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    import rdflib

    from glutkg.checks.shapes import Constraint, Shapes, Target
    from glutkg.rdf.terms import Term, Triple
    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


# --- SPARQL constraints -----------------------------------------------------------------------------------------------


def sparql_results(graph: Graph, shapes: Shapes, is_wanted: Callable[[str], bool]) -> Iterator[ValidationResult]:
    """Run those SPARQL constraints whose text is wanted that may run once for all nodes: targets are kept of $this."""
    found: dict[tuple[Target, ...], set[str]] = {}
    for constraint in shapes.run_once:
        targets = shapes.targets(constraint.shape)
        if is_wanted(constraint.query):
            if targets not in found:
                found[targets] = target_nodes(graph, targets)
            yield from _of_constraint(graph, shapes, constraint, found[targets])


def conclusion_results(graph: Graph, shapes: Shapes, rules: Iterable[Rule]) -> Iterator[ValidationResult]:
    """Run the SPARQL constraints that are aimed at what closed-world rules conclude, on a graph that holds that."""
    concluded = shapes.concluded(rules)
    for constraint in shapes.run_once:
        targets = [target for target in shapes.targets(constraint.shape) if target[1] in concluded]
        if targets:
            yield from _of_constraint(graph, shapes, constraint, target_nodes(graph, targets))


def _of_constraint(
    graph: Graph, shapes: Shapes, constraint: Constraint, focus_nodes: set[str]
) -> Iterator[ValidationResult]:
    shape = constraint.shape
    table = graph.select(constraint.query)
    message = shapes.text(constraint.name, "message") or shapes.text(shape, "message")
    severity = shapes.text(shape, "severity", SH + "Violation").removeprefix(SH)
    for row in table.rows:
        cells = {name: cell for name, cell in zip(table.columns, row, strict=True) if cell}
        focus = cells["this"].name if "this" in cells else ""
        if focus in focus_nodes:
            yield ValidationResult(
                severity,
                shapes.rule(shape),
                cells["message"].value if "message" in cells else _filled(message, cells),
                focus=focus,
                predicate=_property_of(graph, focus, cells.get("value")),
                value=cells.get("value", cells["this"]),
                source=shape,
            )


def _filled(message: str, cells: Mapping[str, Term]) -> str:
    """Put the values of a row where the message of a shape has `{?name}`."""
    return _PLACEHOLDER.sub(lambda found: _readable(cells.get(found[1])), message)


def _readable(term: Term | None) -> str:
    if term is None:
        return "…"
    return curie(term.value) if term.kind == "iri" else term.value


def _property_of(graph: Graph, focus: str, value: Term | None) -> str | None:
    """Name the property by which a node states a value, if there is exactly one."""
    if value is None:
        return None
    found = {p.value for _, p, o in graph.triples(focus) if o == value}
    return found.pop() if len(found) == 1 else None


# --- SHACL Core -------------------------------------------------------------------------------------------------------


def core_results(graph: Graph, shapes: Shapes, nodes: Collection[str] | None = None) -> Iterator[ValidationResult]:
    """Let pySHACL validate all that is not run once for all nodes, for all focus nodes or for those given.

    A shape that it cannot use is a result. It changes rdflib's globals while it runs, and puts them back.
    """
    if nodes is not None and not nodes:
        return
    focus = None if nodes is None else sorted(nodes)
    with _quiet():
        data = graph_to_rdflib(graph.as_spelled(graph.triples() if nodes is None else _surroundings(graph, nodes)))
        found = _validated(data, shapes, focus)
        if isinstance(found, str):
            each = [one for shape in shapes.named() for one in _of_shape(data, shapes, shape, focus)]
            found = each if any(result.source == REFUSED for result in each) else [*each, refused(found, "")]
    for result in found:
        yield from _per_user(graph, shapes, result)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what libraries say of literals and shapes off the terminal: results say it, with file and line."""
    from pyshacl.errors import ShapeRecursionWarning

    loggers = [logging.getLogger(name) for name in ("rdflib.term", "pyshacl-validate")]
    before = [logger.disabled for logger in loggers]
    try:
        for logger in loggers:
            logger.disabled = True
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", ShapeRecursionWarning)  # it would pass over the shape
            yield
    finally:
        for logger, disabled in zip(loggers, before, strict=True):
            logger.disabled = disabled


def _of_shape(data: rdflib.Graph, shapes: Shapes, shape: str, focus: list[str] | None) -> list[ValidationResult]:
    found = _validated(data, shapes, focus, [shape])
    return [refused(f"The shape cannot be used: {found}", shape)] if isinstance(found, str) else found


def _validated(
    data: rdflib.Graph, shapes: Shapes, focus: list[str] | None, only: list[str] | None = None
) -> list[ValidationResult] | str:
    """Give the results of all shapes, or only of some; a text where pySHACL stops at one that it cannot use."""
    import rdflib
    from pyshacl import validate

    try:
        _, results, _ = validate(data, shacl_graph=shapes.core, inplace=True, focus_nodes=focus, use_shapes=only)
    except Exception as error:  # whatever a stranger's shape makes it raise
        return str(error) or type(error).__name__
    if not isinstance(results, rdflib.Graph):
        return str(results)
    return [_from_rdflib(results, one, shapes) for one in results.objects(None, rdflib.URIRef(SH + "result"))]


def _from_rdflib(results: rdflib.Graph, result: rdflib.term.Node, shapes: Shapes) -> ValidationResult:
    import rdflib

    def one(name: str) -> Term | None:
        return from_rdflib(results.value(result, rdflib.URIRef(SH + name)))

    path, focus, source = one("resultPath"), one("focusNode"), one("sourceShape")
    shape = source.name if source else ""
    messages = [from_rdflib(text) for text in results.objects(result, rdflib.URIRef(SH + "resultMessage"))]
    severity, component = one("resultSeverity"), one("sourceConstraintComponent")
    return ValidationResult(
        severity.name.removeprefix(SH) if severity else "Violation",
        shapes.rule(shape),
        _message([text for text in messages if text]),
        focus=focus.name if focus else "",
        predicate=path.value if path and path.kind == "iri" else None,
        value=one("value"),
        source=shape,
        component=component.name if component else "",
        literal=focus if focus and focus.kind == "literal" else None,
    )


def _message(messages: Sequence[Term]) -> str:
    """Choose from the messages of a result: what its query selects, English, without a language, by name."""
    mark = SELECTED_MESSAGE[0]
    selected = [text.value[1:] for text in messages if text.value[:1] == mark and text.value != SELECTED_MESSAGE]
    others = [text for text in messages if text.value[:1] != mark]
    others.sort(key=lambda text: (text.language != "en", text.language or "", text.value))
    return next(iter((*selected, *(text.value for text in others))), "The constraint does not hold.")


def _per_user(graph: Graph, shapes: Shapes, result: ValidationResult) -> list[ValidationResult]:
    """Turn a result on a value into one for each record that states it.

    A shape whose target is the values of a property reports the value; a curator wants the lines where it stands.
    """
    users = [
        replace(result, focus=s.name, predicate=property_, value=o, literal=None, target=o)
        for property_ in shapes.target_objects_of(result.source)
        for s, _, o in graph.as_spelled(graph.triples(None, property_))
        if o.name == result.focus
    ]
    return users or [result]


# --- what a change concerns -------------------------------------------------------------------------------------------


def affected_nodes(before: Graph, after: Graph, changed: Collection[Triple], shapes: Shapes) -> set[str] | None:
    """Name the focus nodes on which SHACL Core may report otherwise after a change of triples; None for all.

    A Core shape looks at a node, its values, and their classes. So these are the ends of each changed triple, and what
    states a value whose own triples changed. All are, when the schema changes, or when a shape looks farther.
    """
    if shapes.look_far() or any(_is_schema(t) or _is_nameless(t, shapes) for t in changed):
        return None
    subjects = {s.value for s, _, _ in changed}
    if any(True for graph in (before, after) for name in subjects for _ in graph.triples(None, name)):
        return None
    values = {o.value for _, _, o in changed if o.kind == "iri"}
    return (
        subjects
        | values
        | {s.name for graph in (before, after) for n in subjects for s, _, _ in graph.triples(None, None, n)}
    )


def _is_schema(triple: Triple) -> bool:
    _, predicate, object_ = triple
    return predicate.value == RDFS + "subClassOf" or (predicate.value == RDF + "type" and object_.value.startswith(OWL))


def _is_nameless(triple: Triple, shapes: Shapes) -> bool:
    """Tell whether a triple may make a target of what pySHACL cannot be asked about by name."""
    subject, predicate, object_ = triple
    if "blank" in (subject.kind, object_.kind):
        return True
    return object_.kind == "literal" and predicate.value in shapes.properties_with_targets()


def _surroundings(graph: Graph, nodes: Collection[str]) -> Iterator[Triple]:
    """Give the triples of some nodes and of their values, what states these nodes, and the hierarchy of classes."""
    values: set[str] = set()
    for node in nodes:
        for triple in graph.triples(node):
            if triple[2].kind != "literal":
                values.add(triple[2].name)
            yield triple
        yield from graph.triples(None, None, node)
    for value in values - set(nodes):
        yield from graph.triples(value)
    yield from graph.triples(None, RDFS + "subClassOf")
