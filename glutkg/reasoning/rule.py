"""Rules as data, read from `rules/*.rq`; those of the ontology's own axioms come from `glutkg.reasoning.compiler`.

A rule concludes one triple from triple patterns and filters. It is kept in parts, so that it can be written as a
SPARQL query or update, and so that an explanation can ask which premises made it fire.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from glutkg.errors import RuleError
from glutkg.rdf.namespaces import INFERRED_GRAPH, RDF, STATED_GRAPH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Pattern = tuple[str, str, str]
"""Subject, predicate and object as SPARQL terms: `?variable` or `<iri>`."""

_TYPE = f"<{RDF}type>"
_HEADER = re.compile(r"#\+\s*(\w[\w-]*):\s*(.*)")
_PREFIX = re.compile(r"PREFIX\s+(\w*):\s*<([^>]*)>")
_CONSTRUCT = re.compile(r"CONSTRUCT\s*\{\s*(.+?)\s*\}")
_STATED = re.compile(rf"GRAPH\s+<{re.escape(STATED_GRAPH)}>" + r"\s*\{\s*(.+?)\s*\}\s*\.?")


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of concluding a triple.

    `stratum` orders the rules: all of a lower stratum reach their fixpoint first, so that a filter may ask for what is
    absent. `entailed` tells whether OWL entails the conclusion, so that an OWL reasoner must find it too. `axioms` are
    the stated triples that a compiled rule was made from, so that a proof can name them; blank nodes as `_:x`.
    `climbs` marks a rule that goes up the class hierarchy: as that is closed, it goes all the way at once, and what it
    concludes need not be given to it again.
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
    climbs: bool = False

    @property
    def graph(self) -> str:
        """The IRI of the named graph that takes what the rule concludes."""
        return f"{INFERRED_GRAPH}/{self.name}"

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


def rules_as_json(rules: Iterable[Rule]) -> bytes:
    """Write rules so that `rules_from_json` reads the same ones."""
    made = [{**asdict(rule), "stated_only": sorted(rule.stated_only)} for rule in rules]
    return json.dumps(made, ensure_ascii=False).encode()


def rules_from_json(content: bytes) -> list[Rule]:
    """Read rules that `rules_as_json` wrote, in their order.

    >>> rule = Rule("r", "", "", 1, True, ("?x", "<p>", "?y"), (("?y", "<p>", "?x"),))
    >>> rules_from_json(rules_as_json([rule])) == [rule]
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
    """Read one rule file: header lines, prefixes, one CONSTRUCT triple, one pattern or filter a line."""
    text = path.read_text(encoding="utf-8")
    header = {match[1]: match[2].strip() for match in _HEADER.finditer(text)}
    prefixes = dict(_PREFIX.findall(text))
    found = _CONSTRUCT.search(text)
    _, _, where = text.partition("WHERE {")
    if not found or not where or not {"label", "summary", "stratum", "logic"} <= header.keys():
        raise RuleError(
            f"{path}: a rule needs the headers label, summary, stratum and logic, then CONSTRUCT {{ one triple }} and "
            "WHERE { patterns and filters, one a line }."
        )
    body: list[Pattern] = []
    filters: list[str] = []
    stated_only: set[int] = set()
    for line in (raw.strip() for raw in where.rpartition("}")[0].splitlines()):
        if line.startswith("FILTER"):
            filters.append(_expand_names(line, prefixes))
        elif line and not line.startswith("#"):
            stated = _STATED.fullmatch(line)
            if stated:
                stated_only.add(len(body))
            body.append(_pattern(stated[1] if stated else line, prefixes, path))
    return Rule(
        name=path.stem,
        label=header["label"],
        summary=header["summary"],
        stratum=int(header["stratum"]),
        entailed=header["logic"] == "owl",
        head=_pattern(found[1], prefixes, path),
        body=tuple(body),
        filters=tuple(filters),
        stated_only=frozenset(stated_only),
        climbs=header.get("climbs") == "yes",
    )


def _pattern(text: str, prefixes: Mapping[str, str], path: Path) -> Pattern:
    words = text.removesuffix(".").split()
    if len(words) != 3:  # noqa: PLR2004 - a triple has three terms
        raise RuleError(f"{path}: '{text}' is not one triple pattern; write 'subject predicate object .' on a line.")
    subject, predicate, object_ = (_expand_names(word, prefixes) for word in words)
    return subject, _TYPE if predicate == "a" else predicate, object_


def _expand_names(text: str, prefixes: Mapping[str, str]) -> str:
    def iri(match: re.Match[str]) -> str:
        return f"<{prefixes[match[1]]}{match[2]}>" if match[1] in prefixes else match[0]

    return re.sub(r"(?<![\w?])(\w+):([\w-]+)", iri, text)
