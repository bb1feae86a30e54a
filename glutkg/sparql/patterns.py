"""What a query asks for, as a tree: graph patterns and filter expressions, each of which writes itself as SPARQL.

A term is a string as N-Triples spells it, with prefixes expanded: `?variable` (also for `$variable`), `<iri>`,
`"text"`, `"text"@en`, `"5"^^<…#integer>`, `_:blank`. `glutkg.sparql.parser` makes the tree of a text.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from glutkg.rdf.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_T = TypeVar("_T")
FUNCTIONS = frozenset(
    [
        *("COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"),
        *("BOUND", "IF", "COALESCE", "SAMETERM", "ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "ISNUMERIC"),
        *("STR", "LANG", "LANGMATCHES", "DATATYPE", "IRI", "URI", "BNODE", "STRDT", "STRLANG", "UUID", "STRUUID"),
        *("STRLEN", "SUBSTR", "UCASE", "LCASE", "STRSTARTS", "STRENDS", "CONTAINS", "STRBEFORE", "STRAFTER"),
        *("ENCODE_FOR_URI", "CONCAT", "REPLACE", "REGEX"),
        *("ABS", "ROUND", "CEIL", "FLOOR", "RAND", "NOW", "YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS"),
        *("TIMEZONE", "TZ"),
        *("MD5", "SHA1", "SHA256", "SHA384", "SHA512"),
    ]
)
"""The functions and aggregates of SPARQL 1.1, in capital letters."""
_SPELLED = {
    name.upper(): name for name in ("isIRI", "isURI", "isBlank", "isLiteral", "isNumeric", "sameTerm", "langMatches")
}
"""Functions that are not written in capital letters."""


@dataclass(frozen=True, slots=True)
class PropertyPath:
    """A property path: an operator (`/`, `|`, `^`, `!`, `*`, `+` or `?`) and what it is applied to."""

    operator: str
    parts: tuple[PropertyPath | str, ...]

    def __str__(self) -> str:
        parts = [f"({part})" if _needs_brackets(part) else _predicate(part) for part in self.parts]
        if self.operator in "/|":
            return self.operator.join(parts)
        return self.operator + parts[0] if self.operator in "^!" else parts[0] + self.operator


@dataclass(frozen=True, slots=True)
class TriplePattern:
    """Subject, predicate (or path) and object; within GRAPH also the term after it, and where that clause starts."""

    subject: str
    predicate: str | PropertyPath
    object: str
    graph: str = ""
    start: int = field(default=0, compare=False)
    clause: int = field(default=-1, compare=False)

    @property
    def terms(self) -> tuple[str, str, str]:
        """Subject, predicate and object, a path as it is written."""
        return self.subject, str(self.predicate), self.object

    def __str__(self) -> str:
        triple = f"{self.subject} {_predicate(self.predicate)} {self.object}"
        return f"GRAPH {self.graph} {{ {triple} }}" if self.graph else f"{triple} ."


def _needs_brackets(part: str | PropertyPath) -> bool:
    return isinstance(part, PropertyPath) and part.operator != "^"


def _predicate(part: str | PropertyPath) -> str:
    return "a" if part == f"<{RDF}type>" else str(part)


# Expressions


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator and what it is applied to: `!x`, `x || y || z`, `x && y`, `x = y`, `x + y`, or `x IN (y, z)`.

    `NOT EXISTS { … }` and `x NOT IN (…)` are the operator `!` before what follows NOT.
    """

    operator: str
    operands: tuple[Expression, ...]

    def __str__(self) -> str:
        first, *others = self.operands
        if is_operation(self, "!"):
            if isinstance(first, Exists):
                return f"NOT {first}"
            return str(first).replace(" IN (", " NOT IN (", 1) if is_operation(first, "IN") else f"!{self._part(first)}"
        if is_operation(self, "IN"):
            return f"{self._part(first)} IN ({', '.join(map(str, others))})"
        return f" {self.operator} ".join(map(self._part, self.operands))

    def _part(self, operand: Expression) -> str:
        return f"({operand})" if _level(operand) <= _LEVELS[self.operator] else str(operand)


@dataclass(frozen=True, slots=True)
class Exists:
    """`EXISTS { … }`."""

    group: Group

    def __str__(self) -> str:
        return f"EXISTS {self.group}"


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an aggregate: its name in capital letters or its IRI, and its arguments (`*` in `COUNT(*)`)."""

    name: str
    arguments: tuple[Expression, ...]
    distinct: bool = False
    separator: str = ""

    def __str__(self) -> str:
        name = _SPELLED.get(self.name, self.name)
        if name in ("-", "+"):
            inner = self.arguments[0]
            return f"{name}({inner})" if _level(inner) < _TIGHT else f"{name}{inner}"
        distinct = "DISTINCT " if self.distinct else ""
        separator = f"; SEPARATOR={self.separator}" if self.separator else ""
        return f"{name}({distinct}{', '.join(map(str, self.arguments))}{separator})"


Expression = str | Operation | Exists | Call

COMPARISONS = ("!=", "<=", ">=", "=", "<", ">")
_LEVELS = {"||": 1, "&&": 2, **dict.fromkeys((*COMPARISONS, "IN"), 3), **dict.fromkeys("+-*/!", 4)}
"""How tightly an operator holds together; what holds no more tightly needs brackets within it."""
_TIGHT = 5


def _level(expression: Expression) -> int:
    if not isinstance(expression, Operation):
        return _TIGHT
    if expression.operator == "!":
        inner = expression.operands[0]
        return _LEVELS["IN"] if is_operation(inner, "IN") else _TIGHT
    return _LEVELS[expression.operator]


def is_operation(node: object, *operators: str) -> bool:
    """Tell whether a node of the tree is an operation by one of some operators."""
    return isinstance(node, Operation) and node.operator in operators


def is_exists(expression: Expression) -> bool:
    """Tell whether an expression is EXISTS or NOT EXISTS."""
    inner = expression.operands[0] if isinstance(expression, Operation) and expression.operator == "!" else expression
    return isinstance(inner, Exists)


# Parts of a group


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on the solutions of its group."""

    expression: Expression
    start: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"FILTER {self.expression}" if is_exists(self.expression) else f"FILTER({self.expression})"


@dataclass(frozen=True, slots=True)
class Bind:
    """`BIND(expression AS ?variable)`."""

    expression: Expression
    variable: str
    start: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"BIND({self.expression} AS {self.variable})"


@dataclass(frozen=True, slots=True)
class Values:
    """Rows of terms for some variables; an empty string stands for UNDEF."""

    variables: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    start: int = field(default=0, compare=False)

    def __str__(self) -> str:
        rows = " ".join(f"({' '.join(term or 'UNDEF' for term in row)})" for row in self.rows)
        return f"VALUES ({' '.join(self.variables)}) {{ {rows} }}"


@dataclass(frozen=True, slots=True)
class Clause:
    """`OPTIONAL { … }` or `MINUS { … }`."""

    word: str
    group: Group

    def __str__(self) -> str:
        return f"{self.word} {self.group}"


@dataclass(frozen=True, slots=True)
class Union:
    """Groups of which one has to match."""

    groups: tuple[Group, ...]

    def __str__(self) -> str:
        return " UNION ".join(map(str, self.groups))


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between two braces, in its order; the text has the braces at `start` and just before `end`.

    A GRAPH clause is not a part of its own: its patterns carry its name, and stand in a group of their own if anything
    but patterns stands with them. A SELECT query within a query is the only part of its group.
    """

    parts: tuple[Part, ...]
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{{ {' '.join(map(str, self.parts))} }}" if self.parts else "{ }"

    def of(self, kind: type[_T]) -> tuple[_T, ...]:
        """Return the parts of one kind, such as `Filter`."""
        return tuple(part for part in self.parts if isinstance(part, kind))

    @property
    def patterns(self) -> tuple[TriplePattern, ...]:
        """The triple patterns right within the group."""
        return self.of(TriplePattern)

    @property
    def filters(self) -> tuple[Expression, ...]:
        """The expressions of the filters right within the group."""
        return tuple(part.expression for part in self.of(Filter))


@dataclass(frozen=True, slots=True)
class Projection:
    """A column of an answer: its variable, and the expression that it is computed by, if any."""

    variable: str
    expression: Expression | None = None

    def __str__(self) -> str:
        return self.variable if self.expression is None else f"({self.expression} AS {self.variable})"


@dataclass(frozen=True, slots=True)
class Query:
    """A query, or a SELECT query within one. `form` is SELECT, CONSTRUCT, ASK or DESCRIBE.

    `columns` are none for `SELECT *`; `template` is what a CONSTRUCT makes; `modifiers` are the clauses after the
    patterns, as they are written but for prefixes.
    """

    form: str
    where: Group
    columns: tuple[Projection, ...] = ()
    template: tuple[TriplePattern, ...] = ()
    modifiers: tuple[str, ...] = ()
    distinct: bool = False
    start: int = field(default=0, compare=False)

    def __str__(self) -> str:
        made = f"{{ {' '.join(map(str, self.template))} }}" if self.form == "CONSTRUCT" else ""
        columns = " ".join(map(str, self.columns)) or ("*" if self.form == "SELECT" else made)
        distinct = "DISTINCT" if self.distinct else ""
        return " ".join(filter(None, (self.form, distinct, columns, "WHERE", str(self.where), *self.modifiers)))


Part = TriplePattern | Filter | Bind | Values | Clause | Union | Group | Query


@cache
def _attributes(kind: type[Any]) -> tuple[str, ...]:
    """Name the attributes of a kind of node within which something stands; a term has none."""
    return tuple(one.name for one in fields(kind) if one.compare) if is_dataclass(kind) else ()


def children(node: object) -> Sequence[object]:
    """Return what stands right within a node of the tree, or within several of them; a term has nothing within it."""
    return node if isinstance(node, tuple) else [getattr(node, name) for name in _attributes(cast("Any", type(node)))]


def walk(node: object) -> Iterator[Any]:
    """Return a node of the tree and all nodes and terms in it, each before what is within it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        if not isinstance(one, str):
            waiting.extend(reversed(children(one)))


def variables(node: object) -> frozenset[str]:
    """Return the variables that stand in a node, also within EXISTS, as `?name`."""
    return frozenset(item for item in walk(node) if isinstance(item, str) and item.startswith("?") and len(item) > 1)
