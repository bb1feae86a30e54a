"""RDF terms, and their forms in pyoxigraph, in rdflib, in N-Triples and in the JSON of SPARQL results."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple

import pyoxigraph as ox

from glutkg.errors import LimitError
from glutkg.rdf.namespaces import OWL, RDF, RDFS, XSD, curie

if TYPE_CHECKING:
    from collections.abc import Iterable

    import rdflib

_NUMBERS = {XSD + "integer", XSD + "decimal", XSD + "double", XSD + "float"}
_PLAIN = (XSD + "string", RDF + "langString")
"""Datatypes that are left out: each literal without a datatype has one of them."""

_TRIPLE_TERM = "A triple stands as a term (RDF 1.2), which cannot be read. Ask for its subject, predicate and object."

_ESCAPES = str.maketrans(
    {chr(code): f"\\u{code:04X}" for code in (*range(32), 127)}
    | {"\\": r"\\", '"': r"\"", "\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r"}
)

Value = str | int | float | bool
"""A term as a plain Python value."""


class Term(NamedTuple):
    """An RDF term: an IRI, a literal or a blank node."""

    kind: Literal["iri", "literal", "blank"]
    value: str
    language: str | None = None
    datatype: str | None = None

    def __lt__(self, other: tuple[object, ...]) -> bool:
        """Order terms by kind and value, then those without a language or datatype before those with one.

        >>> sorted([Term("literal", "hand", "en"), Term("literal", "hand")])[0].language is None
        True
        """
        if self[1] != other[1] or self[0] != other[0]:
            return tuple.__lt__(self, other)
        return tuple(part or "" for part in self) < tuple(part or "" for part in other)

    def python(self) -> Value:
        """Return numbers and truth values as Python's own, and everything else as text.

        >>> Term("literal", "3", datatype="http://www.w3.org/2001/XMLSchema#integer").python()
        3
        """
        if self.datatype == XSD + "boolean":
            return self.value in {"true", "1"}
        if self.datatype not in _NUMBERS or not self.value.isascii() or "_" in self.value:
            return self.value
        try:
            return int(self.value) if self.datatype == XSD + "integer" else float(self.value)
        except ValueError:  # "many"^^xsd:integer is allowed in RDF
            return self.value

    @property
    def name(self) -> str:
        """The IRI or the text, or a blank node as `_:x`; `from_name` reads it back."""
        return f"_:{self.value}" if self.kind == "blank" else self.value

    def n3(self) -> str:
        r"""Write the term as N-Triples, Turtle and SPARQL do.

        >>> print(Term("literal", 'a "b"', "en").n3(), Term("iri", "http://example.org/x").n3())
        "a \"b\""@en <http://example.org/x>
        """
        if self.kind != "literal":
            return f"<{self.value}>" if self.kind == "iri" else self.name
        quoted = f'"{self.value.translate(_ESCAPES)}"'
        if self.language:
            return f"{quoted}@{self.language}"
        return f"{quoted}^^<{self.datatype}>" if self.datatype else quoted


Triple = tuple[Term, Term, Term]

TYPE = Term("iri", RDF + "type")
SUBCLASS_OF = Term("iri", RDFS + "subClassOf")
CLASS = Term("iri", OWL + "Class")


def alike(terms: Iterable[Term]) -> frozenset[str]:
    """Give the texts that literals of different datatypes have in common.

    >>> sorted(alike([Term("literal", "1", datatype=XSD + "float"), Term("literal", "1"), Term("literal", "2")]))
    ['1']
    """
    found = {(term.value, term.datatype) for term in terms if term.kind == "literal"}
    counts = Counter(value for value, _ in found)
    return frozenset(value for value, datatype in found if datatype and counts[value] > 1)


def of_datatype(term: Term) -> str:
    """Give the datatype of a literal as it stands after its text, or its language.

    >>> of_datatype(Term("literal", "1")), of_datatype(Term("literal", "a", "en"))
    (' (xsd:string)', ' (@en)')
    """
    return f" (@{term.language})" if term.language else f" ({curie(term.datatype or XSD + 'string')})"


def from_name(name: str) -> Term:
    """Return the term of an IRI, or of a blank node written `_:x`."""
    return Term("blank", name[2:]) if name.startswith("_:") else Term("iri", name)


def literal(text: str) -> Term:
    """Return the term of a literal as N-Triples spells it.

    >>> literal('"1"^^<http://www.w3.org/2001/XMLSchema#integer>').datatype
    'http://www.w3.org/2001/XMLSchema#integer'
    """
    (triple,) = ox.parse(f"<x:x> <x:x> {text} .", ox.RdfFormat.N_TRIPLES, lenient=True)
    return from_oxigraph(triple.object)


def to_oxigraph(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return a term as pyoxigraph's own."""
    if term.kind == "literal":
        if term.language:
            return ox.Literal(term.value, language=term.language)
        return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype) if term.datatype else None)
    return ox.BlankNode(term.value) if term.kind == "blank" else ox.NamedNode(term.value)


def from_oxigraph(value: object) -> Term:
    """Read a term of pyoxigraph. Raises LimitError for a triple as a term and a text with a direction (RDF 1.2)."""
    if isinstance(value, ox.NamedNode):
        return tuple.__new__(Term, ("iri", value.value, None, None))  # which takes half as long as by name
    if isinstance(value, ox.Literal):
        if language := value.language:
            if value.direction:
                raise LimitError("A text has a direction (RDF 1.2), which cannot be read. Ask for its STR.")
            return tuple.__new__(Term, ("literal", value.value, language, None))
        datatype = value.datatype.value
        return tuple.__new__(Term, ("literal", value.value, None, None if datatype in _PLAIN else datatype))
    if isinstance(value, ox.BlankNode):
        return Term("blank", value.value)
    raise LimitError(_TRIPLE_TERM)


def triple_from_oxigraph(triple: ox.Triple | ox.Quad) -> Triple:
    """Read a triple of pyoxigraph, or that of a quad. Raises what `from_oxigraph` raises."""
    return from_oxigraph(triple.subject), from_oxigraph(triple.predicate), from_oxigraph(triple.object)


def to_rdflib(term: Term) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    """Return a term as rdflib's own, a number as it is written."""
    import rdflib  # takes longer than an answer

    if term.kind == "literal":
        return rdflib.Literal(term.value, lang=term.language, datatype=term.datatype, normalize=False)
    return rdflib.BNode(term.value) if term.kind == "blank" else rdflib.URIRef(term.value)


def graph_to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """Give triples as a graph of rdflib."""
    import rdflib

    made = rdflib.Graph()
    nodes: dict[Term, rdflib.term.Node] = {}
    for triple in triples:
        for term in triple:
            if term not in nodes:
                nodes[term] = to_rdflib(term)
        made.store.add((nodes[triple[0]], nodes[triple[1]], nodes[triple[2]]), made)  # terms are known to be terms
    return made


def from_rdflib(value: object) -> Term | None:
    """Read a term of rdflib; None for what is not an RDF term, such as a variable."""
    import rdflib

    if isinstance(value, rdflib.Literal):
        datatype = str(value.datatype) if value.datatype else None
        return Term("literal", str(value), value.language, None if datatype in _PLAIN else datatype)
    if isinstance(value, rdflib.BNode):
        return Term("blank", str(value))
    return Term("iri", str(value)) if isinstance(value, rdflib.URIRef) else None


def to_json(term: Term) -> dict[str, str]:
    """Write a term as SPARQL 1.1 Query Results JSON does."""
    made = {"type": {"iri": "uri", "blank": "bnode"}.get(term.kind, "literal"), "value": term.value}
    if term.language:
        made["xml:lang"] = term.language
    if term.datatype:
        made["datatype"] = term.datatype
    return made


def from_json(cell: dict[str, str]) -> Term:
    """Read a term of SPARQL 1.1 Query Results JSON. Raises LimitError for a triple that is used as a term."""
    if cell["type"] == "triple":
        raise LimitError(_TRIPLE_TERM)
    if cell["type"] in ("literal", "typed-literal"):
        return Term("literal", cell["value"], cell.get("xml:lang"), cell.get("datatype"))
    return Term("blank" if cell["type"] == "bnode" else "iri", cell["value"])
