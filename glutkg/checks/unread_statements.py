"""What nothing here reads, though it means something: rules in languages of rules, and imports. It is told by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.rdf.namespaces import BASE, OWL, RDF, SH, curie, rule_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.store.graph import Graph

_RULE, _IMPORT = BASE + "check/unread_rule", BASE + "check/unread_import"
_USED = "SELECT DISTINCT ?property ?class WHERE { { ?s ?property ?o } UNION { ?s a ?class } }"
_IMPORTS = f"""SELECT ?subject ?value WHERE {{
  ?subject <{OWL}imports> ?value
  FILTER NOT EXISTS {{ ?value a <{OWL}Ontology> }}
  FILTER NOT EXISTS {{ ?other <{OWL}versionIRI> ?value }}
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
