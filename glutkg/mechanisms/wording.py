"""What the texts about paths, predictions and their evaluation share: claims, results, signs, and cells of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.namespaces import BASE, STATED_GRAPH, XSD, curie
from glutkg.rdf.terms import Term
from glutkg.relations import grouped
from glutkg.store.claims import papers
from glutkg.store.labels import curie_or_label, label
from glutkg.text.documents import counted, item, items, paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from glutkg.mechanisms.network import FindingOfOther, Network, Step
    from glutkg.mechanisms.search import Path
    from glutkg.store.graph import Graph
    from glutkg.text.cells import Cell
    from glutkg.text.documents import Block, Item

AT_MOST = 5
"""Paths that a text shows, unless more are asked for; a table of paths has all."""
SHOWN_NAMES = 3
"""Others with whose findings a first line names."""
SITES = ("targetSite", "applicationSite", "outcomeSite")
"""Where the target sits, where the agent was applied, where the outcome was measured."""
EXTENT = ("frequency", "coverage", "duration", "onset", "rank", "weight", "directness")
QUALIFIERS = ("species", "route", *SITES, "synapticSide", "state", "stimulus", "dose", *EXTENT, "selectivity")
"""The properties of a claim that say how far it carries over to the next step."""


class CitedClaim(NamedTuple):
    """What a claim states, how sure its source is, how it was observed, and where it comes from, all by label."""

    claim: str
    statement: str
    modality: str
    qualifiers: Mapping[str, tuple[str, ...]]
    sources: tuple[str, ...]


def cited(graph: Graph, claim: str) -> CitedClaim:
    """Read what a claim states of itself."""

    def objects(role: str) -> tuple[str, ...]:
        return tuple(o.value for _, _, o in graph.triples(claim, BASE + role, graph=STATED_GRAPH))

    def labels(role: str) -> tuple[str, ...]:
        return tuple(sorted(label(graph, iri) for iri in objects(role)))

    qualifiers = {role: values for role in QUALIFIERS if (values := labels(role))}
    found = sorted(curie_or_label(graph, iri) for role in ("statedIn", "cites") for iri in objects(role))
    sources = (*found, *([] if objects("cites") else papers(graph, claim).values() or ["no reference"]))
    return CitedClaim(curie(claim), label(graph, claim), ", ".join(labels("modality")), qualifiers, sources)


def observed(network: Network, claims: Iterable[str], *roles: str) -> list[str]:
    """Give the labels of a qualifier, or of several, over several claims, each once, sorted."""
    properties = [(claim, BASE + role) for claim in claims for role in roles]
    found = {
        o.value for claim, role in properties for _, _, o in network.graph.triples(claim, role, graph=STATED_GRAPH)
    }
    return sorted(network.label(value) for value in found)


def finding(network: Network, claim: str) -> str:
    """Describe a finding: what it states, its result and its sources."""
    found = cited(network.graph, claim)
    return f"{found.claim}: {found.statement} [{result(network, claim)}; {', '.join(found.sources)}]"


def result(network: Network, claim: str) -> str:
    """Give the result or judgement of a claim, its direction if any, and why it is not in force where it is not."""
    found = [
        network.label(o.value)
        for role in ("result", "judgement", "direction")
        for _, _, o in network.graph.triples(claim, BASE + role, graph=STATED_GRAPH)
    ]
    return ", ".join([*found, *([network.not_in_force[claim]] if claim in network.not_in_force else ())])


def names_of_others(network: Network, found: Sequence[FindingOfOther], at_most: int = SHOWN_NAMES) -> str:
    """Name those with which others tested the goal, each with the number of its findings, the most first."""
    several = grouped((one.agent, one.claim) for one in found)
    most = sorted(several, key=lambda agent: -len(several[agent]))
    named = [f"{network.label(agent)} ({counted(len(several[agent]), 'finding')})" for agent in most[:at_most]]
    rest = [f"{len(most) - at_most} more"] if len(most) > at_most else []
    *first, last = [*named, *rest]
    return f"{', '.join(first)} and {last}" if first else last


def of_others(network: Network, start: str, found: Sequence[FindingOfOther]) -> Iterator[Block]:
    """Give the findings with what acts on a start or is a member of it: a few in full, many by their results."""
    if found:
        name = network.label(start)
        yield paragraph(f"Tested with what acts on {name}, or belongs to it, as the sources have it:")
        several = grouped(((one.agent, one.actions), one.claim) for one in found)
        yield items(*(_of_other(network, *one, claims, len(found)) for one, claims in several.items()))


def _of_other(network: Network, agent: str, actions: Sequence[str], claims: Sequence[str], of: int) -> Item:
    how = f" ({', '.join(map(network.label, actions))})" if actions else ""
    if of <= AT_MOST:
        return item(f"{network.label(agent)}{how}", items(*(finding(network, claim) for claim in claims)))
    by_result = grouped((result(network, claim), curie(claim)) for claim in claims)
    listed = "; ".join(f"{each}: {', '.join(some)}" for each, some in sorted(by_result.items()))
    return item(f"{network.label(agent)}{how}: {listed}")


def certainty(network: Network, path: Path) -> str:
    """Say how sure a path is: as its least sure step, but a conjecture where a step, such as a place, has no effect."""
    sure = network.certainties[path.rank]
    return f"conjecture ({sure} claims)" if effectless(path) else sure


def effectless(path: Path) -> list[str]:
    """Give the words of the steps that can have no sign: no effect of one thing on another follows from them."""
    return list(dict.fromkeys(step.words for step in path.steps if not step.definition.predicts))


def sign_name(network: Network, sign: int | None) -> str:
    """Name a sign as its direction is named."""
    return "no sign" if sign is None else network.directions[sign]


def chain(network: Network, path: Path) -> str:
    """Give a path in one line."""
    return network.label(path.nodes[0]) + "".join(f" – {s.words} → {network.label(s.end)}" for s in path.steps)


def bounded(longest: int) -> str:
    """Say that longer paths were not followed."""
    steps = "step" if longest == 1 else "steps"
    return f"Paths of more than {longest} {steps} were not followed; there may be some. See --longest."


def narrowed(seen_in: Mapping[str, str]) -> Iterator[str]:
    """Say what paths were narrowed to."""
    for role, value in seen_in.items():
        yield (
            f"Narrowed to {role} {value}: claims that name only others are left out; "
            f"'{unstated(role)}' marks steps whose claims name none."
        )


def unstated(role: str) -> str:
    """Mark what no claim states."""
    return f"{role} not stated"


def unstated_roles(network: Network, step: Step, roles: Iterable[str]) -> list[str]:
    """Give marks for what the paths were narrowed to and no claim of a step states."""
    return [unstated(role) for role in roles if step.claims and not observed(network, step.claims, role)]


def shown_of(count: int, at_most: int) -> str:
    """Say that only the first are shown, where that is so."""
    return f", the first {at_most} shown" if count > at_most else ""


def text_cell(text: str) -> Term | None:
    """Make a cell of a table, empty without text."""
    return Term("literal", text) if text else None


def iris_cell(iris: Iterable[str]) -> Cell:
    """Make a cell of a table that holds several IRIs, empty without any."""
    return tuple(Term("iri", iri) for iri in iris) or None


def number_cell(number: int) -> Term:
    """Make a cell of a table."""
    return Term("literal", str(number), datatype=XSD + "integer")


def labelled_cells(network: Network, iri: str) -> tuple[Term, Term]:
    """Make two cells of a table: an IRI and its label."""
    return Term("iri", iri), Term("literal", network.label(iri))
