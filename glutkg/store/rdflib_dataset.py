"""The graph as an rdflib Dataset: what people know from rdflib works, over the same Oxigraph store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oxrdflib import OxigraphStore
from rdflib import Dataset

from glutkg.rdf.namespaces import PREFIXES
from glutkg.sparql.guard import check_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rdflib.query import Result
    from rdflib.term import Identifier

    from glutkg.store.graph import Graph


class _GuardedStore(OxigraphStore):
    """Refuses what would open a file or a socket, before rdflib or Oxigraph see the query."""

    def query(
        self,
        query: Any,  # noqa: ANN401 - rdflib's own signature
        initNs: Mapping[str, Any],  # noqa: N803
        initBindings: Mapping[str, Identifier],  # noqa: N803
        queryGraph: str,  # noqa: N803
        **kwargs: object,
    ) -> Result:
        check_query(str(query))
        return super().query(query, initNs, initBindings, queryGraph, **kwargs)


def dataset(graph: Graph) -> Dataset:
    """Give an rdflib Dataset over a graph; its default graph holds every triple, stated and inferred."""
    made = Dataset(store=_GuardedStore(store=graph.store))
    for prefix, namespace in PREFIXES.items():
        made.bind(prefix, namespace)
    return made
