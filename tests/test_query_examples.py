"""Packaged questions for other tools: their description in RDF, and their copies for grlc."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml
from conftest import ROOT
from pyshacl import validate
from rdflib import Graph
from rdflib.plugins.sparql import prepareQuery

from glutkg.exports import query_examples
from glutkg.questions.answering import default_terms
from glutkg.questions.question import Parameter, Question, read_questions
from glutkg.rdf.namespaces import PREFIXES, SH
from glutkg.rdf.terms import Term
from glutkg.store.graph import serialize

if TYPE_CHECKING:
    from pathlib import Path

    from command_runs import Run

pytestmark = pytest.mark.xdist_group("examples")
QUESTIONS = read_questions(ROOT)
SHAPES = ROOT / "queries" / "questions" / "question.shapes.ttl"
FAULTS = [
    ("a name that is not one", "sparql-examples/what-changes-an-outcome>", "sparql-examples/What_Changes>"),
    ("no question mark", '?"@en', '."@en'),
    ("no topic", "schema.org/keywords", "schema.org/keyword"),
    ("a topic with spaces", 'keywords> "', 'keywords> " '),
    ("no endpoint", "schema.org/target", "schema.org/aim"),
    ("no query", "shacl#select>", "shacl#ask>"),
    ("no prefixes", "shacl#prefixes>", "shacl#prefix>"),
    ("a parameter without a kind", "shacl#class>", "shacl#sort>"),
    ("a parameter without a path", "shacl#path>", "shacl#way>"),
    ("a parameter without a description", "shacl#description>", "shacl#about>"),
]


@pytest.fixture(scope="module")
def described() -> str:
    return serialize(query_examples.described(QUESTIONS), "ntriples").decode()


def conforms(ntriples: str) -> tuple[bool, str]:
    found, _, text = validate(Graph().parse(data=ntriples, format="nt"), shacl_graph=Graph().parse(SHAPES))
    return bool(found), str(text)


def test_the_description_of_every_question_conforms_to_its_shape(described: str) -> None:
    assert conforms(described) == (True, conforms(described)[1])
    assert described.count("#SPARQLSelectExecutable>") == len(QUESTIONS) > 15


@pytest.mark.parametrize(("what", "whole", "broken"), FAULTS, ids=lambda word: word.replace(" ", "-")[:30])
def test_a_damaged_description_does_not_conform(described: str, what: str, whole: str, broken: str) -> None:
    assert whole in described, what
    assert not conforms(described.replace(whole, broken))[0]


def test_every_default_is_a_term_of_the_kind_that_its_parameter_takes() -> None:
    for question in QUESTIONS:
        for parameter in question.parameters:
            found = default_terms(question, parameter.name)
            assert found or parameter.optional, (question.name, parameter.name)
            assert all((term.kind == "iri") == (not parameter.kind.startswith("xsd:")) for term in found)


def test_defaults_are_read_in_every_notation() -> None:
    query = 'SELECT * { VALUES ?x { glut:A <urn:b> "c \\"d\\"" "2"^^xsd:integer UNDEF } }'
    question = Question("n", "s", "q", "r", (), (), query)
    parameter = Parameter("x", "glut:A", "text")
    assert default_terms(question, parameter.name) == [
        Term("iri", PREFIXES["glut"] + "A"),
        Term("iri", "urn:b"),
        Term("literal", 'c "d"'),
        Term("literal", "2", None, PREFIXES["xsd"] + "integer"),
    ]


@pytest.mark.sample(8)
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_copy_for_grlc_is_a_query_before_and_after_its_values_are_filled_in(question: Question) -> None:
    text = query_examples.grlc(question)
    head = yaml.safe_load("".join(line[3:] for line in text.splitlines(keepends=True) if line.startswith("#+ ")))
    assert head["summary"] == question.summary
    assert head["tags"] == list(question.tags)
    names = [next(iter(entry)) for entry in head.get("defaults", [])]
    assert set(names) <= {parameter.name for parameter in question.parameters}
    prepareQuery(text)
    for entry in head.get("defaults", []):
        ((name, value),) = entry.items()
        text = re.sub(rf"\?__?{name}_iri\b", f"<{value}>", text)
        text = re.sub(rf"\?__?{name}_literal\b", f'"{value}"', text)
    prepareQuery(text)
    assert not re.search(r"\?_[a-z]", text)


def test_questions_are_exported_as_rdf_and_for_grlc(run: Run, tmp_path: Path) -> None:
    assert run("export", "grlc", "-o", "api").returncode == 0
    assert {path.stem for path in (tmp_path / "api").iterdir()} == {question.name for question in QUESTIONS}
    assert SH in serialize(query_examples.described(QUESTIONS[:1]), "turtle").decode()
