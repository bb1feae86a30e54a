"""The reasoned graph in the user's cache folder: opened when it is whole and up to date, else made.

Its folder is named after all that it follows from: sources, rules, the code of this package, and the engine. So nothing
in it can be out of date, and nothing has to be listed by hand.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from glutkg.errors import CacheError, CacheWarning
from glutkg.resources import cache_folder, content_key, rule_files, source_files
from glutkg.store.artefacts import ARTEFACTS, Artefacts
from glutkg.store.graph import VERSION, Graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from glutkg.reasoning.rule import Rule

RULES = "rules.json"
"""The artefact that holds the rules, as JSON."""
_INDEXES = ("MANIFEST", "CURRENT")
"""With what the names of those files of a store begin that hold data and are no tables."""
_YOUNG = 600.0
"""Seconds for which a graph is not removed from the cache, since another process may just be about to open it."""
_ABANDONED = 3600.0
"""Seconds after which a graph that is still being made belongs to a process that was killed."""
_SETTLED = 2.0
"""Seconds after which a file that is changed once more gets another time, on any file system."""


_TIMES_OF_CHANGES = sys.platform != "win32"
"""Whether the system gives the time of the last change, which cannot be set back, and not that of making."""


class CachedGraph(NamedTuple):
    """The reasoned graph, and the folder in which it is kept for other processes."""

    graph: Graph
    folder: Path

    @property
    def artefacts(self) -> Artefacts:
        """The cache of what was worked out from this graph."""
        return self.graph.artefacts


def cached_graph(
    folder: Path, report: Callable[[str], None] | None = None, extra: Iterable[str | os.PathLike[str]] = ()
) -> CachedGraph:
    """Open the reasoned graph of a data folder, which is made first unless an earlier run left it whole.

    `extra` are files of claims that are reasoned over along with it. Where the cache folder cannot take it, it is made
    in a temporary one, and a warning says so. Raises CacheError where that is full, too.
    """
    sources = source_files(folder)
    given = dict.fromkeys(Path(name).resolve() for name in extra)
    known = {path.resolve() for path in sources} if given else set()
    added = [path for path in given if path not in known]
    files = [*sources, *added, *rule_files(folder), *code_files()]
    make = partial(_make, folder=folder, report=report, extra=added)
    try:
        return _of_files(files, cache_folder(), make, report)
    except CacheError as error:
        import atexit
        import shutil
        import tempfile
        import warnings

        with contextlib.suppress(OSError):
            aside = tempfile.mkdtemp(prefix="glutkg-")
            atexit.register(shutil.rmtree, aside, ignore_errors=True)
            found = _of_files(files, Path(aside), make, report)
            warnings.warn(f"{error} Meanwhile the graph is kept for this run only.", CacheWarning, stacklevel=2)
            return found
        raise


def _of_files(
    files: Sequence[Path], cache: Path, make: Callable[[Path], None], report: Callable[[str], None] | None
) -> CachedGraph:
    """Open or make the graph that follows from files. Those that are untouched since it was opened are not read."""
    began = time.time()
    stamps, changed = _stamps_of_files(files)
    name = f"seen-{crc32(os.fsencode(':'.join(map(str, files)))):08x}"
    for record in cache.glob(f"reasoned-*/{name}") if _TIMES_OF_CHANGES else ():
        graph = _opened(record.parent) if Artefacts(record.parent).read(name) == stamps else None
        if graph is not None:
            return CachedGraph(graph, record.parent / "store")
    place = cache / f"reasoned-{content_key(files, VERSION)}"
    found = _made_or_opened(place, make, report)
    if changed + _SETTLED < began and place.exists() and _stamps_of_files(files)[0] == stamps:
        Artefacts(place).write(name, stamps)
    return found


def _stamps_of_files(files: Sequence[Path]) -> tuple[bytes, float]:
    """Write down number, size and times of each file, and give when one of them last changed.

    Unlike the time of the content, that of a change cannot be set back.
    """
    found = [(path, os.stat(path)) for path in files if os.path.exists(path)]  # noqa: PTH110, PTH116 - half the time
    lines = [f"{path} {s.st_dev} {s.st_ino} {s.st_size} {s.st_mtime_ns} {s.st_ctime_ns}" for path, s in found]
    changed = max(max(s.st_mtime, s.st_ctime) for _, s in found)
    return os.fsencode("\n".join([VERSION, str(Path.cwd()), *lines])), changed


def _made_or_opened(place: Path, make: Callable[[Path], None], report: Callable[[str], None] | None) -> CachedGraph:
    graph = _opened(place)
    if graph is None:
        if report:
            report("reasoning over the claims (once, until they change)")
        make(place)
        graph = _opened(place)
    if graph is None:
        raise CacheError(f"The reasoned graph in {place} cannot be read back. Remove that folder and run again.")
    return CachedGraph(graph, place / "store")


def cached_rules(graph: Graph, folder: Path, artefacts: Artefacts) -> list[Rule]:
    """Read the rules that made a cached graph, or compile them again from its axioms."""
    from glutkg.reasoning.rule import rules_from_json, rules_to_json

    content = artefacts.read(RULES)
    if content is not None:
        return rules_from_json(content)
    from glutkg.reasoning.load_and_reason import rules_of  # only when there is something to compile

    found = rules_of(graph, folder)
    artefacts.write(RULES, rules_to_json(found))
    return found


def code_files() -> list[Path]:
    """List all modules of the package: any of them may take part in reasoning."""
    walked = os.walk(Path(__file__).parent.parent)  # in a third of the time that rglob takes
    return sorted(Path(base, name) for base, _, names in walked for name in names if name.endswith(".py"))


def _opened(place: Path) -> Graph | None:
    """Open a graph when every file of it is as it was written."""
    try:
        manifest = json.loads((place / "manifest.json").read_bytes())
        if _is_whole(place / "store", manifest):
            return Graph.opened(place / "store")
    except (OSError, ValueError, RuntimeError):  # the last is what the engine raises when files are gone
        pass  # not there, or damaged: it is made again
    return None


def _is_whole(store: Path, manifest: Mapping[str, list[int]]) -> bool:
    """Tell whether every file is as it was written; those that were touched since are read."""
    found = _stamps(store)
    return found.keys() == manifest.keys() and all(
        found[name] == stamp or crc32((store / name).read_bytes()) == checksum
        for name, (*stamp, checksum) in manifest.items()
    )


def _stamps(store: Path) -> dict[str, list[int]]:
    """Size and time of each file that holds data."""
    files = {p.name: p.stat() for p in store.iterdir() if p.suffix == ".sst" or p.name.startswith(_INDEXES)}
    return {name: [found.st_size, found.st_mtime_ns] for name, found in files.items()}


def _manifest(store: Path) -> dict[str, list[int]]:
    """Size, time and checksum of each file that holds data."""
    return {name: [*stamp, crc32((store / name).read_bytes())] for name, stamp in _stamps(store).items()}


def _make(place: Path, folder: Path, report: Callable[[str], None] | None, extra: Sequence[Path]) -> None:
    """Make a graph aside and move it into its place in one step, so that nobody ever opens half of one."""
    import shutil
    import tempfile

    from glutkg.reasoning.load_and_reason import reason_into  # only when there is something to make
    from glutkg.reasoning.rule import rules_to_json

    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix="making-", dir=place.parent))
        try:
            rules = reason_into(aside / "store", folder, report, extra)
            Artefacts(aside / ARTEFACTS).write(RULES, rules_to_json(rules))
            (aside / "manifest.json").write_text(json.dumps(_manifest(aside / "store")), encoding="utf-8")
            if _opened(place) is None:  # else another process was quicker with the same graph
                if place.is_symlink() or place.is_file():
                    place.unlink()
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
    _remove_old(place.parent)


def _remove_old(cache: Path) -> None:
    """Keep the three newest graphs and those in use; remove what killed processes left half made."""
    import shutil

    finished = sorted(_ages(cache, "reasoned-*"), key=lambda pair: pair[1])
    old = [path for path, age in finished[3:] if age > _YOUNG]
    abandoned = [path for path, age in _ages(cache, "making-*") if age > _ABANDONED]
    for path in [*old, *abandoned]:
        shutil.rmtree(path, ignore_errors=True)


def _ages(cache: Path, names: str) -> Iterator[tuple[Path, float]]:
    """Give the folders of the cache with such names, and the seconds since each was written."""
    import time

    for path in cache.glob(names):
        with contextlib.suppress(FileNotFoundError):  # another process removes it too
            yield path, time.time() - path.stat().st_mtime


def kept() -> list[tuple[Path, int]]:
    """Return the folders of the cache with their sizes in bytes, newest first."""
    found = sorted([*_ages(cache_folder(), "reasoned-*"), *_ages(cache_folder(), "making-*")], key=lambda pair: pair[1])
    return [(path, sum(file.stat().st_size for file in path.rglob("*") if file.is_file())) for path, _ in found]


def clear() -> None:
    """Remove all kept graphs; the next command makes the one that it needs."""
    import shutil

    for path, _ in kept():
        shutil.rmtree(path, ignore_errors=True)
