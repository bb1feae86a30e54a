"""A sheet: texts, panels and strokes at their positions, in pixels from the top left; and the sheet as SVG.

The file needs nothing else. It has a title, a description, links, and for each panel a text of what it shows.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from glutkg.pictures.theme import FONT, PAGE

Point = tuple[float, float]


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
    """A rounded rectangle with what stands in it: a `box`, `chip`, `tag`, `row` or `cell`; `hint` is its title."""

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


class Page(NamedTuple):
    """A page of a fixed size in pixels, in which a sheet is shown as large as it fits."""

    width: float
    height: float

    def scale(self, sheet: Sheet) -> float:
        """Give how many pixels of the page stand for one of the sheet."""
        return min(self.width / sheet.width, self.height / sheet.height)


class Sheet(NamedTuple):
    """All of a picture, from the back to the front: strokes, panels, texts."""

    width: float
    height: float
    title: str
    text: str
    strokes: tuple[Stroke, ...]
    panels: tuple[Panel, ...]
    texts: tuple[Text, ...]
    page: Page | None = None


def to_svg(sheet: Sheet) -> str:
    """Write a sheet as an SVG document; the same sheet gives the same bytes.

    The names of its title and description are its own, so that a page can hold several.
    """
    page = sheet.page or Page(sheet.width, sheet.height)
    scale = page.scale(sheet)
    wide, high = page.width / scale, page.height / scale
    left, top = (sheet.width - wide) / 2, (sheet.height - high) / 2
    mark = blake2b(f"{sheet.title}\0{sheet.text}".encode(), digest_size=4).hexdigest()
    view = " ".join(map(_number, (left, top, wide, high)))
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_number(page.width)}" height="{_number(page.height)}" '
        f'viewBox="{view}" role="graphics-document" aria-labelledby="title-{mark} text-{mark}" font-family="{FONT}">',
        f'<title id="title-{mark}">{_plain(sheet.title)}</title>',
        f'<desc id="text-{mark}">{_plain(sheet.text)}</desc>',
        f'<rect class="page" x="{_number(left)}" y="{_number(top)}" width="{_number(wide)}" '
        f'height="{_number(high)}" fill="{PAGE}"/>',
        *(line for stroke in sheet.strokes for line in _stroke(stroke)),
        *(line for panel in sheet.panels for line in _panel(panel)),
        *(_text(text) for text in sheet.texts),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _plain(text: str) -> str:
    """Escape text, and put a replacement sign for what no XML document may hold, such as a control character."""
    return escape("".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text))


def _number(value: float) -> str:
    return f"{value + 0.0:.1f}".removesuffix(".0")


def _panel(panel: Panel) -> list[str]:
    dash = f' stroke-dasharray="{panel.dash}"' if panel.dash else ""
    inner = [
        f"<title>{_plain(panel.hint)}</title>" if panel.hint else "",
        f'<rect class="{panel.kind}" x="{_number(panel.x)}" y="{_number(panel.y)}" width="{_number(panel.width)}" '
        f'height="{_number(panel.height)}" rx="{_number(panel.radius)}" fill="{panel.fill}" stroke="{panel.stroke}" '
        f'stroke-width="{_number(panel.stroke_width)}"{dash}/>',
        *(_shape(shape) for shape in panel.shapes),
        *(line for each in panel.panels for line in _panel(each)),
        *(_text(text) for text in panel.texts if text.link is None),
    ]
    own = [line for line in inner if line]
    linked = [_text(text) for text in panel.texts if text.link is not None]
    if panel.link:
        own = [f"<a href={quoteattr(panel.link)}>", *own, "</a>"]
    if not panel.hint:
        return own
    return [f'<g class="{panel.kind}-group">', *own, *linked, "</g>"]


def _stroke(stroke: Stroke) -> list[str]:
    dash = f' stroke-dasharray="{stroke.dash}"' if stroke.dash else ""
    cap = ' stroke-linecap="round"' if stroke.dash else ""
    look = f'stroke="{stroke.colour}" stroke-width="{_number(stroke.width)}"{dash}{cap}'
    return [
        f'<path class="line" d="{stroke.path}" fill="none" {look}/>',
        *([_shape(stroke.head)] if stroke.head else []),
    ]


def _shape(shape: Shape) -> str:
    width = f' stroke-width="{_number(shape.width)}"' if shape.stroke != "none" else ""
    return f'<path d="{shape.path}" fill="{shape.fill}" stroke="{shape.stroke}"{width}/>'


def _text(text: Text) -> str:
    weight = ' font-weight="bold"' if text.bold else ""
    made = (
        f'<text x="{_number(text.x)}" y="{_number(text.y)}" font-size="{_number(text.size)}"{weight} '
        f'fill="{text.fill}" textLength="{_number(text.width)}" lengthAdjust="spacingAndGlyphs">'
        f"{_plain(text.text)}</text>"
    )
    return f"<a href={quoteattr(text.link)}>{made}</a>" if text.link else made
