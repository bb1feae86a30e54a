"""What cannot be checked of shapes, by name: terms that are not SHACL's or not supported, and queries it forbids."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.rdf.namespaces import BASE, RDF, SH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.checks.shapes import Shapes
    from glutkg.rdf.terms import Term, Triple

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
_NAMING = frozenset((RDF + "type", SH + "nodeKind", SH + "severity"))
"""Properties whose values in SHACL's namespace are terms that have to mean something."""
_OF_PROPERTY_SHAPES = (
    *("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals"),
    *("qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount"),
)


def refused(reason: str, shape: str, predicate: str | None = None, value: Term | None = None) -> ValidationResult:
    """Say that a shape cannot be used, or a part of it."""
    said = reason.strip().splitlines()[0]
    said = said if said.endswith((".", "?")) else f"{said}."
    return ValidationResult(
        "Violation",
        REFUSED.rpartition("/")[2],
        f"{said} Until that is mended, what the shape asks for is not checked.",
        focus=shape,
        predicate=predicate,
        value=value,
        source=REFUSED,
    )


def refusals(shapes: Shapes) -> Iterator[ValidationResult]:
    """Name what of the shapes is not checked, though it stands there."""
    for triple in shapes.graph.triples():
        yield from _unknown_terms(triple)
    for constraint, error in shapes.unreadable.items():
        yield refused(str(error), constraint.name, SH + "select")
    for name in _OF_PROPERTY_SHAPES:
        for shape, predicate, value in shapes.graph.triples(None, SH + name):
            if not any(True for _ in shapes.graph.triples(shape.name, SH + "path")):
                reason = f"sh:{name} says nothing of a shape without a path. Give the shape a sh:path"
                yield refused(reason, shape.name, predicate.value, value)


def _unknown_terms(triple: Triple) -> Iterator[ValidationResult]:
    subject, predicate, object_ = triple
    for term in (predicate, *([object_] if predicate.value in _NAMING else [])):
        name = term.value.removeprefix(SH)
        if term.kind == "iri" and term.value.startswith(SH) and name not in _STANDARD:
            near = get_close_matches(name, _STANDARD, n=1)
            hint = f"Did you mean sh:{near[0]}?" if near else "Say it with terms of the SHACL Recommendation"
            yield refused(f"sh:{name} is not supported. {hint}", subject.name, predicate.value, object_)
