"""Fragility: each minimal hitting set takes its conclusion away when everything is reasoned anew, and no part does."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from glutkg.errors import LimitError, RuleError, UsageError
from glutkg.fragility.analysis import FragilityAnalysis
from glutkg.fragility.hitting_sets import Evidence, InferredTriple, fragility, smallest_sets
from glutkg.fragility.why_provenance import WhyProvenance, why_provenance
from glutkg.questions.answer_changes import keyed
from glutkg.questions.answering import ask
from glutkg.questions.question import find_question
from glutkg.rdf.namespaces import BASE, PREFIXES, STATED_GRAPH, expand
from glutkg.reasoning.load_and_reason import materialise
from glutkg.reasoning.rule import Rule, read_rule
from glutkg.resources import data_folder
from glutkg.store.graph import Graph
from glutkg.store.sources import Source

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Collection, Iterable, Sequence

    from glutkg.api import KnowledgeGraph
    from glutkg.fragility.hitting_sets import Witnessed
    from glutkg.fragility.row_provenance import ReducedAnswers
    from glutkg.questions.question import Question
    from glutkg.rdf.terms import Triple

pytestmark = pytest.mark.xdist_group("fragility")  # the provenance are worked out once for all of these
Sets = set[frozenset[str]]


def lines(name: str) -> list[tuple[str, ...]]:
    text = (ROOT / "tests" / name).read_text(encoding="utf-8")
    return [tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#")]


def world(graph: Graph, rules: Iterable[Rule], gone: Collection[str]) -> Graph:
    """Reason anew over what is stated, without the claims that are gone."""
    stated = [triple for triple in graph.triples(graph=STATED_GRAPH) if triple[0].value not in gone]
    made = Graph()
    for name in (None, STATED_GRAPH):
        made.put(stated, name)
    materialise(made, list(rules))
    return made


def left(graph: Graph, provenance: WhyProvenance, gone: Collection[str]) -> set[Triple]:
    """What should be left by the provenance: all that rests on no claim, and what still follows of the rest."""
    free = {triple for triple in graph.triples() if triple not in provenance.table}
    return free | {triple for triple in provenance.table if provenance.follows(triple, gone)}


def minimal(references: Collection[str], falls: Callable[[frozenset[str]], bool]) -> Sets:
    """Try all sets of references; give those that take something away of which no part does."""
    found: Sets = set()
    for size in range(len(references) + 1):
        for some in map(frozenset, combinations(sorted(references), size)):
            if not any(smaller <= some for smaller in found) and falls(some):
                found.add(some)
    return found


def falls(conclusion: Witnessed, made: FragilityAnalysis) -> Callable[[frozenset[str]], bool]:
    return lambda some: not conclusion.stands(made.evidence.gone(some))


class KnownWitnesses(NamedTuple):
    """A conclusion that is given by its witnesses."""

    sets: tuple[frozenset[str], ...]

    def stands(self, gone: Collection[str]) -> bool:
        return any(claims.isdisjoint(gone) for claims in self.sets)

    def witness(self, gone: Collection[str], rank: Callable[[frozenset[str]], int]) -> frozenset[str] | None:
        return min((claims for claims in self.sets if claims.isdisjoint(gone)), key=rank, default=None)

    def witnesses(self) -> Sequence[frozenset[str]]:
        return self.sets


# --- the shipped graph ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(kg: KnowledgeGraph) -> FragilityAnalysis:
    return kg.fragility_analysis


@pytest.fixture(scope="module", params=[120, pytest.param(1, marks=pytest.mark.slow)])
def answers(
    request: pytest.FixtureRequest, kg: KnowledgeGraph, made: FragilityAnalysis, seed: int
) -> list[tuple[Question, ReducedAnswers]]:
    """The answers to one question in forty, or to all, with what their rows rest on."""
    return [
        (question, made.answers(question, {})) for question in kg.questions()[seed % request.param :: request.param]
    ]


@pytest.mark.slow
def test_witnesses_give_what_is_left_when_references_go(
    kg: KnowledgeGraph, made: FragilityAnalysis, answers: list[tuple[Question, ReducedAnswers]]
) -> None:
    """Every second reference is removed; all triples, and the rows of all answers, are as if reasoned anew."""
    references = sorted({reference for cited in made.evidence.cites.values() for reference in cited})
    gone = made.evidence.gone(references[::2])
    reasoned = world(kg.reasoned, kg.rules, gone)
    assert len(gone) > 30
    assert set(reasoned.triples()) == left(kg.reasoned, made.provenance, gone)
    for question, answer in answers:
        assert set(answer.without(gone)) == set(keyed(ask(reasoned, question, {}), answer.columns)), question.name


@pytest.mark.slow
def test_with_all_claims_everything_is_left(kg: KnowledgeGraph, made: FragilityAnalysis) -> None:
    today = set(kg.reasoned.triples())
    assert left(kg.reasoned, made.provenance, ()) == today
    unaware = {
        triple: tuple(way._replace(unless=frozenset()) for way in ways)
        for triple, ways in made.provenance.table.items()
    }
    assert left(kg.reasoned, replace(made.provenance, table=unaware), ()) != today


def test_no_other_set_takes_a_conclusion_away(made: FragilityAnalysis) -> None:
    """By trying all sets; and a support left out would be noticed."""
    tried = noticed = 0
    for triple in made.triples():
        ways = made.provenance.of(triple)
        found = made.of_triple(triple)
        if len(found.references) > 8:
            continue
        expected = minimal(found.references, falls(InferredTriple(ways, made.provenance), made))
        assert set(found.smallest) == expected, triple
        short = InferredTriple(ways[1:], made.provenance)
        noticed += set(smallest_sets(made.evidence, short)) != expected
        tried += 1
    print(f"\n{tried} conclusions tried; {noticed} fall with other sets when a support is forgotten")
    assert tried > 200
    assert noticed > 100


@pytest.mark.parametrize("case", lines("fragility.tsv"), ids=" ".join)
def test_a_conclusion_rests_on_what_it_should(kg: KnowledgeGraph, case: tuple[str, ...]) -> None:
    subject, relation, object_, sets, counts = case
    found = kg.fragility(subject, relation, object_)
    got = " | ".join(" ".join(sorted(name.rpartition("-")[2] for name in one)) for one in found.smallest)
    assert got == sets.replace("none", "")
    numbers = (found.references, found.species, found.designs, found.claims, found.own)
    assert " ".join(str(len(names)) for names in numbers) == counts
    assert bool(found.own) == bool(found.documents)


ROWS = ("effects-where-receptor-is-found", "what-changes-an-outcome", "receptors-without-compound")


@pytest.mark.sample(1)
@pytest.mark.parametrize("name", ROWS)
def test_no_other_set_takes_a_row_away(kg: KnowledgeGraph, made: FragilityAnalysis, name: str) -> None:
    (question,) = (question for question in kg.questions() if question.name == name)
    answers = made.answers(question, {})
    tried = 0
    for row in answers.rows():
        found = made.of(row)
        if len(found.references) <= 4:
            assert set(found.smallest) == minimal(found.references, falls(row, made))
            tried += 1
    assert tried


def test_a_row_that_is_not_there_is_refused(kg: KnowledgeGraph) -> None:
    findings = kg.fragility_of_answer("compounds-at-receptor", receptor="mGlu5")
    assert findings.only(1) == findings
    for number in (0, 2):
        with pytest.raises(UsageError, match=f"has 1 rows; there is no row {number}"):
            findings.only(number)


def test_the_answer_that_is_analysed_is_the_answer(
    kg: KnowledgeGraph, answers: list[tuple[Question, ReducedAnswers]]
) -> None:
    for question, answer in answers:
        assert answer.table == kg.ask(question.name), question.name


def test_the_steps_of_a_conflict_are_no_conclusions(kg: KnowledgeGraph, made: FragilityAnalysis) -> None:
    found = {triple[1].value for triple in made.triples()}
    assert found
    assert found.isdisjoint(kg.reasoned.auxiliary())


def test_wider_conclusions_are_no_more_fragile_than_those_they_follow_from(made: FragilityAnalysis) -> None:
    narrow = made.triples()
    findings = made.of_triples(narrow)
    least = [found.least for _, found in findings.rows if found.least is not None]
    assert len(findings.rows) == len(narrow) > 250
    assert least == sorted(least)
    assert any(found.least is None for _, found in findings.rows)


# --- small worlds -----------------------------------------------------------------------------------------------------

_T = {
    name: f"<{expand(name)}>"
    for name in ("glut:agent", "glut:outcome", "glut:lowers", "glut:standing", "glut:Undisputed")
}
RULES = [
    *(
        read_rule(ROOT / "rules" / f"{name}.rq")
        for name in ("disputed-claim", "erroneous-claim", "transitivity", "undisputed-claim")
    ),
    Rule(
        "says",
        "says",
        "What an undisputed claim says.",
        3,
        entailed=False,
        head=("?agent", _T["glut:lowers"], "?outcome"),
        body=(
            ("?claim", _T["glut:standing"], _T["glut:Undisputed"]),
            ("?claim", _T["glut:agent"], "?agent"),
            ("?claim", _T["glut:outcome"], "?outcome"),
        ),
        stated_only=frozenset({1}),
    ),
]
HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
HEADER += "glut:lowers a owl:TransitiveProperty .\n"


def small(turtle: str) -> Graph:
    graph = Graph.of([Source(ROOT / "small.ttl", f"{STATED_GRAPH}/facts/small", HEADER + turtle)])
    materialise(graph, RULES)
    return graph


def claim(number: int, ends: tuple[int, int], cited: Collection[int], disputes: int | None) -> str:
    """Say that a lowers b; or dispute another claim instead."""
    says = f"glut:agent substance:x{ends[0]} ; glut:outcome substance:x{ends[1]}"
    if disputes is not None:
        says = f"glut:assesses claim:c{disputes} ; glut:judgement glut:Inconsistent"
    cites = "".join(f" ; glut:cites review:ref-{reference}" for reference in cited)
    return f"claim:c{number} a glut:Claim ; {says}{cites} .\n"


CLAIMS = st.lists(
    st.tuples(
        st.tuples(st.integers(0, 3), st.integers(0, 3)),
        st.sets(st.integers(1, 4), max_size=3),
        st.one_of(st.none(), st.none(), st.integers(0, 6)),
    ),
    min_size=1,
    max_size=7,
)


@given(CLAIMS, st.sets(st.integers(0, 6), max_size=1))
def test_in_any_small_graph_the_sets_are_those_found_by_trying_all(
    claims: list[tuple[tuple[int, int], set[int], int | None]], slips: set[int]
) -> None:
    graph = small(
        "".join(claim(number, *parts) for number, parts in enumerate(claims))
        + "".join(f"source:slip{n} glut:misstates claim:c{n} .\n" for n in slips)
    )
    evidence, provenance = Evidence(graph), why_provenance(graph, RULES)
    references = frozenset(reference for cited in evidence.cites.values() for reference in cited)
    worlds = {
        some: set(world(graph, RULES, evidence.gone(some)).triples())
        for size in range(len(references) + 1)
        for some in map(frozenset, combinations(sorted(references), size))
    }
    for some, triples in worlds.items():
        assert triples == left(graph, provenance, evidence.gone(some))
    for triple in graph.triples(None, BASE + "lowers"):
        found = fragility(evidence, InferredTriple(provenance.of(triple), provenance))
        without = {some for some, triples in worlds.items() if triple not in triples}
        assert set(found.smallest) == minimal(references, without.__contains__)


def test_what_a_removal_restores_is_counted() -> None:
    """Reference 1 carries a claim and the doubt about another, that reference 2 carries: both must go."""
    graph = small(claim(0, (0, 1), {1}, None) + claim(1, (0, 1), {2}, None) + claim(2, (0, 0), {1}, 1))
    evidence, provenance = Evidence(graph), why_provenance(graph, RULES)
    (triple,) = graph.triples(None, BASE + "lowers")
    found = fragility(evidence, InferredTriple(provenance.of(triple), provenance))
    assert [sorted(name[-5:] for name in one) for one in found.smallest] == [["ref-1", "ref-2"]]
    assert [name[-2:] for name in found.claims] == ["c0"]
    assert found.reading == "falls only with all of 2 references", "also of the one on which it does not rest"
    blind = InferredTriple(tuple(way for way in provenance.of(triple) if not way.unless), provenance)
    assert len(smallest_sets(evidence, blind)[0]) == 1


def test_a_claim_without_a_reference_rests_on_its_document() -> None:
    graph = small(
        claim(0, (0, 1), {1}, None)
        + claim(1, (0, 1), set(), None)
        + "claim:c1 glut:statedIn review:s001 . review:s001 glut:partOfDocument source:d .\n"
    )
    evidence, provenance = Evidence(graph), why_provenance(graph, RULES)
    (triple,) = graph.triples(None, BASE + "lowers")
    found = fragility(evidence, InferredTriple(provenance.of(triple), provenance))
    assert found.smallest == ()
    assert found.least is None
    assert [name.rpartition("/")[2] for name in (*found.own, *found.documents)] == ["c1", "d"]
    assert "document" in found.reading


@pytest.mark.parametrize(
    "filters",
    ["FILTER NOT EXISTS { ?claim <e:p>/<e:q> ?other }", "FILTER NOT EXISTS { GRAPH <e:g> { ?claim <e:p> ?x } }"],
)
def test_an_exception_that_cannot_be_read_is_refused(filters: str) -> None:
    graph = small(claim(0, (0, 1), {1}, None))
    with pytest.raises(RuleError, match="rule 'odd' cannot be read"):
        why_provenance(graph, [*RULES, replace(RULES[-1], name="odd", filters=(filters,))])


def test_an_exception_that_rests_on_an_exception_is_refused() -> None:
    graph = small(claim(0, (0, 1), {1}, None) + claim(1, (0, 1), {2}, 0))
    lowers = f"FILTER NOT EXISTS {{ ?agent {_T['glut:lowers']} ?outcome }}"
    odd = replace(RULES[-1], name="odd", stratum=4, filters=(lowers,), head=("?agent", "<e:odd>", "?outcome"))
    with pytest.raises(RuleError, match="rests on another exception"):
        why_provenance(graph, [*RULES, odd])


# --- predictions, limits, words ---------------------------------------------------------------------------------------


def test_a_conclusion_given_by_its_witnesses_is_analysed_too() -> None:
    graph = small("".join(claim(number, (0, 1), {number}, None) for number in range(1, 5)))
    one, two, three, four = (PREFIXES["claim"] + f"c{number}" for number in range(1, 5))
    found = fragility(Evidence(graph), KnownWitnesses((frozenset({one, two}), frozenset({three, four}))))
    assert sorted(sorted(name[-1] for name in some) for some in found.smallest) == [
        list(x) for x in ("13", "14", "23", "24")
    ]
    assert found.reading == "falls only with 2 of 4 references"


def test_too_many_sets_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = small("".join(claim(number, (0, 1), {number}, None) for number in range(1, 5)))
    monkeypatch.setattr("glutkg.fragility.hitting_sets.MAX_TRIES", 2)
    with pytest.raises(LimitError, match="narrower"):
        smallest_sets(
            Evidence(graph),
            KnownWitnesses((frozenset({PREFIXES["claim"] + "c1"}), frozenset({PREFIXES["claim"] + "c2"}))),
        )


def test_a_row_that_rests_on_too_many_claims_is_refused(
    made: FragilityAnalysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glutkg.fragility.row_provenance.MAX_CLAIMS", 1)
    question = find_question(data_folder(), "effects-where-receptor-is-found")
    with pytest.raises(LimitError, match="may rest on any of 3 claims"):
        made.of_answer(question, {})


CALLS = [
    ("", 2, "Name a triple"),
    ("--all memantine", 2, "Name a triple"),
    ("memantine lowers", 2, "2 were given"),
    ("memantine antagonises mGlu5", 2, "does not hold"),
    ("memantine antagonises mGlu55", 2, "mGlu5"),
    ("--all --row 1", 2, "--question"),
    ("--question effects-where-receptor-is-found mGlu5", 2, "parameter=mGlu5"),
    ("--question effects-where-receptor", 2, "effects-where-receptor-is-found"),
]


@pytest.mark.parametrize(("words", "code", "message"), CALLS, ids=[call[0] or "nothing" for call in CALLS])
def test_a_wrong_call_says_what_to_write(
    run: Callable[..., subprocess.CompletedProcess[str]], words: str, code: int, message: str
) -> None:
    done = run("fragility", *words.split())
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == code
    assert done.stdout == ""
