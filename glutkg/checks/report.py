"""The report of a check: validation results with their places, as a table and in SHACL's own vocabulary."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import BASE, RDF, SH, XSD, curie
from glutkg.rdf.terms import Term, Triple, from_name
from glutkg.relations import grouped
from glutkg.store.graph import serialize
from glutkg.text.documents import Document, Readable, TableBlock, paragraph
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


SEVERITIES = {"Violation": "violation", "Warning": "warning", "Info": "note"}
"""From what stops a build to what is only counted."""

_COLUMNS = ("severity", "place", "rule", "record", "property", "value", "message")
_FILE, _LINE = BASE + "file", BASE + "line"


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One thing that is wrong, or wants a reason, or is worth counting, and what to do about it.

    `severity` is one of `SEVERITIES`, or the IRI of a severity of one's own, which stops a build as a violation does.
    `rule` is the name of a shape or of a quality check and `source` its IRI; `path` is relative to the data folder for
    its files; `focus` is the IRI of the focus node, `predicate` and `value` what is wrong with it, where known. Of a
    focus node that is a literal, `focus` is the text, and `literal` the term. Of a focus node that is the target of its
    shape as the value of a property, `focus` is the record that states it, `predicate` the property, `target` the node.
    `constraint` tells results apart that are about several shapes to which one shape asks a node to conform.
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
    literal: Term | None = None
    target: Term | None = None
    constraint: str = ""

    @property
    def place(self) -> str:
        """The file with the line, as editors and terminals understand it."""
        return f"{self.path}:{self.line}" if self.line else self.path

    def worded(self, value: str) -> str:
        """Return the message with other words in place of the value."""
        return self.message.replace(curie(self.value.value), value) if self.value else self.message

    def order(self) -> tuple[int, str, int, str, str, str, str, str, str]:
        """Give what results are sorted by: severity, then place."""
        value = self.value.value if self.value else ""
        rank = list(SEVERITIES).index(self.severity) if self.severity in SEVERITIES else -1
        what = self.rule, self.focus, self.predicate or "", value, self.component, self.message
        return rank, self.path, self.line or 0, *what


@dataclass(frozen=True, slots=True, repr=False)
class ValidationReport(Readable):
    """All results of a check, sorted, how many records of each class were checked, and which results records waive.

    `covered` states in words how much of the documents is accounted for.

    >>> report = ValidationReport((), {"claim": 2})
    >>> report.summary().splitlines()[0], report.conforms, len(report.brief())
    ('checked: 2 claim', True, 0)
    >>> b"sh:conforms true" in report.to_turtle(), b'"sh:ValidationReport"' in report.to_json()
    (True, True)
    """

    results: tuple[ValidationResult, ...]
    checked: Mapping[str, int]
    waived: tuple[ValidationResult, ...] = ()
    covered: str = ""

    @property
    def conforms(self) -> bool:
        """Whether nothing stops a build: there may be warnings and counts."""
        return {result.severity for result in self.results} <= {"Warning", "Info"}

    def _in_a_line(self) -> str:
        """Say whether it conforms, and what was found."""
        return ("conforms; " if self.conforms else "does not conform; ") + self._found()

    def count(self, severity: str) -> int:
        """Count the results of a severity: `Violation`, `Warning` or `Info`."""
        return sum(result.severity == severity for result in self.results)

    def summary(self) -> str:
        """Say in a line each what was checked and covered, what was found, and what records waive."""
        numbers = ", ".join(f"{number:,} {name}" for name, number in self.checked.items())
        rules = Counter(result.rule for result in self.waived)
        waived = ", ".join(f"{number:,} {rule}" for rule, number in sorted(rules.items()))
        lines = {
            "checked": numbers or "nothing",
            "covered": self.covered,
            "found": self._found(),
            "waived with a reason": waived or "nothing",
        }
        return "\n".join(f"{name}: {text}" for name, text in lines.items() if text)

    def _found(self) -> str:
        own = sorted({result.severity for result in self.results} - SEVERITIES.keys())
        names = SEVERITIES | {severity: f"of severity {curie(severity)}" for severity in own}
        return ", ".join(_counted(self.count(severity), name) for severity, name in names.items())

    def table(self) -> Table:
        """Give the results as a table, each in a row: severity, place, rule, focus node, and what to do."""
        return Table(_COLUMNS, tuple(_row([result]) for result in self.results))

    def brief(self) -> Table:
        """Give them as a table for people, in which those that differ in records or values alone are one row."""
        return Table(_COLUMNS, tuple(map(_row, gathered(self.results))))

    def document(self) -> Document:
        """Return what was checked and found, and the results in a table."""
        summary = paragraph(*reversed(self.summary().splitlines()))
        return Document((summary, TableBlock(self.brief())) if self.results else (summary,))

    def triples(self) -> list[Triple]:
        """Give the report in SHACL's own vocabulary, with the file and line of each result."""
        return list(_report(self))

    def to_turtle(self) -> bytes:
        """Write the report as Turtle; the same results give the same bytes."""
        return serialize(self.triples(), "turtle")

    def to_json(self) -> bytes:
        """Write the report as JSON-LD, with its context inside; the same results give the same bytes."""
        made = {
            "@context": _CONTEXT,
            "type": "sh:ValidationReport",
            "conforms": self.conforms,
            "result": [_result_as_json(result) for result in self.results],
        }
        return (json.dumps(made, indent=2, ensure_ascii=False) + "\n").encode()


def _counted(number: int, name: str) -> str:
    return f"{number:,} {name}" if number == 1 or " " in name else f"{number:,} {name}s"


def gathered(results: Iterable[ValidationResult]) -> list[list[ValidationResult]]:
    """Put results together that say the same of one record and several values, or of several records and one value.

    >>> one, other = (Term("iri", BASE + name) for name in ("A", "B"))
    >>> made = [ValidationResult("Warning", "rule", f"{curie(v.value)} is wrong.", value=v) for v in (one, other)]
    >>> [[result.message for result in same] for same in gathered(made)]
    [['glut:A is wrong.', 'glut:B is wrong.']]
    """
    by_record = grouped((_alike(result, result.focus), result) for result in results)
    of_one_value = grouped(
        (_alike(same[0], same[0].value) if len(same) == 1 else (number,), same)
        for number, same in enumerate(by_record.values())
    )
    return [[result for same in alike for result in same] for alike in of_one_value.values()]


def _alike(result: ValidationResult, what: str | Term | None) -> tuple[object, ...]:
    """Give what results have in common that are on one thing, of which nothing is alike where there is none."""
    message = result.worded("") if result.value and result.value.kind == "iri" else (result.message, result.value)
    return result.severity, result.rule, result.place, result.predicate, what, message


def message_of(alike: Sequence[ValidationResult]) -> str:
    """Return the message of results that say the same; of several values, it speaks of each of these."""
    values = {result.value for result in alike}
    text = alike[0].worded(f"each of these {len(values)}") if len(values) > 1 else alike[0].message
    return text[:1].upper() + text[1:] if len(values) > 1 else text


def _row(alike: Sequence[ValidationResult]) -> tuple[Term | None, ...]:
    first = alike[0]
    values = [(curie(v.value) if v.kind == "iri" else v.value) for result in alike if (v := result.value)]
    cells = (
        curie(first.severity),
        first.place,
        first.rule,
        listed(curie(result.focus) for result in alike),
        curie(first.predicate) if first.predicate else None,
        listed(values),
        message_of(alike),
    )
    return tuple(Term("literal", cell) if cell else None for cell in cells)


def listed(names: Iterable[str]) -> str:
    """List names, each once."""
    return ", ".join(dict.fromkeys(names))


def _report(report: ValidationReport) -> Iterator[Triple]:
    node = Term("blank", "report")
    yield node, from_name(RDF + "type"), from_name(SH + "ValidationReport")
    yield node, from_name(SH + "conforms"), Term("literal", str(report.conforms).lower(), datatype=XSD + "boolean")
    for number, result in enumerate(report.results, 1):
        name = Term("blank", f"result{number}")
        yield node, from_name(SH + "result"), name
        yield name, from_name(RDF + "type"), from_name(SH + "ValidationResult")
        for predicate, value in _statements(result):
            yield name, from_name(predicate), value


def _statements(result: ValidationResult) -> Iterator[tuple[str, Term]]:
    own = result.severity not in SEVERITIES
    yield SH + "resultSeverity", from_name(result.severity if own else SH + result.severity)
    if result.focus:
        yield SH + "focusNode", result.target or result.literal or from_name(result.focus)
    if result.predicate and not result.target:
        yield SH + "resultPath", from_name(result.predicate)
    if result.value:
        yield SH + "value", result.value
    yield SH + "sourceShape", from_name(result.source)
    yield SH + "sourceConstraintComponent", from_name(result.component)
    yield SH + "resultMessage", Term("literal", result.message, language="en")
    if result.path:
        yield _FILE, Term("literal", result.path)
    if result.line:
        yield _LINE, Term("literal", str(result.line), datatype=XSD + "integer")


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


def _result_as_json(result: ValidationResult) -> dict[str, object]:
    made: dict[str, object] = {"type": "sh:ValidationResult"}
    for predicate, term in _statements(result):
        made[predicate.rpartition("#")[2].rpartition("/")[2]] = _as_json(predicate, term)
    return made


def _as_json(predicate: str, term: Term) -> object:
    if predicate == _LINE:
        return int(term.value)
    if predicate in (SH + "value", SH + "focusNode"):
        if term.kind != "literal":
            return {"id": term.name} if predicate == SH + "value" else term.name
        parts = {"@value": term.value, "@language": term.language, "@type": term.datatype}
        return {key: part for key, part in parts.items() if part is not None}
    return term.name
