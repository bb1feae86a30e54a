"""A check says which name may be meant, what a property takes, and which class fits a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.checks.check import check

if TYPE_CHECKING:
    from glutkg.checks.report import ValidationReport

pytestmark = pytest.mark.xdist_group("check")
RECORDS = """\
@prefix claim: <https://w3id.org/glutkg/claim/> .
@prefix glut: <https://w3id.org/glutkg/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix review: <https://w3id.org/glutkg/source/glutamate-receptors-migraine#> .
@prefix substance: <https://w3id.org/glutkg/substance/> .

claim:case-of-names a glut:ExperimentalFinding ;
    rdfs:label "A claim with names that nothing defines"@en ;
    glut:agent glut:Memantine ;
    glut:outcome glut:CSD ;
    glut:direction glut:Decreases ;
    glut:comparator glut:Placebo ;
    glut:route glut:Intracerebroventricular ;
    glut:species glut:Xyzzyx ;
    glut:targetsite glut:Thalamus ;
    glut:result glut:EffectShown ;
    glut:modality glut:Reported ;
    glut:statedIn review:s100 .

claim:case-of-places a glut:Localization ;
    rdfs:label "A claim with a name in the wrong place"@en ;
    glut:target glut:Thalamus ;
    glut:targetSite glut:TrigeminalGanglion ;
    glut:result glut:Affirmed ;
    glut:modality glut:Reported ;
    glut:statedIn review:s100 .

claim:case-of-class a glut:ClinicalFinding ;
    rdfs:label "A claim with the class of another"@en ;
    glut:agent substance:memantine ;
    glut:outcome glut:CentralSensitization ;
    glut:direction glut:Decrease ;
    glut:stimulus glut:ElectricalStimulation ;
    glut:stimulationSite glut:DuraMater ;
    glut:result glut:EffectShown ;
    glut:modality glut:Reported ;
    glut:statedIn review:s100 .

claim:case-of-wide-class a glut:Finding ;
    rdfs:label "A claim with a class that groups others"@en ;
    glut:agent substance:memantine ;
    glut:outcome glut:CentralSensitization ;
    glut:direction glut:Decrease ;
    glut:result glut:EffectShown ;
    glut:modality glut:Reported ;
    glut:statedIn review:s100 .

claim:case-of-spelling a glut:Localisation ;
    rdfs:label "A claim with a misspelt class"@en ;
    glut:target glut:NMDAReceptor ;
    glut:lamina glut:LaminaI ;
    glut:targetSite glut:TrigeminocervicalComplex ;
    glut:result glut:Affirmed ;
    glut:modality glut:Reported ;
    glut:statedIn review:s100 .

claim:case-of-a-design a glut:ClinicalTrial ;
    rdfs:label "A claim with a study design for its class"@en ;
    glut:agent substance:memantine ;
    glut:outcome glut:ClinicalEfficacy ;
    glut:result glut:EffectShown ;
    glut:modality glut:Reported ;
    glut:statedIn review:s100 .

claim:case-of-a-part a glut:Trial ;
    rdfs:label "A claim with a part of a study design for its class"@en ;
    glut:agent substance:memantine .

claim:case-of-a-place a glut:Location ;
    rdfs:label "A claim with a place for its class"@en ;
    glut:target glut:NMDAReceptor ;
    glut:targetSite glut:TrigeminocervicalComplex .

claim:case-without-class
    rdfs:label "A claim without a class"@en ;
    glut:target glut:NMDAReceptor ;
    glut:targetSite glut:TrigeminocervicalComplex ;
    glut:result glut:Affirmed ;
    glut:modality glut:Reported ;
    glut:statedIn review:s100 .

claim:case-of-a-stray a glut:Composition ;
    rdfs:label "A composition with a dose"@en ;
    glut:target glut:NMDAReceptor ;
    glut:partner glut:IonotropicGlutamateReceptor ;
    glut:judgement glut:Affirmed ;
    glut:assembly glut:HomomericAssembly ;
    glut:result glut:Affirmed ;
    glut:modality glut:Reported ;
    glut:statedIn review:s100 .
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ValidationReport:
    path = tmp_path_factory.mktemp("records") / "records.ttl"
    path.write_text(RECORDS, encoding="utf-8")
    return check(ROOT, [path])


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
    misplaced = at(report, "glut:target glut:Thalamus")
    assert "below 'target'. glut:Thalamus may stand after glut:" in misplaced
    assert "glut:targetSite" in misplaced.partition("may stand after")[2]


def test_a_wrong_class_is_told_the_one_that_fits(report: ValidationReport) -> None:
    assert "All its properties together fit glut:ExperimentalFinding." in at(report, "glut:stimulationSite")
    wide = at(report, "a glut:Finding ;")
    assert "All its properties together fit glut:ClinicalFinding or glut:ExperimentalFinding." in wide
    assert "All its properties together fit glut:Localization." in at(report, "A claim without a class")
    assert "glut:judgement belongs on glut:Assessment." in at(report, "glut:judgement")


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
