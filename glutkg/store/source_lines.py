"""The lines of source files on which triples stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from glutkg.store.json_lines import line_of, said_in
from glutkg.store.lines_reached import quads_with_lines
from glutkg.store.mappings import Mapping, read_mappings
from glutkg.store.source_forms import form_of
from glutkg.store.sources import parsed
from glutkg.store.turtle_lines import (
    NO_LINE,
    Blank,
    BlankNodeLines,
    TripleLines,
    as_indexed,
    blank_node_lines,
    triple_lines,
)
from glutkg.store.xml_text import for_parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.store.sources import Source

_Found = tuple[str, str, str, int]


def source_lines(source: Source) -> TripleLines:
    """Find the lines of all triples of a source.

    Of RDF/XML that is where an element ends, of JSON-LD where a name that may be short for the right one stands; where
    none does, on no line. Raises SourceError for what cannot be parsed.
    """
    if source.is_mappings:
        rows = read_mappings(source.text, source.path)
        return TripleLines.of((*row.triple, row.line) for row in rows if isinstance(row, Mapping))
    if source.is_like_turtle:
        return triple_lines(source.text)
    return TripleLines.of((as_indexed(s), p, as_indexed(o), line) for s, p, o, line in _found(source))


def blank_lines(source: Source) -> BlankNodeLines:
    """Find the lines of what a source says of blank nodes. Raises SourceError for what cannot be parsed."""
    if source.is_mappings:
        return BlankNodeLines.of(())
    return blank_node_lines(source.text) if source.is_like_turtle else BlankNodeLines.of(_found(source))


def _found(source: Source) -> list[_Found]:
    """Give the triples of RDF/XML or JSON-LD with their lines, in their order; those without a line come last."""
    is_xml = form_of(source.text, source.path) == ox.RdfFormat.RDF_XML
    found = list(_of_xml(source) if is_xml else _of_json(source))
    return sorted(found, key=lambda one: (one[3] == NO_LINE, one[3]))


def _of_xml(source: Source) -> Iterator[_Found]:
    from glutkg.store.xml_entities import written_out  # the parser of XML is for these alone

    text = for_parser(written_out(source.text, source.path))
    for quad, line in quads_with_lines(text.encode(), ox.RdfFormat.RDF_XML):
        yield *_names(quad), line


def _of_json(source: Source) -> Iterator[_Found]:
    said = said_in(source.text)
    for quad in parsed(source):
        subject, predicate, object_ = _names(quad)
        yield subject, predicate, object_, line_of(said, as_indexed(subject), predicate, as_indexed(object_)) or NO_LINE


def _names(quad: ox.Quad) -> tuple[str, str, str]:
    ends = (Blank(str(end)) if isinstance(end, ox.BlankNode) else end.value for end in (quad.subject, quad.object))  # type: ignore[union-attr]
    subject, object_ = ends
    return subject, quad.predicate.value, object_
