"""The lines of source files on which triples stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from glutkg.store.mappings import Mapping, read_mappings
from glutkg.store.sources import parsed
from glutkg.store.turtle_lines import NO_LINE, TripleLines, triple_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.store.sources import Source


def source_lines(source: Source) -> TripleLines:
    """Find the lines of all triples of a source.

    Of RDF/XML and JSON-LD a triple is taken to stand where its subject is first named, or a name that ends likewise;
    where none is, on no line.
    Raises SourceError for what cannot be parsed.
    """
    if source.is_mappings:
        rows = read_mappings(source.text, source.path)
        return TripleLines.of((*row.triple, row.line) for row in rows if isinstance(row, Mapping))
    return triple_lines(source.text) if source.is_like_turtle else TripleLines.of(_where_named(source))


def _where_named(source: Source) -> Iterator[tuple[str, str, str, int]]:
    lines: dict[str, int] = {}
    for quad in parsed(source):
        subject, object_ = ("" if isinstance(end, ox.BlankNode) else end.value for end in (quad.subject, quad.object))  # type: ignore[union-attr]
        if subject not in lines:
            lines[subject] = _line(source.text, subject)
        yield subject, quad.predicate.value, object_, lines[subject]


def _line(text: str, name: str) -> int:
    ending = name.replace("#", "/").rpartition("/")[2]
    places = [text.find(f'{before}{part}"') for part in (name, ending) for before in ('="', '="#', '"', ":", "/", "#")]
    place = next((place for place in places if place >= 0), None)
    return NO_LINE if place is None else text.count("\n", 0, place) + 1
