"""What `glutkg show` says of a thing: found by any of its names, what matters first, denials beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from glutkg.entity_description import AXIOMS
from glutkg.rdf.namespaces import BASE, OWL
from glutkg.relations import grouped
from glutkg.store.claims import claims
from glutkg.store.graph import Graph
from glutkg.store.owl_definition import manchester, owl_definition
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    from pathlib import Path

    from command_runs import Run

    from glutkg.api import KnowledgeGraph


DEFINED = [
    ("AMPA receptor antagonist", "EquivalentTo substance and (antagonises some 'AMPA receptor')"),
    ("mGlu5", "DisjointWith 'mGlu1 receptor'"),
    ("infusion", "DisjointWith microiontophoresis; oral"),
    ("glut:lowers", "SubPropertyChain 'agent of' o 'states lowering' o 'has outcome'"),
]
"""A class or a property, and what stands among its axioms."""


@pytest.mark.parametrize(("name", "axiom"), DEFINED)
def test_a_definition_is_shown_in_manchester_syntax(kg: KnowledgeGraph, name: str, axiom: str) -> None:
    table = dict(kg.show(name).sections)[AXIOMS]
    told = grouped(zip(map(str, table["relationLabel"]), map(str, table["valueLabel"]), strict=True))
    assert axiom in [f"{word} {'; '.join(sorted(values))}" for word, values in told.items()]


def test_a_class_that_has_no_axiom_but_its_superclass_shows_none(kg: KnowledgeGraph) -> None:
    assert AXIOMS not in dict(kg.show("pore block").sections)


def test_what_is_disjoint_stands_in_the_same_order_however_blank_nodes_are_called(tmp_path: Path) -> None:
    axioms = "\n".join(f"[] a owl:AllDisjointClasses ; owl:members ( ex:a ex:z{n} ex:y{n} ) ." for n in range(6))
    path = tmp_path / "disjoint.ttl"
    path.write_text(f"@prefix ex: <http://x/> .\n@prefix owl: <{OWL}> .\n{axioms}\n", encoding="utf-8")
    others = [value.value for _, _, value in owl_definition(Graph.of([read_source(path)]), "http://x/a")]
    assert others == [f"http://x/{name}{n}" for n in range(6) for name in "zy"]


def test_turtle_of_a_class_is_what_the_files_state_of_it(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "class.ttl"
    path.write_text(run("show", "AMPA receptor antagonist", "--format", "turtle").stdout, encoding="utf-8")
    stated = Graph.of([read_source(path)])
    class_ = BASE + "AMPAReceptorAntagonist"
    ((_, _, definition),) = stated.triples(class_, OWL + "equivalentClass")
    assert manchester(stated, definition) == "glut:Substance and (glut:antagonises some glut:AMPAReceptor)"
    assert not any(True for _ in stated.triples(class_, BASE + "antagonises")), "that follows"


@pytest.mark.parametrize("name", ["MK-801", "mGluR5", "TCC", "glut:NMDAReceptor", "Sp5C", "review:s062"])
def test_show_finds_names_synonyms_and_curies(run: Run, name: str) -> None:
    done = run("show", name)
    assert done.returncode == 0, done.stderr
    assert "\nASK\n" in done.stdout


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("species", "glutkg sparql 'SELECT ?value (COUNT(*) AS ?n) { ?x glut:species ?value } GROUP BY ?value' --over"),
        ("GRIA1", "glutkg show 'AMPA receptor gene'"),
        ("placebo", "glutkg ask clinical-trials --against placebo"),
    ],
)
def test_show_says_first_what_tells_most(kg: KnowledgeGraph, name: str, command: str) -> None:
    (first, *_) = kg.show(name).questions
    assert first.startswith(command)


def test_show_finds_an_identifier_of_a_public_vocabulary(run: Run) -> None:
    done = run("show", "UBERON:0001897")
    assert done.stdout.startswith("thalamus\n")


def test_a_name_that_is_only_searched_for_is_found_and_not_shown(run: Run) -> None:
    """As SKOS has it: a chemical name that stands for a receptor in the text of a source is no synonym to people."""
    shown = run("show", "2-carboxy-3-carboxymethyl-4-isopropenylpyrrolidine").stdout
    assert shown.startswith("kainate receptor\n")
    assert "\nAlso called kainic acid receptor, KAR.\n" in shown


def test_a_description_gives_each_claim_with_its_source_and_leaves_out_what_follows_twice(run: Run) -> None:
    shown = run("show", "MK-801", "--all").stdout
    assert re.search(r"Intravenous MK-801 inhibits .* cats \(effect shown, reported; review s062 \[44\]\)", shown)
    assert re.search(r"^antagonises +NMDA receptor$", shown, re.MULTILINE)
    assert not re.search(r"^(acts on|affects|agent of) ", shown, re.MULTILINE)
    receptor = run("show", "NMDA receptor").stdout
    assert re.search(r"^found in +lamina I; lamina II$", receptor, re.MULTILINE)


def test_a_description_begins_with_what_matters_and_shows_denials_beside_it(run: Run) -> None:
    shown = run("show", "migraine").stdout
    titles = [line for line in shown.splitlines() if line.isupper()]
    order = [
        "KINDS AND MEMBERS",
        "DENIED, OPEN OR AFFIRMED IN PART",
        "USE",
        "CLINICAL FINDINGS",
        "MECHANISMS OF",
        "BIOMARKERS",
    ]
    places = [next(n for n, title in enumerate(titles) if title.startswith(wanted)) for wanted in order]
    assert places == sorted(places)
    denied = shown.partition("DENIED, OPEN OR AFFIRMED IN PART")[2].partition("\n\n")[0]
    assert "Memantine has no approval for the prevention of migraine (not approved" in denied
    assert "… and " in shown
    assert "… and " not in run("show", "migraine", "--all").stdout
    assert re.search(r"^kinds +infusion; intravenous", run("show", "route").stdout, re.MULTILINE)


def test_a_standing_that_rules_infer_stands_with_a_claim(run: Run, kg: KnowledgeGraph) -> None:
    shown = run("show", "LY293558").stdout
    denied = shown[shown.index("DENIED") : shown.index("CLINICAL FINDINGS")]
    assert re.search(r"extravasation in rodents \(effect shown, reported,\s+dismissed; review\s+s091", denied)
    inferred = kg.select("SELECT DISTINCT ?claim { ?claim glut:standing glut:Disputed, glut:Standing }")["claim"]
    told = dict(
        zip(*(claims(kg.reasoned, map(str, inferred)).column(name) for name in ("claim", "standing")), strict=True)
    )
    assert {*told.values()} == {"disputed"}
    assert len(told) > 3


def section(shown: str, title: str) -> str:
    """Return what stands under a heading, in one line."""
    return " ".join(shown.partition(f"\n{title}\n")[2].partition("\n\n")[0].split())


def test_a_sentence_has_its_own_claims_first_and_those_of_others_apart(run: Run) -> None:
    shown = run("show", "review:s151", "--all").stdout
    own = section(shown, "CLAIMS DRAWN FROM IT")
    others = section(shown, "CLAIMS OF OTHER SENTENCES, WHICH IT HELPS TO UNDERSTAND")
    assert shown.index("CLAIMS DRAWN FROM IT") < shown.index("CLAIMS OF OTHER SENTENCES")
    assert "DENIED, OPEN" not in shown
    assert (own.count("claim:"), own.count("review s151")) == (2, 2)
    assert (others.count("claim:"), others.count("review s151")) == (7, 0)


@pytest.mark.parametrize(
    ("name", "title", "line"),
    [
        ("NMDA receptor channel blocker", "KINDS AND MEMBERS", "members that follow dizocilpine; magnesium; memantine"),
        ("review:s005", "SLIPS OF THE SOURCE", "has the slip The chemical name"),
        ("claim:memantine-rct-preventive-migraine", "CONFLICTS", "one side of Nothing settles that acting on"),
    ],
)
def test_a_section_says(run: Run, name: str, title: str, line: str) -> None:
    shown = run("show", name).stdout
    assert section(shown, title).startswith(line), shown
    assert " – between – it" not in shown


def test_what_is_stated_of_a_claim_comes_with_the_names_that_a_query_takes(run: Run) -> None:
    shown = " ".join(run("show", "claim:channel-blockers-microiontophoresis-tcc").stdout.split())
    assert "In SPARQL: glut:action, glut:agent, glut:direction," in shown
    assert "lowering claim WHAT" not in shown, "what ties a claim to itself is no news"
    assert "daily headache. The source names" in " ".join(
        run("show", "claim:eaat2-polymorphism-chronification").stdout.split()
    )


def test_a_relation_is_not_broken_over_lines(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = run("show", "claim:channel-blockers-microiontophoresis-tcc").stdout
    assert re.search(r"^has site of the outcome  trigeminocervical complex$", shown, re.MULTILINE)


def test_a_relation_shows_what_passes_along_it_and_by_which_rules_it_is_concluded(kg: KnowledgeGraph) -> None:
    part_of, found_in, memantine = (dict(kg.show(name).sections) for name in ("part of", "found in", "memantine"))
    chain = "'has site of the target' o 'part of'"
    assert "Transitive" in {str(value) for value in part_of["axioms of OWL, in Manchester syntax"]["valueLabel"]}
    assert chain in {str(value) for value in part_of["chains of relations that it is in"]["valueLabel"]}
    said = [str(value) for value in found_in["rules that conclude it"]["valueLabel"]]
    assert any("an affirmed, undisputed claim locates it" in one for one in said)
    assert chain in said
    assert not {"rules that conclude it", "chains of relations that it is in"} & {*memantine}


def test_the_sides_of_a_conflict_are_shown_as_claims_with_their_sources_and_what_may_be_asked(run: Run) -> None:
    shown = " ".join(run("show", "conflict:topiramate-bipolar-use-and-trials").stdout.split())
    assert "(absence of effect shown, reported; Kushner and others 2006) claim:accepted-topiramate-no-benefit" in shown
    assert "article s036) claim:topiramate-used-bipolar-mood-instability" in shown
    assert "glutkg ask use-status --condition 'bipolar disorder'" in shown
