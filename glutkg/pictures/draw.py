"""A picture by its name: what is asked for, with its sources, as large as it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.errors import UsageError
from glutkg.pictures import picture_types
from glutkg.pictures.claim_key import with_sources
from glutkg.pictures.formats import Drawing
from glutkg.pictures.model import TablePicture
from glutkg.pictures.notes import count
from glutkg.pictures.picture_names import known_picture
from glutkg.pictures.svg import Page
from glutkg.pictures.table_layout import part
from glutkg.store.labels import label

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
_EVERY = 10_000
"""More rows than any table has."""
_ENDS = 2


def ends(things: Sequence[str]) -> tuple[str, str]:
    """Give the two ends of a path. Raises UsageError for another number of things."""
    if len(things) != _ENDS:
        raise UsageError(
            "A path leads from an agent to an outcome or a condition: name both, "
            "as in 'glutkg draw path memantine \"migraine aura\"'."
        )
    return things[0], things[1]


def draw_path(
    queries: PictureQueries, network: Network, found: Paths, at_most: int | None, shape: str | None
) -> Drawing:
    """Draw paths. Raises NotFoundError without one."""
    return _fitted(
        shape,
        lambda steps: with_sources(
            queries, picture_types.path(queries, network, found, steps), short=shape is not None
        ),
        picture_types.MAX_STEPS if at_most is None else at_most,
    )


def _draw_page(queries: PictureQueries, what: str, things: Sequence[str], page: int) -> Drawing:
    """Draw one of the slides onto which all rows of a table fit, counted from 1, in the order of the table.

    Raises the errors of `build`, UsageError for a picture that is no table or a page after the last.
    """
    whole = picture_types.build(queries, what, things, _EVERY)
    if not isinstance(whole, TablePicture):
        raise UsageError(f"A picture '{what}' has one page. Leave --page out.")
    drawn, first = [], 0
    while first < len(whole.rows):
        rows = _rows_that_fit(queries, whole, first)
        drawn.append(range(first, first + rows))
        first += rows
    if page > len(drawn):
        raise UsageError(f"The picture has {count(len(drawn), 'page', 'pages')}; there is no page {page}.")
    shown = part(whole, drawn[page - 1])
    numbered = shown._replace(title=f"{shown.title} ({page} of {len(drawn)})") if len(drawn) > 1 else shown
    return Drawing(with_sources(queries, numbered, short=True), SHAPES["slide"])


def _rows_that_fit(queries: PictureQueries, whole: TablePicture, first: int) -> int:
    """Count the rows from a first one on that a slide has room for, at least one."""
    slide, rows = SHAPES["slide"], 1
    for more in range(1, len(whole.rows) - first + 1):
        picture = with_sources(queries, part(whole, range(first, first + more)), short=True)
        if more > 1 and slide.scale(Drawing(picture, slide).sheet) < _LEAST_SCALE:
            break
        rows = more
    return rows


def draw(
    queries: PictureQueries,
    what: str,
    things: Sequence[str],
    at_most: int | None,
    shape: str | None,
    *,
    page: int | None = None,
) -> Drawing:
    """Draw another picture than a path, or a page of it, of things by their IRIs. Raises the errors of `build`."""
    known_picture(queries, what, [label(queries.graph, thing) for thing in things])
    if page is not None:
        if what == "path" or at_most is not None:
            raise UsageError("Pages hold all rows of a table: leave --limit out, and --page for a path.")
        return _draw_page(queries, what, things, page)
    return _fitted(
        shape,
        lambda rows: with_sources(queries, picture_types.build(queries, what, things, rows), short=shape is not None),
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
