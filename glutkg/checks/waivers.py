"""Waivers: a record may break certain rules when it says which and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.rdf.namespaces import BASE, curie

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from glutkg.store.graph import Graph

WAIVES, REASON = BASE + "waives", BASE + "waiverReason"
UNUSED = BASE + "check/unused_waiver"


def sift(
    graph: Graph, results: Iterable[ValidationResult], waivable: Collection[str]
) -> tuple[list[ValidationResult], list[ValidationResult]]:
    """Separate results that stand from those that their focus node waives with a reason.

    `waivable` holds the IRIs of the shapes that may be waived; results of other shapes stand. A waiver of a rule that
    its record does not break is a result of its own.
    """
    reasoned = {subject.value for subject, _, _ in graph.triples(None, REASON)}
    waivers = {(s.value, o) for s, _, o in graph.triples(None, WAIVES) if o.value in waivable}
    valid = {(subject, rule.value) for subject, rule in waivers if subject in reasoned}
    every = list(results)
    broken = {(result.focus, result.source) for result in every}
    unused = [
        ValidationResult(
            "Violation",
            UNUSED.rpartition("/")[2],
            f"The record does not break {curie(rule.value)}: take the waiver and its reason out.",
            focus=subject,
            predicate=WAIVES,
            value=rule,
            source=UNUSED,
        )
        for subject, rule in waivers
        if (subject, rule.value) not in broken
    ]
    standing = [result for result in every if (result.focus, result.source) not in valid]
    return [*standing, *unused], [result for result in every if (result.focus, result.source) in valid]
