"""Shapes as data: their constraints, their targets, and the nodes that these select."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from glutkg.checks.waivers import WAIVES
from glutkg.rdf.namespaces import RDF, RDFS, SH
from glutkg.rdf.terms import graph_to_rdflib
from glutkg.store.names import label

if TYPE_CHECKING:
    from collections.abc import Iterable

    import rdflib

    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph

Target = tuple[str, str]
"""A target of a shape: its kind, and the class or property that it names."""
_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf")
_SPARQL = SH + "sparql"
_FAR = f"""ASK {{
  {{ ?shape <{SH}node>|<{SH}property>|<{SH}qualifiedValueShape>|<{SH}inversePath>|<{SH}target> ?other }}
  UNION {{
    ?shape <{SH}path>/rdf:rest*/rdf:first/(<{SH}zeroOrOnePath>|<{SH}zeroOrMorePath>|<{SH}oneOrMorePath>)? ?step
    FILTER (isIRI(?step) && ?step NOT IN (<{RDF}type>, <{RDFS}subClassOf>))
  }}
}}"""


@dataclass(frozen=True)
class Shapes:
    """The shapes of a graph: their targets, and their constraints in SPARQL."""

    graph: Graph

    @cached_property
    def core(self) -> rdflib.Graph:
        """All shapes without their constraints in SPARQL, for pySHACL."""
        return graph_to_rdflib(triple for triple in self.graph.triples() if triple[1].value != _SPARQL)

    def _values(self, shape: str, predicate: str) -> list[str]:
        return sorted(o.name for _, _, o in self.graph.triples(shape, SH + predicate))

    def text(self, shape: str, predicate: str, default: str = "") -> str:
        """Give the one value of a shape's SHACL property as text."""
        return next(iter(self._values(shape, predicate)), default)

    def constraints(self) -> list[tuple[str, str]]:
        """List the shapes with constraints in SPARQL, each with one constraint."""
        return sorted((s.name, o.name) for s, _, o in self.graph.triples(None, _SPARQL))

    def targets(self, shape: str) -> tuple[Target, ...]:
        """List the targets of a shape."""
        return tuple((kind, name) for kind in _TARGETS for name in self._values(shape, kind))

    def target_objects_of(self, shape: str) -> list[str]:
        """List the properties whose values are the targets of a shape."""
        return self._values(shape, "targetObjectsOf")

    def concluded(self, rules: Iterable[Rule]) -> frozenset[str]:
        """Give the properties that shapes are aimed at and closed-world rules conclude."""
        heads = {rule.head[1].strip("<>") for rule in rules if not rule.entailed}
        return frozenset(name for shape, _ in self.constraints() for _, name in self.targets(shape) if name in heads)

    def properties_with_targets(self) -> frozenset[str]:
        """Give the properties whose values are targets of some shape."""
        return frozenset(o.value for _, _, o in self.graph.triples(None, SH + "targetObjectsOf"))

    def look_far(self) -> bool:
        """Tell whether some shape in SHACL Core looks beyond a node, its values, and their classes."""
        return self.graph.ask(_FAR)

    def waivable(self) -> frozenset[str]:
        """Give the IRIs of the shapes that a record may waive: what the shape of the waiving property lists."""
        rows = self.graph.select(
            f"SELECT ?rule WHERE {{ ?shape <{SH}targetObjectsOf> <{WAIVES}> ; <{SH}in>/rdf:rest*/rdf:first ?rule }}"
        ).rows
        return frozenset(rule.name for (rule,) in rows if rule)

    def counts(self, data: Graph) -> dict[str, int]:
        """Count the records of each class that has a closed shape, by the label of the class."""
        made: dict[str, int] = {}
        for shape, _, _ in self.graph.triples(None, SH + "closed"):
            for class_ in self._values(shape.value, "targetClass"):
                made[label(data, class_)] = len(set(_instances(data, class_)))
        return dict(sorted(made.items()))


def target_nodes(data: Graph, targets: Iterable[Target]) -> set[str]:
    """Give all nodes that targets select, as SHACL defines them."""
    found: set[str] = set()
    for kind, name in targets:
        if kind == "targetClass":
            found.update(_instances(data, name))
        else:
            found.update((s if kind == "targetSubjectsOf" else o).name for s, _, o in data.triples(None, name))
    return found


def _instances(data: Graph, class_: str) -> list[str]:
    rows = data.select(f"SELECT DISTINCT ?x WHERE {{ ?x a/<{RDFS}subClassOf>* <{class_}> }}").rows
    return [node.name for (node,) in rows if node]
