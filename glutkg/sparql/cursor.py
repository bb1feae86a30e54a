"""Goes through the tokens of a SPARQL text, reads terms, and says what was expected where something else stands."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from glutkg.errors import QueryError, SourceError
from glutkg.rdf.namespaces import PREFIXES, XSD
from glutkg.rdf.terms import Term
from glutkg.sparql.tokens import Token, line_and_column, string_value, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_ESCAPE = "\\"
_TERMS = frozenset(("iri", "name", "string", "number", "variable", "blank"))
BOOLEANS = frozenset(("TRUE", "FALSE"))


class Cursor:
    """Where in the tokens of a text the reading is, and what may stand there."""

    def __init__(self, text: str, prefixes: Mapping[str, str], path: Path | None) -> None:
        self.text = text
        self.path = path
        self.tokens = [*tokens(text), Token("end", "", len(text.rstrip()))]
        self.at = 0
        self.prefixes = dict(prefixes)

    @property
    def next(self) -> Token:
        """The next token; at the end one of the kind `end`."""
        return self.tokens[self.at]

    @property
    def word(self) -> str:
        """The next word in capital letters, or nothing."""
        token = self.tokens[self.at]
        return token.text.upper() if token.kind == "word" else ""

    def sees(self, sign: str) -> bool:
        """Return whether a sign or bracket is next; its characters are tokens that follow without a space."""
        token = self.tokens[self.at]
        return token.text == sign[0] and (len(sign) == 1 or self.text.startswith(sign, token.start))

    @property
    def is_term(self) -> bool:
        """Whether the next token begins a term."""
        token = self.next
        return token.kind in _TERMS or token.text.upper() in BOOLEANS or token.text in ("+", "-")

    def take(self) -> Token:
        """Return the next token, and go past it."""
        token = self.next
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def accept(self, text: str) -> bool:
        """Go past a word in capital letters, or a sign, if it is next."""
        is_word = text[0].isalpha()
        found = self.word == text if is_word else self.sees(text)
        if found:
            self.at += 1 if is_word else len(text)
        return found

    def expect(self, text: str) -> None:
        """Go past a word in capital letters, or a sign. Raises an error if it is not next."""
        if not self.accept(text):
            raise self.error(f"'{text}'")

    def error(self, expected: str) -> QueryError | SourceError:
        """Make the error that something else stands where something was expected."""
        if self.next.text in ("'", '"'):
            return self.problem(f"the string is not closed; close it with {self.next.text}.")
        return self.problem(f"expected {expected}, not {repr(self.next.text) if self.next.text else 'the end'}.")

    def problem(self, what: str) -> QueryError | SourceError:
        """Make an error that begins with the file, if there is one, and the line and column of the next token."""
        line, column = line_and_column(self.text, self.next.start)
        if self.path:
            return SourceError(f"column {column}: {what}", self.path, line)
        return QueryError(f"line {line}, column {column}: {what}")

    def expanded(self, name: str) -> str:
        """Write a prefixed name as an IRI. Raises an error for an unknown prefix."""
        prefix, _, local = name.partition(":")
        if prefix not in self.prefixes:
            near = [f"{known}:" for known in get_close_matches(prefix, self.prefixes, n=3, cutoff=0.5)]
            line = f"PREFIX {prefix}: <{PREFIXES.get(prefix, '…')}>"
            cure = f"did you mean {' or '.join(near)}?" if near else f"write {line} before the query."
            raise self.problem(f"the prefix {prefix}: is not declared; {cure}")
        return f"<{self.prefixes[prefix]}{local.replace(_ESCAPE, '')}>"

    def term(self) -> str:
        """Read a term. Raises an error if none is next."""
        token = self.next
        if token.kind == "sign" and token.text in "+-" and self.tokens[self.at + 1].kind == "number":
            sign = self.take().text
            return _number(sign + self.take().text)
        if token.kind == "name":
            return self._past(self.expanded(token.text))
        if token.kind == "string":
            return self._string()
        if token.kind == "word" and token.text.upper() in BOOLEANS:
            return self._past(f'"{token.text.lower()}"^^<{XSD}boolean>')
        if token.kind not in _TERMS:
            raise self.error("a term")
        self.at += 1
        if token.kind == "number":
            return _number(token.text)
        return f"?{token.text[1:]}" if token.kind == "variable" else token.text

    def _past(self, term: str) -> str:
        self.at += 1
        return term

    def _string(self) -> str:
        literal = Term("literal", string_value(self.take().text)).n3()
        if self.next.kind == "language":
            return literal + self.take().text.lower()
        return f"{literal}^^{self.term()}" if self.accept("^^") else literal


def _number(text: str) -> str:
    datatype = "double" if "e" in text.lower() else "decimal" if "." in text else "integer"
    return f'"{text}"^^<{XSD}{datatype}>'
