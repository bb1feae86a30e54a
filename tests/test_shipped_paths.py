"""Mechanism paths in the shipped graph, on the command line and in Python."""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.errors import NotFoundError
from glutkg.mechanisms.network import Network
from glutkg.questions.question import read_question
from glutkg.rdf.namespaces import BASE, PREFIXES, RDFS
from glutkg.resources import query_files
from glutkg.text.cells import terms

if TYPE_CHECKING:
    from collections.abc import Callable

    from glutkg.api import KnowledgeGraph

    Run = Callable[..., subprocess.CompletedProcess[str]]

# --- the shipped graph ------------------------------------------------------------------------------------------------


def test_every_step_of_the_shipped_graph_rests_on_a_claim_in_force_or_on_a_term(kg: KnowledgeGraph) -> None:
    """By the stated results, slips and assessments themselves, not by what the rules made of them."""
    graph, stated = kg.reasoned, f"{BASE}graph/stated"

    def objects(claim: str, role: str) -> set[str]:
        return {o.value for _, _, o in graph.triples(claim, BASE + role, graph=stated)}

    affirmed = {s.value for s, _, _ in graph.triples(None, RDFS + "subClassOf", BASE + "Affirmed")}
    sentences = {s.value for s, _, _ in graph.triples(None, PREFIXES["rdf"] + "type", BASE + "Sentence")}
    slips = {o.value for _, _, o in graph.triples(None, BASE + "misstates")}
    claims = {row.claim for row in kg.network.evidence if row.claim}
    assert len(claims) > 200
    for claim in claims:
        assert objects(claim, "result") <= affirmed, claim
        assert objects(claim, "statedIn") <= sentences, claim
        assert claim not in slips
        assert claim not in kg.network.not_in_force
        assert objects(claim, "standing") == set()
        assert BASE + "SomeMembers" not in objects(claim, "coverage")
    assert claims < {row.claim for row in _unguarded(kg).evidence if row.claim}, (
        "nothing is kept out, so nothing is shown"
    )


def _unguarded(kg: KnowledgeGraph) -> Network:
    """The network if each claim might serve."""

    class Open(Network):
        serving = frozenset(s.value for s, _, _ in kg.reasoned.triples(None, PREFIXES["rdf"] + "type", BASE + "Claim"))

    return Open(kg.reasoned, kg.folder)


def test_every_step_definition_has_a_row_in_the_shipped_graph(kg: KnowledgeGraph) -> None:
    used = {row.definition for row in kg.network.evidence}
    print(f"\n{len(kg.network.evidence)} rows of {len(used)} step definitions")
    assert used == {path.stem for path in query_files(kg.folder, "mechanisms/steps")}


def test_the_table_of_paths_says_where_each_step_was_seen(kg: KnowledgeGraph) -> None:
    table = kg.paths("MK-801", "neuronal activity").table()
    index = table.columns.index("sites")
    assert "trigeminocervical complex" in {term.value for row in table.rows for term in terms(row[index])}


def test_a_path_is_never_served_as_a_fact(kg: KnowledgeGraph) -> None:
    before = len(kg.reasoned)
    found = kg.paths("memantine", "chronic migraine")
    assert found.paths
    kg.predict("memantine", "CSD")
    assert len(kg.reasoned) == before
    assert not any(True for _ in kg.reasoned.triples(found.agent, None, found.goal))


@pytest.mark.slow
def test_no_path_uses_a_claim_on_its_whole_and_none_goes_through_a_node_twice(kg: KnowledgeGraph) -> None:
    evaluation = kg.evaluate_predictions()
    seen = 0
    for test in evaluation.tests:
        whole = {
            claim
            for claim, _ in kg.network.claims_on_whole([test.prediction.agent])[
                test.prediction.agent, test.prediction.goal
            ]
        }
        assert set(test.findings) <= whole
        for path in test.prediction.paths:
            seen += 1
            assert whole.isdisjoint(path.claims)
            assert len(set(path.nodes)) == len(path.nodes)
            assert path.rank == max(step.rank for step in path.steps)
    assert seen > 20


def test_where_a_bound_leaves_no_path_the_reason_is_asked_for_within_the_same_bound(kg: KnowledgeGraph) -> None:
    told = str(kg.paths("memantine", "chronic migraine", longest=1)).splitlines()
    assert told[1].endswith("glutkg predict 'memantine' 'chronic migraine' --longest 1")
    assert told[2].startswith("Paths of more than 1 step were")


# --- the command line and Python --------------------------------------------------------------------------------------


def test_the_command_narrows_by_what_the_query_takes(run: Run, kg: KnowledgeGraph) -> None:
    asked = read_question(ROOT / "queries" / "mechanisms" / "claims-of-other-species-or-route.rq")
    names = {parameter.name for parameter in asked.parameters}
    assert names == {"species", "route"}
    assert all(f"--{name} {name.upper()}" in run("path", "--help").stdout for name in names)
    every, rats = (kg.paths("topiramate", "chronic migraine", species=species) for species in (None, "rat"))
    lost = {claim for path in every.paths for claim in path.claims} - {c for path in rats.paths for c in path.claims}
    assert {claim.rpartition("/")[2] for claim in lost} == {"glutamate-injection-central-sensitization"}
    done = run("path", "topiramate", "chronic migraine", "--species", "rat", "--route", "oral")
    assert "Narrowed to species rat: claims that name only others are left out" in done.stdout
    assert "Narrowed to route oral: " in done.stdout
    assert done.stdout.startswith("topiramate → chronic migraine: 2 paths, none with a direction; ")
    assert "listed whatever their species and route" in done.stdout
    assert "arrowed" not in run("path", "topiramate", "chronic migraine").stdout


def test_tables_hold_what_the_text_holds(run: Run, kg: KnowledgeGraph) -> None:
    done = run("path", "memantine", "chronic migraine", "--format", "csv", "--limit", "2")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    first = [row for row in rows if row["path"] == "1"]
    assert [row["toLabel"] for row in first] == [
        "NMDA receptor",
        "central sensitization",
        "chronification of migraine",
        "chronic migraine",
    ]
    assert {row["path"] for row in rows} == {"1", "2"}
    done = run("predict", "memantine", "neuronal damage", "--format", "json")
    predicted = json.loads(done.stdout)
    assert "decrease" in json.dumps(predicted)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("path", "memantin", "chronic migraine"), "memantine"),
        (("path", "chronic migraine", "memantine"), "is not a substance"),
        (("path", "memantine", "trigeminal ganglion"), "is not an outcome or condition"),
        (("path", "memantine", "aura", "--longest", "0"), "is not a whole number of at least 1"),
        (("path", "memantine", "CSD", "--species", "oral"), "--species takes an organism; 'oral' is not an organism"),
        (("path", "memantine", "CSD", "--route", "intravenos"), "Did you mean 'intravenous'?"),
        (("predict", "memantine"), "Name an agent and an outcome"),
        (("predict",), "--evaluate"),
        (("predict", "memantine", "CSD", "--evaluate"), "--evaluate alone"),
    ],
)
def test_a_wrong_call_says_what_to_do(run: Run, kg: KnowledgeGraph, arguments: tuple[str, ...], message: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_python_gives_the_same(kg: KnowledgeGraph) -> None:
    found = kg.paths("memantine", "chronic migraine")
    assert found.tests == ()
    assert [path.sign for path in found.paths[:2]] == [-1, -1]
    assert kg.predict("memantine", "neuronal damage").sign == -1
    with pytest.raises(NotFoundError, match="is not in the graph"):
        kg.paths("no such drug", "CSD")


# --- speed ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "limit"),
    [
        (("path", "memantine", "chronic migraine"), 1.0),
        (("predict", "memantine", "CSD"), 1.0),
        (("predict", "--evaluate"), 10.0),
    ],
)
def test_a_whole_process_is_fast(kg: KnowledgeGraph, arguments: tuple[str, ...], limit: float) -> None:
    """In seconds of processor time, which does not depend on what else the machine does."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "glutkg", *arguments], cwd=ROOT, env=os.environ, check=True, capture_output=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < limit
