"""A picture by its name: what is asked for, with its sources, as large as it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.errors import UsageError
from glutkg.pictures import picture_types
from glutkg.pictures.claim_key import with_sources
from glutkg.pictures.formats import Drawing
from glutkg.pictures.svg import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from glutkg.mechanisms.network import Network
    from glutkg.mechanisms.paths import Paths
    from glutkg.pictures.model import Picture
    from glutkg.pictures.queries import PictureQueries

SHAPES = {"slide": Page(1280, 720)}
"""The pages that a picture can be made for: a slide is 16:9."""
_LEAST_SCALE = 0.9
"""How much smaller than by itself a picture may be on a page."""
_ENDS = 2


def ends(things: Sequence[str]) -> tuple[str, str]:
    """Give the two ends of a path. Raises UsageError for another number of things."""
    if len(things) != _ENDS:
        raise UsageError("A path leads from an agent to an outcome or a condition: name both.")
    return things[0], things[1]


def draw_path(
    queries: PictureQueries, network: Network, found: Paths, at_most: int | None, shape: str | None
) -> Drawing:
    """Draw paths. Raises NotFoundError without one."""
    return _fitted(
        shape,
        lambda steps: with_sources(queries, picture_types.path(queries, network, found, steps)),
        picture_types.MAX_STEPS if at_most is None else at_most,
    )


def draw(queries: PictureQueries, what: str, things: Sequence[str], at_most: int | None, shape: str | None) -> Drawing:
    """Draw another picture than a path, of things given by their IRIs. Raises the errors of `build`."""
    return _fitted(
        shape,
        lambda rows: with_sources(queries, picture_types.build(queries, what, things, rows)),
        picture_types.MAX_ROWS if at_most is None else at_most,
    )


def _fitted(shape: str | None, build: Callable[[int], Picture], at_most: int) -> Drawing:
    """Draw a picture, for a page with no more rows than it has room for at about its own size.

    `build` makes the picture with a number of rows or steps. Raises UsageError for an unknown shape.
    """
    if shape is None:
        return Drawing(build(at_most))
    if shape not in SHAPES:
        raise UsageError(f"There is no shape '{shape}'. Use one of {', '.join(SHAPES)}, or none.")
    page = SHAPES[shape]
    least, most = 1, at_most
    while least < most:
        middle = (least + most + 1) // 2
        if page.scale(Drawing(build(middle), page).sheet) >= _LEAST_SCALE:
            least = middle
        else:
            most = middle - 1
    return Drawing(build(least), page)
