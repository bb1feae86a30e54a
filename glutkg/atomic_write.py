"""Atomic writes: a file, or a folder of files, is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


_ASIDE = ".glutkg-"
"""How the temporary name begins, whatever the length of the final one."""


def write_atomically(path: Path, content: bytes) -> None:
    """Write a temporary file and move it into place. Raises UsageError when the place cannot be written.

    A path that is not a regular file, such as a device or a pipe, is written to and not replaced; a link is followed.
    Who may read a file that was there may read the new one, and nobody else.
    """
    aside = None
    if path.is_dir():
        raise UsageError(f"The output needs the name of a file; {path.absolute()} is a folder.")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        path = Path(os.path.realpath(path))
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()
        handle, aside = tempfile.mkstemp(prefix=_ASIDE, dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(aside).chmod(mode)
        Path(aside).replace(path)
    except OSError as error:
        if aside is not None:
            with contextlib.suppress(OSError):
                Path(aside).unlink()
        raise UsageError(
            f"The output file {path} cannot be written ({error.strerror or error}). Name another file."
        ) from error


def write_folder_atomically(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files, by their names, into a folder beside and move it into place.

    A folder that is there is replaced, if it holds nothing but files of these names. Raises UsageError when it holds
    others, and when the place cannot be written.
    """
    folder = Path(os.path.realpath(folder))
    _refuse_other_files(folder, files)
    aside = None
    try:
        aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=folder.parent))
        made = aside / "made"
        for name, content in files.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(content)
        if folder.is_dir():
            folder.rename(aside / "old")
        made.rename(folder)
    except OSError as error:
        raise UsageError(
            f"The folder {folder} cannot be written ({error.strerror or error}). Name another folder."
        ) from error
    finally:
        if aside is not None:
            _put_back(aside / "old", folder)
            shutil.rmtree(aside, ignore_errors=True)


def _refuse_other_files(folder: Path, files: Mapping[str, bytes]) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"The output needs the name of a folder; {folder} is a file.")
    others = sorted(
        path for path in folder.rglob("*") if not path.is_dir() and path.relative_to(folder).as_posix() not in files
    )
    if others:
        raise UsageError(
            f"The folder {folder} holds {others[0].name}, which is not of this export. Name another folder."
        )


def _put_back(old: Path, folder: Path) -> None:
    """Put the folder that was there back if the new one did not come."""
    if old.exists() and not folder.exists():
        old.rename(folder)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
