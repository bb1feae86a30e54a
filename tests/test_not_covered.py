"""Of what is asked for and not here it is said that it is not covered, with what is nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

if TYPE_CHECKING:
    from command_runs import Run

    from glutkg.api import KnowledgeGraph

NOT_COVERED = {
    text: told.split(" … ") if told else []
    for text, told in (line.split("\t") for line in (ROOT / "tests/search/not-covered.tsv").read_text().splitlines())
}
"""Words with what is said of them where nothing here is on them, in parts; nothing where something is."""


def test_what_is_not_covered_is_said_with_what_is_nearest(kg: KnowledgeGraph) -> None:
    """And nothing is said of what is there, be it misspelt."""
    told = {text: kg.finder.not_covered.of(text) for text in NOT_COVERED}
    wrong = {text for text, parts in NOT_COVERED.items() if not all(part in told[text] for part in parts)}
    assert not wrong, {text: told[text] for text in wrong}
    assert [text for text, parts in NOT_COVERED.items() if not parts and told[text]] == []


def test_every_command_that_is_given_words_says_first_what_is_not_covered(run: Run) -> None:
    for command in ("find", "ask", "questions"):
        assert run(command, "trials of Depakote in migraine").stdout.startswith("Not covered: 'Depakote'."), command
    assert (
        run("show", "FHM2")
        .stdout.splitlines()[1]
        .startswith("Not covered: no sentence of the documents names familial")
    )
    assert run("ask", "drugs-in-condition", "FHM2").stdout.startswith(
        "Not covered: no sentence of the documents names familial"
    )
    assert not run("ask", "drugs-in-condition", "epilepsy").stdout.startswith("Not covered")
    for command in ("show", "ask"):
        done = run(command, "erenumab")
        assert (done.returncode, done.stderr.startswith("glutkg: Not covered: 'erenumab'.")) == (2, True)


def test_what_a_claim_states_is_covered(kg: KnowledgeGraph) -> None:
    """The table of what no claim states looks at the claims: with a property that one has, nothing is told."""
    query = (ROOT / "queries/search/never-stated.rq").read_text()
    subjects = kg.reasoned.select(query).column("subject")
    assert "amounts of a dose" in subjects
    assert "amounts of a dose" not in kg.reasoned.select(query.replace("glut:doseAmount", "glut:dose")).column(
        "subject"
    )


@pytest.mark.parametrize(
    ("command", "word", "as_name"),
    [("ask", "Neurontin", True), ("ask", "pregnancy", False), ("show", "Depakote", True), ("show", "ketamin", False)],
)
def test_a_word_that_may_be_a_trade_name_gets_the_word_on_generic_names(
    run: Run, command: str, word: str, as_name: bool
) -> None:
    done = run(command, word)
    assert done.returncode == 2
    assert word in done.stderr
    assert ("generic names" in done.stderr) == as_name


@pytest.mark.parametrize(
    "command",
    [
        ("ask", "drugs-in-condition", "--condition", "migraine", "--compound", "Neurontin"),
        ("why", "Neurontin", "lowers", "CSD"),
        ("path", "Neurontin", "CSD"),
    ],
    ids=lambda command: command[0],
)
def test_a_value_that_may_be_a_trade_name_gets_the_word_on_generic_names(run: Run, command: tuple[str, ...]) -> None:
    done = run(*command)
    assert done.returncode == 2
    assert done.stderr.endswith(
        "'Neurontin'. glutkg holds what two documents say on glutamate and migraine. Drugs have "
        "generic names here and few trade names: one may be here by another. Few authors are recorded. "
        "What there is: glutkg show drug, glutkg show condition, glutkg questions.\n"
    )


@pytest.mark.parametrize(("trade", "name"), [("Topamax", "topiramate"), ("namenda", "memantine")])
def test_a_drug_is_found_by_a_trade_name_that_is_known(kg: KnowledgeGraph, trade: str, name: str) -> None:
    assert kg.iri(trade) == kg.iri(name)
    assert kg.find(trade).things[0].label == name
    assert str(kg.ask("findings-of-compound", compound=trade)) == str(kg.ask("findings-of-compound", compound=name))


def test_a_name_that_ends_in_one_of_here_is_offered_what_there_is_on_that(run: Run) -> None:
    shown = run("ask", "esketamine").stdout
    assert shown.startswith("Not covered: 'esketamine'.")
    assert "glutkg ask safety-of-compound --compound ketamine\n" in shown
    assert shown.endswith("   glutkg show ketamine\n")


@pytest.mark.parametrize("words", ["Neurontin", "qwertz"])
def test_what_nothing_is_like_gets_no_guess(kg: KnowledgeGraph, words: str) -> None:
    found = kg.find(words)
    assert not len(found)
    assert not found.close
