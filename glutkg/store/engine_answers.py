"""Answers of the engine to queries of any form, and the forms in which they are written."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import pyoxigraph as ox

from glutkg.errors import LimitError, QueryError
from glutkg.rdf.namespaces import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping

RESULT_FORMS = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "xml": ox.QueryResultsFormat.XML,
}
"""The forms of an answer to SELECT and ASK."""
GRAPH_FORMS = {
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "turtle": ox.RdfFormat.TURTLE,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
"""The forms of an answer to CONSTRUCT and DESCRIBE."""


_KINDS: dict[type, str] = {ox.QuerySolutions: "select", ox.QueryBoolean: "ask", ox.QueryTriples: "construct"}


class Answer:
    """What a query of any form gives: its kind (`select`, `ask`, `construct`), and the answer once written."""

    def __init__(self, found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> None:
        self._found = found
        self.kind = _KINDS[type(found)]

    def write(self, output: IO[bytes], form: str | None = None) -> None:
        """Write the answer in one of RESULT_FORMS or GRAPH_FORMS; without a choice, as JSON or N-Triples.

        Raises QueryError when the query has no answer of that form, LimitError when it cannot be run to its end.
        """
        forms: Mapping[str, object] = GRAPH_FORMS if self.kind == "construct" else RESULT_FORMS
        chosen = forms.get(form or next(iter(forms)))
        if chosen is None:
            raise QueryError(f"This query has no answer of the form {form}. Choose from {', '.join(forms)}.")
        try:
            if isinstance(self._found, ox.QueryTriples):
                ox.serialize(self._found, output, chosen, prefixes=PREFIXES if form == "turtle" else None)  # type: ignore[arg-type]
            else:
                self._found.serialize(output, chosen)  # type: ignore[arg-type]
        except (RuntimeError, OSError) as error:
            raise LimitError(f"The query could not be run to its end: {error}.") from error
