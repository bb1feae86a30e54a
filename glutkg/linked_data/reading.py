"""Exported files, read back; hostile ones are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from glutkg.errors import SourceError, UsageError
from glutkg.linked_data.serialisations import ENDS, FORMATS
from glutkg.rdf.namespaces import STATED_GRAPH
from glutkg.store.graph import Graph
from glutkg.store.hostile_input import check_json, check_xml
from glutkg.store.json_text import for_json_parser
from glutkg.store.lines_reached import line_reached
from glutkg.store.sources import RDF_1_2, is_rdf_1_1, line_of_rdf_1_2
from glutkg.store.syntax_errors import NO_BASE, line_of_text, of_relative_iri, relative_iri
from glutkg.store.xml_entities import written_out
from glutkg.store.xml_text import decoded_xml, for_parser, restored

if TYPE_CHECKING:
    from pathlib import Path


def read_export(path: Path) -> Graph:
    """Read an exported file: its named graphs, and all its triples in the default graph.

    Raises UsageError for an unknown end of the name, SourceError for what cannot be read. Nothing else is opened: a
    DOCTYPE or a context that stands elsewhere is refused.
    """
    form = ENDS.get(path.suffix.lower())
    if form is None:
        raise UsageError(f"The form of {path} is not known. Name it with one of {', '.join(ENDS)}.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"the file cannot be read ({error.strerror})", path) from error
    if form == "rdfxml":
        text = written_out(decoded_xml(content, path), path)
        check_xml(text, path)
        content = for_parser(text).encode()
    elif form == "jsonld":
        check_json(content, path)
        content = for_json_parser(content.decode("utf-8-sig")).encode()
    return _loaded(content, form, path)


def _loaded(content: bytes, form: str, path: Path) -> Graph:
    quads: list[ox.Quad] = []
    try:
        base = NO_BASE if form == "jsonld" else None
        for quad in ox.parse(content, format=FORMATS[form], base_iri=base):
            if base and (relative := relative_iri(quad)) is not None:
                raise SourceError(of_relative_iri(relative), path, line_of_text(content.decode(), relative))
            if not is_rdf_1_1(quad):
                line = line_of_rdf_1_2(content.decode(errors="replace")) or line_reached(
                    content, FORMATS[form], len(quads)
                )
                raise SourceError(RDF_1_2, path, line)
            triple = restored(quad.triple) if form == "rdfxml" else quad.triple
            graphs = {ox.DefaultGraph(), quad.graph_name}
            if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(STATED_GRAPH + "/"):
                graphs.add(ox.NamedNode(STATED_GRAPH))
            quads += [ox.Quad(triple.subject, triple.predicate, triple.object, name) for name in graphs]
    except SyntaxError as error:
        reason = " ".join(error.msg.split())
        raise SourceError(
            f"{reason}. Export it again.", path, error.lineno or line_reached(content, FORMATS[form])
        ) from error
    graph = Graph()
    graph.store.extend(quads)
    return graph
