"""What may stand in the answer of a packaged question, and what may not, whatever the question."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.answers import MOST_NOTES
from glutkg.questions.question import read_questions
from glutkg.rdf.namespaces import BASE, STATED_GRAPH, curie
from glutkg.resources import data_folder
from glutkg.text.cells import terms
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from glutkg.api import KnowledgeGraph
    from glutkg.text.cells import Cell

QUESTIONS = read_questions(data_folder())
ABOUT_THE_SOURCES = {"provenance", "negation", "conflicts", "evidence", "gaps", "quality", "hypotheses"}
POSITIVE = [question.name for question in QUESTIONS if not ABOUT_THE_SOURCES & set(question.tags)]
OF_A_THIRD_SOURCE = "{ ?claim glut:statedIn ?source . ?source a glut:Document }"
MISSTATED = "{ ?slip glut:misstates ?claim }"
NEGATIVE = "{ ?claim a glut:NegativeClaim }"


@cache
def claims(kg: KnowledgeGraph, which: str) -> frozenset[str]:
    found = kg.select(f"PREFIX glut: <{BASE}> SELECT DISTINCT ?claim WHERE {which}")
    assert len(found) > 5, "a set that is empty would prove nothing"
    return frozenset(cell.value for row in found.rows for cell in row if cell)


@cache
def answer(kg: KnowledgeGraph, name: str) -> Table:
    return kg.ask(name)


def values(cell: Cell) -> list[str]:
    return [term.value for term in terms(cell)]


def marks(kg: KnowledgeGraph, claim: str) -> dict[str, str]:
    """What marks a claim in a row: for a column, what stands there."""
    told = [
        result.value
        for role in ("result", "judgement")
        for _, _, result in kg.reasoned.triples(claim, BASE + role, graph=STATED_GRAPH)
    ]
    result, name, result_name = told[0], kg.network.label(claim), kg.network.label(told[0])
    return {"result": result, "failures": name, "statuses": result_name, "reasons": f"{name} ({result_name})"}


def is_marked(kg: KnowledgeGraph, row: Mapping[str, list[str]], claim: str, which: str) -> bool:
    """Whether a row that names a claim says that it is an error, from elsewhere, or a denial."""
    if which == MISSTATED:
        return row["claim"] == [claim] and row.get("standing") == [f"{BASE}Erroneous"]
    if claim in row.get("against", ()):  # The heading says so.
        return True
    if which == OF_A_THIRD_SOURCE:
        return claim in row.get("acceptedClaims", ()) and row.get("standing") == [f"{BASE}Erroneous"]
    own = marks(kg, claim)
    if row.get("claim") == [claim]:
        return row.get("result") == [own["result"]]
    return any(text in value for column, text in own.items() for value in row.get(column, ()))


def unmarked(kg: KnowledgeGraph, table: Table, which: str) -> set[str]:
    """The claims of a set that stand in some row of an answer without a word on what they are."""
    rows = [dict(zip(table.columns, map(values, row), strict=True)) for row in table.rows]
    named = [(row, claim) for row in rows for cell in row.values() for claim in claims(kg, which).intersection(cell)]
    return {claim for row, claim in named if not is_marked(kg, row, claim, which)}


def blanked(table: Table, column: str) -> Table:
    """The answer as it were if its query forgot a column."""
    index = table.columns.index(column)
    return Table(table.columns, tuple((*row[:index], None, *row[index + 1 :]) for row in table.rows))


@pytest.mark.parametrize("name", POSITIVE)
@pytest.mark.parametrize("which", [OF_A_THIRD_SOURCE, MISSTATED, NEGATIVE], ids=["third source", "slip", "negative"])
def test_no_error_denial_or_fact_from_elsewhere_stands_unmarked_in_an_answer(
    kg: KnowledgeGraph, name: str, which: str
) -> None:
    assert not unmarked(kg, answer(kg, name), which)


@pytest.mark.parametrize(
    ("name", "column", "which"),
    [
        ("signalling-of-receptor", "standing", MISSTATED),
        ("signalling-of-receptor", "standing", OF_A_THIRD_SOURCE),
        ("activity-at-place", "result", NEGATIVE),
        ("drugs-in-condition", "failures", NEGATIVE),
        ("drugs-in-condition", "statuses", NEGATIVE),
        ("effects-of-receptor-action", "result", NEGATIVE),
        ("tolerability", "reasons", NEGATIVE),
        ("use-status", "result", NEGATIVE),
    ],
)
def test_an_answer_that_forgets_the_mark_is_noticed(kg: KnowledgeGraph, name: str, column: str, which: str) -> None:
    assert unmarked(kg, blanked(answer(kg, name), column), which)


def test_misstated_and_negative_claims_are_found_where_they_belong(kg: KnowledgeGraph) -> None:
    def named(name: str) -> set[str]:
        return {value for row in answer(kg, name).rows for cell in row for value in values(cell)}

    assert named("slips-of-the-sources") & claims(kg, MISSTATED)
    assert named("negative-findings") & claims(kg, NEGATIVE)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("outcome", "direction", "stands"),
    [
        ("GlutamateUptake", "Increase", True),
        ("GlutamateUptake", "Decrease", False),
        ("GlutamateUptake", "Altered", False),
        ("GlutamateConcentration", "Increase", False),
    ],
)
def test_only_what_goes_the_other_way_stands_against_a_variant(
    kg: KnowledgeGraph, tmp_path: Path, outcome: str, direction: str, stands: bool
) -> None:
    """Mutations of ATP1A2 are held to lower the uptake of glutamate."""
    text = (ROOT / "tests" / "one-claim.ttl").read_text(encoding="utf-8")
    action = "glut:action glut:Antagonism ;\n    glut:target glut:MGlu5Receptor"
    assert action in text
    path = tmp_path / "claim.ttl"
    path.write_text(text.replace(action, f"glut:outcome glut:{outcome} ; glut:direction glut:{direction}"), "utf-8")
    changed = {answer.question.name: answer.rows for answer in kg.whatif([path]).answers}
    told = {
        value for row in changed.get("drugs-against-variants", ()) for cell in row.new or () for value in values(cell)
    }
    assert (f"{BASE}gene/ATP1A2" in told) == stands


# --- questions about drugs in a condition agree on what there is ------------------------------------------------------

BESIDE_EACH_OTHER = {
    "use-status": ("agent", ("claim",), ("glut:UseStatus",)),
    "clinical-evidence": ("compound", ("claim",), ("glut:ClinicalFinding",)),
    "drugs-in-condition": ("agent", ("claims",), ("glut:UseStatus", "glut:ClinicalFinding")),
    "uses-and-clinical-evidence": (
        "agent",
        ("useClaims", "claims", "counterClaims", "asideClaims", "claimsInWiderCondition"),
        ("glut:UseStatus", "glut:ClinicalFinding"),
    ),
}
"""Questions with their column of drugs, their columns of claims, and the kinds of claim that they are about."""


def said_of_drugs(kg: KnowledgeGraph, condition: str) -> dict[str, tuple[str, str]]:
    """The uses and clinical findings of the documents in a condition, its parts and what is wider, without slips."""
    found = kg.reasoned.select(f"""SELECT DISTINCT ?claim ?agent ?kind {{
      GRAPH <{STATED_GRAPH}> {{ ?claim a ?kind ; glut:agent ?agent ; glut:condition ?named ; glut:statedIn ?s .
        ?s glut:partOfDocument ?document }}
      VALUES ?kind {{ glut:UseStatus glut:ClinicalFinding }}
      {{ ?named rdfs:subClassOf*/glut:partOf? <{condition}> }} UNION {{ <{condition}> rdfs:subClassOf* ?named }}
      FILTER NOT EXISTS {{ ?claim glut:standing glut:Erroneous }} }}""")
    return {str(row["claim"]): (str(row["agent"]), f"glut:{str(row['kind']).rpartition('/')[2]}") for row in found}


def in_column(table: Table, column: str) -> set[str]:
    cells = table.column(column)
    return {str(one) for cell in cells if cell for one in (cell if isinstance(cell, tuple) else (cell,))}


def conditions_named(kg: KnowledgeGraph) -> list[str]:
    pattern = "{ ?c glut:condition ?x . ?c glut:agent ?a } UNION { ?any glut:namedForUseIn ?x }"
    rows = kg.reasoned.select(f"SELECT DISTINCT ?x {{ {{ {pattern} }} ?x rdfs:subClassOf glut:Condition }} ORDER BY ?x")
    return [str(row["x"]) for row in rows]


@pytest.mark.sample(1)
@pytest.mark.parametrize("one_in", [4, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("question", BESIDE_EACH_OTHER)
def test_questions_about_drugs_in_a_condition_agree_on_what_there_is(
    kg: KnowledgeGraph, question: str, one_in: int, seed: int
) -> None:
    """In each condition, for all drugs and for one: the claims that there are, and no claim of another condition."""
    drug, columns, kinds = BESIDE_EACH_OTHER[question]
    checked = 0
    for condition in conditions_named(kg)[seed % one_in :: one_in]:
        said = {claim: agent for claim, (agent, kind) in said_of_drugs(kg, condition).items() if kind in kinds}
        table = kg.ask(question, condition=condition)
        shown = set().union(*(in_column(table, column) for column in columns))
        assert shown & of_kinds(kg, kinds) == set(said), condition
        assert in_column(table, drug) >= set(said.values()), condition
        for agent in sorted(set(said.values()))[:1]:
            narrowed = kg.ask(question, condition=condition, compound=agent)
            assert set().union(*(in_column(narrowed, column) for column in columns)) >= {
                claim for claim, other in said.items() if other == agent
            }
            checked += 1
    assert checked >= 10 // one_in


def of_kinds(kg: KnowledgeGraph, kinds: tuple[str, ...]) -> set[str]:
    query = f"SELECT ?claim {{ VALUES ?kind {{ {' '.join(kinds)} }} ?claim a ?kind ; glut:condition ?any }}"
    return {str(row["claim"]) for row in kg.reasoned.select(query, "stated")}


def test_a_drug_of_a_kind_that_is_called_after_a_condition_is_an_answer_there(kg: KnowledgeGraph) -> None:
    perampanel = kg.ask("drugs-in-condition", condition="epilepsy", compound="perampanel")
    assert perampanel[0]["agentLabel"] == "glutamatergic medication"
    assert perampanel[1]["kindOfDrug"] == ("Perampanel is an anticonvulsant",)
    assert not perampanel[1]["statuses"]
    assert "perampanel" not in kg.ask("drugs-in-condition", condition="migraine").column("agentLabel")


def test_what_is_said_of_a_class_of_drugs_stands_once(kg: KnowledgeGraph) -> None:
    table = kg.ask("drugs-in-condition", condition="migraine")
    said = [text for cell in table.column("safety") if isinstance(cell, tuple) for text in cell]
    assert said
    assert len(said) == len(set(said))
    classes = in_column(table, "seeClasses")
    assert classes
    assert classes <= in_column(table, "agentLabel")


def test_of_many_claims_the_most_important_stand_below_the_table_under_their_numbers(kg: KnowledgeGraph) -> None:
    """A clinical finding, with an effect or without, comes before an assessment; Markdown has all."""
    answer = kg.ask("drugs-in-condition", condition="migraine")
    claims, text = answer.view("all").claims, answer.text()
    shown = [int(number) for number in re.findall(r"^\[(\d+)\] ", text, re.MULTILINE)]
    assert len(shown) == MOST_NOTES < len(claims)
    assert f"… and {len(claims) - MOST_NOTES} more claims; --format markdown" in text
    named = {claims[number - 1].rpartition("/")[2] for number in shown}
    assert {"memantine-rct-preventive-migraine", "lanepitant-no-efficacy-migraine"} <= named
    assert all(f"- [{number}] " in answer.written("markdown") for number in range(1, len(claims) + 1))
    few = kg.ask("compounds-at-receptor", receptor="mGlu5")
    assert "more claims; --format" not in few.text()


def test_of_many_claims_no_disputed_one_is_left_out(kg: KnowledgeGraph) -> None:
    answer = kg.ask("conflicts")
    claims, text = answer.view("all").claims, answer.text()
    disputed = [row["claim"] for row in answer.evidence() if row["standing"] == "disputed"]
    assert disputed
    assert len(claims) > 2 * MOST_NOTES
    assert all(curie(str(claim)) in text for claim in disputed)


# --- a claim that is not in force says so in each row that names it ---------------------------------------------------

ABOUT_THE_STANDING = {
    "accepted-facts": "its claims are the errors that the row corrects",
    "slips-of-the-sources": "its claims are the errors themselves",
    "superseded-beliefs": "its claims are superseded, all of them",
}
"""Questions whose summary says the standing of their claims, so that no column need do so."""
NOT_IN_FORCE = re.compile(r"(?:^|; |, |/|\()(?:disputed|dismissed|superseded|erroneous)\b", re.IGNORECASE)


def standing_unsaid(table: Table, aside: frozenset[str]) -> set[str]:
    """The claims of a set that stand in some row of which no other cell says that something is not in force."""
    rows = [[value for cell in row for value in values(cell)] for row in table.rows]
    return {one for row in rows for one in aside.intersection(row) if not any(map(NOT_IN_FORCE.search, {*row} - aside))}


def unsaid(kg: KnowledgeGraph, aside: frozenset[str]) -> dict[str, set[str]]:
    names = [question.name for question in QUESTIONS if question.name not in ABOUT_THE_STANDING]
    return {name: leaks for name in names if (leaks := standing_unsaid(kg.ask(name), aside))}


def of_the_documents(kg: KnowledgeGraph) -> frozenset[str]:
    return claims(kg, "{ ?claim a glut:Claim ; glut:statedIn ?s . ?s glut:partOfDocument ?document }")


@pytest.mark.slow
@pytest.mark.parametrize("standing", ["Disputed", "Dismissed", "Superseded", "Erroneous"])
def test_no_question_serves_claims_that_are_not_in_force_as_if_they_were(
    kg: KnowledgeGraph, tmp_path: Path, standing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All claims of the two documents have the standing: a row may leave them out, or say it."""
    monkeypatch.setenv("GLUTKG_CACHE", str(tmp_path / "cache"))  # The kept graphs are few, and other tests need theirs.
    says = f"<{{}}> <{BASE}standing> <{BASE}{standing}> ."
    if standing == "Erroneous":
        says = f"<{BASE}slip/made-up> <{BASE}misstates> <{{}}> ."
    path = tmp_path / "aside.nt"
    path.write_text("\n".join(map(says.format, sorted(of_the_documents(kg)))) + "\n", encoding="utf-8")
    assert not unsaid(kg.load(data_folder(), files=[path]), of_the_documents(kg))


def test_a_standing_that_a_row_forgets_is_noticed(kg: KnowledgeGraph) -> None:
    table, aside = answer(kg, "from-experiments-to-patients"), claims(kg, "{ ?claim glut:standing glut:Dismissed }")
    assert not standing_unsaid(table, aside)
    assert standing_unsaid(blanked(table, "experimentalStandings"), aside)
