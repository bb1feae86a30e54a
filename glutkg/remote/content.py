"""What is published: the quads of a graph in batches of updates, and their digest, which a store's own must equal.

A digest adds up the hashes of quads, so that it does not depend on their order. Quads that share a blank node go in one
batch, as a blank node of one update is no other's, and count by the names that RDFC-1.0 gives them.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from glutkg.linked_data.writing import canonical
from glutkg.rdf.namespaces import BASE, STATED_GRAPH
from glutkg.store.spelling import canonical as spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glutkg.store.graph import Graph

GRAPHS = BASE + "graph/"
"""With what the names of all graphs begin that are published."""
INCOMING = GRAPHS + "incoming/"
"""With what the names of graphs begin while they are loaded; then follows what comes after `GRAPHS`."""
INCOMING_DEFAULT = INCOMING + "default"
"""What becomes the default graph."""
BLANK = 500
"""Quads with blank nodes in one update: Virtuoso takes minutes to parse one of 5,000."""
_BITS = 1 << 128
_PLAIN = ("http://www.w3.org/2001/XMLSchema#string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")


class Digest(NamedTuple):
    """The number of quads in each graph, and the sum of their hashes; the default graph is ''."""

    counts: Counter[str]
    total: int

    @classmethod
    def of(cls, quads: Iterable[ox.Quad], without: str | None = None) -> Digest:
        """Work out the digest of quads, each of which comes once; without those of graphs whose names begin so.

        >>> one, other = (ox.Quad(ox.NamedNode(f"urn:x:{n}"), ox.NamedNode("urn:x:p"), ox.Literal(n)) for n in (1, 2))
        >>> Digest.of([one, other]) == Digest.of([other, one]), Digest.of([one]) == Digest.of([other])
        (True, False)
        """
        counts: Counter[str] = Counter()
        total, blank = 0, []
        for quad in quads:
            name = name_of(quad.graph_name)
            if without and name.startswith(without):
                continue
            counts[name] += 1
            if has_blank(quad):
                blank.append(_respelled(quad))
            else:
                total += _hash(quad)
        return cls(counts, (total + sum(map(_hash, canonical(blank)))) % _BITS)

    def __str__(self) -> str:
        return f"{self.total:032x}"


def _hash(quad: ox.Quad) -> int:
    line = f"{quad.subject} {quad.predicate} {_spelling(quad.object)} {quad.graph_name}"
    return int.from_bytes(sha256(line.encode()).digest()[:16], "big")


def _spelling(term: object) -> str:
    """Spell a term as every store does: one may have another spelling of a number, or 1 for true."""
    is_plain = not isinstance(term, ox.Literal) or term.datatype.value in _PLAIN
    return str(term) if is_plain else spelled(str(term))


def _respelled(quad: ox.Quad) -> ox.Quad:
    """Spell the object of a quad so before its blank nodes get names, which depend on it."""
    if not isinstance(quad.object, ox.Literal):
        return quad
    written = f"{quad.subject} {quad.predicate} {_spelling(quad.object)} ."
    (triple,) = ox.parse(written, ox.RdfFormat.N_TRIPLES)
    return ox.Quad(quad.subject, quad.predicate, triple.object, quad.graph_name)


def name_of(graph: object) -> str:
    """Give the IRI of a graph, '' for the default graph."""
    return graph.value if isinstance(graph, ox.NamedNode) else ""


def incoming(name: str) -> str:
    """Name the graph into which a graph is loaded before it takes its place.

    >>> incoming(STATED_GRAPH), incoming("")
    ('https://w3id.org/glutkg/graph/incoming/stated', 'https://w3id.org/glutkg/graph/incoming/default')
    """
    return INCOMING + name.removeprefix(GRAPHS) if name else INCOMING_DEFAULT


def arrived(name: str) -> str:
    """Name the graph whose place an incoming one takes: `incoming`, turned round."""
    return "" if name == INCOMING_DEFAULT else GRAPHS + name.removeprefix(INCOMING)


def has_blank(quad: ox.Quad) -> bool:
    """Tell whether a quad has a blank node."""
    return isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)


class Batch(NamedTuple):
    """So many quads to be loaded at once: an update, or the triples of the graph of that name as N-Triples."""

    size: int
    text: str
    graph: str = ""


class Content:
    """What is published of a reasoned graph: all of it, or what is stated, from which the rest follows."""

    def __init__(self, graph: Graph, is_whole: bool = True) -> None:
        self._graph = graph
        self._is_whole = is_whole
        self.digest = Digest.of(self.quads())

    def quads(self) -> Iterator[ox.Quad]:
        """Give the quads, in the order of the store."""
        if self._is_whole:
            yield from self._graph.store
            return
        stated = ox.NamedNode(STATED_GRAPH)
        for quad in self._graph.store.quads_for_pattern(None, None, None, stated):
            yield ox.Quad(quad.subject, quad.predicate, quad.object)
            yield quad
        for name in self._graph.graph_names("stated"):
            yield from self._graph.store.quads_for_pattern(None, None, None, ox.NamedNode(name))

    def batches(self, size: int, *, by_graph: bool = False) -> Iterator[Batch]:
        """Give what loads the quads into the incoming graphs, about so many each: updates, or triples of one graph.

        Quads with blank nodes are in updates in any case, as their nodes may be in several graphs.
        """
        blank: list[ox.Quad] = []
        for component in _components(filter(has_blank, self.quads())):
            blank += component
            if len(blank) >= min(size, BLANK):
                yield _insertion(blank)
                blank = []
        rest = (quad for quad in self.quads() if not has_blank(quad))
        if by_graph:
            yield from [_insertion(blank)] if blank else []
            for name, group in groupby(rest, key=lambda quad: name_of(quad.graph_name)):
                while piece := list(islice(group, size)):
                    yield Batch(len(piece), _lines(piece), incoming(name))
        else:
            every = chain(blank, rest)
            while piece := list(islice(every, max(size, len(blank)))):
                yield _insertion(piece)


def _components(quads: Iterable[ox.Quad]) -> list[list[ox.Quad]]:
    """Part quads with blank nodes into those that must go in one update, as they share some, from one to the next."""
    parts: dict[ox.BlankNode, list[ox.Quad]] = {}
    for quad in quads:
        nodes = [node for node in (quad.subject, quad.object) if isinstance(node, ox.BlankNode)]
        first, *others = sorted(
            {id(part): part for node in nodes if (part := parts.get(node)) is not None}.values(), key=len, reverse=True
        ) or [[]]
        first.append(quad)
        for other in others:
            first += other
        joined = {node for one in (*others, [quad]) for q in one for node in (q.subject, q.object)}
        parts.update((node, first) for node in joined if isinstance(node, ox.BlankNode))
    return list({id(part): part for part in parts.values()}.values())


def _insertion(quads: list[ox.Quad]) -> Batch:
    """Write an update that inserts quads into the incoming graphs."""
    ordered = sorted(quads, key=lambda quad: name_of(quad.graph_name))
    graphs = (
        f"GRAPH <{incoming(name)}> {{\n{_lines(group)}}}\n"
        for name, group in groupby(ordered, key=lambda quad: name_of(quad.graph_name))
    )
    return Batch(len(quads), f"INSERT {{\n{''.join(graphs)}}} WHERE {{ }}")


def _lines(quads: Iterable[ox.Quad]) -> str:
    return "".join(f"{quad.subject} {quad.predicate} {quad.object} .\n" for quad in quads)
