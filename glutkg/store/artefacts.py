"""What takes long to work out from a graph, kept beside it."""

from __future__ import annotations

import contextlib
import stat
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from glutkg.errors import UsageError

ARTEFACTS = "artefacts"
"""The folder of what is kept, beside that of the graph."""


class Artefacts(NamedTuple):
    """A cache of what takes long to work out from one reasoned graph; without a folder, nothing is kept.

    Each file begins with a checksum; one that is damaged counts as missing.
    """

    folder: Path | None = None

    def read(self, name: str) -> bytes | None:
        """Read an artefact, if it is there and whole."""
        if self.folder is None:
            return None
        try:
            head, _, content = (self.folder / name).read_bytes().partition(b"\n")
        except OSError:
            return None
        return content if head == _checksum(content) else None

    def write(self, name: str, content: bytes) -> None:
        """Keep an artefact. Where there is no room for it, nothing is lost but time."""
        from glutkg.atomic_write import write_atomically  # only when something is kept

        if self.folder is not None:
            with contextlib.suppress(OSError, UsageError):
                self.folder.mkdir(parents=True, exist_ok=True)
                if self.folder.stat().st_mode & stat.S_IWUSR:  # which does not keep out everybody
                    write_atomically(self.folder / name, _checksum(content) + b"\n" + content)


def _checksum(content: bytes) -> bytes:
    return b"%08x" % crc32(content)
