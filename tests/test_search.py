"""Search by words, questions in one's own words, and what stands where an answer has no row."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.errors import NotFoundError
from glutkg.questions.answering import ask, has_rows
from glutkg.search.index import Entry, Index
from glutkg.search.suggested_commands import suggested_command

if TYPE_CHECKING:
    from command_runs import Run

    from glutkg.api import KnowledgeGraph

FIRST = {
    "aura": "migraine aura",
    "NMDA": "NMDA receptor",
    "mk801": "dizocilpine",
    "topira": "topiramate",
    "CSD": "cortical spreading depolarization",
    "GluN2B": "GluN2B subunit",
    "trial": "clinical trial",
    "trigeminal ganglion": "trigeminal ganglion",
    "ganglion trigeminal": "trigeminal ganglion",
    "CHEMBL1214124": "perampanel",
    "DB08883": "perampanel",
    "receptors": "receptor",
    "ionotropic receptors": "ionotropic glutamate receptor",
}
"""The thing that words must lead to first: whole names, synonyms, beginnings, words in another order."""
OWN_WORDS = [line.split("\t") for line in (ROOT / "tests/search/own-words.tsv").read_text().splitlines()]
"""Questions as people ask them, with the packaged ones that answer them."""

COMMANDS = dict(line.split("\t") for line in (ROOT / "tests/search/commands.tsv").read_text().splitlines())
"""Words that ask for another command than ask, with what is to be offered; nothing where what it needs is not named."""


@pytest.mark.parametrize("words", FIRST)
def test_words_lead_to_the_thing_that_they_name(kg: KnowledgeGraph, words: str) -> None:
    assert kg.find(words).things[0].label == FIRST[words]


@pytest.mark.parametrize("one_in", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_questions_in_ones_own_words_lead_to_packaged_ones(kg: KnowledgeGraph, one_in: int) -> None:
    """Nine of ten find one that answers them among the first three, eight of ten at the top."""
    asked = OWN_WORDS[::one_in]
    found = {text: [one.question.name for one in kg.finder.questions.nearest(text)] for text, _ in asked}
    among = {text for text, wanted in asked if set(found[text][:3]) & set(wanted.split(","))}
    first = {text for text, wanted in asked if found[text][0] in wanted.split(",")}
    assert len(among) >= 0.9 * len(found), sorted(set(found) - among)
    assert len(first) >= 0.8 * len(found), sorted(set(found) - first)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("Which compounds act on kainate receptors?", "compounds-at-receptor --receptor 'kainate receptor'"),
        ("what receptor does ketamine act on", "actions-of-compound --compound ketamine"),
        ("target of topiramate", "actions-of-compound --compound topiramate"),
        ("side effects of NMDA antagonists", "safety-of-compound --compound 'NMDA receptor antagonist'"),
        ("drug stopped because of liver toxicity", "safety-of-compound"),
        ("what blocks GluK1", "compounds-at-receptor --receptor 'GluK1 receptor'"),
        ("what happens when ketamine is given in aura", "findings-of-compound --compound ketamine"),
        ("topiramate through AMPA/kainate", "actions-of-compound --compound topiramate"),
        ("which trials compared with placebo", "clinical-trials --against placebo"),
        ("placebo", "clinical-trials --against placebo"),
        ("is there a selective ligand for GluK1", "compounds-at-receptor --receptor 'GluK1 receptor'"),
        (
            "is glutamate raised in plasma or saliva of chronic migraine patients",
            "biomarkers-of-condition --compound glutamate --compartment saliva --condition 'chronic migraine'",
        ),
        (
            "which glutamate drugs are approved for epilepsy",
            "use-status --compound 'glutamatergic medication' --condition epilepsy",
        ),
    ],
)
def test_what_is_named_is_filled_in_and_words_of_no_thing_are_not(kg: KnowledgeGraph, text: str, command: str) -> None:
    (first, *_) = kg.finder.questions.nearest(text)
    assert first.command == f"glutkg ask {command}"


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [("side effects of tezampanel", "safety-of-compound", 0), ("what blocks GluK1", "channel-blockers", -1)],
)
def test_the_nearest_question_is_offered_though_no_row_answers_it_first_where_no_other_is_near(
    kg: KnowledgeGraph, text: str, name: str, place: int
) -> None:
    found = kg.finder.questions.nearest(text)
    without = found.pop(place)
    assert without.question.name == name
    assert not without.has_rows
    assert found and all(one.has_rows for one in found)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("which drugs were tried in migraine", "compounds-without-clinical-test"),
        ("which drugs lower CSD", "biomarkers-under-treatment"),
        ("which genes are linked to migraine", "identifiers-of-targets"),
        ("ATP1A2", "drugs-against-variants"),
    ],
)
def test_what_is_offered_beside_the_nearest_takes_what_is_named(kg: KnowledgeGraph, text: str, without: str) -> None:
    offered = kg.finder.questions.nearest(text)
    assert all(one.values for one in offered)
    assert without not in {one.question.name for one in offered}


def test_a_question_of_all_that_has_the_words_is_offered_beside(kg: KnowledgeGraph) -> None:
    offered = kg.finder.questions.nearest("hypotheses on glutamate")
    assert "bearing-on-hypotheses" in {one.question.name for one in offered}


def test_what_a_question_is_asked_without_is_named(kg: KnowledgeGraph, run: Run) -> None:
    found = kg.finder.questions.nearest("can I give memantine to a patient with aura")
    assert ("clinical-evidence", ("memantine",)) in {(one.question.name, one.dropped) for one in found}
    assert "without memantine: with it there is no row" in " ".join(run("ask", "memantine for aura").stdout.split())
    assert not kg.finder.questions.nearest("is memantine approved for migraine")[0].dropped


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    "name", ["memantine", "MK-801", "migraine", "NMDA receptor", "FHM2", "ATP1A2", "CSD", "epilepsy"]
)
def test_whether_there_is_a_row_is_told_as_the_answer_tells_it(kg: KnowledgeGraph, name: str) -> None:
    iri = kg.iri(name)
    values = {
        one.question: {parameter: [iri] for parameter, _ in one.values} for one in kg.finder.questions.taking(iri)
    }
    told = {question.name: has_rows(kg.reasoned, question, given) for question, given in values.items()}
    assert told == {question.name: len(ask(kg.reasoned, question, given)) > 0 for question, given in values.items()}
    assert {*told.values()} == {True, False}


def test_a_value_that_leaves_no_row_is_not_filled_in(kg: KnowledgeGraph) -> None:
    """What is not approved would be hidden by a status that the question happens to name."""
    (first, *_) = kg.finder.questions.nearest("is memantine approved for migraine")
    assert (first.question.name, {name for name, _ in first.values}) == ("use-status", {"condition", "compound"})
    assert "not approved" in {row["resultLabel"] for row in kg.ask(first.question.name, **dict(first.values))}


@pytest.mark.slow
def test_what_is_suggested_can_be_asked(kg: KnowledgeGraph) -> None:
    for text, _ in OWN_WORDS[:12]:
        for one in kg.finder.questions.nearest(text):
            kg.ask(one.question.name, **dict(one.values))


@pytest.mark.parametrize("words", ["ktamine", "zzzzqq", "%%%", '"', "NEAR(", "a OR b*", "' --", "\x00", "🙂" * 5000])
def test_odd_words_find_something_else_or_nothing(kg: KnowledgeGraph, words: str) -> None:
    found = kg.find(words)
    assert len(found.text()) > 0


def test_small_words_find_nothing_of_their_own(kg: KnowledgeGraph) -> None:
    assert kg.find("the role of glutamate in the aura").claims == kg.find("role glutamate aura").claims
    assert kg.find("in").things, "unless there is nothing else"


def test_a_thing_that_is_found_comes_with_its_claims_by_whatever_name(kg: KnowledgeGraph) -> None:
    found = kg.find("mGluR5")
    counted = found.claim_counts[found.things[0].iri]
    assert counted == len(found.claims) > 20
    assert f"also mGlu5, mGluR5; {counted} claims)" in " ".join(found.text().split())


def test_a_misspelt_name_gets_the_name(kg: KnowledgeGraph) -> None:
    found = kg.find("ktamine")
    assert not found.things
    assert "ketamine" in found.close


def test_parts_are_found_only_where_they_stand() -> None:
    index = Index([Entry("a", "ketamine"), Entry("b", "memantine")])
    assert index.find("etami") == ["a"]
    assert index.find("xylo") == []


def test_questions_about_a_thing_come_first_with_most_to_tell(kg: KnowledgeGraph) -> None:
    about = {
        name: [one.question.name for one in kg.finder.questions.taking(kg.iri(name))]
        for name in ("ketamine", "migraine")
    }
    assert about["ketamine"][:3] == ["findings-of-compound", "safety-of-compound", "actions-of-compound"]
    assert about["migraine"][0] == "drugs-in-condition"
    assert about["migraine"].index("drugs-in-condition") < about["migraine"].index("biomarkers-in-both-phases")


@pytest.mark.parametrize("name", ["MK-801", "ATP1A2", "claim:mk801-csd-initiation"])
def test_what_show_offers_to_ask_has_an_answer(kg: KnowledgeGraph, name: str) -> None:
    offered = [shlex.split(command) for command in kg.show(name).questions]
    assert offered
    for _, command, *words in offered:
        if command == "ask":
            question, option, value = words
            assert len(kg.ask(question, **{option.removeprefix("--"): value})), words
        else:
            assert (command, words) == ("whatif", ["--without", name])


def test_a_match_shows_the_name_that_turtle_and_sparql_take(kg: KnowledgeGraph) -> None:
    assert "(condition; also aura; " in kg.find("aura").text()
    assert "glut:MigraineAura" in kg.find("aura").text()
    assert "substance:dizocilpine" in kg.find("MK-801").text()


def test_a_value_of_another_kind_is_told_where_those_of_the_kind_are_listed(run: Run) -> None:
    done = run("ask", "receptors-at-site", "--site", "glutamate")
    assert "'glutamate' is not a location. 'glutkg show location' lists what it takes." in done.stderr
    assert "central structure" in run("show", "location").stdout


def test_the_command_finds(run: Run) -> None:
    done = run("find", "kainate", "antagonist")
    assert done.returncode == 0
    assert done.stdout.startswith("THINGS\n   kainate receptor antagonist")
    found = json.loads(run("find", "aura", "--format", "json").stdout)
    assert found["things"][0]["label"] == "migraine aura"


def test_ask_offers_questions_for_words(run: Run) -> None:
    for arguments in (("ask", "which drugs were tried in migraine"), ("ask", "which", "drugs", "in", "migraine")):
        done = run(*arguments)
        assert done.returncode == 0
        assert "glutkg ask drugs-in-condition --condition migraine" in done.stdout
    assert run("ask", "drugs-in-conditon").returncode == 2, "a misspelt name is an error"
    assert run("ask", "conflcts").returncode == 2, "so is one of a single word"


def test_words_lead_to_another_command_where_one_does_what_they_ask_for(kg: KnowledgeGraph) -> None:
    found = {text: offered(kg, text) for text in COMMANDS}
    assert found == {text: command or None for text, command in COMMANDS.items()}


def offered(kg: KnowledgeGraph, text: str) -> str | None:
    return suggested_command(kg.reasoned, kg.folder, text, kg.finder.questions.things(text))


def test_ask_offers_the_other_command_first(run: Run) -> None:
    answer = run("ask", "compare memantine and ketamine").stdout
    assert answer.startswith("There is a command for this:\n   glutkg draw comparison memantine ketamine\n")
    assert "The packaged questions nearest to yours:" in answer
    assert "There is a command" not in run("ask", "which drugs were tried in migraine").stdout


@pytest.mark.slow
@pytest.mark.parametrize("command", sorted({command for command in COMMANDS.values() if command}))
def test_the_other_command_runs(run: Run, command: str) -> None:
    _, *arguments = shlex.split(command.replace("CLAIM", "claim:mk801-iv-sinus-tcc-cat"))
    assert run(*arguments).returncode == 0


def test_british_and_american_spelling_find_the_same(kg: KnowledgeGraph) -> None:
    assert kg.find("randomised").things == kg.find("randomized").things
    assert kg.find("randomised").things


@pytest.mark.parametrize(("name", "label"), [("magnesium", "magnesium"), ("MK-801", "dizocilpine")])
def test_ask_offers_questions_for_the_name_of_a_thing(run: Run, name: str, label: str) -> None:
    done = run("ask", name)
    assert done.returncode == 0
    assert f"glutkg ask actions-of-compound --compound {label}" in done.stdout
    assert done.stdout.endswith(f"What is known of each thing that you name:\n   glutkg show {label}\n")


def test_a_special_thing_is_filled_in_before_a_general_one(kg: KnowledgeGraph) -> None:
    found = kg.finder.questions.nearest("drug interactions of memantine")
    assert not [one for one in found if "drug" in dict(one.values).values()]
    assert kg.finder.questions.named("is ketamine's effect on the aura a drug effect") == ["ketamine", "migraine aura"]


def test_values_without_a_name_go_to_the_first_parameters(run: Run) -> None:
    assert run("ask", "compounds-at-receptor", "mGlu5").stdout == (
        run("ask", "compounds-at-receptor", "--receptor", "mGlu5").stdout
    )
    done = run("ask", "compounds-at-receptor", "mGlu5", "mGlu1")
    assert done.returncode == 2
    assert "one value too many" in done.stderr


def test_an_empty_answer_says_what_was_looked_for_and_what_to_ask_instead(kg: KnowledgeGraph, run: Run) -> None:
    answer = run("ask", "compounds-at-receptor", "--receptor", "GluK5").stdout
    assert "No row answers this question." in answer
    assert "The sources do not say" in answer
    assert "receptor: GluK5 subunit" in answer
    assert "left out" not in answer
    offered = [line.strip() for line in answer.splitlines() if line.strip().startswith("glutkg ask ")]
    assert offered
    assert all(len(kg.ask(line.split()[2], **{line.split()[3][2:]: "GluK5"})) for line in offered)
    assert run("ask", "compounds-at-receptor", "--receptor", "GluK5", "--format", "csv").stdout.count("\n") == 1


def test_an_empty_answer_names_the_claims_of_other_sources_that_it_leaves_out(run: Run) -> None:
    """Otherwise an absence of effect is counted below an answer that has none."""
    for question, given in (
        ("negative-findings", ("--compound", "topiramate")),
        ("clinical-evidence", ("--condition", "bipolar disorder")),
    ):
        answer = " ".join(run("ask", question, *given).stdout.split())
        assert "left out of the answer" in answer
        assert "glutkg show claim:accepted-topiramate-no-benefit-mania" in answer
        assert "sources do not say" not in answer


def test_an_empty_answer_points_first_to_the_question_that_has_rows_for_all_its_values(run: Run) -> None:
    answer = run("ask", "clinical-evidence", "--condition", "migraine", "--compound", "magnesium").stdout
    first = next(line.strip() for line in answer.splitlines() if line.strip().startswith("glutkg ask "))
    assert first == "glutkg ask uses-and-clinical-evidence --condition migraine --compound magnesium"


def test_the_list_of_questions_fits_80_columns(kg: KnowledgeGraph, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("questions").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert {question.name for question in kg.questions()} <= {line.split(" ")[0] for line in lines}
    assert "glutkg ask adverse-effects" in run("questions", "adverse", "effects").stdout


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("29508147", "the review"),
        ("10.1007/s13311-018-0616-5", "the review"),
        ("Hoffmann 2018", "the review"),
        ("reference 9", "reference 9 of the review"),
        ("10.1111/j.1468-2982.2008.01749.x", "reference 9 of the review"),
    ],
)
def test_a_paper_is_found_by_what_people_know_of_it(kg: KnowledgeGraph, words: str, found: str) -> None:
    assert kg.find(words).things[0].label == found
    if words[0].isdigit():
        assert kg.show(words).label == found


@pytest.mark.parametrize(
    "text", ["which subunits of the thalamus", "genes of memantine", "adverse effects of the mGlu7 receptor"]
)
def test_a_question_that_is_offered_has_a_row_when_it_is_asked(kg: KnowledgeGraph, text: str) -> None:
    offered = kg.finder.questions.nearest(text)
    assert offered
    for one in offered:
        assert len(kg.ask(one.question.name, **dict(one.values))), one.command


@pytest.mark.parametrize(
    ("name", "close"),
    [
        ("receptor antagonist", "'glutamate receptor antagonist'"),
        ("mGlu5 receptor antagonist", "'mGlu5 receptor'"),
        ("memantine and ketamine", "'memantine' or 'ketamine'"),
    ],
)
def test_a_name_that_is_not_there_gets_the_widest_with_it_and_those_within_it(
    kg: KnowledgeGraph, name: str, close: str
) -> None:
    with pytest.raises(NotFoundError, match=f"Did you mean {close}\\?$"):
        kg.iri(name)
