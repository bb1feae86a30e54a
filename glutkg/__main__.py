"""`python -m glutkg` is the command line, for where no program of that name is on the path."""

import sys

from glutkg.cli import main

if __name__ == "__main__":
    sys.exit(main())
