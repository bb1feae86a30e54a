"""Add the claims of a file, then retract some claims, one after the other; write the seconds of each, as JSON."""

import json
import random
import sys
import time

import glutkg
from glutkg.rdf.namespaces import BASE, STATED_GRAPH, curie

kg = glutkg.load()
claims = sorted({s.value for s, _, _ in kg.reasoned.triples(None, f"{BASE}statedIn", graph=STATED_GRAPH)})
chosen = random.Random(0).sample(claims, 5)  # noqa: S311 - a sample, not a secret
times = []
for files, without in [((sys.argv[1],), ()), *(((), (curie(claim),)) for claim in chosen)]:
    start = time.perf_counter()
    kg.whatif(files, without)
    times.append(time.perf_counter() - start)
print(json.dumps(times))
