"""Waivers: a record may break certain rules when it says which and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.checks.report import Finding
from glutkg.rdf.namespaces import BASE, curie

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from glutkg.store.graph import Graph

WAIVES, REASON = BASE + "waives", BASE + "waiverReason"
UNUSED = BASE + "check/unused_waiver"


def sift(
    graph: Graph, findings: Iterable[Finding], waivable: Collection[str]
) -> tuple[list[Finding], tuple[Finding, ...]]:
    """Part findings into those that stand and those that their record waives with a reason.

    `waivable` holds the IRIs of the shapes that may be waived; any other is held against the record all the same. A
    waiver of a rule that its record does not break is a finding of its own.
    """
    reasoned = {subject.value for subject, _, _ in graph.triples(None, REASON)}
    waivers = {(s.value, o) for s, _, o in graph.triples(None, WAIVES) if o.value in waivable}
    valid = {(subject, rule.value) for subject, rule in waivers if subject in reasoned}
    every = list(findings)
    waived = tuple(finding for finding in every if (finding.focus, finding.source) in valid)
    broken = {(finding.focus, finding.source) for finding in every}
    unused = [
        Finding(
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
    return [*(finding for finding in every if (finding.focus, finding.source) not in valid), *unused], waived
