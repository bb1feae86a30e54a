"""VoID and DCAT: how many triples of which classes and properties the dataset holds, what it links to, its files."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from glutkg.linked_data.writing import written_triples
from glutkg.rdf.namespaces import BASE, RDF, RDFS, SKOS, VOCABULARIES, XSD, curie
from glutkg.rdf.terms import Term, Triple
from glutkg.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from glutkg.exports.content import Content, Files

DATASET = BASE + ".well-known/void#glutkg"
_VOID, _DCAT, _DCTERMS = "http://rdfs.org/ns/void#", "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
PREFIXES = {"void": _VOID, "dcat": _DCAT, "part": DATASET + "-"}
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_MAPPINGS = tuple(SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"))


def files(content: Content) -> Files:
    """Write the description of the dataset."""
    return {"void.ttl": written_triples(description(content), content.form or "turtle", PREFIXES)}


def description(content: Content, distributions: Mapping[str, tuple[str, str]] | None = None) -> list[Triple]:
    """Describe the dataset; `distributions` are titles and media types by the names of files."""
    triples = list(content.graph.triples())
    return [
        *_about(triples),
        *_partitions(triples),
        *_linksets(triples),
        *(made for name, row in (distributions or {}).items() for made in _distribution(name, *row)),
    ]


def _about(triples: Iterable[Triple]) -> Iterator[Triple]:
    counted = list(triples)
    for class_ in (_VOID + "Dataset", _DCAT + "Dataset"):
        yield _iri(DATASET, RDF + "type", class_)
    texts = {
        _DCTERMS + "title": "glutkg, a knowledge graph of glutamatergic pharmacology",
        _DCTERMS
        + "description": "Receptors, substances and places along the pain pathway of migraine, and claims on them.",
        RDFS + "label": "glutkg",
    }
    for property_, text in texts.items():
        yield Term("iri", DATASET), Term("iri", property_), Term("literal", text, "en")
    yield Term("iri", DATASET), Term("iri", _DCAT + "version"), Term("literal", VERSION)
    yield _iri(DATASET, _DCTERMS + "license", _LICENCE)
    yield _iri(DATASET, _VOID + "vocabulary", BASE)
    yield Term("iri", DATASET), Term("iri", _VOID + "uriSpace"), Term("literal", BASE)
    numbers = {
        "triples": len(counted),
        "distinctSubjects": len({s for s, _, _ in counted}),
        "distinctObjects": len({o for _, _, o in counted}),
        "properties": len({p for _, p, _ in counted}),
        "classes": len({o for _, p, o in counted if p.value == RDF + "type"}),
    }
    for name, number in numbers.items():
        yield _number(DATASET, _VOID + name, number)


def _partitions(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Give the partitions by class and by property, as query editors read them."""
    kinds = Counter(o.value for s, p, o in triples if p.value == RDF + "type" and o.kind == "iri")
    properties = Counter(p.value for _, p, _ in triples)
    for kind, of, number in (("class", kinds, "entities"), ("property", properties, "triples")):
        for iri, size in sorted(of.items()):
            name = f"{DATASET}-{kind}-{re.sub(r'[^A-Za-z0-9.]', '-', curie(iri))}"
            yield _iri(DATASET, f"{_VOID}{kind}Partition", name)
            yield _iri(name, _VOID + kind, iri)
            yield _number(name, _VOID + number, size)


def _linksets(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Give the links to each public vocabulary, by the relation of the mapping."""
    links = Counter((p.value, curie(o.value).partition(":")[0]) for _, p, o in triples if p.value in _MAPPINGS)
    for (relation, prefix), size in sorted(links.items()):
        name = f"{DATASET}-links-{prefix}-{curie(relation).partition(':')[2]}"
        yield _iri(name, RDF + "type", _VOID + "Linkset")
        yield _iri(DATASET, _VOID + "subset", name)
        yield _iri(name, _VOID + "subjectsTarget", DATASET)
        yield _iri(name, _VOID + "linkPredicate", relation)
        yield Term("iri", name), Term("iri", _VOID + "uriSpace"), Term("literal", VOCABULARIES.get(prefix, prefix))
        yield _number(name, _VOID + "triples", size)


def _distribution(name: str, title: str, media_type: str) -> Iterator[Triple]:
    iri = f"{DATASET}-file-{name}"
    yield _iri(DATASET, _DCAT + "distribution", iri)
    yield _iri(iri, RDF + "type", _DCAT + "Distribution")
    yield Term("iri", iri), Term("iri", _DCTERMS + "title"), Term("literal", title, "en")
    yield _iri(iri, _DCAT + "mediaType", f"https://www.iana.org/assignments/media-types/{media_type}")
    yield _iri(iri, _DCTERMS + "license", _LICENCE)
    yield _iri(iri, _DCAT + "downloadURL", f"{BASE}release/{VERSION}/{name}")


def _iri(subject: str, predicate: str, object_: str) -> Triple:
    return Term("iri", subject), Term("iri", predicate), Term("iri", object_)


def _number(subject: str, predicate: str, number: int) -> Triple:
    return Term("iri", subject), Term("iri", predicate), Term("literal", str(number), None, XSD + "integer")
