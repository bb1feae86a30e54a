"""Writes the tree of a query in lines: one pattern a line, two spaces for each level, names with prefixes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import XSD
from glutkg.sparql.patterns import (
    Bind,
    Call,
    Clause,
    Exists,
    Filter,
    Group,
    Operation,
    Query,
    TriplePattern,
    Union,
    Values,
    is_exists,
    is_operation,
    walk,
)
from glutkg.sparql.tokens import string_value, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from glutkg.sparql.patterns import Expression, Part
    from glutkg.sparql.tokens import Token

_LOCAL = re.compile(r"[A-Za-z0-9_][\w-]*", re.ASCII)
_BARE = {
    f"<{XSD}integer>": re.compile(r"[+-]?[0-9]+"),
    f"<{XSD}decimal>": re.compile(r"[+-]?[0-9]+\.[0-9]+"),
    f"<{XSD}double>": re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?e[+-]?[0-9]+", re.IGNORECASE),
    f"<{XSD}boolean>": re.compile(r"true|false"),
}
"""Literals that are written without quotes, by their datatype."""


@dataclass(frozen=True, slots=True)
class _GraphClause:
    """Triple patterns of one graph that follow one another."""

    name: str
    patterns: tuple[TriplePattern, ...]


class Layout:
    """Writes queries within a width, and remembers in `used` which prefixes stand in them."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = sorted(prefixes.items(), key=lambda item: len(item[1]), reverse=True)
        self.used: set[str] = set()

    def query(self, query: Query, width: int) -> Iterator[str]:
        """Return the lines of a query."""
        if query.form == "SELECT":
            yield from self._columns(query, width)
        elif query.form == "CONSTRUCT":
            yield from self._braced("CONSTRUCT ", query.template, width)
        else:
            yield self._short(" ".join([query.form, *map(str, query.columns)]))
        yield "WHERE {"
        yield from self._indented(query.where.parts, width)
        yield "}"
        for modifier in query.modifiers:
            yield from _filled(self._short(modifier), width)

    def _columns(self, query: Query, width: int) -> Iterator[str]:
        """Variables stand in one line, and each computed column in one of its own."""
        start = "SELECT DISTINCT" if query.distinct else "SELECT"
        columns = [(column.expression is None, str(column)) for column in query.columns] or [(True, "*")]
        for is_plain, run in groupby(columns, lambda column: column[0]):
            texts = [self._short(text) for _, text in run]
            lines = [" ".join(texts)] if is_plain else texts
            if start and is_plain:
                yield from _filled(f"{start} {lines[0]}", width)
            else:
                yield from [start] * bool(start)
                for line in lines:
                    yield from (f"  {part}" for part in _filled(line, width - 2))
            start = ""

    def _indented(self, parts: Sequence[Part], width: int) -> list[str]:
        return [f"  {line}" for part in _parts(parts) for line in self._part(part, width - 2)]

    def _braced(self, before: str, parts: Sequence[Part], width: int) -> list[str]:
        """Write parts in braces: in one line where there is only one, and it fits."""
        several = _parts(parts)
        inner = [line for part in several for line in self._part(part, width)]
        line = f"{before}{{ {inner[0].removesuffix(' .')} }}" if inner else f"{before}{{ }}"
        if len(several) <= 1 and len(inner) <= 1 and len(line) <= width:
            return [line]
        return [f"{before}{{", *self._indented(parts, width), "}"]

    def _part(self, part: Part | _GraphClause, width: int) -> list[str]:
        if isinstance(part, TriplePattern):
            return [self._short(str(part))]
        if isinstance(part, _GraphClause):
            return self._braced(f"GRAPH {self._short(part.name)} ", part.patterns, width)
        if isinstance(part, Clause):
            return self._braced(f"{part.word} ", part.group.parts, width)
        if isinstance(part, Group):
            return self._braced("", part.parts, width)
        if isinstance(part, Query):
            return [*self.query(part, width)]
        return self._other(part, width)

    def _other(self, part: Union | Filter | Bind | Values, width: int) -> list[str]:
        if isinstance(part, Union):
            return self._union(part, width)
        if isinstance(part, Values):
            return self._values(part, width)
        if isinstance(part, Bind):
            return self._bracketed("BIND(", part.expression, f" AS {part.variable})", width)
        if is_exists(part.expression):
            return self._expression(part.expression, width, "FILTER ")
        return self._bracketed("FILTER(", part.expression, ")", width)

    def _union(self, union: Union, width: int) -> list[str]:
        written = [self._braced("", group.parts, width) for group in union.groups]
        line = " UNION ".join(lines[0] for lines in written)
        if all(len(lines) == 1 for lines in written) and len(line) <= width:
            return [line]
        opened = ["{", *["} UNION {"] * (len(written) - 1)]
        inner = [self._indented(group.parts, width) for group in union.groups]
        return [line for start, lines in zip(opened, inner, strict=True) for line in (start, *lines)] + ["}"]

    def _values(self, values: Values, width: int) -> list[str]:
        if len(values.variables) == 1:
            terms = " ".join(self._short(row[0]) if row[0] else "UNDEF" for row in values.rows)
            line = f"VALUES {values.variables[0]} {{ {terms} }}"
            start = f"VALUES {values.variables[0]} {{"
            return (
                [line] if len(line) <= width else [start, *(f"  {line}" for line in _filled(terms, width - 2, "")), "}"]
            )
        rows = [" ".join(self._short(term) if term else "UNDEF" for term in row) for row in values.rows]
        return [f"VALUES ({' '.join(values.variables)}) {{", *(f"  ({row})" for row in rows), "}"]

    # Expressions

    def _bracketed(self, before: str, expression: Expression, after: str, width: int) -> list[str]:
        line = self._short(f"{before}{expression}{after}")
        if _is_simple(expression) and len(line) <= width:
            return [line]
        return [before, *(f"  {line}" for line in self._expression(expression, width - 2)), after.strip()]

    def _expression(self, expression: Expression, width: int, before: str = "") -> list[str]:
        """Write an expression, over several lines where it has to be, with something before it."""
        line = before + self._short(str(expression))
        if _is_simple(expression) and len(line) <= width:
            return [line]
        match expression:
            case Operation("!", (Exists(group),)):
                return self._braced(f"{before}NOT EXISTS ", group.parts, width)
            case Exists(group):
                return self._braced(f"{before}EXISTS ", group.parts, width)
            case Operation("&&" | "||" as sign, parts):
                starts = [before, *[f"{sign} "] * (len(parts) - 1)]
                return [
                    line
                    for start, part in zip(starts, parts, strict=True)
                    for line in self._operand(part, width, start)
                ]
        if isinstance(expression, Call) and not (expression.distinct or expression.separator):
            return self._call(expression, width, before)
        return _filled(line, width)

    def _operand(self, part: Expression, width: int, before: str) -> list[str]:
        if not is_operation(part, "&&", "||"):
            return self._expression(part, width, before)
        line = f"{before}({self._short(str(part))})"
        if _is_simple(part) and len(line) <= width:
            return [line]
        return [f"{before}(", *(f"  {line}" for line in self._expression(part, width - 2)), ")"]

    def _call(self, call: Call, width: int, before: str) -> list[str]:
        name, _, _ = self._short(str(call)).partition("(")
        arguments = [self._expression(argument, width - 3) for argument in call.arguments]
        inner = [
            f"  {line}{',' if number < len(arguments) - 1 and line is lines[-1] else ''}"
            for number, lines in enumerate(arguments)
            for line in lines
        ]
        return [f"{before}{name}(", *inner, ")"]

    # Names

    def _short(self, text: str) -> str:
        """Write the IRIs of a text with prefixes, and numbers and truth values without quotes."""
        made, end, skip = [], 0, 0
        found = [*tokens(text)]
        for at, token in enumerate(found):
            if skip:
                skip -= 1
                end = token.end
                continue
            made.append(text[end : token.start])
            end = token.end
            bare = _BARE.get(_datatype(found, at)) if token.kind == "string" else None
            if bare and bare.fullmatch(string_value(token.text)):
                made.append(string_value(token.text))
                skip = 3
            else:
                made.append(self._name(token.text) if token.kind == "iri" else token.text)
        return "".join(made).replace(" . }", " }")

    def _name(self, iri: str) -> str:
        for prefix, namespace in self._prefixes:
            if iri[1:-1].startswith(namespace) and _LOCAL.fullmatch(iri[1 + len(namespace) : -1]):
                self.used.add(prefix)
                return f"{prefix}:{iri[1 + len(namespace) : -1]}"
        return iri


def _parts(parts: Sequence[Part]) -> list[Part | _GraphClause]:
    """Put patterns into the clauses GRAPH that they stood in: an engine that reorders patterns does so within each."""
    made: list[Part | _GraphClause] = []
    for (name, _), several in groupby(parts, _clause):
        run = [*several]
        patterns = [replace(part, graph="") for part in run if isinstance(part, TriplePattern)]
        made += [_GraphClause(name, tuple(patterns))] if name else run
    return made


def _clause(part: Part) -> tuple[str, int]:
    return (part.graph, part.clause) if isinstance(part, TriplePattern) else ("", -1)


def _is_simple(expression: Expression) -> bool:
    """Return whether an expression may stand in one line: no group in it has more than one part."""
    return all(len(node.parts) <= 1 for node in walk(expression) if isinstance(node, Group))


def _datatype(found: Sequence[Token], at: int) -> str:
    """Return the datatype of the literal whose text is one of the tokens."""
    signs = "".join(token.text for token in found[at + 1 : at + 3])
    return found[at + 3].text if signs == "^^" and len(found) > at + 3 else ""


def _filled(text: str, width: int, indent: str = "  ") -> list[str]:
    """Break a text between tokens that have a space between them."""
    words, end = [""], 0
    for token in tokens(text):
        if token.start > end:
            words.append("")
        words[-1] += token.text
        end = token.end
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) > width:
            lines.append(f"{indent}{word}")
        else:
            lines[-1] += f" {word}"
    return lines
