"""The graph as files: linked data that is the same byte for byte whenever it is made from the same sources.

Quads formats keep the named graphs (a file's own, a rule's own); triple formats hold the union of their triples, and
lose which file or rule each comes from. Stated facts are taken from the files as parsed: a store respells numbers.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.parsers import expat

import pyoxigraph as ox

from glutkg.atomic_write import write_atomically
from glutkg.errors import SourceError, UsageError
from glutkg.rdf.namespaces import PREFIXES, STATED_GRAPH
from glutkg.rdf.terms import Triple, to_oxigraph
from glutkg.resources import source_files
from glutkg.store.graph import Graph
from glutkg.store.sources import parsed, read_source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}

ENDS = {
    ".ttl": "turtle",
    ".nt": "ntriples",
    ".nq": "nquads",
    ".trig": "trig",
    ".rdf": "rdfxml",
    ".owl": "rdfxml",
    ".xml": "rdfxml",
    ".jsonld": "jsonld",
}
"""The forms of a file by the ends of their names."""
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


def export(graph: Graph, folder: Path, part: str, form: str, destination: Path) -> None:
    """Write a part of the graph (`stated`, `inferred`, `both`) of a data folder in one of FORMATS.

    Raises UsageError when the destination cannot be written; nothing is ever left half written.
    """
    quads: list[ox.Quad] = []
    if part in ("stated", "both"):
        quads += [quad for path in source_files(folder) for quad in parsed(read_source(path))]
    if part in ("inferred", "both"):
        steps = graph.auxiliary()
        quads += [
            ox.Quad(*_terms(triple), ox.NamedNode(name))
            for name in graph.graph_names("inferred")
            for triple in graph.triples(graph=name)
            if triple[1].value not in steps
        ]
    write_atomically(destination, written(quads, form))


def export_graph(triples: Iterable[Triple], form: str, destination: Path) -> None:
    """Write one graph: the ontology with its lifted axioms, as OWL that an editor opens, or questions as RDF."""
    if form in ("nquads", "trig"):
        raise UsageError("This is one graph: use --format rdfxml, turtle, ntriples or jsonld.")
    write_atomically(destination, written([ox.Quad(*_terms(triple), ox.DefaultGraph()) for triple in triples], form))


def _terms(
    triple: Triple,
) -> tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal]:
    subject, predicate, object_ = (to_oxigraph(term) for term in triple)
    return subject, predicate, object_  # type: ignore[return-value]


def written(quads: Iterable[ox.Quad], form: str) -> bytes:
    """Serialize quads canonically: blank nodes renamed by RDFC-1.0, statements sorted, prefixes sorted."""
    made = FORMATS[form]
    kept = (
        quads
        if made.supports_datasets
        else (ox.Quad(q.subject, q.predicate, q.object, ox.DefaultGraph()) for q in quads)
    )
    dataset = ox.Dataset(kept)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    ordered = sorted(
        dataset, key=lambda quad: (str(quad.graph_name), str(quad.subject), str(quad.predicate), str(quad.object))
    )
    prefixes = dict(sorted(PREFIXES.items())) if form in ("turtle", "trig") else None
    statements = ordered if made.supports_datasets else [quad.triple for quad in ordered]
    content = ox.serialize(statements, format=made, prefixes=prefixes) or b""
    return _with_sorted_prefixes(content) if prefixes else content


def _with_sorted_prefixes(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    head = [line for line in lines if line.startswith(b"@prefix ")]
    return b"".join([*sorted(head), b"\n", *lines[len(head) :]])


# --- and back ---------------------------------------------------------------------------------------------------------


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
        _refuse_contexts(content, path)
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


def _refuse_contexts(content: bytes, path: Path) -> None:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"the file is not JSON-LD ({error}). Export it again.", path) from error
    level = [document]
    for _ in range(MAX_DEPTH):
        if any("@context" in item for item in level if isinstance(item, dict)):
            raise SourceError("the file has a context, which is refused. Export it without, as glutkg does.", path)
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return
    raise SourceError(f"the file is nested more than {MAX_DEPTH} levels deep.", path)
