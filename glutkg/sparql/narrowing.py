"""Narrows a query to some of the things that a variable of it may stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.sparql.parser import read_query
from glutkg.sparql.patterns import Group, Union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def narrowed(query: str, focus: str, names: Iterable[str]) -> str:
    """Narrow a SELECT query to some IRIs, for which a variable of it is to stand.

    They are written into the choices of a UNION as well, which an engine would otherwise work out for everything.

    >>> narrowed("SELECT ?x WHERE { { ?x a ?y } UNION { ?y a ?z } }", "x", ["http://e/1"])
    'SELECT ?x WHERE { VALUES ?x { <http://e/1> }  { VALUES ?x { <http://e/1> }  ?x a ?y } UNION { ?y a ?z } }'
    """
    written = " ".join(f"<{name}>" for name in sorted(names) if not name.startswith("_:"))
    where = read_query(query).where
    for group in reversed([where, *_choices(where, f"?{focus}")]):
        after = group.start + 1
        query = f"{query[:after]} VALUES ?{focus} {{ {written} }} {query[after:]}"
    return query


def _choices(where: Group, variable: str) -> Iterator[Group]:
    """Give the choices of a UNION right within a group, and groups beside one, that have a pattern with a variable."""
    if not where.of(Union):
        return
    for part in where.parts:
        groups = part.groups if isinstance(part, Union) else (part,) if isinstance(part, Group) else ()
        yield from (group for group in groups if any(variable in pattern.terms for pattern in group.patterns))
