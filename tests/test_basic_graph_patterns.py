"""No question lets an engine that joins as it reads multiply two sets of bindings that share no variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Variable

from glutkg.questions.question import read_questions
from glutkg.resources import data_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.questions.question import Question

LABELS = "?claim <e:result> ?result . GRAPH <e:stated> { ?claim <e:modality> ?modality } "


def products(algebra: object, evaluated_alone: bool = False) -> Iterator[list[set[Variable]]]:
    """The parts that share no variable, of basic graph patterns that are joined only when they are whole."""
    if isinstance(algebra, CompValue):
        if algebra.name == "BGP" and evaluated_alone:
            parts = connected(algebra.triples)
            if len(parts) > 1:
                yield parts
        alone = evaluated_alone or (algebra.name == "Join" and not algebra.lazy)
        for key, value in algebra.items():
            if key != "_vars":
                yield from products(value, alone if key == "p2" else evaluated_alone)
    elif isinstance(algebra, list | tuple):
        for value in algebra:
            yield from products(value, evaluated_alone)


def connected(triples: list[tuple[object, ...]]) -> list[set[Variable]]:
    """The variables of triple patterns, those together that are tied to each other."""
    parts: list[set[Variable]] = []
    for triple in triples:
        found = {term for term in triple if isinstance(term, Variable)}
        parts = [part for part in parts if not part & found] + [found.union(*(part for part in parts if part & found))]
    return [part for part in parts if part]


@pytest.mark.sample(16)
@pytest.mark.parametrize("question", read_questions(data_folder()), ids=lambda question: question.name)
def test_no_question_multiplies_what_is_not_tied(question: Question) -> None:
    assert list(products(prepareQuery(question.bound({})).algebra)) == []


def test_a_product_is_found() -> None:
    apart = "?modality <e:label> ?label . ?claim <e:standing> ?standing"
    assert list(products(prepareQuery(f"SELECT * {{ {LABELS} {apart} }}").algebra)) != []
    tied = "?claim <e:standing> ?standing . ?standing <e:label> ?label"
    assert list(products(prepareQuery(f"SELECT * {{ {LABELS} {tied} }}").algebra)) == []
