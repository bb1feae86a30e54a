"""A picture in every format: SVG, PNG, Mermaid, DOT, and in a notebook."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.atomic_write import write_atomically
from glutkg.errors import MissingPartError, UsageError
from glutkg.pictures import graphviz_layout, mermaid_dot, row_layout, svg, table_layout
from glutkg.pictures.frame import LEAST_WIDTH
from glutkg.pictures.model import RowPicture, TablePicture
from glutkg.pictures.text_metrics import FONTS

if TYPE_CHECKING:
    import os

    from glutkg.pictures.model import Picture

FORMS = {"svg": ("svg",), "png": ("png",), "mermaid": ("mmd", "mermaid"), "dot": ("dot", "gv")}
"""The forms of a picture, with the endings of files that hold them."""
_ZOOM = 2


def form_of(name: str | os.PathLike[str]) -> str:
    """Give the format that the ending of a file name stands for. Raises UsageError for an unknown ending.

    >>> form_of("ketamine.mmd")
    'mermaid'
    """
    ending = Path(name).suffix.removeprefix(".").casefold()
    found = next((form for form, endings in FORMS.items() if ending in endings), None)
    if found is None:
        known = ", ".join(f".{end}" for endings in FORMS.values() for end in endings)
        raise UsageError(f"The ending of {Path(name).name} is not a format of pictures. Use one of {known}.")
    return found


def _composed(picture: Picture, least: float) -> svg.Sheet:
    if isinstance(picture, RowPicture):
        return row_layout.compose(picture, least)
    if isinstance(picture, TablePicture):
        return table_layout.compose(picture, least)
    return graphviz_layout.compose(picture, least)


class Drawing:
    """A picture, laid out when it is asked for.

    >>> import glutkg
    >>> drawing = glutkg.load().draw("evidence", "ketamine")
    >>> drawing.svg()[:5], drawing.png()[1:4], drawing.dot()[:7], drawing.sheet.width > 100
    ('<?xml', b'PNG', 'digraph', True)
    >>> drawing.save("ketamine.svg")
    """

    def __init__(self, picture: Picture, page: svg.Page | None = None) -> None:
        self.picture = picture
        self.page = page

    @cached_property
    def sheet(self) -> svg.Sheet:
        """The picture laid out. Raises MissingPartError when an optional package is not installed."""
        if self.page is None:
            return _composed(self.picture, LEAST_WIDTH)
        page = self.page
        sheets = [_composed(self.picture, least) for least in (LEAST_WIDTH, page.width)]
        if isinstance(self.picture, TablePicture):
            halves = table_layout.compose_halves(self.picture, page.width)
            sheets += [halves] if halves else []
        return max(sheets, key=page.scale)._replace(page=page)

    def svg(self) -> str:
        """Give the picture as an SVG document that needs no other file."""
        return svg.to_svg(self.sheet)

    def png(self) -> bytes:
        """Give the picture as PNG, two pixels for each of the SVG's. Raises MissingPartError without resvg."""
        try:
            from resvg_py import svg_to_bytes
        except ImportError as error:
            raise MissingPartError(
                "PNG needs resvg-py. Install it with: pip install 'glutkg[draw]', or draw SVG."
            ) from error
        fonts = [str(path) for path in sorted(FONTS.glob("*.ttf"))]
        return bytes(svg_to_bytes(svg_string=self.svg(), font_files=fonts, skip_system_fonts=True, zoom=_ZOOM))

    def mermaid(self) -> str:
        """Give the picture as a Mermaid flowchart."""
        return mermaid_dot.mermaid(self.picture)

    def dot(self) -> str:
        """Give the picture in Graphviz's DOT."""
        return mermaid_dot.dot(self.picture)

    def content(self, form: str) -> bytes:
        """Give the picture in one of FORMS."""
        if form == "png":
            return self.png()
        return {"svg": self.svg, "mermaid": self.mermaid, "dot": self.dot}[form]().encode()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to a file at once, in the format of its ending."""
        write_atomically(Path(path), self.content(form_of(path)))

    def __repr__(self) -> str:
        return f"<Drawing: {self.picture.title}>"

    def _repr_svg_(self) -> str:
        return self.svg().partition("\n")[2]
