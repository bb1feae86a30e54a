"""What cannot be checked of shapes, by name: terms that are not SHACL's or not supported, and queries it forbids."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.rdf.namespaces import BASE, DASH, RDF, SH, XSD, curie, rule_language
from glutkg.sparql.regular_expressions import FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glutkg.checks.shapes import Shapes
    from glutkg.rdf.terms import Term, Triple
    from glutkg.store.graph import Graph

REFUSED = BASE + "check/shape"
"""The source of results on shapes themselves."""
_TERMS = """
AbstractResult AndConstraintComponent BlankNode BlankNodeOrIRI BlankNodeOrLiteral ClassConstraintComponent
ClosedConstraintComponent ConstraintComponent DatatypeConstraintComponent DisjointConstraintComponent
EqualsConstraintComponent HasValueConstraintComponent IRI IRIOrLiteral InConstraintComponent Info
LanguageInConstraintComponent LessThanConstraintComponent LessThanOrEqualsConstraintComponent Literal
MaxCountConstraintComponent MaxExclusiveConstraintComponent MaxInclusiveConstraintComponent
MaxLengthConstraintComponent MinCountConstraintComponent MinExclusiveConstraintComponent
MinInclusiveConstraintComponent MinLengthConstraintComponent NodeConstraintComponent NodeKind
NodeKindConstraintComponent NodeShape NotConstraintComponent OrConstraintComponent Parameter Parameterizable
PatternConstraintComponent PrefixDeclaration PropertyConstraintComponent PropertyGroup PropertyShape
QualifiedMaxCountConstraintComponent QualifiedMinCountConstraintComponent ResultAnnotation SPARQLAskExecutable
SPARQLAskValidator SPARQLConstraint SPARQLConstraintComponent SPARQLExecutable SPARQLSelectExecutable
SPARQLSelectValidator Severity Shape UniqueLangConstraintComponent ValidationReport ValidationResult Validator
Violation Warning XoneConstraintComponent alternativePath and ask class closed conforms datatype deactivated declare
defaultValue description detail disjoint equals flags focusNode group hasValue ignoredProperties in inversePath
labelTemplate languageIn lessThan lessThanOrEquals maxCount maxExclusive maxInclusive maxLength message minCount
minExclusive minInclusive minLength name namespace node nodeKind nodeValidator not oneOrMorePath optional or order
parameter path pattern prefix prefixes property propertyValidator qualifiedMaxCount qualifiedMinCount
qualifiedValueShape qualifiedValueShapesDisjoint result resultMessage resultPath resultSeverity select severity
shapesGraph shapesGraphWellFormed sourceConstraint sourceConstraintComponent sourceShape sparql targetClass
targetNode targetObjectsOf targetSubjectsOf uniqueLang validator value xone zeroOrMorePath zeroOrOnePath
"""
_STANDARD = frozenset(_TERMS.split())
"""The terms of the Recommendation, without those of its later notes (rules, functions, targets by query)."""
_PRESENTING = frozenset(
    (
        *("editor", "viewer", "propertyRole", "propertySuggestionGenerator", "defaultViewForRole", "detailsEndpoint"),
        *("hidden", "readOnly", "neverMaterialize", "composite", "indexed", "icon", "abstract", "localConstraint"),
        *("apiStatus", "defaultLang", "includedExecutionPlatform", "generateClass", "generatePrefixClasses"),
    )
)
"""Terms of DASH that say how something is shown, and ask for nothing."""
_OF_GRAPHS = ("entailment", "shapesGraph", "suggestedShapesGraph")
"""What is said of a graph as a whole: what it asks for would be missing in all results."""
_NAMING = frozenset((RDF + "type", SH + "nodeKind", SH + "severity"))
"""Properties whose values in SHACL's namespace are terms that have to mean something."""
_NODE = SH + "node"
_TO_SHAPES = frozenset((RDF + "first", *(SH + name for name in ("property", "node", "not", "qualifiedValueShape"))))
"""Properties whose values are shapes."""
_PASSED_OVER = ("qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount")
"""Properties that SHACL lets stand in a shape without a path, where they say nothing."""
_OF_PROPERTY_SHAPES = (
    *("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals"),
    *_PASSED_OVER,
)


def refused(
    reason: str, shape: str, predicate: str | None = None, value: Term | None = None, severity: str = "Violation"
) -> ValidationResult:
    """Say that a shape cannot be used, or a part of it; a warning says that the part has no meaning in SHACL either."""
    said = reason.strip().splitlines()[0]
    said = said if said.endswith((".", "?")) else f"{said}."
    return ValidationResult(
        severity,
        REFUSED.rpartition("/")[2],
        f"{said} Until that is mended, what the shape asks for is not checked.",
        focus=shape,
        predicate=predicate,
        value=value,
        source=REFUSED,
    )


def one_for_each_fault(
    named: Sequence[ValidationResult],
    malformed: Sequence[ValidationResult],
    stopped: Sequence[ValidationResult],
    shapes: Shapes,
) -> list[ValidationResult]:
    """Leave out what is said again of a fault of a shape: by SHACL's shapes of shapes, and by what then cannot be used.

    What is named exactly goes before what is malformed, and that before that a shape as a whole cannot be used.
    """
    exact = {(one.focus, one.predicate) for one in named}
    inside = {one.value.name for one in named if one.predicate == _NODE and one.value}
    rest = [one for one in malformed if (one.focus, one.predicate) not in exact and one.focus not in inside]
    told = {one.focus for one in (*named, *rest) if one.predicate}
    rest = [one for one in rest if one.predicate or one.focus not in told]
    owners = {shapes.rule(one.focus) for one in (*named, *rest) if one.severity == "Violation"}
    whole = [one for one in stopped if (shapes.rule(one.focus) not in owners if one.focus else not owners)]
    return [*named, *rest, *whole]


def without_what_is_refused(
    results: Iterable[ValidationResult], refused_ones: Iterable[ValidationResult]
) -> list[ValidationResult]:
    """Leave out results of constraints that are refused."""
    faulty = {(one.focus, one.predicate) for one in refused_ones if one.predicate and one.severity == "Violation"}
    return [
        one
        for one in results
        if (one.source, _parameter(one.component)) not in faulty and (one.source, SH + "path") not in faulty
    ]


def _parameter(component: str) -> str:
    name = component.removeprefix(SH).removesuffix("ConstraintComponent")
    return SH + name[:1].lower() + name[1:]


def refusals(shapes: Shapes) -> Iterator[ValidationResult]:
    """Name what of the shapes is not checked, though it stands there."""
    for triple in shapes.graph.triples():
        yield from _unknown_terms(triple, shapes.graph)
    for constraint, error in shapes.unreadable.items():
        yield refused(str(error), constraint.name, SH + "select")
    for name in _OF_PROPERTY_SHAPES:
        for shape, predicate, value in shapes.graph.triples(None, SH + name):
            if not _has_path(shape, shapes.graph):
                reason = f"sh:{name} says nothing of a shape without a path. Give the shape a sh:path"
                severity = "Warning" if name in _PASSED_OVER else "Violation"
                yield refused(reason, shape.name, predicate.value, value, severity)
    for shape, predicate, value in shapes.idle():
        if value.value == "1" and value.datatype == XSD + "boolean":
            reason = (
                f"{curie(predicate.value)} counts when its value is written true, and not as 1. Write true or false"
            )
        else:
            reason = (
                f"{curie(predicate.value)} says nothing here. State a qualified shape together with a qualified count"
            )
        yield refused(reason, shape.name, predicate.value, value, "Warning")
    for shape, predicate, value in shapes.endless():
        yield refused("A collection runs in a circle. Let it end", shape.name, predicate.value, value)
    for (shape, predicate, value), reason in shapes.unusable_patterns.items():
        if set(shapes.text(shape.name, "flags")) <= set(FLAGS):  # else the flags are what is wrong
            yield refused(reason, shape.name, predicate.value, value)
    yield from _wrong_values(shapes.graph)


def _has_path(shape: Term, graph: Graph) -> bool:
    """Tell whether a shape has a path, or is known to want one, which is then told as missing."""
    is_property = any(True for _ in graph.triples(None, SH + "property", shape.name))
    return is_property or any(True for _ in graph.triples(shape.name, SH + "path"))


def _wrong_values(graph: Graph) -> Iterator[ValidationResult]:
    """Name values that are of no use, and about which neither pySHACL nor SHACL's own shapes of shapes complain."""
    for name in ("property", "node", "not", "qualifiedValueShape", "sparql"):
        for shape, predicate, value in graph.triples(None, SH + name):
            if value.kind == "literal":
                yield refused(
                    f"sh:{name} has a text where a shape or a query belongs. Name it",
                    shape.name,
                    predicate.value,
                    value,
                )
    for shape, predicate, value in graph.triples(None, _NODE):
        if value.kind != "literal" and any(True for _ in graph.triples(value.name, SH + "path")):
            reason = "sh:node has a shape with a path, where one of nodes belongs. Write sh:property"
            yield refused(reason, shape.name, predicate.value, value)
    for shape, predicate, value in graph.triples(None, SH + "flags"):
        if not set(value.value) <= set(FLAGS):
            reason = f"There are no flags '{value.value}'. Choose from {', '.join(sorted(FLAGS))}"
            yield refused(reason, shape.name, predicate.value, value)
    for shape, predicate, value in graph.triples(None, SH + "path", RDF + "nil"):
        yield refused("A path needs two steps or more in its brackets. Write them", shape.name, predicate.value, value)


def _unknown_terms(triple: Triple, graph: Graph) -> Iterator[ValidationResult]:
    subject, predicate, object_ = triple
    if predicate.value.startswith(DASH) and predicate.value.removeprefix(DASH) not in _PRESENTING:
        reason = f"dash:{predicate.value.removeprefix(DASH)} is a term of DASH, which is not supported. Say it in SHACL"
        yield refused(reason, subject.name, predicate.value, object_)
    for term in (predicate, *([object_] if predicate.value in _NAMING else [])):
        name = term.value.removeprefix(SH)
        if term.kind == "iri" and term.value.startswith(SH) and name not in _STANDARD:
            near = get_close_matches(name, _STANDARD, n=1)
            rules = "Rules belong into the folder rules/, in SPARQL" if rule_language(term.value) else ""
            hint = rules or (f"Did you mean sh:{near[0]}?" if near else "Say it with terms of the SHACL Recommendation")
            severity = "Violation" if _is_of_a_shape(subject, graph) or name in _OF_GRAPHS else "Warning"
            yield refused(f"sh:{name} is not supported. {hint}", subject.name, predicate.value, object_, severity)


def _is_of_a_shape(subject: Term, graph: Graph) -> bool:
    """Tell whether a subject may be a shape, or a part of one: it has no name, or is so used in another triple."""
    said = (p.value if p.value != RDF + "type" else o.value for _, p, o in graph.triples(subject.name))
    known = any(name.startswith(SH) and name.removeprefix(SH) in _STANDARD for name in said)
    used = (p.value for _, p, _ in graph.triples(None, None, subject.name))
    return subject.kind == "blank" or known or not _TO_SHAPES.isdisjoint(used)
