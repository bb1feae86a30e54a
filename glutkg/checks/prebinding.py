"""Whether the query of a SPARQL constraint finds the same for each focus node when it is run once for all of them.

SHACL has `$this` bound before a query is run, once for each focus node. With `$this` left free, each row names its
focus node itself. That is the same where a triple pattern binds `$this` before anything else looks at it; what this
module cannot show to be the same, it says no to.
"""

from __future__ import annotations

import re

from glutkg.sparql.patterns import (
    Bind,
    Clause,
    Exists,
    Filter,
    Group,
    PropertyPath,
    Query,
    TriplePattern,
    Union,
    variables,
    walk,
)

_THIS = "?this"
_SPECIAL = frozenset(("?PATH", "?path", "?failure", "?shapesGraph", "?currentShape"))
"""Variables to which SHACL gives a meaning that only a whole processor knows."""
_GROUPED = re.compile(r"GROUP BY(?: \?\w+)*? \?this(?: \?\w+)*$")


def may_run_once(query: Query) -> bool:
    """Tell whether a query with `$this` left free has the rows of all its runs with `$this` bound.

    >>> from glutkg.sparql.parser import read_query
    >>> may_run_once(read_query("SELECT $this ?value { $this glut:target ?value . FILTER(?value != $this) }"))
    True
    >>> may_run_once(read_query("SELECT $this { OPTIONAL { $this glut:target ?value } FILTER(!BOUND(?value)) }"))
    False
    """
    return query.form == "SELECT" and not _SPECIAL & variables(query) and _selection_is_safe(query)


def _selection_is_safe(query: Query) -> bool:
    """Tell whether a query shows `$this`, binds it, and at most groups by it."""
    grouped = len(query.modifiers) == 1 and _GROUPED.match(query.modifiers[0]) is not None
    plain = not query.modifiers and all(column.expression is None for column in query.columns)
    shown = {column.variable for column in query.columns if column.expression is None}
    return (
        (grouped or plain)
        and (_THIS in shown or not query.columns)
        and any(map(_binds, query.where.parts))
        and _is_safe(query.where, sees_this=False)
    )


def _binds(part: object) -> bool:
    """Tell whether a part binds `$this` in every solution, and to nodes of the graph, unlike a path of no step."""
    if isinstance(part, TriplePattern):
        is_empty = isinstance(part.predicate, PropertyPath) and _may_be_empty(part.predicate)
        return not is_empty and not part.graph and _THIS in (part.subject, part.object)
    if isinstance(part, Union):
        return all(map(_binds, part.groups))
    if isinstance(part, Group):
        return any(map(_binds, part.parts))
    return isinstance(part, Query) and _selection_is_safe(part)


def _may_be_empty(path: PropertyPath | str) -> bool:
    if isinstance(path, str) or path.operator == "!":
        return False
    if path.operator in "*?":
        return True
    return (all if path.operator == "/" else any)(map(_may_be_empty, path.parts))


def _is_safe(group: Group, *, sees_this: bool) -> bool:
    """Tell whether a group has the same solutions either way; `sees_this`: its filters see `$this` from outside."""
    return all(_part_is_safe(part, group.parts[:place], group, sees_this) for place, part in enumerate(group.parts))


def _part_is_safe(part: object, before: tuple[object, ...], group: Group, sees_this: bool) -> bool:
    bound = any(map(_binds, before))
    if isinstance(part, Filter):
        return _expression_is_safe(part, visible=sees_this or any(map(_binds, group.parts)))
    if isinstance(part, Bind):
        return part.variable != _THIS and _expression_is_safe(part, visible=bound)
    if isinstance(part, Clause):
        visible = bound or _THIS not in variables(part)
        return part.word == "OPTIONAL" and visible and _is_safe(part.group, sees_this=True)
    return _pattern_is_safe(part)


def _pattern_is_safe(part: object) -> bool:
    if isinstance(part, TriplePattern):
        return not part.graph
    if isinstance(part, Query):
        return _selection_is_safe(part)
    groups = part.groups if isinstance(part, Union) else (part,)
    return all(isinstance(group, Group) and _is_safe(group, sees_this=False) for group in groups)


def _expression_is_safe(part: Filter | Bind, *, visible: bool) -> bool:
    if _THIS in variables(part.expression) and not visible:
        return False
    return all(_is_safe(node.group, sees_this=True) for node in walk(part.expression) if isinstance(node, Exists))
