"""The process that runs HermiT: an N-Triples file in, a JSON object out.

Started by `glutkg.owl.reasoner`. HermiT is the one that owlready2 brings. It is run and read here rather than by
owlready2, whose Python classes cannot take some hierarchies with cycles, and which reads equivalences letter by letter.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_LINE = re.compile(r"^(SubClassOf|EquivalentClasses|Type)\( (<.*>) \)$", re.MULTILINE)
_OWL = "http://www.w3.org/2002/07/owl#"
_MEMORY = "-Xmx2000M"


def main(ontology: str, java: str) -> dict[str, Any]:
    """Realize the ontology in a file and say what was found, or which of the known errors happened."""
    path = Path(ontology)
    kept = [line for line in path.read_bytes().splitlines() if f"<{_OWL}imports>".encode() not in line]
    path.write_bytes(b"\n".join(kept))  # HermiT would fetch what is imported
    program = [java, _MEMORY, "-cp", _class_path(), "org.semanticweb.HermiT.cli.CommandLine", "-c", "-I", path.as_uri()]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if "nconsistent ontology" in said:
        return {"error": "inconsistent"}
    if done.returncode:
        return {"error": said.strip().splitlines()[-1] if said.strip() else f"exit code {done.returncode}"}
    return read(done.stdout, _named(kept))


def _class_path() -> str:
    found = find_spec("owlready2")
    folder = Path((found.submodule_search_locations or [""])[0] if found else "") / "hermit"
    return os.pathsep.join([str(folder), str(folder / "HermiT.jar")])


def _named(lines: list[bytes]) -> dict[str, list[str]]:
    """Give the names that a file declares as classes and as individuals."""
    found: dict[str, list[str]] = {"Class": [], "NamedIndividual": []}
    for line in lines:
        subject, _, rest = line.decode().partition(" ")
        for type_, names in found.items():
            if subject.startswith("<") and rest.endswith(f"#type> <{_OWL}{type_}> ."):
                names.append(subject[1:-1])
    return found


def read(text: str, named: dict[str, list[str]]) -> dict[str, Any]:
    r"""Read what HermiT prints, the nearest classes only, and close it upwards.

    >>> found = read("SubClassOf( <k:a> <k:b> )\nEquivalentClasses( <k:b> <k:c> )\nType( <i:x> <k:a> )",
    ...              {"Class": ["k:a", "k:b", "k:c"], "NamedIndividual": ["i:x"]})
    >>> found["types"]
    {'i:x': ['k:a', 'k:b', 'k:c']}
    """
    above: dict[str, set[str]] = defaultdict(set)
    types: dict[str, set[str]] = {name: set() for name in named["NamedIndividual"]}
    for relation, names in _LINE.findall(text):
        first, *others = names[1:-1].split("> <")
        if relation == "Type":
            types.setdefault(first, set()).update(others)
        elif relation == "SubClassOf":
            above[first].update(others)
        else:
            for name in (first, *others):
                above[name].update({first, *others} - {name})
    closed = {name: _upwards(name, above) for name in {*named["Class"], *above}}
    impossible = {name for name, classes in closed.items() if _OWL + "Nothing" in classes}
    return {
        "types": {thing: sorted({c for k in kinds for c in closed.get(k, {k})}) for thing, kinds in types.items()},
        "superclasses": {name: sorted(classes) for name, classes in closed.items() if name not in impossible},
        "unsatisfiable": sorted(impossible - {_OWL + "Nothing"}),
    }


def _upwards(name: str, above: dict[str, set[str]]) -> set[str]:
    found, waiting = {name}, [name]
    while waiting:
        new = above.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
