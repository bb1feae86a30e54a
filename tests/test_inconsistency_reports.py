"""A file that contradicts the ontology is told so by the check, with the fewest axioms and facts, each in its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from shipped_damage import ShippedDamage, batches, read_damage

from glutkg.checks.check import check
from glutkg.rdf.namespaces import BASE, curie
from glutkg.resources import source_files
from glutkg.store.graph import Graph, serialize
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    from pathlib import Path

    from command_runs import Run

    from glutkg.checks.report import ValidationReport, ValidationResult
    from glutkg.rdf.terms import Triple

pytestmark = pytest.mark.xdist_group("check")
CASES = [
    line.split("\t")
    for line in (ROOT / "tests" / "inconsistency_reports.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
HEAD = "".join(
    f"@prefix {prefix}: <{iri}> .\n"
    for prefix, iri in (
        ("e", "https://example.org/"),
        ("glut", BASE),
        ("owl", "http://www.w3.org/2002/07/owl#"),
        ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    )
)


def contradictions(report: ValidationReport) -> list[ValidationResult]:
    return [result for result in report.results if result.rule == "contradiction"]


def reasons(result: ValidationResult) -> list[str]:
    """What a result lists, without the places."""
    listed = result.message.partition(": ")[2].removesuffix(".")
    return [re.sub(r" \([^()]*\)$", "", part) for part in listed.split("; ")]


def places(result: ValidationResult) -> list[str]:
    listed = result.message.partition(": ")[2].removesuffix(".")
    return [part.rpartition("(")[2].removesuffix(")") for part in listed.split("; ")]


def written(path: Path, statements: str) -> Path:
    path.write_text(HEAD + statements.replace(" . ", " .\n") + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=[4, pytest.param(1, marks=pytest.mark.slow)])
def numbers(request: pytest.FixtureRequest, seed: int) -> range:
    """The numbers of one case in four, or of all."""
    return range(seed % request.param, len(CASES), request.param)


@pytest.fixture(scope="module")
def found(numbers: range, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[ValidationResult]]:
    """The contradictions of the cases, checked at once, by file; each case has names of its own.

    Beside each case there are files that lack one of its statements each.
    """
    folder = tmp_path_factory.mktemp("cases")
    paths = []
    for number in numbers:
        statements = CASES[number][0]
        parts = statements.removesuffix(" .").split(" . ")
        paths.append(written(folder / f"case-{number}.ttl", statements.replace("e:", f"e:c{number}-")))
        for gone, part in enumerate(parts):
            rest = [one for one in parts if one != part]
            if rest and not part.endswith("a owl:ObjectProperty"):
                text = " . ".join(rest).replace("e:", f"e:c{number}without{gone}-") + " ."
                paths.append(written(folder / f"case-{number}-without-{gone}.ttl", text))
    made: dict[str, list[ValidationResult]] = {path.stem: [] for path in paths}
    for result in contradictions(check(ROOT, paths)):
        made[result.place.rpartition("/")[2].partition(".")[0]].append(result)
    return made


def test_a_contradiction_names_its_fewest_axioms_and_their_places(
    found: dict[str, list[ValidationResult]], numbers: range
) -> None:
    for number in numbers:
        (result,) = found[f"case-{number}"]
        assert result.severity == "Violation"
        expected = CASES[number][1].replace("e:", f"https://example.org/c{number}-").split("|")
        assert len(reasons(result)) == len(expected), CASES[number]
        assert all(any(reason.endswith(wanted) for reason in reasons(result)) for wanted in expected), CASES[number]
        for place in places(result):
            file, _, line = place.rpartition(":")
            assert 0 < int(line) <= (ROOT / file).read_text(encoding="utf-8").count("\n") + 1


def test_without_any_one_of_its_statements_nothing_contradicts(found: dict[str, list[ValidationResult]]) -> None:
    """So the sets of axioms are as small as can be, as far as the added files go."""
    lacking = {name: results for name, results in found.items() if "without" in name}
    assert len(lacking) > 4
    assert {name for name, results in lacking.items() if results} == set()


def test_what_only_follows_from_a_contradiction_is_not_listed(nothing_stated: Path, tmp_path: Path) -> None:
    """All below an impossible class is impossible: one result is enough."""
    classes = "e:Human a owl:Class . e:Rodent a owl:Class . e:Rat a owl:Class . "
    axioms = "e:Rat rdfs:subClassOf e:Rodent . e:Rodent owl:disjointWith e:Human . e:Rodent rdfs:subClassOf e:Human . "
    path = written(tmp_path / "added.ttl", f"{classes}{axioms}e:x a e:Rat .")
    assert [curie(result.focus) for result in contradictions(check(nothing_stated, [path]))] == [
        "https://example.org/Rodent"
    ]


def test_an_axiom_that_no_rule_reads_is_a_finding_with_its_place(nothing_stated: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "added.ttl", "e:one a owl:ObjectProperty . e:one a owl:FunctionalProperty .")
    (result,) = [result for result in check(nothing_stated, [path]).results if result.rule == "axiom"]
    assert "no rule reads owl:FunctionalProperty" in result.message
    assert result.place == f"{path}:{HEAD.count(chr(10)) + 2}"


def test_the_command_needs_no_other_command(run: Run, nothing_stated: Path) -> None:
    path = ROOT / "tests" / "ontologies" / "inconsistent" / "disjoint-classes.ttl"
    done = run("--data", str(nothing_stated), "check", str(path))
    assert done.returncode == 1
    assert "contradict each other" in " ".join(done.stdout.split())


def test_what_is_shipped_contradicts_nothing(shipped_report: ValidationReport) -> None:
    assert contradictions(shipped_report) == []


# --- damage to shipped records ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> list[Triple]:
    return list(Graph.merged(map(read_source, source_files(ROOT))).triples())


def folder_of(path: Path, triples: list[Triple]) -> Path:
    """A data folder that states some triples, with our rules and shapes."""
    for name in ("rules", "shapes", "queries"):
        (path / name).symlink_to(ROOT / name)
    for name in ("ontology", "facts"):
        (path / name).mkdir()
    (path / "ontology" / "all.ttl").write_bytes(serialize(triples, "ntriples"))
    return path


DAMAGES = [
    pytest.param(batch, id=f"{len(batch)} of {name}")
    for name in ("damage.tsv", "damaged-ontology.tsv")
    for batch in batches([damage for damage in read_damage(ROOT / "tests" / name) if damage.is_found])
]


@pytest.mark.slow
@pytest.mark.parametrize("batch", DAMAGES)
def test_damage_to_shipped_records_is_found_where_the_graph_knows_enough(
    shipped: list[Triple], tmp_path: Path, batch: list[ShippedDamage]
) -> None:
    """Each row of the table that is expected to be found is, by the rule that it names."""
    triples, changed = shipped, dict[str, frozenset[str]]()
    for damage in batch:
        triples, changed[damage.name] = damage.applied(triples)
    results = check(folder_of(tmp_path, triples)).results
    missed = [one.name for one in batch if not any(_is_of(r, changed[one.name], one.rule) for r in results)]
    assert missed == []


def _is_of(result: ValidationResult, names: frozenset[str], rule: str) -> bool:
    return result.rule == rule and bool({result.focus, result.value.name if result.value else ""} & names)
