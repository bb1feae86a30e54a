"""Whatever text the data hold, a terminal and a page show it and do nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from glutkg.explain.wording import spoken
from glutkg.rdf.namespaces import RDFS, STATED_GRAPH
from glutkg.rdf.terms import Term
from glutkg.store.graph import Graph
from glutkg.store.names import label
from glutkg.store.sources import Source
from glutkg.text.rendering import delimited, markdown, results_json, text_table
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
    assert text_table(TABLE).splitlines()[2] == SHOWN


def test_markdown_holds_no_html_and_no_bars() -> None:
    assert markdown(TABLE).splitlines()[2] == f"| {SHOWN.replace('|', chr(92) + '|').replace('<', '&lt;')} |"


def test_forms_for_programs_keep_the_text_as_it_is() -> None:
    assert HOSTILE in delimited(TABLE, "csv")
    assert HOSTILE.encode("unicode_escape").decode()[:8] in results_json(TABLE)
    assert "<script>" in results_json(TABLE)


def test_labels_and_texts_in_proofs_are_visible(graph: Graph) -> None:
    assert label(graph, NAME) == SHOWN
    assert spoken(graph, next(graph.triples(NAME))).endswith(f"“{SHOWN}”")
