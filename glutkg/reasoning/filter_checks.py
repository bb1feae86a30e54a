"""Which filters a rule may have: those that the engine applies to coded triples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import STATED_GRAPH
from glutkg.sparql.patterns import COMPARISONS, Call, Exists, Filter, Group, Operation, TriplePattern

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from glutkg.sparql.patterns import Expression, Part

STATED = f"<{STATED_GRAPH}>"
KINDS_OF_TERM = ("ISIRI", "ISURI", "ISBLANK", "ISLITERAL")
READ = (
    "Of filters, rules may have comparisons of terms, IN, isIRI, isBlank, isLiteral, and EXISTS with triple patterns, "
    "of all triples or of those in the graph of stated triples, joined by !, && and ||."
)


def unreadable(expression: Expression, relations: Collection[str]) -> str:
    """Give the first part of a filter that the engine does not know, or nothing.

    `relations` are the variables that the rule binds, so that they may stand for a predicate within EXISTS.

    >>> from glutkg.sparql.parser import read_expression
    >>> unreadable(read_expression("FILTER(isIRI(?x) && STRLEN(?x) > 3)"), ())
    'STRLEN(?x)'
    """
    return next(_unreadable(expression, relations), "")


def _unreadable(expression: Expression, relations: Collection[str]) -> Iterator[str]:
    match expression:
        case Operation("!" | "&&" | "||", parts):
            for part in parts:
                yield from _unreadable(part, relations)
        case Exists(group):
            yield from _in_group(group, relations, may_filter=True)
        case Operation(operator, terms) if operator in (*COMPARISONS, "IN"):
            yield from _no_terms(terms)
        case Call(name, terms) if name in KINDS_OF_TERM:
            yield from _no_terms(terms)
        case _:
            yield str(expression)


def _no_terms(expressions: tuple[Expression, ...]) -> Iterator[str]:
    return (str(one) for one in expressions if not isinstance(one, str))


def _in_group(group: Group, relations: Collection[str], *, may_filter: bool) -> Iterator[str]:
    for part in group.parts:
        if isinstance(part, TriplePattern):
            yield from () if _is_read(part, relations) else (str(part),)
        elif isinstance(part, Group):
            yield from _in_group(part, relations, may_filter=False)
        elif isinstance(part, Filter) and may_filter:
            yield from _unreadable(part.expression, relations)
        else:
            yield str(part)


def _is_read(part: Part, relations: Collection[str]) -> bool:
    if not isinstance(part, TriplePattern) or not isinstance(part.predicate, str):
        return False
    is_known = not part.predicate.startswith("?") or part.predicate in relations
    return is_known and part.graph in ("", STATED)
