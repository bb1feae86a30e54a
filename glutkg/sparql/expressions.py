"""The grammar of SPARQL's expressions: what stands in FILTER, BIND, HAVING and SELECT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.sparql.cursor import BOOLEANS, Cursor
from glutkg.sparql.patterns import COMPARISONS, FUNCTIONS, Call, Exists, Operation

if TYPE_CHECKING:
    from glutkg.sparql.patterns import Expression, Group


class Expressions(Cursor):
    """Reads expressions; groups within EXISTS are read by the class that extends it."""

    def condition(self) -> Expression:
        """Read what follows FILTER, HAVING or the like: an expression in brackets, a call or EXISTS."""
        self.accept("FILTER")
        return self.expression()

    def expression(self) -> Expression:
        """Read an expression."""
        return self._holding(0)

    def _holding(self, least: int) -> Expression:
        """Read operands held together by operators of a rank, or of higher ranks, which bind closer."""
        left = self._unary()
        ranks = _RANKS[least:] if self.next.text not in _ENDS else ()
        for read in reversed(ranks):
            left = read(self, left)
        return left

    def _or(self, left: Expression) -> Expression:
        return self._joined("||", left, 1)

    def _and(self, left: Expression) -> Expression:
        return self._joined("&&", left, 2)

    def _joined(self, sign: str, left: Expression, rank: int) -> Expression:
        parts = [left]
        while self.accept(sign):
            parts.append(self._holding(rank))
        return Operation(sign, tuple(parts)) if len(parts) > 1 else left

    def _comparison(self, left: Expression) -> Expression:
        for operator in COMPARISONS:
            if self.accept(operator):
                return Operation(operator, (left, self._holding(3)))
        is_negated = self.accept("NOT")
        if is_negated:
            self.expect("IN")
        elif not self.accept("IN"):
            return left
        found = Operation("IN", (left, *self._call("IN").arguments))
        return Operation("!", (found,)) if is_negated else found

    def _sum(self, left: Expression) -> Expression:
        while self.sees("+") or self.sees("-"):
            left = Operation(self.take().text, (left, self._holding(4)))
        return left

    def _product(self, left: Expression) -> Expression:
        while self.sees("*") or self.sees("/"):
            left = Operation(self.take().text, (left, self._unary()))
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


_RANKS = (Expressions._or, Expressions._and, Expressions._comparison, Expressions._sum, Expressions._product)
"""What reads on from an operand, by rank."""
_ENDS = frozenset((")", ",", "AS"))
"""What mostly follows an expression, and is no operator."""
