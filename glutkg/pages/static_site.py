"""The site as files, which any web server can hold: the same pages and the same data, without what must be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from glutkg.atomic_write import write_folder_atomically
from glutkg.pages import linked_data
from glutkg.pages.addresses import HTML_END, path_of
from glutkg.pages.assets import asset
from glutkg.pages.assets import names as asset_names
from glutkg.pages.question_pages import FORMS
from glutkg.pages.respond import respond
from glutkg.pages.response import OK
from glutkg.pages.routes import PAGES
from glutkg.pages.sitemap import htaccess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from glutkg.pages.site import Site

EVERY = 100
"""Pages after which progress is reported."""


def write_site(site: Site, folder: Path, report: Callable[[str], None] | None = None) -> int:
    """Write a site, made with `files=True`, into a folder; return how many files there are. Raises UsageError."""
    made = {}
    for number, (name, content) in enumerate(files(site), 1):
        made[name] = content
        if report and number % EVERY == 0:
            report(f"{number:,} files")
    write_folder_atomically(folder, made)
    return len(made)


def files(site: Site) -> Iterator[tuple[str, bytes]]:
    """Make the files of a site, each with its path below the folder."""
    for path in paths(site):
        yield path, _content(site, path)
    for name in asset_names():
        found = asset(name)
        if found:
            yield f"assets/{name}", found[1]
    yield ".nojekyll", b""
    yield "w3id.htaccess", htaccess(site.base).encode()


def paths(site: Site) -> Iterator[str]:
    """List the files of pages and data, without assets."""
    for name in PAGES:
        yield name if "." in name else f"{name or 'index'}{HTML_END}"
    for name in site.questions:
        yield from (f"questions/{name}{ending}" for ending in (HTML_END, *FORMS))
    for iri in [*site.iris, *site.graphs]:
        yield from (f"{unquote(path_of(iri))}{ending}" for ending in (HTML_END, *linked_data.FORMS))


def _content(site: Site, path: str) -> bytes:
    asked = "" if path == f"index{HTML_END}" else path
    found = respond(site, f"/{asked}", {}, "")
    if found.status != OK:
        raise AssertionError(f"{path} answers with {found.status}")
    return found.body
