"""A store that can be written to, over SPARQL 1.1: where its queries and updates go, and what it holds of ours."""

from __future__ import annotations

import io
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING

import pyoxigraph as ox

from glutkg.errors import EndpointError, GlutkgError, QueryError, WrongAddressError
from glutkg.rdf.namespaces import BASE
from glutkg.remote.content import GRAPHS, INCOMING, Digest, arrived
from glutkg.remote.endpoint_store import BLANK_IRI, RESULTS, TRIPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from glutkg.remote.content import Batch
    from glutkg.remote.http import Endpoint

QUERY_PATHS, UPDATE_PATHS = ("", "query", "sparql"), ("update", "", "statements")
"""Where, behind the address of a store, queries and updates may go."""
RECORD = GRAPHS + "publication"
"""The graph that says what was published; it names its own parts only."""
_KEY, _PART = "http://purl.org/dc/terms/identifier", "http://purl.org/dc/terms/hasPart"
_PROGRESS = INCOMING + "progress"
_NOTHING = BASE + "graph/incoming/nothing"


class Target:
    """A store that takes queries at one address and updates at another, and what it holds of ours.

    `default` names the graph that takes the place of the default graph, where that is not to be had.
    """

    def __init__(self, queries: Endpoint, updates: Endpoint, default: str = "") -> None:
        self.queries, self.updates, self.default = queries, updates, default

    @classmethod
    def found(cls, store: Endpoint, default: str = "") -> Target:
        """Find where the queries and updates of a store go. Raises EndpointError when it takes none."""
        queries = _first(store, QUERY_PATHS, lambda one: _parsed(one.query("ASK { }", RESULTS)))
        updates = _first(store, UPDATE_PATHS, lambda one: one.update(f"DROP SILENT GRAPH <{_NOTHING}>"))
        return cls(queries, updates, default)

    def update(self, text: str) -> None:
        """Run an update. Raises what `Endpoint.update` raises."""
        self.updates.update(text)

    def rows(self, query: str) -> ox.QuerySolutions:
        """Run a SELECT query. Raises what `Endpoint.query` raises."""
        return _parsed(self.queries.query(query, RESULTS))  # type: ignore[return-value]

    def number(self, pattern: str) -> int:
        """Count the matches of a pattern."""
        row = next(self.rows(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"))
        return int(row["n"].value)

    def size(self) -> int:
        """Count the triples of the default graph, or of the graph in its place."""
        return self.number(self._at(""))

    def graphs(self) -> list[str]:
        """Name the graphs that are ours, incoming ones too."""
        named = (row["g"].value for row in self.rows("SELECT ?g { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"))
        return sorted(name for name in named if name.startswith(GRAPHS) and name != self.default)

    def record(self) -> str:
        """Give the digest of what was published, '' when nothing was."""
        rows = self.rows(f"SELECT ?key {{ GRAPH <{RECORD}> {{ <{RECORD}> <{_KEY}> ?key }} }}")
        return next((row["key"].value for row in rows), "")

    # --- loading ------------------------------------------------------------------------------------------------------

    def begun(self, key: str) -> set[int]:
        """Give the numbers of the batches that an earlier run has loaded of the same content; drop what it is not."""
        rows = self.rows(f"SELECT ?p ?o {{ GRAPH <{_PROGRESS}> {{ <{_PROGRESS}> ?p ?o }} }}")
        found = [(row["p"].value, row["o"].value) for row in rows]
        if (_KEY, key) in found:
            return {int(value) for property_, value in found if property_ == _PART}
        self.drop_incoming()
        self.update(f'INSERT DATA {{ GRAPH <{_PROGRESS}> {{ <{_PROGRESS}> <{_KEY}> "{key}" }} }}')
        return set()

    def load(self, number: int, batch: Batch, graphs: Endpoint | None = None) -> None:
        """Load a batch, and note that it is there: in one update, or by way of the address where graphs are sent."""
        note, insertion = f"GRAPH <{_PROGRESS}> {{ <{_PROGRESS}> <{_PART}> {number} }} }}", batch.text
        if graphs and batch.graph:
            graphs.add(batch.graph, batch.text)
            insertion = "INSERT { } WHERE { }"
        self.update(f"{insertion.removesuffix('} WHERE { }')}{note} WHERE {{ }}")

    def drop_incoming(self) -> None:
        """Drop all incoming graphs: the store is as it was."""
        names = [name for name in self.graphs() if name.startswith(INCOMING)]
        if names:
            self.update(" ;\n".join(f"DROP SILENT GRAPH <{name}>" for name in names))

    def incoming_digest(self, without: str | None = None) -> Digest:
        """Read back the quads of the incoming graphs, and work out their digest; see `Digest.of`.

        What has blank nodes comes in one answer, where each has one name throughout; the rest graph by graph.
        """
        names = [name for name in self.graphs() if name.startswith(INCOMING) and name != _PROGRESS]
        parts = (self._without_blank(name) for name in names if not (without and arrived(name).startswith(without)))
        return Digest.of(chain(self._with_blank(), chain.from_iterable(parts)), without)

    def _with_blank(self) -> Iterator[ox.Quad]:
        among = f'STRSTARTS(STR(?g), "{INCOMING}") && (isBlank(?s) || isBlank(?o))'
        query = f"SELECT ?s ?p ?o ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER({among}) }}"
        with self._streamed(query, RESULTS, _plain) as file:
            rows = ox.parse_query_results(file, ox.QueryResultsFormat.JSON)
            for row in rows:  # type: ignore[union-attr]
                yield _quad(ox.Triple(row["s"], row["p"], row["o"]), arrived(row["g"].value))

    def _without_blank(self, name: str) -> Iterator[ox.Quad]:
        pattern = f"GRAPH <{name}> {{ ?s ?p ?o FILTER(!isBlank(?s) && !isBlank(?o)) }}"
        with self._streamed(f"CONSTRUCT {{ ?s ?p ?o }} {{ {pattern} }}", TRIPLES, iter) as file:
            for quad in ox.parse(file, ox.RdfFormat.TURTLE, lenient=True):
                yield _quad(quad.triple, arrived(name))

    def switch(self, key: str) -> None:
        """Put the incoming graphs in the place of what was published before, in one update.

        Each of its operations does nothing once the incoming graphs were dropped, so that one that comes late is
        harmless. MOVE would be shorter, but Jena 4.5 refuses it.
        """
        names = self.graphs()
        new = [name for name in names if name.startswith(INCOMING) and name != _PROGRESS]
        old = [name for name in names if not name.startswith(INCOMING)]
        given = f"GRAPH <{_PROGRESS}> {{ <{_PROGRESS}> <{_KEY}> ?key }}"
        self.update(
            " ;\n".join(
                [
                    *(f"DELETE {{ {self._at(name)} }} WHERE {{ {given} {self._at(name)} }}" for name in ["", *old]),
                    *(f"INSERT {{ {self._at(arrived(name))} }} WHERE {{ {given} {self._at(name)} }}" for name in new),
                    f'INSERT {{ GRAPH <{RECORD}> {{ <{RECORD}> <{_KEY}> "{key}" }} }} WHERE {{ {given} }}',
                    *(f"DROP SILENT GRAPH <{name}>" for name in [*new, _PROGRESS]),
                ]
            )
        )

    def _at(self, name: str) -> str:
        """Write a pattern for all triples of a graph; '' is the default graph, or that in its place."""
        name = name or self.default
        return f"GRAPH <{name}> {{ ?s ?p ?o }}" if name else "?s ?p ?o"

    @contextmanager
    def _streamed(
        self, query: str, accept: str, mended: Callable[[Iterator[bytes]], Iterator[bytes]]
    ) -> Iterator[io.BufferedReader]:
        with self.queries.stream(query, accept) as pieces:
            try:
                yield io.BufferedReader(_File(mended(pieces)))
            except GlutkgError:
                raise
            except (SyntaxError, ValueError) as error:
                raise EndpointError(f"What is read back is no result of SPARQL, or breaks off ({error}).") from error


def _plain(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Write names of blank nodes so that they can be read, also where one is in two pieces."""
    rest = b""
    for piece in pieces:
        text = (rest + piece).replace(BLANK_IRI, b'"')
        keep = max(len(text) - len(BLANK_IRI), 0)
        yield text[:keep]
        rest = text[keep:]
    yield rest


class _File(io.RawIOBase):
    """A file that is made of pieces while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def _quad(triple: ox.Triple, name: str) -> ox.Quad:
    graph = ox.NamedNode(name) if name else ox.DefaultGraph()
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _parsed(content: bytes) -> ox.QuerySolutions | ox.QueryBoolean:
    try:
        return ox.parse_query_results(content, ox.QueryResultsFormat.JSON)
    except (SyntaxError, ValueError) as error:
        raise WrongAddressError(
            f"What answers is no result of SPARQL ({str(error)[:200]}). Check the address."
        ) from error


def _first(store: Endpoint, paths: tuple[str, ...], works: Callable[[Endpoint], object]) -> Endpoint:
    """Give the first address at which something works; raise what went wrong at the first of them when none does."""
    problem: EndpointError | QueryError | None = None
    for endpoint in map(store.beside, paths):
        try:
            works(endpoint)
        except (WrongAddressError, QueryError) as error:
            problem = problem or error.with_traceback(None)  # without the frames, and all that they hold
        else:
            return endpoint
    raise EndpointError(f"{problem} It must be the address of a SPARQL 1.1 store that takes updates.")
