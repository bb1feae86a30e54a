"""Nanopublications: each claim with its provenance, under a name that holds the digest of its content."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from glutkg.exports.claims import STANDING, named
from glutkg.exports.declared import declared
from glutkg.exports.nanopub_signature import signer
from glutkg.exports.trusty_uri import artifact_code
from glutkg.linked_data.writing import written
from glutkg.rdf.namespaces import BASE, PREFIXES, RDF, RDFS, XSD, curie, expand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from glutkg.exports.claims import Record
    from glutkg.exports.content import Content, Files
    from glutkg.linked_data.parts import Quad

NANOPUBLICATIONS = BASE + "np/"
_CODE = "RA" + "_" * 43
"""Stands for the digest until it is known."""
_DRAFT = "http://purl.org/nanopub/temp/glutkg/"
"""The name that a nanopublication has before it is signed."""
_NP = "http://www.nanopub.org/nschema#"
_NPX = "http://purl.org/nanopub/x/"
_DCTERMS, _PROV = PREFIXES["dcterms"], PREFIXES["prov"]
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def files(content: Content) -> Files:
    """Write one nanopublication a claim into one file, signed if there is a key."""
    made = (nanopublication(content, claim) for claim in content.claims)
    if content.key is not None:
        sign = signer(content.key)
        made = (_signed(text, sign) for text in made)
    return {"nanopublications.trig": b"\n".join(made)}


def nanopublication(content: Content, claim: Record) -> bytes:
    """Write the four graphs of a nanopublication that asserts a claim: head, assertion, provenance, publication."""
    drafted = list(_drafted(content, claim, NANOPUBLICATIONS + _CODE))
    name = NANOPUBLICATIONS + artifact_code(drafted, _CODE)
    return _written((_renamed(quad, name) for quad in drafted), name, f"{name}#")


def _signed(text: bytes, sign: Callable[[str], str]) -> bytes:
    """Sign a nanopublication, which gets a name in the registry's namespace, and write it canonically."""
    draft = re.sub(rf"{NANOPUBLICATIONS}RA[\w-]{{43}}#?", _DRAFT, text.decode())
    quads = list(ox.parse(sign(draft), format=ox.RdfFormat.TRIG))
    heads = (quad.subject for quad in quads if quad.predicate.value == _NP + "hasAssertion")
    name = next(str(getattr(head, "value", "")) for head in heads)
    return _written(quads, name, f"{name}/")


def _written(quads: Iterable[Quad], name: str, parts: str) -> bytes:
    return written(quads, "trig", prefixes={"this": name, "sub": parts, "np": _NP, "npx": _NPX})


def _drafted(content: Content, claim: Record, name: str) -> Iterator[Quad]:
    graphs = {part: f"{name}#{part}" for part in ("head", "assertion", "provenance", "pubinfo")}
    yield from _head(name, graphs)
    yield from _claimed(content, claim, graphs)
    iri = expand(claim.name) or claim.name
    for source in claim.values.get("glut:statedIn", ()):
        yield _quad(graphs["assertion"], _PROV + "wasDerivedFrom", expand(source) or source, graphs["provenance"])
    yield _quad(graphs["assertion"], _PROV + "wasAttributedTo", BASE + "ontology", graphs["provenance"])
    about: dict[str, ox.NamedNode | ox.Literal] = {
        RDFS + "label": ox.Literal(named(content.graph, claim.name), language="en"),
        _DCTERMS + "created": ox.Literal(content.modified, datatype=ox.NamedNode(XSD + "date")),
        _DCTERMS + "creator": ox.NamedNode(BASE + "ontology"),
        _DCTERMS + "license": ox.NamedNode(_LICENCE),
        _NPX + "introduces": ox.NamedNode(iri),
    }
    for property_, value in about.items():
        yield ox.Quad(ox.NamedNode(name), ox.NamedNode(property_), value, ox.NamedNode(graphs["pubinfo"]))


def _head(name: str, graphs: dict[str, str]) -> Iterator[Quad]:
    yield _quad(name, RDF + "type", _NP + "Nanopublication", graphs["head"])
    parts = {"hasAssertion": "assertion", "hasProvenance": "provenance", "hasPublicationInfo": "pubinfo"}
    for property_, part in parts.items():
        yield _quad(name, _NP + property_, graphs[part], graphs["head"])


def _claimed(content: Content, claim: Record, graphs: dict[str, str]) -> Iterator[Quad]:
    """Give what is stated of a claim, and its standing, each triple in the graph in which its property stands."""
    parts = content.once(_parts)
    iri = expand(claim.name) or claim.name
    for quad in content.about(iri):
        part = parts.get(curie(quad.predicate.value), "assertion")
        yield ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graphs[part]))
    for standing in claim.values.get(STANDING, ()):
        yield _quad(iri, expand(STANDING) or STANDING, expand(standing) or standing, graphs["assertion"])


def _parts(content: Content) -> dict[str, str]:
    """Give for properties of claims the graph in which they stand, if it is not the assertion."""
    rows = declared(content.folder, "nanopubs")
    names = {"provenance": "provenance", "publication": "pubinfo"}
    return {property_: part for name, part in names.items() for property_ in rows[name]}


def _quad(subject: str, predicate: str, object_: str, graph: str) -> Quad:
    return ox.Quad(*map(ox.NamedNode, (subject, predicate, object_, graph)))


def _renamed(quad: Quad, name: str) -> Quad:
    """Put the name in the place of the draft's."""
    subject, object_, graph = (
        ox.NamedNode(term.value.replace(NANOPUBLICATIONS + _CODE, name)) if isinstance(term, ox.NamedNode) else term
        for term in (quad.subject, quad.object, quad.graph_name)
    )
    return ox.Quad(subject, quad.predicate, object_, graph)  # type: ignore[arg-type]
