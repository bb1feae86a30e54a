"""Source files: reading them as text, parsing them, finding all that is wrong with their syntax.

Turtle is read on after an error; of other forms of RDF, whose parsers stop, the first error is found.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

from glutkg.errors import SourceError
from glutkg.rdf.namespaces import STATED_GRAPH
from glutkg.resources import decoded, whole
from glutkg.store.mappings import read_mappings
from glutkg.store.source_forms import form_of
from glutkg.store.spelling import space_normalised
from glutkg.store.syntax_errors import NO_BASE, line_of_text, of_relative_iri, relative_iri, reworded
from glutkg.store.xml_text import decoded_xml, for_parser, is_xml, restored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


Quads = list[ox.Quad]
"""What was parsed, for other modules to hand on."""


class Source(NamedTuple):
    """One file of RDF or of mappings: where it is, the name of its graph, and its text."""

    path: Path
    graph: str
    text: str

    @property
    def is_mappings(self) -> bool:
        """Whether it is a table of mappings."""
        return self.path.suffix == ".tsv"

    @property
    def is_turtle(self) -> bool:
        """Whether its text is Turtle. Raises SourceError for what is no RDF."""
        return not self.is_mappings and form_of(self.text, self.path) == ox.RdfFormat.TURTLE

    @property
    def is_like_turtle(self) -> bool:
        """Whether its text is Turtle, N-Triples, or either with graphs, TriG and N-Quads. Raises SourceError."""
        likes = (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS)
        return not self.is_mappings and form_of(self.text, self.path) in likes


def read_source(path: Path) -> Source:
    """Read a source file as text. Raises SourceError with the place when it is no UTF-8 text of sane size.

    XML may be in another encoding, which it declares.
    """
    content = whole(path)
    return Source(path, graph_name(path), decoded_xml(content, path) if is_xml(content) else decoded(path, content))


def graph_name(path: Path) -> str:
    """Name the graph that holds what a source file states.

    >>> from pathlib import Path
    >>> graph_name(Path("facts/a.v1.ttl")), graph_name(Path("facts/my claims.ttl"))[-17:]
    ('https://w3id.org/glutkg/graph/stated/facts/a.v1', 'facts/my%20claims')
    """
    name = path.name.removesuffix(".ttl").removesuffix(".sssom.tsv")
    parts = (quote(part, safe="", errors="surrogateescape") for part in (path.parent.name, name))
    return "/".join((STATED_GRAPH, *parts))


def quads(source: Source) -> Iterator[ox.Quad]:
    """Parse a source into quads: in the default graph, in the graph of stated triples, and in the file's own."""
    return in_its_graphs(source, _triples(source))


def in_its_graphs(source: Source, triples: Iterable[ox.Triple | ox.Quad]) -> Iterator[ox.Quad]:
    """Give the triples of a source in the default graph, in the graph of stated triples, and in the file's own."""
    graphs = ox.DefaultGraph(), ox.NamedNode(STATED_GRAPH), ox.NamedNode(source.graph)
    for triple in triples:
        object_ = space_normalised(triple.object)
        for graph in graphs:
            yield ox.Quad(triple.subject, triple.predicate, object_, graph)


def _triples(source: Source) -> Iterator[ox.Triple]:
    """Parse a source. A blank node gets a name of its own, since another file may have used the same one."""
    if source.is_mappings:
        yield from _mappings(source)
        return
    form = form_of(source.text, source.path)
    content = _harmless(source, form)
    is_silent = form == ox.RdfFormat.JSON_LD and source.text.strip() not in _EMPTY
    try:
        base = NO_BASE if form == ox.RdfFormat.JSON_LD else None
        for number, quad in enumerate(ox.parse(content, format=form, base_iri=base, rename_blank_nodes=True), 1):
            if base and (relative := relative_iri(quad)) is not None:
                raise SourceError(of_relative_iri(f"'{relative}'"), source.path, line_of_text(content, relative))
            if not is_rdf_1_1(quad):
                raise SourceError(RDF_1_2, source.path, _line_of_rdf_1_2(content, form, number))
            is_silent = False
            yield restored(quad.triple) if form == ox.RdfFormat.RDF_XML else quad.triple
    except SyntaxError as error:
        from glutkg.store.lines_reached import line_reached  # only when something went wrong

        line = error.lineno or line_reached(content.encode(), form)
        raise SourceError(reworded(error, form), source.path, line) from error
    if is_silent:
        raise SourceError(
            "no name in the JSON stands for an IRI, so it states nothing. Give it a @context.", source.path, 1
        )


def _harmless(source: Source, form: ox.RdfFormat) -> str:
    """Give the text of a source as a parser reads it right. Raises SourceError for what it would let pass."""
    if form in (ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD):
        from glutkg.store.hostile_input import check_json, check_xml  # the parser of XML is for these alone
        from glutkg.store.json_text import for_json_parser
        from glutkg.store.xml_entities import written_out

        if form == ox.RdfFormat.RDF_XML:
            text = written_out(source.text, source.path)
            check_xml(text, source.path)
            return for_parser(text)
        check_json(source.text.encode(), source.path)
        return for_json_parser(source.text)
    return source.text


RDF_1_2 = (
    "a triple as a term or a text with a direction, new in RDF 1.2, is not read. "
    "State the triple as a record, and leave the direction out."
)
"""What is told of it."""
_EMPTY = ("[]", "{}")
"""Documents of JSON-LD that are meant to state nothing."""
_MARKS_OF_NEW = ("<<", "{|", "~", "--")
"""One of these is in every Turtle file that is more than RDF 1.1: triples as terms, reifiers, directions of texts."""
_NEW = re.compile(r'<<|\{\||@[A-Za-z]+(?:-[A-Za-z0-9]+)*--(?:ltr|rtl)|"@direction"')


def is_rdf_1_1(quad: ox.Quad) -> bool:
    """Return whether a quad is RDF 1.1."""
    object_ = quad.object
    return not isinstance(object_, ox.Triple) and not (isinstance(object_, ox.Literal) and object_.direction)


def line_of_rdf_1_2(text: str) -> int | None:
    """Find the line of what is new in RDF 1.2, as far as can be told without parsing again."""
    found = _NEW.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _line_of_rdf_1_2(content: str, form: ox.RdfFormat, quads: int) -> int | None:
    """Find the line of what is new in RDF 1.2, with which the parser has given so many quads."""
    from glutkg.store.lines_reached import line_reached  # only when something went wrong

    line = None if form == ox.RdfFormat.RDF_XML else line_of_rdf_1_2(content)
    return line or line_reached(content.encode(), form, quads)


def _mappings(source: Source) -> Iterator[ox.Triple]:
    """Read a mapping set. Raises SourceError at the first row that is at fault."""
    for read in read_mappings(source.text, source.path):
        if isinstance(read, SourceError):
            raise read
        yield ox.Triple(*map(ox.NamedNode, read.triple))


def parsed(source: Source) -> Iterator[ox.Quad]:
    """Give the triples of a source as its file spells them, in the graph of the file. Raises SourceError."""
    return (ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(source.graph)) for t in _triples(source))


def read_through(source: Source) -> tuple[Quads, list[SourceError]]:
    """Parse a source to its end: its triples, in the default graph, and all its syntax errors.

    After an error, the parser goes on with the next statement that it can read.
    """
    if source.is_mappings:
        rows = list(read_mappings(source.text, source.path))
        triples = [row.triple for row in rows if not isinstance(row, SourceError)]
        quads = [ox.Quad(*map(ox.NamedNode, triple)) for triple in triples]
        return quads, [row for row in rows if isinstance(row, SourceError)]
    try:
        if not source.is_turtle:
            return [ox.Quad(t.subject, t.predicate, t.object) for t in _triples(source)], []
    except SourceError as error:
        return [], [error]
    found: Quads = []
    errors: list[SourceError] = []
    parser = ox.parse(source.text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    may_be_new = any(mark in source.text for mark in _MARKS_OF_NEW)
    while True:
        try:
            for quad in parser:
                found.append(quad)
                if may_be_new and not is_rdf_1_1(quad):
                    line = _line_of_rdf_1_2(source.text, ox.RdfFormat.TURTLE, len(found))
                    errors.append(SourceError(RDF_1_2, source.path, line))
        except SyntaxError as error:
            if error.lineno not in {one.line for one in errors}:  # on its line what follows is in disorder, too
                errors.append(SourceError(reworded(error), source.path, error.lineno))
        else:
            return found, errors


def faults(source: Source) -> list[SourceError]:
    """Find all syntax errors of a source."""
    return read_through(source)[1]
