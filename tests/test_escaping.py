"""Whatever text the data hold, a terminal and a page show it and do nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from glutkg.rdf.namespaces import PREFIXES, RDFS, STATED_GRAPH
from glutkg.rdf.terms import Term
from glutkg.store.graph import Graph
from glutkg.store.labels import label, triple_text
from glutkg.store.sources import Source
from glutkg.text.rendering import csv_text, read_results, results_json
from glutkg.text.tables import Table

NAME = "http://example.org/thing"
HOSTILE = "one\ntwo | \x1b[31mred\x07 <script>alert(1)</script> \u202eleft\u200b"
SHOWN = r"one\ntwo | \x1b[31mred\x07 <script>alert(1)</script> \u202eleft\u200b"
TABLE = Table(("text",), ((Term("literal", HOSTILE),),))


@pytest.fixture
def graph() -> Graph:
    quoted = HOSTILE.encode("unicode_escape").decode().replace(r"\x", r"\u00")
    return Graph.of([Source(Path("odd.ttl"), f"{STATED_GRAPH}/facts/odd", f'<{NAME}> <{RDFS}label> "{quoted}" .')])


def test_a_table_for_people_shows_what_cannot_be_seen() -> None:
    assert str(TABLE).splitlines()[2] == SHOWN


def test_markdown_holds_no_html_and_no_bars() -> None:
    assert TABLE.view().markdown().splitlines()[2] == f"| {SHOWN.replace('|', chr(92) + '|').replace('<', '&lt;')} |"


def test_forms_for_programs_keep_the_text_as_it_is() -> None:
    assert HOSTILE in csv_text(TABLE)
    assert HOSTILE.encode("unicode_escape").decode()[:8] in results_json(TABLE)
    assert "<script>" in results_json(TABLE)


def test_labels_and_texts_in_proofs_are_visible(graph: Graph) -> None:
    assert label(graph, NAME) == SHOWN
    assert triple_text(graph, next(graph.triples(NAME))).endswith(f"“{SHOWN}”")


CLAIM, OTHER = (Term("iri", f"{PREFIXES['claim']}{name}") for name in ("one", "two"))
ANSWER = Table(
    ("drug", "drugLabel", "routes", "claims"),
    (
        (Term("iri", NAME), Term("literal", "a drug"), (Term("literal", "oral"), Term("literal", "nasal")), (CLAIM,)),
        (Term("iri", NAME), Term("literal", "a drug"), (), (OTHER, CLAIM)),
    ),
)


def test_people_see_labels_in_place_of_iris_and_marks_in_place_of_claims() -> None:
    seen = ANSWER.view("all")
    assert seen.headings == ["drug", "routes", "claims"]
    assert seen.cells() == [["a drug", "oral; nasal", "[1]"], ["a drug", "", "[2] [1]"]]
    assert seen.claims == (CLAIM.value, OTHER.value)
    assert ANSWER.view().cells()[1] == ["a drug", "", "claim:two claim:one"]


def test_a_notebook_links_labels_and_marks() -> None:
    first = ANSWER._repr_html_().split("</tr>")[1]
    assert f'<a href="{NAME}" title="thing">a drug</a></td><td>oral; nasal</td>' in first
    assert f'<a href="{CLAIM.value}" title="one">[1]</a>' in first


def test_a_program_reads_several_values_as_the_query_joined_them() -> None:
    assert csv_text(ANSWER).splitlines()[1] == f"{NAME},a drug,oral; nasal,{CLAIM.value}"
    assert next(iter(ANSWER))["routes"] == ("oral", "nasal")
    assert ANSWER.column("claims") == [(CLAIM.value,), (OTHER.value, CLAIM.value)]
    read = read_results(results_json(ANSWER).encode()).split({"routes": "; ", "claims": " "})
    assert read.rows[1][3] == (CLAIM, OTHER)
