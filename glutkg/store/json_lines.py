"""The lines of a JSON-LD text on which its nodes and their values stand: a reading of its tokens, without contexts.

Names may be shortened in many ways, so that a written name is taken for each IRI that ends likewise.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_OF_VALUES = ("@value", "@id")


class Said(NamedTuple):
    """That a node has a value for a key, on a line; a node and a value without a name are the empty string."""

    node: str
    key: str
    value: str
    line: int


@dataclass(slots=True)
class _Frame:
    """What is being read in brackets of one depth: a list, or a node with the keys that came so far."""

    is_node: bool
    line: int
    key: str = ""
    name: str = ""
    said: list[tuple[str, str, int]] = field(default_factory=list)


def said_in(text: str) -> list[Said]:
    r"""Give what a text says of its nodes, in no particular order.

    >>> for one in said_in('{"@id": "a",\n "b": {"c": 1}}'):
    ...     print(one.node or "-", one.key, one.value or "-", one.line)
    - c 1 2
    a @id a 1
    a b - 2
    """
    return list(_said(text))


def _said(text: str) -> Iterator[Said]:
    stack = [_Frame(False, 1)]
    line, before = 1, 0
    waiting: str | None = None
    for match in _TOKEN.finditer(text):
        line += text.count("\n", before, match.start())
        before = match.start()
        sign, frame = match[0], stack[-1]
        if sign == ":" and frame.is_node and waiting is not None:
            frame.key, waiting = waiting, None
        elif sign in "{[":
            stack.append(_Frame(sign == "{", line, "" if sign == "{" else frame.key))
        elif sign in "}]" and len(stack) > 1:
            yield from _ended(stack.pop(), stack[-1])
        elif sign not in ",:":
            value = _decoded(sign)
            if frame.is_node and not frame.key:
                waiting = value
            else:
                _take(frame, value, line)


def _take(frame: _Frame, value: str, line: int) -> None:
    if frame.key == "@id":
        frame.name = value
    frame.said.append((frame.key, value, line))
    if frame.is_node:
        frame.key = ""


def _ended(inner: _Frame, outer: _Frame) -> Iterator[Said]:
    """Give what was said in brackets that end, and tell what stands around them of their node, value or members."""
    keys = {key for key, _, _ in inner.said}
    if not inner.is_node:
        outer.said += inner.said
    elif keys and keys <= {"@value", "@type", "@language", "@direction", "@id"} and keys & {*_OF_VALUES}:
        value, line = next((value, line) for key, value, line in inner.said if key in _OF_VALUES)
        outer.said.append((outer.key, value, line))
    else:
        outer.said.append((outer.key, inner.name, inner.line))
        yield from (Said(inner.name, key, value, line) for key, value, line in inner.said)
    if outer.is_node:
        outer.key = ""


def _decoded(sign: str) -> str:
    try:
        return str(json.loads(sign)) if sign.startswith('"') else sign
    except ValueError:
        return sign


def line_of(said: Sequence[Said], subject: str, predicate: str, object_: str) -> int | None:
    r"""Find the line of a triple, else of its property, else of its subject; a blank node is the empty string.

    Of nodes without a name, the line is known where one alone fits.

    >>> line_of(said_in('{"@id": "e:a",\n "e:b": "c"}'), "http://e/a", "http://e/b", "c")
    2
    """
    about = [one for one in said if _fits(one.node, subject)]
    of_property = [one for one in about if _is_key(one.key, predicate)]
    of_value = [one for one in of_property if one.value == object_ or (one.value and _fits(one.value, object_))]
    by_value = [one for one in about if object_ and one.value == object_]
    of_node = [one for one in about if one.key == "@id"] or about
    for found, is_sure in ((of_value, subject), (of_property, subject), (by_value, ""), (of_node, subject)):
        lines = {one.line for one in found}
        if lines and (is_sure or len(lines) == 1):
            return min(lines)
    return None


def _is_key(key: str, predicate: str) -> bool:
    return (key == "@type" and predicate == RDF + "type") or (not key.startswith("@") and _fits(key, predicate))


def _fits(written: str, name: str) -> bool:
    """Tell whether what is written may be short for an IRI, or is no name as the other is none."""
    plain = "" if written.startswith("_:") else written
    if not plain or not name:
        return plain == name
    end = re.split(r"[:/#]", plain)[-1] or plain
    return plain == name or name.endswith((f"/{end}", f"#{end}", f":{end}"))
