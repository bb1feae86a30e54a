"""What a change would bring, asked for on the command line: by the names of claims, in every form, or refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.errors import NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from command_runs import Run

    from glutkg.api import KnowledgeGraph

pytestmark = pytest.mark.xdist_group("changes")
WORLD = ROOT / "tests" / "changes"
ONE_CLAIM = ROOT / "tests" / "one-claim.ttl"


@pytest.mark.sample(2)
@pytest.mark.parametrize("form", ["csv", "tsv", "json", "markdown", "turtle"])
def test_changes_come_in_every_form(run: Run, form: str) -> None:
    done = run("--data", str(WORLD), "whatif", "--without", "berta-croissant-doubted", "--format", form)
    assert done.returncode == 0, done.stderr
    assert "Berta – bakes – croissant" in done.stdout
    if form == "json":
        made = json.loads(done.stdout)
        assert made["answers"][0]["gained"][0]["bakerLabel"] == "Berta"
        assert {c["change"] for c in made["inferred"]} == {"+", "-"}
    if form == "csv":
        assert done.stdout.startswith("level,change,about,what,because")


def test_a_name_that_is_no_claim_is_told_the_references_of_its_number(kg: KnowledgeGraph) -> None:
    with pytest.raises(NotFoundError, match="Did you mean 'reference 130 of the review'"):
        kg.what_if_session.claims("reference 130")


def test_a_thing_stands_for_all_claims_that_name_it(kg: KnowledgeGraph) -> None:
    by_synonym = kg.what_if_session.claims("MK-801")
    assert by_synonym == kg.what_if_session.claims("dizocilpine")
    assert kg.iri("claim:mk801-csd-initiation") in by_synonym
    assert kg.what_if_session.claims("claim:mk801-csd-initiation") == [kg.iri("claim:mk801-csd-initiation")]


HOSTILE = [
    (("whatif",), 2, "Name Turtle files to add, or claims to leave out"),
    (("whatif", "nowhere.ttl"), 1, "the file cannot be read"),
    (("whatif", "broken.ttl"), 1, "broken.ttl:2:"),
    (("whatif", "latin.ttl"), 1, "not UTF-8"),
    (("whatif", "--without", "claim:ana-croissant"), 2, "Did you mean 'claim:anna-croissant'"),
    (("whatif", "--without", "Hanna"), 2, "There is no claim 'Hanna'"),
    (("whatif", "--without", ""), 2, "There is no claim ''"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), HOSTILE, ids=[" ".join(case[0]) for case in HOSTILE])
def test_a_wrong_call_says_what_is_wrong(
    run: Run,
    tmp_path: Path,
    arguments: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    (tmp_path / "broken.ttl").write_text("@prefix e: <http://e/> .\ne:a e:b x:c .\n", encoding="utf-8")
    (tmp_path / "latin.ttl").write_bytes(b"# \xff\n")
    done = run("--data", str(WORLD), *arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.slow
def test_one_claim_is_tried_from_the_command_line(run: Run) -> None:
    done = run("whatif", str(ONE_CLAIM))
    assert done.returncode == 0, done.stderr
    assert "0 results more, 0 fewer" in done.stdout
    assert "ANSWERS" in done.stdout
