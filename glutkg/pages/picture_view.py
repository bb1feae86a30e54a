"""Pictures within pages: their links lead to pages of the site, and their colours are those of the page."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import BASE

if TYPE_CHECKING:
    from glutkg.pages.addresses import Addresses

_LINK = re.compile(rf'href="({re.escape(BASE)}[^"]*)"')


def inlined(svg: str, here: Addresses) -> str:
    """Lead the links of a picture, drawn as SVG, to the pages of a site.

    >>> from glutkg.pages.addresses import Addresses
    >>> inlined('<a href="https://w3id.org/glutkg/Migraine">', Addresses())
    '<a href="/Migraine.html">'
    """
    return _LINK.sub(lambda found: f'href="{escape(here.thing(unescape(found[1])))}"', svg)
