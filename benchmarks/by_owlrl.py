"""Let owlrl close an N-Triples file; print the seconds of processor time it took, and the types it found, as JSON."""

import json
import sys
import time

import owlrl
import rdflib

graph = rdflib.Graph().parse(sys.argv[1], format="nt")
start = time.process_time()
owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
used = time.process_time() - start
print(json.dumps([used, [[str(thing), str(kind)] for thing, kind in graph.subject_objects(rdflib.RDF.type)]]))
