r"""Patterns of XML Schema as HermiT is to be given them, so that it reads them right.

It has signs of its own (`&`, `~`, `@`, `#`, quotation marks, `<`), takes `.` for any character, and no empty branch.
So a pattern is read here, and written with a backslash before all but letters and digits.
"""

from __future__ import annotations

import re

from glutkg.errors import ReasonerError

_QUANTIFIER = re.compile(r"[?*+]|\{(\d{1,9})(?:(,)(\d{1,9})?)?\}")
_SPECIAL = ".\\?*+{}()|[]"
"""What stands for itself only after a backslash."""
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}
_SPACES = "\\ \\\t\\\n\\\r"
_ANY_OTHER = "\\\n\\\r"
_DEEPEST = 50


class PatternError(ReasonerError):
    """A pattern that is no regular expression of XML Schema, or one that HermiT cannot be given."""


def for_automaton(pattern: str) -> str:
    r"""Write a regular expression of XML Schema as HermiT's automata read it.

    Raises PatternError for what is none, or cannot be written so.

    >>> for_automaton("a&b|")
    'a\\&b|()'
    >>> for_automaton("[a-z-[ei]]{2}")
    '([a-z]&[^ei]){2}'
    >>> for_automaton("[z-a]")
    Traceback (most recent call last):
    ...
    glutkg.owl.hermit_patterns.PatternError: the pattern has a range from z to a. Write the lower end first.
    """
    reader = _Reader(pattern)
    made = reader.alternatives(0)
    if reader.peek():
        raise PatternError("the pattern has a ) that nothing opens. Write \\) for itself.")
    return made


def _literal(character: str) -> str:
    return character if character.isalnum() else f"\\{character}"


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def peek(self) -> str:
        """Give the next character, or nothing at the end."""
        return self._text[self._at : self._at + 1]

    def _next(self) -> str:
        self._at += 1
        return self._text[self._at - 1 : self._at]

    def alternatives(self, depth: int) -> str:
        """Read branches up to the end, or to the bracket that closes them."""
        if depth > _DEEPEST:
            raise PatternError(f"the pattern has more than {_DEEPEST} brackets in one another. Write a shorter one.")
        branches = [""]
        while (character := self.peek()) and character != ")":
            self._at += 1
            if character == "|":
                branches.append("")
            else:
                branches[-1] += self._atom(character, depth) + self._quantifier()
        return "|".join(branch or "()" for branch in branches)

    def _atom(self, character: str, depth: int) -> str:
        if character == "(":
            inner = self.alternatives(depth + 1)
            if self._next() != ")":
                raise PatternError("a bracket of the pattern is not closed. Write ) where it ends.")
            return f"({inner})"
        if character == "[":
            return self._class(depth)
        if character == ".":
            return f"[^{_ANY_OTHER}]"
        if character == "\\":
            made, is_class = self._escape()
            return f"[{made}]" if is_class else made
        if character in _SPECIAL:
            raise PatternError(
                f"'{character}' stands where the pattern cannot have it. Write \\{character} for itself."
            )
        return _literal(character)

    def _quantifier(self) -> str:
        found = _QUANTIFIER.match(self._text, self._at)
        if not found:
            return ""
        if found[3] and int(found[3]) < int(found[1]):
            raise PatternError(f"the pattern has {found[0]}. Write the lower number first.")
        self._at = found.end()
        if self.peek() in ("?", "*", "+"):
            raise PatternError(f"the pattern has '{found[0]}{self.peek()}'. Write brackets around what is repeated.")
        return found[0]

    def _escape(self) -> tuple[str, bool]:
        """Read what follows a backslash: signs, and whether they are a class."""
        character = self._next()
        if not character:
            raise PatternError("the pattern ends with a backslash. Write \\\\ for itself.")
        if character == "s":
            return _SPACES, True
        if character in _CONTROLS:
            return f"\\{_CONTROLS[character]}", False
        if character.isalnum():
            raise PatternError(
                f"HermiT reads \\{character} in a pattern otherwise than XML Schema does. Write a class, such as [0-9]."
            )
        return _literal(character), False

    def _class(self, depth: int) -> str:
        """Read a class of characters, with what is subtracted from it."""
        is_other = self.peek() == "^"
        self._at += is_other
        made = ""
        while self.peek() != "]" or not made:
            if made and self._text.startswith("-[", self._at):
                self._at += 2
                less = self._class(depth + 1)
                if self._next() != "]":
                    raise PatternError("nothing follows what is subtracted from a class. Write ] after it.")
                if less.startswith("("):
                    raise PatternError("the pattern subtracts from what is subtracted. Write one class.")
                opposite = less[2:] if less.startswith("[^") else f"^{less[1:]}"
                return f"([{'^' if is_other else ''}{made}]&[{opposite})"
            made += self._range()
        self._at += 1
        return f"[{'^' if is_other else ''}{made}]"

    def _range(self) -> str:
        """Read a character of a class, or two with all that lie between them."""
        first = self._member()
        if len(first) > len("\\ ") or self.peek() != "-" or self._text[self._at + 1 : self._at + 2] in ("]", "["):
            return first
        self._at += 1
        last = self._member()
        if len(last) > len("\\ ") or first[-1] > last[-1]:
            raise PatternError(f"the pattern has a range from {first[-1]} to {last[-1]}. Write the lower end first.")
        return f"{first}-{last}"

    def _member(self) -> str:
        character = self._next()
        if not character:
            raise PatternError("a class of the pattern is not closed. Write ] where it ends.")
        if character in "[]":
            raise PatternError(f"'{character}' stands within a class of the pattern. Write \\{character} for itself.")
        return self._escape()[0] if character == "\\" else _literal(character)
