"""Source files: reading them as text, parsing them, finding all that is wrong with their syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from glutkg.errors import SourceError
from glutkg.rdf.namespaces import STATED_GRAPH
from glutkg.resources import decoded
from glutkg.store.mappings import read_mappings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_SOURCE_BYTES = 64 * 1024 * 1024


class Source(NamedTuple):
    """One file of Turtle or of mappings: where it is, the name of its graph, and its text."""

    path: Path
    graph: str
    text: str


def read_source(path: Path) -> Source:
    """Read a source file as text. Raises SourceError with the place when it is no UTF-8 text of sane size."""
    try:
        size = path.stat().st_size
        if size > MAX_SOURCE_BYTES:
            raise SourceError(
                f"the file has {size:,} bytes; at most {MAX_SOURCE_BYTES:,} are read. Split it into smaller files.",
                path,
            )
    except OSError:
        pass  # reading it says why
    return Source(path, graph_name(path), decoded(path))


def graph_name(path: Path) -> str:
    """Name the graph that holds what a source file states."""
    return f"{STATED_GRAPH}/{path.parent.name}/{path.name.partition('.')[0]}"


def quads(source: Source) -> Iterator[ox.Quad]:
    """Parse a source into quads: in the default graph, in the graph of stated triples, and in the file's own."""
    graphs = ox.DefaultGraph(), ox.NamedNode(STATED_GRAPH), ox.NamedNode(source.graph)
    for triple in _mappings(source) if source.path.suffix == ".tsv" else _turtle(source):
        for graph in graphs:
            yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _turtle(source: Source) -> Iterator[ox.Triple]:
    """Parse Turtle. A blank node gets a name of its own, since another file may have used the same one."""
    try:
        for quad in ox.parse(source.text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True):
            yield quad.triple
    except SyntaxError as error:
        raise SourceError(f"{error.msg}. Mend the Turtle there.", source.path, error.lineno) from error


def _mappings(source: Source) -> Iterator[ox.Triple]:
    """Read a mapping set. Raises SourceError at the first row that is at fault."""
    for read in read_mappings(source.text, source.path):
        if isinstance(read, SourceError):
            raise read
        yield ox.Triple(*map(ox.NamedNode, read.triple))


def parsed(source: Source) -> Iterator[ox.Quad]:
    """Give the triples of a source as its file spells them, in the graph of the file. Raises SourceError."""
    triples = _mappings(source) if source.path.suffix == ".tsv" else _turtle(source)
    return (ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(source.graph)) for t in triples)


def faults(source: Source) -> list[SourceError]:
    """Find all syntax errors of a source; after each, the parser goes on with the next statement that it can read."""
    if source.path.suffix == ".tsv":
        return [read for read in read_mappings(source.text, source.path) if isinstance(read, SourceError)]
    found: list[SourceError] = []
    parser = ox.parse(source.text, format=ox.RdfFormat.TURTLE)
    while True:
        try:
            if next(parser, None) is None:
                return found
        except SyntaxError as error:
            found.append(SourceError(f"{error.msg}. Mend the Turtle there.", source.path, error.lineno))
