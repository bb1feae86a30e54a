"""A template of each class of records takes what records have, and passes the check once it is filled in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.checks.check import check
from glutkg.checks.record_classes import TYPE
from glutkg.checks.templates import FILL_IN, find_class, template
from glutkg.errors import NotFoundError, UsageError
from glutkg.rdf.namespaces import BASE, RDF, curie
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    from pathlib import Path

    from glutkg.checks.record_classes import RecordClasses
    from glutkg.checks.report import ValidationReport

pytestmark = pytest.mark.xdist_group("check")
LINE = re.compile(rf"^    (?:# )?(\S+) \S*{FILL_IN}\S* ;$")


@pytest.fixture(scope="module")
def classes(record_classes: RecordClasses) -> RecordClasses:
    return record_classes


def fill_in(classes: RecordClasses, record: str, text: str) -> str:
    """Fill the template in with what a record has, one line a value, and delete the lines that it does not need."""
    lines = []
    for line in text.splitlines():
        if found := LINE.match(line):
            values = [o.n3() for _, p, o in classes.stated.triples(record) if curie(p.value) == found[1]]
            lines += [f"    {found[1]} {value} ;" for value in values]
        else:
            lines.append(re.sub(rf"^\w+:{FILL_IN} ", f"<{record}> ", line))
    return "\n".join(lines)


def longest(classes: RecordClasses, class_: str) -> str:
    """The record of a class that has most to fill in."""
    return max(sorted(classes.instances(class_)), key=lambda record: len(classes.properties_of(record)))


def type_of(classes: RecordClasses, record: str) -> str:
    return next(o.value for _, _, o in classes.stated.triples(record, TYPE))


@pytest.fixture(scope="module")
def records(classes: RecordClasses) -> dict[str, str]:
    """A record of each class that has some: those of imports alone have none here."""
    return {class_: longest(classes, class_) for class_ in classes.classes if classes.instances(class_)}


@pytest.fixture(scope="module")
def folder(classes: RecordClasses, records: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the data folder in which templates that are filled in stand for the records."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("ontology", "rules", "shapes", "queries"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "facts").mkdir()
    for path in (ROOT / "facts").glob("*.ttl"):
        kept = without(path.read_text(encoding="utf-8"), {curie(record) for record in records.values()})
        (folder / "facts" / path.name).write_text(kept, encoding="utf-8")
    for number, record in enumerate(records.values()):
        text = fill_in(classes, record, template(classes, curie(type_of(classes, record)), whole=True, alone=True))
        assert FILL_IN not in text.partition("\n\n")[2]
        (folder / "facts" / f"template-{number}.ttl").write_text(text, encoding="utf-8")
    return folder


def test_a_template_of_each_class_filled_in_with_a_record_is_that_record(
    classes: RecordClasses, records: dict[str, str], folder: Path
) -> None:
    assert len(records) > 20
    filled = Graph.merged(map(read_source, (folder / "facts").glob("template-*.ttl")))
    for record in records.values():
        assert set(filled.triples(record)) == set(classes.stated.triples(record))
    print(f"{len(records)} templates filled in, {len(filled)} triples")


@pytest.mark.slow
def test_a_template_that_is_filled_in_passes(folder: Path) -> None:
    assert [(one.place, one.message) for one in check(folder).results] == []


def without(text: str, records: set[str]) -> str:
    """Cut records out of Turtle in which each stands in a paragraph of its own."""
    return "\n\n".join(part for part in text.split("\n\n") if part.partition(" ")[0].strip() not in records)


def test_the_template_of_a_class_has_all_that_any_of_its_records_has(classes: RecordClasses) -> None:
    for class_ in classes.classes:
        offered = {
            found[1]
            for line in template(classes, curie(class_), whole=True, alone=True).splitlines()
            if (found := LINE.match(line))
        }
        used = {curie(name) for record in classes.instances(class_) for name in classes.properties_of(record)}
        assert used <= offered, class_


def test_a_template_names_all_and_describes_first_what_records_have_most(classes: RecordClasses) -> None:
    for class_ in classes.classes:
        text = template(classes, curie(class_), alone=True)
        assert len(text.splitlines()) <= 165, class_
        properties = classes.record_class(class_).properties
        assert {name for name in map(curie, properties) if not re.search(rf"{name}\b", text)} == set(), class_
    text = template(classes, "clinical finding", alone=True)
    often, seldom = text.partition("# --- optional")[2].split("# --- seldom needed, ")
    assert "glut:comparator glut:fill_in ;" in often
    assert "fill_in" not in seldom
    assert "# kinds of glut:extent: glut:coverage, glut:directness, " in " ".join(seldom.split())


NEEDED = [
    ("clinical finding", "\n    glut:condition glut:fill_in ;", "Name the disorder: glut:condition."),
    ("clinical finding", "\n    # glut:testedDirection glut:fill_in ;", "An effect that was not seen (glut:Effe"),
    ("use status", "glut:condition glut:fill_in ;", "Say for which disorder it is …"),
]
"""A class, what its template has among what some records need, and what it says of that."""


@pytest.mark.parametrize(("name", "line", "told"), NEEDED)
def test_what_a_rule_asks_of_some_records_stands_with_what_is_required(
    classes: RecordClasses, name: str, line: str, told: str
) -> None:
    needed, optional = template(classes, name, alone=True).partition("# --- required where ")[2].split("# --- optional")
    assert line in needed
    assert told in " ".join(needed.replace("#", " ").split())
    assert line not in optional


def test_a_template_has_the_route_where_findings_have_one_and_asks_for_no_offsets(classes: RecordClasses) -> None:
    for name in ("clinical finding", "experimental finding"):
        assert "glut:route glut:fill_in ;" in template(classes, name, alone=True).split("# --- seldom needed")[0]
    for line in ('# glut:start "fill_in" ;', '# glut:end "fill_in" ;'):
        assert line in template(classes, "sentence", alone=True).partition("# --- optional")[2]


def test_a_claim_comes_with_the_paper_and_the_sentence_in_which_it_is_stated(
    classes: RecordClasses, tmp_path: Path
) -> None:
    path = tmp_path / "claim.ttl"
    path.write_text(template(classes, "localization").replace(FILL_IN, "my-paper"), encoding="utf-8")
    stated = Graph.merged([read_source(path)])
    paper, sentence, claim = BASE + "source/my-paper", BASE + "source/my-paper#s001", BASE + "claim/my-paper"
    assert {s.value: o.value for s, _, o in stated.triples(None, TYPE)} == {
        paper: BASE + "Document",
        sentence: BASE + "Sentence",
        claim: BASE + "Localization",
    }
    assert [o.value for _, _, o in stated.triples(claim, BASE + "statedIn")] == [sentence]
    assert [o.value for _, _, o in stated.triples(sentence, BASE + "partOfDocument")] == [paper]
    assert "dcterms:identifier <https://doi.org/" in template(classes, "localization")


def test_a_class_that_is_none_of_records_gives_the_template_of_a_term_below_it(classes: RecordClasses) -> None:
    text = template(classes, "route")
    lines = [line for line in text.splitlines() if line.startswith("    ") and not line.lstrip().startswith("#")]
    assert "glut:fill_in a owl:Class ;" in text
    assert lines == [
        "    rdfs:subClassOf glut:Route ;",
        '    rdfs:label "fill_in"@en ;',
        '    skos:definition "fill_in"@en ;',
        "    .",
    ]


def test_what_stands_ready_in_a_template_meets_all_requirements(classes: RecordClasses) -> None:
    for class_ in classes.classes:
        lines = template(classes, curie(class_), alone=True).splitlines()
        ready = {found[1] for line in lines if (found := LINE.match(line)) and not line.startswith("    #")}
        made = classes.record_class(class_)
        assert all(ready.intersection(map(curie, choice)) for choice in made.required), class_


def test_a_template_that_is_not_filled_in_fails_at_each_place(faulty_report: ValidationReport, unfilled: Path) -> None:
    left = [number for number, line in enumerate(unfilled.read_text(encoding="utf-8").splitlines(), 1) if is_left(line)]
    assert len(left) >= 6
    found = [one for one in faulty_report.results if one.path == unfilled.as_posix()]
    assert {result.line for result in found if result.severity == "Violation"} >= set(left)


def is_left(line: str) -> bool:
    """Tell a line to fill in; what names the paper is so once the paper has a name."""
    return FILL_IN in line and not line.lstrip().startswith(("#", "@prefix", "glut:partOfDocument"))


@pytest.mark.parametrize(
    ("name", "class_"),
    [
        ("clinical finding", "ClinicalFinding"),
        ("glut:Localization", "Localization"),
        ("localiz", "Localization"),
        ("sentence", "Sentence"),
        ("reference", "CitedReference"),
        ("document", "Document"),
        ("drug", "Drug"),
        ("gene", "Gene"),
        ("triptan", "Triptan"),
    ],
)
def test_a_class_is_found_by_its_name_a_part_of_it_or_a_narrower_class(
    classes: RecordClasses, name: str, class_: str
) -> None:
    assert find_class(classes, name) == BASE + class_
    assert f" a glut:{class_} ;" in template(classes, name)


def test_an_unknown_or_ambiguous_class_names_those_there_are(classes: RecordClasses) -> None:
    with pytest.raises(UsageError, match="'biomarker finding', 'clinical finding', 'experimental finding'"):
        find_class(classes, "finding")
    with pytest.raises(NotFoundError, match="Did you mean 'sentence'"):
        find_class(classes, "sentense")
    with pytest.raises(NotFoundError, match="'glutkg new' without a name lists those of records"):
        find_class(classes, "substantially")


def test_values_are_those_of_the_property_most_used_by_the_class_first(classes: RecordClasses) -> None:
    route = classes.values(BASE + "route", BASE + "ClinicalFinding")
    below = set(classes.below(BASE + "Route")[1:])
    assert {term.value for term in route.terms} <= below
    units = classes.values(BASE + "doseUnit", BASE + "ClinicalFinding")
    assert '"mg/kg"' in {f'"{term.value}"' for term in units.terms}
    assert units.listed
    assert RDF + "type" not in classes.record_class(BASE + "ClinicalFinding").properties
