"""The graph as files: linked data that is the same byte for byte whenever it is made from the same sources.

Quads formats keep the named graphs (a file's own, a rule's own); triple formats hold the union of their triples, and
lose which file or rule each comes from. Stated facts are taken from the files as parsed: a store respells numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from glutkg.errors import UsageError
from glutkg.files import write_atomically
from glutkg.graph import parsed, read_source, to_ox
from glutkg.resources import source_files
from glutkg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from glutkg.graph import Graph, Triple

FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


def export(graph: Graph, folder: Path, part: str, form: str, destination: Path) -> None:
    """Write a part of the graph (`stated`, `inferred`, `both`) of a data folder in one of FORMATS.

    Raises UsageError when the destination cannot be written; nothing is ever left half written.
    """
    quads: list[ox.Quad] = []
    if part in ("stated", "both"):
        quads += [quad for path in source_files(folder) for quad in parsed(read_source(path))]
    if part in ("inferred", "both"):
        quads += [
            ox.Quad(*_terms(triple), ox.NamedNode(name))
            for name in graph.graph_names("inferred")
            for triple in graph.triples(graph=name)
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
    subject, predicate, object_ = (to_ox(term) for term in triple)
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
