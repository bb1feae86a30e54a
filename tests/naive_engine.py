"""Rules run as SPARQL updates by the engine of the store, each over everything, again and again.

This is what a foreign store does with them, and what `glutkg.reasoning.semi_naive_engine` is compared with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph


def materialise_naively(graph: Graph, rules: Sequence[Rule]) -> None:
    """Add to a graph what rules conclude, stratum by stratum, until a round adds nothing; final rules run once."""
    for stratum in sorted({rule.stratum for rule in rules}):
        updates = [rule.insert() for rule in rules if rule.stratum <= stratum and not rule.final]
        size = -1
        while size != len(graph.store):
            size = len(graph.store)
            for update in updates:
                graph.update(update)
    for rule in rules:
        if rule.final:
            graph.update(rule.insert())
