"""Signed predictions: what an agent or a receptor does to an outcome by all paths, or why no prediction is made.

A prediction never uses a claim that names the same agent and the same goal, nor one that rests on such a claim. So it
can be tested against the findings on them. Where paths disagree or a sign is missing it abstains, and says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from glutkg.mechanisms import LONGEST, wording
from glutkg.mechanisms.search import Path, distances_to, reached_from, search
from glutkg.text.documents import Document, Heading, Readable, counted, item, items, paragraph
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from glutkg.mechanisms.network import Network, Step, StepEvidence
    from glutkg.text.cells import Row
    from glutkg.text.documents import Block, Item

COLUMNS = (
    *("agent", "agentLabel", "goal", "goalLabel", "predicted", "certainty", "reason"),
    *("stepFrom", "stepFromLabel", "stepTo", "stepToLabel", "settles", "path", "claims"),
)
NO_STEP, NO_PATH, WIDER, GROUP, MEMBER = "no step", "no path", "wider kind only", "group only", "members only"
MISSING, CONTESTED, DISAGREE = "sign missing", "step contested", "paths disagree"
REASONS = {
    NO_STEP: "no claim says what the start does",
    NO_PATH: "nothing leads from what the start changes to the goal",
    WIDER: "paths lead to a wider kind, and not to the goal itself",
    GROUP: "something is known about a group, and not about the member that is reached",
    MEMBER: "something is known about a member, and not about the group that is reached",
    MISSING: "a step on the way has no sign",
    CONTESTED: "claims give a step on the way both signs",
    DISAGREE: "paths point in opposite directions",
}
"""Why a prediction abstains."""


class Gap(NamedTuple):
    """Why nothing is predicted: one of REASONS, the step that it depends on, and what claim would settle that."""

    reason: str
    start: str
    end: str
    settles: str


@dataclass(frozen=True, slots=True, repr=False)
class Prediction(Readable):
    """What an agent, or the activation of a receptor, does to a goal: 1 raises, -1 lowers, None leaves it open.

    Where it is None at least one gap says why. `paths` are those behind it, the best first, without detours around a
    step that is known as a whole. `bound` is the number of steps beyond which there may be more paths, or None.
    `seen_in` is what the claims were narrowed to.

    >>> import glutkg
    >>> found = glutkg.load().predict("memantine", "CSD")
    >>> found.name, found.sign, len(found.paths)
    ('decrease', -1, 1)
    >>> glutkg.load().predict("topiramate", "migraine").gap.reason
    'sign missing'
    >>> found.ends == (found.agent, found.goal), found.leaning, found.conflicting
    (True, -1, False)
    """

    network: Network = field(repr=False, compare=False)
    agent: str
    goal: str
    sign: int | None
    paths: tuple[Path, ...]
    gaps: tuple[Gap, ...]
    bound: int | None
    seen_in: Mapping[str, str] = field(default_factory=dict)

    @property
    def ends(self) -> tuple[str, str]:
        """The agent and the goal."""
        return self.agent, self.goal

    @property
    def name(self) -> str:
        """What is predicted: the name of a direction, `conflicting` or `undetermined`."""
        if self.sign is not None:
            return self.network.directions[self.sign]
        return "conflicting" if self.conflicting else "undetermined"

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

    def document(self, at_most: int = wording.AT_MOST) -> Document:
        """Give what is predicted by which paths, or why it abstains and what would settle it, and what was found."""
        return Document((*_summary(self), *_abstention(self), *_found(self), *_paths(self, at_most)))

    def table(self) -> Table:
        """Give one row, with the claims of the best path."""
        return Table(COLUMNS, (self.row(),))

    def row(self) -> Row:
        """Give the row of a table with COLUMNS."""
        network, gap, best = self.network, self.gap, self.paths[0] if self.paths else None
        return (
            *(cell for iri in self.ends for cell in wording.labelled_cells(network, iri)),
            wording.text_cell(self.name),
            wording.text_cell(network.certainties[best.rank]) if best and not gap else None,
            *(_gap_cells(network, gap) if gap else [None] * 6),
            wording.text_cell(wording.chain(network, best)) if best else None,
            wording.iris_cell(best.claims) if best else None,
        )


def predict(
    network: Network, agent: str, goal: str, longest: int = LONGEST, seen_in: Mapping[str, str] | None = None
) -> Prediction:
    """Predict what an agent, or the activation of a receptor, does to a goal, both IRIs, without the claims on both.

    `seen_in` leaves out claims that name another species or route, as `Network.claims_of_other_settings` does.
    """
    narrowed_to = dict(seen_in or {})
    on_goal = network.claims_on_whole([agent]).get((agent, goal), [])
    without = network.left_out(claim for claim, _ in on_goal) | network.claims_of_other_settings(narrowed_to)
    return replace(predict_without(network, agent, goal, without, longest), seen_in=narrowed_to)


def predict_without(network: Network, agent: str, goal: str, without: frozenset[str], longest: int) -> Prediction:
    """Predict without some claims."""
    steps = network.steps(without, predicting=True)
    walk = search(steps, agent, goal, longest)
    paths = tuple(sorted(without_detours(walk.paths), key=lambda path: (path.rank, len(path.steps), path.nodes)))
    gaps = _gaps(network, steps, agent, goal, paths)
    sign = None if gaps else paths[0].sign
    return Prediction(network, agent, goal, sign, paths, gaps, longest if walk.more else None)


def without_detours(paths: Sequence[Path]) -> list[Path]:
    """Leave out paths that another one makes redundant.

    A step that has a sign stands for the whole stretch that it spans, so a detour around it adds nothing. A step
    without one adds nothing to a stretch of steps that have one.
    """
    signed = [path for path in paths if path.sign is not None]
    return [path for path in paths if not any(makes_redundant(other, path, path.sign is None) for other in signed)]


def makes_redundant(other: Path, path: Path, signless: bool) -> bool:
    """Say whether a path with a sign covers another: in fewer steps or, if that one has no sign, in more."""
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
    """Give why the paths allow no prediction, a gap for each step without a sign; none when they allow one."""
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
    """Give what claim would give a step a sign, or would make the same step between other ends."""
    ends = {"from": network.label(start or step.start), "to": network.label(end or step.end)}
    return step.definition.settles.format_map(ends)


def _finding(network: Network, agent: str, goal: str) -> str:
    return f"a finding on what {network.label(agent)} does to {network.label(goal)}"


def _unreached(network: Network, steps: Mapping[str, tuple[Step, ...]], agent: str, goal: str) -> Gap:
    """Give why no path leads to the goal: what comes nearest."""
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
    first = sorted(reached.keys() - {agent} or {agent}, key=lambda node: (reached[node], network.label(node)))
    last = sorted(leading, key=lambda node: (leading[node], network.label(node)))
    return f"a claim that leads from {_some(network, first)} to {_some(network, last)}"


def _some(network: Network, nodes: Sequence[str]) -> str:
    """Name up to three nodes, and say whether there are more."""
    names = [network.label(node) for node in nodes[:3]]
    return " or ".join([*names, "others"] if len(nodes) > len(names) else names)


# --- in words and cells -----------------------------------------------------------------------------------------------


def _summary(made: Prediction) -> Iterator[Block]:
    agent, goal = map(made.network.label, made.ends)
    yield Heading(f"{made.network.start_name(made.agent)} → {goal}: {made.name}", 1)
    yield paragraph(
        f"A hypothesis from claims; no claim that names both {agent} and {goal} was used.",
        *wording.narrowed(made.seen_in),
        *([wording.bounded(made.bound)] if made.bound else []),
    )


def _abstention(made: Prediction) -> Iterator[Block]:
    if made.gap:
        yield paragraph(f"It abstains ({made.gap.reason}): {REASONS[made.gap.reason]}.")
        ends = (f"between {made.network.label(gap.start)} and {made.network.label(gap.end)}" for gap in made.gaps)
        settled = zip(ends, made.gaps, strict=True)
        yield items(*(item(f"{end}; what would settle it:", items(gap.settles)) for end, gap in settled))


def _found(made: Prediction) -> Iterator[Block]:
    """Give what was found, and in which sense it goes with the prediction; then what is only stated."""
    network = made.network
    findings, statements = network.on_whole(*made.ends)
    whatever = [f"(listed whatever their {' and '.join(made.seen_in)})"] if made.seen_in and findings else []
    effects = {claim: effect for claim in findings if (effect := _effect(made, claim))}
    fitting = sum(effect.sign == made.sign for effect in effects.values())
    agree = f", {fitting} as predicted" if made.sign is not None and findings else ""
    yield paragraph(f"Found: {counted(len(findings), 'finding') if findings else 'nothing'}{agree}")
    if findings:
        yield items(*(_finding_item(made, claim, effects.get(claim)) for claim in findings), *whatever)
    if statements:
        yield paragraph("Stated about the whole, without a finding:")
        more = len(statements) - wording.AT_MOST
        named = [wording.finding(network, claim) for claim in statements[: wording.AT_MOST]]
        yield items(*named, *([f"and {more} more"] if more > 0 else []))
    others = [one for one in network.findings_of_others(*made.ends) if one.claim not in findings]
    yield from wording.of_others(network, made.agent, others)


def _effect(made: Prediction, claim: str) -> StepEvidence | None:
    """Give what a finding says the start does to the goal, or to a kind, aspect or measure of it.

    A finding of no effect, or one that is not in force, says no such thing.
    """
    network = made.network
    if claim not in network.serving:
        return None
    signed = [one for one in network.evidence_of(claim) if one.start == made.agent and one.sign is not None]
    bearing = (one for one in signed if network.bears_on(one.end, made.goal))
    return min(bearing, key=lambda one: one.end != made.goal, default=None)


def _finding_item(made: Prediction, claim: str, effect: StepEvidence | None) -> Item:
    """Give a finding, and what it says the start does to the goal: raised efficacy relieves a condition."""
    network = made.network
    if effect is None:
        return item(wording.finding(network, claim))
    agrees = "" if made.sign is None else ", as predicted" if effect.sign == made.sign else ", against the prediction"
    does = network.definitions[effect.definition].words[effect.sign]
    ends = network.start_name(made.agent), network.label(effect.end)
    return item(wording.finding(network, claim), items(f"so {ends[0]} {does} {ends[1]}{agrees}"))


def _paths(made: Prediction, at_most: int) -> Iterator[Block]:
    if made.paths:
        yield paragraph(f"Paths: {len(made.paths)}{wording.shown_of(len(made.paths), at_most)}")
        yield items(*(_path_item(made, path) for path in made.paths[:at_most]))


def _path_item(made: Prediction, path: Path) -> Item:
    """Give a path in one line, and below it the claims behind its steps."""
    behind = [wording.finding(made.network, claim) for claim in path.claims[: wording.AT_MOST]]
    more = len(path.claims) - len(behind)
    return item(_path_line(made, path), items(*behind, *([f"and {more} more"] if more else [])))


def _path_line(made: Prediction, path: Path) -> str:
    network = made.network
    marks = dict.fromkeys(mark for step in path.steps for mark in wording.unstated_roles(network, step, made.seen_in))
    basis = "; ".join([network.certainties[path.rank], *(f"{mark} at some step" for mark in marks)])
    return f"{wording.sign_name(network, path.sign)} ({basis}): {wording.chain(network, path)}"


def _gap_cells(network: Network, gap: Gap) -> Row:
    ends = (cell for iri in (gap.start, gap.end) for cell in wording.labelled_cells(network, iri))
    return (wording.text_cell(gap.reason), *ends, wording.text_cell(gap.settles))
