"""How files spell literals that a store keeps by their value: 01 as 1, the byte 5 as the integer 5, ' 7 ' as 7.

Queries and rules work on values. What is said of a literal's text or datatype is said of the text as it stands in the
file, so the check gets it from here.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from glutkg.rdf.datatypes import with_normal_space
from glutkg.rdf.namespaces import XSD
from glutkg.rdf.terms import Triple, triple_from_oxigraph

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_PLAIN = frozenset((f"{XSD}string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"))
_SUBJECT = "urn:x:"

Respelled = dict[Triple, tuple[Triple, ...]]
"""Triples as the store has them, each with those that the files state in its place."""


def respelled(triples: Sequence[ox.Triple | ox.Quad]) -> Respelled:
    """Find the triples that a store spells otherwise than the files do.

    >>> (triple,) = ox.parse("<x:a> <x:b> 01 .", ox.RdfFormat.TURTLE)
    >>> {stored[2].value: [spelled[2].value for spelled in some] for stored, some in respelled([triple.triple]).items()}
    {'1': ['01']}
    """
    literals = {triple.object for triple in triples if _is_typed(triple.object)}
    normal = {literal: space_normalised(literal) for literal in literals}
    as_stored = _stored({*normal.values()})
    stored = {literal: as_stored[one] for literal, one in normal.items()}
    changed = {stored_as for literal, stored_as in stored.items() if literal != stored_as}
    found: defaultdict[Triple, list[Triple]] = defaultdict(list)
    for triple in triples if changed else ():
        if _is_typed(triple.object) and stored[triple.object] in changed:
            kept = ox.Triple(triple.subject, triple.predicate, stored[triple.object])
            found[triple_from_oxigraph(kept)].append(triple_from_oxigraph(triple))
    return {kept: tuple(some) for kept, some in found.items()}


def space_normalised(term: Node) -> Node:
    """Give a literal without the white space that its datatype leaves out, and any other term as it is.

    >>> space_normalised(ox.Literal(" 7 ", datatype=ox.NamedNode(XSD + "integer"))).value
    '7'
    """
    if not isinstance(term, ox.Literal) or not any(space in term.value for space in " \t\r\n"):
        return term
    text = with_normal_space(term.value, term.datatype.value)
    return term if text == term.value else ox.Literal(text, datatype=term.datatype)


def kept(quads: Sequence[ox.Quad], spelling: Respelled) -> Sequence[ox.Quad]:
    """Give quads as a store is to keep them, of which it is known how files spell the literals."""
    spelled = (triple[2] for some in spelling.values() for triple in some)
    if not any(term.value != with_normal_space(term.value, term.datatype or "") for term in spelled):
        return quads
    return [ox.Quad(quad.subject, quad.predicate, space_normalised(quad.object), quad.graph_name) for quad in quads]


def _is_typed(term: object) -> bool:
    return isinstance(term, ox.Literal) and term.datatype.value not in _PLAIN


def _stored(literals: Collection[object]) -> Mapping[object, ox.Literal]:
    """Give literals as a store gives them back."""
    ordered, store, predicate = list(literals), ox.Store(), ox.NamedNode(_SUBJECT)
    store.extend([ox.Quad(ox.NamedNode(f"{_SUBJECT}{n}"), predicate, one) for n, one in enumerate(ordered)])  # type: ignore[arg-type]
    return {
        ordered[int(quad.subject.value.removeprefix(_SUBJECT))]: quad.object
        for quad in store.quads_for_pattern(None, None, None)
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal)
    }


@cache
def canonical(literal: str) -> str:
    """Spell a literal, written as N-Triples has it, as the store does.

    >>> canonical('"05"^^<http://www.w3.org/2001/XMLSchema#integer>')
    '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    (quad,) = ox.parse(f"<{_SUBJECT}> <{_SUBJECT}> {literal} .", ox.RdfFormat.N_TRIPLES, lenient=True)
    normal = space_normalised(quad.object)
    return str(_stored({normal})[normal])
