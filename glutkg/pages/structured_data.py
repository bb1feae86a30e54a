"""What is stated of a thing as JSON-LD within its page, with short names, for machines that read pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import PREFIXES, STATED_GRAPH, VOCABULARIES, curie
from glutkg.rdf.terms import TYPE, Term

if TYPE_CHECKING:
    from glutkg.pages.site import Site


def structured(site: Site, iri: str) -> dict[str, object]:
    """Give what is stated of a thing, other than its class expressions.

    >>> from glutkg.pages.site import Site
    >>> found = structured(Site(kg), kg.iri("memantine"))
    >>> found["@id"], found["@type"], found["rdfs:label"]
    ('substance:memantine', ['glut:Drug'], [{'@value': 'memantine', '@language': 'en'}])
    """
    found: dict[str, list[object]] = {}
    for _, predicate, value in site.graph.triples(iri, graph=STATED_GRAPH):
        if value.kind == "blank":
            continue
        if predicate == TYPE:
            found.setdefault("@type", []).append(curie(value.value))
        else:
            found.setdefault(curie(predicate.value), []).append(_value(value))
    used = {name.partition(":")[0] for name in _names(curie(iri), found)}
    context = {name: space for name, space in (PREFIXES | VOCABULARIES).items() if name in used}
    return {"@context": context, "@id": curie(iri), **{name: found[name] for name in sorted(found)}}


def _value(term: Term) -> dict[str, str]:
    if term.kind == "iri":
        return {"@id": curie(term.value)}
    extra = {"@language": term.language} if term.language else {"@type": term.datatype} if term.datatype else {}
    return {"@value": term.value, **extra}


def _names(iri: str, found: dict[str, list[object]]) -> list[str]:
    values = [value for several in found.values() for value in several]
    named = [str(value["@id"]) for value in values if isinstance(value, dict) and "@id" in value]
    return [iri, *found, *named, *(value for value in values if isinstance(value, str))]
