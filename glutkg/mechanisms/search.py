"""Mechanism paths: from an agent over target, place and process to an outcome or a condition.

A path is a hypothesis. It is made of steps, is no surer than its least sure step, and uses no claim that speaks of the
whole from agent to goal: such claims tell whether anybody has tested it.
"""

from __future__ import annotations

from collections import deque
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import NotFoundError
from glutkg.rdf.namespaces import BASE, LONGEST, STATED_GRAPH, curie
from glutkg.store.names import folded, label, named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from glutkg.mechanisms.network import Network, Step
    from glutkg.store.graph import Graph

MOST = 5000
"""Paths after which a search gives up, or ten times as many beginnings of paths; it says so."""


class Path(NamedTuple):
    """A chain of steps from an agent to a goal, through nothing twice."""

    steps: tuple[Step, ...]

    @property
    def sign(self) -> int | None:
        """The product of the signs: 1 when the goal goes up, -1 when it goes down, None when a step has none."""
        signs = [step.sign for step in self.steps]
        return None if None in signs else prod(sign for sign in signs if sign is not None)

    @property
    def rank(self) -> int:
        """The rank of the least sure step."""
        return max(step.rank for step in self.steps)

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims of all steps."""
        return tuple(dict.fromkeys(claim for step in self.steps for claim in step.claims))

    @property
    def nodes(self) -> tuple[str, ...]:
        """What the path goes through, the agent first."""
        return (self.steps[0].start, *(step.end for step in self.steps))


class Paths(NamedTuple):
    """The paths from an agent to a goal, ranked, and what is known of the whole.

    `tests` are findings on agent and goal, negative ones included; `statements` other claims on the whole. `bound` is
    the number of steps beyond which there may be more paths, or None when all have been found. `parts` gives for
    things that the paths go through the findings on agent and that thing. `seen_in` is what the paths were narrowed to.
    """

    agent: str
    goal: str
    paths: tuple[Path, ...]
    tests: tuple[str, ...]
    statements: tuple[str, ...]
    bound: int | None
    parts: Mapping[str, tuple[str, ...]]
    seen_in: Mapping[str, str]


class Walk(NamedTuple):
    """What a search found: paths, whether there may be longer ones, and whether it gave up for there were too many."""

    paths: list[Path]
    longer: bool
    cut: bool

    @property
    def more(self) -> bool:
        """Whether there may be more paths."""
        return self.longer or self.cut


def pick(network: Network, text: str, end: str) -> str:
    """Find what a name stands for as `agent` or `goal`. Raises NotFoundError with the nearest names that can be one."""
    names = network.candidates(end)
    wanted = folded(text)
    called = next((iri for name, iri in names if folded(name) == wanted), None)
    if called is not None:
        return called
    found = named(network.graph, text)
    able = {iri for _, iri in names}
    for iri in found:
        if iri in able:
            return iri
    from difflib import get_close_matches  # only when something went wrong

    about = " or ".join(network.label(kind) for kind in network.kinds_of(end))
    why = f"is no {about}" if found else "is not in the graph"
    near = get_close_matches(text, dict(names), n=3, cutoff=0.5)
    raise NotFoundError(f"A path {_ENDS[end]} {about}; '{text}' {why}.", tuple(near))


_ENDS = {"agent": "starts from a", "goal": "leads to an"}


def find_paths(
    network: Network, agent: str, goal: str, longest: int = LONGEST, seen_in: Mapping[str, str] | None = None
) -> Paths:
    """Find all paths of at most so many steps from an agent to a goal, both IRIs, the best first.

    `seen_in` leaves out claims that name another species or route (see `Network.elsewhere`, and for what it raises).
    """
    narrowed = dict(seen_in or {})
    whole = network.whole([agent])
    on_goal = whole.get((agent, goal), [])
    without = network.left_out(claim for claim, _ in on_goal) | network.elsewhere(narrowed)
    walk = search(network.steps(without), agent, goal, longest)
    ranked = tuple(sorted(walk.paths, key=lambda path: _order(network, path)))
    tests = tuple(claim for claim, tests in on_goal if tests)
    statements = tuple(claim for claim, tests in on_goal if not tests and _names(network.graph, claim, goal))
    reached = dict.fromkeys(node for path in ranked for node in path.nodes[1:-1])
    found = {node: tuple(claim for claim, tests in whole.get((agent, node), []) if tests) for node in reached}
    parts = {node: claims for node, claims in found.items() if claims}
    return Paths(agent, goal, ranked, tests, statements, longest if walk.more else None, parts, narrowed)


def _names(graph: Graph, claim: str, goal: str) -> bool:
    """Tell whether a claim is about the goal itself, and not about something wider."""
    return any(True for role in ("outcome", "condition") for _ in graph.triples(claim, BASE + role, goal))


def _order(network: Network, path: Path) -> tuple[bool, int, int, tuple[str, ...]]:
    """Paths with a sign first, then the surer, then the shorter."""
    return path.sign is None, path.rank, len(path.steps), tuple(network.label(node) for node in path.nodes)


def search(steps: Mapping[str, tuple[Step, ...]], start: str, goal: str, longest: int) -> Walk:
    """Find the paths of at most so many steps through nothing twice."""
    distances = distances_to(steps, goal)
    found: list[Path] = []
    more = False
    ways: deque[tuple[Step, ...]] = deque([()])
    while ways:
        way = ways.popleft()
        node = way[-1].end if way else start
        passed = {start, *(step.end for step in way)}
        for step in steps.get(node, ()):
            if step.end == goal:
                found.append(Path((*way, step)))
            elif step.end not in passed and step.end in distances and not step.definition.last:
                if len(way) + 1 + distances[step.end] <= longest:
                    ways.append((*way, step))
                else:
                    more = True
        if len(found) >= MOST or len(ways) >= MOST * 10:
            return Walk(found, more, True)
    return Walk(found, more, False)


def distances_to(steps: Mapping[str, tuple[Step, ...]], goal: str) -> dict[str, int]:
    """Give for all that leads to a goal the least number of steps to it."""
    before: dict[str, list[Step]] = {}
    for step in (step for many in steps.values() for step in many):
        before.setdefault(step.end, []).append(step)
    distances = {goal: 0}
    waiting = deque([goal])
    while waiting:
        node = waiting.popleft()
        for step in before.get(node, ()):
            if step.start not in distances and (node == goal or not step.definition.last):
                distances[step.start] = distances[node] + 1
                waiting.append(step.start)
    return distances


def reached_from(steps: Mapping[str, tuple[Step, ...]], start: str) -> dict[str, int]:
    """Give for all that a start leads to the least number of steps, without what only ends a path."""
    distances = {start: 0}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for step in steps.get(node, ()):
            if step.end not in distances and not step.definition.last:
                distances[step.end] = distances[node] + 1
                waiting.append(step.end)
    return distances


class Cited(NamedTuple):
    """What a claim says of itself: its statement, how sure its source is, how it was seen, and where it stands."""

    claim: str
    statement: str
    modality: str
    qualifiers: Mapping[str, tuple[str, ...]]
    sources: tuple[str, ...]


QUALIFIERS = ("species", "route", "site", "synapticSide", "state", "stimulus", "extent", "selectivity")
"""The properties of a claim that tell how far it carries over to the next step."""


def cited(graph: Graph, claim: str) -> Cited:
    """Give what a claim says of itself, with labels."""

    def labels(role: str) -> tuple[str, ...]:
        found = graph.triples(claim, BASE + role, graph=STATED_GRAPH)
        return tuple(sorted(label(graph, o.value) for _, _, o in found))

    qualifiers = {role: values for role in QUALIFIERS if (values := labels(role))}
    sources = tuple(
        sorted(
            curie(o.value)
            for role in ("statedIn", "cites")
            for _, _, o in graph.triples(claim, BASE + role, graph=STATED_GRAPH)
        )
    )
    return Cited(curie(claim), label(graph, claim), ", ".join(labels("modality")), qualifiers, sources)


def seen(network: Network, claims: tuple[str, ...], role: str) -> Iterator[str]:
    """Give the labels of a qualifier over several claims, each once."""
    found = {o.value for claim in claims for _, _, o in network.graph.triples(claim, BASE + role, graph=STATED_GRAPH)}
    yield from sorted(network.label(value) for value in found)
