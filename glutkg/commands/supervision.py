"""Commands over a data folder, or files, whose queries, rules or shapes did not come with the package.

They may have been written by a stranger and ask for anything, and the engine cannot be interrupted. So such a command
runs in a process of its own, within limits of time and memory, and ends when the user wants it to.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.child_process import end_with_parent
from glutkg.errors import INTERRUPTED, LimitError
from glutkg.rdf.namespaces import SH
from glutkg.resources import data_folder, is_shipped

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

SUPERVISED = "GLUTKG_SUPERVISED_BY"
"""The variable that holds the number of the process that watches over this one."""
SECONDS, MEMORY = 600, 8 << 30
"""What a command may take: time on the clock, and bytes of memory."""
_PROGRAM = (
    "import sys; sys.path[:] = {path!r}; from glutkg.commands.supervision import limit_this_process; "
    "limit_this_process(); from glutkg.cli import main; sys.exit(main())"
)
_LITTLE = 1 << 20
"""Bytes of a file that is read to know whether it has shapes."""
_PATIENCE = 1.0
"""Seconds that an interrupted command has to end by itself."""


def is_to_be_supervised(options: argparse.Namespace) -> bool:
    """Return whether a command works on programs of a stranger and is not watched yet."""
    if SUPERVISED in os.environ:
        return False
    return any(map(_has_shapes, getattr(options, "files", ()))) or not is_shipped(data_folder(options.data))


def _has_shapes(name: str) -> bool:
    """Return whether a file has shapes, or may have: what is large or a pipe is not read to know it."""
    path = Path(name)
    try:
        if not path.is_file():
            return path.is_fifo()
        if path.stat().st_size > _LITTLE or SH.encode() in path.read_bytes():
            return True
        from glutkg.store.shapes_in_files import has_shapes  # which imports the parser
        from glutkg.store.sources import read_source

        return has_shapes(read_source(path))
    except (OSError, ValueError):  # which reading it for the check will say
        return False


def supervise(arguments: Sequence[str], lasting: bool = False) -> int:
    """Run a command in a process of its own; return its exit code. Raises LimitError when it takes too long.

    A lasting command serves until it is told to end: its own limits are those of what it is asked.
    """
    command = [sys.executable, "-c", _PROGRAM.format(path=sys.path), *arguments]
    environment = {**os.environ, SUPERVISED: str(os.getpid())}
    with subprocess.Popen(
        command, env=environment, stdout=sys.stdout, stderr=sys.stderr, close_fds=False
    ) as child:  # which reads the pipes that a shell opened as files
        try:
            return _as_exit_code(child.wait(None if lasting else SECONDS))
        except subprocess.TimeoutExpired:
            child.kill()
            raise LimitError(
                f"The command was stopped after {SECONDS} s. Its data folder or files have queries, rules or shapes "
                "of their own; make them cheaper."
            ) from None
        except KeyboardInterrupt:
            with suppress(subprocess.TimeoutExpired):
                if child.wait(_PATIENCE) == INTERRUPTED:  # which it has said
                    return INTERRUPTED
            child.kill()
            raise


def _as_exit_code(ended: int) -> int:
    """Give the exit code of a process that was not ended by a signal. Raises LimitError for one that was."""
    if ended >= 0:
        return ended
    name = signal.Signals(-ended).name if -ended in {*signal.Signals} else f"signal {-ended}"
    why = ", as the system does when memory runs out" if name == "SIGKILL" else ""
    raise LimitError(f"The command was ended from outside, by {name}{why}. Try again, with smaller files if need be.")


def limit_this_process() -> None:
    """Let this process, the child of `supervise`, end with its parent, and bound its memory."""
    end_with_parent(int(os.environ[SUPERVISED]))
    with suppress(ImportError, OSError, ValueError):  # not on Windows; or a stricter limit is set already
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
