"""Signed predictions: what an agent does to an outcome or a condition by all paths, or why nothing is said.

A prediction never uses a claim that names the same agent and the same goal, nor one that rests on such a claim. So it
can be tested against the findings on them. Where paths disagree or a sign is missing it abstains, and says on what.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from glutkg.mechanisms.search import Path, distances_to, reached_from, search
from glutkg.rdf.namespaces import BASE, LONGEST, STATED_GRAPH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from glutkg.mechanisms.network import Network, Step

NO_STEP, NO_PATH, WIDER, GROUP, MEMBER = "no step", "no path", "wider kind only", "group only", "members only"
MISSING, CONTESTED, DISAGREE = "sign missing", "step contested", "paths disagree"
REASONS = {
    NO_STEP: "nothing says what the agent does",
    NO_PATH: "nothing leads from what the agent changes to the goal",
    WIDER: "paths lead to a wider kind, and not to the goal itself",
    GROUP: "something is known of a group, and not of the member that the agent reaches",
    MEMBER: "something is known of a member, and not of the group that the agent reaches",
    MISSING: "a step on the way has no sign",
    CONTESTED: "claims give a step on the way both signs",
    DISAGREE: "paths point in opposite directions",
}
"""Why a prediction abstains."""
AGREE, DIFFER, ABSTAIN = "agrees", "disagrees", "abstains"


class Gap(NamedTuple):
    """Why nothing is predicted: one of REASONS, the step that it hangs on, and what claim would settle that."""

    reason: str
    start: str
    end: str
    settles: str


class Prediction(NamedTuple):
    """What an agent does to a goal: 1 raises, -1 lowers, None with at least one gap that tells why.

    `paths` are those that speak for it, the best first, without detours around a step that is known as a whole. `bound`
    is the number of steps beyond which there may be more paths, or None. `seen_in` is what the claims were narrowed to.
    """

    agent: str
    goal: str
    sign: int | None
    paths: tuple[Path, ...]
    gaps: tuple[Gap, ...]
    bound: int | None
    seen_in: Mapping[str, str] = MappingProxyType({})

    @property
    def gap(self) -> Gap | None:
        """The gap of the best path that has one, or None."""
        return self.gaps[0] if self.gaps else None

    @property
    def leaning(self) -> int | None:
        """The sign on which all paths that have one agree; None where they do not, or none has one."""
        signs = {path.sign for path in self.paths if path.sign is not None}
        return next(iter(signs)) if len(signs) == 1 else None

    @property
    def conflicting(self) -> bool:
        """Whether it abstains because paths or the claims of a step disagree."""
        return self.gap is not None and self.gap.reason in {DISAGREE, CONTESTED}


class Test(NamedTuple):
    """A prediction beside what was found: 1, -1 or 0 for no change, by the findings given.

    `verdict` is `agrees`, `disagrees` or `abstains`; `independent` tells whether the best path shares
    neither a cited reference nor a sentence with the findings.
    """

    prediction: Prediction
    found: int
    findings: tuple[str, ...]
    verdict: str
    independent: bool


class Evaluation(NamedTuple):
    """All tests, and how many findings were left out of them and why."""

    tests: tuple[Test, ...]
    left_out: Mapping[str, int]

    def count(self, verdict: str) -> int:
        """Count the tests with a verdict."""
        return sum(test.verdict == verdict for test in self.tests)


def predict(
    network: Network, agent: str, goal: str, longest: int = LONGEST, seen_in: Mapping[str, str] | None = None
) -> Prediction:
    """Predict what an agent does to a goal, both IRIs, without the claims on both.

    `seen_in` leaves out claims that name another species or route (see `Network.elsewhere`, and for what it raises).
    """
    narrowed = dict(seen_in or {})
    on_goal = network.whole([agent]).get((agent, goal), [])
    without = network.left_out(claim for claim, _ in on_goal) | network.elsewhere(narrowed)
    return _predicted(network, agent, goal, without, longest)._replace(seen_in=narrowed)


def evaluate(network: Network, longest: int = LONGEST) -> Evaluation:
    """Predict every measured outcome, each without the claims on its agent and outcome, and compare."""
    cases: dict[tuple[str, str, int], list[str]] = {}
    left_out: dict[str, int] = {}
    for agent, goal, sign, claim, why in network.measured():
        if why is None:
            cases.setdefault((agent, goal, sign), []).append(claim)
        else:
            left_out[why] = left_out.get(why, 0) + 1
    whole = network.whole({agent for agent, _, _ in cases})
    tests = []
    for (agent, goal, found), findings in cases.items():
        without = network.left_out(claim for claim, _ in whole[agent, goal])
        prediction = _predicted(network, agent, goal, without, longest)
        tests.append(_compared(network, prediction, found, tuple(findings)))
    return Evaluation(tuple(tests), left_out)


def _compared(network: Network, prediction: Prediction, found: int, findings: tuple[str, ...]) -> Test:
    verdict = ABSTAIN if prediction.sign is None else AGREE if prediction.sign == found else DIFFER
    used = prediction.paths[0].claims if prediction.sign is not None else ()
    independent = _grounds(network, used).isdisjoint(_grounds(network, findings))
    return Test(prediction, found, findings, verdict, independent)


def _grounds(network: Network, claims: Iterable[str]) -> set[str]:
    """Give the references and the sentences that claims come from."""
    return {
        o.value
        for claim in claims
        for role in ("cites", "statedIn")
        for _, _, o in network.graph.triples(claim, BASE + role, graph=STATED_GRAPH)
    }


def _predicted(network: Network, agent: str, goal: str, without: frozenset[str], longest: int) -> Prediction:
    steps = network.steps(without, predicting=True)
    walk = search(steps, agent, goal, longest)
    paths = tuple(sorted(without_detours(walk.paths), key=lambda path: (path.rank, len(path.steps), path.nodes)))
    gaps = _gaps(network, steps, agent, goal, paths)
    return Prediction(agent, goal, None if gaps else paths[0].sign, paths, gaps, longest if walk.more else None)


def without_detours(paths: Sequence[Path]) -> list[Path]:
    """Leave out what another path tells already.

    A step that has a sign speaks for the whole stretch that it spans, so a detour around it adds nothing. A step
    without one adds nothing to a stretch of steps that have one.
    """
    signed = [path for path in paths if path.sign is not None]
    return [path for path in paths if not any(tells(other, path, path.sign is None) for other in signed)]


def tells(other: Path, path: Path, signless: bool) -> bool:
    """Tell whether a path with a sign goes the same way as another, in fewer steps or, if that is signless, in more."""
    if other.nodes == path.nodes:
        return False
    shorter = len(other.nodes) < len(path.nodes)
    if not shorter and not signless:
        return False
    few, many = (other.nodes, path.nodes) if shorter else (path.nodes, other.nodes)
    return tuple(node for node in many if node in set(few)) == few


def _gaps(
    network: Network, steps: Mapping[str, tuple[Step, ...]], agent: str, goal: str, paths: tuple[Path, ...]
) -> tuple[Gap, ...]:
    """Tell why the paths allow no prediction, a gap for each step without a sign; none when they allow one."""
    if not paths:
        return (_unreached(network, steps, agent, goal),)
    signless = [step for path in paths for step in path.steps if step.sign is None]
    if signless:
        gaps = (Gap(CONTESTED if s.contested else MISSING, s.start, s.end, _settles(network, s)) for s in signless)
        return tuple(dict.fromkeys(gaps))
    if len({path.sign for path in paths}) == 1:
        return ()
    one, other = paths[0], next(path for path in paths if path.sign != paths[0].sign)
    parting = next(pair for pair in zip(one.steps, other.steps, strict=False) if pair[0] != pair[1])[0]
    return (Gap(DISAGREE, parting.start, parting.end, _finding(network, agent, goal)),)


def _settles(network: Network, step: Step, start: str | None = None, end: str | None = None) -> str:
    """Say what claim would give a step a sign, or would make the same step between other ends."""
    ends = {"from": network.label(start or step.start), "to": network.label(end or step.end)}
    return step.definition.settles.format_map(ends)


def _finding(network: Network, agent: str, goal: str) -> str:
    return f"a finding on what {network.label(agent)} does to {network.label(goal)}"


def _unreached(network: Network, steps: Mapping[str, tuple[Step, ...]], agent: str, goal: str) -> Gap:
    """Tell why no path leads to the goal: what comes nearest."""
    if agent not in steps:
        return Gap(NO_STEP, agent, goal, f"a claim on what {network.label(agent)} acts on or changes")
    reached = reached_from(steps, agent)
    for step in steps.get(goal, ()):
        if step.certain and step.end in reached:
            return Gap(WIDER, step.end, goal, f"a claim that leads to {network.label(goal)} itself")
    leading = distances_to(steps, goal)
    wider = network.wider
    near = [
        (reached[node] + leading[other], node, other)
        for node in reached
        for other in leading
        if other != goal and (other in wider.get(node, ()) or node in wider.get(other, ()))
    ]
    if near:
        _, node, other = min(near)
        onward = min(
            (step for step in steps[other] if step.end in leading and leading[step.end] < leading[other]),
            key=lambda step: (step.rank, step.end),
        )
        reason = GROUP if other in wider.get(node, ()) else MEMBER
        return Gap(reason, node, other, _settles(network, onward, start=node))
    return Gap(NO_PATH, agent, goal, _link(network, reached, leading, agent, goal))


def _link(network: Network, reached: Mapping[str, int], leading: Mapping[str, int], agent: str, goal: str) -> str:
    first = sorted((node for node in reached if node != agent), key=lambda node: (reached[node], network.label(node)))
    last = sorted(leading, key=lambda node: (leading[node], network.label(node)))
    return f"a claim that leads from {_some(network, first)} to {_some(network, last)}"


def _some(network: Network, nodes: Sequence[str]) -> str:
    """Name up to three things, and tell whether there are more."""
    names = [network.label(node) for node in nodes[:3]]
    return " or ".join([*names, "others"] if len(nodes) > len(names) else names)
