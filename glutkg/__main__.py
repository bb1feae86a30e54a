"""The program `glutkg`, also as `python -m glutkg`: the command line, which may be interrupted while it is loaded."""

import gc
import sys

_GARBAGE = (50_000, 20, 20)
"""So many new objects, and searches, before the next search for garbage: a twentieth of the time went into it."""


def main() -> int:
    """Run a command, and return its exit code."""
    gc.set_threshold(*_GARBAGE)
    try:
        from glutkg.cli import main as run  # only here, where an interrupt is heeded

        return run()
    except KeyboardInterrupt:
        print("glutkg: stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
