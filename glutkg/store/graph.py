"""The graph and its engine.

A `Graph` has every triple, stated and inferred, in its default graph. Beside that, each source file has its stated
triples in a named graph whose name leads back to the file, and each rule has the triples that it was first to conclude.
"""

from __future__ import annotations

from io import RawIOBase
from itertools import chain, islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from glutkg.errors import LimitError, QueryError, UsageError
from glutkg.rdf.namespaces import BASE, INFERRED_GRAPH, OWL, PARTS, PREFIXES, RDFS, STATED_GRAPH, prefixes_in
from glutkg.rdf.terms import Term, Triple, from_oxigraph, to_oxigraph, triple_from_oxigraph
from glutkg.sparql.engine_queries import for_the_engine
from glutkg.sparql.tokens import to_term
from glutkg.store.artefacts import ARTEFACTS, Artefacts
from glutkg.store.engine_answers import GRAPH_FORMS, Answer
from glutkg.text.tables import Solutions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from glutkg.store.sources import Source
    from glutkg.store.spelling import Respelled

VERSION = f"pyoxigraph {ox.__version__}"
"""The engine."""

SCHEMA_PREDICATES = (
    RDFS + "subClassOf",
    RDFS + "subPropertyOf",
    RDFS + "domain",
    RDFS + "range",
    OWL + "inverseOf",
    OWL + "equivalentProperty",
)
"""The relations between kinds, and between relations, that rules read."""

_AUXILIARY = ox.NamedNode(BASE + "auxiliary")

AT_ONCE = 64 << 20
"""Bytes to load in one go: with all of 400 MB the engine takes 2 GB of memory, with this 0.6 GB, in the same time."""


class _Pieces(RawIOBase):
    """A file that is made piece by piece while it is read, up to `AT_ONCE` bytes."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")
        self._left = AT_ONCE

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Give at most that many bytes; none at the end."""
        if not self._rest and self._left > 0:
            self._rest = memoryview(next(self._pieces, b""))
            self._left -= len(self._rest)
        end = len(self._rest) if size < 0 else size
        found, self._rest = self._rest[:end], self._rest[end:]
        return bytes(found)


class Graph:
    """Stated and inferred triples with their named graphs, over an Oxigraph store."""

    def __init__(self, store: ox.Store | None = None, spelling: Respelled | None = None) -> None:
        self.store = ox.Store() if store is None else store
        self.is_read_only = False
        self.artefacts = Artefacts()
        self._spelling = spelling or {}

    @classmethod
    def of(cls, sources: Iterable[Source]) -> Graph:
        """Load sources into a new graph in memory. Raises SourceError at the first syntax error."""
        graph = cls()
        for source in sources:
            graph.add(source)
        return graph

    @classmethod
    def merged(cls, sources: Iterable[Source]) -> Graph:
        """Load sources into a new graph in memory, without keeping apart what each states. Raises SourceError.

        It remembers how they spell literals: see `as_spelled`.
        """
        from glutkg.store.sources import read_through  # here as below only when files are read, not for an answer

        read = [read_through(source) for source in sources]
        for error in (error for _, errors in read for error in errors):
            raise error
        return cls.of_quads([quad for quads, _ in read for quad in quads])

    @classmethod
    def of_quads(cls, quads: Sequence[ox.Quad]) -> Graph:
        """Put what was parsed into a new graph in memory, which remembers how literals were spelled."""
        from glutkg.store.spelling import kept, respelled

        spelling = respelled(quads)
        graph = cls(spelling=spelling)
        graph.store.extend(kept(quads, spelling))
        return graph

    @classmethod
    def told_apart(cls, read: Iterable[tuple[Source, Iterable[ox.Quad]]]) -> Graph:
        """Put what was parsed into a new graph in memory, which tells what each source states."""
        from glutkg.store.sources import in_its_graphs

        graph = cls()
        for source, parts in read:
            graph.store.extend(list(in_its_graphs(source, parts)))
        return graph

    def spelled_as(self, sources: Iterable[Source]) -> Graph:
        """Remember how sources spell literals; return the graph itself. Raises SourceError."""
        from glutkg.store.sources import parsed
        from glutkg.store.spelling import respelled

        self._spelling = respelled([quad.triple for source in sources for quad in parsed(source)])
        return self

    def as_spelled(self, triples: Iterable[Triple]) -> Iterator[Triple]:
        """Give triples of the graph as the files of a `merged` one spell them, where a store has another spelling."""
        return (spelled for triple in triples for spelled in self._spelling.get(triple, (triple,)))

    def respelled(self) -> Iterator[tuple[Triple, Triple]]:
        """Give each triple that the files of a `merged` graph spell otherwise than a store, with one of theirs."""
        return ((kept, spelled) for kept, some in self._spelling.items() for spelled in some if spelled != kept)

    @classmethod
    def opened(cls, folder: Path) -> Graph:
        """Open a graph that `write` wrote, for reading only. Raises OSError when it is not there or damaged."""
        made = cls(ox.Store.read_only(str(folder)))
        made.is_read_only, made.artefacts = True, Artefacts(folder.parent / ARTEFACTS)
        return made

    @classmethod
    def write(cls, folder: Path, quads: Iterable[bytes], blank: Iterable[bytes]) -> None:
        """Write a graph into a new folder, from N-Quads as `load` takes them."""
        made = cls(ox.Store(str(folder)))
        made.load(quads, blank)
        made.store.optimize()
        made.store.flush()

    def add(self, source: Source) -> None:
        """Add the triples of a source."""
        from glutkg.store.sources import quads

        self.store.extend(list(quads(source)))

    def copy(self, without: Iterable[str] = ()) -> Graph:
        """Copy into memory what rules read: all triples but those of some graphs, and the stated ones apart."""
        made = Graph()
        for name in (ox.DefaultGraph(), ox.NamedNode(STATED_GRAPH)):
            made.store.extend(self.store.quads_for_pattern(None, None, None, name))
        for graph in without:
            made.drop(self.triples(graph=graph))
        return made

    def changed(self, gone: Iterable[Triple] = (), new: Iterable[Triple] = ()) -> Graph:
        """Copy the stated triples into memory, without some of them and with new ones; nothing is inferred yet."""
        made, stated = Graph(), ox.NamedNode(STATED_GRAPH)
        made.store.extend(self.store.quads_for_pattern(None, None, None, stated))
        made.drop(gone, STATED_GRAPH)
        made.put(new, STATED_GRAPH)
        made.store.extend([ox.Quad(*quad.triple) for quad in made.store.quads_for_pattern(None, None, None, stated)])
        return made

    def ntriples(self, graph: str | None = None) -> bytes:
        """Write one named graph, or all triples, as N-Triples."""
        where = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
        return self.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=where) or b""

    def clear(self) -> None:
        """Take everything out, and free its memory."""
        self.store = ox.Store()

    def load(self, quads: Iterable[bytes], blank: Iterable[bytes]) -> None:
        """Load N-Quads, given in pieces; those with blank nodes apart, since these are renamed in all that is bulk."""
        pieces = filter(None, quads)  # an empty one would end the file
        while first := next(pieces, None):
            file = _Pieces(chain((first,), pieces))
            self.store.bulk_load(file, ox.RdfFormat.N_QUADS, lenient=True)  # type: ignore[arg-type]
        self.store.extend(ox.parse(b"".join(blank), ox.RdfFormat.N_QUADS))

    def put(self, triples: Iterable[Triple], graph: str | None = None) -> None:
        """Add triples to one named graph, or to the default graph."""
        self.store.extend([_quad(triple, graph) for triple in triples])

    def drop(self, triples: Iterable[Triple], graph: str | None = None) -> None:
        """Take triples out of one named graph, or of the default graph."""
        for triple in triples:
            self.store.remove(_quad(triple, graph))

    def has(self, triple: Triple, graph: str | None = None) -> bool:
        """Tell whether one named graph, or the default graph, has a triple."""
        return _quad(triple, graph) in self.store

    def update(self, text: str) -> None:
        """Run a SPARQL update that the project itself wrote."""
        self.store.update(text)

    def holds(self, pattern: Sequence[str], graph: str | None = None) -> bool:
        """Tell whether some triple has the terms of a pattern, each `?variable`, `<iri>` or literal, in its place."""
        return self.count(pattern, 1, graph) > 0

    def count(self, pattern: Sequence[str], most: int, graph: str | None = None) -> int:
        """Count the triples that have the terms of a pattern as in `holds` in their places, up to `most`."""
        subject, predicate, object_ = map(_wanted, pattern)
        where = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
        found = self.store.quads_for_pattern(subject, predicate, object_, where)  # type: ignore[arg-type]
        return sum(1 for _ in islice(found, most))

    def terms(self, pattern: Sequence[str], place: int, graph: str) -> frozenset[str]:
        """Give what stands in one place, 0 to 2, of the triples of a named graph that match a pattern as in `holds`."""
        names = [f"?v{number}" if term.startswith("?") else term for number, term in enumerate(pattern)]
        query = f"SELECT DISTINCT ?v{place} WHERE {{ GRAPH <{graph}> {{ {' '.join(names)} }} }}"
        return frozenset(name for (name,) in self.names(query))

    def names(self, query: str) -> list[tuple[str, ...]]:
        """Run a SELECT query for IRIs and blank nodes, and give them as SPARQL spells them."""
        return [tuple(str(value) for value in solution) for solution in self._query(query, "both")]  # type: ignore[union-attr]

    def auxiliary(self) -> frozenset[str]:
        """Give the IRIs of the relations that are only steps of a proof, which lists of what follows leave out."""
        marked = self.store.quads_for_pattern(None, _AUXILIARY, ox.Literal(True), ox.DefaultGraph())
        return frozenset(quad.subject.value for quad in marked if isinstance(quad.subject, ox.NamedNode))

    def take_inferred(self, other: Graph) -> None:
        """Add what rules concluded in another graph, each triple in the graph of its rule."""
        for name in other.graph_names("inferred"):
            found = [quad.triple for quad in other.store.quads_for_pattern(None, None, None, ox.NamedNode(name))]
            for graph in (ox.DefaultGraph(), ox.NamedNode(name)):
                self.store.extend([ox.Quad(t.subject, t.predicate, t.object, graph) for t in found])

    def __len__(self) -> int:
        """The number of distinct triples."""
        return self._count(ox.DefaultGraph())

    def _count(self, graph: ox.NamedNode | ox.DefaultGraph) -> int:
        return sum(1 for _ in self.store.quads_for_pattern(None, None, None, graph))

    def graph_names(self, part: str = "both") -> list[str]:
        """Name the graphs of source files (`stated`), of rules (`inferred`), or all of them (`both`).

        Raises UsageError for another part.
        """
        stated, inferred = STATED_GRAPH + "/", INFERRED_GRAPH + "/"
        starts = {"stated": (stated,), "inferred": (inferred,), "both": (stated, inferred)}
        if part not in PARTS:
            raise UsageError(f"There is no part '{part}' of the graph. Choose from {', '.join(PARTS)}.")
        names = (graph.value for graph in self.store.named_graphs() if isinstance(graph, ox.NamedNode))
        return sorted(name for name in names if name.startswith(starts[part]))

    def _default(self, part: str) -> dict[str, object]:
        """Give what a query sees of a part: its default graph, and the named graphs that GRAPH finds."""
        if part == "both":
            return {}
        named = [ox.NamedNode(name) for name in self.graph_names(part)]
        if part == "inferred":
            return {"default_graph": named, "named_graphs": named}
        stated = ox.NamedNode(STATED_GRAPH)
        return {"default_graph": stated, "named_graphs": [stated, *named]}

    def answer_over(self, text: str, default: Sequence[str], named: Sequence[str]) -> Answer:
        """Begin to answer a query as `answer` does, over a dataset made of some of the named graphs.

        Without any `default` graph and any `named` one, the query says itself what it is asked over.
        """
        graphs = {"default_graph": default, "named_graphs": named} if default or named else {}
        return Answer(self._query(text, "both", {key: list(map(ox.NamedNode, names)) for key, names in graphs.items()}))

    def looked_up(self, text: str, prefixes: Mapping[str, str]) -> Answer:
        """Begin to answer a query of nothing but patterns, in which there is nothing to refuse or to write anew."""
        return Answer(self.store.query(text, prefixes=prefixes))  # type: ignore[arg-type]

    def _query(
        self, text: str, part: str, dataset: Mapping[str, object] | None = None
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run a query, but none that would ask another server: it may be one of a data folder's shapes."""
        if "service" in text.lower():
            from glutkg.sparql.guard import check_query  # only when there may be something to refuse

            check_query(text)
        written = for_the_engine(text) if isinstance(self.store, ox.Store) else text  # elsewhere is another engine
        try:
            return self.store.query(written, prefixes=prefixes_in(text), **(dataset or self._default(part)))  # type: ignore[arg-type]
        except SyntaxError as error:
            from glutkg.sparql.diagnosis import syntax_problem  # only when something went wrong

            if written != text:
                error = self._syntax_error(text) or error
            raise QueryError(f"The query does not parse: {syntax_problem(text, str(error))}") from error
        except RuntimeError as error:
            raise LimitError(f"The query could not be run: {error}.") from error

    def _syntax_error(self, text: str) -> SyntaxError | None:
        """Give what is wrong with a query as it was asked, whose places are not those of what the engine was given."""
        try:
            self.store.query(text, prefixes=prefixes_in(text))
        except SyntaxError as error:
            return error
        return None

    def select(self, text: str, part: str = "both") -> Solutions:
        """Run a SELECT query over a part (`stated`, `inferred`, `both`) and give its rows. Raises QueryError."""
        solutions = self._query(text, part)
        if not isinstance(solutions, ox.QuerySolutions):
            raise QueryError("This is not a SELECT query. Use ask() or construct() for the other forms.")
        columns = tuple(variable.value for variable in solutions.variables)
        return Solutions(columns, tuple(tuple(map(_cell, solution)) for solution in solutions))

    def ask(self, text: str, part: str = "both") -> bool:
        """Run an ASK query and give its answer. Raises QueryError."""
        answer = self._query(text, part)
        if not isinstance(answer, ox.QueryBoolean):
            raise QueryError("This is not an ASK query. Use select() or construct() for the other forms.")
        return bool(answer)

    def construct(self, text: str, part: str = "both") -> list[Triple]:
        """Run a CONSTRUCT or DESCRIBE query and give its triples, sorted. Raises QueryError."""
        triples = self._query(text, part)
        if not isinstance(triples, ox.QueryTriples):
            raise QueryError("This is not a CONSTRUCT or DESCRIBE query. Use select() or ask() for the other forms.")
        return sorted(map(triple_from_oxigraph, triples))

    def answer(self, text: str, part: str = "both") -> Answer:
        """Begin to answer a query of any form; `write` of what comes back works it out. Raises QueryError."""
        return Answer(self._query(text, part))

    def triples(
        self,
        subject: str | None = None,
        predicate: str | None = None,
        object_: str | None = None,
        graph: str | None = None,
    ) -> Iterator[Triple]:
        """Give the triples that match, of one named graph or of all; a subject or object `_:x` is a blank node."""
        where = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
        s, p, o = (None if name is None else _node(name) for name in (subject, predicate, object_))
        known = [term and from_oxigraph(term) for term in (s, p, o)]  # what is asked for is not read in each triple
        for quad in self.store.quads_for_pattern(s, p, o, where):  # type: ignore[arg-type]
            yield (
                known[0] or from_oxigraph(quad.subject),
                known[1] or from_oxigraph(quad.predicate),
                known[2] or from_oxigraph(quad.object),
            )

    def graphs_of(self, triple: Triple) -> list[str]:
        """Name the graphs, stated before inferred, that hold a triple."""
        subject, predicate, object_ = map(to_oxigraph, triple)
        quads = self.store.quads_for_pattern(subject, predicate, object_, None)  # type: ignore[arg-type]
        names = [quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)]
        names = [name for name in names if name != STATED_GRAPH]
        return sorted(names, key=lambda name: (not name.startswith(STATED_GRAPH), name))


def _quad(triple: Triple, graph: str | None) -> ox.Quad:
    subject, predicate, object_ = (to_oxigraph(term) for term in triple)
    return ox.Quad(subject, predicate, object_, ox.DefaultGraph() if graph is None else ox.NamedNode(graph))  # type: ignore[arg-type]


def _node(name: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(name)


def _wanted(term: str) -> ox.NamedNode | ox.Literal | None:
    """Read a term of a pattern: nothing for a variable."""
    if term.startswith("<"):
        return ox.NamedNode(term[1:-1])
    return None if term.startswith("?") else to_oxigraph(to_term(term))  # type: ignore[return-value]


def _cell(value: object) -> Term | None:
    return None if value is None else from_oxigraph(value)


def read_ntriples(content: bytes) -> list[Triple]:
    """Read N-Triples, sorted."""
    return sorted(map(triple_from_oxigraph, ox.parse(content, format=ox.RdfFormat.N_TRIPLES)))


def serialize(triples: Sequence[Triple], form: str) -> bytes:
    """Write triples as `turtle` or `ntriples`, in the order given."""
    made = [ox.Triple(to_oxigraph(s), to_oxigraph(p), to_oxigraph(o)) for s, p, o in triples]  # type: ignore[arg-type]
    content = ox.serialize(made, format=GRAPH_FORMS[form], prefixes=PREFIXES if form == "turtle" else None)
    return content if content is not None else b""


def differences(one: Graph, other: Graph) -> tuple[list[Triple], list[Triple]]:
    """Give the triples that only one, and only the other graph has, sorted; a blank node is the same by its name."""
    lines, others = (set(graph.ntriples().splitlines()) for graph in (one, other))
    return read_ntriples(b"\n".join(lines - others)), read_ntriples(b"\n".join(others - lines))
