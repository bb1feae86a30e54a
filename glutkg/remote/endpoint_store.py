"""A SPARQL endpoint that can be read as the store on this machine is: by queries and by patterns of quads.

A blank node has no name that holds from one answer to the next. So all quads with blank nodes, which are those of the
axioms, are read in one answer when the first is met, and from then on taken from there.
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox

from glutkg.errors import QueryError, WrongAddressError
from glutkg.rdf.namespaces import BASE
from glutkg.sparql.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from glutkg.remote.http import Endpoint, Parameters

BLANK_IRI = b'"nodeID://'
"""With what Virtuoso's names of blank nodes begin, which may have no such signs."""
DEFAULT_GRAPH = "default-graph-uri"
"""The parameter of the protocol that names a default graph."""
_BOOLEAN = re.compile(rb'(?<="http://www.w3.org/2001/XMLSchema#boolean", "value": )"([01])"')
"""As which Virtuoso writes truth values."""
RESULTS, TRIPLES = "application/sparql-results+json", "application/n-triples, text/turtle;q=0.5"

Node = ox.NamedNode | ox.BlankNode
GraphName = Node | ox.DefaultGraph

_ANYWHERE = "{{ {0} }} UNION {{ GRAPH ?g {{ {0} }} }}"


class EndpointStore:
    """Answers as `pyoxigraph.Store` does, for reading; `seconds` bounds each query.

    What was looked up is kept in a copy, so that it is asked for once; a change at the endpoint is not seen there.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.seconds = endpoint.seconds
        self._default = {value for name, value in endpoint.parameters if name == DEFAULT_GRAPH}
        self._copy = ox.Store()
        self._copied: set[frozenset[tuple[str, object]]] = set()

    def query(
        self,
        text: str,
        *,
        prefixes: Mapping[str, str] | None = None,
        default_graph: ox.NamedNode | Sequence[ox.NamedNode] | None = None,
        named_graphs: Sequence[ox.NamedNode] | None = None,
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run a query. Raises SyntaxError as Oxigraph does, and what `Endpoint.query` raises."""
        form = _form(text)
        accept = RESULTS if form in ("SELECT", "ASK") else TRIPLES
        if self._default and default_graph is None and named_graphs is None:
            named_graphs = self._named_graphs  # with a default graph alone, a query sees no others
        dataset = _dataset(default_graph, named_graphs)
        try:
            content = self.endpoint.query(declared(text, prefixes or {}), accept, dataset, self.seconds)
        except QueryError:
            ox.Store().query(text, prefixes=dict(prefixes or {}))  # raises SyntaxError if that is the reason
            raise
        if accept == TRIPLES:
            return self._triples(content)
        found = self._solutions(content)
        return _as_boolean(found) if form == "ASK" and isinstance(found, ox.QuerySolutions) else found

    def _solutions(self, content: bytes) -> ox.QuerySolutions | ox.QueryBoolean:
        try:
            return _parsed(content)
        except (SyntaxError, ValueError) as error:
            try:
                return _parsed(_without_additions(content))
            except (SyntaxError, ValueError):
                raise self._unreadable(error) from error

    def _triples(self, content: bytes) -> ox.QueryTriples:
        """Give triples as Oxigraph's own answer to a query that gives a graph."""
        made = ox.Store()
        try:
            made.extend(ox.Quad(*quad.triple) for quad in ox.parse(content, ox.RdfFormat.TURTLE, lenient=True))
        except (SyntaxError, ValueError) as error:
            raise self._unreadable(error) from error
        return cast("ox.QueryTriples", made.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"))

    def _unreadable(self, error: Exception) -> WrongAddressError:
        return WrongAddressError(
            f"What {self.endpoint.address} answers is no result of SPARQL, or breaks off ({str(error)[:200]}). "
            "Check the address; or ask for less, as the store may have stopped the query."
        )

    # --- patterns -----------------------------------------------------------------------------------------------------

    def quads_for_pattern(
        self,
        subject: Node | None,
        predicate: ox.NamedNode | None,
        object_: Node | ox.Literal | None,
        graph_name: GraphName | None = None,
    ) -> Iterator[ox.Quad]:
        """Give the quads that match, in the default graph, in a named graph, or in any."""
        self._read(subject, predicate, object_, graph_name)
        return self._copy.quads_for_pattern(subject, predicate, object_, graph_name)

    def named_graphs(self) -> Iterator[ox.NamedNode]:
        """Give the names of the graphs that are not empty."""
        return iter(self._named_graphs)

    def __contains__(self, quad: ox.Quad) -> bool:
        subject, object_ = cast("Node", quad.subject), cast("Node | ox.Literal", quad.object)
        return any(True for _ in self.quads_for_pattern(subject, quad.predicate, object_, quad.graph_name))

    @cached_property
    def _named_graphs(self) -> list[ox.NamedNode]:
        """Name the graphs; where one takes the place of the default graph, those of ours but for that one."""
        whole = self.endpoint.beside("")
        whole.parameters = tuple(pair for pair in whole.parameters if pair[0] != DEFAULT_GRAPH)
        found = self._solutions(whole.query("SELECT ?g { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g", RESULTS))
        names = sorted(node.value for (node,) in found if isinstance(node, ox.NamedNode))  # type: ignore[union-attr]
        if self._default:
            names = [name for name in names if name.startswith(f"{BASE}graph/") and name not in self._default]
        return [ox.NamedNode(name) for name in names]

    def _read(
        self,
        subject: Node | None,
        predicate: ox.NamedNode | None,
        object_: Node | ox.Literal | None,
        graph: GraphName | None,
    ) -> None:
        """Copy all that matches a pattern, unless it was copied before; of a subject, everything."""
        if isinstance(subject, ox.NamedNode):
            self._copy_once(s=subject)
        elif isinstance(subject, ox.BlankNode) or isinstance(object_, ox.BlankNode):
            self._copy_blank()
        elif not self._has_copied(p=predicate, g=graph):
            self._copy_once(p=predicate, o=object_, g=graph)

    def _has_copied(self, **terms: object) -> bool:
        return frozenset((name, term) for name, term in terms.items() if term is not None) in self._copied

    def _copy_once(self, **terms: object) -> None:
        """Copy the quads that have these terms in these places."""
        if self._has_copied(**terms):
            return
        known = {name: term for name, term in terms.items() if term is not None}
        pattern = " ".join(str(known.get(name, f"?{name}")) for name in "spo")
        if "g" not in known:
            pattern = _ANYWHERE.format(pattern)
        elif isinstance(known["g"], ox.NamedNode):
            pattern = f"GRAPH {known['g']} {{ {pattern} }}"
        names = " ".join(f"?{name}" for name in "spog" if name not in known) or "*"
        found = [_quad(row, known) for row in self.rows(f"SELECT {names} {{ {pattern} }}")]
        if any(map(_has_blank, found)):
            self._copy_blank()
        self._copy.extend([quad for quad in found if not _has_blank(quad)])
        self._copied.add(frozenset(known.items()))

    def _copy_blank(self) -> None:
        """Copy all quads with blank nodes."""
        if not self._has_copied(o="blank"):
            pattern = _ANYWHERE.format("?s ?p ?o FILTER(isBlank(?s) || isBlank(?o))")
            self._copy.extend([_quad(row, {}) for row in self.rows(f"SELECT ?s ?p ?o ?g {{ {pattern} }}")])
            self._copied.add(frozenset({("o", "blank")}))

    def rows(self, query: str) -> ox.QuerySolutions:
        """Run a SELECT query. Raises what `query` raises."""
        found = self.query(query)
        if not isinstance(found, ox.QuerySolutions):
            raise WrongAddressError(
                f"{self.endpoint.address} does not answer SELECT queries with rows. Check the address."
            )
        return found


def declared(text: str, prefixes: Mapping[str, str]) -> str:
    """Declare in a query the prefixes that it uses without declaring them.

    >>> declared("PREFIX a: <http://a/> ASK { a:x b:y c:z }", {"b": "http://b/", "d": "http://d/"})
    'PREFIX b: <http://b/> PREFIX a: <http://a/> ASK { a:x b:y c:z }'
    """
    used: set[str] = set()
    known: set[str] = set()
    before = ""
    for token in tokens(text):
        if token.kind == "name":
            (known if before == "PREFIX" else used).add(token.text.partition(":")[0])
        before = token.text.upper()
    missing = sorted((used - known) & prefixes.keys())
    return "".join(f"PREFIX {prefix}: <{prefixes[prefix]}> " for prefix in missing) + text


def _form(text: str) -> str:
    """Give the word by which a query begins, after its prologue."""
    forms = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
    return next((word for token in tokens(text) if (word := token.text.upper()) in forms), "SELECT")


def _dataset(default: ox.NamedNode | Sequence[ox.NamedNode] | None, named: Sequence[ox.NamedNode] | None) -> Parameters:
    """Give the parameters of the protocol that say what a query sees."""
    graphs = [default] if isinstance(default, ox.NamedNode) else default or ()
    first = tuple((DEFAULT_GRAPH, graph.value) for graph in graphs)
    return (*first, *(("named-graph-uri", graph.value) for graph in named or ()))


def _as_boolean(found: ox.QuerySolutions) -> ox.QueryBoolean:
    """Read a truth value that comes as a row, as Virtuoso gives it."""
    values = [value.value for row in found for value in row if isinstance(value, ox.Literal)]
    return _parsed(b'{"head": {}, "boolean": %s}' % (b"true" if values in (["1"], ["true"]) else b"false"))  # type: ignore[return-value]


def _parsed(content: bytes) -> ox.QuerySolutions | ox.QueryBoolean:
    """Parse results, all of them, so that what is wrong with any is raised here."""
    readable = _BOOLEAN.sub(
        lambda found: b'"false"' if found[1] == b"0" else b'"true"', content.replace(BLANK_IRI, b'"')
    )
    found = ox.parse_query_results(readable, ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return found
    for _ in found:
        pass
    return ox.parse_query_results(readable, ox.QueryResultsFormat.JSON)


def _without_additions(content: bytes) -> bytes:
    """Leave out of JSON results what is none of them: Comunica adds what the query took."""
    results = json.loads(content)
    if not isinstance(results, dict):
        raise ValueError("no object")  # noqa: TRY004 - as what is no JSON raises
    return json.dumps({name: results[name] for name in ("head", "boolean", "results") if name in results}).encode()


def _quad(row: ox.QuerySolution, known: Mapping[str, object]) -> ox.Quad:
    """Make a quad of a row, and of what is known beforehand."""
    subject, predicate, object_, graph = (known[name] if name in known else row[name] for name in "spog")
    return ox.Quad(subject, predicate, object_, graph or ox.DefaultGraph())  # type: ignore[arg-type]


def _has_blank(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)
