"""Where a store takes triples of a graph by the SPARQL 1.1 Graph Store HTTP Protocol: it need not parse updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.errors import EndpointError, GlutkgError
from glutkg.remote.content import INCOMING
from glutkg.remote.http import Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.remote.target import Target

NONE = "none"
"""What is given as the address when everything is to go by updates."""
_SECONDS = 5.0
_TRIAL = INCOMING + "trial"
_PATHS = ("store", "data", "rdf-graphs/service")
_BESIDE = ("sparql", "query", "update", "sparql-auth")


def found_graph_store(target: Target, address: str, given: str = "") -> Endpoint | None:
    """Find where the store at an address takes triples of graphs, or None; what is `given` is taken, or refused.

    Whether it does is seen from a graph of one triple, which is sent there and asked for where the queries go.
    Raises EndpointError when the address that is given takes none, and UsageError when it is no address.
    """
    seconds = target.queries.seconds
    if given:
        return None if given == NONE else _checked(target, Endpoint(given, seconds))
    for url in candidates(address):
        try:
            _checked(target, Endpoint(url, min(seconds, _SECONDS)))
        except GlutkgError:
            continue
        return Endpoint(url, seconds)
    return None


def _checked(target: Target, graphs: Endpoint) -> Endpoint:
    """Send a triple, see whether it is there, and take it out again."""
    graphs.add(_TRIAL, f"<{_TRIAL}> <{_TRIAL}> <{_TRIAL}> .\n")
    is_there = target.number(f"GRAPH <{_TRIAL}> {{ ?s ?p ?o }}") == 1
    target.update(f"DROP SILENT GRAPH <{_TRIAL}>")
    if not is_there:
        raise EndpointError(
            f"{graphs.address} takes triples that the queries of the store do not find. Check the address."
        )
    return graphs


def candidates(address: str) -> Iterator[str]:
    """Give the addresses at which stores take graphs, by that of the store or of its queries.

    >>> list(candidates("http://example.org/sparql"))[0]
    'http://example.org/sparql-graph-crud'
    >>> list(candidates("http://example.org/store/"))
    ['http://example.org/store/store', 'http://example.org/store/data', 'http://example.org/store/rdf-graphs/service']
    """
    store = address.rstrip("/")
    parent, _, last = store.rpartition("/")
    if last.startswith("sparql"):
        yield f"{parent}/{last.replace('sparql', 'sparql-graph-crud', 1)}"
    yield from (f"{parent if last in _BESIDE else store}/{path}" for path in _PATHS)
