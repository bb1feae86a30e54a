"""Runs of the command line: inside the test's own process, which is quick, or in one of their own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from contextlib import chdir, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING
from unittest import mock

from glutkg import cli
from glutkg.api import KnowledgeGraph
from glutkg.commands.supervision import SUPERVISED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Done = subprocess.CompletedProcess[str]
    Run = Callable[..., Done]

ROOT = Path(__file__).parent.parent


SETTINGS = ("GLUTKG_CACHE", "GLUTKG_DATA")
"""Variables that say which graph is opened."""


def loading(kg: KnowledgeGraph) -> Callable[..., KnowledgeGraph]:
    """Give what opens graphs as `KnowledgeGraph.load` does, but has opened this one, the shipped, already."""
    opened, settings = KnowledgeGraph.load, [os.environ.get(name) for name in SETTINGS]

    def load(
        data: str | os.PathLike[str] | None = None,
        report: Callable[[str], None] | None = None,
        files: Iterable[str | os.PathLike[str]] = (),
    ) -> KnowledgeGraph:
        is_usual = data is None and not files and [os.environ.get(name) for name in SETTINGS] == settings
        return kg if is_usual else opened(data, report, files)

    return load


def in_process(
    arguments: tuple[str, ...],
    folder: Path,
    stdin: str | bytes = "",
    environment: Mapping[str, str] | None = None,
    kg: KnowledgeGraph | None = None,
) -> Done:
    """Call `cli.main` in a folder, with standard streams that are files: the command sees what it would in a pipe.

    Whatever data folder it is given, it starts no process of its own to be watched from here: `as_process` shows that.
    """
    raw = stdin.encode() if isinstance(stdin, str) else stdin
    with tempfile.NamedTemporaryFile() as output, tempfile.NamedTemporaryFile() as errors:
        reader = io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8")
        writers = [io.TextIOWrapper(file, encoding="utf-8", write_through=True) for file in (output, errors)]
        patches = mock.patch.multiple(sys, stdin=reader, stdout=writers[0], stderr=writers[1])
        opening = mock.patch.object(KnowledgeGraph, "load", loading(kg)) if kg else nullcontext()
        variables = {SUPERVISED: str(os.getpid()), **(environment or {})}
        with opening, chdir(folder), mock.patch.dict(os.environ, variables), patches:
            code = _exit_code(arguments)
        return subprocess.CompletedProcess(arguments, code, _text(output), _text(errors))


def _exit_code(arguments: tuple[str, ...]) -> int:
    try:
        return cli.main(arguments)
    except SystemExit as end:  # argparse ends the process when a call is wrong
        return end.code if isinstance(end.code, int) else int(end.code is not None)


def _text(file: IO[bytes]) -> str:
    """Read what was written; the command may have turned its stream away from the file."""
    file.flush()
    return Path(file.name).read_bytes().decode()


def as_process(
    arguments: tuple[str, ...],
    folder: Path,
    stdin: str | bytes = "",
    environment: Mapping[str, str] | None = None,
    timeout: float = 120,
) -> Done:
    """Start `python -m glutkg` in a folder, as a user would."""
    done = subprocess.run(
        [sys.executable, "-m", "glutkg", *arguments],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
        timeout=timeout,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
