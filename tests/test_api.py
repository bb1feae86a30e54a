"""The Python face beyond packaged questions: SPARQL over a part of the graph, and the version of the package."""

from __future__ import annotations

import importlib
import pkgutil
import re
from doctest import DocTestFinder
from types import FunctionType

import pytest
from conftest import ROOT
from rdflib import URIRef

import glutkg
from glutkg.api import KnowledgeGraph
from glutkg.checks.report import ValidationReport
from glutkg.errors import QueryError, UsageError
from glutkg.rdf.namespaces import INFERRED_GRAPH, STATED_GRAPH

GRAPHS = "SELECT DISTINCT ?graph { GRAPH ?graph { ?s ?p ?o } }"
TRIPLE = "{ ?drug glut:antagonises glut:NMDAReceptor }"


def test_a_query_over_a_part_finds_no_named_graph_of_another_part(kg: KnowledgeGraph) -> None:
    stated, inferred, both = (
        {str(name) for name in kg.select(GRAPHS, part).column("graph")} for part in ("stated", "inferred", "both")
    )
    assert stated and all(name.startswith(STATED_GRAPH) for name in stated)
    assert inferred and all(name.startswith(INFERRED_GRAPH) for name in inferred)
    assert both == stated | inferred
    assert kg.reasoned.ask(f"ASK {TRIPLE}", "inferred")
    assert not kg.reasoned.ask(f"ASK {TRIPLE}", "stated")


def test_select_and_construct_give_what_their_names_say(kg: KnowledgeGraph) -> None:
    rows = kg.select(f"SELECT ?drug {TRIPLE}")
    made = kg.construct(f"CONSTRUCT {TRIPLE} WHERE {TRIPLE}")
    assert {str(drug) for drug in made.subjects()} == set(rows.column("drug"))
    assert kg.select(f"ASK {TRIPLE}").column("answer") == [True]
    assert (URIRef(kg.iri("ketamine")), None, None) in kg.construct("DESCRIBE substance:ketamine")


@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { ?s a ?o }", "DESCRIBE substance:ketamine"])
def test_select_sends_queries_for_a_graph_elsewhere(kg: KnowledgeGraph, query: str) -> None:
    with pytest.raises(QueryError, match=r"Use construct\(\)"):
        kg.select(query)


def test_construct_sends_queries_for_a_table_elsewhere(kg: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match=r"Use select\(\)"):
        kg.construct("ASK { ?s ?p ?o }")


def test_a_part_that_does_not_exist_is_refused(kg: KnowledgeGraph) -> None:
    for query in (kg.select, kg.construct, kg.reasoned.select):
        with pytest.raises(UsageError, match="Choose from stated, inferred, both"):
            query(GRAPHS, "owl")


def test_the_version_is_the_same_wherever_it_is_written() -> None:
    cited = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    assert cited and cited[1] == glutkg.__version__
    assert re.search(rf"^## {re.escape(glutkg.__version__)}\b", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


def test_each_function_of_the_python_face_has_an_example() -> None:
    functions = {name: item for name, item in vars(KnowledgeGraph).items() if not name.startswith("_")}
    assert len(functions) > 20
    missing = [name for name, item in functions.items() if name != "load" and ">>> " not in (item.__doc__ or "")]
    assert missing == []
    assert ">>> " in (glutkg.__doc__ or "")


def test_each_function_of_what_the_python_face_returns_is_called_in_an_example() -> None:
    modules = [importlib.import_module(found.name) for found in pkgutil.walk_packages(glutkg.__path__, "glutkg.")]
    called = {
        word
        for module in modules
        for example in DocTestFinder().find(module)
        for line in example.examples
        for word in re.findall(r"\w+", line.source)
    }
    annotations = " ".join(str(function.__annotations__.get("return")) for function in functions_of(KnowledgeGraph))
    imports = re.findall(r"from (glutkg\S+) import (.+)", (ROOT / "glutkg" / "api.py").read_text(encoding="utf-8"))
    returned = [
        getattr(importlib.import_module(module), name)
        for module, names in imports
        for name in names.split(", ")
        if re.search(rf"\b{name}\b", annotations)
    ]
    functions = {f"{item.__qualname__}.{one.__name__}" for item in returned for one in functions_of(item)}
    assert len(functions) > 50
    assert {name for name in functions if name.partition(".")[2] not in called} == set()


def functions_of(item: type) -> list[FunctionType]:
    """The public functions that a class defines, those behind its properties included."""
    own = [value for name, value in vars(item).items() if not name.startswith("_")]
    plain = [getattr(value, "fget", None) or getattr(value, "func", None) or value for value in own]
    return [value for value in plain if isinstance(value, FunctionType) and value.__module__ == item.__module__]


def test_a_table_takes_numbers_slices_and_names(kg: KnowledgeGraph) -> None:
    answer = kg.ask("compounds-at-receptor", receptor="NMDA receptor")
    assert answer[0] == next(iter(answer))
    assert list(answer[1:3]) == list(answer)[1:3]
    assert answer["compoundLabel"] == [row["compoundLabel"] for row in answer]
    assert answer[-1]["compound"] == answer.column("compound")[-1]
    with pytest.raises(IndexError):
        answer[10_000]


def test_values_show_themselves_in_a_line(kg: KnowledgeGraph) -> None:
    answer = kg.ask("compounds-at-receptor", receptor="NMDA receptor")
    shown = (answer, answer[:2], kg, kg.questions()[0], kg.draw("evidence", "ketamine"), kg.find("aura"), answer.works)
    assert [value for value in shown if not is_shown_in_a_line(value)] == []


def test_a_line_says_what_a_value_comes_to(kg: KnowledgeGraph) -> None:
    answer = kg.ask("compounds-at-receptor", receptor="mGlu5")
    assert repr(answer.works) == "<Works: 1 document, 0 cited works>"
    assert re.fullmatch(r"<Found: \d+ things?, \d+ questions?, \d+ claims? for 'aura'>", repr(kg.find("aura")))
    assert repr(ValidationReport((), {})) == "<ValidationReport: conforms; 0 violations, 0 warnings, 0 notes>"
    assert repr(kg.fragility_of_answer("compounds-at-receptor", receptor="mGlu5")).startswith("<FragilityReport: 1 con")


@pytest.mark.xdist_group("fragility")
def test_fragility_shows_itself_in_a_line(kg: KnowledgeGraph) -> None:
    assert is_shown_in_a_line(kg.fragility("memantine", "lowers", "CSD"))


def is_shown_in_a_line(value: object) -> bool:
    return repr(value).startswith(f"<{type(value).__name__}: ") and len(repr(value)) < 250


def test_whole_numbers_with_gaps_stay_whole(kg: KnowledgeGraph) -> None:
    frame = kg.select("SELECT ?n { VALUES ?n { 1 UNDEF 3 } }").to_pandas()
    assert str(frame["n"].dtype) == "Int64"
    assert frame["n"].tolist()[0] == 1
    assert str(kg.select("SELECT ?n { VALUES ?n { 1 2 } }").to_pandas()["n"].dtype) == "int64"
    assert kg.select(f"SELECT ?n {{ VALUES ?n {{ 1 UNDEF {2**70} }} }}").to_pandas()["n"].tolist()[2] == 2**70


@pytest.mark.parametrize(
    "literal", ['"many"^^xsd:integer', '"١"^^xsd:integer', '"1_0"^^xsd:integer', '"x"^^xsd:double']
)
def test_an_ill_typed_value_is_given_as_it_stands(kg: KnowledgeGraph, literal: str) -> None:
    (row,) = kg.select(f"SELECT ?x {{ BIND({literal} AS ?x) }}")
    assert row["x"] == literal.split('"')[1]
    assert len(kg.select(f"SELECT ?x {{ BIND({literal} AS ?x) }}").to_pandas()) == 1


@pytest.mark.parametrize("pattern", ['?x ?y "true"^^xsd:boolean', '?x rdfs:label ?l FILTER("5"^^xsd:integer < 6)'])
def test_a_literal_with_a_datatype_stands_in_any_pattern(kg: KnowledgeGraph, pattern: str) -> None:
    assert len(kg.select(f"SELECT ?x {{ {pattern} }} LIMIT 1")) == 1
