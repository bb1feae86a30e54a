"""The start page: what the graph knows, in a screen, with a place to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.pages.lists import disagreements, gaps
from glutkg.pages.pathway_page import pathway_map
from glutkg.pages.response import Response, page
from glutkg.relations import grouped
from glutkg.text.cells import terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from glutkg.pages.site import Site
    from glutkg.pictures.queries import ClaimMark
    from glutkg.text.tables import Table

MOST_NAMES, MOST_MARKS, OFFERED = 5, 4, 3
_SHORT = 110
"""Letters of names that fit below a gap."""


class Told(NamedTuple):
    """A mark with the first of the names of which claims with this mark are told, and how many more there are."""

    mark: ClaimMark
    names: tuple[str, ...]
    more: int


class Example(NamedTuple):
    """A question with its answer in short, mark by mark, those on most names first."""

    words: str
    question: str
    values: dict[str, str]
    told: tuple[Told, ...]


def start_page(site: Site, _query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with the start page."""
    return page(
        site.render(
            "start.html",
            "",
            title="",
            summary="What two documents state about glutamate, its receptors and its drugs in migraine, claim by claim",
            here_is="start",
            examples=tuple(_examples(site)),
            map=pathway_map(site, ""),
            disagreements=disagreements(site)[:OFFERED],
            gaps=[one for one in gaps(site) if len(", ".join(one.names)) < _SHORT][:OFFERED],
        )
    )


def _examples(site: Site) -> Iterator[Example]:
    for row in site.rows("examples"):
        name = str(row["question"])
        values: dict[str, str] = {}
        if row["parameter"] is not None:
            values[str(row["parameter"])] = str(row["value"])
        answer = site.answer(name, {name: [value] for name, value in values.items()})
        told = _told(site, answer, str(row["column"]), str(row["claims"]).split())
        ordered = sorted(told, key=lambda one: -len(one.names) - one.more)
        yield Example(str(row["words"]), name, values, tuple(ordered[:MOST_MARKS]))


def _told(site: Site, answer: Table, column: str, claims: Sequence[str]) -> Iterator[Told]:
    """Give for each mark of the claims in some columns of an answer, by its word, the names in their rows."""
    place, *behind = (answer.columns.index(name) for name in (column, *claims))
    pairs = [
        (claim.value, name.value)
        for row in answer.rows
        for at in behind
        for claim in terms(row[at])
        for name in terms(row[place])
    ]
    marks = {row.iri: row.mark for row in site.claims.rows(dict(pairs), opened=False)}
    marked = ((marks[claim], name) for claim, name in pairs if claim in marks)
    for both in grouped(((mark.mark, mark.word), (mark, name)) for mark, name in marked).values():
        names = tuple(dict.fromkeys(name for _, name in both))
        yield Told(min(mark for mark, _ in both), names[:MOST_NAMES], max(0, len(names) - MOST_NAMES))
