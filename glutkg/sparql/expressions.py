"""The grammar of SPARQL's expressions: what stands in FILTER, BIND, HAVING and SELECT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.sparql.cursor import BOOLEANS, Cursor
from glutkg.sparql.patterns import COMPARISONS, FUNCTIONS, Call, Exists, Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from glutkg.sparql.patterns import Expression, Group


class Expressions(Cursor):
    """Reads expressions; groups within EXISTS are read by the class that extends it."""

    def condition(self) -> Expression:
        """Read what follows FILTER, HAVING or the like: an expression in brackets, a call or EXISTS."""
        self.accept("FILTER")
        return self.expression()

    def expression(self) -> Expression:
        """Read an expression."""
        return self._joined("||", lambda: self._joined("&&", self._comparison))

    def _joined(self, sign: str, part: Callable[[], Expression]) -> Expression:
        parts = [part()]
        while self.accept(sign):
            parts.append(part())
        return Operation(sign, tuple(parts)) if len(parts) > 1 else parts[0]

    def _comparison(self) -> Expression:
        left = self._sum()
        for operator in COMPARISONS:
            if self.accept(operator):
                return Operation(operator, (left, self._sum()))
        is_negated = self.accept("NOT")
        if is_negated:
            self.expect("IN")
        elif not self.accept("IN"):
            return left
        found = Operation("IN", (left, *self._call("IN").arguments))
        return Operation("!", (found,)) if is_negated else found

    def _sum(self) -> Expression:
        return self._arithmetic(("+", "-"), lambda: self._arithmetic(("*", "/"), self._unary))

    def _arithmetic(self, operators: tuple[str, str], part: Callable[[], Expression]) -> Expression:
        left = part()
        while any(map(self.sees, operators)):
            left = Operation(self.take().text, (left, part()))
        return left

    def _unary(self) -> Expression:
        if self.accept("!"):
            return Operation("!", (self._unary(),))
        if self.next.text in ("+", "-") and self.tokens[self.at + 1].kind != "number":
            return Call(self.take().text, (self._unary(),))
        return self._primary()

    def _primary(self) -> Expression:
        if self.accept("("):
            inner = self.expression()
            self.expect(")")
            return inner
        if self.accept("NOT"):
            self.expect("EXISTS")
            return Operation("!", (Exists(self.group()),))
        if self.accept("EXISTS"):
            return Exists(self.group())
        if self.word and self.word not in BOOLEANS:
            if self.word not in FUNCTIONS:
                raise self.error("a function of SPARQL")
            return self._call(self.take().text.upper())
        term = self.term()
        return self._call(term) if term.startswith("<") and self.sees("(") else term

    def _call(self, name: str) -> Call:
        self.expect("(")
        distinct = self.accept("DISTINCT")
        if self.accept("*"):
            self.expect(")")
            return Call(name, ("*",), distinct)
        arguments: list[Expression] = []
        while not self.sees(")") and not self.sees(";"):
            arguments.append(self.expression())
            if not self.accept(","):
                break
        separator = self._separator() if self.accept(";") else ""
        self.expect(")")
        return Call(name, tuple(arguments), distinct, separator)

    def _separator(self) -> str:
        self.expect("SEPARATOR")
        self.expect("=")
        return self.term()

    def group(self) -> Group:
        """Read a group of patterns in braces."""
        raise NotImplementedError
