"""Atomic writes: a file is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from glutkg.errors import UsageError


def write_atomically(path: Path, content: bytes) -> None:
    """Write a temporary file and move it into place. Raises UsageError when the place cannot be written.

    A path that is not a regular file, such as a device or a pipe, is written to and not replaced; a link is followed.
    """
    aside = None
    if path.is_dir():
        raise UsageError(f"The output needs the name of a file; {path.absolute()} is a folder.")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        path = Path(os.path.realpath(path))
        handle, aside = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(aside).chmod(0o666 & ~_umask())
        Path(aside).replace(path)
    except OSError as error:
        if aside is not None:
            with contextlib.suppress(OSError):
                Path(aside).unlink()
        raise UsageError(
            f"The output file {path} cannot be written ({error.strerror or error}). Name another file."
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
