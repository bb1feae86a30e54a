"""Shapes that stand among the data: what a file says in SHACL's vocabulary is taken out, and validated with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from glutkg.errors import SourceError
from glutkg.rdf.namespaces import DASH, OWL, RDF, SH
from glutkg.rdf.terms import triple_from_oxigraph
from glutkg.relations import grouped, reached
from glutkg.store.source_lines import source_lines
from glutkg.store.sources import parsed

if TYPE_CHECKING:
    from glutkg.store.sources import Quads, Source

_OF_SHAPES = (SH, DASH)
_TYPE, _IMPORTS = RDF + "type", OWL + "imports"


class Parted(NamedTuple):
    """What a file states, without its shapes, and its shapes."""

    data: Quads
    shapes: Quads


def parted(quads: Quads) -> Parted:
    """Take out what is said in SHACL's vocabulary, with all that hangs on its blank nodes.

    What is said of a name that is also a class, say, is said in both, and so are imports, which bring prefixes.

    >>> text = "@prefix sh: <http://www.w3.org/ns/shacl#> . <x:S> a sh:NodeShape ; sh:in ( 1 ) . <x:a> a <x:B> ."
    >>> [len(part) for part in parted([*ox.parse(text, ox.RdfFormat.TURTLE)])]
    [1, 4]
    """
    of_shapes = [quad for quad in quads if _is_of_a_shape(quad)]
    if not of_shapes:
        return Parted(quads, [])
    inside = grouped((quad.subject, quad.object) for quad in quads if isinstance(quad.object, ox.BlankNode))
    heads = [quad.object for quad in of_shapes if isinstance(quad.object, ox.BlankNode)]
    subjects = {quad.subject for quad in of_shapes}
    hanging = set(reached(heads, lambda node: inside.get(node, ())))
    hanging |= {node for node in subjects if isinstance(node, ox.BlankNode)}
    others = {q.subject for q in quads if q.predicate.value == _TYPE and not _is_of_a_shape(q)}
    alone = (subjects - others) | hanging
    told = alone | subjects
    taken = set(of_shapes)
    return Parted(
        [quad for quad in quads if quad not in taken and quad.subject not in alone],
        [quad for quad in quads if quad in taken or quad.subject in told or quad.predicate.value == _IMPORTS],
    )


def has_shapes(source: Source) -> bool:
    """Return whether a file says something in SHACL's vocabulary, however it spells that. Raises SourceError."""
    return any(map(_is_of_a_shape, parsed(source)))


def refuse_shapes(source: Source) -> None:
    """Refuse a file with shapes, where only what is stated counts. Raises SourceError with the place of the first."""
    shapes = parted(list(parsed(source))).shapes
    if shapes:
        lines = source_lines(source)
        told = (triple_from_oxigraph(quad) for quad in shapes if _is_of_a_shape(quad))
        found = (lines.line(subject.value, predicate.value) for subject, predicate, _ in told)
        line = min((one for one in found if one), default=None)
        raise SourceError(
            "the file has shapes, which are not tried. Take them out, or see with 'glutkg check' what they find.",
            source.path,
            line,
        )


def _is_of_a_shape(quad: ox.Quad) -> bool:
    name = quad.predicate.value
    if name == _TYPE and isinstance(quad.object, ox.NamedNode):
        name = quad.object.value
    return name.startswith(_OF_SHAPES)
