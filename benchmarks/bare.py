"""The least that a script can do: open the reasoned graph, run a query, print the rows."""

import sys
from pathlib import Path

import pyoxigraph

store = pyoxigraph.Store.read_only(sys.argv[1])
for row in store.query(Path(sys.argv[2]).read_text(encoding="utf-8")):
    print("\t".join(str(value) for value in row))
