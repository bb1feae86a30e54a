"""Documents for people: one tree, written as plain text, Markdown and HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from glutkg.rdf.terms import Term
from glutkg.text.documents import Document, Heading, Items, TableBlock, Tree, item, items, paragraph
from glutkg.text.table_view import Link
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from glutkg.api import KnowledgeGraph
    from glutkg.text.documents import Readable

TABLE = Table(("name", "colour"), tuple((Term("literal", name), Term("literal", "red")) for name in ("apple", "plum")))
PROOF = Tree(
    "apple is a fruit",
    (Tree("apple grows on a tree", (Tree("observed"),), (items("claim 1"),)), Tree("what grows on trees is fruit")),
)
DOCUMENT = Document(
    (
        Heading("Fruit", 1),
        paragraph("What there is."),
        Heading("proof"),
        PROOF,
        paragraph("Kinds:"),
        items(item(("see ", Link("pear", "http://example.org/pear")), items("Conference", "Abate"))),
        Items((item("first", paragraph("one", "two")), item("second")), numbered=True, loose=True),
        TableBlock(TABLE, heading=False),
    )
)

TEXT = """\
Fruit
What there is.

PROOF
apple is a fruit
├─ apple grows on a tree
│  │  claim 1
│  └─ observed
└─ what grows on trees is fruit

Kinds:
   see pear
      Conference
      Abate

1. first
   one
   two

2. second

apple  red
plum   red
"""


def test_text_has_trees_and_lists_by_indentation() -> None:
    assert DOCUMENT.text() == TEXT


def test_markdown_has_headings_nested_lists_links_and_tables() -> None:
    made = DOCUMENT.markdown()
    assert made.startswith("# Fruit\n\nWhat there is.\n\n## proof\n\n- apple is a fruit\n  - apple grows on a tree\n")
    assert "    - claim 1\n    - observed\n  - what grows on trees is fruit\n" in made
    assert "\nKinds:\n\n- see [pear](http://example.org/pear)\n  - Conference\n" in made
    assert "\n1. first\n\n   one\n   two\n2. second\n" in made
    assert made.endswith("| name | colour |\n| --- | --- |\n| apple | red |\n| plum | red |\n")


def test_an_item_that_begins_with_a_mark_of_markdown_stays_one_item() -> None:
    assert Document((items("- one", "+ two"),)).markdown() == "- \\- one\n- \\+ two\n"


def test_html_has_the_same_parts() -> None:
    made = DOCUMENT.html()
    assert made.startswith("<h1>Fruit</h1><p>What there is.</p><h2>proof</h2><ul><li>apple is a fruit<ul>")
    assert '<li>see <a href="http://example.org/pear">pear</a><ul><li>Conference</li>' in made
    assert "<ol><li>first<p>one<br>two</p></li><li>second</li></ol><table>" in made


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_no_text_is_taken_for_html(form: str) -> None:
    odd = "<script>alert(1)</script>"
    document = Document((Heading(odd), paragraph(odd), items((Link(odd, "x"),)), Tree(odd), TableBlock(TABLE)))
    assert "<script" not in getattr(document, form)()


def test_tables_are_left_to_whoever_can_draw_them() -> None:
    assert [type(part) for part in DOCUMENT.parts()].count(TableBlock) == 1


VALUES: dict[str, Callable[[KnowledgeGraph], Readable]] = {
    "why": lambda kg: kg.why("memantine", "is a", "NMDA receptor antagonist"),
    "why_row": lambda kg: kg.why_row("compounds-at-receptor", receptor="mGlu5"),
    "why_not": lambda kg: kg.why_not("memantine", "approved for", "migraine"),
    "show": lambda kg: kg.show("memantine"),
    "find": lambda kg: kg.find("memantine"),
    "check": lambda kg: kg.check(),
    "coverage": lambda kg: kg.coverage(),
    "paths": lambda kg: kg.paths("memantine", "migraine aura"),
    "predict": lambda kg: kg.predict("topiramate", "migraine"),
    "evaluate_predictions": lambda kg: kg.evaluate_predictions(),
    "fragility_of_prediction": lambda kg: kg.fragility_analysis.of_predictions([kg.predict("memantine", "CSD")]),
}


GROUPS = {"check": "check", "fragility_of_prediction": "fragility"}
"""Values that take long, and the group of tests that has worked out what they need."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=[pytest.mark.xdist_group(GROUPS[one])] if one in GROUPS else []) for one in VALUES],
)
def test_whatever_python_explains_prints_itself_and_shows_itself_in_a_notebook(
    kg: KnowledgeGraph, name: str, request: pytest.FixtureRequest
) -> None:
    value = request.getfixturevalue("shipped_report") if name == "check" else VALUES[name](kg)
    assert re.fullmatch(rf"<{type(value).__name__}: .+>", repr(value))
    assert len(repr(value)) < 200
    words = set(re.findall(r"\b[a-z]{5,}\b", str(value)))
    assert len(words) > 8
    for form in (value.markdown(), value._repr_html_()):
        assert not {word for word in words if word not in form.lower()}
