"""What may stand in the answer of a packaged question, and what may not, whatever the question."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from glutkg.questions.question import read_questions
from glutkg.rdf.namespaces import BASE
from glutkg.resources import data_folder
from glutkg.text.cells import terms

if TYPE_CHECKING:
    from glutkg.api import KnowledgeGraph

QUESTIONS = read_questions(data_folder())
ABOUT_THE_SOURCES = {"provenance", "negation", "conflicts", "evidence", "gaps", "quality", "hypotheses"}
POSITIVE = [question.name for question in QUESTIONS if not ABOUT_THE_SOURCES & set(question.tags)]
OF_A_THIRD_SOURCE = "{ ?claim glut:statedIn ?source . ?source a glut:Document }"
MISSTATED = "{ ?slip glut:misstates ?claim }"
NEGATIVE = "{ ?claim a glut:NegativeClaim }"
SHOWS_RESULTS = {"effects-of-receptor-action", "findings-of-compound", "roles-of-receptor", "use-status"}


@cache
def claims(kg: KnowledgeGraph, which: str) -> frozenset[str]:
    found = kg.select(f"PREFIX glut: <{BASE}> SELECT DISTINCT ?claim WHERE {which}")
    assert len(found) > 5, "a set that is empty would prove nothing"
    return frozenset(cell.value for row in found.rows for cell in row if cell)


@cache
def in_answer(kg: KnowledgeGraph, name: str) -> frozenset[str]:
    words = {term.value for row in kg.ask(name).rows for cell in row for term in terms(cell)}
    return frozenset(word for word in words if word.startswith(f"{BASE}claim/"))


@pytest.mark.parametrize("name", POSITIVE)
def test_no_answer_about_the_two_documents_rests_on_a_third_source(kg: KnowledgeGraph, name: str) -> None:
    assert not in_answer(kg, name) & claims(kg, OF_A_THIRD_SOURCE)


@pytest.mark.parametrize("name", POSITIVE)
def test_no_misstated_claim_is_served_as_an_answer(kg: KnowledgeGraph, name: str) -> None:
    assert not in_answer(kg, name) & claims(kg, MISSTATED)


@pytest.mark.parametrize("name", [name for name in POSITIVE if name not in SHOWS_RESULTS])
def test_no_negative_claim_stands_among_positive_ones(kg: KnowledgeGraph, name: str) -> None:
    assert not in_answer(kg, name) & claims(kg, NEGATIVE)


@pytest.mark.parametrize("name", sorted(SHOWS_RESULTS))
def test_a_question_with_negative_claims_in_its_answer_shows_the_result(kg: KnowledgeGraph, name: str) -> None:
    assert "result" in kg.ask(name).columns


def test_misstated_and_negative_claims_are_found_where_they_belong(kg: KnowledgeGraph) -> None:
    assert in_answer(kg, "slips-of-the-sources") & claims(kg, MISSTATED)
    assert in_answer(kg, "negative-findings") & claims(kg, NEGATIVE)
