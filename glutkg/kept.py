"""The reasoned graph, kept in the user's cache folder between runs: opened when it is whole and true, else made."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from glutkg.errors import CacheError
from glutkg.graph import Graph
from glutkg.resources import cache_folder, content_key, rule_files, source_files
from glutkg.terms import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

_CODE = [Path(__file__).with_name("graph.py"), *sorted((Path(__file__).parent / "rules").glob("*.py"))]

_YOUNG = 600.0
"""For so many seconds a kept graph is not forgotten."""


class Reasoned(NamedTuple):
    """The reasoned graph, and the folder in which it is kept for other processes."""

    graph: Graph
    folder: Path


def reasoned(folder: Path, report: Callable[[str], None] | None = None) -> Reasoned:
    """Give the reasoned graph of a data folder: the one kept from an earlier run when it is whole and still true.

    It is keyed by the contents of all sources, of the rules, and of the code that runs them. Raises CacheError when it
    has to be made and the cache folder cannot take it.
    """
    key = content_key([*source_files(folder), *rule_files(folder), *_CODE], VERSION)
    place = cache_folder() / f"reasoned-{key}"
    kept = _kept(place)
    if kept is None:
        if report:
            report("reasoning over the claims (once, until they change)")
        from glutkg.rules.materialise import build  # only when there is something to make

        _keep(build(folder, (), report), place)
        kept = _kept(place)
    if kept is None:
        raise CacheError(f"The reasoned graph in {place} cannot be read back. Remove that folder and run again.")
    return Reasoned(kept, place / "store")


def _kept(place: Path) -> Graph | None:
    """Open a kept graph when every file of it is as it was written."""
    try:
        manifest = json.loads((place / "manifest.json").read_bytes())
        if manifest == _manifest(place / "store"):
            return Graph.kept(place / "store")
    except (OSError, ValueError, RuntimeError):  # the last is what the engine raises when files are gone
        pass  # not there, or damaged: it is made anew
    return None


def _manifest(store: Path) -> dict[str, int]:
    """A checksum for each file that holds data."""
    files = sorted(
        path for path in store.iterdir() if path.suffix == ".sst" or path.name.startswith(("MANIFEST", "CURRENT"))
    )
    return {path.name: crc32(path.read_bytes()) for path in files}


def _keep(graph: Graph, place: Path) -> None:
    """Write a graph aside and move it into its place in one step, so that nobody ever opens half of one."""
    import shutil
    import tempfile

    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix="making-", dir=place.parent))
        try:
            graph.keep(aside / "store")
            (aside / "manifest.json").write_text(json.dumps(_manifest(aside / "store")), encoding="utf-8")
            if _kept(place) is None:  # else another process was quicker with the same graph
                shutil.rmtree(place, ignore_errors=True)
                with contextlib.suppress(FileExistsError):
                    aside.rename(place)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise CacheError(
            f"The cache folder {place.parent} cannot be written ({error.strerror or error}). "
            "Make room or name another folder in the environment variable GLUTKG_CACHE."
        ) from error
    _forget_old(place)


def _forget_old(place: Path) -> None:
    """Keep the three newest graphs, and those that another process may just be about to open."""
    import shutil
    import time

    ages: dict[Path, float] = {}
    for path in place.parent.glob("reasoned-*"):
        with contextlib.suppress(FileNotFoundError):  # another process forgets it too
            ages[path] = time.time() - path.stat().st_mtime
    for old in sorted(ages, key=ages.__getitem__)[3:]:
        if ages[old] > _YOUNG:
            shutil.rmtree(old, ignore_errors=True)
