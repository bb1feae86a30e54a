"""Drawings of nearly all that can be drawn, for tests to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.errors import NotFoundError
from glutkg.pictures.formats import Drawing

if TYPE_CHECKING:
    from glutkg.api import KnowledgeGraph

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
