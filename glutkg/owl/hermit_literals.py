"""Literals and their datatypes as HermiT is to be given them, so that it reads them right.

It reads -0 as 0, and takes any value for an xsd:double. With limits it tells what is one: so the datatype is written
as what is from -INF on, together with NaN. What an individual is denied to have it compares as text: so a decimal, or
a text of a narrower datatype, is written in one way. It counts a character beyond U+FFFF as two: each such is written
as one for private use that the ontology does not have. Patterns it reads in its own way (`hermit_patterns`).

It reads the sign for a tab, or an end of line, as a letter: so each is written as itself. It takes xsd:base64Binary for
xsd:hexBinary, and addresses that differ in case for one: so these are written as what it tells apart. It lets white
space stand around an xsd:Name, an xsd:NMTOKEN and an xsd:language, and leaves characters out of xsd:normalizedString:
so each of them is written with a limit of what it may have.
"""

from __future__ import annotations

import base64
import re
from string import ascii_lowercase
from typing import TYPE_CHECKING

from glutkg.errors import ReasonerError
from glutkg.owl.hermit_patterns import for_automaton
from glutkg.rdf.datatypes import canonical
from glutkg.rdf.namespaces import OWL, RDF, RDFS, XSD
from glutkg.rdf.terms import TYPE, Term
from glutkg.store.graph import read_ntriples, serialize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glutkg.rdf.terms import Triple

_FLOATING = (XSD + "double", XSD + "float")
_SPACELESS = dict.fromkeys(("Name", "NMTOKEN", "language"), "[^\\s]*")
_TEXTS = {
    XSD + name: Term("literal", for_automaton(pattern))
    for name, pattern in {**_SPACELESS, "normalizedString": "[^\\t\\n\\r]*"}.items()
}
"""Texts that HermiT takes otherwise, and what they may be."""
_WIDER = {XSD + "normalizedString": XSD + "string"}
_HEX, _BASE64, _ADDRESS, _PATTERN = (XSD + name for name in ("hexBinary", "base64Binary", "anyURI", "pattern"))
_ON_DATATYPE, _LIMITS = (Term("iri", OWL + name) for name in ("onDatatype", "withRestrictions"))
_FIRST, _REST, _NIL = (Term("iri", RDF + name) for name in ("first", "rest", "nil"))
_SIGN = re.compile(r"\\(u[0-9A-F]{4}|.)")
_SIGNS = {"t": "\t", "n": "\n", "r": "\r"}
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


def written(triples: Sequence[Triple]) -> bytes:
    r"""Write triples so that HermiT reads each character of a literal as itself.

    >>> b"a\tb" in written([(Term("iri", "k:a"), Term("iri", "k:b"), Term("literal", "a\tb"))])
    True
    """

    def meant(sign: re.Match[str]) -> str:
        return chr(int(sign[1][1:], 16)) if sign[1][1:] else _SIGNS.get(sign[1], sign[0])

    return _SIGN.sub(meant, serialize(triples, "ntriples").decode()).encode()


def for_hermit(triples: Sequence[Triple]) -> Iterator[Triple]:
    """Give the triples of an ontology with literals, and ranges of floating-point numbers, as HermiT reads them right.

    Raises ReasonerError for literals that it cannot tell apart.

    >>> start = Term("iri", "http://e/p"), Term("iri", RDFS + "range")
    >>> [len([*for_hermit([(*start, Term("iri", XSD + name))])]) for name in ("string", "float")]
    [1, 17]
    """
    triples = _with_hexadecimals(triples)
    narrow = _narrow(term.value for _, _, term in triples if term.kind == "literal")
    apart = _apart(triples)
    limited = {s: _TEXTS[o.value] for s, p, o in triples if p == _ON_DATATYPE and o.value in _TEXTS}
    for number, (subject, predicate, term) in enumerate(triples):
        object_ = term._replace(value=term.value.translate(narrow)) if narrow and term.kind == "literal" else term
        object_ = apart.get(object_, object_)
        made, is_range = Term("blank", f"range{number}"), predicate.value not in _NOT_A_RANGE and object_.kind == "iri"
        if is_range and object_.value in _FLOATING:
            yield subject, predicate, made
            yield from _range(object_.value, number)
        elif is_range and object_.value in _TEXTS:
            yield subject, predicate, made
            yield from ((made, TYPE, Term("iri", RDFS + "Datatype")), (made, _ON_DATATYPE, _wider(object_)))
            yield from _limited(made, _TEXTS[object_.value], _NIL)
        elif predicate == _ON_DATATYPE:
            yield subject, predicate, _wider(object_)
        elif predicate == _LIMITS and subject in limited:
            yield from _limited(subject, limited[subject], object_)
        elif predicate.value == _PATTERN:
            yield subject, predicate, object_._replace(value=for_automaton(object_.value))
        elif predicate.value in _VALUES or not predicate.value.startswith((OWL, XSD)):
            yield subject, predicate, _canonical(_spelled(object_))
        else:
            yield subject, predicate, _spelled(object_)


def _wider(datatype: Term) -> Term:
    return datatype._replace(value=_WIDER.get(datatype.value, datatype.value))


def _limited(datatype: Term, pattern: Term, further: Term) -> list[Triple]:
    """Limit a datatype by a pattern, beside further limits."""
    cell, limit = (Term("blank", f"{datatype.value}{name}") for name in ("cell", "limit"))
    return [
        (datatype, _LIMITS, cell),
        (cell, _FIRST, limit),
        (cell, _REST, further),
        (limit, Term("iri", _PATTERN), pattern),
    ]


def _with_hexadecimals(triples: Sequence[Triple]) -> Sequence[Triple]:
    """Write base64 as hexadecimals, if an ontology has values in base64, and no hexadecimals that these would equal."""
    coded = next((o for _, _, o in triples if o.datatype == _BASE64), None)
    if coded is None:
        return triples
    if any(_HEX in (o.value, o.datatype) for _, _, o in triples):
        raise ReasonerError(
            f"HermiT does not tell xsd:base64Binary, as in '{coded.value}', from xsd:hexBinary. Write all in one."
        )
    return [(s, p, _hexadecimal(o)) for s, p, o in triples]


def _hexadecimal(term: Term) -> Term:
    if term.datatype == _BASE64:
        return term._replace(value=base64.b64decode(term.value).hex(), datatype=_HEX)
    return term._replace(value=_HEX) if term.kind == "iri" and term.value == _BASE64 else term


def _apart(triples: Sequence[Triple]) -> dict[Term, Term]:
    """Give for each address that differs from another in case alone one that differs from all, of the same length.

    Raises ReasonerError where a pattern or another limit of addresses might tell one from the other.
    """
    addresses = sorted({o for _, _, o in triples if o.datatype == _ADDRESS})
    taken = {address.value.lower() for address in addresses}
    found: dict[Term, Term] = {}
    seen: set[str] = set()
    for address in addresses:
        text = address.value.lower()
        if text in seen:
            other = next((new for first in ascii_lowercase if (new := first + text[1:]) not in taken), None)
            if other is None or any(p == _ON_DATATYPE and o.value == _ADDRESS for _, p, o in triples):
                raise ReasonerError(
                    f"HermiT takes '{address.value}' for an address that differs from it in case. Write both alike."
                )
            taken.add(other)
            found[address] = address._replace(value=other)
        seen.add(text)
    return found


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
