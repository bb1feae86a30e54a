"""The queries of `queries/views/`, which read claims as pictures show them.

The queries decide in which column a class stands, which mark and word a claim has, and what its tags are. Nothing here
knows what any of it means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.pictures.model import Claim, Tag
from glutkg.rdf.terms import Term
from glutkg.resources import program_folder, read_text
from glutkg.sparql.binding import bind
from glutkg.sparql.headers import VIEWS, read_header
from glutkg.store.labels import label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from glutkg.store.graph import Graph
    from glutkg.text.tables import Table


_AGAINST = {"absent", "open", "void"}
_UNSETTLED = {"open", "void"}


class ClaimMark(NamedTuple):
    """The mark of a claim: its direction, the word for it, how sure its source is, and its section.

    Sections stand in the order of their priority. The mark stands before the first column of `order` that a claim has.
    """

    mark: str
    word: str
    rank: int
    certainty: str
    priority: int
    section: str
    order: tuple[int, ...]

    @property
    def against(self) -> str:
        """The mark, where it is one of what does not hold, is open or is no longer in force."""
        return self.mark if self.mark in _AGAINST else ""


class ColumnValue(NamedTuple):
    """What stands in one column of a claim: its classes joined into one label, with a detail such as a layer."""

    column: int
    label: str
    iri: str | None
    detail: str = ""


class PicturedClaim(NamedTuple):
    """A claim as a picture shows it: what it is about from left to right, the column after its mark, mark and tags."""

    claim: Claim
    places: tuple[ColumnValue, ...]
    marked: int
    mark: ClaimMark
    tags: tuple[Tag, ...]

    @property
    def before(self) -> tuple[ColumnValue, ...]:
        """What stands before the chip."""
        return tuple(place for place in self.places if place.column < self.marked)

    @property
    def after(self) -> tuple[ColumnValue, ...]:
        """What stands after the chip."""
        return tuple(place for place in self.places if place.column >= self.marked)


def header_of(folder: Path, query: str) -> dict[str, str]:
    """Give the header of a query of pictures, in the folder of the data or else in what is installed."""
    path = _file(folder, query)
    return read_header(path, read_text(path), VIEWS.get(query, ("summary",)))


def _file(folder: Path, query: str) -> Path:
    return program_folder(folder) / "queries" / "views" / f"{query}.rq"


class PictureQueries:
    """The queries of `queries/views/`, run on a graph, each once: a picture is made anew until it fits its page."""

    def __init__(self, graph: Graph, folder: Path) -> None:
        self.graph = graph
        self.folder = folder
        self._found: dict[str, Table] = {}

    def header(self, query: str) -> dict[str, str]:
        """Give the header of a query."""
        return header_of(self.folder, query)

    def rows(self, query: str, **values: Iterable[str]) -> Table:
        """Run a query with IRIs in place of the values of its blocks."""
        terms = {name: [Term("iri", iri) for iri in given] for name, given in values.items()}
        bound = bind(read_text(_file(self.folder, query)), terms)
        if bound not in self._found:
            self._found[bound] = self.graph.select(bound)
        return self._found[bound]

    def title_and_text(self, query: str, thing: str, of: str = "") -> tuple[str, str]:
        """Give title and text of a picture of a thing; `of` is what follows the names of their keys."""
        header = self.header(query)
        return header[f"title{of}"].replace("{thing}", label(self.graph, thing)), header[f"text{of}"]

    def licence(self) -> tuple[str, ...]:
        """Give a line that says with what a picture is made and how it may be passed on."""
        text = self.header("licence")["text"]
        rows = self.rows("licence")
        return tuple(text.format(title=row["title"], version=row["version"], licence=row["licence"]) for row in rows)

    def marks(self, claims: Sequence[str]) -> dict[str, ClaimMark]:
        """Give the mark of each claim, the first where the query gives several."""
        found: dict[str, ClaimMark] = {}
        for row in self.rows("marks", claim=claims):
            mark = ClaimMark(
                str(row["mark"]),
                str(row["word"]),
                int(str(row["rank"])),
                str(row["certainty"]),
                int(str(row["priority"])),
                str(row["section"]),
                tuple(int(column) for column in str(row["order"]).split()),
            )
            found.setdefault(str(row["claim"]), mark)
        return found

    def weights(self, things: Iterable[str]) -> dict[str, int]:
        """Count the claims that name each thing, narrower ones included."""
        found = {str(row["thing"]): int(str(row["claims"])) for row in self.rows("weights", thing=things)}
        return {thing: found.get(thing, 0) for thing in things}

    def tags(self, claims: Sequence[str]) -> dict[str, tuple[Tag, ...]]:
        """Give the tags of each claim, in the order of the query."""
        found: dict[str, dict[Tag, None]] = {}
        for claim, tag, _ in self._tags(claims):
            found.setdefault(claim, {})[tag] = None
        return {claim: tuple(tags) for claim, tags in found.items()}

    def tags_of_step(self, claims: Sequence[str]) -> tuple[Tag, ...]:
        """Give the tags that a step of a path has from its claims, those of one group together."""
        tags = dict.fromkeys(tag for _, tag, on_steps in self._tags(claims) if on_steps)
        order = list(dict.fromkeys(group.strip() for group in self.header("tags")["groups"].split(";")))
        return tuple(sorted(tags, key=lambda tag: order.index(tag.group)))

    def _tags(self, claims: Sequence[str]) -> Iterator[tuple[str, Tag, bool]]:
        for row in self.rows("tags", claim=claims) if claims else ():
            yield str(row["claim"]), Tag(str(row["group"]), str(row["tag"])), row["onSteps"] is True

    def pictured(self, claims: Sequence[str]) -> list[PicturedClaim]:
        """Give claims as a picture shows them, in order; those that name only one end are left out."""
        if not claims:
            return []
        parts: dict[str, dict[int, list[tuple[str, str, str]]]] = {}
        names: dict[str, str] = {}
        for row in self.rows("claims", claim=claims):
            claim, kind = str(row["claim"]), (str(row["part"]), str(row["kindLabel"]), str(row["kind"]))
            names[claim] = str(row["claimLabel"])
            parts.setdefault(claim, {}).setdefault(int(str(row["column"])), []).append(kind)
        marks, tags = self.marks(claims), self.tags(claims)
        found = [
            PicturedClaim(
                Claim(claim, names[claim]),
                tuple(_place(column, kinds) for column, kinds in sorted(columns.items())),
                next(column for column in marks[claim].order if column in columns),
                marks[claim],
                tags.get(claim, ()),
            )
            for claim, columns in parts.items()
            if claim in marks
        ]
        return sorted((each for each in found if each.before and each.after), key=_order)


def _order(each: PicturedClaim) -> tuple[object, ...]:
    """Sections in their order, in each the surest first, what is open or no longer in force last."""
    mark = each.mark
    return mark.priority, mark.mark in _UNSETTLED, mark.rank, each.places, mark, each.tags, each.claim


def _place(column: int, kinds: Sequence[tuple[str, str, str]]) -> ColumnValue:
    """Join the kinds of a column: `a, b` where all hold, `a or b` or `wide: a or b` where the source leaves it open.

    A wide kind whose name says its choices, `duration or severity`, is not followed by them.
    """
    plain = [name for part, name, _ in kinds if part == "kind"]
    choices = [name for part, name, _ in kinds if part == "choice"]
    details = [name for part, name, _ in kinds if part == "detail"]
    wide = ", ".join(plain)
    named = wide if " or " in wide else ": ".join(filter(None, (wide, " or ".join(choices))))
    only = kinds[0][2] if len(kinds) == 1 else next((iri for part, _, iri in kinds if part == "kind"), None)
    return ColumnValue(column, named or ", ".join(details), only, ", ".join(details) if named else "")
