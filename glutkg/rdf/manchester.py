"""Class expressions in OWL's Manchester syntax."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from glutkg.rdf.collections import About, members, parts
from glutkg.rdf.namespaces import OWL, RDF, XSD
from glutkg.rdf.terms import Term

_JOINTS = {OWL + "intersectionOf": " and ", OWL + "unionOf": " or ", OWL + "oneOf": " or ", OWL + "members": ", "}
_QUANTIFIERS = {OWL + "someValuesFrom": "some", OWL + "allValuesFrom": "only", OWL + "hasValue": "value"}
_CARDINALITIES = {
    OWL + name: word
    for word, names in (
        ("min", ("minCardinality", "minQualifiedCardinality")),
        ("max", ("maxCardinality", "maxQualifiedCardinality")),
        ("exactly", ("cardinality", "qualifiedCardinality")),
    )
    for name in names
}
_FACETS = {
    XSD + name: sign
    for name, sign in (("minInclusive", ">="), ("maxInclusive", "<="), ("minExclusive", ">"), ("maxExclusive", "<"))
}


class Manchester(NamedTuple):
    """Writes class expressions, such as `substance and (antagonises some NMDA receptor)`.

    `name` writes an IRI or a literal, `other` a blank node that is not an expression, and `chain` joins a collection
    that stands by itself, such as a property chain.
    """

    about: About
    name: Callable[[Term], str]
    other: Callable[[Term], str] = lambda _: "an expression"
    chain: str = ", then "

    def text(self, term: Term) -> str:
        """Write an expression, a collection or a name."""
        if term.kind != "blank":
            return self.name(term)
        found = parts(term, self.about)
        for property_, joint in _JOINTS.items():
            if property_ in found:
                return self._joined(found[property_], joint)
        if RDF + "first" in found:
            return self._joined(term, self.chain)
        for property_, word in ((OWL + "complementOf", "not"), (OWL + "inverseOf", "inverse")):
            if property_ in found:
                return f"{word} {self._inside(found[property_])}"
        return self._restriction(found) or self._datatype(found) or self.other(term)

    def _datatype(self, found: dict[str, Term]) -> str | None:
        """Write a datatype with its facets, such as `xsd:integer[>= 5]`."""
        if OWL + "onDatatype" not in found or OWL + "withRestrictions" not in found:
            return None
        facets = [
            f"{_FACETS.get(name, name.removeprefix(XSD))} {value.value}"
            for member in members(found[OWL + "withRestrictions"], self._value)
            for name, value in parts(member, self.about).items()
        ]
        return f"{self.name(found[OWL + 'onDatatype'])}[{', '.join(facets)}]"

    def _restriction(self, found: dict[str, Term]) -> str | None:
        if OWL + "onProperty" not in found:
            return None
        property_ = self._inside(found[OWL + "onProperty"])
        if OWL + "hasSelf" in found:
            return f"{property_} itself"
        for name, word in _QUANTIFIERS.items():
            if name in found:
                return f"{property_} {word} {self._inside(found[name])}"
        for name, word in _CARDINALITIES.items():
            if name in found:
                filler = found.get(OWL + "onClass") or found.get(OWL + "onDataRange")
                return f"{property_} {word} {found[name].value}{f' {self._inside(filler)}' if filler else ''}"
        return None

    def _joined(self, head: Term, joint: str) -> str:
        return joint.join(self._inside(member) for member in members(head, self._value)) or "an empty list"

    def _value(self, node: Term, predicate: str) -> Term | None:
        return parts(node, self.about).get(predicate)

    def _inside(self, term: Term) -> str:
        text = self.text(term)
        return f"({text})" if term.kind == "blank" and " " in text else text
