"""Validation against shapes: SHACL Core in pySHACL, SPARQL constraints in Oxigraph (docs/decisions/0006-validation.md).

The only module that imports pySHACL.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.checks.shapes import target_nodes
from glutkg.errors import RuleError
from glutkg.rdf.namespaces import BASE, OWL, RDF, RDFS, SH, curie
from glutkg.rdf.terms import from_rdflib, graph_to_rdflib

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    import rdflib

    from glutkg.checks.shapes import Shapes, Target
    from glutkg.rdf.terms import Term, Triple
    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph

_SHAPE = BASE + "shape/"
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


# --- SPARQL constraints -----------------------------------------------------------------------------------------------


def sparql_results(graph: Graph, shapes: Shapes, is_wanted: Callable[[str], bool]) -> Iterator[ValidationResult]:
    """Run each SPARQL constraint whose text is wanted once for all nodes: $this is free, and targets are kept."""
    found: dict[tuple[Target, ...], set[str]] = {}
    for shape, constraint in shapes.constraints():
        query, targets = shapes.text(constraint, "select"), shapes.targets(shape)
        if is_wanted(query):
            if targets not in found:
                found[targets] = target_nodes(graph, targets)
            yield from _of_constraint(graph, shapes, shape, constraint, found[targets])


def conclusion_results(graph: Graph, shapes: Shapes, rules: Iterable[Rule]) -> Iterator[ValidationResult]:
    """Run the SPARQL constraints that are aimed at what closed-world rules conclude, on a graph that holds that."""
    concluded = shapes.concluded(rules)
    for shape, constraint in shapes.constraints():
        targets = [target for target in shapes.targets(shape) if target[1] in concluded]
        if targets:
            yield from _of_constraint(graph, shapes, shape, constraint, target_nodes(graph, targets))


def _of_constraint(
    graph: Graph, shapes: Shapes, shape: str, constraint: str, focus_nodes: set[str]
) -> Iterator[ValidationResult]:
    table = graph.select(shapes.text(constraint, "select"))
    message = shapes.text(constraint, "message") or shapes.text(shape, "message")
    severity = shapes.text(shape, "severity", SH + "Violation").removeprefix(SH)
    for row in table.rows:
        cells = {name: cell for name, cell in zip(table.columns, row, strict=True) if cell}
        focus = cells["this"].name if "this" in cells else ""
        if focus in focus_nodes:
            yield ValidationResult(
                severity,
                shape.removeprefix(_SHAPE),
                _filled(message, cells),
                focus=focus,
                predicate=_property_of(graph, focus, cells.get("value")),
                value=cells.get("value"),
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
    """Let pySHACL validate what SHACL Core covers, for all focus nodes or for those given.

    It changes rdflib's globals while it runs, and puts them back.
    """
    import rdflib
    from pyshacl import validate

    if nodes is not None and not nodes:
        return
    data = graph_to_rdflib(graph.triples() if nodes is None else _surroundings(graph, nodes))
    focus = None if nodes is None else sorted(nodes)
    _, results, _ = validate(data, shacl_graph=shapes.core, inplace=True, focus_nodes=focus)
    if not isinstance(results, rdflib.Graph):
        raise RuleError(f"The shapes cannot be used: {results}.")
    for result in results.objects(None, rdflib.URIRef(SH + "result")):
        yield from _per_user(graph, shapes, _from_rdflib(results, result))


def _from_rdflib(results: rdflib.Graph, result: rdflib.term.Node) -> ValidationResult:
    import rdflib

    def one(name: str) -> rdflib.term.Node | None:
        return results.value(result, rdflib.URIRef(SH + name))

    path, focus = one("resultPath"), from_rdflib(one("focusNode"))
    shape = str(one("sourceShape"))
    return ValidationResult(
        str(one("resultSeverity")).removeprefix(SH),
        shape.removeprefix(_SHAPE),
        str(one("resultMessage")),
        focus=focus.name if focus else "",
        predicate=str(path) if isinstance(path, rdflib.URIRef) else None,
        value=from_rdflib(one("value")),
        source=shape,
        component=str(one("sourceConstraintComponent")),
    )


def _per_user(graph: Graph, shapes: Shapes, result: ValidationResult) -> list[ValidationResult]:
    """Turn a result on a value into one for each record that states it.

    A shape whose target is the values of a property reports the value; a curator wants the lines where it stands.
    """
    users = [
        replace(result, focus=s.name, predicate=property_, value=o)
        for property_ in shapes.target_objects_of(result.source)
        for s, _, o in graph.triples(None, property_)
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
