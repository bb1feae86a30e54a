"""The blocks of pages, as `queries/pages/blocks/` define them: on which pages, in which order, under which words.

A block is a query about one thing, with a block `VALUES ?thing { … }`, under a header. `form` says what its rows
become: `glance` (?claim, ?row, ?rowLabel, ?detail), `claims` and `comparison` (?claim), `relations` (?relationLabel,
?value, ?valueLabel), `index` (the same with the ?number of claims, and the ?reason for none), `table` (any columns).
Nothing here knows what any of it means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.terms import Term
from glutkg.resources import query_files, read_text
from glutkg.sparql.binding import bind, joints
from glutkg.sparql.headers import BLOCK, read_header, without_header

if TYPE_CHECKING:
    from pathlib import Path

    from glutkg.store.graph import Graph
    from glutkg.text.tables import Table

FOLDER = "pages/blocks"


class Block(NamedTuple):
    """A block of pages: its name, what its heading and its note say, and the query behind it.

    `columns` are the marks that a table of effects has even where no claim has them, with their headings.
    """

    name: str
    summary: str
    title: str
    kinds: tuple[str, ...]
    order: int
    form: str
    note: str
    empty: str
    rows: str
    columns: tuple[tuple[str, str], ...]
    query: str

    def bound(self, thing: str) -> str:
        """Give the query about a thing."""
        return bind(self.query, {"thing": [Term("iri", thing)]})

    def table(self, graph: Graph, thing: str) -> Table:
        """Give the rows about a thing."""
        return graph.select(self.bound(thing)).split(joints(self.query))


def read_blocks(folder: Path) -> list[Block]:
    """Read all blocks of a data folder, in their order. Raises SourceError for a header that is not right."""
    found = [_block(path) for path in query_files(folder, FOLDER)]
    return sorted(found, key=lambda block: (block.order, block.name))


def _block(path: Path) -> Block:
    text = read_text(path)
    header = read_header(path, text, BLOCK)
    columns = tuple(_pair(part) for part in header.get("columns", "").split(";") if part.strip())
    return Block(
        path.stem,
        header["summary"],
        header["title"],
        tuple(word.strip() for word in header["on"].split(",")),
        int(header["order"]),
        header["form"],
        header.get("note", ""),
        header.get("empty", ""),
        header.get("rows", ""),
        columns,
        without_header(text),
    )


def _pair(text: str) -> tuple[str, str]:
    mark, _, word = text.partition(":")
    return mark.strip(), word.strip()
