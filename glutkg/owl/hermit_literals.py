"""Literals and their datatypes as HermiT is to be given them, so that it reads them right.

It reads -0 as 0, and takes any value for an xsd:double. With limits it tells what is one: so the datatype is written
as what is from -INF on, together with NaN. What an individual is denied to have it compares as text: so a decimal, or
a text of a narrower datatype, is written in one way. It counts a character beyond U+FFFF as two: each such is written
as one for private use that the ontology does not have. Patterns it reads in its own way (`hermit_patterns`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from glutkg.errors import ReasonerError
from glutkg.owl.hermit_patterns import for_automaton
from glutkg.rdf.datatypes import canonical
from glutkg.rdf.namespaces import OWL, RDF, RDFS, XSD
from glutkg.rdf.terms import Term
from glutkg.store.graph import read_ntriples

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glutkg.rdf.terms import Triple

_FLOATING = (XSD + "double", XSD + "float")
_NOT_A_RANGE = (OWL + "onDatatype", RDF + "type")
"""The predicates after which a datatype stands as itself."""
_VALUES = (OWL + "targetValue", OWL + "hasValue")
"""The predicates of OWL after which a literal is a value of a property, and no number of the language itself."""
_WIDE = re.compile("[\U00010000-\U0010ffff]")
_PRIVATE = range(0xE000, 0xF900)
_RANGE = """
_:range <owl:unionOf> _:one .
_:one <rdf:first> _:limited .
_:one <rdf:rest> _:other .
_:other <rdf:first> _:single .
_:other <rdf:rest> <rdf:nil> .
_:limited <rdf:type> <rdfs:Datatype> .
_:limited <owl:onDatatype> <DATATYPE> .
_:limited <owl:withRestrictions> _:limits .
_:limits <rdf:first> _:limit .
_:limits <rdf:rest> <rdf:nil> .
_:limit <xsd:minInclusive> "-INF"^^<DATATYPE> .
_:single <rdf:type> <rdfs:Datatype> .
_:single <owl:oneOf> _:nan .
_:nan <rdf:first> "NaN"^^<DATATYPE> .
_:nan <rdf:rest> <rdf:nil> .
_:range <rdf:type> <rdfs:Datatype> .
"""


def for_hermit(triples: Sequence[Triple]) -> Iterator[Triple]:
    """Give the triples of an ontology with literals, and ranges of floating-point numbers, as HermiT reads them right.

    >>> start = Term("iri", "http://e/p"), Term("iri", RDFS + "range")
    >>> [len([*for_hermit([(*start, Term("iri", XSD + name))])]) for name in ("string", "float")]
    [1, 17]
    """
    narrow = _narrow(term.value for _, _, term in triples if term.kind == "literal")
    for number, (subject, predicate, term) in enumerate(triples):
        object_ = term._replace(value=term.value.translate(narrow)) if narrow and term.kind == "literal" else term
        if object_.kind == "iri" and object_.value in _FLOATING and predicate.value not in _NOT_A_RANGE:
            yield subject, predicate, Term("blank", f"range{number}")
            yield from _range(object_.value, number)
        elif predicate.value == XSD + "pattern":
            yield subject, predicate, object_._replace(value=for_automaton(object_.value))
        elif predicate.value in _VALUES or not predicate.value.startswith((OWL, XSD)):
            yield subject, predicate, _canonical(_spelled(object_))
        else:
            yield subject, predicate, _spelled(object_)


def _narrow(texts: Iterable[str]) -> dict[int, int]:
    """Give for each character that HermiT would count as two one that it counts as one. Raises ReasonerError.

    >>> _narrow(["a", "\U0001f600\ue000"])
    {128512: 57345}
    """
    signs = {sign for text in texts if not text.isascii() for sign in text}
    wide = sorted(ord(sign) for sign in signs if _WIDE.match(sign))
    free = [code for code in _PRIVATE if chr(code) not in signs] if wide else []
    if len(wide) > len(free):
        raise ReasonerError(f"HermiT can be given {len(free)} characters beyond U+FFFF at most. Leave some out.")
    return dict(zip(wide, free, strict=False))


def _range(datatype: str, number: int) -> list[Triple]:
    """Give what all the values of a datatype are, at a blank node that is named by a number."""
    text = _RANGE.replace("DATATYPE", datatype).replace("_:", f"_:x{number}")
    text = text.replace(f"_:x{number}range", f"_:range{number}")
    for prefix, namespace in (("owl:", OWL), ("rdf:", RDF), ("rdfs:", RDFS), ("xsd:", XSD)):
        text = text.replace(f"<{prefix}", f"<{namespace}")
    return read_ntriples(text.encode())


def _spelled(term: Term) -> Term:
    """Spell the zero below zero so that HermiT tells it from zero."""
    return term._replace(value="-0.0") if term.value == "-0" and term.datatype in _FLOATING else term


def _canonical(term: Term) -> Term:
    """Write the value of a decimal or a text in one way, whatever its datatype."""
    if term.kind != "literal" or term.datatype is None:
        return term
    text, datatype = canonical(term.value, term.datatype)
    return term._replace(value=text, datatype=None if datatype == XSD + "string" else datatype)
