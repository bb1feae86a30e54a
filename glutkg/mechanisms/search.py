"""The search for paths: from a start to a goal over the steps of a network, through nothing twice."""

from __future__ import annotations

from collections import deque
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import NotFoundError
from glutkg.relations import grouped, reached
from glutkg.store.names import folded, named, near

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from glutkg.mechanisms.network import Network, Step

MOST = 5000
"""Paths after which a search stops, or ten times as many unfinished paths; `Walk.cut` says so."""


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


class Walk(NamedTuple):
    """What a search found: paths, whether there may be longer ones, and whether it stopped because of too many."""

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
    *most, last = (network.label(iri) for iri in network.classes_of(end))
    about = f"{', '.join(most)} or {last}"
    verb, article = _ENDS[end]
    why = f"is not {article} {about}" if found else "is not in the graph"
    message = f"A path {verb} {article} {about}; '{text}' {why}."
    raise NotFoundError(message, near(text, dict(names)), "" if found else text)


_ENDS = {"agent": ("starts from", "a"), "goal": ("leads to", "an")}


def search(steps: Mapping[str, tuple[Step, ...]], start: str, goal: str, longest: int) -> Walk:
    """Find the paths of up to `longest` steps."""
    distances = distances_to(steps, goal)
    found: list[Path] = []
    more = False
    waiting: deque[tuple[Step, ...]] = deque([()])
    while waiting:
        taken = waiting.popleft()
        node = taken[-1].end if taken else start
        passed = {start, *(step.end for step in taken)}
        for step in steps.get(node, ()):
            if step.end == goal:
                found.append(Path((*taken, step)))
            elif step.end not in passed and step.end in distances and not step.definition.last:
                if len(taken) + 1 + distances[step.end] <= longest:
                    waiting.append((*taken, step))
                else:
                    more = True
        if len(found) >= MOST or len(waiting) >= MOST * 10:
            return Walk(found, more, True)
    return Walk(found, more, False)


def distances_to(steps: Mapping[str, tuple[Step, ...]], goal: str) -> dict[str, int]:
    """Give for all that leads to a goal the least number of steps to it."""
    before = grouped((step.end, step) for many in steps.values() for step in many)
    return _distances(
        goal, lambda node: (s.start for s in before.get(node, ()) if node == goal or not s.definition.last)
    )


def reached_from(steps: Mapping[str, tuple[Step, ...]], start: str) -> dict[str, int]:
    """Give for all that a start leads to the least number of steps, without what only ends a path."""
    return _distances(start, lambda node: (step.end for step in steps.get(node, ()) if not step.definition.last))


def _distances(start: str, following: Callable[[str], Iterable[str]]) -> dict[str, int]:
    distances = {start: 0}

    def new(node: str) -> Iterator[str]:
        for other in following(node):
            distances.setdefault(other, distances[node] + 1)
            yield other

    reached([start], new)
    return distances
