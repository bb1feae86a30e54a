"""Paths, predictions and their evaluation as people and programs read them: lines of text and tables.

Every text says that it tells a hypothesis: nothing here is served as a fact.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from glutkg.mechanisms.search import cited, seen
from glutkg.mechanisms.signed_prediction import ABSTAIN, AGREE, DIFFER, MISSING, REASONS
from glutkg.rdf.namespaces import BASE, LONGEST, STATED_GRAPH, curie
from glutkg.rdf.terms import Term
from glutkg.text.rendering import text_table
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from glutkg.mechanisms.network import Network, Step
    from glutkg.mechanisms.search import Path, Paths
    from glutkg.mechanisms.signed_prediction import Evaluation, Prediction, Test

SHOWN_CLAIMS = 3
"""Claims of a step that a text shows; a table has all."""


# --- paths ------------------------------------------------------------------------------------------------------------


def _bounded(longest: int) -> str:
    steps = "step" if longest == 1 else "steps"
    return f"Paths of more than {longest} {steps} were not followed; there may be some. See --longest."


def path_lines(network: Network, found: Paths, at_most: int) -> Iterator[str]:
    """Give paths as trees, one a path, under what is known of the whole."""
    agent, goal = network.label(found.agent), network.label(found.goal)
    count = len(found.paths)
    yield f"{agent} → {goal}: {count or 'no'} path{'s' * (count != 1)}" + _how_many(count, at_most)
    if found.paths:
        yield "Each path is a hypothesis put together from claims, no surer than its least sure step. None is a fact."
    else:
        bound = "" if found.bound in (None, LONGEST) else f" --longest {found.bound}"
        settings = "".join(f" --{role} '{value}'" for role, value in found.seen_in.items())
        yield f"Why there is none, and what claim would make one: glutkg predict '{agent}' '{goal}'{bound}{settings}"
    yield from _narrowed(found.seen_in)
    if found.bound:
        yield _bounded(found.bound)
    yield ""
    yield from _whole_lines(network, found)
    if found.seen_in and (found.tests or found.parts):
        yield f"Findings that test the whole, or a part, are told whatever their {' and '.join(found.seen_in)}."
    shown: dict[tuple[str, str, str], int] = {}
    for number, path in enumerate(found.paths[:at_most], 1):
        yield ""
        yield from _path_lines(network, found, path, number, shown)


def _narrowed(seen_in: Mapping[str, str]) -> Iterator[str]:
    for role, value in seen_in.items():
        told = f"'{_unnamed(role)}' tells where claims name none"
        yield f"Narrowed to {role} {value}: claims that name only others are left out; {told}."


def _how_many(count: int, at_most: int) -> str:
    return f", the first {at_most} shown" if count > at_most else ""


def _whole_lines(network: Network, found: Paths) -> Iterator[str]:
    agent, goal = network.label(found.agent), network.label(found.goal)
    if found.tests:
        yield f"The whole was tested: {len(found.tests)} finding{'s' * (len(found.tests) != 1)} on {agent} and {goal}."
        for claim in found.tests:
            yield f"   {_finding_line(network, claim)}"
    else:
        yield f"The whole was not tested: the graph has no finding on {agent} and {goal}."
    if found.statements:
        yield "Stated of the whole, and no finding:"
        for claim in found.statements:
            yield f"   {_finding_line(network, claim)}"


def _path_lines(
    network: Network, found: Paths, path: Path, number: int, shown: dict[tuple[str, str, str], int]
) -> Iterator[str]:
    """Give a path as a tree. The claims of a step that an earlier path has shown are not shown again."""
    sure = f"{network.certainties[path.rank]} at its least sure step"
    count = f"{len(path.steps)} step{'s' * (len(path.steps) != 1)}"
    yield f"{number}. {network.label(found.goal)}: {_effect(network, path.sign)}; {sure}; {count}"
    yield f"   {network.label(found.agent)}"
    for step in path.steps:
        last = step is path.steps[-1]
        first = shown.setdefault(step.key, number)
        known = f"; claims: see {first}" if step.claims and first != number else ""
        basis = "; ".join([_basis(network, step), *_lacking(network, step, found.seen_in)])
        yield f"   {'└─' if last else '├─'} {step.words} → {network.label(step.end)}   [{basis}{known}]"
        for line in () if known else _claim_lines(network, step):
            yield f"   {'  ' if last else '│ '}    {line}"
    yield f"   species: {_listed(seen(network, path.claims, 'species'))}; " + (
        f"routes: {_listed(seen(network, path.claims, 'route'))}"
    )
    yield from _part_lines(network, found, path)


def _part_lines(network: Network, found: Paths, path: Path) -> Iterator[str]:
    """Tell how far along the path the agent itself was tested, by claims that the path does not use."""
    for node in path.nodes[1:-1]:
        claims = [claim for claim in found.parts.get(node, ()) if claim not in path.claims]
        results = {_result(network, claim) for claim in claims}
        for result in sorted(results):
            names = ", ".join(curie(claim) for claim in claims if _result(network, claim) == result)
            yield f"   tested as far as {network.label(node)}: {result} ({names})"


def _effect(network: Network, sign: int | None) -> str:
    return "change, which way is not told" if sign is None else network.directions[sign]


def _basis(network: Network, step: Step) -> str:
    how = [network.label(iri) for iri in step.how] if step.claims else []
    sign = "claims give both signs" if step.contested else ""
    return "; ".join(part for part in (network.certainties[step.rank], ", ".join(how), sign) if part)


def _lacking(network: Network, step: Step, roles: Iterable[str]) -> Iterator[str]:
    """Tell for what the paths were narrowed to whether the claims of a step name none."""
    if step.claims:
        yield from (_unnamed(role) for role in roles if not any(seen(network, step.claims, role)))


def _unnamed(role: str) -> str:
    return f"{role} not stated"


def _claim_lines(network: Network, step: Step) -> Iterator[str]:
    for claim in step.claims[:SHOWN_CLAIMS]:
        told = cited(network.graph, claim)
        qualifiers = [", ".join(values) for values in told.qualifiers.values()]
        yield f"{told.claim}: {told.statement}"
        yield "   " + "; ".join([told.modality, *qualifiers, ", ".join(told.sources)])
    if len(step.claims) > SHOWN_CLAIMS:
        yield f"and {len(step.claims) - SHOWN_CLAIMS} more claims"
    for claim in network.against.get((step.start, step.end), ()):
        yield f"against it: {_finding_line(network, claim)}"


def _finding_line(network: Network, claim: str) -> str:
    told = cited(network.graph, claim)
    return f"{told.claim}: {told.statement} [{_result(network, claim)}; {', '.join(told.sources)}]"


def _result(network: Network, claim: str) -> str:
    """The result of a claim, its direction where it has one, and why it is not in force where it is not."""
    found = [
        network.label(o.value)
        for role in ("result", "direction")
        for _, _, o in network.graph.triples(claim, BASE + role, graph=STATED_GRAPH)
    ]
    return ", ".join([*found, *([network.standings[claim]] if claim in network.standings else ())])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "not stated"


def path_table(network: Network, found: Paths, at_most: int) -> Table:
    """Give paths as a table, one row a step; claims, and claims against the step, as IRIs with a space between."""
    columns = (
        *("path", "effect", "certainty", "tested", "step", "from", "fromLabel", "relation", "sign", "to", "toLabel"),
        *("stepCertainty", "how", "claims", "against", "species", "routes", "sites"),
    )
    rows = []
    for number, path in enumerate(found.paths[:at_most], 1):
        head = (
            _number(number),
            _words(sign_name(network, path.sign)),
            _words(network.certainties[path.rank]),
            _words(" ".join(found.tests) or "no"),
        )
        rows += [(*head, _number(place), *_step_cells(network, step)) for place, step in enumerate(path.steps, 1)]
    return Table(columns, tuple(rows))


def _step_cells(network: Network, step: Step) -> tuple[Term | None, ...]:
    return (
        *_named(network, step.start),
        _words(step.words),
        None if step.sign is None else _number(step.sign),
        *_named(network, step.end),
        _words(network.certainties[step.rank]),
        _words(", ".join(network.label(iri) for iri in step.how)),
        _words(" ".join(step.claims)),
        _words(" ".join(network.against.get((step.start, step.end), ()))),
        *(_words(", ".join(seen(network, step.claims, role))) for role in ("species", "route", "site")),
    )


# --- predictions ------------------------------------------------------------------------------------------------------


def prediction_lines(network: Network, prediction: Prediction, at_most: int) -> Iterator[str]:
    """Give a prediction in words: what and by which paths, or why it abstains and what would settle it."""
    agent, goal = network.label(prediction.agent), network.label(prediction.goal)
    yield f"{agent} → {goal}: {predicted(network, prediction)}"
    yield f"A hypothesis from claims; no claim that names both {agent} and {goal} was used."
    yield from _narrowed(prediction.seen_in)
    if prediction.bound:
        yield _bounded(prediction.bound)
    if prediction.gap:
        yield ""
        yield f"It abstains ({prediction.gap.reason}): {REASONS[prediction.gap.reason]}."
        for gap in prediction.gaps:
            yield f"   between {network.label(gap.start)} and {network.label(gap.end)}; what would settle it:"
            yield f"      {gap.settles}"
    findings = [claim for claim, tests in network.whole([prediction.agent]).get(_ends(prediction), ()) if tests]
    yield ""
    yield f"Found: {len(findings) or 'nothing'}" + (" findings" if len(findings) > 1 else " finding" * len(findings))
    yield from (f"   {_finding_line(network, claim)}" for claim in findings)
    if prediction.seen_in and findings:
        yield f"   (told whatever their {' and '.join(prediction.seen_in)})"
    if prediction.paths:
        yield ""
        yield f"Paths: {len(prediction.paths)}" + _how_many(len(prediction.paths), at_most)
    for path in prediction.paths[:at_most]:
        lacking = dict.fromkeys(word for step in path.steps for word in _lacking(network, step, prediction.seen_in))
        basis = "; ".join([network.certainties[path.rank], *(f"{word} at some step" for word in lacking)])
        yield f"   {sign_name(network, path.sign)} ({basis}): {chain(network, path)}"


def _ends(prediction: Prediction) -> tuple[str, str]:
    return prediction.agent, prediction.goal


def predicted(network: Network, prediction: Prediction) -> str:
    """Name what is predicted: the name of a direction, `conflicting` or `undetermined`."""
    if prediction.sign is not None:
        return network.directions[prediction.sign]
    return "conflicting" if prediction.conflicting else "undetermined"


def sign_name(network: Network, sign: int | None) -> str:
    """Name a sign as its direction is named, or say that there is none."""
    return "no sign" if sign is None else network.directions[sign]


def chain(network: Network, path: Path) -> str:
    """Give a path in one line."""
    return network.label(path.nodes[0]) + "".join(f" – {s.words} → {network.label(s.end)}" for s in path.steps)


PREDICTION = (
    *("agent", "agentLabel", "goal", "goalLabel", "predicted", "certainty", "reason"),
    *("stepFrom", "stepFromLabel", "stepTo", "stepToLabel", "settles", "path", "claims"),
)


def prediction_table(network: Network, prediction: Prediction) -> Table:
    """Give a prediction as a table of one row with the columns PREDICTION; `claims` are those of the best path."""
    return Table(PREDICTION, (_prediction_cells(network, prediction),))


def _prediction_cells(network: Network, prediction: Prediction) -> tuple[Term | None, ...]:
    gap, best = prediction.gap, prediction.paths[0] if prediction.paths else None
    return (
        *_named(network, prediction.agent),
        *_named(network, prediction.goal),
        _words(predicted(network, prediction)),
        _words(network.certainties[best.rank]) if best and not gap else None,
        *((_words(gap.reason), *_named(network, gap.start), *_named(network, gap.end)) if gap else [None] * 5),
        _words(gap.settles) if gap else None,
        _words(chain(network, best)) if best else None,
        _words(" ".join(best.claims)) if best else None,
    )


# --- evaluation -------------------------------------------------------------------------------------------------------

_ORDER = (DIFFER, AGREE, ABSTAIN)


def _tests(network: Network, evaluation: Evaluation) -> list[Test]:
    """The tests, disagreements first, then by name."""

    def key(test: Test) -> tuple[int, str, str, int]:
        agent, goal = _ends(test.prediction)
        return _ORDER.index(test.verdict), network.label(agent), network.label(goal), test.found

    return sorted(evaluation.tests, key=key)


def evaluation_table(network: Network, evaluation: Evaluation) -> Table:
    """Give one row a test: verdict, what was found with the findings, then the columns PREDICTION."""
    columns = ("verdict", "found", "findings", "independent", *PREDICTION)
    rows = [
        (
            _words(test.verdict),
            _words(network.directions[test.found]),
            _words(" ".join(test.findings)),
            _words("yes" if test.independent else "no") if test.verdict != ABSTAIN else None,
            *_prediction_cells(network, test.prediction),
        )
        for test in _tests(network, evaluation)
    ]
    return Table(columns, tuple(rows))


def _brief(table: Table) -> Table:
    """Leave of an evaluation's table what fits on a screen."""
    kept = ("agentLabel", "goalLabel", "predicted", "found", "verdict", "reason")
    indices = [table.columns.index(name) for name in kept]
    return Table(kept, tuple(tuple(row[index] for index in indices) for row in table.rows))


def evaluation_lines(network: Network, evaluation: Evaluation, table: Table) -> Iterator[str]:
    """Give the table in short, the counts, and each disagreement with its path and its findings."""
    yield text_table(_brief(table).view())
    tests = _tests(network, evaluation)
    counts = {verdict: evaluation.count(verdict) for verdict in (AGREE, DIFFER, ABSTAIN)}
    yield f"{len(tests)} measured outcomes: {counts[AGREE]} predictions agree with what was found, " + (
        f"{counts[DIFFER]} disagree, {counts[ABSTAIN]} abstain."
    )
    independent = sum(test.independent for test in tests if test.verdict == AGREE)
    yield f"Of those that agree, {independent} share neither a reference nor a sentence with the findings."
    reasons = Counter(test.prediction.gap.reason for test in tests if test.prediction.gap)
    yield "Abstains for: " + ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
    leaning = [test for test in tests if test.prediction.gap and test.prediction.leaning is not None]
    agreeing = sum(test.prediction.leaning == test.found for test in leaning)
    yield f"Where it abstains for '{MISSING}', paths with a sign agree among themselves in {len(leaning)} cases," + (
        f" and in {agreeing} of these with the finding."
    )
    left_out = ", ".join(f"{count} {why}" for why, count in sorted(evaluation.left_out.items()))
    yield f"Findings that test nothing: {left_out or 'none'}"
    for test in (test for test in tests if test.verdict == DIFFER):
        yield ""
        yield from _disagreement(network, test)


def _disagreement(network: Network, test: Test) -> Iterator[str]:
    prediction = test.prediction
    names = network.label(prediction.agent), network.label(prediction.goal)
    told, found = network.directions[prediction.sign or 0], network.directions[test.found]
    yield f"Disagrees: {names[0]} → {names[1]}: predicted {told}, found {found}"
    yield f"   predicted by {chain(network, prediction.paths[0])} ({network.certainties[prediction.paths[0].rank]})"
    yield from _seen(network, "the path was seen with", prediction.paths[0].claims)
    for claim in test.findings:
        yield f"   found by {_finding_line(network, claim)}"
    yield from _seen(network, "the finding was seen with", test.findings)


def _seen(network: Network, words: str, claims: Sequence[str]) -> Iterator[str]:
    seen_with = [
        f"{role} {', '.join(names)}"
        for role in ("species", "route", "site")
        if (names := [*seen(network, tuple(claims), role)])
    ]
    yield f"   {words} {'; '.join(seen_with) or 'no species, route or site'}"


# --- cells ------------------------------------------------------------------------------------------------------------


def _words(text: str) -> Term | None:
    return Term("literal", text) if text else None


def _number(number: int) -> Term:
    return Term("literal", str(number), datatype="http://www.w3.org/2001/XMLSchema#integer")


def _named(network: Network, iri: str) -> tuple[Term, Term]:
    return Term("iri", iri), Term("literal", network.label(iri))
