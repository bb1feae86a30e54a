"""What nothing here reads though it means something, told by line: imports, rules in RDF, axioms without a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.rdf.namespaces import BASE, OWL, RDF, RDFS, SH, curie, expand, rule_language
from glutkg.resources import read_text, rule_files
from glutkg.sparql.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from glutkg.store.graph import Graph

WITHOUT_RULE = BASE + "check/axiom_without_rule"
_RULE, _IMPORT = (BASE + f"check/{name}" for name in ("unread_rule", "unread_import"))
_RELATIONS = (
    RDFS + "subClassOf",
    RDFS + "domain",
    RDFS + "range",
    RDFS + "subPropertyOf",
    OWL + "equivalentProperty",
    OWL + "inverseOf",
)
_TYPES = (OWL + "SymmetricProperty", OWL + "TransitiveProperty")
"""Axioms that no rule is compiled from, since a file of rules is enough for all of their kind."""
_USED = "SELECT DISTINCT ?property ?class WHERE { { ?s ?property ?o } UNION { ?s a ?class } }"
_IMPORTS = f"""SELECT ?subject ?value WHERE {{
  ?subject <{OWL}imports> ?value
  FILTER NOT EXISTS {{ ?value a <{OWL}Ontology> }}
  FILTER NOT EXISTS {{ ?other <{OWL}versionIRI> ?value }}
}}"""

_EXCLUSIONS = f"""SELECT DISTINCT ?subject ?predicate ?value WHERE {{
  {{
    VALUES ?predicate {{ <{OWL}disjointWith> <{OWL}propertyDisjointWith> }}
    ?subject ?predicate ?value
    FILTER(ISBLANK(?subject) || ISBLANK(?value))
  }} UNION {{
    VALUES (?type ?predicate) {{
      (<{OWL}AllDisjointClasses> <{OWL}members>) (<{OWL}AllDisjointProperties> <{OWL}members>)
    }}
    ?subject a ?type ; ?predicate ?list .
    ?list <{RDF}rest>*/<{RDF}first> ?value
    FILTER(ISBLANK(?value))
  }}
}}"""


def unread_results(graph: Graph, shapes: Graph) -> Iterator[ValidationResult]:
    """Give a result for each rule that is written in RDF, and for each import of what nobody says anything of."""
    yield from _of_rules(graph)
    for subject, value in graph.select(_IMPORTS).rows:
        if subject and value and not any(True for _ in shapes.triples(value.name)):
            yield ValidationResult(
                "Warning",
                _IMPORT.rpartition("/")[2],
                f"owl:imports is not followed, so {curie(value.name)} is not read. Merge it into this file, "
                "name its file beside this one, or put it as Turtle into the folder ontology/.",
                focus=subject.name,
                predicate=OWL + "imports",
                value=value,
                source=_IMPORT,
            )


def axioms_without_rule(graph: Graph, folder: Path) -> Iterator[ValidationResult]:
    """Give a note for each kind of axiom that only a file of rules could read, and none of the data folder does."""
    words = {token.text for path in rule_files(folder) for token in tokens(read_text(path))}
    read = {*words, *(expand(word) for word in words)}
    for term in (*_RELATIONS, *_TYPES):
        asked = (None, RDF + "type", term) if term in _TYPES else (None, term)
        used = () if term in read or f"<{term}>" in read else graph.triples(*asked)
        if found := [subject.name for subject, _, object_ in used if subject.kind == object_.kind == "iri"]:
            more = f", and from {len(found) - 1:,} more like it" if len(found) > 1 else ""
            yield ValidationResult(
                "Info",
                WITHOUT_RULE.rpartition("/")[2],
                f"No rule of this data folder reads {curie(term)}, so nothing follows from this{more}. Copy the file "
                "that reads it from rules/ of glutkg into rules/ of the folder.",
                focus=min(found),
                predicate=RDF + "type" if term in _TYPES else term,
                source=WITHOUT_RULE,
            )
    for subject, predicate, value in graph.select(_EXCLUSIONS).rows:
        if subject and predicate:
            yield ValidationResult(
                "Info",
                WITHOUT_RULE.rpartition("/")[2],
                "No rule reads what excludes an expression, so nothing follows from this. Give the expression a name "
                "by owl:equivalentClass, or owl:inverseOf for a property.",
                focus=subject.name,
                predicate=predicate.value,
                value=value,
                source=WITHOUT_RULE,
            )


def _of_rules(graph: Graph) -> Iterator[ValidationResult]:
    found: dict[str, tuple[str, str]] = {}
    for property_, class_ in graph.select(_USED).rows:
        term = property_ or class_
        if term and rule_language(term.value) and not term.value.startswith(SH):
            asked = (None, term.value) if property_ else (None, RDF + "type", term.value)
            found |= {subject.name: (predicate.value, term.value) for subject, predicate, _ in graph.triples(*asked)}
    for subject, (predicate, name) in found.items():
        if not (subject.startswith("_:") and any(True for _ in graph.triples(None, None, subject))):
            yield ValidationResult(
                "Violation",
                _RULE.rpartition("/")[2],
                f"Rules in {rule_language(name)} are not read, so nothing follows from this ({curie(name)}). "
                "Write it as a rule in SPARQL, in the folder rules/, or as an axiom of OWL.",
                focus=subject,
                predicate=predicate,
                source=_RULE,
            )
