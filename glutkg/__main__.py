"""The program `glutkg`, also as `python -m glutkg`: the command line, which may be interrupted while it is loaded."""

import sys


def main() -> int:
    """Run a command, and return its exit code."""
    try:
        from glutkg.cli import main as run  # only here, where an interrupt is heeded

        return run()
    except KeyboardInterrupt:
        print("glutkg: stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
