"""A picture with everything in its place: texts, panels and strokes, in pixels from the top left."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """A line of text; x is its left edge, y its baseline, `width` what it takes up."""

    x: float
    y: float
    text: str
    size: float
    width: float
    fill: str
    bold: bool = False
    link: str | None = None


class Shape(NamedTuple):
    """A small figure: an arrowhead or a sign on a chip."""

    path: str
    fill: str
    stroke: str
    width: float = 1.4


class Panel(NamedTuple):
    """A rounded rectangle with what stands in it. `kind` is `box`, `chip`, `tag`, `cell` or `band`; `hint` its title."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str
    texts: tuple[Text, ...] = ()
    shapes: tuple[Shape, ...] = ()
    panels: tuple[Panel, ...] = ()
    radius: float = 4
    dash: str = ""
    stroke_width: float = 1.0
    link: str | None = None
    hint: str = ""
    name: str = ""


class Stroke(NamedTuple):
    """A line with its arrowhead."""

    path: str
    colour: str
    width: float
    dash: str = ""
    head: Shape | None = None


class Sheet(NamedTuple):
    """All of a picture, from the back to the front: bands, strokes, panels, texts."""

    width: float
    height: float
    title: str
    text: str
    bands: tuple[Panel, ...]
    strokes: tuple[Stroke, ...]
    panels: tuple[Panel, ...]
    texts: tuple[Text, ...]
