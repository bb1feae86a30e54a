"""What a name stands for in a graph: labels, synonyms, CURIEs, IRIs and local names; and the label of an IRI."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from unicodedata import unidata_version
from weakref import WeakKeyDictionary

from glutkg.errors import NotFoundError
from glutkg.rdf.namespaces import BASE, OWL, PREFIXES, RDF, RDFS, SKOS, XSD, curie, expand
from glutkg.rdf.property_words import axiom_typed, property_typed
from glutkg.rdf.terms import Term
from glutkg.relations import grouped
from glutkg.sparql.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from glutkg.rdf.terms import Triple
    from glutkg.sparql.tokens import Token
    from glutkg.store.graph import Graph

_PROPERTIES = tuple(OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty"))
_IDENTIFIER = PREFIXES["dcterms"] + "identifier"
_TRIED, _ONE_IN, _MOST_UNKNOWN = 9, 5, 5
"""Names spelt alike of which letters are compared, and of how many letters one may be another."""
_KEPT = f"names-{unidata_version}.json"
"""Names as this version of Unicode folds them."""
_FOLDED: WeakKeyDictionary[Graph, dict[str, list[str]]] = WeakKeyDictionary()
"""The names of graphs that are only read, as long as these are open."""
_BETWEEN = re.compile(r"[\s_\-‐-―]+")
_NAMES = (RDFS + "label", SKOS + "altLabel", SKOS + "hiddenLabel")


def folded(name: str) -> str:
    """Fold a name for comparison: case, hyphens, spaces and underscores do not count.

    >>> folded("MK-801") == folded("mk801")
    True
    """
    return _BETWEEN.sub("", name).casefold()


def singular(name: str) -> str:
    """Fold a name without the ending of its plural; a symbol in capitals has none.

    >>> singular("NMDA receptors"), singular("KARs"), singular("KARS")
    ('nmdareceptor', 'kar', 'kars')
    """
    return folded(name.removesuffix("s"))


def all_names(graph: Graph) -> list[tuple[str, str]]:
    """Return all labels and synonyms with the IRIs that have them, labels first."""
    return [(o.value, s.value) for predicate in _NAMES for s, _, o in graph.triples(None, predicate) if s.kind == "iri"]


def _by_folded_name(graph: Graph) -> dict[str, list[str]]:
    """Give what has each name, folded; of a graph that cannot change this is worked out once."""
    found = _FOLDED.get(graph)
    if found is None:
        content = graph.artefacts.read(_KEPT)
        found = json.loads(content) if content else grouped((folded(name), iri) for name, iri in all_names(graph))
        if not content:
            graph.artefacts.write(_KEPT, json.dumps(found).encode())
        if graph.is_read_only:
            _FOLDED[graph] = found
    return found


def named(graph: Graph, text: str) -> list[str]:
    """Find what a label, synonym, CURIE, IRI or local name stands for: labels first, nothing when it is unknown.

    A name in the plural stands for what it does in the singular, unless something has it as it is.
    """
    iri = expand(text)
    if iri is not None:
        same = (SKOS, _IDENTIFIER)
        mapped = sorted(s.value for s, p, _ in graph.triples(None, None, iri) if p.value.startswith(same))
        return [iri] if any(True for _ in graph.triples(iri)) else mapped
    names, name = _by_folded_name(graph), folded(text)
    found = [*(names.get(name) or names.get(singular(text), []))]
    if not found and re.fullmatch(r"[\w-]+", text):
        tried = (namespace + text for namespace in PREFIXES.values() if namespace.startswith(BASE))
        found += [iri for iri in tried if any(True for _ in graph.triples(iri))]
    if not found and text:
        works = graph.triples(None, _IDENTIFIER)
        found += sorted(s.value for s, _, o in works if re.split(r"doi\.org/|pubmed:", o.value)[-1] == text)
    return list(dict.fromkeys(found))


def find(graph: Graph, text: str) -> str:
    """Find the one thing that a name stands for. Raises NotFoundError with the nearest names."""
    found = named(graph, text)
    if found:
        return found[0]
    close = near(re.split("[/#:]", text)[-1] if expand(text) else text, _shown_names(graph, text))
    raise NotFoundError(f"Nothing in the graph is called '{text}'.", close, text)


def _shown_names(graph: Graph, text: str) -> list[str]:
    """Give the names that people are shown, without those of statements unless an IRI is sought.

    Of the classes that have a text in their names, those below others are left out.
    """
    statements = () if expand(text) else tuple(PREFIXES[kind] for kind in ("claim", "conflict", "slip", "hypothesis"))
    told = [
        t for predicate in _NAMES[:2] for t in graph.triples(None, predicate) if not t[0].value.startswith(statements)
    ]
    having = {s.value for s, _, o in told if folded(text) in folded(o.value)}
    below = {s.value for iri in having for s, _, _ in graph.triples(None, RDFS + "subClassOf", iri) if s.value != iri}
    return [o.value for s, _, o in told if s.value not in having & below]


def find_mentioned(graph: Graph, text: str) -> str:
    """Find what a name stands for, as `find` does, or an IRI that the graph says nothing of and yet mentions."""
    iri = expand(text)
    if iri is None or named(graph, text):
        return find(graph, text)
    known = any(True for ends in ((None, iri), (None, None, iri)) for _ in graph.triples(*ends))
    return iri if known else find(graph, text)


def find_property(graph: Graph, text: str) -> str:
    """Find the property that a name stands for; classes of the same name do not count. Raises NotFoundError."""
    properties = {s.value for kind in _PROPERTIES for s, _, _ in graph.triples(None, RDF + "type", kind)}
    iri = expand(text)
    if iri is None:
        found = [other for other in named(graph, text) if other in properties]
        found += sorted(other for other in properties if folded(re.split("[/#]", other)[-1]) == folded(text))
    else:
        found = [iri] if iri in properties or any(True for _ in graph.triples(None, iri)) else []
    if found:
        return found[0]
    if axiom_typed(text) != text:
        raise NotFoundError(f"'{text}' is between two classes: 'glutkg justify' tells whether and why it follows.")
    close = near(text, [name for name, other in all_names(graph) if other in properties])
    message = f"'{text}' is not a relation." if named(graph, text) else f"Nothing in the graph is called '{text}'."
    raise NotFoundError(message if close else f"{message} Relations are: {', '.join(_direct(graph))}.", close)


def _direct(graph: Graph) -> list[str]:
    """Give the labels of the relations that hold between things directly, by chains through claims."""
    chained = {s.value for s, _, _ in graph.triples(None, OWL + "propertyChainAxiom")} - graph.auxiliary()
    return sorted(o.value for iri in chained for _, _, o in graph.triples(iri, RDFS + "label"))


def find_triple(graph: Graph, subject: str, predicate: str, object_: str) -> Triple:
    """Find the triple that three names stand for; `is a` between two classes is a subclass relation.

    Raises NotFoundError for a name that is not known.
    """
    relation = property_typed(predicate)
    ends = [find_mentioned(graph, end) for end in (subject, object_)]
    if relation == RDF + "type" and all(is_class(graph, end) for end in ends):
        relation = RDFS + "subClassOf"
    return Term("iri", ends[0]), Term("iri", find_property(graph, relation)), Term("iri", ends[1])


def unknown_terms(graph: Graph, query: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return terms that a query names and the graph does not have, the first few of many, each with near ones.

    Those are terms of this vocabulary, and names by a prefix of the query or one that is known here, but for datatypes,
    and but for those of a query that makes triples of its own.

    >>> import glutkg
    >>> graph = glutkg.load().reasoned
    >>> unknown_terms(graph, "SELECT * { ?x glut:antagonizes glut:NMDAReceptor }")
    [('glut:antagonizes', ('glut:antagonises', 'glut:Antagonism'))]
    >>> unknown_terms(graph, "SELECT * { ?x a glut:Drug OPTIONAL { ?x skos:exactmatch ?y } }")
    [('skos:exactmatch', ('skos:exactMatch',))]
    """
    unknown = unknown_iris(graph, query)
    known = _known(graph) if unknown else []
    return [(curie(iri), near(curie(iri), known)[:2]) for iri in unknown]


def unknown_iris(graph: Graph, query: str) -> list[str]:
    """Return the IRIs of the terms that a query names and the graph does not have, the first few of many."""
    words = list(tokens(query))
    making = any(token.text.upper() == "CONSTRUCT" for token in words)
    own = _own_prefixes(words)
    names = [token.text for token in words if token.kind == "name" and not token.text.endswith(":")]
    short = {iri for name in names if (iri := _expanded(name, own))}
    whole = {token.text[1:-1] for token in words if token.kind == "iri"} - set(own.values())
    iris = {iri for iri in short if not making and curie(iri) != iri and not iri.startswith(XSD)}
    iris |= {iri for iri in short | whole if iri.startswith(BASE) and iri != BASE}
    return sorted(iri for iri in iris if "/graph/" not in iri and not _mentioned(graph, iri))[:_MOST_UNKNOWN]


def _own_prefixes(words: Sequence[Token]) -> dict[str, str]:
    """Give the prefixes that a query declares, with what they stand for."""
    threes = zip(words, words[1:], words[2:], strict=False)
    return {name.text[:-1]: iri.text[1:-1] for word, name, iri in threes if word.text.upper() == "PREFIX"}


def _expanded(name: str, own: Mapping[str, str]) -> str | None:
    """Expand a CURIE, by the prefixes of a query before those that are known here."""
    prefix, _, local = name.partition(":")
    return own[prefix] + local if prefix in own else expand(name)


def _known(graph: Graph) -> list[str]:
    """Give the short names of what has a label, and of all properties in use."""
    labelled = [curie(s.value) for s, _, _ in graph.triples(None, RDFS + "label") if s.kind == "iri"]
    used = graph.select("SELECT DISTINCT ?used { ?subject ?used ?object } ORDER BY ?used").column("used")
    return [*labelled, *(curie(str(iri)) for iri in used)]


def _mentioned(graph: Graph, iri: str) -> bool:
    return any(True for ends in ((iri, None, None), (None, iri, None), (None, None, iri)) for _ in graph.triples(*ends))


def near(text: str, names: Iterable[str], one_in: int = _ONE_IN) -> tuple[str, ...]:
    """Return up to three names that have a text as a word, or as a part, or that are spelt much like it.

    Spelt much like it are names with a letter in five other at most, or in as many as is said: other drugs of like
    spelling are none.

    >>> near("aura", ["migraine aura", "severity of the aura"]), near("ktamine", ["ketamine", "memantine"])
    (('migraine aura', 'severity of the aura'), ('ketamine',))
    >>> near("histamine", ["ketamine"]), near("dizocipline", ["dizocilpine"]), near("esketamine", ["ketamine"])
    ((), ('dizocilpine',), ('ketamine',))
    """
    from difflib import get_close_matches  # only when something went wrong

    known, wanted = list(dict.fromkeys(names)), folded(text)
    having = [name for name in known if wanted and wanted in folded(name)]
    having.sort(
        key=lambda name: (wanted not in map(folded, re.findall(r"\w+", name)), len(name.split()), len(name), name)
    )
    alike = get_close_matches(text, known, n=_TRIED, cutoff=0.7)
    spelt = [name for name in alike if _other_letters(folded(text), folded(name)) <= max(1, len(wanted) // one_in)]
    close = list(dict.fromkeys([*having[:2], *spelt[:1], *having[2:3], *spelt]))[:3]
    return tuple(close or _named_within(text, known)[:2])


def _named_within(text: str, names: Iterable[str]) -> list[str]:
    """Give the names of which a text of several words has all the words next to each other, the longest first."""
    words = [folded(word) for word in text.split()]
    spans = {"".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)}
    found = sorted((name for name in names if folded(name) in spans), key=lambda name: (-len(name), name))
    return [name for name in found if not any(folded(name) in folded(other) != folded(name) for other in found)]


def _other_letters(one: str, other: str) -> int:
    """Count the letters that one spelling has more, less, otherwise or in the other order than another."""
    before, last = [0] * (len(other) + 1), list(range(len(other) + 1))
    for at, letter in enumerate(one):
        row = [at + 1]
        for place, wanted in enumerate(other):
            row.append(min(last[place + 1] + 1, row[place] + 1, last[place] + (letter != wanted)))
            if at and place and letter == other[place - 1] and one[at - 1] == wanted:
                row[-1] = min(row[-1], before[place - 1] + 1)
        before, last = last, row
    return last[-1]


def is_of_class(graph: Graph, iri: str, class_: str) -> bool:
    """Return whether an IRI names a class, one of its subclasses, or an individual of it."""
    return iri == class_ or any(
        True for predicate in (RDFS + "subClassOf", RDF + "type") for _ in graph.triples(iri, predicate, class_)
    )


def is_class(graph: Graph, iri: str) -> bool:
    """Return whether an IRI names an OWL class."""
    return any(True for _ in graph.triples(iri, RDF + "type", OWL + "Class"))


def is_claim(graph: Graph, iri: str) -> bool:
    """Return whether an IRI names a claim."""
    return any(True for _ in graph.triples(iri, RDF + "type", BASE + "Claim"))


def is_record(graph: Graph, iri: str) -> bool:
    """Return whether an IRI names a record: a claim, or a sentence, document or slip that claims refer to."""
    return any(True for _ in graph.triples(iri, RDF + "type", BASE + "Record"))
