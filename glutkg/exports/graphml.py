"""GraphML: a thing a node, a claim an edge; several values of a property stand in one, joined by a bar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from glutkg.exports.claim_edges import CLASS, ClaimEdges
from glutkg.exports.claims import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glutkg.exports.content import Content, Files
    from glutkg.exports.fidelity import Fate

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML cannot hold, not even escaped."""
_REPLACEMENT = "\ufffd"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'


def files(content: Content) -> Files:
    """Write the claims as edges."""
    return {"claims.graphml": "".join(f"{line}\n" for line in _lines(content.once(ClaimEdges))).encode()}


def fate(content: Content) -> Fate:
    """Tell which claims have no edge."""
    return content.once(ClaimEdges).fate


def attribute(property_: str) -> str:
    """Name the attribute of a property, such as `agent` for glut:agent.

    >>> attribute("glut:agent"), attribute("skos:editorialNote")
    ('agent', 'skos:editorialNote')
    """
    return property_.removeprefix("glut:")


def _lines(made: ClaimEdges) -> Iterator[str]:
    yield _HEAD
    for name in ("label", CLASS):
        yield _key(f"n_{name}", "node", name)
    for name in (CLASS, *made.columns):
        yield _key(f"e_{name}", "edge", attribute(name))
    yield '<graph id="claims" edgedefault="directed">'
    for node in made.nodes:
        data = [("n_label", node.label), (f"n_{CLASS}", "|".join(node.kinds))]
        yield f"<node id={quoteattr(node.name)}>{_data(data)}</node>"
    for edge in made.edges:
        values = edge.claim.values.items()
        data = [(f"e_{CLASS}", edge.claim.kind), *((f"e_{name}", joined(found)) for name, found in values)]
        ends = f"source={quoteattr(edge.source)} target={quoteattr(edge.target)}"
        yield f"<edge id={quoteattr(edge.claim.name)} {ends}>{_data(data)}</edge>"
    yield "</graph>"
    yield "</graphml>"


def _key(name: str, of: str, attribute: str) -> str:
    return f'<key id={quoteattr(name)} for="{of}" attr.name={quoteattr(attribute)} attr.type="string"/>'


def _data(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(
        f"<data key={quoteattr(key)}>{escape(_NOT_XML.sub(_REPLACEMENT, value))}</data>" for key, value in pairs
    )
