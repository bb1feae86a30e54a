"""The process in which owlready2 runs HermiT: an N-Triples file in, a JSON object out.

Started by `glutkg.owl`. It reads no other file, and fetches nothing (`only_local`).
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main(ontology: str, java: str) -> dict[str, Any]:
    """Realize the ontology in a file and say what was found, or which of the known errors happened."""
    import owlready2
    from owlready2.base import OwlReadyInconsistentOntologyError, OwlReadyJavaError

    owlready2.JAVA_EXE = java
    world = owlready2.World()
    with open(ontology, "rb") as stream:  # noqa: PTH123 - owlready2 wants an open file
        world.get_ontology("urn:glutkg:reasoning#").load(fileobj=stream, only_local=True)
    try:
        owlready2.sync_reasoner_hermit(world, debug=0)
    except OwlReadyInconsistentOntologyError:
        return {"error": "inconsistent"}
    except OwlReadyJavaError as error:
        return {"error": str(error).strip().splitlines()[-1]}
    nothing = owlready2.Nothing
    return {
        "types": {thing.iri: _names(thing.INDIRECT_is_a) for thing in world.individuals()},
        "superclasses": {kind.iri: _names(kind.ancestors()) for kind in world.classes()},
        "unsatisfiable": sorted(kind.iri for kind in world.inconsistent_classes() if kind is not nothing),
    }


def _names(classes: Any) -> list[str]:  # noqa: ANN401 - owlready2 has no types
    import owlready2

    return sorted(item.iri for item in classes if isinstance(item, owlready2.ThingClass))


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
