"""Pictures by name: what each shows, which one a word may mean, and which can be drawn of a thing."""

from __future__ import annotations

import shlex
from textwrap import fill
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import GlutkgError, UsageError
from glutkg.pictures import picture_types
from glutkg.pictures.queries import header_of
from glutkg.sparql.headers import PICTURE, VIEWS
from glutkg.store.names import folded, named, near
from glutkg.text.line_width import page_width

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from glutkg.pictures.queries import PictureQueries

_LISTED = "'glutkg draw' lists all pictures."


class PictureName(NamedTuple):
    """A picture by its name: what it shows, a command that draws one, and other words for it."""

    name: str
    shows: str
    example: str
    words: tuple[str, ...]


def picture_names(folder: Path) -> dict[str, PictureName]:
    """Give the pictures that can be drawn, by name, from the headers of their queries.

    >>> picture_names(kg.folder)["trials"].example
    'glutkg draw trials migraine'
    """
    named_ = [name for name, keys in VIEWS.items() if set(PICTURE) <= set(keys)]
    headers = {name: header_of(folder, name) for name in named_}
    return {
        name: PictureName(
            name,
            header["shows"],
            f"glutkg draw {name} {header['example']}",
            tuple(word.strip() for word in header["words"].split(",")),
        )
        for name, header in headers.items()
    }


def picture_list(folder: Path) -> str:
    """List the pictures: for each a command that draws one, and what it shows."""
    return "\n".join(f"{each.example}\n{_indented(each.shows)}" for each in picture_names(folder).values())


def _indented(text: str) -> str:
    return fill(text, page_width(), initial_indent="   ", subsequent_indent="   ")


def known_picture(queries: PictureQueries, what: str, things: Sequence[str]) -> PictureName:
    """Give a picture by its name. Raises UsageError for another word, with the picture that it may mean."""
    pictures = picture_names(queries.folder)
    if what in pictures:
        return pictures[what]
    meant = _meant(pictures, what)
    if meant is not None:
        command = shlex.join(["glutkg", "draw", meant.name, *things]) if things else meant.example
        raise UsageError(f"There is no picture '{what}'. Nearest is:\n  {command}\n{_indented(meant.shows)}\n{_LISTED}")
    if offer := offered(queries, [what, *things]):
        raise UsageError(f"There is no picture '{what}', which is a thing.{offer}")
    raise UsageError(f"There is no picture '{what}'. Draw one of {', '.join(pictures)}. {_LISTED}")


def _meant(pictures: dict[str, PictureName], word: str) -> PictureName | None:
    """Give the picture that a word may mean: a word for it, or one that is spelt much like its name."""
    for each in pictures.values():
        if folded(word) in map(folded, each.words):
            return each
    spelt = near(word, pictures)
    return pictures[spelt[0]] if spelt else None


def offered(queries: PictureQueries, things: Sequence[str]) -> str:
    """Say which pictures can be drawn of things by their names, as commands; nothing where there is none."""
    iris = [iri for thing in things for iri in named(queries.graph, thing)[:1]]
    found = drawable(queries, iris) if len(iris) == len(things) else ()
    commands = "".join(f"\n  {shlex.join(['glutkg', 'draw', name, *things])}" for name in found)
    return f" What can be drawn:{commands}" if commands else ""


def drawable(queries: PictureQueries, things: Sequence[str]) -> tuple[str, ...]:
    """Give the names of the pictures, paths aside, of which something can be drawn of things by their IRIs."""
    return tuple(name for name in picture_names(queries.folder) if _draws(queries, name, things))


def _draws(queries: PictureQueries, name: str, things: Sequence[str]) -> bool:
    try:
        picture_types.build(queries, name, things, 1)
    except GlutkgError:
        return False
    return True
