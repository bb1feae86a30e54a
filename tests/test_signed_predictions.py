"""Predictions of the shipped graph: what they rest on, and how they compare with what was found."""

from __future__ import annotations

import csv
import io
import subprocess
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.mechanisms.evaluation import ABSTAIN, AGREE, DIFFER
from glutkg.rdf.namespaces import STATED_GRAPH, curie
from glutkg.text.cells import joined

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from glutkg.api import KnowledgeGraph
    from glutkg.mechanisms.evaluation import Comparison

    Run = Callable[..., subprocess.CompletedProcess[str]]

GOLDEN = ROOT / "tests" / "golden"


def _ends(test: Comparison) -> tuple[str, str]:
    return test.prediction.agent, test.prediction.goal


def test_no_prediction_uses_a_claim_that_names_its_agent_and_its_goal_in_any_role(kg: KnowledgeGraph) -> None:
    for test in kg.evaluate_predictions().tests:
        for claim in {claim for path in test.prediction.paths for claim in path.claims}:
            named = {o.value for _, _, o in kg.reasoned.triples(claim, graph=STATED_GRAPH)}
            assert not {test.prediction.agent, test.prediction.goal} <= named, claim


def test_every_finding_is_a_test_or_says_why_not(kg: KnowledgeGraph) -> None:
    measured = kg.network.measured_outcomes()
    evaluation = kg.evaluate_predictions()
    tested = {claim for test in evaluation.tests for claim in test.findings}
    left_out = {claim for *_, claim, why in measured if why}
    assert tested.isdisjoint(left_out)
    assert tested | left_out == {claim for *_, claim, _ in measured}
    assert {"dismissed", "of another source"} <= set(evaluation.left_out)


def test_the_table_of_predictions_is_the_one_on_record(kg: KnowledgeGraph, request: pytest.FixtureRequest) -> None:
    """Not a bar to pass: a new fact may change it either way, and the diff shows which predictions it changed."""
    table = kg.evaluate_predictions().table()
    keep = [
        table.columns.index(name) for name in ("agentLabel", "goalLabel", "found", "predicted", "verdict", "reason")
    ]
    rows = sorted(tuple(term.value if (term := joined(row[index])) else "" for index in keep) for row in table.rows)
    names = [table.columns[index] for index in keep]
    _compare(GOLDEN / "predictions.csv", _csv([names, *map(list, rows)]), request)


def test_the_page_on_predictions_says_how_they_compare(kg: KnowledgeGraph) -> None:
    evaluation = kg.evaluate_predictions()
    page = (ROOT / "docs" / "paths.md").read_text(encoding="utf-8")
    independent = sum(test.independent for test in evaluation.tests if test.verdict == AGREE)
    unchanged = sum(test.found == 0 for test in evaluation.tests if test.verdict == DIFFER)
    reasons = Counter(test.prediction.gap.reason for test in evaluation.tests if test.prediction.gap)
    for verdict, among in (
        (AGREE, f"{independent} that share neither a reference nor a sentence with the findings"),
        (DIFFER, f"{unchanged} where the finding is of no change"),
        (ABSTAIN, ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())),
    ):
        assert f"\n| {verdict} | {evaluation.count(verdict)} | {among} |\n" in page


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("path-memantine-aura.txt", ("path", "memantine", "migraine aura")),
        ("predict-memantine-csd.txt", ("predict", "memantine", "CSD")),
        ("predict-topiramate-migraine.txt", ("predict", "topiramate", "migraine", "--limit", "2")),
    ],
)
def test_people_see_what_is_on_record(
    run: Run, kg: KnowledgeGraph, name: str, arguments: tuple[str, ...], request: pytest.FixtureRequest
) -> None:
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    assert "hypothesis" in done.stdout
    _compare(GOLDEN / name, done.stdout, request)


def _csv(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _compare(golden: Path, found: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8"), "if this is right: pytest --update-golden"


def test_disagreements_are_listed_with_both_sides(run: Run, kg: KnowledgeGraph) -> None:
    done = run("predict", "--evaluate")
    assert done.returncode == 0, done.stderr
    differ = [test for test in kg.evaluate_predictions().tests if test.verdict == DIFFER]
    assert done.stdout.count("\nDisagrees: ") == len(differ) > 0
    for test in differ:
        for claim in test.findings:
            assert claim.rpartition("/")[2] in done.stdout


def test_a_prediction_names_the_claims_behind_its_paths(kg: KnowledgeGraph) -> None:
    found = kg.predict("memantine", "CSD")
    told = found.text().partition("Paths: ")[2]
    assert [curie(claim) for claim in found.paths[0].claims if f"{curie(claim)}: " in told]
    assert f"and {len(found.paths[0].claims) - told.count('claim:')} more" in told


def test_a_prediction_is_narrowed_as_paths_are(run: Run, kg: KnowledgeGraph) -> None:
    for agent, goal, setting, reason in (
        ("MK-801", "hyperalgesia", {"species": "rat"}, "group only"),
        ("memantine", "CSD", {"species": "rat", "route": "intravenous"}, None),
    ):
        anywhere, there = kg.predict(agent, goal), kg.predict(agent, goal, species="rat", route=setting.get("route"))
        elsewhere = kg.network.claims_of_other_settings(setting)
        assert (anywhere.sign, anywhere.seen_in, there.seen_in) == (-1, {}, setting)
        assert (there.sign, there.gap and there.gap.reason) == ((None, reason) if reason else (-1, None))
        assert elsewhere.isdisjoint(claim for path in there.paths for claim in path.claims)
    assert not kg.network.claims_of_other_settings({"species": "rat"}).isdisjoint(
        kg.predict("MK-801", "hyperalgesia").paths[0].claims
    )
    done = run("predict", "memantine", "CSD", "--species", "rat")
    assert "Narrowed to species rat: claims that name only others are left out" in done.stdout
    assert "   (listed whatever their species)\n" in done.stdout
    assert "decrease (possible; species not stated at some step): memantine – inhibits" in done.stdout
    assert "arrowed" not in run("predict", "memantine", "CSD").stdout
    none = run("path", "carrageenan", "allodynia", "--species", "rat").stdout
    assert "glutkg predict 'carrageenan' 'allodynia' --species 'rat'\n" in none
    refused = run("predict", "--evaluate", "--species", "rat")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "leave --species and --route out" in refused.stderr
