"""The wordings of the two documents, sentence by sentence, the claims made of them, and the table of both.

`tests/certainty/` holds what is decided: the grade of each wording (`wordings.tsv`), the claims that another clause of
their sentence carries (`deviations.tsv`, with a reason each), what names a species, and what points back.
`sentences.tsv` lists which of these occur in which sentence, so that the tests need no document.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import rdflib
from conftest import ROOT
from rdflib import RDF

from glutkg.rdf.namespaces import BASE, curie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

DATA = ROOT / "tests" / "certainty"
DOCUMENTS = ROOT.parent / "shared" / "sources"
CURIES = {"glutamate-receptors-migraine": "review", "glutamatergic-medications": "article"}
GRADES = ("Established", "Reported", "Suggested", "Possible", "Hypothesised", "Insufficient")
PLAIN = "plain statement"
MARKS = {"wordings": "wording", "species": "species", "anaphors": "anaphor"}
GLUT = rdflib.Namespace(BASE)


class Statement(NamedTuple):
    """A claim as one sentence states it."""

    sentence: str
    claim: str
    grade: str


class Deviation(NamedTuple):
    """Claims of a sentence that some of its wordings do not govern; without wordings, claims graded below them."""

    sentence: str
    wordings: tuple[str, ...]
    claims: tuple[str, ...]
    reason: str


class Weighed(NamedTuple):
    """A statement with the wording that governs it, and the grade that this allows."""

    statement: Statement
    wording: str
    allowed: str


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def several(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("; ")) if cell else ()


def grades() -> dict[str, str]:
    """The grade of each wording, in the order of the table."""
    return {row["wording"]: row["grade"] for row in read(DATA / "wordings.tsv")}


def deviations() -> list[Deviation]:
    rows = read(DATA / "deviations.tsv")
    return [
        Deviation(row["sentence"], several(row["wordings"]), tuple(row["claims"].split()), row["reason"])
        for row in rows
    ]


def marks(kind: str) -> dict[str, tuple[str, ...]]:
    """The wordings, species or anaphors in each sentence that has any."""
    return {row["sentence"]: several(row[kind]) for row in read(DATA / "sentences.tsv") if row[kind]}


def marks_in_documents() -> str:
    """What `sentences.tsv` should hold, from the documents themselves."""
    lines = ["\t".join(("sentence", *MARKS))]
    for sentence, text in sentences():
        cells = ["; ".join(found(kind, column, text)) for kind, column in MARKS.items()]
        if any(cells):
            lines.append("\t".join((sentence, *cells)))
    return "\n".join(lines) + "\n"


def found(kind: str, column: str, text: str) -> list[str]:
    return [
        row[column]
        for row in read(DATA / f"{kind}.tsv")
        if re.search(rf"(?<!\w)(?:{row['pattern']})(?!\w)", text, re.IGNORECASE)
    ]


def sentences() -> Iterator[tuple[str, str]]:
    for name, prefix in CURIES.items():
        for row in read(DOCUMENTS / f"{name}.sentences.tsv"):
            yield f"{prefix}:{row['id']}", row["text"]


@cache
def facts() -> rdflib.Graph:
    made = rdflib.Graph()
    for path in sorted((ROOT / "facts").glob("*.ttl")):
        made.parse(path)
    return made


def statements() -> list[Statement]:
    """Every claim of the two documents, once for each sentence that states it."""
    graph = facts()
    return sorted(
        Statement(curie(str(sentence)), curie(str(claim)).removeprefix("claim:"), name(grade))
        for claim, sentence in graph.subject_objects(GLUT.statedIn)
        if (sentence, RDF.type, GLUT.Sentence) in graph
        for grade in graph.objects(claim, GLUT.modality)
    )


def name(node: object) -> str:
    return str(node).removeprefix(BASE)


def weighed(stated: Iterable[Statement], exempt: Iterable[Deviation]) -> list[Weighed]:
    """Each statement with the weakest wording of its sentence, but for those that govern another clause."""
    grade, wordings = grades(), marks("wordings")
    elsewhere: dict[tuple[str, str], set[str]] = defaultdict(set)
    for deviation in exempt:
        for claim in deviation.claims:
            elsewhere[deviation.sentence, claim].update(deviation.wordings)
    made = []
    for one in stated:
        governing = [w for w in wordings.get(one.sentence, ()) if w not in elsewhere[one.sentence, one.claim]]
        weakest = max(governing, key=lambda w: GRADES.index(grade[w]), default=PLAIN)
        made.append(Weighed(one, weakest, grade.get(weakest, "Established")))
    return made


def surer(one: Weighed) -> bool:
    """Is the claim graded above what its wording allows?"""
    return GRADES.index(one.statement.grade) < GRADES.index(one.allowed)


def less_sure(one: Weighed) -> bool:
    return GRADES.index(one.statement.grade) > GRADES.index(one.allowed)


def table(weights: Iterable[Weighed], exempt: Iterable[Deviation]) -> str:
    """The table of wording by grade: how many claims each wording governs, and how many it leaves to another clause."""
    counts = Counter((one.wording, one.statement.grade) for one in weights)
    others = Counter(dict.fromkeys(grades(), 0))
    for deviation in exempt:
        others.update({w: len(deviation.claims) for w in deviation.wordings})
    lines = [f"| wording | {' | '.join(GRADES)} | on another clause |", "|---" * (len(GRADES) + 2) + "|"]
    for wording in (PLAIN, *grades()):
        cells = [str(counts[wording, grade] or "") for grade in GRADES]
        lines.append(f"| {wording} | {' | '.join(cells)} | {others[wording] or ''} |")
    return "\n".join(lines) + "\n"
