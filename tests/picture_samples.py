"""Drawings of nearly all that can be drawn, for tests to look at, and what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.errors import NotFoundError
from glutkg.pictures.formats import Drawing
from glutkg.pictures.model import TablePicture, as_network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.api import KnowledgeGraph
    from glutkg.pictures.model import Cell, Chip
    from glutkg.pictures.svg import Panel, Sheet, Text

LONG = "pneumonoultramicroscopicsilicovolcanoconiosis" * 3
PATHS = [
    ("memantine", "migraine aura"),
    ("ketamine", "headache"),
    ("topiramate", "migraine"),
    ("LY293558", "migraine"),
    ("magnesium", "migraine"),
    ("memantine", "migraine"),
]


def all_drawings(kg: KnowledgeGraph, share: int = 1, seed: int = 0) -> dict[str, Drawing]:
    """All evidence of substances and targets, all conflicts, all distributions, many hierarchies, some paths.

    Of the first four one in so many, begun at the seed.
    """
    made: dict[str, Drawing] = {}
    lists = {
        "evidence": "?thing a glut:Substance . ?claim glut:agent ?thing",
        "conflict": "?thing a glut:Conflict",
        "distribution": "?claim a glut:Localization ; glut:statedIn/a glut:Sentence . ?claim glut:target ?thing",
        "hierarchy": "?thing rdfs:subClassOf ?any . ?narrower rdfs:subClassOf ?thing . ?any a owl:Class "
        "FILTER(?narrower != ?thing && ?thing != ?any)",
    }
    for what, pattern in lists.items():
        rows = kg.reasoned.select(f"SELECT DISTINCT ?thing {{ {pattern} FILTER(isIRI(?thing)) }} ORDER BY ?thing")
        for row in list(rows)[seed % share :: share]:
            try:
                made[f"{what} {row['thing']}"] = kg.draw(what, str(row["thing"]))
            except NotFoundError:
                continue
    for name in ("NMDA receptor", "migraine", "trigeminocervical complex", "cortical spreading depolarization"):
        made[f"evidence {name}"] = kg.draw("evidence", name)
    several = {
        "trials": ([], ["migraine"], ["ketamine"]),
        "targets": ([], ["NMDA receptor antagonist"], ["memantine", "magnesium"]),
        "outcomes": ([], ["migraine"], ["trigeminocervical complex"], ["topiramate", "LY293558"]),
        "comparison": (["memantine", "ketamine"], ["magnesium", "topiramate", "LY293558", "MK-801"]),
    }
    for what, lists_of_things in several.items():
        for things in lists_of_things:
            made[f"{what} {' '.join(things)}"] = kg.draw(what, *things)
    for what, name in (("evidence", "migraine"), ("trials", "migraine"), ("distribution", "glutamate receptor")):
        made[f"{what} {name} on a slide"] = kg.draw(what, name, shape="slide")
    for agent, goal in PATHS:
        made[f"path {agent} {goal}"] = kg.draw("path", agent, goal)
    return made


def marked(drawing: Drawing) -> list[Chip] | list[Cell]:
    picture = drawing.picture
    if isinstance(picture, TablePicture):
        return [cell for cell in picture.cells if cell.mark]
    return list(as_network(picture).chips)


def written(sheet: Sheet) -> Iterator[Text]:
    waiting: list[Panel] = list(sheet.panels)
    yield from sheet.texts
    while waiting:
        panel = waiting.pop()
        yield from panel.texts
        waiting += panel.panels


def stated(kg: KnowledgeGraph, properties: str) -> dict[str, set[str]]:
    rows = kg.reasoned.select(f"SELECT ?c ?v {{ ?c {properties} ?v }}", "stated")
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(str(row["c"]), set()).add(str(row["v"]))
    return found
