"""Where boxes and lines go: Graphviz's dot, in process, from the wheel of pygraphviz; the only module that knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import MissingPartError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Point = tuple[float, float]

ROW_GAP = 14.0
RANK_GAP = 26.0
HEAD = 8.0
"""Pixels between neighbours in a rank, between ranks, and for an arrowhead."""


class Node(NamedTuple):
    """Something to place: its size in pixels and, where that is fixed, its rank from the left."""

    name: str
    width: float
    height: float
    rank: int | None = None


class Curve(NamedTuple):
    """A line as Bézier points (1 + 3n of them), and the point that its arrowhead touches."""

    points: tuple[Point, ...]
    tip: Point | None


class Placed(NamedTuple):
    """The middle of each node, and the curves in the order of the edges given; y grows downwards."""

    middles: Mapping[str, Point]
    curves: tuple[Curve, ...]


def place(nodes: Sequence[Node], edges: Sequence[tuple[str, str, bool]]) -> Placed:
    """Place nodes in ranks from left to right and lead edges around them; an edge is start, end, whether with a head.

    Raises MissingPartError when Graphviz is not installed.
    """
    graph = _graph()
    for node in nodes:
        graph.add_node(node.name, width=node.width / 72, height=node.height / 72)
    _rank(graph, nodes)
    for number, (start, end, head) in enumerate(edges):
        graph.add_edge(start, end, key=f"e{number}", arrowhead="normal" if head else "none")
    graph.layout(prog="dot")
    middles = {node.name: _flip(_point(graph.get_node(node.name).attr["pos"])) for node in nodes}
    curves = [_curve(graph.get_edge(s, e, key=f"e{n}").attr["pos"]) for n, (s, e, _) in enumerate(edges)]
    return Placed(middles, tuple(curves))


def _graph():  # type: ignore[no-untyped-def]  # noqa: ANN202 - pygraphviz ships no types
    try:
        from pygraphviz import AGraph
    except ImportError as error:
        raise MissingPartError(
            "Drawing needs Graphviz, which comes with pygraphviz. Install it with: pip install 'glutkg[draw]'"
        ) from error
    graph = AGraph(directed=True, strict=False)
    graph.graph_attr.update(
        rankdir="LR", nodesep=ROW_GAP / 72, ranksep=RANK_GAP / 72, splines="true", newrank="true", remincross="true"
    )
    graph.node_attr.update(shape="box", fixedsize="true", label="")
    graph.edge_attr.update(arrowsize=HEAD / 10)
    return graph


def _rank(graph, nodes: Iterable[Node]) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Keep nodes of a rank together, and the ranks in their order by a chain that is not drawn."""
    ranks: dict[int, list[str]] = {}
    for node in nodes:
        if node.rank is not None:
            ranks.setdefault(node.rank, []).append(node.name)
    chain = [f"rank {rank}" for rank in sorted(ranks)]
    for anchor, rank in zip(chain, sorted(ranks), strict=True):
        graph.add_node(anchor, width=0.01, height=0.01, style="invis")
        graph.add_subgraph([anchor, *ranks[rank]], rank="same")
    for before, after in zip(chain, chain[1:], strict=False):
        graph.add_edge(before, after, style="invis", weight=100)


def _point(text: str) -> Point:
    x, _, y = text.partition(",")
    return float(x), float(y)


def _flip(point: Point) -> Point:
    return point[0], -point[1]


def _curve(text: str) -> Curve:
    """Read `e,x,y x,y x,y …` as dot writes it: the tip of the head first, then the Bézier points."""
    parts = text.split()
    tip = next((_flip(_point(part[2:])) for part in parts if part.startswith("e,")), None)
    return Curve(tuple(_flip(_point(part)) for part in parts if part[:2] not in {"e,", "s,"}), tip)
