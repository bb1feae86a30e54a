"""Literals whose text is none of their datatype, such as the 30th of February as a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.rdf.datatypes import is_well_typed
from glutkg.rdf.namespaces import BASE, XSD, curie

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.store.graph import Graph

ILL_TYPED = BASE + "check/ill_typed_literal"
_QUERY = f"""SELECT ?subject ?property ?value WHERE {{
  ?subject ?property ?value
  FILTER (isLiteral(?value) && STRSTARTS(STR(DATATYPE(?value)), "{XSD}") && DATATYPE(?value) != <{XSD}string>)
}}"""


def ill_typed_results(graph: Graph) -> Iterator[ValidationResult]:
    """Give a result for each literal whose text its datatype does not have."""
    found = ((s, p, o) for s, p, o in graph.select(_QUERY).rows if s and p and o)
    for subject, property_, value in graph.as_spelled(found):
        if value.datatype and not is_well_typed(value.value, value.datatype):
            yield ValidationResult(
                "Violation",
                ILL_TYPED.rpartition("/")[2],
                f"'{value.value}' is no {curie(value.datatype)}. Correct the value, or its datatype.",
                focus=subject.name,
                predicate=property_.value,
                value=value,
                source=ILL_TYPED,
            )
