"""Claims of one's own, asked along with the graph: counted where they name a sentence, named where they do not."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from glutkg.changes.report import answers_as_json
from glutkg.mechanisms.wording import cited
from glutkg.rdf.namespaces import BASE, PREFIXES, RDF
from glutkg.rdf.terms import from_name
from glutkg.store.claims import papers
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from glutkg.api import KnowledgeGraph

    Run = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.xdist_group("own-files")
CLAIM = """claim:{name} a glut:ClinicalFinding ;
    rdfs:label "Ketamine was efficacious in chronic migraine in an invented trial, {name}"@en ;
    glut:agent substance:ketamine ;
    glut:outcome glut:ClinicalEfficacy ;
    glut:condition glut:ChronicMigraine ;
    glut:direction glut:Increase ;
    glut:species glut:Human ;
    glut:result glut:EffectShown ;
    glut:modality glut:Reported ;
    glut:statedIn {source} ."""

OPPOSED = """claim:opposed a glut:MechanismOfAction ;
    rdfs:label "Memantine is an agonist at ionotropic receptors, invented"@en ;
    glut:agent substance:memantine ;
    glut:action glut:Agonism ;
    glut:target glut:IonotropicGlutamateReceptor ;
    glut:result glut:Affirmed ;
    glut:modality glut:Reported ;
    glut:statedIn paper:s001 ."""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a sentence without offsets, a claim that names it, and one that names the document as a whole."""
    names = {"claim": "claim/", "glut": "", "source": "source/", "substance": "substance/", "paper": "source/paper#"}
    prefixes = [f"@prefix {name}: <https://w3id.org/glutkg/{path}> ." for name, path in names.items()]
    head = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
source:paper a glut:Document ; rdfs:label "an invented paper"@en ; dcterms:title "A trial" ;
    dcterms:identifier <https://doi.org/10.1000/182> .
paper:s001 a glut:Sentence ; rdfs:label "paper s001"@en ; glut:partOfDocument source:paper ; glut:section "Results" ;
    glut:paragraph 1 ; glut:sentenceNumber 1 ."""
    claims = [CLAIM.format(name=name, source=of) for name, of in (("counted", "paper:s001"), ("whole", "source:paper"))]
    path = tmp_path_factory.mktemp("own") / "own claims.ttl"
    path.write_text("\n".join([*prefixes, head, *claims, OPPOSED]), encoding="utf-8")
    return path


def test_a_paper_of_ones_own_is_the_source_of_its_claims(own: Path) -> None:
    graph = Graph.of([read_source(own)])
    claim = BASE + "claim/counted"
    assert papers(graph, claim) == {"an invented paper": "https://doi.org/10.1000/182"}
    ((sentence, _, paper),) = graph.triples(None, BASE + "partOfDocument")
    assert cited(graph, claim).sources == ("paper s001", "https://doi.org/10.1000/182")
    assert sentence.value == BASE + "source/paper#s001", "its label is shown, since no prefix is known for it"
    graph.put([(from_name(paper.value + "#ref-1"), from_name(RDF + "type"), from_name(BASE + "CitedReference"))])
    graph.put([(from_name(paper.value + "#ref-1"), from_name(BASE + "partOfDocument"), paper)])
    assert papers(graph, claim) == {}, "a paper that cites others may state what it did not find"


def test_an_answer_counts_claims_of_ones_own_and_names_those_that_it_leaves_out(run: Run, own: Path) -> None:
    asked = ("ask", "drugs-in-condition", "--condition", "chronic migraine", "--format", "csv")
    without, done = run(*asked), run(*asked, "--with", str(own))
    assert (without.returncode, done.returncode) == (0, 0), done.stderr
    assert "invented trial, counted" in done.stdout
    assert "invented trial, whole" not in done.stdout
    assert "invented trial" not in without.stdout
    assert "left out of the answers that go by sentence" in done.stderr
    assert "claim:whole (source:paper)" in done.stderr
    assert "claim:counted" not in done.stderr
    again = run("show", "claim:counted", "--with", str(own))
    assert again.returncode == 0
    assert "invented trial" in again.stdout
    assert run("show", "claim:counted").returncode == 2


def test_commands_that_explain_and_draw_take_claims_of_ones_own(run: Run, own: Path) -> None:
    """The reason and the picture are there with the file alone; what it states is no longer absent."""
    adds = ("--with", str(own))
    for command, word in (
        (
            ("why", "--question", "clinical-evidence", "condition=chronic migraine", "compound=ketamine"),
            "invented trial",
        ),
        (("draw", "evidence", "ketamine", "--format", "mermaid", "--limit", "200"), "chronic migraine"),
        (("whynot", "ketamine", "approved for", "chronic migraine"), "invented trial, counted"),
        (("path", "ketamine", "migraine"), "tested by 1 finding"),
        (("predict", "ketamine", "migraine"), "Found: 1 finding"),
    ):
        with_it, without = (" ".join(run(*command, *more).stdout.split()) for more in (adds, ()))
        assert word in with_it, command
        assert word not in without, command
    proof = run("why", "claim:counted", "has condition", "chronic migraine", "--proof", *adds).stdout
    assert f"{own}:" in "".join(line.strip() for line in proof.splitlines()), "the file is named, with the line"


def test_a_claim_of_the_opposite_action_stands_against_a_conclusion_and_the_other_way_round(
    run: Run, own: Path
) -> None:
    """The claims are about a receptor and about what it is a kind of; claims of the same action are not against it."""
    for relation, receptor, against in (
        ("agonises", "ionotropic glutamate receptor", "By obstructing the pore"),
        ("antagonises", "NMDA receptor", "Memantine is an agonist at ionotropic receptors, invented"),
    ):
        shown = " ".join(run("why", "memantine", relation, receptor, "--with", str(own)).stdout.split())
        assert against in shown.partition("Against it: ")[2], shown
        assert against not in shown.partition("Against it: ")[0]


@pytest.mark.slow
def test_whatif_names_claims_that_no_answer_counts(kg: KnowledgeGraph, own: Path) -> None:
    found = kg.whatif([own])
    value = ("condition", BASE + "ChronicMigraine")
    (asked,) = {change.asked.partition(" ")[2] for change in found.answers if change.value == value}
    assert asked == "--condition 'chronic migraine'", "asked for what they name"
    assert dict([value]) in [one["values"] for one in answers_as_json(found.answers)]
    assert BASE + "substance/ketamine" in found.about
    assert list(found.left_out) == [kg_iri("whole")]
    assert "left out of the answers that go by sentence" in " ".join(found.document().text().split())
    assert found.json_value()["leftOut"] == {kg_iri("whole"): "https://w3id.org/glutkg/source/paper"}
    assert [one.rule for one in found.new if kg_iri("counted") == one.focus] == []


def kg_iri(name: str) -> str:
    return f"https://w3id.org/glutkg/claim/{name}"


@pytest.mark.parametrize(
    ("options", "code", "word"),
    [
        (("--cite",), 2, "cannot be cited"),
        (("--endpoint", "http://127.0.0.1:1/"), 2, "leave --endpoint out"),
        (("--with", "no-such-file.ttl"), 1, "no-such-file.ttl"),
    ],
)
def test_what_does_not_go_with_claims_of_ones_own_is_refused(
    run: Run, own: Path, options: tuple[str, ...], code: int, word: str
) -> None:
    done = run("ask", "conflicts", "--with", str(own), *options)
    assert done.returncode == code, done.stderr
    assert word in done.stderr


def test_a_value_too_many_is_placed_where_it_stands(kg: KnowledgeGraph, tmp_path: Path) -> None:
    file = tmp_path / "second.ttl"
    prefixes = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("claim", "glut"))
    file.write_text(f"{prefixes}claim:ketamine-selective-nmda-antagonist\n    glut:modality glut:Reported .\n")
    places = {result.place for result in kg.check(file).results if result.rule == "Claim-modality"}
    assert places == {f"{file}:4"}
