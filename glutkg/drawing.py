"""What a picture shows: claims, paths and kinds read into boxes, chips and charts, as `ontology/pictures/*.rq` say.

The queries say which claims belong to a picture, in which column a kind stands, how a claim is marked and in which
word, and what its tags are. Nothing here knows what any of it means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import NotFoundError, UsageError
from glutkg.pictures import Box, Chip, Claim, Tag, Way, Ways
from glutkg.questions import Parameter, Question, label
from glutkg.resources import headers, ontology_queries
from glutkg.tables import Term
from glutkg.terms import curie

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from glutkg.graph import Graph
    from glutkg.tables import Table

AT_MOST = 36
"""Chips that a picture shows unless more are asked for."""


class Mark(NamedTuple):
    """How a claim is marked: which way it points, in which word, how sure its source is, and whether it goes first."""

    mark: str
    word: str
    rank: int
    certainty: str
    priority: int


class Place(NamedTuple):
    """What stands in one column of a claim: the kinds joined to one label, with a detail such as a layer."""

    column: int
    label: str
    iri: str | None
    detail: str = ""


class Shown(NamedTuple):
    """A claim as a picture shows it: what it is about from left to right, its mark and its tags."""

    claim: Claim
    places: tuple[Place, ...]
    marked: int
    mark: Mark
    tags: tuple[Tag, ...]

    @property
    def before(self) -> tuple[Place, ...]:
        """What stands before the chip."""
        return tuple(place for place in self.places if place.column < self.marked)

    @property
    def after(self) -> tuple[Place, ...]:
        """What stands after the chip."""
        return tuple(place for place in self.places if place.column >= self.marked)


class Reader:
    """The queries of `ontology/pictures/`, asked of a graph."""

    def __init__(self, graph: Graph, folder: Path) -> None:
        self.graph = graph
        self._texts = {path.stem: path.read_text(encoding="utf-8") for path in ontology_queries(folder, "pictures")}

    def header(self, query: str) -> dict[str, str]:
        """Give the header of a query."""
        return headers(self._texts[query])

    def rows(self, query: str, **values: Iterable[str]) -> Table:
        """Run a query with IRIs in place of the values of its blocks."""
        parameters = tuple(Parameter(name, "", "") for name in values)
        asked = Question(query, "", "", "", (), parameters, (), self._texts[query])
        return self.graph.select(
            asked.bound({name: tuple(Term("iri", iri) for iri in given) for name, given in values.items()})
        )

    def words(self, query: str, thing: str) -> tuple[str, str]:
        """Give title and text of a picture of a thing."""
        header = self.header(query)
        return header["title"].replace("{thing}", label(self.graph, thing)), header["text"]

    def marks(self, claims: Sequence[str]) -> dict[str, Mark]:
        """Give the mark of each claim, the first where the query gives several."""
        found: dict[str, Mark] = {}
        for row in self.rows("marks", claim=claims):
            mark = Mark(
                str(row["mark"]),
                str(row["word"]),
                int(str(row["rank"])),
                str(row["certainty"]),
                int(str(row["priority"])),
            )
            found.setdefault(str(row["claim"]), mark)
        return found

    def tags(self, claims: Sequence[str]) -> dict[str, tuple[Tag, ...]]:
        """Give the tags of each claim, in the order of the query."""
        found: dict[str, dict[Tag, None]] = {}
        for row in self.rows("tags", claim=claims):
            found.setdefault(str(row["claim"]), {})[Tag(str(row["group"]), str(row["tag"]))] = None
        return {claim: tuple(tags) for claim, tags in found.items()}

    def shown(self, claims: Sequence[str]) -> list[Shown]:
        """Give claims as a picture shows them, what goes first in front; left out are those with nothing to lead to."""
        if not claims:
            return []
        parts: dict[str, dict[int, list[tuple[str, str, str]]]] = {}
        names: dict[str, str] = {}
        for row in self.rows("claims", claim=claims):
            claim, kind = str(row["claim"]), (str(row["part"]), str(row["kindLabel"]), str(row["kind"]))
            names[claim] = str(row["claimLabel"])
            parts.setdefault(claim, {}).setdefault(int(str(row["column"])), []).append(kind)
        order = [int(column) for column in self.header("claims")["marked"].split()]
        marks, tags = self.marks(claims), self.tags(claims)
        found = [
            Shown(
                Claim(claim, names[claim]),
                tuple(_place(column, kinds) for column, kinds in sorted(columns.items())),
                next(column for column in order if column in columns),
                marks[claim],
                tags.get(claim, ()),
            )
            for claim, columns in parts.items()
            if len(columns) > 1 and claim in marks
        ]
        return sorted(found, key=lambda each: (each.mark.priority, each.places, each.mark, each.tags, each.claim))


def _place(column: int, kinds: Sequence[tuple[str, str, str]]) -> Place:
    """Join the kinds of a column: `a, b` where all hold, `a or b` where the source leaves it open."""
    plain = [name for part, name, _ in kinds if part == "kind"]
    choices = [name for part, name, _ in kinds if part == "choice"]
    details = [name for part, name, _ in kinds if part == "detail"]
    named = ", ".join([*plain, *([" or ".join(choices)] if choices else [])])
    only = kinds[0][2] if len(kinds) == 1 else next((iri for part, _, iri in kinds if part == "kind"), None)
    return Place(column, named or ", ".join(details), only, ", ".join(details) if named else "")


def evidence(reader: Reader, thing: str, at_most: int = AT_MOST) -> Ways:
    """Draw what the claims say of a thing or kind. Raises NotFoundError when none of them does."""
    claims = [str(row["claim"]) for row in reader.rows("evidence", thing=[thing])]
    shown = reader.shown(claims)
    if not shown:
        raise NotFoundError(f"No claim leads from or to {label(reader.graph, thing)}. 'glutkg show' tells what there is.")
    left = len(claims) - len(shown)
    notes = [_count(left, "claim that names", "claims that name") + " nothing to lead to is not drawn."] if left else []
    return _ways(reader, "evidence", thing, shown, at_most, notes)


def conflict(reader: Reader, thing: str, at_most: int = AT_MOST) -> Ways:
    """Draw the claims of a conflict, given itself or by something that only it is about.

    Raises UsageError when several conflicts are about the thing, NotFoundError when none is.
    """
    found: dict[str, str] = {}
    claims: dict[str, None] = {}
    notes: dict[str, None] = {}
    for row in reader.rows("conflict", thing=[thing]):
        found[str(row["conflict"])] = str(row["conflictLabel"])
        claims[str(row["claim"])] = None
        if row["note"] is not None:
            notes[str(row["note"])] = None
    if not found:
        raise NotFoundError(f"No curated conflict is about {label(reader.graph, thing)}.")
    if len(found) > 1:
        listed = "".join(f"\n  {curie(iri)}: {name}" for iri, name in found.items())
        raise UsageError(f"{len(found)} conflicts are about {label(reader.graph, thing)}. Name one of them:{listed}")
    return _ways(reader, "conflict", next(iter(found)), reader.shown(list(claims)), at_most, list(notes))


def _ways(
    reader: Reader, query: str, thing: str, shown: Sequence[Shown], at_most: int, notes: Sequence[str]
) -> Ways:
    """Draw claims as ways from left to right.

    What they share up to the chip is drawn once. What follows a chip is shared only by claims that have all the rest in
    common, so that no line can be read as a claim that nobody made.
    """
    groups: dict[tuple[object, ...], list[Shown]] = {}
    for each in shown:
        groups.setdefault((each.before, each.after, each.mark[:4], each.tags), []).append(each)
    kept, cut = list(groups.values())[:at_most], list(groups.values())[at_most:]
    boxes: dict[tuple[object, ...], Box] = {}
    ways: list[Way] = []

    def box(place: Place, *key: object) -> str:
        made = Box(f"b{len(boxes)}", place.label, place.iri, place.column - 1, detail=place.detail)
        return boxes.setdefault(key, made._replace(chief=place.iri == thing)).name

    for group in sorted(kept, key=_neighbours(kept)):
        first, claims = group[0], tuple(each.claim for each in group)
        mark, word, rank, certainty, _ = first.mark
        chip = Chip(f"m{len(ways)}", word, mark, rank, certainty, first.tags, claims, first.marked - 1)
        before = tuple(box(place, first.before[: n + 1]) for n, place in enumerate(first.before))
        after = tuple(box(place, first.before, first.after, n) for n, place in enumerate(first.after))
        ways.append(Way(before, chip, after))
    left = sum(len(group) for group in cut)
    more = [f"Not drawn, to keep the picture legible: {_count(left, 'claim more', 'claims more')}."] if left else []
    columns = tuple(heading.strip() for heading in reader.header("claims")["columns"].split(";"))
    return Ways(*reader.words(query, thing), tuple(boxes.values()), tuple(ways), columns, (*notes, *more))


def _neighbours(groups: Sequence[Sequence[Shown]]) -> Callable[[Sequence[Shown]], tuple[int, ...]]:
    """Give the key that sorts groups so that what they share stands together, else in the order given."""
    first: dict[object, int] = {}

    def keys(each: Shown) -> list[object]:
        return [*(each.before[: n + 1] for n in range(len(each.before))), (each.before, each.after)]

    for number, group in enumerate(groups):
        for key in keys(group[0]):
            first.setdefault(key, number)
    return lambda group: tuple(first[key] for key in keys(group[0]))


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
