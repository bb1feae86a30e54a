"""The reasoned graph of a SPARQL endpoint, with what runs a user's query there."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from glutkg.errors import EndpointError, QueryError, WrongAddressError
from glutkg.query_sandbox import Answered
from glutkg.rdf.namespaces import STATED_GRAPH
from glutkg.remote.endpoint_store import EndpointStore
from glutkg.remote.http import SECONDS, Endpoint
from glutkg.sparql.guard import check_query
from glutkg.store.artefacts import Artefacts
from glutkg.store.graph import Graph

if TYPE_CHECKING:
    from glutkg.query_sandbox import Limits

PATHS = ("", "query", "sparql")
"""Where, behind the address of a store, queries may go: some stores have one address for all, others one for each."""


class ConnectedGraph(NamedTuple):
    """A graph that an endpoint holds, with what was worked out from it: nothing, as it may change there."""

    graph: Graph
    store: EndpointStore
    artefacts: Artefacts = Artefacts()

    def run_query(
        self, query: str, part: str = "both", limits: Limits | None = None, form: str | None = None
    ) -> Answered:
        """Run a user's query at the endpoint; arguments, answer and errors are those of `query_sandbox.run_query`."""
        check_query(query)
        usual = self.store.seconds
        try:
            self.store.seconds = limits.seconds if limits else usual
            answer, output = self.graph.answer(query, part), io.BytesIO()
        finally:
            self.store.seconds = usual
        answer.write(output, form)
        return Answered(answer.kind, output.getvalue())


def connected_graph(url: str, seconds: float | None = None) -> ConnectedGraph:
    """Open the graph that a SPARQL endpoint holds; `url` is the endpoint's address, or that of its store.

    Raises UsageError for what is no address, and EndpointError when nothing answers there, or no graph of glutkg.
    """
    given = Endpoint(url, seconds or SECONDS)
    problem: WrongAddressError | QueryError | None = None
    for endpoint in (given if not path else given.beside(path) for path in PATHS):
        try:
            if _holds_graph(endpoint):
                store = EndpointStore(endpoint)
                return ConnectedGraph(Graph(cast("Any", store)), store)  # for reading, it is as good as one
        except (WrongAddressError, QueryError) as error:
            problem = problem or error.with_traceback(None)  # without the frames, and all that they hold
        else:
            raise EndpointError(f"{endpoint.address} holds no graph of glutkg. 'glutkg publish' loads it into a store.")
    raise EndpointError(str(problem))


def _holds_graph(endpoint: Endpoint) -> bool:
    """Ask whether an endpoint holds what the files state."""
    return any(
        True for _ in EndpointStore(endpoint).rows(f"SELECT ?s {{ GRAPH <{STATED_GRAPH}> {{ ?s ?p ?o }} }} LIMIT 1")
    )
