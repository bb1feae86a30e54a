"""The start page: what the graph knows, in a screen, with a place to ask."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from glutkg.pages.lists import disagreements, gaps
from glutkg.pages.pathway_page import pathway_map
from glutkg.pages.response import Response, page
from glutkg.text.cells import terms
from glutkg.text.table_view import is_claim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from glutkg.pages.site import Site
    from glutkg.pictures.queries import ClaimMark
    from glutkg.text.tables import Table

MOST_NAMES, MOST_MARKS, OFFERED = 7, 2, 3
_SHORT = 110
"""Letters of names that fit below a gap."""


class Example(NamedTuple):
    """A question with the first line of its answer: the marks of the claims behind it, and names."""

    words: str
    question: str
    values: dict[str, str]
    marks: tuple[ClaimMark, ...]
    names: tuple[str, ...]
    more: int


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
        names = _names(answer, str(row["column"]))
        shown = names[:MOST_NAMES]
        yield Example(str(row["words"]), name, values, _marks(site, answer), tuple(shown), len(names) - len(shown))


def _names(answer: Table, column: str) -> list[str]:
    place = answer.columns.index(column)
    return list(dict.fromkeys(term.value for row in answer.rows for term in terms(row[place])))


def _marks(site: Site, answer: Table) -> tuple[ClaimMark, ...]:
    """Give the marks that most claims behind an answer have, one of each kind."""
    behind = dict.fromkeys(t.value for row in answer.rows for cell in row for t in terms(cell) if is_claim(t))
    marks = [row.mark for row in site.claims.rows(behind, opened=False)]
    words = Counter((mark.mark, mark.word) for mark in marks)
    best = {key: next(mark for mark in marks if (mark.mark, mark.word) == key) for key, _ in words.most_common()}
    found = {key[0]: mark for key, mark in reversed(best.items())}
    ordered = [mark for key, mark in best.items() if found[key[0]] is mark]
    return tuple(ordered[:MOST_MARKS])
