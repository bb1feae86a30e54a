"""Where things and pages are: from IRIs to addresses on this site and back."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from glutkg.rdf.namespaces import BASE

_SOURCE = BASE + "source/"
HTML_END = ".html"
_SAFE = "/-._~"
_ABROAD = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses that a page links to; `root` leads from the page to the root of the site.

    Served pages have no ending, those in a folder end in `.html`, and ask nothing; a page about a thing always does.

    >>> here = Addresses()
    >>> here.thing("https://w3id.org/glutkg/substance/memantine"), here.page("find", q="a b")
    ('/substance/memantine.html', '/find?q=a+b')
    >>> Addresses("../", files=True).page("pathway")
    '../pathway.html'
    """

    root: str = "/"
    files: bool = False

    def thing(self, iri: str, ending: str = HTML_END) -> str:
        """Give the address of the page of something of ours, or its IRI; nothing for what is no address in the web.

        >>> Addresses().thing("javascript:alert(1)"), Addresses().thing("https://w3id.org/glutkg/source/x#s1", ".ttl")
        ('', '/source/x/s1.ttl')
        """
        if iri == BASE:
            return self.page("")
        if not iri.startswith(BASE):
            return iri if iri.startswith(_ABROAD) else ""
        return f"{self.root}{path_of(iri)}{ending}"

    def page(self, name: str, **query: str) -> str:
        """Give the address of a page that is about no single thing."""
        ending = HTML_END if self.files else ""
        name = name or "index" * self.files
        asked = f"?{urlencode(query)}" if query and not self.files else ""
        return f"{self.root}{quote(name, safe=_SAFE)}{ending}{asked}"

    def asset(self, name: str) -> str:
        """Give the address of a style sheet, a script or a font."""
        return f"{self.root}assets/{name}"


def path_of(iri: str) -> str:
    """Give the path, without a slash before it, of an IRI of ours; a part of a document lies below the document."""
    local = iri.removeprefix(BASE)
    return quote(local.replace("#", "/", 1) if iri.startswith(_SOURCE) else local, safe=_SAFE)


def iri_of(path: str) -> str:
    """Give the IRI at a path without a slash before it, as it comes decoded.

    >>> iri_of("source/x/s1"), iri_of("substance/memantine")
    ('https://w3id.org/glutkg/source/x#s1', 'https://w3id.org/glutkg/substance/memantine')
    """
    iri = BASE + path
    document, slash, part = path.removeprefix("source/").partition("/")
    return f"{_SOURCE}{document}#{part}" if path.startswith("source/") and slash else iri
