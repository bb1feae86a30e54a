"""Validation against shapes: SHACL Core in pySHACL, SPARQL constraints in Oxigraph (docs/decisions/0006-validation.md).

The only module that imports pySHACL, beside `pyshacl_components`.
"""

from __future__ import annotations

import logging
import re
import warnings
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.checks.shacl_words import asked, malformed, stopped
from glutkg.checks.shapes import SELECTED_MESSAGE, TARGETS, target_nodes
from glutkg.checks.unsupported_shacl import refused
from glutkg.rdf.namespaces import RDFS, SH, curie
from glutkg.rdf.terms import from_rdflib, graph_to_rdflib
from glutkg.relations import grouped, reached

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    import rdflib

    from glutkg.checks.shapes import Constraint, Shapes
    from glutkg.rdf.terms import Term, Triple
    from glutkg.reasoning.coded_graph import CodedGraph
    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph

    _Triple = tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]

_DEEPEST = 100
"""Shapes that may stand in one another: for each, pySHACL calls itself several times."""
_SEVERAL = 2
_FEW = 300
"""Nodes that pySHACL picks out of the targets of shapes; beyond that, validating all takes less time."""
_OF_A_COMPONENT = "Parameterised SHACL Query generated constraint validation reports."
"""What pySHACL says of any component of one's own that has no message."""
_NO_MEMORY = "it needs more memory than it may have. Ask for less in it"
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


# --- SPARQL constraints -----------------------------------------------------------------------------------------------


def sparql_results(graph: Graph, shapes: Shapes) -> Iterator[ValidationResult]:
    """Run those SPARQL constraints that may run once for all nodes: targets are kept of $this."""
    nodes = cache(partial(target_nodes, graph))
    for constraint in shapes.run_once:
        targets = shapes.targets(constraint.shape)
        yield from _of_constraint(graph, shapes, constraint, partial(nodes, targets))


def conclusion_results(graph: Graph, shapes: Shapes, rules: Iterable[Rule]) -> Iterator[ValidationResult]:
    """Run the SPARQL constraints that are aimed at what closed-world rules conclude, on a graph that holds that."""
    concluded = shapes.concluded(rules)
    for constraint in shapes.run_once:
        targets = [target for target in shapes.targets(constraint.shape) if target[1] in concluded]
        if targets:
            yield from _of_constraint(graph, shapes, constraint, partial(target_nodes, graph, targets))


def _of_constraint(
    graph: Graph, shapes: Shapes, constraint: Constraint, nodes: Callable[[], set[str]]
) -> Iterator[ValidationResult]:
    """Give the results of a constraint on focus nodes, which are only asked for when its query has rows."""
    shape = constraint.shape
    table = graph.select(constraint.query)
    focus_nodes = nodes() if table.rows else set()
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


def core_results(graph: Graph, shapes: Shapes, coded: CodedGraph | None = None) -> Iterator[ValidationResult]:
    """Give the results of all shapes that are not run once for all nodes; the graph may be given in codes, too.

    Nodes that are shown to conform are not validated again; pySHACL validates the others. It changes rdflib's globals
    while it runs, and puts them back. A shape that it cannot use is a result.
    """
    from glutkg.checks.conformance import not_shown  # which import numpy
    from glutkg.reasoning.coded_graph import code

    coded = coded or code(graph, merged=True)
    left = not_shown(coded, shapes.understood.values(), (kept[2] for kept, _ in graph.respelled()))
    if left or shapes.has_others:
        for result in _of_pyshacl(graph, shapes, left):
            yield from _per_user(graph, shapes, result)


def _of_pyshacl(graph: Graph, shapes: Shapes, left: Mapping[str, Sequence[Term]]) -> list[ValidationResult]:
    """Let pySHACL validate the shapes with nodes that are left, and those that only it understands."""
    asked = shapes.for_pyshacl(without=shapes.understood.keys() - left.keys())
    nodes = None if shapes.has_others else _apart(left, shapes)
    with _quiet():
        if nodes is not None:
            found = _validated(
                graph_to_rdflib(graph.as_spelled(_surroundings(graph, nodes))), asked, shapes, focus=sorted(nodes)
            )
            if not isinstance(found, str):
                return _one_for_each_value(graph, shapes, found)
        data = graph_to_rdflib(graph.as_spelled(graph.triples()))
        found = _validated(data, asked, shapes)
        if isinstance(found, str):
            found = _of_those_that_can(data, asked, shapes)
    return _one_for_each_value(graph, shapes, found)


def _one_for_each_value(graph: Graph, shapes: Shapes, results: Iterable[ValidationResult]) -> list[ValidationResult]:
    """Tell of several values or classes that a shape asks for, which pySHACL tells alike, each that is missing."""
    made: list[ValidationResult] = []
    told: set[ValidationResult] = set()
    for result in results:
        if missing := _missing(graph, shapes, result):
            made += missing if result not in told else []
            told.add(result)
        else:
            made.append(result)
    return made


def _missing(graph: Graph, shapes: Shapes, result: ValidationResult) -> list[ValidationResult]:
    name = {SH + "HasValueConstraintComponent": "hasValue", SH + "ClassConstraintComponent": "class"}.get(
        result.component
    )
    wanted = sorted(o for _, _, o in shapes.graph.triples(result.source, SH + name)) if name else []
    is_far = shapes.text(result.source, "path") and not result.predicate  # along a path of several steps
    if (
        len(wanted) < _SEVERAL
        or any(one.kind == "literal" for one in wanted if name == "class")
        or is_far
        or shapes.text(result.source, "message")
    ):
        return []
    if name == "class":
        node = result.value.name if result.value and result.value.kind != "literal" else ""
        missing = [one for one in wanted if not node or node not in target_nodes(graph, [("targetClass", one.value)])]
    elif result.predicate:
        stated = [o for _, _, o in graph.as_spelled(graph.triples(result.focus, result.predicate))]
        missing = [one for one in wanted if one not in stated]
    else:
        missing = [one for one in wanted if one.name != result.focus]
    words = [asked(result.component, result.source, shapes.graph, one) for one in missing]
    return [replace(result, message=said) for said in words if said]


def _apart(left: Mapping[str, Sequence[Term]], shapes: Shapes) -> set[str] | None:
    """Give the names of the nodes that are left where each can be validated with nothing but its surroundings.

    pySHACL, told which nodes to validate, asks no shape within a shape for their values.
    """
    nodes = {node for terms in left.values() for node in terms}
    is_far = any(shape.looks_far or "or" in shape.parameters for shape in map(shapes.understood.__getitem__, left))
    if is_far or len(nodes) > _FEW or any(node.kind != "iri" for node in nodes):
        return None
    return {node.value for node in nodes}


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what libraries say of literals and shapes off the terminal: results say it, with file and line."""
    from pyshacl.errors import ShapeRecursionWarning

    from glutkg.checks.pyshacl_components import components

    loggers = [logging.getLogger(name) for name in ("rdflib.term", "pyshacl-validate")]
    before = [logger.disabled for logger in loggers]
    try:
        for logger in loggers:
            logger.disabled = True
        with components(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", ShapeRecursionWarning)  # it would pass over the shape
            yield
    finally:
        for logger, disabled in zip(loggers, before, strict=True):
            logger.disabled = disabled


def _of_those_that_can(data: rdflib.Graph, asked: rdflib.Graph, shapes: Shapes) -> list[ValidationResult]:
    """Refuse the shapes that cannot be used, and give the results of all others, each validated by itself."""
    import rdflib

    aims = _aims(asked)
    idle = {rdflib.URIRef(name) for name in shapes.named()}.difference(aims).intersection(asked.subjects())
    each = {node: _validated(data, _alone(asked, node, aims), shapes) for node in sorted(aims, key=str)}
    each |= {node: _validated(data, asked, shapes, only=[node]) for node in sorted(idle)}
    results: list[ValidationResult] = []
    for node, found in each.items():
        term = from_rdflib(node)
        results += [refused(stopped(found), term.name if term else "")] if isinstance(found, str) else found
    return results


def _aims(asked: rdflib.Graph) -> dict[rdflib.term.Node, list[_Triple]]:
    """Give the shapes that select nodes, each with the triples by which it does."""
    from rdflib import OWL, RDF, URIRef
    from rdflib import RDFS as RDFS_TERMS

    kinds = [(URIRef(SH + kind), None) for kind in TARGETS]
    classes = [(RDF.type, class_) for class_ in (OWL.Class, RDFS_TERMS.Class)]
    found = (triple for kind, value in (*kinds, *classes) for triple in asked.triples((None, kind, value)))
    return grouped((one[0], one) for one in found if any(str(p).startswith(SH) for p in asked.predicates(one[0])))


def _alone(
    asked: rdflib.Graph, shape: rdflib.term.Node, aims: Mapping[rdflib.term.Node, Sequence[_Triple]]
) -> rdflib.Graph:
    """Keep a shape with all that it leads to, none of which selects nodes, and the components of somebody's own."""
    import rdflib

    components = asked.subjects(rdflib.RDF.type, rdflib.URIRef(SH + "ConstraintComponent"))
    others = {triple for node, triples in aims.items() if node != shape for triple in triples}
    made = rdflib.Graph()
    for node in reached([shape, *components], asked.objects):
        for triple in asked.triples((node, None, None)):
            if triple not in others:
                made.add(triple)
    return made


def _validated(
    data: rdflib.Graph,
    asked: rdflib.Graph,
    shapes: Shapes,
    focus: list[str] | None = None,
    only: list[str | rdflib.URIRef] | None = None,
) -> list[ValidationResult] | str:
    """Give the results of all shapes, or read some alone; a text where pySHACL stops at one that it cannot use."""
    import rdflib
    from pyshacl import validate

    try:
        _, results, _ = validate(
            data, shacl_graph=asked, inplace=True, focus_nodes=focus, use_shapes=only, max_validation_depth=_DEEPEST
        )
    except MemoryError:
        return _NO_MEMORY
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
    component, of_one = one("sourceConstraintComponent"), one("sourceConstraint")
    own = component and not shapes.text(shape, "message") and asked(component.name, shape, shapes.graph, of_one)
    messages = [from_rdflib(text) for text in results.objects(result, rdflib.URIRef(SH + "resultMessage"))]
    severity = one("resultSeverity")
    return ValidationResult(
        severity.name.removeprefix(SH) if severity else "Violation",
        shapes.rule(shape),
        own or _message([text for text in messages if text and text.value != _OF_A_COMPONENT]),
        focus=focus.name if focus else "",
        predicate=path.value if path and path.kind == "iri" else None,
        value=one("value"),
        source=shape,
        component=component.name if component else "",
        literal=focus if focus and focus.kind == "literal" else None,
        constraint=of_one.name if of_one else "",
    )


def malformed_results(shapes: Shapes) -> Iterator[ValidationResult]:
    """Name what of shapes is not well-formed, by SHACL's own shapes of shapes. That takes seconds for hundreds."""
    import rdflib
    from pyshacl.entrypoints import meta_validate

    with _quiet():
        try:
            _, results, _ = meta_validate(_with_short_lists(shapes.for_pyshacl()), inference=None, inplace=True)
        except Exception:  # a list without end, say, which `core_results` names
            return
    for one in results.objects(None, rdflib.URIRef(SH + "result")) if isinstance(results, rdflib.Graph) else ():
        found = _from_rdflib(results, one, shapes)
        if found.literal:  # a text where a shape belongs is named already
            continue
        reason = malformed(found.predicate, found.component, found.value, found.message)
        yield refused(reason, found.focus, found.predicate, found.value)


def _with_short_lists(shapes: rdflib.Graph) -> rdflib.Graph:
    """Let each list of allowed values that is well-formed begin at its last cell: for each, pySHACL writes the rest."""
    from rdflib import RDF as RDF_TERMS
    from rdflib import BNode, URIRef

    allowed = URIRef(SH + "in")
    for shape, _, head in [*shapes.triples((None, allowed, None))]:
        cells = reached([head], lambda one: shapes.objects(one, RDF_TERMS.rest))
        said = [len([*shapes.objects(cell, name)]) for cell in cells[:-1] for name in (RDF_TERMS.first, RDF_TERMS.rest)]
        if cells[-1] == RDF_TERMS.nil and {*said} == {1} and all(isinstance(cell, BNode) for cell in cells[:-1]):
            shapes.remove((shape, allowed, head))
            shapes.add((shape, allowed, cells[-2]))
    return shapes


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
