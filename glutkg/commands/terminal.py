"""The terminal: words that are no text, characters that it cannot show, messages that would flood it."""

from __future__ import annotations

import io
import os
import sys

from glutkg.text.line_width import page_width, wrapped

_LONGEST = 2000
"""Characters that a message may have; a long name that was given is cut in the middle."""


def print_anything() -> None:
    """Let standard streams write what their encoding does not have as an escape, and messages go nowhere if closed."""
    if sys.stdin is None:
        sys.stdin = open(_nowhere(0), closefd=False)  # noqa: SIM115 (it lasts as long as the process)
    if sys.stderr is None:
        sys.stderr = open(_nowhere(2), "w", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _nowhere(number: int) -> int:
    """Open what keeps nothing by the number of a closed stream, which no other file is to get."""
    place = os.open(os.devnull, os.O_RDWR)
    try:
        os.fstat(number)
    except OSError:
        return os.dup2(place, number)
    return place


def legible(word: str) -> str:
    r"""Give an argument as text: bytes that are no UTF-8 become signs of replacement, save in the name of a file.

    >>> legible("pain"), legible("p\udcc3\udca4in"), legible("p\udcffin"), legible("a\0b")
    ('pain', 'päin', 'p\ufffdin', 'a\ufffdb')
    """
    if word.isascii():
        return word.replace("\0", "\ufffd")
    try:
        word.encode()
    except UnicodeEncodeError:
        if os.path.lexists(word):
            return word
        return word.encode(errors="surrogatepass" if _HALVES & {*word} else "surrogateescape").decode(errors="replace")
    return word


_HALVES = {chr(code) for code in (*range(0xD800, 0xDC80), *range(0xDD00, 0xE000))}
"""Halves of pairs that do not stand for a byte."""


def as_message(message: str) -> str:
    r"""Cut a message that is too long in its middle, and spell out what would control the terminal.

    >>> len(as_message("x" * 10**6)) < 2100, as_message("no\nred \x1b[31m")
    (True, 'no\nred \\x1b[31m')
    """
    message = "".join(sign if sign.isprintable() or sign in "\n\t" else ascii(sign)[1:-1] for sign in message)
    half = _LONGEST // 2
    return message if len(message) <= _LONGEST else f"{message[:half]} […] {message[-half:]}"


def tell(message: str) -> None:
    """Write a message of the program on standard error; on a terminal its lines are broken at spaces to fit."""
    text = as_message(f"glutkg: {message}")
    if sys.stderr.isatty():
        width = page_width()
        text = "\n".join(part for line in text.split("\n") for part in wrapped(line, width))
    print(text, file=sys.stderr)
