"""The Python face beyond packaged questions: SPARQL over a part of the graph, and the version of the package."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT
from rdflib import URIRef

import glutkg
from glutkg.api import KnowledgeGraph
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
    assert (URIRef(kg.find("ketamine")), None, None) in kg.construct("DESCRIBE substance:ketamine")


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
