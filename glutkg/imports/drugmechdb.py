"""DrugMechDB's mechanisms: each link of a path as a row, and each path as one, that of the indication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glutkg.errors import SourceError
from glutkg.imports.rows import Reject, Row, Rows
from glutkg.resources import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

COLUMNS = (
    "record", "path", "drug", "drug_mesh", "drugbank", "disease", "disease_mesh", "key", "source", "source_name",
    "source_label", "target", "target_name", "target_label", "reference",
)  # fmt: skip
"""`record` is `link` or `path`; names and labels are those of the nodes; references are those of the path."""


def read_drugmechdb(path: Path) -> Rows:
    """Read a file of paths. Raises SourceError, with the line, for what is no YAML or no list of paths."""
    import yaml

    try:
        found = yaml.load(decoded(path), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise SourceError(f"the file is no YAML ({error.problem}). Mend it there.", path, line) from error
    except yaml.YAMLError as error:
        raise SourceError("the file is no YAML. Take out the characters that cannot be printed.", path) from error
    paths = found if isinstance(found, list) else [found]
    if not paths or not all(isinstance(one, dict) and isinstance(one.get("graph"), dict) for one in paths):
        raise SourceError("the file is no list of paths, each with a graph, nodes and links.", path)
    return Rows(COLUMNS, [row for number, one in enumerate(paths, 1) for row in _rows(one, number)])


def _rows(path: Mapping[str, Any], number: int) -> Iterator[Row | Reject]:
    graph = path["graph"]
    name = str(graph.get("_id") or path.get("_id") or f"path {number}")
    references = path.get("reference") or path.get("references") or []
    listed = references if isinstance(references, list) else [references]
    whole = {
        key: str(graph[key]) for key in ("drug", "drug_mesh", "drugbank", "disease", "disease_mesh") if graph.get(key)
    }
    whole |= {"path": name, "reference": "|".join(map(str, listed))}
    nodes = {str(node.get("id")): node for node in path.get("nodes") or [] if isinstance(node, dict)}
    yield Row(name, {**whole, "record": "path"})
    for place, link in enumerate(path.get("links") or [], 1):
        cells = {**whole, "record": "link", **{key: str(link.get(key, "")) for key in ("key", "source", "target")}}
        unknown = next((end for end in ("source", "target") if cells[end] not in nodes), None)
        for end in ("source", "target"):
            node = nodes.get(cells[end], {})
            cells |= {f"{end}_{key}": str(node[key]) for key in ("name", "label") if node.get(key)}
        row = Row(f"{name}, link {place}", cells)
        yield Reject(row, unknown, cells[unknown], f"'{cells[unknown]}' is not among the nodes.") if unknown else row
