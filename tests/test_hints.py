"""A check says which name may be meant, what a property takes, and which class fits a record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

if TYPE_CHECKING:
    from glutkg.checks.report import ValidationReport

pytestmark = pytest.mark.xdist_group("check")
RECORDS = (ROOT / "tests" / "misnamed.ttl").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def report(faulty_report: ValidationReport) -> ValidationReport:
    """What the check reports on the file of records with wrong names."""
    found = [result for result in faulty_report.results if result.path.endswith("misnamed.ttl")]
    return replace(faulty_report, results=tuple(found))


def at(report: ValidationReport, words: str) -> str:
    """What the report says of the line that has these words."""
    (line,) = (number for number, text in enumerate(RECORDS.splitlines(), 1) if words in text)
    return " ".join(result.message for result in report.results if result.line == line)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("glut:CSD", "Did you mean glut:CorticalSpreadingDepolarization? "),
        ("glut:Memantine", "Did you mean substance:memantine? "),
        ("glut:Decreases", "Did you mean glut:Decrease or"),
        ("glut:Placebo ", "Did you mean glut:PlaceboComparator? "),
        ("glut:targetsite", "Did you mean glut:targetSite?"),
        ("a glut:Localisation", "Did you mean glut:Localization? All its properties together fit glut:Localization."),
    ],
)
def test_an_unknown_name_is_looked_for_among_synonyms_parts_and_spellings(
    report: ValidationReport, words: str, hint: str
) -> None:
    assert f"correct the name, or define it. {hint}" in at(report, words) + " "


def test_what_a_property_takes_is_listed_where_a_name_is_unknown_or_out_of_place(report: ValidationReport) -> None:
    assert "glut:route takes one of glut:" in at(report, "glut:Intracerebroventricular")
    assert "glut:Intravenous" in at(report, "glut:Intracerebroventricular")
    assert "Did you mean" not in at(report, "glut:Xyzzyx")
    assert "A template of a new one: glutkg new route" in at(report, "glut:Intracerebroventricular")
    assert "Did you mean" not in at(report, "glut:Interictall"), "a phase is no method"
    misplaced = at(report, "glut:target glut:Thalamus")
    assert "below 'target'. glut:Thalamus may stand after glut:" in misplaced
    assert "glut:targetSite" in misplaced.partition("may stand after")[2]


def test_a_wrong_class_is_told_the_one_that_fits(report: ValidationReport) -> None:
    assert "All its properties together fit glut:ExperimentalFinding." in at(report, "glut:stimulationSite")
    wide = at(report, "a glut:Finding ;")
    assert "All its properties together fit glut:ClinicalFinding or glut:ExperimentalFinding." in wide
    assert "All its properties together fit glut:Localization." in at(report, "A claim without a class")
    assert "glut:judgement belongs on glut:Assessment." in at(report, "glut:judgement")
    assert "No record has glut:partOf: it is stated of terms." in at(report, "glut:partOf")
    assert "glut:foundIn is inferred and not stated" in at(report, "glut:foundIn")


@pytest.mark.parametrize(
    ("words", "meant", "instead"),
    [
        ("a glut:ClinicalTrial", "glut:ClinicalFinding", "glut:ClinicalTrial may stand after glut:studyDesign."),
        ("a glut:Trial", "glut:ClinicalFinding", ""),
        ("a glut:Location ", "glut:Localization", "glut:Location may stand after glut:"),
    ],
)
def test_a_class_that_no_record_has_is_told_the_nearest_by_words_once(
    report: ValidationReport, words: str, meant: str, instead: str
) -> None:
    told = at(report, words)
    assert told.count(f"Did you mean {meant}?") == 1
    assert instead in told


def test_no_message_stands_twice(report: ValidationReport) -> None:
    told = [(result.focus, result.message) for result in report.results]
    assert len(told) == len(set(told))
    kinds = [result.rule for result in report.results if result.focus.endswith("case-of-a-design")]
    assert sorted(kinds) == ["Claim-type", "contradiction"]
