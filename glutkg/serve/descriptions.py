"""What the endpoint says of itself and its data, in RDF: service description, VoID, the packaged questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.exports.content import Content
from glutkg.exports.query_examples import described
from glutkg.exports.void import DATASET, description
from glutkg.linked_data.writing import written_triples
from glutkg.pages.response import NOT_ACCEPTABLE, OK, Response
from glutkg.rdf.namespaces import RDF, RDFS, STATED_GRAPH, XSD
from glutkg.rdf.terms import Term, from_name
from glutkg.serve.media_types import GRAPH, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from glutkg.pages.site import Site
    from glutkg.rdf.terms import Triple

_SD, _VOID = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")
_REGIME = "http://www.w3.org/ns/entailment/OWL-RDF-Based"
_PROFILE = "http://www.w3.org/ns/owl-profile/RL"
EXAMPLES = "/.well-known/sparql-examples"


def respond(site: Site, path: str, accept: str) -> Response | None:
    """Respond to the path of a description; None for any other."""
    make = _PATHS.get(path)
    if make is None:
        return None
    found = wanted(accept, GRAPH)
    if found is None:
        return Response(NOT_ACCEPTABLE, "text/plain", f"Offered are {', '.join(GRAPH)}.\n".encode(), {"Vary": "Accept"})
    prefixes = {"sd": _SD, "void": _VOID}
    return Response(OK, found.media, written_triples(make(site), found.form, prefixes), {"Vary": "Accept"})


def service(site: Site) -> Iterator[Triple]:
    """Describe the endpoint: language, forms of answers, entailment, and the graphs of its dataset."""
    this, dataset = Term("iri", f"{site.base}sparql"), Term("iri", f"{site.base}sparql#dataset")
    default = Term("iri", f"{site.base}sparql#default-graph")
    for subject, kind in ((this, "Service"), (dataset, "Dataset"), (default, "Graph")):
        yield subject, from_name(RDF + "type"), from_name(_SD + kind)
    yield this, from_name(RDFS + "label"), Term("literal", "glutkg", "en")
    yield this, from_name(_SD + "endpoint"), this
    yield this, from_name(_SD + "supportedLanguage"), from_name(_SD + "SPARQL11Query")
    for name in (*_RESULTS, *_GRAPHS):
        yield this, from_name(_SD + "resultFormat"), from_name(_FORMATS + name)
    yield this, from_name(_SD + "defaultEntailmentRegime"), from_name(_REGIME)
    yield this, from_name(_SD + "defaultSupportedEntailmentProfile"), from_name(_PROFILE)
    yield this, from_name(_SD + "defaultDataset"), dataset
    yield dataset, from_name(_SD + "defaultGraph"), default
    yield default, from_name(_VOID + "triples"), Term("literal", str(len(site.graph)), None, XSD + "integer")
    yield dataset, from_name(RDFS + "seeAlso"), from_name(DATASET)
    for name in (STATED_GRAPH, *site.graph.graph_names(), *site.releases):
        node = Term("iri", f"{site.base}sparql#{name.rpartition('/graph/')[2]}")
        yield dataset, from_name(_SD + "namedGraph"), node
        yield node, from_name(RDF + "type"), from_name(_SD + "NamedGraph")
        yield node, from_name(_SD + "name"), from_name(name)


def _void(site: Site) -> list[Triple]:
    """Describe the dataset, and where it is asked."""
    endpoint = (from_name(DATASET), from_name(_VOID + "sparqlEndpoint"), Term("iri", f"{site.base}sparql"))
    return [*description(Content(site.kg)), endpoint]


def _examples(site: Site) -> list[Triple]:
    return described(site.kg.questions(), f"{site.base}sparql")


_PATHS: Mapping[str, Callable[[Site], list[Triple]]] = {
    "/sparql": lambda site: list(service(site)),
    "/.well-known/void": _void,
    EXAMPLES: _examples,
}
