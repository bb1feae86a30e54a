"""Exported files, read back; hostile ones are refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.parsers import expat

import pyoxigraph as ox

from glutkg.errors import SourceError, UsageError
from glutkg.linked_data.serialisations import ENDS, FORMATS
from glutkg.rdf.namespaces import STATED_GRAPH
from glutkg.store.graph import Graph

if TYPE_CHECKING:
    from pathlib import Path


MAX_DEPTH = 100
"""Levels of a JSON-LD document."""
_CUT = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)
"""What is wrong with XML that breaks off."""


def read_export(path: Path) -> Graph:
    """Read an exported file: its named graphs, and all its triples in the default graph.

    Raises UsageError for an unknown end of the name, SourceError for what cannot be read. Nothing else is opened: a
    DOCTYPE, and a context that stands elsewhere, are refused.
    """
    form = ENDS.get(path.suffix.lower())
    if form is None:
        raise UsageError(f"The form of {path} is not known. Name it with one of {', '.join(ENDS)}.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"the file cannot be read ({error.strerror})", path) from error
    if form == "rdfxml":
        _refuse_incomplete(content, path)
    elif form == "jsonld":
        _refuse_remote_contexts(content, path)
    return _loaded(content, form, path)


def _loaded(content: bytes, form: str, path: Path) -> Graph:
    quads: list[ox.Quad] = []
    try:
        for quad in ox.parse(content, format=FORMATS[form]):
            graphs = {ox.DefaultGraph(), quad.graph_name}
            if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(STATED_GRAPH + "/"):
                graphs.add(ox.NamedNode(STATED_GRAPH))
            quads += [ox.Quad(quad.subject, quad.predicate, quad.object, name) for name in graphs]
    except SyntaxError as error:
        raise SourceError(f"{error.msg}. Export it again.", path, error.lineno) from error
    graph = Graph()
    graph.store.extend(quads)
    return graph


def _refuse_incomplete(content: bytes, path: Path) -> None:
    """Refuse XML with a DOCTYPE, and XML that is not whole: Oxigraph takes a file that breaks off between elements."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SourceError("the file is in UTF-16, which is refused. Export it in UTF-8.", path)

    def refuse_doctype(*_: object) -> None:
        raise SourceError("the file declares a DOCTYPE, which is refused. Export it without.", path)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        reason = "the file ends in the middle" if error.code in _CUT else expat.errors.messages[error.code]
        raise SourceError(f"{reason}. Export it again.", path, error.lineno) from error
    except LookupError as error:
        raise SourceError(f"it is in an {error}. Export it in UTF-8.", path) from error


def _refuse_remote_contexts(content: bytes, path: Path) -> None:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"the file is not JSON-LD ({error}). Export it again.", path) from error
    level = [document]
    for _ in range(MAX_DEPTH):
        if any(_is_remote(item) for item in level if isinstance(item, dict)):
            raise SourceError(
                "the file has a context that stands elsewhere, which is refused. Put the context into the file, as "
                "glutkg does.",
                path,
            )
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return
    raise SourceError(f"the file is nested more than {MAX_DEPTH} levels deep.", path)


def _is_remote(item: dict[str, object]) -> bool:
    """Return whether an object names a context, or a part of one, by its address."""
    contexts = item.get("@context")
    listed = contexts if isinstance(contexts, list) else [contexts]
    return "@import" in item or any(isinstance(context, str) for context in listed)
