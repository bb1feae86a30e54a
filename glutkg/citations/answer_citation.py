"""The citation of an answer in one line, and whether it still holds."""

from __future__ import annotations

import hashlib
import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import UsageError
from glutkg.rdf.namespaces import curie
from glutkg.resources import content_key, source_files
from glutkg.text.cells import terms
from glutkg.text.documents import Document, counted, paragraph
from glutkg.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from glutkg.rdf.terms import Term
    from glutkg.text.tables import Table

_LINE = re.compile(
    r"glutkg (?P<version>\S+), graph (?P<graph>[0-9a-f]{12}): (?P<question>[\w-]+)(?P<values>.*)"
    r" \((?P<rows>[\d,]+) rows?, sha256 (?P<checksum>[0-9a-f]{64})\)"
)


class AnswerCitation(NamedTuple):
    """What identifies an answer: version and checksum of the graph, question, values, number and checksum of rows.

    >>> values = (("receptor", ("glut:MGlu5",)),)
    >>> line = AnswerCitation("1.0", "0" * 12, "sites-of-receptor", values, 7, "a" * 64).line()
    >>> line.partition(" (")[0]
    'glutkg 1.0, graph 000000000000: sites-of-receptor --receptor glut:MGlu5'
    >>> AnswerCitation.read(line).line() == line
    True
    """

    version: str
    graph: str
    question: str
    values: tuple[tuple[str, tuple[str, ...]], ...]
    rows: int
    checksum: str

    def line(self) -> str:
        """Write the citation in one line."""
        options = "".join(f" --{name} {shlex.join(given)}" for name, given in self.values)
        rows = counted(self.rows, "row")
        return f"glutkg {self.version}, graph {self.graph}: {self.question}{options} ({rows}, sha256 {self.checksum})"

    @classmethod
    def read(cls, line: str) -> AnswerCitation:
        """Read such a line. Raises UsageError for anything else."""
        match = _LINE.fullmatch(" ".join(line.split()))
        if match is None:
            raise UsageError(
                "This is not the citation of an answer. It is a line like the one that 'glutkg ask NAME --cite' writes."
            )
        values: dict[str, list[str]] = {}
        for word in shlex.split(match["values"]):
            if word.startswith("--"):
                current = values.setdefault(word[2:], [])
            elif values:
                current.append(word)
        pairs = tuple((name, tuple(given)) for name, given in values.items())
        rows = int(match["rows"].replace(",", ""))
        return cls(match["version"], match["graph"], match["question"], pairs, rows, match["checksum"])


def cite(folder: Path, question: str, values: Mapping[str, Sequence[Term]], table: Table) -> AnswerCitation:
    """Make the citation of an answer from a data folder."""
    given = tuple(
        (name, tuple(curie(term.value) if term.kind == "iri" else term.value for term in found))
        for name, found in values.items()
    )
    return AnswerCitation(VERSION, graph_key(folder), question, given, len(table), checksum(table))


def graph_key(folder: Path) -> str:
    """Return the checksum of what is stated: of all source files of a data folder."""
    return content_key(source_files(folder), "")[:12]


def checksum(table: Table) -> str:
    """Return the SHA-256 of the rows, whatever their order.

    >>> from glutkg.rdf.terms import Term
    >>> from glutkg.text.tables import Table
    >>> one, two = (Term("literal", "1"),), (Term("literal", "2"),)
    >>> checksum(Table(("n",), (one, two))) == checksum(Table(("n",), (two, one))) != checksum(Table(("n",), (one,)))
    True
    """
    rows = sorted("\t".join(" ".join(term.n3() for term in terms(cell)) for cell in row) for row in table.rows)
    return hashlib.sha256("\n".join(["\t".join(table.columns), *rows]).encode()).hexdigest()


def holds(cited: AnswerCitation, now: AnswerCitation) -> bool:
    """Return whether an answer has the rows that were cited, and as many as the citation says."""
    return (cited.checksum, cited.rows) == (now.checksum, now.rows)


def compared(cited: AnswerCitation, now: AnswerCitation) -> Document:
    """Say whether an answer still is what was cited, and what differs where it is not."""
    if holds(cited, now):
        same = (
            "on the same graph"
            if cited.graph == now.graph
            else f"although the graph has changed ({_graphs(cited, now)})"
        )
        return Document((paragraph(f"Confirmed: the same {counted(now.rows, 'row')}, {same}."),))
    if cited.checksum == now.checksum:
        said = f"The citation says {counted(cited.rows, 'row')}, but its checksum is that of {now.rows:,}."
        return Document((paragraph("Not confirmed: the citation was altered.", said),))
    why = f"The graph has changed ({_graphs(cited, now)})." if cited.graph != now.graph else "The graph is the same."
    lines = (
        "Not confirmed: the answer differs from the one that was cited.",
        f"Then {counted(cited.rows, 'row')}, now {counted(now.rows, 'row')}. {why}",
    )
    return Document((paragraph(*lines),))


def _graphs(cited: AnswerCitation, now: AnswerCitation) -> str:
    return f"{cited.version}, {cited.graph} then; {now.version}, {now.graph} now"
