"""Mechanism paths: from an agent over targets, places and processes to an outcome or a condition.

A path is a hypothesis. It is made of steps, is no surer than its least sure step, and uses no claim about the whole
from agent to goal: such claims show whether anybody has tested it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from glutkg.mechanisms import LONGEST, wording
from glutkg.mechanisms.search import search
from glutkg.rdf.namespaces import curie
from glutkg.text.documents import Document, Heading, Item, Items, Readable, Tree, counted, item, items, paragraph
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from glutkg.mechanisms.network import FindingOfOther, Network, Step
    from glutkg.mechanisms.search import Path
    from glutkg.text.cells import Row
    from glutkg.text.documents import Block

COLUMNS = (
    *(
        "path",
        "effect",
        "certainty",
        "tested",
        "testedWithOthers",
        "step",
        "from",
        "fromLabel",
        "relation",
        "sign",
        "to",
        "toLabel",
    ),
    *("stepCertainty", "how", "claims", "against", "species", "routes", "sites"),
)
SHOWN_CLAIMS = 3
"""Claims of a step that a text shows; a table has all."""
_StepKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True, repr=False)
class Paths(Readable):
    """The paths from an agent to a goal, ranked, and what is known about the whole.

    `tests` are findings on agent and goal, negative ones included; `statements` other claims on the whole. `bound` is
    the number of steps beyond which there may be more paths, or None when all have been found. `parts` gives, for what
    the paths go through, the findings on the agent and that part. `seen_in` is what the paths were narrowed to.
    `others` are findings with what acts on the agent, where that is a receptor, or belongs to it, where that is a kind.

    >>> import glutkg
    >>> found = glutkg.load().paths("memantine", "migraine aura")
    >>> [step.words for step in found.paths[0].steps], found.paths[0].sign, found.tests
    (['lowers', 'underlies'], -1, ())
    """

    network: Network = field(repr=False, compare=False)
    agent: str
    goal: str
    paths: tuple[Path, ...]
    tests: tuple[str, ...]
    statements: tuple[str, ...]
    bound: int | None
    parts: Mapping[str, tuple[str, ...]]
    seen_in: Mapping[str, str]
    others: tuple[FindingOfOther, ...] = ()

    def document(self, at_most: int = wording.AT_MOST) -> Document:
        """Give the best paths as trees, below what is known about the whole."""
        shown: dict[_StepKey, int] = {}
        best = enumerate(self.paths[:at_most], 1)
        trees = tuple(_path_item(self, path, number, shown) for number, path in best)
        listed = [Items(trees, numbered=True, loose=True)] if trees else []
        return Document((*_summary(self, at_most), *_whole(self), *listed))

    def table(self, at_most: int | None = None) -> Table:
        """Give a row for each step of the best paths, or of all; several claims in a cell have a space between."""
        numbered = enumerate(self.paths[:at_most], 1)
        return Table(COLUMNS, tuple(row for number, path in numbered for row in _rows(self, number, path)))


def find_paths(
    network: Network, agent: str, goal: str, longest: int = LONGEST, seen_in: Mapping[str, str] | None = None
) -> Paths:
    """Find all paths of up to `longest` steps from an agent to a goal, both IRIs, the best first.

    `seen_in` leaves out claims that name another species or route, as `Network.claims_of_other_settings` does.
    """
    narrowed_to = dict(seen_in or {})
    whole = network.claims_on_whole([agent])
    on_goal = whole.get((agent, goal), [])
    without = network.left_out(claim for claim, _ in on_goal) | network.claims_of_other_settings(narrowed_to)
    walk = search(network.steps(without), agent, goal, longest)
    ranked = tuple(sorted(walk.paths, key=lambda path: _order(network, path)))
    tests, statements = network.on_whole(agent, goal)
    reached = dict.fromkeys(node for path in ranked for node in path.nodes[1:-1])
    found = {node: tuple(claim for claim, tests in whole.get((agent, node), []) if tests) for node in reached}
    parts = {node: claims for node, claims in found.items() if claims}
    others = tuple(one for one in network.findings_of_others(agent, goal) if one.claim not in tests)
    bound = longest if walk.more else None
    return Paths(network, agent, goal, ranked, tests, statements, bound, parts, narrowed_to, others)


def _order(network: Network, path: Path) -> tuple[bool, int, int, tuple[str, ...]]:
    """Paths with a sign first, then the surer, then the shorter."""
    return path.sign is None, path.rank, len(path.steps), tuple(network.label(node) for node in path.nodes)


# --- in words ---------------------------------------------------------------------------------------------------------


def _summary(found: Paths, at_most: int) -> Iterator[Block]:
    agent, goal = found.network.label(found.agent), found.network.label(found.goal)
    start = found.network.start_name(found.agent)
    yield Heading(f"{start} → {goal}: {_answer(found)}", 1)
    if found.paths:
        first = "Each path is a hypothesis put together from claims, no surer than its least sure step. None is a fact."
    else:
        bound = "" if found.bound in (None, LONGEST) else f" --longest {found.bound}"
        settings = "".join(f" --{role} '{value}'" for role, value in found.seen_in.items())
        first = f"Why there is none, and what claim would make one: glutkg predict '{agent}' '{goal}'{bound}{settings}"
    shown = [f"Shown: the first {at_most}."] if len(found.paths) > at_most else []
    bounded = [wording.bounded(found.bound)] if found.bound else []
    yield paragraph(first, *wording.narrowed(found.seen_in), *bounded, *shown)


def _answer(found: Paths) -> str:
    """Say in one line which way the paths point, how sure the best is, and whether anybody tested it."""
    network, count = found.network, len(found.paths)
    tested = _tested(found)
    if not count:
        return f"no paths; {tested}"
    pointing = Counter(path.sign for path in found.paths if path.sign is not None)
    by = [f"{network.directions[sign]} by {number} of {counted(count, 'path')}" for sign, number in pointing.items()]
    way = "; but ".join(by) or f"{counted(count, 'path')}, none with a direction"
    best = found.paths[0]
    sure = "a conjecture" if wording.effectless(best) else network.certainties[best.rank]
    return f"{way}; at best {sure}; {tested}"


def _tested(found: Paths) -> str:
    """Say in a few words whether anybody tested the whole, be it with something that stands for the agent."""
    by_others = f"with {wording.names_of_others(found.network, found.others)}" if found.others else ""
    if found.tests:
        return f"tested by {counted(len(found.tests), 'finding')}" + (f", and {by_others}" if by_others else "")
    return f"tested only {by_others}" if by_others else "not tested as a whole"


def _whole(found: Paths) -> Iterator[Block]:
    """Say whether anybody has tested the whole."""
    network = found.network
    ends = f"{network.label(found.agent)} and {network.label(found.goal)}"
    if found.tests:
        yield paragraph(f"The whole was tested: {counted(len(found.tests), 'finding')} on {ends}.")
        yield items(*(wording.finding(network, claim) for claim in found.tests))
    else:
        itself = " themselves" if found.others else ""
        yield paragraph(f"The whole was not tested: the graph has no finding on {ends}{itself}.")
    yield from wording.of_others(network, found.agent, found.others)
    if found.statements:
        yield paragraph("Stated about the whole, without a finding:")
        yield items(*(wording.finding(network, claim) for claim in found.statements))
    if found.seen_in and (found.tests or found.others or found.parts):
        roles = " and ".join(found.seen_in)
        yield paragraph(f"Findings that test the whole, or a part of it, are listed whatever their {roles}.")


def _path_item(found: Paths, path: Path, number: int, shown: dict[_StepKey, int]) -> Item:
    """Give a path as a tree; the claims of a step that an earlier path has shown are not shown again."""
    network = found.network
    effect = "a change in an unknown direction" if path.sign is None else network.directions[path.sign]
    empty = ", ".join(f"'{words}'" for words in wording.effectless(path))
    least = f"{network.certainties[path.rank]} at its least sure step"
    sure = f"a conjecture, since no effect follows from {empty}; {least}" if empty else least
    text = f"{network.label(found.goal)}: {effect}; {sure}; {counted(len(path.steps), 'step')}"
    steps = (_step_tree(found, step, number, shown) for step in path.steps)
    species, routes = (_listed(wording.observed(network, path.claims, role)) for role in ("species", "route"))
    tree = Tree(network.start_name(found.agent), tuple(steps))
    return item(text, tree, paragraph(f"species: {species}; routes: {routes}", *_tested_parts(found, path)))


def _step_tree(found: Paths, step: Step, number: int, shown: dict[_StepKey, int]) -> Tree:
    network = found.network
    first = shown.setdefault(step.key, number)
    known = step.claims and first != number
    how = ", ".join(network.label(iri) for iri in step.how) if step.claims else ""
    basis = [
        network.certainties[step.rank],
        *([how] if how else []),
        *(["claims give both signs"] if step.contested else []),
        *wording.unstated_roles(network, step, found.seen_in),
        *([f"claims: see {first}"] if known else []),
    ]
    text = f"{step.words} → {network.label(step.end)}   [{'; '.join(basis)}]"
    return Tree(text, (), () if known else (items(*_claims(network, step)),))


def _claims(network: Network, step: Step) -> Iterator[Item]:
    for claim in step.claims[:SHOWN_CLAIMS]:
        found = wording.cited(network.graph, claim)
        qualifiers = (", ".join(values) for values in found.qualifiers.values())
        basis = "; ".join([found.modality, *qualifiers, ", ".join(found.sources)])
        yield item(f"{found.claim}: {found.statement}", items(basis))
    if len(step.claims) > SHOWN_CLAIMS:
        yield item(f"and {counted(len(step.claims) - SHOWN_CLAIMS, 'more claim')}")
    for claim in network.claims_against.get((step.start, step.end), ()):
        yield item(f"against it: {wording.finding(network, claim)}")


def _tested_parts(found: Paths, path: Path) -> Iterator[str]:
    """Say how far along the path the agent itself was tested, by claims that the path does not use."""
    network = found.network
    for node in path.nodes[1:-1]:
        claims = [claim for claim in found.parts.get(node, ()) if claim not in path.claims]
        for each in sorted({wording.result(network, claim) for claim in claims}):
            names = ", ".join(curie(claim) for claim in claims if wording.result(network, claim) == each)
            yield f"tested as far as {network.label(node)}: {each} ({names})"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "not stated"


# --- as a table -------------------------------------------------------------------------------------------------------


def _rows(found: Paths, number: int, path: Path) -> Iterator[Row]:
    network = found.network
    head = (
        wording.number_cell(number),
        wording.text_cell(wording.sign_name(network, path.sign)),
        wording.text_cell(wording.certainty(network, path)),
        wording.iris_cell(found.tests) or wording.text_cell("no"),
        wording.iris_cell(one.claim for one in found.others),
    )
    for place, step in enumerate(path.steps, 1):
        yield (*head, wording.number_cell(place), *_step_cells(network, step))


def _step_cells(network: Network, step: Step) -> Row:
    return (
        *wording.labelled_cells(network, step.start),
        wording.text_cell(step.words),
        None if step.sign is None else wording.number_cell(step.sign),
        *wording.labelled_cells(network, step.end),
        wording.text_cell(network.certainties[step.rank]),
        wording.text_cell(", ".join(network.label(iri) for iri in step.how)),
        wording.iris_cell(step.claims),
        wording.iris_cell(network.claims_against.get((step.start, step.end), ())),
        *(
            wording.text_cell(", ".join(wording.observed(network, step.claims, *roles)))
            for roles in (("species",), ("route",), wording.SITES)
        ),
    )
