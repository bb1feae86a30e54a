"""Fragility of predictions: each minimal hitting set takes one away when everything is reasoned and predicted anew."""

from __future__ import annotations

import json
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from test_fragility import RULES, KnownWitnesses, falls, lines, minimal, small, world

from glutkg.errors import LimitError, NotFoundError
from glutkg.fragility.analysis import FragilityAnalysis
from glutkg.fragility.hitting_sets import smallest_sets
from glutkg.fragility.prediction_provenance import PredictedConclusion
from glutkg.fragility.report import PREDICTED
from glutkg.mechanisms import LONGEST
from glutkg.mechanisms.network import Network
from glutkg.mechanisms.signed_prediction import predict
from glutkg.rdf.namespaces import BASE, PREFIXES
from glutkg.text.cells import terms

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Collection, Iterable

    from glutkg.api import KnowledgeGraph
    from glutkg.mechanisms.signed_prediction import Prediction
    from glutkg.store.graph import Graph

pytestmark = pytest.mark.xdist_group("fragility")
PAIRS = [
    ("memantine", "CSD"),
    ("glutamate", "neuronal activity"),
    ("carrageenan", "allodynia"),
    ("lamotrigine", "allodynia"),
]
UNMEASURED = [("lamotrigine", "allodynia"), ("ketamine", "migraine aura")]
"""Predictions that no finding tests, and that also rest on what settles or disputes a path."""


def references(made: FragilityAnalysis, claims: Iterable[str]) -> frozenset[str]:
    return frozenset(reference for claim in claims for reference in made.evidence.cites.get(claim, ()))


def conclusion(made: FragilityAnalysis, network: Network, prediction: Prediction) -> PredictedConclusion:
    return PredictedConclusion(made._step_claims(network), prediction, LONGEST)


# --- the shipped graph ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(kg: KnowledgeGraph) -> FragilityAnalysis:
    return kg.fragility_analysis


@pytest.fixture(scope="module")
def signed(kg: KnowledgeGraph) -> list[Prediction]:
    """The predictions of all measured outcomes that do not abstain."""
    return [test.prediction for test in kg.evaluate_predictions().tests if test.prediction.sign is not None]


@pytest.fixture(scope="module")
def several_signed(kg: KnowledgeGraph, signed: list[Prediction]) -> list[Prediction]:
    return [*signed, *(kg.predict(*pair) for pair in UNMEASURED)]


@pytest.mark.parametrize("part", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_prediction_stands_as_long_as_the_same_is_predicted_anew(
    kg: KnowledgeGraph, made: FragilityAnalysis, signed: list[Prediction], part: int
) -> None:
    """Every second reference is removed, all is reasoned anew, and all is predicted again."""
    every = sorted(references(made, made.evidence.cites))
    gone = made.evidence.gone(every[part::2])
    network = Network(world(kg.reasoned, kg.rules, gone), kg.folder)
    stands = {}
    for old in signed:
        new = predict(network, old.agent, old.goal)
        stands[old.agent, old.goal] = new.sign == old.sign
        assert conclusion(made, kg.network, old).stands(gone) == stands[old.agent, old.goal], old.ends
    assert set(stands.values()) == {True, False}


@pytest.mark.sample(1)
@pytest.mark.parametrize("pair", PAIRS, ids=" ".join)
def test_the_sets_are_those_found_by_removing_references_and_predicting_anew(
    kg: KnowledgeGraph, made: FragilityAnalysis, pair: tuple[str, str]
) -> None:
    """All sets of the references on which it rests; of many, those that are said to suffice, and some that are not."""
    old = kg.predict(*pair)
    found = made.of_prediction(old)
    several = sorted(found.references)

    def gone_wrong(some: frozenset[str]) -> bool:
        gone = made.evidence.gone(some)
        graph = made._reduced_graphs[1].with_claims(made.provenance.claims - gone, gone)
        return predict(Network(graph, kg.folder), old.agent, old.goal).sign != old.sign

    tried = [some for size in range(len(several) + 1) for some in map(frozenset, combinations(several, size))]
    if len(tried) > 12:
        tried = [*found.smallest, *(one - {min(one)} for one in found.smallest), *tried[:: len(tried) // 6]]
    for some in tried:
        assert gone_wrong(some) == any(one <= some for one in found.smallest), sorted(some)
    assert any(map(gone_wrong, found.smallest)) == bool(found.smallest)


def test_no_other_set_takes_a_prediction_away(
    kg: KnowledgeGraph, made: FragilityAnalysis, several_signed: list[Prediction]
) -> None:
    """By trying all sets; and only by its paths, without what settles and disputes, some would be wrong."""
    tried = noticed = 0
    for prediction in several_signed:
        one = conclusion(made, kg.network, prediction)
        several = references(made, one._claims)
        if len(several) > 8:
            continue
        found = made.of(one)
        assert set(found.smallest) == minimal(several, falls(one, made))
        noticed += set(smallest_sets(made.evidence, KnownWitnesses(tuple(one.witnesses())))) != set(found.smallest)
        tried += 1
    assert tried > 6
    assert noticed


def test_each_witness_gives_a_prediction_alone(
    kg: KnowledgeGraph, made: FragilityAnalysis, several_signed: list[Prediction]
) -> None:
    alone = 0
    for prediction in several_signed:
        one = conclusion(made, kg.network, prediction)
        for claims in one.witnesses():
            assert one.stands(one._claims - claims)
            assert not any(one.stands(one._claims - claims | {claim}) for claim in claims)
            alone += 1
    assert alone > 50


# --- small worlds -----------------------------------------------------------------------------------------------------

TERMS = """
glut:Increase glut:sign 1 ; rdfs:label "increase"@en . glut:Decrease glut:sign -1 ; rdfs:label "decrease"@en .
glut:Agonism rdfs:subClassOf glut:Agonism ; glut:signOnTarget glut:Increase .
glut:Antagonism rdfs:subClassOf glut:Antagonism ; glut:signOnTarget glut:Decrease .
glut:Established glut:certaintyRank 1 ; rdfs:label "established"@en .
review:s001 a glut:Sentence ; glut:partOfDocument source:d .
"""
CHAIN = """
claim:action a glut:MechanismOfAction ; glut:agent substance:a ; glut:action glut:Antagonism ; glut:target glut:T ;
  glut:cites review:ref-1 .
claim:role a glut:FunctionalRole ; glut:target glut:T ; glut:outcome glut:P ; glut:direction glut:Increase ;
  glut:cites review:ref-2 .
claim:cause a glut:Link , glut:CausalLink ; glut:cause glut:P ; glut:outcome glut:Q ; glut:direction glut:Increase .
"""
"""The agent holds down what raises P, and P raises Q."""
ENDS = PREFIXES["substance"] + "a", BASE + "Q"


def tiny(turtle: str) -> Graph:
    """A world whose claims are all affirmed, established, and of a sentence."""
    text = TERMS + turtle
    names = sorted({word for word in text.split() if word.startswith("claim:") and f"{word} a glut:" in text})
    common = "a glut:Claim , glut:AffirmedClaim ; glut:modality glut:Established ; glut:statedIn review:s001"
    return small(text + "".join(f"{name} {common} .\n" for name in names))


def anew(graph: Graph, gone: Collection[str]) -> int | None:
    return predict(Network(world(graph, RULES, gone), ROOT), *ENDS).sign


def by_trying(graph: Graph, made: FragilityAnalysis, sign: int) -> set[frozenset[str]]:
    every = references(made, made.evidence.cites)
    return minimal(every, lambda some: anew(graph, made.evidence.gone(some)) != sign)


@pytest.mark.parametrize("case", lines("mechanisms/fragile.tsv"), ids=lambda case: case[0])
def test_a_small_world_falls_with_what_it_should(case: tuple[str, ...]) -> None:
    _, told, sets, counts, turtle, why = case
    graph = tiny(CHAIN + turtle)
    made, network = FragilityAnalysis(graph, RULES), Network(graph, ROOT)
    prediction = predict(network, *ENDS)
    assert prediction.name == told
    assert prediction.sign is not None
    found = made.of_prediction(prediction)
    got = " | ".join(" ".join(sorted(name[-1] for name in one)) for one in found.smallest)
    assert got == sets.replace("none", ""), why
    assert " ".join(str(len(names)) for names in (found.references, found.claims, found.own)) == counts, why
    assert set(found.smallest) == by_trying(graph, made, prediction.sign)


CLAIMS = st.lists(
    st.one_of(
        st.tuples(
            st.just("MechanismOfAction ; glut:agent substance:a ; glut:target glut:{} ; glut:action glut:{}"),
            st.sampled_from("TU"),
            st.sampled_from(["Agonism", "Antagonism", "Modulation"]),
        ),
        st.tuples(
            st.just("FunctionalRole ; glut:target glut:{} ; glut:outcome glut:P ; glut:direction glut:{}"),
            st.sampled_from("TU"),
            st.sampled_from(["Increase", "Decrease", "Altered"]),
        ),
        st.tuples(
            st.just("ExperimentalFinding ; glut:agent substance:a ; glut:outcome glut:{} ; glut:direction glut:{}"),
            st.sampled_from("PQ"),
            st.sampled_from(["Increase", "Decrease", "Altered"]),
        ),
        st.tuples(
            st.just("Assessment ; glut:assesses claim:c{} ; glut:judgement glut:{}"),
            st.sampled_from("0123"),
            st.just("Inconsistent"),
        ),
    ),
    min_size=1,
    max_size=5,
)
CITED = st.lists(st.sets(st.integers(1, 3), max_size=2), min_size=5, max_size=5)
GROUNDS = st.lists(st.one_of(st.none(), st.none(), st.none(), st.integers(0, 4)), min_size=5, max_size=5)


@given(CLAIMS, CITED, GROUNDS)
def test_in_any_small_graph_the_sets_are_those_found_by_trying_all(
    claims: list[tuple[str, str, str]], cited: list[set[int]], grounds: list[int | None]
) -> None:
    text = CHAIN
    for number, ((form, *words), cites, ground) in enumerate(zip(claims, cited, grounds, strict=False)):
        rests = "" if ground is None or ground == number else f" ; glut:restsOn claim:c{ground}"
        also = "".join(f" ; glut:cites review:ref-{reference}" for reference in cites)
        text += f"claim:c{number} a glut:{form.format(*words)}{rests}{also} .\n"
    graph = tiny(text)
    network = Network(graph, ROOT)
    prediction = predict(network, *ENDS)
    if prediction.sign is not None:
        made = FragilityAnalysis(graph, RULES)
        found = made.of_prediction(prediction)
        assert set(found.smallest) == by_trying(graph, made, prediction.sign)
        assert found.claims


# --- what cannot be told, and what people see -------------------------------------------------------------------------


def test_an_abstention_has_nothing_to_take_away(kg: KnowledgeGraph) -> None:
    with pytest.raises(NotFoundError, match=r"abstains \(sign missing\), so there is nothing to take away"):
        kg.fragility_of_prediction("memantine", "migraine")


def test_too_many_paths_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = tiny(CHAIN)
    made, network = FragilityAnalysis(graph, RULES), Network(graph, ROOT)
    prediction = predict(network, *ENDS)
    monkeypatch.setattr("glutkg.mechanisms.search.MOST", 1)
    with pytest.raises(LimitError, match="--longest"):
        made.of_prediction(prediction)


@pytest.mark.slow
def test_python_analyses_one_and_all(kg: KnowledgeGraph, made: FragilityAnalysis, signed: list[Prediction]) -> None:
    findings = kg.fragility_of_predictions()
    assert findings.columns == PREDICTED
    rows = {
        (agent.value, goal.value): found
        for cells, found in findings.rows
        for agent, goal in [(*terms(cells[0]), *terms(cells[2]))]
    }
    assert set(rows) == {(prediction.agent, prediction.goal) for prediction in signed}
    one = kg.predict("memantine", "CSD")
    assert rows[one.agent, one.goal] == kg.fragility_of_prediction("memantine", "CSD")
    least = [found.least or 99 for _, found in findings.rows]
    assert least == sorted(least)


def test_a_bound_on_the_length_counts_for_fragility_too(kg: KnowledgeGraph) -> None:
    long, short = (kg.fragility_of_prediction("memantine", "cutaneous allodynia", bound) for bound in (LONGEST, 4))
    assert short.claims < long.claims
    assert short.smallest != long.smallest


@pytest.mark.slow
def test_the_command_gives_the_same(run: Callable[..., subprocess.CompletedProcess[str]], kg: KnowledgeGraph) -> None:
    done = run("fragility", "--predict", "memantine", "CSD")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("memantine → cortical spreading depolarization: decrease is predicted\n")
    assert "hypothesis" in done.stdout
    assert "1. reference 53 of the review\n" in done.stdout
    told = json.loads(run("fragility", "--predict", "memantine", "CSD", "--format", "json").stdout)
    (row,) = told["results"]["bindings"]
    assert (row["fallsWith"]["value"], row["predicted"]["value"]) == ("1", "decrease")
    assert row["smallestSets"]["value"].endswith("#ref-53")


CALLS = [
    ("--predict memantine migraine", "nothing to take away"),
    ("--predict memantine", "--predict AGENT OUTCOME"),
    ("--predict", "--predict AGENT OUTCOME"),
    ("--predict --all memantine CSD", "--predict AGENT OUTCOME"),
    ("--predict --question effects-where-receptor-is-found", "not for both"),
    ("--predict --row 1 memantine CSD", "--question"),
    ("--predict memantine mGlu5", "is not an outcome or condition"),
    ("memantine lowers CSD --longest 3", "--predict"),
]


@pytest.mark.parametrize(("words", "message"), CALLS, ids=[words for words, _ in CALLS])
def test_a_wrong_call_says_what_to_write(
    run: Callable[..., subprocess.CompletedProcess[str]], words: str, message: str
) -> None:
    done = run("fragility", *words.split())
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert (done.returncode, done.stdout) == (2, "")
