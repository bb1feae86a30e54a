"""What a check found: findings with the place of each, as a table and as a standard SHACL validation report."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import BASE, RDF, SH, XSD, curie
from glutkg.rdf.terms import Term, Triple, from_name
from glutkg.store.graph import serialize
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


SEVERITIES = {"Violation": "violation", "Warning": "warning", "Info": "note"}
"""From what stops a build to what is only counted."""

_FILE, _LINE = BASE + "file", BASE + "line"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or wants a reason, or is worth counting, and what to do about it.

    `rule` is the name of a shape or of a quality check and `source` its IRI; `path` is relative to the data folder for
    files of it; `focus` is the IRI of the record, `predicate` and `value` what is wrong with it, where one can tell.
    """

    severity: str
    rule: str
    message: str
    path: str = ""
    line: int | None = None
    focus: str = ""
    predicate: str | None = None
    value: Term | None = None
    source: str = ""
    component: str = SH + "SPARQLConstraintComponent"

    @property
    def place(self) -> str:
        """The file with the line, as editors and terminals understand it."""
        return f"{self.path}:{self.line}" if self.line else self.path

    def order(self) -> tuple[int, str, int, str, str, str, str]:
        """Give what findings are sorted by: how grave, then where."""
        value = self.value.value if self.value else ""
        rank = list(SEVERITIES).index(self.severity)
        return rank, self.path, self.line or 0, self.rule, self.focus, self.predicate or "", value


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of a check, sorted, how many records of each class were checked, and what records waive.

    `covered` says in words how much of the documents is accounted for.
    """

    findings: tuple[Finding, ...]
    checked: Mapping[str, int]
    waived: tuple[Finding, ...] = ()
    covered: str = ""

    @property
    def conforms(self) -> bool:
        """Whether nothing stops a build: there may be warnings and counts."""
        return self.count("Violation") == 0

    def count(self, severity: str) -> int:
        """Count the findings of a severity: `Violation`, `Warning` or `Info`."""
        return sum(finding.severity == severity for finding in self.findings)

    def summary(self) -> str:
        """Say in a line each what was checked and covered, what was found, and what records waive."""
        numbers = ", ".join(f"{number:,} {name}" for name, number in self.checked.items())
        found = ", ".join(_counted(self.count(severity), name) for severity, name in SEVERITIES.items())
        rules = Counter(finding.rule for finding in self.waived)
        waived = ", ".join(f"{number:,} {rule}" for rule, number in sorted(rules.items()))
        lines = {
            "checked": numbers or "nothing",
            "covered": self.covered,
            "found": found,
            "waived with a reason": waived or "nothing",
        }
        return "\n".join(f"{what}: {said}" for what, said in lines.items() if said)

    def table(self) -> Table:
        """Give the findings as a table for people: how grave, where, which rule, about what, and what to do."""
        return Table(
            ("severity", "place", "rule", "record", "property", "value", "message"), tuple(map(_row, self.findings))
        )

    def triples(self) -> list[Triple]:
        """Give the report in SHACL's own vocabulary, with the file and line of each result."""
        return list(_report(self))

    def to_turtle(self) -> bytes:
        """Write the report as Turtle; the same findings give the same bytes."""
        return serialize(self.triples(), "turtle")

    def to_json(self) -> bytes:
        """Write the report as JSON-LD, with its context inside; the same findings give the same bytes."""
        made = {
            "@context": _CONTEXT,
            "type": "sh:ValidationReport",
            "conforms": self.conforms,
            "result": [_result_as_json(finding) for finding in self.findings],
        }
        return (json.dumps(made, indent=2, ensure_ascii=False) + "\n").encode()


def _counted(number: int, name: str) -> str:
    return f"{number:,} {name}" if number == 1 else f"{number:,} {name}s"


def _row(finding: Finding) -> tuple[Term | None, ...]:
    value = finding.value
    cells = (
        finding.severity,
        finding.place,
        finding.rule,
        curie(finding.focus),
        curie(finding.predicate) if finding.predicate else None,
        (curie(value.value) if value.kind == "iri" else value.value) if value else None,
        finding.message,
    )
    return tuple(Term("literal", cell) if cell else None for cell in cells)


def _report(report: Report) -> Iterator[Triple]:
    report_ = Term("blank", "report")
    yield report_, _iri(RDF + "type"), _iri(SH + "ValidationReport")
    yield report_, _iri(SH + "conforms"), Term("literal", str(report.conforms).lower(), datatype=XSD + "boolean")
    for number, finding in enumerate(report.findings, 1):
        result = Term("blank", f"result{number}")
        yield report_, _iri(SH + "result"), result
        yield result, _iri(RDF + "type"), _iri(SH + "ValidationResult")
        for predicate, value in _statements(finding):
            yield result, _iri(predicate), value


def _statements(finding: Finding) -> Iterator[tuple[str, Term]]:
    yield SH + "resultSeverity", _iri(SH + finding.severity)
    if finding.focus:
        yield SH + "focusNode", from_name(finding.focus)
    if finding.predicate:
        yield SH + "resultPath", _iri(finding.predicate)
    if finding.value:
        yield SH + "value", finding.value
    yield SH + "sourceShape", _iri(finding.source)
    yield SH + "sourceConstraintComponent", _iri(finding.component)
    yield SH + "resultMessage", Term("literal", finding.message, language="en")
    if finding.path:
        yield _FILE, Term("literal", finding.path)
    if finding.line:
        yield _LINE, Term("literal", str(finding.line), datatype=XSD + "integer")


def _iri(iri: str) -> Term:
    return Term("iri", iri)


_CONTEXT = {
    "sh": SH,
    "glut": BASE,
    "xsd": XSD,
    "id": "@id",
    "type": "@type",
    "conforms": "sh:conforms",
    "result": "sh:result",
    "resultSeverity": {"@id": "sh:resultSeverity", "@type": "@id"},
    "focusNode": {"@id": "sh:focusNode", "@type": "@id"},
    "resultPath": {"@id": "sh:resultPath", "@type": "@id"},
    "value": "sh:value",
    "sourceShape": {"@id": "sh:sourceShape", "@type": "@id"},
    "sourceConstraintComponent": {"@id": "sh:sourceConstraintComponent", "@type": "@id"},
    "resultMessage": {"@id": "sh:resultMessage", "@language": "en"},
    "file": "glut:file",
    "line": "glut:line",
}


def _result_as_json(finding: Finding) -> dict[str, object]:
    made: dict[str, object] = {"type": "sh:ValidationResult"}
    for predicate, term in _statements(finding):
        made[predicate.rpartition("#")[2].rpartition("/")[2]] = _as_json(predicate, term)
    return made


def _as_json(predicate: str, term: Term) -> object:
    if predicate == _LINE:
        return int(term.value)
    if predicate == SH + "value":
        if term.kind != "literal":
            return {"id": term.name}
        parts = {"@value": term.value, "@language": term.language, "@type": term.datatype}
        return {key: part for key, part in parts.items() if part is not None}
    return term.name
