"""Many claims out of a table, imported and checked: `python benchmarks/importing.py NUMBER`."""

from __future__ import annotations

import csv
import itertools
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import Result

from glutkg.imports.column_map import read_map
from glutkg.imports.importing import Import
from glutkg.imports.tables import Layout, read_table
from glutkg.rdf.namespaces import BASE, RDF, RDFS, curie
from glutkg.reasoning.cache import cached_graph
from glutkg.resources import data_folder

RATE = 1_000
"""Claims a second of processor time."""
MEMORY = 8 << 30
MAP = """
[source]
name = "many"
label = "a table of many claims"
title = "A generated table of many claims"
licence = "CC0"
date = "2026"

[every_claim]
class = "glut:MechanismOfAction"
label = "{agent} acts on the {target} by {action} in {species}"
agent = { column = "Ligand", stub = "glut:Drug" }
target = { column = "Target" }
action = { column = "Action" }
species = { column = "Species" }
result = "glut:Affirmed"
modality = "glut:Reported"
cites = { column = "PMID", prefix = "pubmed", reference = true }

[[claim]]
"""


def write_table(path: Path, number: int) -> None:
    """Write a table of so many claims, on one new ligand for each twelve, all different."""
    graph = cached_graph(data_folder()).graph
    targets = [curie(s.value) for s, _, _ in graph.triples(None, RDFS + "subClassOf", BASE + "GlutamateReceptor")]
    kinds = (BASE + kind for kind in ("Antagonism", "NegativeAllostericModulation"))
    actions = [curie(kind) for kind in kinds if any(graph.triples(kind, RDF + "type"))]
    species = ["glut:Human", "glut:Rat"]
    cells = itertools.cycle(itertools.product(sorted(targets)[:3], actions, species))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Ligand", "Target", "Action", "Species", "PMID"])
        for row, (target, action, kind) in zip(range(number), cells, strict=False):
            writer.writerow([f"compound {row // 12}", target, action, kind, 10_000_000 + row // 3])


def many(number: int) -> list[Result]:
    """Import so many claims in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_table(folder / "many.csv", number)
        (folder / "many.toml").write_text(MAP, encoding="utf-8")
        done = subprocess.run([sys.executable, __file__, name], check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    rate, memory = found["claims"] / found["seconds"], found["memory"]
    what = f"{found['claims']:,} claims of a table, imported and checked"
    return [
        Result(f"{what}, a second of processor time", f"{rate:,.0f}", f"{RATE:,}", rate >= RATE),
        Result(f"{what}, memory at the peak", f"{memory / (1 << 30):.2g} GB", "8 GB", memory <= MEMORY),
    ]


def in_this_process(folder: Path) -> None:
    """Import the table of a folder; write what it took, as JSON."""
    import resource
    import time

    graph = cached_graph(data_folder()).graph
    map_ = read_map(folder / "many.toml", graph)

    def report(what: str) -> None:
        print(f"{time.process_time():.1f} s {what}", file=sys.stderr, flush=True)

    started = time.process_time()
    work = Import(map_, graph, data_folder(), folder / "imports", report=report)
    done = work.run(read_table(folder / "many.csv", Layout()))
    seconds = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"claims": len(done.claims), "seconds": seconds, "memory": memory}))


def main() -> int:
    if not sys.argv[1].isdigit():
        in_this_process(Path(sys.argv[1]))
        return 0
    found = many(int(sys.argv[1]))
    for one in found:
        print(f"{one.what}: {one.measured} (aim: {one.aim})")
    return 0 if all(one.holds for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
