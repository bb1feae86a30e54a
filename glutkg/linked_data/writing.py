"""RDF written canonically: the same triples give the same bytes, whenever and wherever they are written.

Quads formats keep the named graphs; triple formats hold the union of their triples, and lose which file or rule each
comes from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from glutkg.errors import UsageError
from glutkg.linked_data import jsonld
from glutkg.linked_data.serialisations import FORMATS
from glutkg.rdf.namespaces import PREFIXES, RDF, VOCABULARIES, XSD
from glutkg.rdf.terms import to_oxigraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from glutkg.rdf.terms import Triple

_UNWRITTEN = {XSD + "string", RDF + "langString"}
"""Datatypes that no serialisation writes."""
_WITH_PREFIXES = ("turtle", "trig")


def written(
    quads: Iterable[ox.Quad],
    form: str,
    context: Mapping[str, object] | None = None,
    prefixes: Mapping[str, str] | None = None,
) -> bytes:
    """Serialise quads in one of FORMATS: blank nodes renamed by RDFC-1.0, statements and prefixes sorted.

    `context` names the terms of JSON-LD; without one, it has prefixes only. `prefixes` go before the known ones.

    >>> pain, said = ox.NamedNode("https://w3id.org/glutkg/Pain"), ox.NamedNode("https://example.org/says")
    >>> quad = ox.Quad(pain, said, ox.Literal("x"))
    >>> print(written([quad], "turtle").decode())
    @prefix glut: <https://w3id.org/glutkg/> .
    <BLANKLINE>
    glut:Pain <https://example.org/says> "x" .
    <BLANKLINE>
    """
    made = FORMATS[form]
    ordered = canonical(quads if made.supports_datasets else map(_without_graph, quads))
    if form == "jsonld":
        return jsonld.document(ordered, jsonld.context([]) if context is None else context)
    used = _used(ordered) | dict(prefixes or {}) if form in _WITH_PREFIXES else None
    statements = ordered if made.supports_datasets else [quad.triple for quad in ordered]
    content = ox.serialize(statements, format=made, prefixes=used) or b""
    return _with_sorted_prefixes(content) if used else content


def written_triples(triples: Iterable[Triple], form: str, prefixes: Mapping[str, str] | None = None) -> bytes:
    """Serialise one graph. Raises UsageError for a format of several graphs."""
    if form in ("nquads", "trig"):
        raise UsageError("This is one graph: use --format rdfxml, turtle, ntriples or jsonld.")
    return written(map(_quad, triples), form, prefixes=prefixes)


def canonical(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Rename blank nodes by RDFC-1.0 and sort the quads, each once, by graph, subject, predicate and object.

    The canonical name of a blank node depends on no quad but those that reach it, so that only these are looked at.
    """
    kept = set(quads)
    blank = {quad for quad in kept if _has_blank_node(quad)}
    dataset = ox.Dataset(blank)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted([*(kept - blank), *dataset], key=_key)


def _has_blank_node(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)


def _key(quad: ox.Quad) -> tuple[str, str, str, str]:
    return str(quad.graph_name), str(quad.subject), quad.predicate.value, str(quad.object)


def _without_graph(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, ox.DefaultGraph())


def _quad(triple: Triple) -> ox.Quad:
    subject, predicate, object_ = (to_oxigraph(term) for term in triple)
    return ox.Quad(subject, predicate, object_, ox.DefaultGraph())  # type: ignore[arg-type]


def _used(quads: Sequence[ox.Quad]) -> dict[str, str]:
    """Give the known prefixes that shorten some IRI."""
    terms = {term for quad in quads for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)}
    names = {term.value for term in terms if isinstance(term, ox.NamedNode)}
    names |= {term.datatype.value for term in terms if isinstance(term, ox.Literal)} - _UNWRITTEN
    starts = {name[: max(name.rfind("/"), name.rfind("#"), name.rfind(":"), name.rfind("_")) + 1] for name in names}
    starts |= {name[: max(name.rfind("/"), name.rfind("#"), name.rfind(":")) + 1] for name in names}
    return {prefix: iri for prefix, iri in sorted((PREFIXES | VOCABULARIES).items()) if iri in starts}


def _with_sorted_prefixes(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    head = [line for line in lines if line.startswith(b"@prefix ")]
    return b"".join([*sorted(head), b"\n", *lines[len(head) :]])
