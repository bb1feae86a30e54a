r"""Regular expressions as XPath and SPARQL have them, written for the engine, which takes those of Rust.

What the engine would read otherwise is written anew (`[a-z-[aeiou]]`, `\i`, `\w`, `.`); what it does not have, or XPath
does not, is refused: neither looks ahead, and neither has named groups.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from glutkg.errors import QueryError
from glutkg.sparql.unicode_blocks import block

_START = (
    r":A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}-\x{200D}"
    r"\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}"
)
_NAME = rf"{_START}\-.0-9\x{{B7}}\x{{0300}}-\x{{036F}}\x{{203F}}-\x{{2040}}"
_SPACES = r"\x{20}\t\n\r"
_NO_WORD = r"\p{P}\p{Z}\p{C}"
_CLASSES = {"i": _START, "c": _NAME, "s": _SPACES, "W": _NO_WORD}
_SAME = "dD"
"""Classes that mean the same to the engine."""
_CONTROLS = "nrt"
_SPECIAL = ".?*+{}()|[]"
"""What stands for itself only after a backslash."""
_QUANTIFIER = re.compile(r"[?*+]|\{\d+(,\d*)?\}")
_CATEGORY = re.compile(r"[pP]\{(L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?)\}")
_BLOCK = re.compile(r"[pP]\{Is([A-Za-z0-9-]+)\}")
FLAGS = "ismxq"
_DEEPEST = 50
_ENGINES = "ism"
"""The flags that the engine is given; the others are worked out here."""


class Pattern(NamedTuple):
    """A regular expression and its flags as the engine takes them."""

    text: str
    flags: str


def for_engine(pattern: str, flags: str = "") -> Pattern:
    r"""Write a regular expression of XPath for the engine.

    Raises QueryError for what is none, or what the engine does not have.

    >>> for_engine(r"^[a-z-[aeiou]]+$").text
    '^[[a-z]--[aeiou]]+$'
    >>> for_engine("(?=a)")
    Traceback (most recent call last):
    ...
    glutkg.errors.QueryError: SPARQL's regular expressions have no '(?='. Write it without.
    """
    unknown = sorted(set(flags) - set(FLAGS))
    if unknown:
        raise QueryError(f"There are no flags '{''.join(unknown)}'. Choose from {', '.join(sorted(FLAGS))}.")
    kept = "".join(sorted(set(flags) & set(_ENGINES)))
    if "q" in flags:
        return Pattern("".join(map(_literal, pattern)), kept)
    return Pattern(_Reader(pattern, is_spaced="x" in flags, is_one_line="s" in flags).whole(), kept)


def _literal(character: str) -> str:
    return character if character.isalnum() else f"\\x{{{ord(character):X}}}"


class _Reader:
    def __init__(self, text: str, *, is_spaced: bool, is_one_line: bool) -> None:
        self._text = text
        self._at = 0
        self._is_spaced = is_spaced
        self._is_one_line = is_one_line

    def whole(self) -> str:
        """Read the expression from its beginning to its end."""
        made = self._alternatives()
        if self._at < len(self._text):
            raise self._stray(self._text[self._at])
        return made

    def _stray(self, text: str) -> QueryError:
        return QueryError(f"'{text}' stands for itself after a backslash only. Write \\{text}, or mend the pattern.")

    def _absent(self, text: str) -> QueryError:
        return QueryError(f"SPARQL's regular expressions have no '{text}'. Write it without.")

    def _require_shallow(self, depth: int) -> None:
        if depth > _DEEPEST:
            raise QueryError(f"The pattern has more than {_DEEPEST} brackets in one another. Write a shorter one.")

    def _peek(self, length: int = 1) -> str:
        if self._is_spaced and length == 1:
            while self._text[self._at : self._at + 1] in (" ", "\t", "\n", "\r"):
                self._at += 1
        return self._text[self._at : self._at + length]

    def _next(self) -> str:
        self._at += 1
        return self._text[self._at - 1 : self._at]

    def _alternatives(self, depth: int = 0) -> str:
        self._require_shallow(depth)
        made = ""
        while (character := self._peek()) and character != ")":
            self._at += 1
            made += character if character in "|^$" else self._atom(character, depth) + self._quantifier()
        return made

    def _atom(self, character: str, depth: int) -> str:
        if character == "(":
            return self._group(depth)
        if character == "[":
            return self._class(depth)
        if character == "\\":
            return self._escape(is_inside=False)
        if character == ".":
            return character if self._is_one_line else r"[^\n\r]"
        if character in _SPECIAL:
            raise self._stray(character)
        return _literal(character)

    def _group(self, depth: int) -> str:
        start = "(?:" if self._peek(2) == "?:" else "("
        if start == "(" and self._peek(1) == "?":
            raise self._absent(f"({self._text[self._at : self._at + 2]}")
        self._at += len(start) - 1
        inner = self._alternatives(depth + 1)
        if self._next() != ")":
            raise QueryError("A bracket of the pattern is not closed. Write ) where it ends.")
        return f"{start}{inner})"

    def _quantifier(self) -> str:
        self._peek()
        found = _QUANTIFIER.match(self._text, self._at)
        if not found:
            return ""
        self._at = found.end()
        reluctant = "?" if self._peek() == "?" else ""
        self._at += len(reluctant)
        if self._peek() in ("?", "*", "+"):
            raise self._absent(f"{found[0]}{reluctant}{self._peek()}")
        return found[0] + reluctant

    def _escape(self, *, is_inside: bool) -> str:
        """Read what follows a backslash: a class, a character that stands for itself, a control character."""
        character = self._next()
        lower = character.lower()
        if not character:
            raise QueryError("The pattern ends with a backslash. Write what it is to stand before, or \\\\ for itself.")
        if character in _CLASSES:
            return _CLASSES[character] if is_inside else f"[{_CLASSES[character]}]"
        if opposite := _CLASSES.get(character.swapcase()):
            return f"[^{opposite}]"
        if character in _SAME or character in _CONTROLS:
            return f"\\{character}"
        if category := _CATEGORY.match(self._text, self._at - 1):
            self._at = category.end()
            return f"\\{category[0]}"
        if (found := _BLOCK.match(self._text, self._at - 1)) and (ends := block(found[1])):
            self._at = found.end()
            return f"[{'^' if character == 'P' else ''}\\x{{{ends[0]:X}}}-\\x{{{ends[1]:X}}}]"
        if character.isdecimal() or lower == "p":
            named = self._text[self._at - 1 :].partition("}")[0] + "}" if lower == "p" else character
            raise QueryError(f"The engine's regular expressions have no '\\{named}'. Write it without.")
        if character.isalnum():
            raise self._absent(f"\\{character}")
        return _literal(character)

    def _class(self, depth: int) -> str:
        """Read a class of characters, with what is subtracted from it."""
        self._require_shallow(depth)
        start = "[^" if self._text[self._at : self._at + 1] == "^" else "["
        self._at += len(start) - 1
        made = ""
        while (character := self._next()) != "]":
            if not character:
                raise QueryError("A class of the pattern is not closed. Write ] where it ends.")
            if made and character == "-" and self._text[self._at : self._at + 1] == "[":
                self._at += 1
                less = self._class(depth + 1)
                if self._next() != "]":
                    raise QueryError("Nothing follows what is subtracted from a class. Write ] after it.")
                return f"[{start}{made}]--{less}]"
            if character == "[":
                raise self._stray("[")
            made += self._in_class(character, is_first=not made)
        if not made:
            raise QueryError("A class of the pattern is empty. Write its characters.")
        return f"{start}{made}]"

    def _in_class(self, character: str, *, is_first: bool) -> str:
        """Read a character of a class, an escape or a hyphen, which is the sign of a range where it can be one."""
        following = self._text[self._at : self._at + 1]
        if character == "\\":
            return self._escape(is_inside=True)
        if character == "-" and not is_first and following not in ("]", ""):
            return "-"
        return _literal(character)
