"""Why and why not, in the lines that people read first: on what it rests, how sure it is, and what is against it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from glutkg.explain.explainer import claims_of
from glutkg.explain.summary import MOST, claims_against, supports
from glutkg.explain.wording import Words
from glutkg.rdf.namespaces import BASE, STATED_GRAPH
from glutkg.text.documents import Heading, Items, Tree

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from glutkg.api import KnowledgeGraph
    from glutkg.text.documents import Document

    Run = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.xdist_group("summaries")  # what is proved for one is remembered for the others
TRIPLES = [
    ("memantine", "is a", "NMDA receptor antagonist"),
    ("memantine", "lowers", "CSD"),
    ("kainate receptor", "found in", "trigeminovascular system"),
    ("topiramate", "antagonises", "kainate receptor"),
]


def flat(document: Document) -> str:
    """The text of a document in one line, wherever it was broken."""
    return " ".join(document.text().split())


def heading(document: Document) -> str:
    (first,) = (block.text for block in document.blocks[:1] if isinstance(block, Heading))
    assert isinstance(first, str)
    return first


@pytest.fixture
def words(kg: KnowledgeGraph) -> Words:
    return Words(kg.reasoned, kg.files)


@pytest.mark.parametrize("asked", TRIPLES, ids=" ".join)
def test_the_first_line_of_why_answers_with_all_claims_behind_it(
    kg: KnowledgeGraph, asked: tuple[str, str, str]
) -> None:
    document, every = kg.why(*asked).document(), kg.why(*asked, limit=50)
    assert every.complete
    assert heading(document).startswith(
        f"Yes: {Words(kg.reasoned, kg.files).triple(every.proof.triple)}; by {len(every.claims)} claim"
    )
    assert not any(isinstance(block, Tree) for block in document.blocks)
    named = next(block for block in document.blocks if isinstance(block, Items))
    assert len(named.items) == min(len(every.claims), MOST + 1)


def test_a_conclusion_is_as_sure_as_its_surest_proof_and_a_proof_as_its_least_sure_claim(kg: KnowledgeGraph) -> None:
    several = kg.why("memantine", "lowers", "CSD")
    several_claims = kg.why("memantine", "lowers", "CSD", limit=50).claims
    sure = [one.certainty for one in supports(Words(kg.reasoned, kg.files), several_claims)]
    assert (sure[0], sure[-1]) == ("established", "reported"), "else nothing is shown"
    assert "; by 3 claims, at best established" in flat(several.document())
    together = kg.why_row("effects-where-receptor-is-found")
    assert "; by 3 claims together, reported" in flat(together.document())
    assert "established" in flat(together.document())


def test_in_whom_and_on_which_references_is_said_and_also_that_it_is_not(kg: KnowledgeGraph) -> None:
    several = flat(kg.why("memantine", "lowers", "CSD").document())
    assert "In whom: non-human animal; 2 claims name no species" in several
    assert "References: 50 of the review Against" in several
    alone = flat(kg.why("topiramate", "antagonises", "kainate receptor").document())
    assert "In whom: no species named References: none; the claim cites none" in alone
    assert "(established; review s050, no reference)" in alone
    assert "no reference" not in several


@pytest.mark.parametrize("asked", TRIPLES, ids=" ".join)
def test_a_claim_is_said_to_have_no_reference_where_it_cites_none(
    kg: KnowledgeGraph, words: Words, asked: tuple[str, str, str]
) -> None:
    for one in supports(words, claims_of(kg.reasoned, kg.why(*asked, limit=50).proofs)):
        cites = list(kg.reasoned.triples(one.claim, BASE + "cites", graph=STATED_GRAPH))
        assert one.source.endswith("no reference") == (not cites)
        assert len(one.references) == len(cites)


AGAINST = [
    ("topiramate-kainate-antagonist-csd", {"conflict/topiramate-mechanism-article-review"}),
    ("memantine-csd-animal-models", set()),
    ("topiramate-effective-preventive-migraine", set()),
    ("magnesium-iv-acute-in-use", {"claim/magnesium-iv-acute-evidence-not-strong"}),
    ("lamotrigine-inhibits-glutamate-release", set()),
]


@pytest.mark.parametrize(("claim", "against"), AGAINST, ids=[claim for claim, _ in AGAINST])
def test_what_speaks_against_a_claim_is_found_and_nothing_else(
    kg: KnowledgeGraph, words: Words, claim: str, against: set[str]
) -> None:
    """Trials in mania say nothing against the prevention of migraine; an open matter of which receptor, none either."""
    found = claims_against(words, [f"{BASE}claim/{claim}"], kg.folder)
    assert {one.removeprefix(BASE) for one in found} == against


def test_what_is_against_a_conclusion_stands_below_it(kg: KnowledgeGraph) -> None:
    assert "Against it: nothing in the graph" in flat(kg.why("memantine", "lowers", "CSD").document())
    contested = flat(kg.why("topiramate", "antagonises", "kainate receptor").document())
    assert "Against it: Topiramate modulates glutamate release in the article" in contested
    assert "nothing in the graph" not in contested


def test_what_is_stated_or_follows_from_terms_alone_says_so(kg: KnowledgeGraph) -> None:
    stated = kg.why("memantine", "is a", "drug").document().text()
    assert stated.startswith("Yes: memantine – is a – drug; it is stated\nStated in facts/substances.ttl:")
    terms = kg.why("lamina I", "part of", "trigeminovascular system").document().text()
    assert terms.startswith("Yes: lamina I – part of – trigeminovascular system; no claim is needed for it\n")
    assert "lamina I – part of – " in terms.partition("\n")[2], "what the ontology states is named"
    assert "ontology/anatomy.ttl:" in terms


def test_a_claim_that_is_not_in_force_is_never_named_without_saying_so(kg: KnowledgeGraph, words: Words) -> None:
    shown = flat(kg.why_not("nucleus raphe magnus", "part of", "midbrain").document())
    assert "counted among the regions of the midbrain (established, erroneous; review s065" in shown
    standing = {one.claim: one.standing for one in supports(words, kg.network.not_in_force)}
    assert standing == kg.network.not_in_force
    assert {one.standing for one in supports(words, kg.why("memantine", "lowers", "CSD").claims)} == {""}


@pytest.mark.parametrize(
    ("asked", "reason", "also"),
    [
        (
            ("memantine", "approved for", "migraine"),
            "a claim in force denies it; since claim 1 – has result – not approved",
            "Alzheimer's disease",
        ),
        (
            ("LY293558", "lowers", "plasma protein extravasation"),
            "nothing in force decides it; since claim 1 – has standing – dismissed",
            "claim 2: Plasma protein extravasation has been dismissed",
        ),
        (
            ("mGlu2 receptor", "found in", "thalamus"),
            "nothing in force decides it; no claim says so",
            "It holds of the wider class",
        ),
        (
            ("trigeminal ganglion", "part of", "brain"),
            "nothing in force decides it; "
            "in its place stands: trigeminal ganglion – part of – peripheral nervous system",
            "",
        ),
        (
            ("channel blocker", "kind of", "glutamate receptor antagonist"),
            "nothing in force decides it; nothing states it",
            "channel blocker: A substance that stops the flow of ions through a channel.",
        ),
        (
            ("topiramate", "lowers", "migraine"),
            "nothing in force decides it; no claim says so",
            "A claim names both, but states something else",
        ),
        (
            ("ketamine", "approved for", "migraine"),
            "the documents name the question and do not decide it; since claim 1 – has modality – insufficient; "
            "since claim 1 – has result – not endorsed",
            "the evidence is too thin",
        ),
        (
            ("memantine", "raises", "CSD"),
            "a claim in force says the opposite, which speaks against it; since claim 1 – has direction – decrease "
            "(axiom: decrease – excludes – increase)",
            "holds cortical spreading depol",
        ),
        (
            ("lanepitant", "raises", "clinical efficacy"),
            "a claim in force denies it; since claim 1 – has result – absence of effect shown; "
            "since claim 1 – has outcome – clinical efficacy; since claim 1 – has direction – no change",
            "failed to show clinical efficacy",
        ),
        (
            ("topiramate", "lowers", "clinical efficacy"),
            "a claim in force says the opposite, which speaks against it; since claim 1 – has outcome – "
            "clinical efficacy (axiom: clinical efficacy – excludes – biological outcome); "
            "since claim 1 – has direction – increase (axiom: increase – excludes – decrease)",
            "effective in the preventive treatment",
        ),
        (
            ("memantine", "agonises", "NMDA receptor"),
            "a claim in force says the opposite, which speaks against it; since claim 1 – has action – pore block "
            "(axiom: inhibition – excludes – activation)",
            "",
        ),
        (
            ("topiramate", "activates", "GABA receptor"),
            "the documents name the question and do not decide it; since claim 1 – has modality – possible",
            "",
        ),
        (
            ("ketamine", "effective in", "migraine aura"),
            "nothing in force decides it; since claim 1 – has outcome – duration or severity of the aura; "
            "since claim 1 – has direction – decrease",
            "stop prolonged migraine aura",
        ),
        (
            ("ketamine", "raises", "clinical efficacy"),
            "nothing in force decides it; since claim 1 – has outcome – antidepressant effect",
            "",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_the_first_line_of_whynot_answers(
    kg: KnowledgeGraph, asked: tuple[str, str, str], reason: str, also: str
) -> None:
    document = kg.why_not(*asked).document()
    """What is only possible, or is about another outcome, denies nothing; the opposite is not the same as a denial."""
    begins = {
        "a claim in force denies": "No",
        "a claim in force says": "No claim says so",
        "the documents": "Left open",
    }
    answer = next((one for start, one in begins.items() if reason.startswith(start)), "Unknown, and not false")
    assert heading(document).startswith(f"{answer}: ")
    assert heading(document).endswith(f"; {reason}")
    assert also in flat(document)
    assert "✗" not in flat(document)
    assert "hypothalamus" not in flat(document), "what is part of the brain besides says nothing of a ganglion"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (
            ("memantine", "is a", "receptor"),
            "memantine is a substance, which excludes target, and receptor",
        ),
        (
            ("GluN1 subunit", "kind of", "receptor"),
            "GluN1 subunit is a kind of receptor subunit, which excludes receptor",
        ),
        (("NMDA receptor", "kind of", "AMPA receptor"), "NMDA receptor excludes AMPA receptor"),
        (
            ("mGlu5 receptor", "kind of", "group III metabotropic glutamate receptor"),
            "mGlu5 receptor is a kind of group I metabotropic glutamate receptor, which excludes group III",
        ),
        (("claim:csd-substrate-of-aura", "is a", "localization"), "claim 1 is a link, which excludes localization"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_the_first_line_of_whynot_names_the_classes_that_exclude_each_other(
    kg: KnowledgeGraph, asked: tuple[str, str, str], answer: str
) -> None:
    assert heading(kg.why_not(*asked).document()).startswith(f"No, the ontology excludes it: {answer}")


def test_the_proof_is_given_on_request_and_programs_get_it_always(run: Run) -> None:
    asked = ("why", "memantine", "lowers", "CSD")
    assert "└─" not in run(*asked).stdout
    for more in (["--proof"], ["--all"], ["--limit", "2"]):
        assert "└─" in run(*asked, *more).stdout
    plain, proved = (run(*asked, *more, "--format", "json").stdout for more in ([], ["--proof"]))
    assert plain == proved
    assert json.loads(plain)["proofs"][0]["size"] > 10
    absent = ("whynot", "memantine", "approved for", "migraine")
    assert "✗" not in run(*absent).stdout
    assert "✗" in run(*absent, "--proof").stdout


@pytest.mark.parametrize(
    ("called", "first", "also"),
    [
        ("GluR5", "'GluR5' is another name of GluK1 subunit.", "glutkg show 'GluK1 receptor'"),
        ("GluK1", "'GluK1' is another name of GluK1 receptor.", "glutkg show 'GluK1 subunit'"),
        ("AMPA", "'AMPA' is another name of AMPA receptor.", "glutkg show glutamate"),
        ("kainate", "'kainate' is another name of kainate receptor.", "not the agonist after which it is named"),
        ("MK-801", "'MK-801' is another name of dizocilpine.", ""),
        ("AMPA receptor", "ionotropic glutamate receptor", ""),
        ("glut:AMPAReceptor", "ionotropic glutamate receptor", ""),
    ],
)
def test_who_uses_another_name_is_told_of_what_it_is_one_and_what_may_be_meant(
    kg: KnowledgeGraph, called: str, first: str, also: str
) -> None:
    shown = kg.show(called).what
    assert shown[0] == first
    assert also in " ".join(shown)
    assert (" is another name of " in " ".join(shown)) == ("another name" in first)
