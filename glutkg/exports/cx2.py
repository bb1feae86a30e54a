"""CX2, the network format of Cytoscape and NDEx: a thing a node, a claim an edge, several values a list."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from glutkg.exports.claim_edges import CLASS, ClaimEdges
from glutkg.exports.graphml import attribute
from glutkg.version import VERSION

if TYPE_CHECKING:
    from glutkg.exports.content import Content, Files

_LIST = {"d": "list_of_string"}


def files(content: Content) -> Files:
    """Write the claims as edges; nodes and edges have numbers, and their names as `represents`."""
    made = content.once(ClaimEdges)
    numbers = {node.name: number for number, node in enumerate(made.nodes)}
    nodes = [
        {"id": numbers[node.name], "v": {"name": node.label, "represents": node.name, CLASS: list(node.kinds)}}
        for node in made.nodes
    ]
    edges = [
        {
            "id": number,
            "s": numbers[edge.source],
            "t": numbers[edge.target],
            "v": {
                "name": edge.label,
                "represents": edge.claim.name,
                CLASS: edge.claim.kind,
                **{attribute(name): list(values) for name, values in edge.claim.values.items()},
            },
        }
        for number, edge in enumerate(made.edges)
    ]
    text = {"d": "string"}
    declared = {
        "networkAttributes": dict.fromkeys(("name", "version", "description"), text),
        "nodes": {"name": text, "represents": text, CLASS: _LIST},
        "edges": {"name": text, "represents": text, CLASS: text, **{attribute(name): _LIST for name in made.columns}},
    }
    about = {
        "name": "glutkg",
        "version": VERSION,
        "description": "Claims of glutamatergic pharmacology: what each edge says, how sure its source is, and where.",
    }
    sizes = {"attributeDeclarations": 1, "networkAttributes": 1, "nodes": len(nodes), "edges": len(edges)}
    counts = [{"name": name, "elementCount": size} for name, size in sizes.items()]
    aspects = [
        {"CXVersion": "2.0", "hasFragments": False},
        {
            "metaData": [{"name": name, "elementCount": 1} for name in ("attributeDeclarations", "networkAttributes")]
            + counts
        },
        {"attributeDeclarations": [declared]},
        {"networkAttributes": [about]},
        {"nodes": nodes},
        {"edges": edges},
        {"status": [{"success": True}]},
    ]
    lines = ",\n".join(json.dumps(aspect, ensure_ascii=False, separators=(",", ":")) for aspect in aspects)
    return {"claims.cx2": f"[\n{lines}\n]\n".encode()}
