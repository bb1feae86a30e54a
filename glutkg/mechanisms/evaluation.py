"""How predictions compare with what was found: every measured outcome is predicted without the claims on it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from glutkg.mechanisms import LONGEST, signed_prediction, wording
from glutkg.mechanisms.signed_prediction import MISSING, predict_without
from glutkg.rdf.namespaces import BASE, STATED_GRAPH
from glutkg.relations import grouped
from glutkg.text.documents import Document, Readable, TableBlock, items, paragraph
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from glutkg.mechanisms.network import Network
    from glutkg.mechanisms.signed_prediction import Prediction
    from glutkg.text.documents import Block

AGREE, DIFFER, ABSTAIN = "agrees", "disagrees", "abstains"
COLUMNS = ("verdict", "found", "findings", "independent", *signed_prediction.COLUMNS)
_SHOWN = ("agentLabel", "goalLabel", "predicted", "found", "verdict", "reason")
_ORDER = (DIFFER, AGREE, ABSTAIN)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A prediction beside what was found: 1, -1 or 0 for no change, by the findings given.

    `verdict` is `agrees`, `disagrees` or `abstains`; `independent` says whether the best path shares
    neither a cited reference nor a sentence with the findings.
    """

    prediction: Prediction
    found: int
    findings: tuple[str, ...]
    verdict: str
    independent: bool


@dataclass(frozen=True, slots=True, repr=False)
class Evaluation(Readable):
    """All tests, and how many findings were left out of them and why.

    >>> import glutkg
    >>> evaluation = glutkg.load().evaluate_predictions()
    >>> sum(map(evaluation.count, ("agrees", "disagrees", "abstains"))) == len(evaluation.tests)
    True
    """

    network: Network = field(repr=False, compare=False)
    tests: tuple[Comparison, ...]
    left_out: Mapping[str, int]

    def count(self, verdict: str) -> int:
        """Count the tests with a verdict."""
        return sum(test.verdict == verdict for test in self.tests)

    def _in_a_line(self) -> str:
        """Give how many predictions agree."""
        return next(self._counts())

    def document(self) -> Document:
        """Give the table in short, the counts, and each disagreement with its path and its findings."""
        table = self.table()
        indices = [table.columns.index(name) for name in _SHOWN]
        short = Table(_SHOWN, tuple(tuple(row[index] for index in indices) for row in table.rows))
        differing = (test for test in self._sorted() if test.verdict == DIFFER)
        disagreements = (block for test in differing for block in _disagreement(self.network, test))
        return Document((TableBlock(short), paragraph(*self._counts()), *disagreements))

    def table(self) -> Table:
        """Give one row for each test, disagreements first: verdict, what was found, and the prediction."""
        directions = self.network.directions
        rows = [
            (
                wording.text_cell(test.verdict),
                wording.text_cell(directions[test.found]),
                wording.iris_cell(test.findings),
                wording.text_cell("yes" if test.independent else "no") if test.verdict != ABSTAIN else None,
                *test.prediction.row(),
            )
            for test in self._sorted()
        ]
        return Table(COLUMNS, tuple(rows))

    def _sorted(self) -> list[Comparison]:
        """Give the tests, disagreements first, then by name."""

        def key(test: Comparison) -> tuple[int, str, str, int]:
            agent, goal = map(self.network.label, test.prediction.ends)
            return _ORDER.index(test.verdict), agent, goal, test.found

        return sorted(self.tests, key=key)

    def _counts(self) -> Iterator[str]:
        yield (
            f"{len(self.tests)} measured outcomes: {self.count(AGREE)} predictions agree with what was found, "
            f"{self.count(DIFFER)} disagree, {self.count(ABSTAIN)} abstain."
        )
        independent = sum(test.independent for test in self.tests if test.verdict == AGREE)
        yield f"Of those that agree, {independent} share neither a reference nor a sentence with the findings."
        reasons = Counter(test.prediction.gap.reason for test in self._sorted() if test.prediction.gap)
        yield "Reasons for abstaining: " + ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
        leaning = [test for test in self.tests if test.prediction.gap and test.prediction.leaning is not None]
        agreeing = sum(test.prediction.leaning == test.found for test in leaning)
        yield (
            f"Where it abstains for '{MISSING}', paths with a sign agree with each other in {len(leaning)} cases, "
            f"and in {agreeing} of these with the finding."
        )
        left_out = ", ".join(f"{count} {why}" for why, count in sorted(self.left_out.items()))
        yield f"Findings that test nothing: {left_out or 'none'}"


def evaluate(network: Network, longest: int = LONGEST) -> Evaluation:
    """Predict every measured outcome, each without the claims on its agent and outcome, and compare."""
    measured = network.measured_outcomes()
    cases = grouped(((one.agent, one.goal, one.sign), one.claim) for one in measured if one.left_out is None)
    left_out = Counter(one.left_out for one in measured if one.left_out is not None)
    whole = network.claims_on_whole({agent for agent, _, _ in cases})
    tests = []
    for (agent, goal, found), findings in cases.items():
        without = network.left_out(claim for claim, _ in whole[agent, goal])
        prediction = predict_without(network, agent, goal, without, longest)
        tests.append(_compared(network, prediction, found, tuple(findings)))
    return Evaluation(network, tuple(tests), left_out)


def _compared(network: Network, prediction: Prediction, found: int, findings: tuple[str, ...]) -> Comparison:
    verdict = ABSTAIN if prediction.sign is None else AGREE if prediction.sign == found else DIFFER
    used = prediction.paths[0].claims if prediction.sign is not None else ()
    independent = _grounds(network, used).isdisjoint(_grounds(network, findings))
    return Comparison(prediction, found, findings, verdict, independent)


def _grounds(network: Network, claims: Iterable[str]) -> set[str]:
    """Give the references and the sentences that claims come from."""
    return {
        o.value
        for claim in claims
        for role in ("cites", "statedIn")
        for _, _, o in network.graph.triples(claim, BASE + role, graph=STATED_GRAPH)
    }


# --- in words ---------------------------------------------------------------------------------------------------------


def _disagreement(network: Network, test: Comparison) -> Iterator[Block]:
    prediction, best = test.prediction, test.prediction.paths[0]
    agent, goal = map(network.label, prediction.ends)
    yield paragraph(f"Disagrees: {agent} → {goal}: predicted {prediction.name}, found {network.directions[test.found]}")
    yield items(
        f"predicted by {wording.chain(network, best)} ({network.certainties[best.rank]})",
        f"the path was observed with {_circumstances(network, best.claims)}",
        *(f"found by {wording.finding(network, claim)}" for claim in test.findings),
        f"the finding was observed with {_circumstances(network, test.findings)}",
    )


def _circumstances(network: Network, claims: Sequence[str]) -> str:
    asked = {"species": ("species",), "route": ("route",), "site": wording.SITES}
    roles = ((name, ", ".join(wording.observed(network, claims, *roles))) for name, roles in asked.items())
    return "; ".join(f"{name} {found}" for name, found in roles if found) or "no species, route or site"
