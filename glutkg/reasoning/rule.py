"""Rules as data, read from `rules/*.rq`; those of the ontology's own axioms come from `glutkg.reasoning.compiler`.

A rule concludes one triple from triple patterns and filters. It is kept in parts, so that it can be written as a
SPARQL query or update, and so that an explanation can ask which premises made it fire.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from glutkg.errors import RuleError
from glutkg.rdf.namespaces import INFERRED_GRAPH, STATED_GRAPH
from glutkg.reasoning.filter_checks import READ, unreadable
from glutkg.resources import read_text
from glutkg.sparql.headers import RULE, entries, read_header
from glutkg.sparql.parser import read_expression, read_query
from glutkg.sparql.patterns import Exists, Filter, Operation, TriplePattern, walk
from glutkg.sparql.tokens import line_and_column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from glutkg.sparql.patterns import Expression, Group, Part, Query

Pattern = tuple[str, str, str]
"""Subject, predicate and object as SPARQL terms: `?variable` or `<iri>`."""

_LOGICS = ("owl", "closed-world")
_STATED = f"<{STATED_GRAPH}>"


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of concluding a triple.

    `stratum` orders the rules: all of a lower stratum reach their fixpoint first, so that a filter may ask for what is
    absent. `entailed` tells whether OWL entails the conclusion, so that an OWL reasoner must find it too. `axioms` are
    the stated triples that a compiled rule was made from, so that a proof can name them; blank nodes as `_:x`. A rule
    that is `final` runs once, when nothing more follows by the others, and no rule reads what it concludes.
    """

    name: str
    label: str
    summary: str
    stratum: int
    entailed: bool
    head: Pattern
    body: tuple[Pattern, ...]
    filters: tuple[str, ...] = ()
    stated_only: frozenset[int] = field(default_factory=frozenset)
    axioms: tuple[tuple[str, str, str], ...] = ()
    final: bool = False

    @property
    def graph(self) -> str:
        """The IRI of the named graph that takes what the rule concludes."""
        return f"{INFERRED_GRAPH}/{quote(self.name)}"

    def where(self, instead: Mapping[int, str] | None = None) -> str:
        """Give the body as SPARQL, without the braces; for some patterns, by number, something else may be written."""
        return "\n  ".join([*filter(None, self.lines(instead or {}).values()), *self.filters])

    def lines(self, instead: Mapping[int, str]) -> dict[int, str]:
        """Give each pattern as SPARQL, by number; first, in their order, those with something written instead."""
        return {**instead, **{n: self._line(n) for n in range(len(self.body)) if n not in instead}}

    def _line(self, index: int) -> str:
        pattern = " ".join(self.body[index])
        return f"GRAPH <{STATED_GRAPH}> {{ {pattern} }}" if index in self.stated_only else f"{pattern} ."

    def construct(self) -> str:
        """Give the rule as a SPARQL 1.1 query."""
        return f"CONSTRUCT {{ {' '.join(self.head)} }}\nWHERE {{\n  {self.where()}\n}}"

    def insert(self) -> str:
        """Give the rule as a SPARQL 1.1 update that adds what is new to the default graph and to the rule's own."""
        head = " ".join(self.head)
        return (
            f"INSERT {{ {head} . GRAPH <{self.graph}> {{ {head} }} }}\n"
            f"WHERE {{\n  {self.where()}\n  FILTER NOT EXISTS {{ {head} }}\n}}"
        )


def final_graphs(rules: Iterable[Rule]) -> list[str]:
    """Name the graphs of what no rule reads: the conclusions of the final rules."""
    return [rule.graph for rule in rules if rule.final]


def rules_to_json(rules: Iterable[Rule]) -> bytes:
    """Write rules so that `rules_from_json` reads the same ones."""
    made = [{**asdict(rule), "stated_only": sorted(rule.stated_only)} for rule in rules]
    return json.dumps(made, ensure_ascii=False).encode()


def rules_from_json(content: bytes) -> list[Rule]:
    """Read rules that `rules_to_json` wrote, in their order.

    >>> rule = Rule("r", "", "", 1, True, ("?x", "<p>", "?y"), (("?y", "<p>", "?x"),))
    >>> rules_from_json(rules_to_json([rule])) == [rule]
    True
    """
    return [
        Rule(
            **{
                **fields,
                "head": tuple(fields["head"]),
                "body": tuple(map(tuple, fields["body"])),
                "filters": tuple(fields["filters"]),
                "stated_only": frozenset(fields["stated_only"]),
                "axioms": tuple(map(tuple, fields["axioms"])),
            }
        )
        for fields in json.loads(content)
    ]


def read_rule(path: Path) -> Rule:
    """Read one rule file: a header, and a CONSTRUCT query of one triple from triple patterns and filters.

    Raises SourceError or RuleError, with file and line.
    """
    text = read_text(path)
    header = read_header(path, text, RULE)
    query = read_query(text, {}, path)
    _check_values(path, text, header)
    for start, problem in _problems(query):
        raise RuleError(problem, path=path, line=line_and_column(text, start)[0])
    patterns = query.where.patterns
    return Rule(
        name=path.stem,
        label=header["label"],
        summary=header["summary"],
        stratum=int(header["stratum"]),
        entailed=header["logic"] == "owl",
        head=query.template[0].terms,
        body=tuple(pattern.terms for pattern in patterns),
        filters=tuple(map(str, query.where.of(Filter))),
        stated_only=frozenset(number for number, pattern in enumerate(patterns) if pattern.graph),
        final=header.get("final") == "yes",
    )


def _check_values(path: Path, text: str, header: Mapping[str, str]) -> None:
    """Raise RuleError where the header gives a key what it does not take."""
    for key, wanted, is_so in (
        ("stratum", "a whole number", header["stratum"].isdecimal()),
        ("logic", " or ".join(_LOGICS), header["logic"] in _LOGICS),
        ("final", "yes or no", header.get("final", "no") in ("yes", "no")),
    ):
        if not is_so:
            line = next(entry.line for entry in entries(text) if entry.key == key)
            raise RuleError(f"the header takes {wanted} as {key}, not '{header[key]}'.", path=path, line=line)


def _problems(query: Query) -> Iterator[tuple[int, str]]:
    """Give what keeps a query from being a rule, each with the position in the text; the first makes sense alone."""
    if query.form != "CONSTRUCT":
        yield query.start, f"a rule is a CONSTRUCT query, not {query.form}. Write CONSTRUCT {{ … }} WHERE {{ … }}."
    if query.modifiers:
        yield query.where.end, f"a rule concludes from all that matches. Leave out '{query.modifiers[0]}'."
    if len(query.template) != 1:
        yield query.start, "a rule concludes one triple. Write CONSTRUCT { subject predicate object }."
    for pattern in (node for node in walk((query.template, query.where)) if isinstance(node, TriplePattern)):
        if blank := next((term for term in pattern.terms if term.startswith("_:")), ""):
            yield pattern.start, f"a rule has no blank nodes such as {_shown(blank)}. Write a variable instead."
    for part in query.where.parts:
        if not isinstance(part, Filter) and not _is_plain(part):
            yield _start(part), f"a rule is made of triple patterns and filters, not of '{part}'."
    bound = {term for pattern in query.where.patterns for term in pattern.terms}
    yield from _head_problems(query.template[0], bound)
    for part in query.where.of(Filter):
        if unknown := unreadable(part.expression, bound):
            yield part.start, f"the rule engine does not know '{unknown}'. {READ}"


def _head_problems(head: TriplePattern, bound: Collection[str]) -> Iterator[tuple[int, str]]:
    if not isinstance(head.predicate, str) or head.subject.startswith('"') or head.graph:
        yield head.start, f"a rule cannot conclude '{head}'. Write an IRI or a variable as subject and predicate."
    for term in head.terms:
        if term.startswith("?") and term not in bound:
            yield head.start, f"the rule concludes something on {term}, which no triple pattern after WHERE binds."


def _shown(blank: str) -> str:
    return "[ ]" if blank.startswith("_:unnamed") else blank


def _start(part: Part) -> int:
    """Give where a part begins, or the first thing within it that knows its position."""
    return next((node.start for node in walk(part) if getattr(node, "start", 0)), 0)


@lru_cache(2048)
def filter_expression(text: str) -> Expression:
    """Read a filter of a rule.

    >>> filter_expression("FILTER(isIRI(?x))")
    Call(name='ISIRI', arguments=('?x',), distinct=False, separator='')
    """
    return read_expression(text)


def absent_group(text: str) -> Group | None:
    """Give the group that a filter `NOT EXISTS { … }` says must not match; None for any other filter."""
    match filter_expression(text):
        case Operation("!", (Exists(group),)):
            return group
    return None


def _is_plain(part: Part) -> bool:
    """Tell whether a part of a rule is a triple pattern without a path, in the default graph or that of all sources."""
    return isinstance(part, TriplePattern) and isinstance(part.predicate, str) and part.graph in ("", _STATED)
