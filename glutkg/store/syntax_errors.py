"""What parsers find wrong, in words: what it is, and what to do about it."""

from __future__ import annotations

import re

import pyoxigraph as ox

from glutkg.rdf.namespaces import PREFIXES

NO_BASE = "none://none/"
"""The base of a document of JSON-LD that names none: an IRI that begins with it was relative, which is not read."""
_PLACE = re.compile(r"^Parser error (?:at|between) line \d+(?: between columns (\d+) and \d+| column (\d+)[^:]*)?: ")
_NO_SCHEME = "No scheme found in an absolute IRI"
_BASES = (
    *((form, "'@base <http://example.org/> .' at the top") for form in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG)),
    (ox.RdfFormat.RDF_XML, "xml:base='http://example.org/' into rdf:RDF"),
    (ox.RdfFormat.JSON_LD, "an @base into the @context"),
)
"""What names a base, by form; some have none."""
_IN_OTHER_WORDS = {
    r"@type must be the first key of an object or right after @context": (
        "a name (@id) in a map by type (@container: @type) is not read. State @type in the node itself"
    ),
    r"Unexpected text event: (?P<text>.*)": "{text} stands where no text may. Take it out",
}
"""What parsers say of what they do, in words of what is wrong."""


def reworded(error: SyntaxError, form: ox.RdfFormat = ox.RdfFormat.TURTLE) -> str:
    """Say what is wrong, and the line to write where Turtle lacks a usual prefix.

    >>> reworded(SyntaxError("Parser error at line 3 column 7: TRUE is not a valid RDF object"))
    'TRUE is not a valid RDF object (column 7). Mend the Turtle there.'
    """
    said = " ".join(error.msg.split())
    prefix = re.search(r"The prefix ([^:]*): has not been declared", said)
    if prefix and prefix[1] in PREFIXES:
        return f"{said}. Write at the top of the file: @prefix {prefix[1]}: <{PREFIXES[prefix[1]]}> ."
    for pattern, words in _IN_OTHER_WORDS.items():
        if found := re.fullmatch(pattern, said):
            return f"{words.format(**found.groupdict())}."
    place = _PLACE.match(said)
    column = place and (place[1] or place[2])
    rest = said[place.end() :] if place else said
    if _NO_SCHEME in rest:
        written = re.search(r"IRI '(.*)':", rest)
        return of_relative_iri(f"'{written[1]}'" if written else f"An IRI (column {column})", form)
    return f"{rest}{f' (column {column})' if column else ''}. Mend the {form.name} there."


def relative_iri(quad: ox.Quad) -> str | None:
    """Give a relative IRI of a quad that was parsed with `NO_BASE`, as it is written, if there is one.

    >>> a = ox.NamedNode("x:a")
    >>> relative_iri(ox.Quad(a, a, ox.NamedNode(NO_BASE + "b")))
    'b'
    """
    for term in (*quad.triple, quad.graph_name):
        if isinstance(term, ox.NamedNode) and term.value.startswith(NO_BASE):
            return term.value.removeprefix(NO_BASE)
    return None


def of_relative_iri(what: str, form: ox.RdfFormat = ox.RdfFormat.JSON_LD) -> str:
    """Say that an IRI is relative, and to nothing.

    >>> of_relative_iri("'#a'", ox.RdfFormat.TURTLE)
    "'#a' is relative, and the file names no base. Write the whole IRI, or '@base <http://example.org/> .' at the top."
    """
    base = next((f", or {words}" for known, words in _BASES if known == form), "")
    return f"{what} is relative, and the file names no base. Write the whole IRI{base}."


def line_of_text(text: str, written: str) -> int:
    """Give the line of a JSON text on which an IRI, or else its end, first stands in quotation marks, or the first."""
    ends = (written, written.rpartition("#")[2], written.rpartition("/")[2])
    place = next((start for end in ends if (start := text.find(f'"{end}"')) >= 0), 0)
    return text.count("\n", 0, place) + 1
