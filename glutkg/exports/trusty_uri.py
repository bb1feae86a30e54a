"""Trusty URIs: names that hold the digest of what they name, by module RA of the specification (trustyuri.net).

The digest is that of all quads, sorted, with each IRI as it is without the digest in it; so that it can be checked by
whoever has the quads.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable

    from glutkg.linked_data.parts import Quad

MODULE = "RA"
PLACEHOLDER = " "
"""What stands in an IRI for the digest while it is worked out; no IRI has a space."""

Text = tuple[str, str, str, tuple[int, str, str, str], str]


def artifact_code(quads: Iterable[Quad], placeholder: str) -> str:
    """Return the code that names some quads, in whose IRIs a text stands for it.

    >>> graph = ox.NamedNode("https://example.org/np/CODE#assertion")
    >>> len(artifact_code([ox.Quad(graph, graph, graph, graph)], "CODE"))
    45
    """
    texts = sorted({_text(quad, placeholder) for quad in quads})
    content = "".join(
        f"{graph}\n{subject}\n{predicate}\n{written}\n" for graph, subject, predicate, _, written in texts
    )
    digest = hashlib.sha256(content.encode()).digest()
    return MODULE + urlsafe_b64encode(digest).decode().rstrip("=")


def _text(quad: Quad, placeholder: str) -> Text:
    """Give the parts of a quad as they are sorted and written: an IRI before a literal."""
    graph, subject, predicate = (
        str(getattr(term, "value", "")).replace(placeholder, PLACEHOLDER)
        for term in (quad.graph_name, quad.subject, quad.predicate)
    )
    object_ = quad.object
    if isinstance(object_, ox.Literal):
        kind = f"@{object_.language.lower()}" if object_.language else f"^{object_.datatype.value}"
        key = (1, object_.value, "" if object_.language else object_.datatype.value, object_.language or "")
        escaped = object_.value.replace("\\", "\\\\").replace("\n", "\\n")
        return graph, subject, predicate, key, f"{kind} {escaped}"
    iri = str(getattr(object_, "value", "")).replace(placeholder, PLACEHOLDER)
    return graph, subject, predicate, (0, iri, "", ""), iri
