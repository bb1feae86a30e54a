"""Packaged questions: golden rows, equal rows in two engines, parameters."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph
import pytest
from conftest import ROOT
from rdflib import Dataset

from glutkg.errors import NotFoundError, SourceError, UsageError
from glutkg.questions.answering import ask
from glutkg.questions.headings import headings_of
from glutkg.questions.question import find_question, read_question, read_questions
from glutkg.rdf.terms import Term, from_rdflib
from glutkg.resources import data_folder, source_files
from glutkg.sparql.parser import read_query
from glutkg.sparql.patterns import Bind, Clause, Group, TriplePattern, is_operation, variables, walk
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source
from glutkg.text.cells import Row, joined, terms
from glutkg.text.rendering import csv_text
from glutkg.text.tables import Solutions, Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from glutkg.api import KnowledgeGraph
    from glutkg.questions.question import Question

QUESTIONS = read_questions(data_folder())
GOLDEN = ROOT / "tests" / "golden"
NAMES = [question.name for question in QUESTIONS]
SLOW_IN_RDFLIB = {"drugs-in-condition": "rdflib had no answer within a minute of processor time"}


def rows(table: Table) -> list[Row]:
    return sorted(table.rows, key=lambda row: tuple(str(cell) for cell in row))


@cache
def in_rdflib() -> Dataset:
    """The same quads in rdflib's own store, asked with rdflib's own engine."""
    import os

    from glutkg.reasoning.cache import cached_graph

    content = cached_graph(data_folder()).graph.store.dump(format=pyoxigraph.RdfFormat.N_QUADS)
    assert content, os.environ["GLUTKG_CACHE"]
    dataset = Dataset()
    dataset.parse(data=content.decode(), format="nquads")
    return dataset


@cache
def by_rdflib(question: Question, query: str) -> Table:
    result = in_rdflib().query(query)
    assert result.vars is not None
    columns = tuple(str(name) for name in result.vars)
    made = []
    for row in result:
        cells: list[Term | None] = []
        for cell in row:  # type: ignore[union-attr]
            cells.append(None if cell is None else from_rdflib(cell))
        made.append(tuple(cells))
    return Solutions(columns, tuple(made)).split(question.joints)


def without_labels(table: Table) -> Table:
    keep = [index for index, name in enumerate(table.columns) if not name.endswith("Label")]
    return Table(tuple(table.columns[i] for i in keep), tuple(tuple(row[i] for i in keep) for row in table.rows))


@pytest.mark.parametrize("name", NAMES)
def test_a_question_gives_its_golden_rows(kg: KnowledgeGraph, name: str, request: pytest.FixtureRequest) -> None:
    answer = csv_text(without_labels(kg.ask(name))).replace("\r\n", "\n")
    path = GOLDEN / f"{name}.csv"
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(answer, encoding="utf-8")
    assert answer == path.read_text(encoding="utf-8")
    assert answer.count("\n") > 1, "the default answer has no row"


@pytest.mark.xdist_group("rdflib")
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if number % 64 else ()) for number, name in enumerate(NAMES)]
)
def test_a_question_gives_equal_rows_in_rdflib_and_oxigraph(kg: KnowledgeGraph, name: str) -> None:
    if name in SLOW_IN_RDFLIB:
        pytest.skip(SLOW_IN_RDFLIB[name])
    question = find_question(kg.folder, name)
    by_oxigraph = ask(kg.reasoned, question, {})
    assert Counter(by_rdflib(question, question.bound({})).rows) == Counter(by_oxigraph.rows)
    assert rows(by_rdflib(question, question.query)) == rows(by_oxigraph), "the file as it stands, defaults included"


@pytest.mark.slow
def test_accepted_facts_of_other_sources_stand_in_no_answer_about_the_two_documents(kg: KnowledgeGraph) -> None:
    accepted = {str(fact) for fact in kg.ask("accepted-facts").column("accepted") if "/accepted-" in str(fact)}
    assert len(accepted) > 10
    found = {
        (question.name, fact)
        for question in QUESTIONS
        for values in ({}, widest(question))
        for row in kg.ask(question.name, **values).rows
        for fact in accepted.intersection(term.value for cell in row for term in terms(cell))
    }
    assert {name for name, _ in found} == {"accepted-facts", "signalling-of-receptor"}


THIRD = """@prefix glut: <https://w3id.org/glutkg/> . @prefix e: <http://example.org/> .
e:paper a glut:Document . e:sentence a glut:Sentence ; glut:partOfDocument e:paper .
e:claim a glut:MechanismOfAction ; glut:agent <https://w3id.org/glutkg/substance/memantine> ; glut:statedIn e:sentence ;
  glut:target glut:NMDAReceptor ; glut:action glut:Antagonism ;
  glut:result glut:Affirmed ; glut:modality glut:Possible .
"""


def test_what_a_third_document_says_is_not_said_to_be_in_one_of_the_two(kg: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "third.ttl").write_text(THIRD, encoding="utf-8")
    question = find_question(kg.folder, "review-and-article-compared")
    third = Graph.merged([read_source(tmp_path / "third.ttl")]).triples()
    stated, with_third = kg.reasoned.changed(), kg.reasoned.changed(new=third)
    assert [row for row in ask(with_third, question, {}).rows if "example.org" in str(row)] == []
    assert rows(ask(with_third, question, {})) == rows(ask(stated, question, {}))


def widest(question: Question) -> dict[str, str]:
    """Give for each parameter that is not optional the kind of its values, which stands for all of them."""
    return {
        parameter.name: parameter.kind
        for parameter in question.parameters
        if not parameter.optional and parameter.kind.startswith("glut:")
    }


def test_collected_values_are_sorted_whether_or_not_some_are_missing() -> None:
    cells = Term("literal", " https://b https://a"), Term("literal", "; b c; a"), Term("literal", "")
    split = Solutions(("claims", "names", "none"), (cells,)).split({"claims": " ", "names": "; ", "none": "; "})
    assert next(iter(split)) == {"claims": ("https://a", "https://b"), "names": ("a", "b c"), "none": ()}
    assert [(term.kind, term.value) for cell in split.rows[0] if (term := joined(cell))] == [
        ("literal", "https://a https://b"),
        ("literal", "a; b c"),
        ("literal", ""),
    ]


@pytest.mark.parametrize("question", QUESTIONS, ids=NAMES)
def test_a_question_says_what_it_asks(question: Question) -> None:
    assert question.question.endswith("?")
    assert question.row.endswith(".")
    assert question.tags


WORDS_OF_THE_MODEL = {"agent", "agents", "aside", "count", "modalities", "modality", "standings"}


def headings_of_answers() -> Iterator[tuple[str, list[str]]]:
    for question in QUESTIONS:
        names = tuple((GOLDEN / f"{question.name}.csv").read_text(encoding="utf-8").split("\n")[0].split(","))
        yield question.name, Table(names, (), dict(question.headings)).view().headings


def test_answers_are_headed_in_the_words_of_those_who_ask() -> None:
    for name, headings in headings_of_answers():
        assert len(set(headings)) == len(headings), name
        assert not WORDS_OF_THE_MODEL & {word for heading in headings for word in heading.split()}, name


def test_a_heading_is_of_a_column_that_there_is() -> None:
    declared = tomllib.loads((ROOT / "queries" / "headings.toml").read_text(encoding="utf-8"))
    for name, text in declared.items():
        asked = [one for one in QUESTIONS if one.name == name] or QUESTIONS
        for column in text if isinstance(text, dict) else [name]:
            assert any(re.search(rf"\?{column}\b", one.query) for one in asked), f"no question has a column {column}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('who = "baker"', ""),
        ('[question]\nwho = "baker"\n[another]\nwho = "eater"', ""),
        ("who = baker", r"headings.toml: the file is no TOML \(.*line 1"),
        ("who = 1", r"headings.toml: the heading of 'who' is not a text of one line"),
        ('[question]\nwho = "a\\nb"', "the heading of 'who' is not a text of one line"),
    ],
)
def test_headings_are_read_or_refused(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "queries" / "questions" / "question.rq"
    path.parent.mkdir(parents=True)
    (tmp_path / "queries" / "headings.toml").write_text(text, encoding="utf-8")
    if problem:
        with pytest.raises(SourceError, match=problem):
            headings_of(path, "SELECT ?who {}")
    else:
        assert headings_of(path, "SELECT ?who ?what {}") == (("who", "baker"),)


@pytest.mark.parametrize("question", QUESTIONS, ids=NAMES)
def test_what_must_match_stands_before_what_may(question: Question) -> None:
    """An OPTIONAL parts what is joined: patterns after it were matched anew for each row, with the square of claims."""
    for group in (node for node in walk(read_query(question.query).where) if isinstance(node, Group)):
        kinds = [type(part) for part in group.parts if not isinstance(part, Clause) or part.word == "OPTIONAL"]
        assert Clause not in kinds or TriplePattern not in kinds[kinds.index(Clause) :]


@pytest.mark.parametrize("question", QUESTIONS, ids=NAMES)
def test_what_may_match_is_not_sought_among_all_triples(question: Question) -> None:
    """An engine may work out an OPTIONAL apart: a property of a list stands in VALUES, not in a FILTER."""
    for part in (node for node in walk(read_query(question.query).where) if isinstance(node, Clause)):
        properties = {one.predicate for one in walk(part) if isinstance(one, TriplePattern)}
        lists = [one for one in walk(part) if is_operation(one, "IN")]
        assert not [str(one) for one in lists if one.operands[0] in properties]


@pytest.mark.parametrize("question", QUESTIONS, ids=NAMES)
def test_what_is_joined_has_a_variable_that_is_surely_bound(question: Question) -> None:
    """What is computed may be unbound, so that a pattern on it alone is compared with all, row by row."""
    for group in (node for node in walk(read_query(question.query).where) if isinstance(node, Group)):
        computed: set[str] = set()
        matched: frozenset[str] = frozenset()
        for part in group.parts:
            if isinstance(part, Bind):
                computed.add(part.variable)
            elif isinstance(part, TriplePattern | Clause):
                assert not variables(part) & computed or variables(part) & matched, str(part)
                matched |= variables(part)
            else:
                matched |= variables(part)


def test_there_are_at_least_sixty_questions() -> None:
    assert len(QUESTIONS) >= 60


def test_names_synonyms_curies_and_iris_bind_to_the_same_term(kg: KnowledgeGraph) -> None:
    names = ("MK-801", "mk801", "dizocilpine", "substance:dizocilpine", "https://w3id.org/glutkg/substance/dizocilpine")
    answers = {kg.ask("findings-of-compound", compound=name) for name in names}
    assert len(answers) == 1
    assert answers != {kg.ask("findings-of-compound", compound="ketamine")}


@pytest.mark.parametrize(
    ("question", "values", "message"),
    [
        ("compounds-at-receptr", {}, "Did you mean 'compounds-at-receptor'"),
        ("compounds-at-receptor", {"receptor": "ketamine"}, "takes a target; 'ketamine' is not a target"),
        ("compounds-at-receptor", {"receptor": "mGlu55"}, "Did you mean"),
        ("compounds-at-receptor", {"receptor": '"} SERVICE <http://127.0.0.1> {'}, "is not in the graph"),
        ("compounds-at-receptor", {"receptor": "http://x/> } #"}, "is not in the graph"),
        ("compounds-at-receptor", {"site": "thalamus"}, "has no parameter --site"),
        ("compounds-at-receptor", {"receptor": ["mGlu1", "mGlu5"]}, "takes one value"),
    ],
)
def test_a_wrong_value_is_refused_with_a_cure(
    kg: KnowledgeGraph, question: str, values: dict[str, str], message: str
) -> None:
    with pytest.raises((NotFoundError, UsageError), match=message):
        kg.ask(question, **values)


def test_an_optional_parameter_narrows_the_answer(kg: KnowledgeGraph) -> None:
    every, some = kg.ask("negative-findings"), kg.ask("negative-findings", compound="memantine")
    assert 0 < len(some) < len(every)
    assert set(some.column("claim")) < set(every.column("claim"))


@pytest.mark.slow
def test_what_is_part_of_the_attacks_counts_for_a_disorder(kg: KnowledgeGraph) -> None:
    found = kg.ask("clinical-evidence", condition="migraine with aura", compound="ketamine")
    assert any("duration or severity of the aura" in str(row["outcomes"]) for row in found)


def test_adverse_effect_stands_for_all_of_them(kg: KnowledgeGraph) -> None:
    everything = kg.ask("adverse-effects")
    assert kg.ask("adverse-effects", effect="adverse effect").rows == everything.rows
    assert 0 < len(kg.ask("adverse-effects", effect="dizziness").rows) < len(everything.rows)


def test_a_class_of_compounds_stands_for_its_members(kg: KnowledgeGraph) -> None:
    """Of every question that promises it: what is answered for a member is answered for its class, too."""
    promising = [
        question
        for question in QUESTIONS
        if any(p.name == "compound" and "members of this class" in p.text for p in question.parameters)
    ]
    assert len(promising) > 10
    answered = set()
    for question in promising:
        names = ("NMDA receptor antagonist", "ketamine")
        of_class, of_member = (set(kg.ask(question.name, compound=name).rows) for name in names)
        assert of_member & of_class or not of_member, question.name
        answered |= {question.name} if of_member else set()
    assert {"clinical-evidence", "evidence-by-design", "tolerability", "use-status"} <= answered


def test_an_answer_becomes_a_data_frame_with_numbers(kg: KnowledgeGraph) -> None:
    frame = kg.ask("what-changes-an-outcome").to_pandas()
    assert frame["claimCount"].dtype.kind == "i"
    assert frame["claimCount"].min() >= 1


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("#+ parameter: ware", "#+ parameter: format", "a parameter cannot have the name 'format'"),
        ("#+ parameter: ware", "#+ parameter: he", "a parameter cannot have the name 'he'"),
        ("PREFIX glut", "#+ parameter: ware of glut:Ware -- again\nPREFIX glut", "two parameters have the name 'ware'"),
        ("#+ summary: Who", "\ufeff#+ summary: Who", ""),
        ("VALUES ?ware { glut:Pastry }", "VALUES ?ware { glut:Pastry", "needs exactly one block VALUES"),
        ("SELECT", "CONSTRUCT", r"question.rq:\d+: a SELECT query belongs here, not CONSTRUCT"),
        (
            "WHERE {",
            "WHERE { SERVICE <http://x/> { ?a ?b ?c }",
            r"question.rq:\d+: column \d+: SERVICE would ask another",
        ),
        ("WHERE {", 'WHERE { BIND("""\n#+ nope: x\n""" AS ?text)', ""),
        ("VALUES ?ware { glut:Pastry }", "VALUES ?ware { glut:Pastry } VALUES ?n { .5 } # \u2028#+ nope: 1", ""),
    ],
)
def test_a_question_file_is_read_or_refused(tmp_path: Path, old: str, new: str, problem: str) -> None:
    text = (ROOT / "tests" / "changes" / "queries" / "questions" / "who-bakes.rq").read_text(encoding="utf-8")
    path = tmp_path / "question.rq"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    if problem:
        with pytest.raises(SourceError, match=problem):
            read_question(path)
    else:
        read_query(read_question(path).query)


NUMBERS = """\
@prefix claim: <https://w3id.org/glutkg/claim/> .
@prefix glut: <https://w3id.org/glutkg/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix review: <https://w3id.org/glutkg/source/glutamate-receptors-migraine#> .
@prefix substance: <https://w3id.org/glutkg/substance/> .

claim:case-in-numbers a glut:ClinicalFinding ;
    rdfs:label "A made-up trial with all its numbers"@en ;
    glut:agent substance:memantine ;
    glut:studyDesign glut:StudyDesign ;
    glut:doseAmount 10.0 ;
    glut:doseUnit "mg/d" ;
    glut:sampleSize 60 ;
    glut:effectMeasure glut:MeanDifference ;
    glut:effectSize -2.3 ;
    glut:effectUnit "d/mo" ;
    glut:confidenceLower -4.6 ;
    glut:confidenceUpper -0.3 ;
    glut:confidenceLevel 95.0 ;
    glut:pValueBelow 0.05 ;
    glut:responseRate 46.5 ;
    glut:comparatorResponseRate 30.0 ;
    glut:trialIdentifier "NCT00000000" ;
    glut:result glut:EffectShown ;
    glut:modality glut:Reported ;
    glut:statedIn review:s151 .
"""


def test_the_numbers_of_a_trial_stand_in_its_row_with_their_units(tmp_path: Path) -> None:
    path = tmp_path / "trial.ttl"
    as_concluded = NUMBERS.replace("glut:statedIn", "glut:standing glut:Undisputed ;\n    glut:statedIn")
    path.write_text(as_concluded, encoding="utf-8")
    graph = Graph.of(map(read_source, [*source_files(data_folder()), path]))
    found = graph.select(find_question(data_folder(), "clinical-trials").query)
    (numbers,) = (row["numbers"] for row in found if "made-up" in str(row["claimLabel"]))
    assert set(str(numbers).split("; ")) == {
        "dose 10 mg/d",
        "n = 60",
        "mean difference -2.3 d/mo (95 % CI -4.6 to -0.3)",
        "p < 0.05",
        "response 46.5 % against 30 %",
        "NCT00000000",
    }
