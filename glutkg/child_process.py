"""Processes that end when their parent does, however it ends."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHEN_PARENT_ENDS = 1
"""PR_SET_PDEATHSIG of Linux's prctl: the signal that a process gets when its parent ends."""
NOT_RUN = 126
"""The exit code when a program cannot be run, as of a shell; why, stands alone in what is written to stderr."""
_LAUNCH = """import ctypes, os, sys
ctypes.CDLL(None).prctl({option}, 9)
os.getppid() == int(sys.argv[1]) or sys.exit(1)
try:
    os.execv(sys.argv[2], sys.argv[2:])
except OSError as error:
    print(error.strerror, file=sys.stderr)
    sys.exit({code})
"""


def end_with_parent(parent: int) -> None:
    """Let the system kill this process when its parent, of this number, ends; only Linux can do so."""
    if sys.platform == "linux":
        import ctypes
        import signal

        ctypes.CDLL(None).prctl(_WHEN_PARENT_ENDS, signal.SIGKILL)
        if os.getppid() != parent:  # it has ended already
            os._exit(1)


def bound_to_parent(command: Sequence[str]) -> list[str]:
    """Return a command that runs another program as a process that ends with this one.

    >>> bound_to_parent(["/bin/true"])[-1]
    '/bin/true'
    """
    if sys.platform != "linux":
        return list(command)
    launch = _LAUNCH.format(option=_WHEN_PARENT_ENDS, code=NOT_RUN)
    return [sys.executable, "-I", "-S", "-c", launch, str(os.getpid()), *command]
