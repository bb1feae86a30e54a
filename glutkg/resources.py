"""Where the data files are: the folders of a checkout, or the same ones inside an installed wheel."""

from __future__ import annotations

import os
import select
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.errors import CacheError, SourceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_BYTES = 64 << 20
"""Bytes of a file that is read."""
PATIENCE = 10
"""Seconds in which something must come through a pipe."""
_PROGRAMS = (".rq", ".ttl")
"""How the names of queries, rules and shapes end."""
FOLDERS = ("ontology", "rules", "facts", "shapes", "queries")
MAPS = "imports"
"""The folder of the maps that come with the package, by which `glutkg import` reads sources of others."""
IMPORTED = "glutkg-imports.toml"
"""The file that marks a folder of imported claims, which add to what the package states."""


def data_folder(chosen: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder that holds `ontology/`, `rules/`, `facts/`, `shapes/` and `queries/`.

    A folder that is chosen here or in the environment variable GLUTKG_DATA goes first, then the wheel's own data,
    then the checkout. A folder of imported claims may be chosen, too: it stands for what the package states, and them.
    Raises UsageError when the chosen folder has no name or lacks one of the folders.

    >>> (data_folder() / "ontology").is_dir()
    True
    """
    wanted = os.environ.get("GLUTKG_DATA") if chosen is None else chosen
    if chosen is not None and not os.fspath(chosen):
        raise UsageError("The name of the data folder is empty. Name a folder, or leave the choice out.")
    if wanted:
        folder = Path(wanted)
        if not folder.is_dir():
            what = "is no folder" if folder.exists() else "does not exist"
            raise UsageError(f"The data folder {folder} {what}. Check the name, or leave the choice out.")
        missing = [name for name in FOLDERS if not (folder / name).is_dir()]
        if missing and not is_imported(folder):
            raise UsageError(
                f"The data folder {folder} has no folder {', '.join(missing)}. "
                f"Name a folder that holds {', '.join(FOLDERS)}, or leave the choice out."
            )
        return folder
    return shipped_folder()


def is_imported(folder: Path) -> bool:
    """Return whether a folder is one of imported claims."""
    return (folder / IMPORTED).is_file()


def program_folder(folder: Path) -> Path:
    """Return the folder whose ontology, rules, shapes and queries hold for a data folder: itself, in most cases.

    >>> program_folder(data_folder()) == data_folder()
    True
    """
    return shipped_folder() if is_imported(folder) else folder


def real_path(path: Path) -> Path:
    """Give a path without links; of links in a circle, which lead nowhere, the path itself."""
    return Path(os.path.realpath(path))  # which, unlike Path.resolve, does not fail at a circle


def is_shipped(folder: Path) -> bool:
    """Return whether all queries, rules and shapes of a data folder are those that came with the package.

    Anything else may have been written by a stranger, and runs within limits.
    """
    shipped = shipped_folder()
    if real_path(folder) == real_path(shipped):
        return True
    its, known = _programs(folder), _programs(shipped)
    return its.keys() == known.keys() and all(_is_same(its[name], known[name]) for name in known)


def is_shipped_file(path: Path) -> bool:
    """Return whether a file is one that came with the package, or a copy in a folder of the same name."""
    shipped = shipped_folder() / path.parent.name / path.name
    return shipped.is_file() and _is_same(path, shipped)


def _is_same(path: Path, known: Path) -> bool:
    """Return whether a file holds the same as one that came with the package; a pipe or a device does not."""
    return path.is_file() and path.stat().st_size == known.stat().st_size and path.read_bytes() == known.read_bytes()


def shipped_folder() -> Path:
    """Return the data folder that came with the package: the wheel's own data, or the checkout."""
    packaged = Path(__file__).parent / "_data"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent


def _programs(folder: Path) -> dict[str, Path]:
    folder = program_folder(folder)
    found = (path for kind in ("rules", "shapes", "queries") for path in (folder / kind).rglob("*"))
    return {path.relative_to(folder).as_posix(): path for path in found if path.suffix in _PROGRAMS}


def source_files(folder: Path, kinds: Iterable[str] = ("ontology", "facts")) -> list[Path]:
    """List the Turtle files and mapping sets below the given kinds of folder, in a fixed order; imported ones last."""
    base = program_folder(folder)
    found = _sources(base, [base / kind for kind in kinds])
    return found if base == folder else [*found, *_sources(folder, [folder])]


def files_read(folder: Path) -> list[Path]:
    """List all files of a data folder that are read: sources, shapes, rules and queries.

    >>> {path.parent.name for path in files_read(data_folder())} > {"ontology", "facts", "rules", "shapes", "questions"}
    True
    """
    return [*source_files(folder, ("ontology", "facts", "shapes")), *_programs(folder).values()]


def _sources(folder: Path, below: Iterable[Path]) -> list[Path]:
    found = (path for part in below for end in ("*.ttl", "*.sssom.tsv") for path in part.rglob(end))
    return sorted(path for path in found if is_source(path, folder))


def is_source(path: Path, folder: Path) -> bool:
    """Return whether a file is meant to be read: backups, locks and checkpoints of editors are not.

    >>> [is_source(Path("facts") / name, Path("facts")) for name in ("a.ttl", ".#a.ttl", ".ipynb_checkpoints/a.ttl")]
    [True, False, False]
    """
    return not any(part.startswith((".", "#", "~")) for part in path.parts[len(folder.parts) :])


def rule_files(folder: Path) -> list[Path]:
    """List the rule files (`rules/*.rq`), in the order in which they run."""
    folder = program_folder(folder)
    return sorted(path for path in (folder / "rules").glob("*.rq") if is_source(path, folder))


def query_files(folder: Path, kind: str) -> list[Path]:
    """List the queries of one kind (`queries/<kind>/*.rq`), such as `views` or `mechanisms/steps`."""
    folder = program_folder(folder)
    return sorted(path for path in (folder / "queries" / kind).glob("*.rq") if is_source(path, folder))


def stated_file(folder: Path, name: str) -> Path:
    """Name the file of Turtle that a named graph of stated triples is made from, such as `facts/genes`."""
    own = folder / f"{name}.ttl"
    return own if own.is_file() else program_folder(folder) / f"{name}.ttl"


def query_file(folder: Path, name: str) -> Path:
    """Name a query of a data folder, such as `views/description`.

    >>> query_file(data_folder(), "views/description").is_file()
    True
    """
    return program_folder(folder) / "queries" / f"{name}.rq"


def question_files(folder: Path) -> list[Path]:
    """List the packaged questions (`queries/questions/*.rq`)."""
    return query_files(folder, "questions")


def read_text(path: Path) -> str:
    """Read a file of queries as text, with each line ended by a line feed. Raises SourceError as `decoded` does."""
    return decoded(path).replace("\r\n", "\n")


def decoded(path: Path, content: bytes | None = None) -> str:
    """Read a file as UTF-8 text, without a byte order mark. Raises SourceError, with the place, when it cannot be.

    Its content may have been read already.
    """
    content = whole(path) if content is None else content
    try:
        return content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError("the file is not UTF-8 text. Save it as UTF-8.", path, line) from error


def whole(path: Path) -> bytes:
    """Read a file. Raises SourceError when it cannot be read or is too large."""
    try:
        content = _content(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SourceError(f"the file cannot be read ({reason}). Check its name and permissions.", path) from error
    if len(content) > MAX_BYTES:
        raise SourceError(f"the file has more than {MAX_BYTES:,} bytes. Split it into smaller files.", path)
    return content


def _content(path: Path) -> bytes:
    """Read a file up to a limit; a pipe may be one, as a shell's `<(command)`, if something comes through in time."""
    found = path.stat()
    if not stat.S_ISFIFO(found.st_mode):
        most = found.st_size if stat.S_ISREG(found.st_mode) and found.st_size else MAX_BYTES
        with path.open("rb") as file:
            content = file.read(min(most, MAX_BYTES) + 1)  # for which room is made before anything is read
            return content if len(content) <= most else content + file.read(MAX_BYTES + 1 - len(content))
    parts: list[bytes] = []
    pipe = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        while select.select([pipe], [], [], PATIENCE)[0] and sum(map(len, parts)) <= MAX_BYTES:
            if not (part := os.read(pipe, 1 << 20)):
                return b"".join(parts)
            parts.append(part)
    finally:
        os.close(pipe)
    raise OSError(None, f"nothing more came within {PATIENCE} s, or too much")


def content_key(paths: Iterable[Path], salt: str) -> str:
    """Hash names and contents of files together with a salt; the same files yield the same 32 hexadecimal digits.

    Raises SourceError for a file that cannot be read, is too large, or is none, such as a pipe or a device.
    """
    import hashlib  # only when files have changed

    digest = hashlib.blake2b(salt.encode(), digest_size=16)
    for path in paths:
        if path.exists() and not path.is_file():
            raise SourceError("it is a folder, a pipe or a device, where a file belongs. Move it elsewhere.", path)
        content = whole(path)
        digest.update(f"\0{path.parent.name}/{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def cache_folder() -> Path:
    """Return the folder of cached graphs: GLUTKG_CACHE, or the platform's cache folder for the user."""
    chosen = os.environ.get("GLUTKG_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(_home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(_home() / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(_home() / ".cache")
    return Path(base) / "glutkg"


def _home() -> Path:
    """Return the home folder of the user. Raises CacheError for a user that has none."""
    try:
        return Path.home()
    except RuntimeError as error:
        raise CacheError(
            "There is no home folder in which to keep the reasoned graph. Name a folder in GLUTKG_CACHE."
        ) from error
