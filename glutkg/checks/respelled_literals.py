"""Literals that a store keeps by their value: a query answers with another text or datatype than the file has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.rdf.datatypes import is_well_typed
from glutkg.rdf.namespaces import BASE, OWL, XSD, curie
from glutkg.relations import grouped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.rdf.terms import Term
    from glutkg.store.graph import Graph

RESPELLED = BASE + "check/respelled_literal"


def respelled_results(graph: Graph) -> Iterator[ValidationResult]:
    """Give a note for each property with values that queries give in another spelling, on the first of them.

    Numbers of OWL itself, such as cardinalities, are read by their value wherever they are read.
    """
    found = grouped(
        (spelled[1].value, (spelled, kept[2]))
        for kept, spelled in graph.respelled()
        if is_well_typed(spelled[2].value, spelled[2].datatype or "") and not spelled[1].value.startswith((OWL, XSD))
    )
    for name, pairs in found.items():
        (subject, _, spelled), kept = min(pairs, key=lambda pair: (pair[0][0].name, pair[0][2].n3()))
        more = f", and {len(pairs) - 1:,} more like it" if len(pairs) > 1 else ""
        yield ValidationResult(
            "Info",
            RESPELLED.rpartition("/")[2],
            f"Queries answer with the value, {_short(kept)}, not as it is spelt, {_short(spelled)}{more}. "
            "Where the spelling counts, write a text.",
            focus=subject.name,
            predicate=name,
            value=spelled,
            source=RESPELLED,
        )


def _short(term: Term) -> str:
    return f"'{term.value}' of {curie(term.datatype or '')}"
