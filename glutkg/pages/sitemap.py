"""What the site has, for machines: all addresses, what robots may read, and redirects from w3id.org."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from glutkg.pages import linked_data
from glutkg.pages.addresses import path_of
from glutkg.pages.response import OK, Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from glutkg.pages.site import Site

_ASKING = ("Header always set Access-Control-Allow-Origin *", "Header always set Vary Accept")


def addresses(site: Site, pages: Iterable[str]) -> list[str]:
    """List the paths of all pages: those named, the questions, everything of ours, and the rules."""
    plain = [name for name in pages if "." not in name]
    asked = [f"questions/{name}" for name in site.questions]
    things = [f"{path_of(iri)}.html" for iri in [*site.iris, *site.graphs]]
    return [*plain, *asked, *things]


def sitemap(site: Site, pages: Iterable[str]) -> Response:
    """Respond with the addresses of all pages."""
    entries = "".join(f"<url><loc>{escape(site.base + path)}</loc></url>\n" for path in addresses(site, pages))
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{space}">\n{entries}</urlset>\n'
    return Response(OK, "application/xml", text.encode())


def robots(site: Site, _query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with what robots may read: all but what has to be worked out."""
    closed = ("sparql", "find", "why", "mechanisms", "blocks/")
    lines = ["User-agent: *", *(f"Disallow: {site.root}{name}" for name in closed), f"Sitemap: {site.base}sitemap.xml"]
    return Response(OK, "text/plain", ("\n".join(lines) + "\n").encode())


def htaccess(target: str) -> str:
    """Write the file that w3id.org needs: it sends each of our IRIs on to a site, by what a client accepts.

    >>> "RewriteRule ^$ https://example.org/ [R=302,L]" in htaccess("https://example.org/")
    True
    """
    target = target if target.endswith("/") else f"{target}/"
    endings = "|".join(ending[1:] for ending in (".html", *linked_data.FORMS))
    lines = [
        "Options -MultiViews",
        "RewriteEngine on",
        *_ASKING,
        "",
        "# The site itself, and what has an ending already",
        f"RewriteRule ^$ {target} [R=302,L]",
        f"RewriteRule ^(.+\\.(?:{endings}|json|csv|xml|txt))$ {target}$1 [R=303,L,NE]",
        "",
    ]
    for start, words in (("^", "named first"), ("", "named at all, and no page")):
        for ending, (name, media) in linked_data.FORMS.items():
            pattern = start + media.replace("+", "\\+").replace(".", "\\.")
            lines += [
                f"# {name}, where it is {words}",
                *(["RewriteCond %{HTTP_ACCEPT} !text/html [NC]"] if not start else []),
                f"RewriteCond %{{HTTP_ACCEPT}} {pattern} [NC]",
                f"RewriteRule ^(.+)$ {target}$1{ending} [R=303,L,NE]",
                "",
            ]
    return "\n".join([*lines, "# Else the page", f"RewriteRule ^(.+)$ {target}$1.html [R=303,L,NE]", ""])
