"""Reads the text of a query, a group of patterns or a filter into the tree of `glutkg.sparql.patterns`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from glutkg.rdf.namespaces import PREFIXES, RDF
from glutkg.sparql.expressions import Expressions
from glutkg.sparql.patterns import (
    Bind,
    Clause,
    Filter,
    Group,
    Projection,
    PropertyPath,
    Query,
    TriplePattern,
    Union,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from glutkg.sparql.patterns import Expression, Part

_T = TypeVar("_T")
_TYPE = f"<{RDF}type>"
_FIRST, _REST, _NIL = (f"<{RDF}{name}>" for name in ("first", "rest", "nil"))
_MODIFIERS = frozenset(("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"))
_PARTS = frozenset(("OPTIONAL", "MINUS", "FILTER", "BIND", "VALUES", "GRAPH"))


def read_query(text: str, prefixes: Mapping[str, str] = PREFIXES, path: Path | None = None) -> Query:
    """Read a query. Raises QueryError with line and column where it cannot be read; for a file, SourceError.

    >>> query = read_query("SELECT ?x WHERE { ?x a glut:Claim . FILTER NOT EXISTS { ?y glut:supersedes ?x } }")
    >>> query.where.patterns[0].object
    '<https://w3id.org/glutkg/Claim>'
    >>> print(query.where.filters[0])
    NOT EXISTS { ?y <https://w3id.org/glutkg/supersedes> ?x . }
    """
    return _Parser(text, prefixes, path).whole(_Parser.query)


def read_group(text: str, prefixes: Mapping[str, str] = PREFIXES) -> Group:
    """Read a group of patterns, with its braces.

    >>> [pattern.graph for pattern in read_group("{ ?x a ?y . GRAPH <g:g> { ?x ?p ?z } }").patterns]
    ['', '<g:g>']
    """
    return _Parser(text, prefixes, None).whole(_Parser.group)


def read_expression(text: str, prefixes: Mapping[str, str] = PREFIXES) -> Expression:
    """Read an expression, with or without the word FILTER before it.

    >>> print(read_expression("FILTER(isIRI(?x) && ?n NOT IN (1, ?m))"))
    isIRI(?x) && ?n NOT IN ("1"^^<http://www.w3.org/2001/XMLSchema#integer>, ?m)
    """
    return _Parser(text, prefixes, None).whole(_Parser.condition)


class _Parser(Expressions):
    """The grammar of patterns, groups and queries."""

    def __init__(self, text: str, prefixes: Mapping[str, str], path: Path | None) -> None:
        super().__init__(text, prefixes, path)
        self._graph = ""
        self._clause = -1
        self._blanks = 0

    def whole(self, rule: Callable[[_Parser], _T]) -> _T:
        """Read all of the text by one rule of the grammar."""
        try:
            found = rule(self)
        except RecursionError as error:
            raise self.problem("brackets or signs are nested too deeply here. Write it flatter.") from error
        if self.next.kind != "end":
            raise self.error("the end")
        return found

    def query(self) -> Query:
        while self.word in ("PREFIX", "BASE"):
            self._declaration()
        return self._selection() if self.word == "SELECT" else self._other_form()

    def _declaration(self) -> None:
        name = self.take().text.upper()
        if name == "PREFIX" and not self.next.text.endswith(":"):
            raise self.error("a prefix that ends with ':'")
        prefix = self.take().text.removesuffix(":") if name == "PREFIX" else ""
        if self.next.kind != "iri":
            raise self.error("an IRI in angle brackets")
        iri = self.take().text[1:-1]
        if name == "PREFIX":
            self.prefixes[prefix] = iri

    def _selection(self) -> Query:
        start = self.take().start
        distinct = self.accept("DISTINCT") or self.accept("REDUCED")
        columns: list[Projection] = []
        if not self.accept("*"):
            while self.next.kind == "variable" or self.sees("("):
                columns.append(Projection(self.term()) if self.next.kind == "variable" else Projection(*self._named()))
            if not columns:
                raise self.error("'*' or a variable")
        where = self._where()
        return Query("SELECT", where, tuple(columns), (), self._modifiers(), distinct, start)

    def _named(self) -> tuple[str, Expression]:
        """Read `(expression AS ?variable)`."""
        self.expect("(")
        expression = self.expression()
        self.expect("AS")
        variable = self.term()
        self.expect(")")
        return variable, expression

    def _other_form(self) -> Query:
        form, start = self.word, self.next.start
        if form not in ("CONSTRUCT", "ASK", "DESCRIBE"):
            raise self.error("SELECT, CONSTRUCT, ASK or DESCRIBE")
        self.take()
        template = self._template() if form == "CONSTRUCT" and self.sees("{") else None
        columns: list[Projection] = []
        while form == "DESCRIBE" and self.next.kind in ("variable", "iri", "name"):
            columns.append(Projection(self.term()))
        where = self._where()
        made = where.patterns if template is None else template
        return Query(form, where, tuple(columns), made, self._modifiers(), start=start)

    def _template(self) -> tuple[TriplePattern, ...]:
        start, group = self.at, self.group()
        if group.parts != group.patterns:
            self.at = start
            raise self.problem("the template of CONSTRUCT takes triples alone. Write filters and clauses after WHERE.")
        return group.patterns

    def _where(self) -> Group:
        self.accept("WHERE")
        return self.group()

    def _modifiers(self) -> tuple[str, ...]:
        """Read the clauses after the patterns, up to the end or to the brace that ends an inner query."""
        found: list[str] = []
        depth, end = 0, self.next.start
        while self.next.kind != "end" and not (self.sees("}") and depth == 0):
            token = self.next
            if self.word in _MODIFIERS and depth == 0:
                found.append("")
                self._check_modifier()
            elif not found:
                raise self.error("GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET, VALUES or the end")
            elif token.start > end:
                found[-1] += " "
            depth += (token.kind == "open") - (token.kind == "close")
            end = token.end
            found[-1] += self.term() if token.kind in ("name", "string", "variable") else self.take().text
        return tuple(found)

    def _check_modifier(self) -> None:
        """Check what follows GROUP, ORDER, LIMIT or OFFSET."""
        word, after = self.word, self.tokens[self.at + 1]
        if word in ("GROUP", "ORDER") and after.text.upper() != "BY":
            self.take()
            raise self.error("BY")
        if word in ("LIMIT", "OFFSET") and after.kind != "number":
            self.take()
            raise self.error("a number")

    def group(self) -> Group:
        start = self.next.start
        self.expect("{")
        parts: list[Part] = [self._selection()] if self.word == "SELECT" else []
        while not self.sees("}"):
            parts.extend(self._part())
            self.accept(".")
        return Group(tuple(parts), start, self.take().end)

    def _part(self) -> list[Part]:
        start = self.next.start
        if self.word in ("OPTIONAL", "MINUS"):
            return [Clause(self.take().text.upper(), self.group())]
        if self.accept("FILTER"):
            return [Filter(self.expression(), start)]
        if self.accept("BIND"):
            variable, expression = self._named()
            return [Bind(expression, variable, start)]
        if self.accept("VALUES"):
            return [self._values(start)]
        if self.accept("GRAPH"):
            return self._graph_clause(start)
        return [self._choices()] if self.sees("{") else self._triples_block()

    def _triples_block(self) -> list[Part]:
        if self.next.kind not in ("open", "string") and not self.is_term:
            raise self.error("a triple pattern, a word such as FILTER or OPTIONAL, or '}'")
        found = self._triples()
        if not (self.sees(".") or self.sees("{") or self.sees("}") or self.word in _PARTS):
            raise self.error("'.', ';', ',' or '}'")
        return [*found]

    def _graph_clause(self, start: int) -> list[Part]:
        outer = self._graph, self._clause
        self._graph, self._clause = self.term(), start
        group = self.group()
        self._graph, self._clause = outer
        return [*group.patterns] if group.parts == group.patterns else [group]

    def _choices(self) -> Part:
        groups = [self.group()]
        while self.accept("UNION"):
            groups.append(self.group())
        return Union(tuple(groups)) if len(groups) > 1 else groups[0]

    def _values(self, start: int) -> Values:
        several = self.accept("(")
        variables: list[str] = []
        while self.next.kind == "variable":
            variables.append(self.term())
            if not several:
                break
        if several:
            self.expect(")")
        elif not variables:
            raise self.error("a variable")
        self.expect("{")
        rows: list[tuple[str, ...]] = []
        while not self.accept("}"):
            if several:
                self.expect("(")
            rows.append(tuple(self._value() for _ in variables))
            if several:
                self.expect(")")
        return Values(tuple(variables), tuple(rows), start)

    def _value(self) -> str:
        return "" if self.accept("UNDEF") else self.term()

    # Triples

    def _triples(self) -> list[TriplePattern]:
        found: list[TriplePattern] = []
        is_list = self.sees("[") or self.sees("(")
        subject = self._node(found)
        if not is_list or not (self.sees(".") or self.sees("}")):
            self._properties(subject, found)
        return found

    def _properties(self, subject: str, found: list[TriplePattern]) -> None:
        """Read predicates and objects of a subject, up to what ends them."""
        while True:
            start = self.next.start
            predicate = self._path()
            self._pattern(subject, predicate, found, start)
            while self.accept(","):
                self._pattern(subject, predicate, found, self.next.start)
            ended = not self.sees(";")
            while self.accept(";"):
                pass
            if ended or self.sees(".") or self.sees("{") or self.next.kind == "close" or self.word in _PARTS:
                return

    def _pattern(self, subject: str, predicate: str | PropertyPath, found: list[TriplePattern], start: int) -> None:
        place = len(found)
        object_ = self._node(found)
        found.insert(place, TriplePattern(subject, predicate, object_, self._graph, start, self._clause))

    def _node(self, found: list[TriplePattern]) -> str:
        """Read a subject or an object; what a blank node in square brackets or a list says goes to what is found."""
        if self.accept("["):
            node = self._blank()
            if not self.sees("]"):
                self._properties(node, found)
            self.expect("]")
            return node
        return self._list(found) if self.accept("(") else self.term()

    def _blank(self) -> str:
        self._blanks += 1
        return f"_:unnamed{self._blanks}"

    def _list(self, found: list[TriplePattern]) -> str:
        if self.accept(")"):
            return _NIL
        node, start = self._blank(), self.next.start
        found.append(TriplePattern(node, _FIRST, self._node(found), self._graph, start, self._clause))
        found.append(TriplePattern(node, _REST, self._list(found), self._graph, start, self._clause))
        return node

    def _path(self) -> str | PropertyPath:
        return self._path_parts("|", lambda: self._path_parts("/", self._step))

    def _path_parts(self, operator: str, part: Callable[[], str | PropertyPath]) -> str | PropertyPath:
        parts = [part()]
        while self.accept(operator):
            parts.append(part())
        return PropertyPath(operator, tuple(parts)) if len(parts) > 1 else parts[0]

    def _step(self) -> str | PropertyPath:
        for operator in ("^", "!"):
            if self.accept(operator):
                return PropertyPath(operator, (self._step(),))
        if self.accept("("):
            step = self._path()
            self.expect(")")
        elif self.next.text == "a":
            self.take()
            step = _TYPE
        elif self.next.kind in ("iri", "name", "variable"):
            step = self.term()
        else:
            raise self.error("a predicate")
        while self.next.text in ("*", "+", "?"):
            step = PropertyPath(self.take().text, (step,))
        return step
