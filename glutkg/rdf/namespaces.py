"""The base IRI, the prefixes, and the few structural names of the claim vocabulary that the code must know."""

from __future__ import annotations

import re

BASE = "https://w3id.org/glutkg/"
STATED_GRAPH = BASE + "graph/stated"
"""The graph of all stated triples; a source file's own graph is `STATED_GRAPH/<folder>/<file>`."""
INFERRED_GRAPH = BASE + "graph/inferred"
"""What a rule was first to conclude is in `INFERRED_GRAPH/<rule>`."""

PARTS = ("stated", "inferred", "both")
"""The parts of the graph over which a query runs."""

DESCRIBED = BASE + "described/"
"""Kinds that an axiom describes without naming them get a name here, made from what describes them."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SH = "http://www.w3.org/ns/shacl#"
DASH = "http://datashapes.org/dash#"

RULE_LANGUAGES = {
    "http://www.w3.org/2003/11/swrl#": "SWRL",
    "http://www.w3.org/2003/11/swrlb#": "SWRL",
    "http://www.w3.org/2003/11/ruleml#": "RuleML",
    "http://www.w3.org/2007/rif#": "RIF",
    "http://spinrdf.org/spin#": "SPIN",
    "http://spinrdf.org/sp#": "SPIN",
    "http://www.w3.org/2000/10/swap/log#": "N3",
    "http://www.w3.org/ns/shacl#rule": "SHACL",
}
"""Languages of rules that are written in RDF, by the beginning of their terms. None of them is read here."""


def rule_language(iri: str) -> str | None:
    """Name the language of rules that a term belongs to, if any.

    >>> rule_language("http://www.w3.org/2003/11/swrl#Imp"), rule_language("http://www.w3.org/2002/07/owl#Class")
    ('SWRL', None)
    """
    return next((name for start, name in RULE_LANGUAGES.items() if iri.startswith(start)), None)


PREFIXES = {
    "glut": BASE,
    "claim": BASE + "claim/",
    "substance": BASE + "substance/",
    "gene": BASE + "gene/",
    "slip": BASE + "slip/",
    "conflict": BASE + "conflict/",
    "hypothesis": BASE + "hypothesis/",
    "review": BASE + "source/glutamate-receptors-migraine#",
    "article": BASE + "source/glutamatergic-medications#",
    "source": BASE + "source/",
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "skos": SKOS,
    "xsd": XSD,
    "dcterms": "http://purl.org/dc/terms/",
    "sh": SH,
    "shape": BASE + "shape/",
    "prov": "http://www.w3.org/ns/prov#",
    "step": BASE + "step/",
    "rule": INFERRED_GRAPH + "/",
}

VOCABULARIES = {
    "BFO": "http://purl.obolibrary.org/obo/BFO_",
    "biolink": "https://w3id.org/biolink/vocab/",
    "CHEBI": "http://purl.obolibrary.org/obo/CHEBI_",
    "chembl.compound": "https://www.ebi.ac.uk/chembl/compound/inspect/",
    "chembl.target": "https://www.ebi.ac.uk/chembl/target/inspect/",
    "CL": "http://purl.obolibrary.org/obo/CL_",
    "complexportal": "https://www.ebi.ac.uk/complexportal/complex/",
    "doi": "https://doi.org/",
    "DOID": "http://purl.obolibrary.org/obo/DOID_",
    "drugbank": "https://go.drugbank.com/drugs/",
    "drugcentral": "http://drugcentral.org/drugcard/",
    "ECO": "http://purl.obolibrary.org/obo/ECO_",
    "EFO": "http://www.ebi.ac.uk/efo/EFO_",
    "GO": "http://purl.obolibrary.org/obo/GO_",
    "hgnc": "https://bioregistry.io/hgnc:",
    "hgnc.genegroup": "https://bioregistry.io/hgnc.genegroup:",
    "HP": "http://purl.obolibrary.org/obo/HP_",
    "icd10": "https://icd.who.int/browse10/2019/en#/",
    "interpro": "https://www.ebi.ac.uk/interpro/entry/InterPro/",
    "iuphar.family": "https://bioregistry.io/iuphar.family:",
    "iuphar.ligand": "https://bioregistry.io/iuphar.ligand:",
    "iuphar.receptor": "https://bioregistry.io/iuphar.receptor:",
    "mesh": "http://id.nlm.nih.gov/mesh/",
    "MONDO": "http://purl.obolibrary.org/obo/MONDO_",
    "NCBIGene": "https://www.ncbi.nlm.nih.gov/gene/",
    "NCBITaxon": "http://purl.obolibrary.org/obo/NCBITaxon_",
    "omim": "https://omim.org/MIM:",
    "pharmgkb.drug": "http://www.pharmgkb.org/drug/",
    "pmc": "http://europepmc.org/articles/",
    "pubchem.compound": "https://pubchem.ncbi.nlm.nih.gov/compound/",
    "pubmed": "https://bioregistry.io/pubmed:",
    "RO": "http://purl.obolibrary.org/obo/RO_",
    "UBERON": "http://purl.obolibrary.org/obo/UBERON_",
    "umls": "https://uts.nlm.nih.gov/uts/umls/concept/",
    "uniprot": "http://purl.uniprot.org/uniprot/",
    "wikidata": "http://www.wikidata.org/entity/",
}
"""Prefixes of the public vocabularies that terms are mapped to."""

_MARKED = tuple((f"{prefix}:", prefix) for prefix in PREFIXES)


def prefixes_in(text: str) -> dict[str, str]:
    """Give the prefixes that may occur in a query: an engine reads each that it is given.

    >>> prefixes_in("ASK { glut:A ?p ?o }")
    {'glut': 'https://w3id.org/glutkg/'}
    """
    return {prefix: PREFIXES[prefix] for mark, prefix in _MARKED if mark in text}


def _base(iri: str) -> str:
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


_BY_BASE: dict[str, list[tuple[str, str]]] = {}
"""Namespaces with their prefixes, by what comes before the local name or a mark such as `MONDO_`; longest first."""
for _prefix, _namespace in sorted((PREFIXES | VOCABULARIES).items(), key=lambda item: len(item[1]), reverse=True):
    _BY_BASE.setdefault(_base(_namespace), []).append((_prefix, _namespace))


def curie(iri: str) -> str:
    """Shorten an IRI with a known prefix, or give it back as it is.

    >>> curie("https://w3id.org/glutkg/claim/mk801-iv-sinus-tcc-cat")
    'claim:mk801-iv-sinus-tcc-cat'
    >>> curie("https://example.org/x")
    'https://example.org/x'
    """
    for prefix, namespace in _BY_BASE.get(_base(iri), ()):
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def short_curie(iri: str) -> str:
    """Give the CURIE of an IRI, without the prefix of the project's own terms.

    >>> short_curie("https://w3id.org/glutkg/NMDAReceptor"), short_curie("http://www.w3.org/2002/07/owl#Thing")
    ('NMDAReceptor', 'owl:Thing')
    """
    return curie(iri).removeprefix("glut:")


def slug(iri: str) -> str:
    """Write an IRI in kebab case, for the names of rules.

    >>> slug("https://w3id.org/glutkg/NegativeClaim"), slug("http://www.w3.org/2002/07/owl#Thing")
    ('negative-claim', 'owl-thing')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", short_curie(iri)).replace(":", "-").lower()


_OF_NO_IRI = frozenset(' <>"{}|\\^`')


def expand(name: str) -> str | None:
    """Expand a CURIE or an IRI in angle brackets or plain to an IRI; None when it is neither.

    >>> expand("glut:NMDAReceptor")
    'https://w3id.org/glutkg/NMDAReceptor'
    >>> expand("NMDA receptor") is None
    True
    """
    bare = name[1:-1] if name.startswith("<") and name.endswith(">") else name
    if not _OF_NO_IRI.isdisjoint(bare):
        return None
    prefix, colon, local = bare.partition(":")
    namespace = PREFIXES.get(prefix) or VOCABULARIES.get(prefix)
    if colon and namespace:
        return namespace + local
    return bare if bare.startswith(("http://", "https://")) else None
