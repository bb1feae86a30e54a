"""Answers with their sources: the works behind them, their citation, and the evidence in each format."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import pytest
import rispy
from pybtex.database import parse_string

from glutkg.citations.works import works_behind
from glutkg.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from command_runs import Run

    from glutkg.api import KnowledgeGraph

CLAIM = "claim:memantine-rct-preventive-migraine"
ASKED = ("ask", "clinical-evidence", "--condition", "migraine")


def test_an_answer_ends_with_its_sources(run: Run) -> None:
    shown = run(*ASKED).stdout
    assert "the review: J. Hoffmann, A. Charles. Glutamate and Its Receptors" in shown
    assert "https://doi.org/10.1007/s13311-018-0616-5" in shown
    assert "up to 2018" in shown
    assert "https://doi.org/10.1111/head.12732" in shown, "a cited work of which more than the number is known"
    assert "Known by number only: references" in shown


def test_only_works_of_the_claims_are_listed(kg: KnowledgeGraph) -> None:
    works = works_behind(kg.reasoned, [kg.iri(CLAIM)])
    assert [work.key for work in works.documents] == ["glutamate-receptors-migraine"]
    assert [work.key for work in works.cited] == ["ref-130"]
    assert works_behind(kg.reasoned, []).all() == ()


def test_reference_managers_can_read_the_works(run: Run) -> None:
    entries = parse_string(run(*ASKED, "--format", "bibtex").stdout, "bibtex").entries
    review = entries["glutamate-receptors-migraine"]
    assert [str(person) for person in review.persons["author"]] == ["Hoffmann, J.", "Charles, A."]
    items = json.loads(run(*ASKED, "--format", "csl-json").stdout)
    assert {item["id"] for item in items} == set(entries)
    assert all(item["type"] in ("article-journal", "document") and item["title"] for item in items)
    records = rispy.loads(run(*ASKED, "--format", "ris").stdout)
    assert {record["id"]: record["title"] for record in records} == {item["id"]: item["title"] for item in items}
    assert next(one for one in records if one["id"] == review.key)["authors"] == ["Hoffmann, J.", "Charles, A."]
    assert run("show", "ketamine", "--format", "bibtex").returncode == 2
    spreading = ("ask", "what-changes-an-outcome", "--outcome", "CSD", "--format")
    for form in ("bibtex", "csl-json", "ris"):
        assert (
            "only a number is known of them: references 20, 48, 49, 51 of the review." in run(*spreading, form).stderr
        )


def test_each_format_carries_the_evidence(kg: KnowledgeGraph, run: Run) -> None:
    said = "One randomized double-blind trial against placebo reports that memantine is efficacious"
    for form in ("csv", "tsv", "json", "markdown"):
        text = run(*ASKED, "--format", form).stdout
        assert said in text, form
        assert "s151" in text, form
        assert "130" in text, form
    found = json.loads(run(*ASKED, "--format", "json").stdout)
    assert {"head", "results", "claims", "works"} == set(found)
    claim = next(one for one in found["claims"] if one["claim"] == kg.iri(CLAIM))
    assert (claim["result"], claim["certainty"], claim["standing"]) == ("effect shown", "reported", "undisputed")
    identifiers = {work["iri"]: work["identifiers"] for work in found["works"]}
    assert ["https://doi.org/10.1111/head.12732" in identifiers[iri] for iri in claim["references"]] == [True]
    rows = list(csv.DictReader(io.StringIO(run(*ASKED, "--format", "csv").stdout)))
    assert all(row["evidence"].count(" | ") == len(row["claim"].split()) - 1 for row in rows)


def test_claims_and_works_join_in_python(kg: KnowledgeGraph) -> None:
    answer = kg.ask("clinical-evidence", condition="migraine")
    claims, works = answer.evidence().to_pandas(), answer.works.table().to_pandas()
    joined = claims.explode("references").merge(works, left_on="references", right_on="iri")
    assert set(joined[joined["claim"] == kg.iri(CLAIM)]["doi"]) == {"10.1111/head.12732"}
    assert set(works["iri"]) >= set(joined["references"])


def test_a_disputed_claim_says_so(run: Run) -> None:
    shown = run("ask", "genes-of-condition").stdout
    assert "(effect shown, reported, disputed; review s032 [29])" in shown


def test_a_csv_file_opens_in_a_spreadsheet(run: Run, tmp_path: Path) -> None:
    for text in ("α-amino", "amino"):
        query = f"SELECT ?x {{ BIND('{text}' AS ?x) }}"
        assert run("sparql", query, "--format", "csv", "-o", str(tmp_path / "a.csv")).returncode == 0
        assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfx")
        assert not run("sparql", query, "--format", "csv").stdout.startswith("\ufeff")


@pytest.mark.parametrize(
    ("text", "written"),
    [("=1+1", "'=1+1"), ("\uff1d1+1", "'\uff1d1+1"), ("@x", "'@x"), ("-5", "-5"), ("-pain", "'-pain")],
)
def test_a_formula_is_defused(run: Run, text: str, written: str) -> None:
    answer = run("sparql", f"SELECT ?x {{ BIND('{text}' AS ?x) }}", "--format", "csv").stdout
    assert answer.splitlines() == ["x", written]


def test_a_citation_is_confirmed(run: Run) -> None:
    line = run("ask", "sites-of-receptor", "--receptor", "mGlu5", "--cite").stdout.strip()
    assert "\n" not in line
    assert "sites-of-receptor --receptor glut:MGlu5Receptor" in line
    done = run("verify", line)
    assert (done.returncode, done.stdout.startswith("Confirmed")) == (0, True)


def test_a_citation_of_something_else_is_not_confirmed(run: Run) -> None:
    line = run("ask", "sites-of-receptor", "--receptor", "mGlu5", "--cite").stdout.strip()
    done = run("verify", line.replace("MGlu5Receptor", "KainateReceptor"))
    assert done.returncode == 1
    assert done.stdout.startswith("Not confirmed")
    assert "Then" in done.stdout
    altered = run("verify", re.sub(r"\d+ rows", "900 rows", line))
    assert (altered.returncode, "altered" in altered.stdout) == (1, True)
    for wrong in ("nonsense", line[:-5], line.replace("sites-of-receptor", "no-such-question")):
        assert run("verify", wrong).returncode == 2


def test_a_citation_needs_its_form() -> None:
    from glutkg.citations.answer_citation import AnswerCitation

    with pytest.raises(UsageError, match="--cite"):
        AnswerCitation.read("glutkg 1.0: conflicts")
