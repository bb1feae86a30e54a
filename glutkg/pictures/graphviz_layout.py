"""A network laid out by Graphviz's dot, in process, from the wheel of pygraphviz: the only module that knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from glutkg.errors import MissingPartError
from glutkg.pictures.boxes_and_arrows import arrowhead, box_panel, box_width, chip_panel, chip_width
from glutkg.pictures.frame import LEAST_WIDTH, MARGIN, WIDEST, Section, chip_legend, compose_sheet
from glutkg.pictures.svg import Panel, Point, Sheet, Stroke
from glutkg.pictures.theme import MARKS, QUIET, dash, thickness

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from glutkg.pictures.model import NetworkPicture

_ROW_GAP, _HEAD = 14.0, 8.0
"""Pixels between neighbours in a rank, and for an arrowhead."""
_INCH = 72.0


class Room(NamedTuple):
    """How wide boxes and chips are at most, the gap between ranks, and where ranks go: right (LR) or down (TB)."""

    box: float
    chip: float
    gap: float
    ranks: str = "LR"


_ROOMS = (Room(186, 178, 26), Room(126, 130, 18), Room(104, 110, 14), Room(150, 150, 26, "TB"))
"""From the roomiest to the narrowest; the last is taken where no other fits."""


class Curve(NamedTuple):
    """A line as Bézier points (1 + 3n of them), and the point that its arrowhead touches."""

    points: tuple[Point, ...]
    tip: Point | None


class Placed(NamedTuple):
    """The middle of each panel, and the curves in the order of the links; y grows downwards from the top."""

    middles: Mapping[str, Point]
    curves: tuple[Curve, ...]
    width: float
    height: float


def compose(picture: NetworkPicture, least: float = LEAST_WIDTH) -> Sheet:
    """Lay a network out. Raises MissingPartError when Graphviz or fontTools is not installed."""
    for room in _ROOMS:
        panels = [box_panel(box, box_width(box, room.box)) for box in picture.boxes]
        panels += [chip_panel(chip, chip_width(chip, room.chip)) for chip in picture.chips]
        placed = _place(panels, _edges(picture), room)
        if placed.width + 2 * MARGIN <= WIDEST:
            break

    def draw(top: float) -> Section:
        made = _set(picture, panels, placed.middles, (MARGIN, top))
        return Section(tuple(made), tuple(_strokes(picture, placed.curves, (MARGIN, top))), (), top + placed.height)

    return compose_sheet(picture, placed.width + 2 * MARGIN, least, list(chip_legend(picture.chips)), draw)


def _edges(picture: NetworkPicture) -> list[tuple[str, str, bool]]:
    """A line has an arrowhead where it leaves a chip."""
    chips = {chip.name for chip in picture.chips}
    return [(link.start, link.end, link.start in chips) for link in picture.links]


def _place(panels: Sequence[Panel], edges: Sequence[tuple[str, str, bool]], room: Room) -> Placed:
    """Place panels along the ranks and lead edges around them; an edge is start, end, whether with an arrowhead."""
    graph = _graph(room)
    for panel in panels:
        graph.add_node(panel.name, width=panel.width / _INCH, height=panel.height / _INCH)
    for number, (start, end, with_head) in enumerate(edges):
        graph.add_edge(start, end, key=f"e{number}", arrowhead="normal" if with_head else "none")
    graph.layout(prog="dot")
    left, lower, right, upper = (float(number) for number in graph.graph_attr["bb"].split(","))
    coordinates = _Coordinates(left, upper)
    middles = {panel.name: coordinates.point(graph.get_node(panel.name).attr["pos"]) for panel in panels}
    curves = [coordinates.curve(graph.get_edge(s, e, key=f"e{n}").attr["pos"]) for n, (s, e, _) in enumerate(edges)]
    return Placed(middles, tuple(curves), right - left, upper - lower)


def _graph(room: Room) -> Any:  # noqa: ANN401 - pygraphviz ships no types
    try:
        from pygraphviz import AGraph
    except ImportError as error:
        raise MissingPartError(
            "Drawing paths needs Graphviz, which comes with pygraphviz. Install it with: pip install 'glutkg[draw]'"
        ) from error
    graph = AGraph(directed=True, strict=False)
    graph.graph_attr.update(rankdir=room.ranks, nodesep=_ROW_GAP / _INCH, ranksep=room.gap / _INCH, splines="true")
    graph.node_attr.update(shape="box", fixedsize="true", label="")
    graph.edge_attr.update(arrowsize=_HEAD / 10)
    return graph


class _Coordinates(NamedTuple):
    """Converts positions as dot writes them, y growing upwards, into pixels from the top left."""

    left: float
    upper: float

    def point(self, text: str) -> Point:
        x, _, y = text.partition(",")
        return float(x) - self.left, self.upper - float(y)

    def curve(self, text: str) -> Curve:
        """Read `e,x,y x,y x,y …`: the tip of the head first, then the Bézier points."""
        parts = text.split()
        tip = next((self.point(part[2:]) for part in parts if part.startswith("e,")), None)
        return Curve(tuple(self.point(part) for part in parts if part[:2] not in {"e,", "s,"}), tip)


def _set(picture: NetworkPicture, panels: Sequence[Panel], middles: Mapping[str, Point], shift: Point) -> list[Panel]:
    """Set the panels again, each about its middle."""
    sizes = {panel.name: (panel.width, panel.height) for panel in panels}

    def corner(name: str) -> Point:
        (x, y), (wide, high) = middles[name], sizes[name]
        return round(x - wide / 2 + shift[0], 1), round(y - high / 2 + shift[1], 1)

    made = [box_panel(box, sizes[box.name][0], *corner(box.name)) for box in picture.boxes]
    return made + [chip_panel(chip, sizes[chip.name][0], *corner(chip.name)) for chip in picture.chips]


def _strokes(picture: NetworkPicture, curves: Sequence[Curve], shift: Point) -> list[Stroke]:
    """Draw each link in the style of the chip at one of its ends."""
    chips = {chip.name: chip for chip in picture.chips}
    made = []
    for link, curve in zip(picture.links, curves, strict=True):
        points = [(x + shift[0], y + shift[1]) for x, y in curve.points]
        chip = chips.get(link.start) or chips.get(link.end)
        path = _path(points)
        if chip is None:
            made.append(Stroke(path, QUIET, 1.2))
            continue
        tip = None if curve.tip is None else (curve.tip[0] + shift[0], curve.tip[1] + shift[1])
        arrow = arrowhead(chip.mark, points[-1], tip) if tip else None
        made.append(Stroke(path, MARKS[chip.mark].colour, thickness(chip.rank), dash(chip.rank), arrow))
    return made


def _path(points: Sequence[Point]) -> str:
    first, *rest = [f"{x:.1f} {y:.1f}" for x, y in points]
    return f"M{first}C{' '.join(rest)}"
