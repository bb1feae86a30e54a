"""The pages that are about no single thing, by their addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.pages.find_page import find_page, names_document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from glutkg.pages.response import Response
    from glutkg.pages.site import Site

    Query = Mapping[str, list[str]]

PAGES: Mapping[str, Callable[[Site, Query, str], Response]] = {
    "find": find_page,
    "names.json": names_document,
}
PREFIXED: Mapping[str, Callable[[Site, str, Query, str], Response]] = {}
"""Those below an address, which take what follows it."""
