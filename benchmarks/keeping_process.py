"""Reason over a file of stated quads and keep the result, or bulk-load a file of finished ones; write what it took."""

import json
import resource
import sys
import time
from pathlib import Path

import pyoxigraph as ox

from glutkg.reasoning.load_and_reason import rules_of, write_reasoned
from glutkg.resources import data_folder
from glutkg.store.graph import Graph

work, source, store = sys.argv[1], sys.argv[2], Path(sys.argv[3])
start = time.process_time()
if work == "reason":
    graph = Graph()
    graph.store.bulk_load(path=source, format=ox.RdfFormat.N_QUADS, lenient=True)
    write_reasoned(graph, rules_of(graph, data_folder()), store)
else:
    ox.Store(str(store)).bulk_load(path=source, format=ox.RdfFormat.N_QUADS, lenient=True)
used = time.process_time() - start
triples = len(Graph.opened(store))
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": used, "megabytes": memory / 1000, "triples": triples}))
