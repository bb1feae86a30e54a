"""KGX: nodes and edges of Biolink, as TSV and as JSON Lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from glutkg.exports.biolink import Biolink
from glutkg.exports.claims import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glutkg.exports.biolink import Fields
    from glutkg.exports.content import Content, Files
    from glutkg.exports.fidelity import Fate

_FIRST = ("id", "category", "name", "subject", "predicate", "object", "negated")
"""The columns that stand first."""


def tsv(content: Content) -> Files:
    """Write nodes and edges as tables; a list is joined by a bar."""
    nodes, edges = rows(content)
    return {"nodes.tsv": _table(nodes), "edges.tsv": _table(edges)}


def jsonl(content: Content) -> Files:
    """Write nodes and edges as JSON, one on each line."""
    nodes, edges = rows(content)
    return {"nodes.jsonl": _lines(nodes), "edges.jsonl": _lines(edges)}


def rows(content: Content) -> tuple[list[Fields], list[Fields]]:
    """Give nodes and edges by their fields; a category is a list, as KGX has it."""
    nodes: list[Fields] = [
        {
            "id": node.id,
            "category": [node.category],
            "name": named(content.graph, node.name),
            "xref": [one for one in (node.name, *node.same) if one != node.id],
        }
        for node in content.once(Biolink).used_nodes
    ]
    edges = [{**edge.fields, "category": [edge.fields["category"]]} for edge in content.once(Biolink).edges]
    return nodes, edges


def fate(content: Content) -> Fate:
    """Tell what becomes of the claims."""
    return content.once(Biolink).fate()


def _table(rows: Sequence[Fields]) -> bytes:
    names = {name for row in rows for name in row}
    columns = [name for name in _FIRST if name in names] + sorted(names - set(_FIRST))
    lines = ("\t".join(_cell(row.get(column)) for column in columns) for row in rows)
    return "".join(f"{line}\n" for line in ("\t".join(columns), *lines)).encode()


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "|".join(map(_cell, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else " ".join(str(value).split())


def _lines(rows: Iterable[Fields]) -> bytes:
    return "".join(f"{json.dumps(_filled(row), ensure_ascii=False)}\n" for row in rows).encode()


def _filled(row: Fields) -> Fields:
    return {name: value for name, value in row.items() if value not in (None, [])}
