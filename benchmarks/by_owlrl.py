"""Let owlrl close an N-Triples file; print the seconds it took, and the types it found, as JSON."""

import json
import sys
import time

import owlrl
import rdflib

graph = rdflib.Graph().parse(sys.argv[1], format="nt")
start = time.perf_counter()
owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
used = time.perf_counter() - start
print(json.dumps([used, [[str(thing), str(kind)] for thing, kind in graph.subject_objects(rdflib.RDF.type)]]))
