"""What the server and its workers tell each other: lengths, a head in JSON, and the bytes of an answer."""

from __future__ import annotations

import json
import struct
from typing import IO, TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

LENGTHS = struct.Struct(">IQ")
"""Bytes of the head and of the body that follow."""


class Reply(NamedTuple):
    """What a worker replies: a status of HTTP, the headers, the body, and the bytes of memory that it has."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    memory: int = 0


def packed(head: Mapping[str, Any], body: bytes = b"") -> bytes:
    """Pack a message.

    >>> packed({"a": 1}, b"xy")[LENGTHS.size:]
    b'{"a": 1}xy'
    """
    written = json.dumps(head).encode()
    return LENGTHS.pack(len(written), len(body)) + written + body


def read(stream: IO[bytes]) -> dict[str, Any] | None:
    """Read the head of a message without a body; None at the end of the stream."""
    lengths = stream.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    size, _ = LENGTHS.unpack(lengths)
    head: dict[str, Any] = json.loads(stream.read(size))
    return head
