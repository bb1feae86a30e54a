"""Each picture says where it comes from: its licence, and a key that leads from its numbers to claims and sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from picture_samples import marked, stated, written

if TYPE_CHECKING:
    from glutkg.api import KnowledgeGraph
    from glutkg.pictures.formats import Drawing

pytestmark = pytest.mark.xdist_group("pictures")
SVG = "{http://www.w3.org/2000/svg}"


def numbers_without_entry(drawing: Drawing) -> set[str]:
    """Numbers that stand on a chip or in a cell, and are not in the key."""
    key = {f"[{source.number}]" for source in drawing.picture.credit.key}
    panels = drawing.sheet._replace(texts=())
    on_panels = {text.text for text in written(panels) if re.fullmatch(r"\[\d+\]", text.text)}
    return on_panels - key


def test_each_picture_says_where_it_comes_from_and_how_it_may_be_passed_on(drawings: dict[str, Drawing]) -> None:
    for name, drawing in drawings.items():
        foot = " ".join(text.text for text in sorted(drawing.sheet.texts, key=lambda text: (text.y, text.x))[-6:])
        assert "CC BY 4.0" in foot, name
        assert "glutkg" in foot, name
        if marked(drawing) and not name.startswith("hierarchy"):
            assert re.search(r"Drawn from .*(the review: J. Hoffmann, A. Charles|the article: How)", foot), name


def test_each_claim_has_a_number_and_each_number_an_entry_in_print(drawings: dict[str, Drawing], share: int) -> None:
    seen = 0
    for name, drawing in drawings.items():
        assert numbers_without_entry(drawing) == set(), name
        printed = {text.text for text in written(drawing.sheet)}
        claims = [claim for part in marked(drawing) for claim in part.claims]
        assert {f"[{claim.number}]" for claim in claims} <= printed, name
        seen += len(claims)
    assert seen > 1000 / share


def test_a_number_without_an_entry_is_noticed(kg: KnowledgeGraph) -> None:
    drawing = kg.draw("conflict", "conflict:mk801-region")
    credit = drawing.picture.credit
    drawing.picture = drawing.picture._replace(credit=credit._replace(key=credit.key[1:]))
    assert numbers_without_entry(drawing) == {"[1]"}


def test_an_entry_of_the_key_names_the_sentence_and_the_references_of_its_claims(
    kg: KnowledgeGraph, drawings: dict[str, Drawing]
) -> None:
    sentences, references = stated(kg, "glut:statedIn/rdfs:label"), stated(kg, "glut:cites/glut:referenceNumber")
    for drawing in drawings.values():
        key = {source.number: source.text for source in drawing.picture.credit.key}
        for claim in (claim for part in marked(drawing) for claim in part.claims):
            text = key[claim.number]
            names = {name.partition(":")[0] if drawing.page else name for name in sentences[claim.iri]}
            assert all(name in text for name in names)
            named = re.search(r"; references? ([\d, ]+)$", text)
            assert set(named[1].split(", ") if named else ()) == references.get(claim.iri, set())


def test_a_note_about_a_claim_leads_to_its_source(kg: KnowledgeGraph) -> None:
    for arguments, start in (
        (("path", "memantine", "migraine"), "Tested as a whole: "),
        (("conflict", "conflict:eaat2-chronification-and-cited-work"), "What may explain it: "),
    ):
        picture = kg.draw(*arguments).picture
        notes = [note for note in picture.notes if note.startswith(start)]
        numbers = {int(note.rpartition("[")[2].rstrip("]")) for note in notes}
        assert numbers
        assert numbers <= {source.number for source in picture.credit.key}


def test_formats_without_a_layout_have_the_key_too(kg: KnowledgeGraph) -> None:
    drawing = kg.draw("path", "memantine", "migraine aura")
    for text in (drawing.mermaid(), drawing.dot()):
        assert "Memantine, paragraph 1, sentence 3" in text
        assert "CC BY 4.0" in text
