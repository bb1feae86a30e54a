"""A network laid out by Graphviz: sizes of its boxes and chips, their places, and lines between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg import layout
from glutkg.framing import MARGIN, Part, framed
from glutkg.palette import DASHES, MARKS, QUIET, WIDTHS
from glutkg.panels import box_panel, box_width, chip_panel, chip_width, head
from glutkg.svg import Panel, Sheet, Stroke

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from glutkg.pictures import Picture

_BOX_LIMIT, _CHIP_LIMIT = 186.0, 178.0


def compose(picture: Picture) -> Sheet:
    """Lay a network out. Raises MissingPartError when Graphviz or fontTools is not installed."""
    widths = _widths(picture)
    panels = [box_panel(box, widths[box.name]) for box in picture.boxes]
    panels += [chip_panel(chip, widths[chip.name]) for chip in picture.chips]
    placed = layout.place(_nodes(picture, panels), _edges(picture))
    left, upper, right, lower = _bounds(panels, placed)

    def draw(top: float) -> Part:
        shift = (MARGIN - left, top - upper)
        made = _set(picture, widths, placed.middles, panels, shift)
        return Part(tuple(made), tuple(_strokes(picture, placed.curves, shift)), (), top + lower - upper)

    return framed(picture, right - left + 2 * MARGIN, picture.chips, draw)


def _widths(picture: Picture) -> dict[str, float]:
    """Give each panel a width; those of one column have the same."""
    needed = {box.name: (("box", box.column), box_width(box, _BOX_LIMIT)) for box in picture.boxes}
    needed |= {chip.name: (("chip", chip.column), chip_width(chip, _CHIP_LIMIT)) for chip in picture.chips}
    columns: dict[tuple[str, int | None], float] = {}
    for column, wide in needed.values():
        columns[column] = max(columns.get(column, 0), wide)
    return {name: wide if column[1] is None else columns[column] for name, (column, wide) in needed.items()}


def _nodes(picture: Picture, panels: Sequence[Panel]) -> list[layout.Node]:
    """Boxes stand in odd ranks, and the chips that lead to them in the ranks before."""
    ranks = {box.name: None if box.column is None else 2 * box.column + 1 for box in picture.boxes}
    ranks |= {chip.name: None if chip.column is None else 2 * chip.column for chip in picture.chips}
    return [layout.Node(panel.name, panel.width, panel.height, ranks[panel.name]) for panel in panels]


def _edges(picture: Picture) -> list[tuple[str, str, bool]]:
    """A line has an arrowhead where it leaves a chip."""
    chips = {chip.name for chip in picture.chips}
    return [(link.start, link.end, link.start in chips) for link in picture.links]


def _bounds(panels: Sequence[Panel], placed: layout.Placed) -> tuple[float, float, float, float]:
    middles = placed.middles
    points = [point for curve in placed.curves for point in curve.points]
    xs = [middles[p.name][0] + side * p.width / 2 for p in panels for side in (-1, 1)] + [x for x, _ in points]
    ys = [middles[p.name][1] + side * p.height / 2 for p in panels for side in (-1, 1)] + [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _set(
    picture: Picture,
    widths: Mapping[str, float],
    middles: Mapping[str, layout.Point],
    panels: Sequence[Panel],
    shift: layout.Point,
) -> list[Panel]:
    sizes = {panel.name: (panel.width, panel.height) for panel in panels}

    def corner(name: str) -> tuple[float, float]:
        (x, y), (wide, high) = middles[name], sizes[name]
        return round(x - wide / 2 + shift[0], 1), round(y - high / 2 + shift[1], 1)

    made = [box_panel(box, widths[box.name], *corner(box.name)) for box in picture.boxes]
    return made + [chip_panel(chip, widths[chip.name], *corner(chip.name)) for chip in picture.chips]


def _strokes(picture: Picture, curves: Sequence[layout.Curve], shift: layout.Point) -> list[Stroke]:
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
        arrow = head(chip.mark, points[-1], tip) if tip else None
        made.append(Stroke(path, MARKS[chip.mark].colour, WIDTHS[chip.rank], DASHES[chip.rank], arrow))
    return made


def _path(points: Sequence[layout.Point]) -> str:
    first, *rest = [f"{x:.1f} {y:.1f}" for x, y in points]
    return f"M{first}C{' '.join(rest)}"
