"""JSON-LD 1.1 with a context that names every property, and says what kind of value it has."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

import pyoxigraph as ox

from glutkg.rdf.namespaces import PREFIXES, RDF, VOCABULARIES, XSD, curie
from glutkg.relations import grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
    Json = dict[str, object]

_TYPE = RDF + "type"
_STRING, _LANGUAGE = XSD + "string", RDF + "langString"


def context(quads: Iterable[ox.Quad]) -> Json:
    """Make the context of some quads: prefixes, and a term for each property with the kind of its values.

    A property whose values are all IRIs, all of one datatype or all of one language says so, so that its values are
    plain strings. Where the name of a property is that of a prefix too, the term is its CURIE.

    >>> claim, agent, drug = (ox.NamedNode("https://w3id.org/glutkg/" + name) for name in ("claim/a", "agent", "drug"))
    >>> context([ox.Quad(claim, agent, drug)])["agent"]
    {'@id': 'glut:agent', '@type': '@id'}
    """
    values = grouped((quad.predicate.value, _kind(quad.object)) for quad in quads if quad.predicate.value != _TYPE)
    terms = {_name(iri): {"@id": curie(iri), **_coercion(set(kinds))} for iri, kinds in values.items()}
    prefixes = {prefix: {"@id": iri, "@prefix": True} for prefix, iri in sorted((PREFIXES | VOCABULARIES).items())}
    return {"@version": 1.1, **prefixes, **dict(sorted(terms.items()))}


def _name(iri: str) -> str:
    short = curie(iri)
    name = short.rpartition(":")[2]
    return short if name in PREFIXES or name in VOCABULARIES or short == iri else name


def _kind(value: Term) -> tuple[str, str]:
    """Give what a term of the context can say of a value: `@type` or `@language`."""
    if not isinstance(value, ox.Literal):
        return "@type", "@id"
    if value.language:
        return "@language", value.language
    return "@type", value.datatype.value


def _coercion(kinds: set[tuple[str, str]]) -> Json:
    if len(kinds) > 1 or kinds == {("@type", _STRING)}:
        return {}
    ((key, kind),) = kinds
    return {key: curie(kind)}


def document(quads: Sequence[ox.Quad], context: Mapping[str, object]) -> bytes:
    """Write quads, sorted by graph and subject, as one JSON-LD document that carries its context."""
    writer = _Writer(context)
    graphs: list[Json] = []
    for name, members in groupby(quads, key=lambda quad: quad.graph_name):
        nodes = [writer.node(list(of)) for _, of in groupby(members, key=lambda quad: str(quad.subject))]
        graphs += nodes if isinstance(name, ox.DefaultGraph) else [{"@id": writer.iri(name), "@graph": nodes}]
    lines = ",\n".join(json.dumps(node, ensure_ascii=False, separators=(",", ":")) for node in graphs)
    head = json.dumps(context, ensure_ascii=False, indent=1)
    return f'{{"@context": {head},\n"@graph": [\n{lines}\n]}}\n'.encode()


class _Writer:
    """Writes terms with the names and kinds of a context."""

    def __init__(self, context: Mapping[str, object]) -> None:
        self._terms = {
            str(term["@id"]): (name, term)
            for name, term in context.items()
            if isinstance(term, dict) and "@prefix" not in term
        }
        self._short: dict[str, str] = {}

    def node(self, quads: Sequence[ox.Quad]) -> Json:
        """Write what is said of one subject."""
        made: Json = {"@id": self.iri(quads[0].subject)}
        for predicate, of in groupby(quads, key=lambda quad: quad.predicate.value):
            values = [quad.object for quad in of]
            if predicate == _TYPE and not any(isinstance(value, ox.Literal) for value in values):
                made["@type"] = [self.iri(value) for value in values]
            else:
                name, term = self._terms.get(self._curie(predicate), (self._curie(predicate), {}))
                found = [self._value(value, term) for value in values]
                made[name] = found[0] if len(found) == 1 else found
        return made

    def iri(self, term: object) -> str:
        """Write an IRI as a CURIE where a prefix is known, and a blank node by its name."""
        return self._curie(term.value) if isinstance(term, ox.NamedNode) else str(term)

    def _curie(self, iri: str) -> str:
        if iri not in self._short:
            self._short[iri] = curie(iri)
        return self._short[iri]

    def _value(self, value: Term, term: Json) -> object:
        key, kind = _kind(value)
        kind = self._curie(kind)
        if term.get(key) == kind or (kind == "xsd:string" and not {"@type", "@language"} & term.keys()):
            return value.value if isinstance(value, ox.Literal) else self.iri(value)
        if not isinstance(value, ox.Literal):
            return {"@id": self.iri(value)}
        return {"@value": value.value} if kind == "xsd:string" else {"@value": value.value, key: kind}
