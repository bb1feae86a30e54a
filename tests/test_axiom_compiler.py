"""The rules themselves: complete for what they take, refusing what they do not, and quick without losing anything."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.errors import ReasonerTimeoutError, RuleError
from glutkg.owl.random_ontologies import compare, ontologies
from glutkg.rdf.namespaces import BASE, OWL, RDF, RDFS, STATED_GRAPH
from glutkg.reasoning.load_and_reason import materialise, rules_of
from glutkg.resources import data_folder, source_files
from glutkg.store.graph import Graph
from glutkg.store.sources import Source, read_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.owl.random_ontologies import RandomComparison, RandomOntology

NAMES = f"{BASE}test/"
PREFIXES = f"@prefix : <{NAMES}> . @prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> .\n"
CLASSES, RELATIONS = ["A", "B", "C", "D", "E", "F", "K"], ["r", "s", "t", "i"]


def table(name: str) -> list[tuple[str, ...]]:
    text = (ROOT / "tests" / name).read_text(encoding="utf-8")
    return [tuple(line.split("\t")) for line in text.splitlines() if not line.startswith("#")]


def graph_of(turtle: str) -> Graph:
    declared = "".join(f":{name} a owl:Class . " for name in CLASSES)
    declared += "".join(f":{name} a owl:ObjectProperty . " for name in RELATIONS)
    return Graph.of([Source(Path("test.ttl"), f"{STATED_GRAPH}/ontology/test", f"{PREFIXES}{declared}\n{turtle}")])


def holds(graph: Graph, triple: str) -> bool:
    prefixes = {"": NAMES, "owl": OWL, "rdfs": RDFS}
    words = ["rdf:type" if word == "a" else word for word in triple.split()]
    subject, predicate, object_ = (prefixes.get(p, RDF) + n for p, _, n in (word.partition(":") for word in words))
    return any(True for _ in graph.triples(subject, predicate, object_))


@pytest.mark.parametrize(("what", "turtle", "follows", "not_so"), table("axioms.tsv"), ids=lambda text: text[:30])
def test_an_axiom_does_what_it_says(what: str, turtle: str, follows: str, not_so: str) -> None:
    graph = graph_of(turtle)
    materialise(graph, rules_of(graph, data_folder()))
    for triple in filter(None, follows.split(" ; ")):
        assert holds(graph, triple), f"{what}: {triple} is missing"
    for triple in filter(None, not_so.split(" ; ")):
        assert not holds(graph, triple), f"{what}: {triple} is wrong"


@pytest.mark.parametrize(("turtle", "name", "reason"), table("refused_axioms.tsv"), ids=lambda text: text[:30])
def test_an_axiom_beyond_the_rules_is_refused_by_name_and_place(turtle: str, name: str, reason: str) -> None:
    graph = graph_of(turtle)
    with pytest.raises(RuleError, match=reason) as error:
        rules_of(graph, data_folder())
    assert f"the axiom on {NAMES + name[1:] if name[0] == ':' else name} cannot" in str(error.value)
    assert str(error.value).startswith("ontology/test: ")


def test_a_refusal_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    path = tmp_path / "ontology" / "odd.ttl"
    path.write_text(PREFIXES + ":A a owl:Class .\n:r a owl:ObjectProperty ,\n  owl:FunctionalProperty .\n")
    with pytest.raises(RuleError, match=r"odd\.ttl:4: the axiom on .*/r cannot"):
        rules_of(Graph.of([read_source(path)]), tmp_path)


def test_a_refusal_names_the_file_that_holds_the_axiom(tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    for name, kind in (("a", "owl:ObjectProperty"), ("b", "owl:FunctionalProperty")):
        (tmp_path / "ontology" / f"{name}.ttl").write_text(f"{PREFIXES}:r a {kind} .\n")
    with pytest.raises(RuleError, match=r"b\.ttl:2: the axiom on .*/r cannot"):
        rules_of(Graph.of([read_source(tmp_path / "ontology" / f"{name}.ttl") for name in "ab"]), tmp_path)


LANES = [(5, 15), pytest.param(200, 60, marks=pytest.mark.slow)]
"""The numbers of generated ontologies in every run and in the slow one, and the seconds that HermiT has for some."""
TOGETHER = 12
"""Ontologies that HermiT is given at once; a few take it many minutes, and any seed may make one of them."""


@pytest.mark.slow
def test_the_same_files_make_the_same_rules_in_the_same_order() -> None:
    sources = [read_source(path) for path in source_files(data_folder())]
    first, second = (rules_of(Graph.of(sources), data_folder()) for _ in range(2))
    assert [(r.name, r.head, r.body, r.filters) for r in first] == [(r.name, r.head, r.body, r.filters) for r in second]


@pytest.mark.parametrize(("number", "seconds"), LANES)
def test_hermit_and_the_rules_agree_on_generated_ontologies(number: int, seconds: int, seed: int) -> None:
    parts = [ontologies(min(TOGETHER, number - start), seed + start) for start in range(0, number, TOGETHER)]
    trials = [trial for part in parts for trial in compared_in_time(part, seconds)]
    entailments = sum(trial.types.compared + trial.relations.compared for trial in trials)
    compared, refused = (
        sum(counts) for counts in zip(*((trial.compared, trial.refused) for trial in trials), strict=True)
    )
    print(f"\n{compared} ontologies compared on {entailments} entailments; {refused} were refused")
    assert compared >= number / 4, f"--seed {seed}"
    assert [one for trial in trials for one in (*trial.types.differences, *trial.relations.differences)] == []


def compared_in_time(part: list[RandomOntology], seconds: int) -> Iterator[RandomComparison]:
    """Some ontologies, compared at once; where HermiT takes too long over one of them, one by one without that one."""
    try:
        yield compare(part, data_folder(), seconds)
    except ReasonerTimeoutError:
        for one in part:
            with contextlib.suppress(ReasonerTimeoutError):
                yield compare([one], data_folder(), min(seconds, 10))


@pytest.mark.slow
@pytest.mark.xdist_group("hermit")
def test_a_wrong_rule_would_be_seen(tmp_path: Path) -> None:
    """With type inheritance upside down some types are missing and some are wrong: HermiT must see both."""
    shutil.copytree(data_folder() / "rules", tmp_path / "rules")
    rule = tmp_path / "rules" / "type-inheritance.rq"
    text = rule.read_text(encoding="utf-8")
    rule.write_text(text.replace("?class rdfs:subClassOf ?super", "?super rdfs:subClassOf ?class"), encoding="utf-8")
    trial = compare(ontologies(8), tmp_path)
    assert {difference.found_by for difference in trial.types.differences} == {"HermiT", "rules"}
