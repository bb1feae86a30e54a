"""Whether rules ask for the absence of what is concluded only later, so that the answer would depend on their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.errors import RuleError
from glutkg.rdf.namespaces import RDF
from glutkg.reasoning.rule import filter_expression
from glutkg.sparql.patterns import Operation, TriplePattern, children

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from glutkg.reasoning.rule import Pattern, Rule

_TYPE = f"<{RDF}type>"
_Relation = tuple[str, str]


def check_strata(rules: Sequence[Rule], folder: Path) -> None:
    """Raise RuleError where a rule negates what follows by a rule of the same or a higher stratum, at once or later.

    A rule may ask whether its own conclusion is missing for the same subject: it then concludes it once.
    """
    for rule in rules:
        for absent in (one for text in rule.filters for one in _negated(filter_expression(text), is_negated=False)):
            others = [other for other in rules if other is not rule or absent[0] != rule.head[0]]
            late = [other for other in others if other.stratum >= rule.stratum and (other.final or not rule.final)]
            other = _followed(late, rules).get(_relation(absent))
            if other:
                follows = "concludes" if _relation(other.head) == _relation(absent) else "makes follow"
                raise RuleError(
                    f"the rule asks for the absence of '{' '.join(absent)}', "
                    f"which the rule '{other.name}' of stratum {other.stratum} {follows}. Give them strata "
                    f"so that '{other.name}' has the lower one.",
                    path=folder / "rules" / f"{rule.name}.rq",
                )


def _followed(late: Sequence[Rule], rules: Sequence[Rule]) -> dict[_Relation, Rule]:
    """Give what some rules conclude, and what follows from that by way of others, with the rule that it comes from."""
    found = {_relation(rule.head): rule for rule in reversed(late)}
    size = 0
    while size < len(found):
        size = len(found)
        for rule in rules:
            read = (_relation(pattern) for n, pattern in enumerate(rule.body) if n not in rule.stated_only)
            first = next((found[relation] for relation in read if relation in found), None)
            if first and not first.final:  # what a final rule concludes is not read
                found.setdefault(_relation(rule.head), first)
    return found


def _relation(pattern: Pattern) -> _Relation:
    """Give the predicate of a pattern, and the class where it is a membership in a named one."""
    _, predicate, object_ = pattern
    return predicate, object_ if predicate == _TYPE and not object_.startswith("?") else ""


def _negated(node: object, *, is_negated: bool) -> Iterator[Pattern]:
    """Give the patterns within an odd number of negations; what is stated is never concluded."""
    if isinstance(node, Operation) and node.operator == "!":
        yield from _negated(node.operands, is_negated=not is_negated)
    elif isinstance(node, TriplePattern):
        if is_negated and not node.graph:
            yield node.terms
    else:
        for inner in children(node):
            yield from _negated(inner, is_negated=is_negated)
