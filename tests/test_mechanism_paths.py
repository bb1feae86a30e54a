"""Mechanism paths in small worlds, with their predictions."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.errors import NotFoundError
from glutkg.mechanisms.evaluation import evaluate
from glutkg.mechanisms.network import Network
from glutkg.mechanisms.paths import find_paths
from glutkg.mechanisms.search import pick
from glutkg.mechanisms.signed_prediction import MISSING, REASONS, predict
from glutkg.mechanisms.wording import cited, sign_name
from glutkg.rdf.namespaces import BASE
from glutkg.reasoning.load_and_reason import build
from glutkg.text.cells import terms
from glutkg.text.documents import Heading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from glutkg.mechanisms.evaluation import Comparison, Evaluation

    Run = Callable[..., subprocess.CompletedProcess[str]]

HERE = ROOT / "tests" / "mechanisms"
COLUMNS = ("case", "replace", "by", "add", "paths", "best", "predicted", "reason", "verdict", "why")
CASES = [
    dict(zip(COLUMNS, line.split("\t"), strict=True))
    for line in (HERE / "cases.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
NAMES = [case["case"] for case in CASES]
SEEN = [
    line.split("\t")
    for line in (HERE / "seen.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def iri(case: str, name: str) -> str:
    return f"{BASE}case/{case}/{name}"


def turtle(case: dict[str, str]) -> str:
    """The world of a case: the template with one thing changed or added."""
    template = (HERE / "world.ttl").read_text(encoding="utf-8")
    old = case["replace"].replace("\\n", "\n")
    if old:
        assert template.count(old) == 1, f"{case['case']}: the template has no single {old!r}"
        template = template.replace(old, case["by"])
    return f"{template}\n{case['add']}\n".replace("CASE", case["case"])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """The worlds of all cases, reasoned over at once; they share no term but those of the ontology."""
    folder = tmp_path_factory.mktemp("world")
    for name in ("ontology", "rules", "queries"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "facts").mkdir()
    for case in CASES:
        (folder / "facts" / f"{case['case']}.ttl").write_text(turtle(case), encoding="utf-8")
    for name, added, *_ in SEEN:
        (folder / "facts" / f"{name}.ttl").write_text(
            turtle({**CASES[0], "case": name, "add": added}), encoding="utf-8"
        )
    return Network(build(folder), folder)


@pytest.fixture(scope="module")
def evaluation(world: Network) -> Evaluation:
    return evaluate(world)


@pytest.fixture(scope="module")
def tests_of_world(evaluation: Evaluation) -> dict[tuple[str, str], Comparison]:
    return {(test.prediction.agent, test.prediction.goal): test for test in evaluation.tests}


pytestmark = pytest.mark.xdist_group("paths")


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_small_world_has_the_paths_that_it_should(world: Network, case: dict[str, str]) -> None:
    ends = iri(case["case"], "agent"), iri(case["case"], "disorder")
    found = find_paths(world, *ends)
    told = [f"{sign_name(world, path.sign)}, {world.certainties[path.rank]}" for path in found.paths]
    assert len(found.paths) == int(case["paths"]), case["why"]
    assert (told[0] if told else "") == case["best"], case["why"]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_small_world_is_predicted_or_not_as_it_should_be(
    world: Network, tests_of_world: dict[tuple[str, str], Comparison], case: dict[str, str]
) -> None:
    ends = iri(case["case"], "agent"), iri(case["case"], "disorder")
    prediction = predict(world, *ends)
    reason = prediction.gap.reason if prediction.gap else ""
    assert (prediction.name, reason) == (case["predicted"], case["reason"]), case["why"]
    assert all(gap.settles and "{" not in gap.settles for gap in prediction.gaps)
    test = tests_of_world.get(ends)
    independent = ", not independent" if test and not test.independent else ""
    assert (test.verdict + independent if test else "") == case["verdict"], case["why"]


def test_each_reason_not_to_be_in_force_takes_away_what_the_base_has(world: Network) -> None:
    """The cases would prove nothing if the base had no path either."""
    lost = [case["case"] for case in CASES if case["reason"] == "no step"]
    assert {"negative", "open", "disputed", "dismissed", "superseded", "misstated", "accepted-fact"} <= set(lost)
    assert find_paths(world, iri("base", "agent"), iri("base", "disorder")).paths


def test_every_reason_to_abstain_has_a_case() -> None:
    assert {case["reason"] for case in CASES} - {""} == set(REASONS)


def test_findings_that_test_nothing_are_counted_by_reason(evaluation: Evaluation) -> None:
    assert evaluation.left_out == {"disputed": 1, "inconclusive": 1, "of another source": 1}


@pytest.mark.parametrize(("case", "tested"), [("base", True), ("trial-elsewhere", False), ("trial-disputed", True)])
def test_the_whole_was_tested_by_findings_of_the_two_documents(world: Network, case: str, tested: bool) -> None:
    found = find_paths(world, iri(case, "agent"), iri(case, "disorder"))
    assert found.tests == ((iri(case, "trial"),) if tested else ())


def test_a_finding_that_is_not_in_force_says_so(world: Network) -> None:
    found = find_paths(world, iri("trial-disputed", "agent"), iri("trial-disputed", "disorder"))
    assert "effect shown, increase, disputed;" in found.document(1).text()


def test_a_denial_is_shown_beside_the_step(world: Network) -> None:
    ends = iri("denied-and-affirmed", "agent"), iri("denied-and-affirmed", "disorder")
    text = find_paths(world, *ends).document(1).text()
    assert "against it: " in text
    assert "other-role" in text
    ends = iri("base", "agent"), iri("base", "disorder")
    assert "against it: " not in find_paths(world, *ends).document(1).text()


def test_a_bound_on_the_length_is_reported(world: Network) -> None:
    ends = iri("base", "agent"), iri("base", "disorder")
    assert find_paths(world, *ends, longest=3).bound is None
    cut = find_paths(world, *ends, longest=2)
    assert (cut.paths, cut.bound) == ((), 2)


@pytest.mark.parametrize("case", SEEN, ids=[case[0] for case in SEEN])
def test_paths_are_narrowed_to_a_species_or_a_route(world: Network, case: list[str]) -> None:
    name, _, species, route, paths, best, no_species, no_route, why = case
    seen_in = {role: value for role, value in (("species", species), ("route", route)) if value}
    found = find_paths(world, iri(name, "agent"), iri(name, "disorder"), seen_in=seen_in)
    told = [f"{sign_name(world, path.sign)}, {world.certainties[path.rank]}" for path in found.paths]
    assert len(found.paths) == int(paths), why
    assert (told[0] if told else "") == best, why
    text = found.document(9).text()
    marks = [text.count(f"{role} not stated]") + text.count(f"{role} not stated;") for role in ("species", "route")]
    assert marks == [int(no_species), int(no_route)], why
    assert find_paths(world, iri(name, "agent"), iri(name, "disorder")).paths, "there is something to leave out"


@pytest.mark.parametrize(
    ("start", "words"), [("receptor", "activation of receptor of "), ("process", "rise of process of ")]
)
def test_a_path_may_start_from_a_receptor_or_a_process_of_which_more_is_meant(
    world: Network, start: str, words: str
) -> None:
    """What blocks the receptor lowers the disorder; so its activation raises it."""
    case = "receptor-starts"
    found = find_paths(world, iri(case, start), iri(case, "disorder"))
    assert [path.sign for path in found.paths] == [1]
    assert found.document().text().startswith(f"{words}{case} → disorder of {case}: ")
    prediction = predict(world, iri(case, start), iri(case, "disorder"))
    assert (prediction.sign, predict(world, iri(case, "agent"), iri(case, "disorder")).sign) == (1, -1)
    assert prediction.document().text().startswith(f"{words}{case} → disorder of {case}: increase\n")
    plain = find_paths(world, iri(case, "agent"), iri(case, "disorder")).document().text()
    assert plain.startswith(f"agent of {case} → ")


def test_what_is_said_of_a_receptor_and_the_goal_is_no_step_between_them(world: Network) -> None:
    """A role of the receptor in the disorder is left out; a trial of an action on it tests the whole."""
    case = "receptor-on-whole"
    found = find_paths(world, iri(case, "receptor"), iri(case, "disorder"))
    assert found.tests == (iri(case, "block-trial"),)
    assert found.statements == (iri(case, "stated-whole"),)
    assert {step.definition.name for path in found.paths for step in path.steps} == {
        "role-in-outcome",
        "leads-to-condition",
    }
    used = {claim for path in found.paths for claim in path.claims}
    assert used.isdisjoint({iri(case, "block-trial"), iri(case, "stated-whole")})
    other = find_paths(world, iri("receptor-starts", "receptor"), iri("receptor-starts", "disorder"))
    assert (other.tests, other.statements) == ((), ())


@pytest.mark.parametrize(
    ("case", "others"), [("base", ["trial"]), ("trial-disputed", ["trial"]), ("negative", []), ("trial-elsewhere", [])]
)
def test_who_asks_of_a_receptor_hears_of_findings_with_what_acts_on_it(
    world: Network, case: str, others: list[str]
) -> None:
    """The agent blocks the receptor and was tried in the disorder; where it is denied that it does, nothing is told."""
    found = find_paths(world, iri(case, "receptor"), iri(case, "disorder"))
    assert [one.claim for one in found.others] == [iri(case, name) for name in others]
    assert found.tests == ()
    told = f"tested only with agent of {case} (1 finding)" if others else "not tested as a whole"
    assert f"; {told}\n" in found.document().text()
    predicted = predict(world, iri(case, "receptor"), iri(case, "disorder")).document().text()
    assert (f"Tested with what acts on receptor of {case}" in predicted) == bool(others)


@pytest.mark.parametrize(
    ("case", "answer"),
    [
        ("base", "decrease by 1 of 1 path; at best suggested; tested by 1 finding"),
        ("action-without-sign", "1 path, none with a direction; at best suggested; tested by 1 finding"),
        (
            "paths-disagree",
            "decrease by 1 of 2 paths; but increase by 1 of 2 paths; at best suggested; tested by 1 finding",
        ),
        ("trial-elsewhere", "decrease by 1 of 1 path; at best suggested; not tested as a whole"),
        ("place-only", "1 path, none with a direction; at best a conjecture; tested by 1 finding"),
        ("broken", "no paths; tested by 1 finding"),
    ],
)
def test_the_first_line_about_paths_answers(world: Network, case: str, answer: str) -> None:
    found = find_paths(world, iri(case, "agent"), iri(case, "disorder"))
    assert found.document().blocks[0] == Heading(f"agent of {case} → disorder of {case}: {answer}", 1)


def test_a_path_by_way_of_a_place_is_called_a_conjecture_and_not_sure(world: Network) -> None:
    by_place = find_paths(world, iri("place-only", "agent"), iri("place-only", "disorder"))
    text = " ".join(by_place.document().text().split())
    assert "a conjecture, since no effect follows from 'is found in', 'takes part in'; suggested at its least" in text
    index = by_place.table().columns.index("certainty")
    assert {term.value for row in by_place.table().rows for term in terms(row[index])} == {
        "conjecture (suggested claims)"
    }
    by_effect = find_paths(world, iri("base", "agent"), iri("base", "disorder"))
    assert "conjecture" not in by_effect.document().text()
    assert {term.value for row in by_effect.table().rows for term in terms(row[index])} == {"suggested"}


def test_a_claim_without_a_reference_is_said_to_have_none(world: Network) -> None:
    """In the base the action cites a reference, and the role cites none."""
    (path,) = find_paths(world, iri("base", "agent"), iri("base", "disorder")).paths
    told = {claim.rpartition("/")[2]: cited(world.graph, claim).sources for claim in path.claims}
    assert told["role"][-1] == "no reference"
    assert "no reference" not in told["action"]


@pytest.mark.parametrize(
    ("case", "start", "found", "sense"),
    [
        ("base", "agent", "1 finding, 1 as predicted", "so agent of base relieves disorder of base, as predicted"),
        ("agonist", "agent", "1 finding, 0 as predicted", "so agent of agonist relieves disorder of agonist, against"),
        ("action-without-sign", "agent", "1 finding", "relieves disorder of action-without-sign"),
        ("trial-without-effect", "agent", "1 finding, 0 as predicted", ""),
        ("trial-disputed", "agent", "1 finding, 0 as predicted", ""),
        ("trial-denied", "agent", "1 finding, 0 as predicted", ""),
        ("trial-elsewhere", "agent", "nothing", ""),
    ],
)
def test_a_prediction_says_in_which_sense_it_goes_with_the_findings(
    world: Network, case: str, start: str, found: str, sense: str
) -> None:
    """More efficacy is less of the disorder."""
    text = predict(world, iri(case, start), iri(case, "disorder")).document().text()
    assert f"\nFound: {found}\n" in text
    assert sense in " ".join(text.split())
    assert ("\n      so " in text) == bool(sense)
    assert (", as predicted" in text, ", against the prediction" in text) == (case == "base", case == "agonist")


@pytest.mark.parametrize("name", ["place of place-only", "sentence"])
def test_no_path_starts_from_a_place(world: Network, name: str) -> None:
    assert pick(world, "receptor of base", "agent") == iri("base", "receptor")
    with pytest.raises(NotFoundError, match="starts from a substance, target or outcome"):
        pick(world, name, "agent")


def test_a_sign_that_the_ontology_does_not_state_is_not_known(tmp_path: Path) -> None:
    """Signs are stated in Turtle and nowhere else."""
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    for name in ("rules", "queries"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "base.ttl").write_text(turtle(CASES[0]), encoding="utf-8")
    mechanisms = tmp_path / "ontology" / "mechanisms.ttl"
    signed = " ;\n    glut:signOnTarget glut:Decrease ."
    text = mechanisms.read_text(encoding="utf-8")
    assert signed in text
    mechanisms.write_text(text.replace(signed, " ."), encoding="utf-8")
    prediction = predict(Network(build(tmp_path), tmp_path), iri("base", "agent"), iri("base", "disorder"))
    assert [gap.reason for gap in prediction.gaps] == [MISSING]
