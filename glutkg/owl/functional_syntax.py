"""OWL 2 in functional syntax, as py-horned-owl writes it, with the axioms that it does not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.errors import LimitError, MissingPartError
from glutkg.linked_data.writing import written_triples
from glutkg.rdf.collections import members
from glutkg.rdf.namespaces import OWL
from glutkg.rdf.terms import TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glutkg.rdf.terms import Term, Triple

_CLASSES, _PROPERTIES = OWL + "AllDisjointClasses", OWL + "AllDisjointProperties"


def functional_syntax(triples: Iterable[Triple]) -> bytes:
    """Write an ontology in functional syntax.

    Raises MissingPartError without py-horned-owl, LimitError for what neither it nor this module writes.

    >>> from glutkg.rdf.terms import Term
    >>> ontology = Term("iri", "urn:example"), TYPE, Term("iri", OWL + "Ontology")
    >>> print(functional_syntax([ontology]).decode())
    Ontology(<urn:example>
    )
    """
    try:
        import pyhornedowl
    except ImportError as error:
        raise MissingPartError(
            "Functional syntax needs py-horned-owl. Install it with: pip install 'glutkg[owl]'"
        ) from error

    kept = list(triples)
    content = written_triples(kept, "rdfxml").decode()
    text: str = pyhornedowl.open_ontology_from_string(content, "rdf").save_to_string("ofn")
    body, _, _ = text.rstrip().rpartition(")")
    axioms = "".join(f"    {axiom}\n" for axiom in sorted(_disjoint(kept)))
    return f"{body}{axioms})\n".encode()


def _disjoint(triples: list[Triple]) -> Iterator[str]:
    """Write that several classes, or several properties, are disjoint in pairs: py-horned-owl passes that over."""
    values = {(s, p.value): o for s, p, o in triples}
    data = {s for s, p, o in triples if p == TYPE and o.value == OWL + "DatatypeProperty"}
    for node, kind in [(s, o) for s, p, o in triples if p == TYPE and o.value in (_CLASSES, _PROPERTIES)]:
        found = members(values.get((node, OWL + "members"), node), lambda cell, name: values.get((cell, name)))
        name = "Classes" if kind.value == _CLASSES else "DataProperties" if data & set(found) else "ObjectProperties"
        yield f"Disjoint{name}({' '.join(map(_named, found))})"


def _named(member: Term) -> str:
    if member.kind != "iri":
        raise LimitError(
            "Among several disjoint classes is one that has no name, which is not written in functional syntax. "
            "Export it as 'owl', or give the class a name."
        )
    return member.n3()
