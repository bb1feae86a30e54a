"""Rules run by a store itself, as plain SPARQL 1.1 updates over its graphs, until nothing more follows.

A pattern stands within `GRAPH`, not behind `USING` or `WITH`, which not every store reads in the same way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import STATED_GRAPH
from glutkg.remote.content import INCOMING_DEFAULT, incoming

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from glutkg.reasoning.rule import Rule


def insertion(rule: Rule, every: str = INCOMING_DEFAULT, name: Callable[[str], str] = incoming) -> str:
    """Write a rule as an update that adds what is new to the graph `every` and to the graph of the rule.

    `name` gives the names under which the store has the graphs.
    """
    head = " ".join(rule.head)
    where = rule.where().replace(f"<{STATED_GRAPH}>", f"<{name(STATED_GRAPH)}>")
    return (
        f"INSERT {{ GRAPH <{every}> {{ {head} }} GRAPH <{name(rule.graph)}> {{ {head} }} }}\n"
        f"WHERE {{ GRAPH <{every}> {{\n  {where}\n  FILTER NOT EXISTS {{ {head} }}\n}} }}"
    )


def conclude(
    rules: Iterable[Rule],
    update: Callable[[str], None],
    size: Callable[[], int],
    report: Callable[[str], None],
    write: Callable[[Rule], str] = insertion,
) -> int:
    """Run rules stratum by stratum, each until a round adds nothing, the final ones once; give the number of rounds.

    Each is a request of its own: of forty in one, Virtuoso does not come to an end.
    """
    every, rounds = list(rules), 0
    for stratum in sorted({rule.stratum for rule in every if not rule.final}):
        among = [write(rule) for rule in every if rule.stratum <= stratum and not rule.final]
        before, now = -1, size()
        while now != before:
            rounds += 1
            for one in among:
                update(one)
            before, now = now, size()
            report(f"reasoning there: {now:,} triples after round {rounds}")
    for rule in every:
        if rule.final:
            update(write(rule))
    return rounds
