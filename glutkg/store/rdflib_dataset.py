"""The graph as an rdflib Dataset: what people know from rdflib works, over the same Oxigraph store."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from oxrdflib import OxigraphStore
from rdflib import Dataset, Graph

from glutkg.errors import QueryError
from glutkg.rdf.namespaces import PREFIXES
from glutkg.sparql.guard import check_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rdflib.query import Result
    from rdflib.term import Identifier

    from glutkg.store.graph import Graph as Store


class Triples(Graph):
    """What a CONSTRUCT query gives: an rdflib Graph that shows itself, in a console by its size, else as Turtle."""

    def __repr__(self) -> str:
        return f"<Triples: {len(self):,} triple{'s' * (len(self) != 1)}>"

    def __str__(self) -> str:
        return self.serialize(format="turtle")

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


class _GuardedStore(OxigraphStore):
    """Refuses what would open a file or a socket, before rdflib or Oxigraph see the query; says what does not parse."""

    def query(
        self,
        query: Any,  # noqa: ANN401 - rdflib's own signature
        initNs: Mapping[str, Any],  # noqa: N803
        initBindings: Mapping[str, Identifier],  # noqa: N803
        queryGraph: str,  # noqa: N803
        **kwargs: object,
    ) -> Result:
        text = _text(query)
        check_query(text)
        if initBindings:  # Oxigraph binds only variables that the answer has; rdflib's own engine binds any
            raise NotImplementedError
        try:
            return super().query(query, initNs, initBindings, queryGraph, **kwargs)
        except SyntaxError as error:
            from glutkg.sparql.diagnosis import syntax_problem  # only when something went wrong

            raise QueryError(f"The query does not parse: {syntax_problem(text, str(error))}") from error


def _text(query: Any) -> str:  # noqa: ANN401 - rdflib's own signature
    """Return the text of a query. Raises QueryError for a prepared one that does not have its text any more."""
    if isinstance(query, str):
        return query
    original = getattr(query, "_original_args", None)  # what prepareQuery was called with
    if not original:
        raise QueryError("The query has no text that could be checked. Give it as text.")
    return str(original[0])


def dataset(graph: Store) -> Dataset:
    """Return an rdflib Dataset over a graph; its default graph holds every triple, stated and inferred."""
    made = Dataset(store=_GuardedStore(store=graph.store))
    for prefix, namespace in PREFIXES.items():
        made.bind(prefix, namespace)
    return made
