"""Coverage: nothing that the documents say is forgotten, and what were forgotten would be named."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.checks.check import check
from glutkg.checks.coverage import GROUPS, Coverage, coverage
from glutkg.rdf.namespaces import BASE, STATED_GRAPH
from glutkg.resources import source_files
from glutkg.store.graph import Graph, serialize
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from glutkg.api import KnowledgeGraph

    Run = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.xdist_group("check")
REVIEW = BASE + "source/glutamate-receptors-migraine"


@pytest.fixture(scope="module")
def stated() -> Graph:
    return Graph.of(map(read_source, source_files(ROOT)))


@pytest.fixture(scope="module")
def whole(stated: Graph) -> Coverage:
    return coverage(stated)


def test_every_sentence_and_every_reference_is_accounted_for(whole: Coverage) -> None:
    assert len(whole.sentences) == 209
    assert len(whole.references) == len(whole.carried) == 136
    assert whole.complete
    assert all(sentence.accounted_for and not sentence.lost for sentence in whole.sentences)
    assert whole.summary().startswith("209 of 209 sentences accounted for, 136 of 136 references carried, ")
    print(whole.summary())


def test_the_tables_agree_with_each_other(whole: Coverage) -> None:
    by_sentence, by_section, by_document = (whole.table(name) for name in reversed(GROUPS))
    assert len(by_sentence) == 209
    assert sum(_number(row["sentences"]) for row in by_section) == 209
    assert sum(_number(row["sentences"]) for row in by_document) == 209
    assert sum(_number(row["claims"]) for row in by_document) >= len(whole.claims())
    assert {row["lost"] for table in (by_section, by_document) for row in table} == {None}


def _number(cell: object) -> int:
    assert isinstance(cell, int)
    return cell


def test_python_and_the_reasoned_graph_tell_the_same(kg: KnowledgeGraph, whole: Coverage) -> None:
    """Inference adds no sentence, no claim and no reference."""
    assert kg.coverage() == whole


@pytest.fixture(scope="module")
def gone(stated: Graph, whole: Coverage) -> dict[str, tuple[str, str]]:
    """What is taken away: the reference that only one claim cites, and the sentence of a claim that alone states it."""
    cited = [(claim.value, reference.value) for claim, _, reference in stated.triples(None, BASE + "cites")]
    carriers = [pair for pair in cited if sum(pair[1] == reference for _, reference in cited) == 1]
    claim, reference = min(carriers)
    alone = ((s.sentence, *s.claims) for s in whole.sentences if len(s.claims) == 1 and s.reason is None)
    sentence, stating = next(pair for pair in alone if pair[1] != claim)
    return {"cites": (claim, reference), "statedIn": (stating, sentence)}


@pytest.fixture(scope="module")
def kept(stated: Graph, gone: dict[str, tuple[str, str]]) -> Graph:
    """What is stated, without what is taken away."""
    lost = {(claim, BASE + predicate) for predicate, (claim, _) in gone.items()}
    triples = stated.triples(graph=STATED_GRAPH)
    return stated.changed([t for t in triples if (t[0].value, t[1].value) in lost], [])


def test_a_lost_reference_is_named(kept: Graph, gone: dict[str, tuple[str, str]]) -> None:
    changed, reference = coverage(kept), gone["cites"][1]
    assert not changed.complete
    assert reference not in changed.carried
    assert {number for sentence in changed.sentences for number in sentence.lost} >= {reference.rpartition("-")[2]}


def test_an_uncovered_sentence_is_named(kept: Graph, gone: dict[str, tuple[str, str]]) -> None:
    changed = coverage(kept)
    bare = [sentence.sentence for sentence in changed.sentences if not sentence.accounted_for]
    assert bare == [gone["statedIn"][1]]
    assert changed.summary().startswith("208 of 209")


@pytest.mark.slow
def test_the_check_names_what_is_lost(kept: Graph, tmp_path: Path) -> None:
    for name in ("rules", "shapes", "queries"):
        (tmp_path / name).symlink_to(ROOT / name)
    for name in ("ontology", "facts"):
        (tmp_path / name).mkdir()
    (tmp_path / "facts" / "all.ttl").write_bytes(serialize([*kept.triples(graph=STATED_GRAPH)], "ntriples"))
    rules = {result.rule for result in check(tmp_path).results}
    assert rules >= {"lost_reference", "unused_reference", "uncovered_sentence"}


def test_the_command_prints_totals_and_writes_every_sentence(run: Run) -> None:
    shown = run("coverage")
    assert shown.returncode == 0
    assert "209 of 209 sentences accounted for, 136 of 136 references carried" in shown.stdout
    assert "Kainate Receptors" in shown.stdout
    written = run("coverage", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(written.stdout)))
    assert len(rows) == 209
    assert all(row["claims"] != "0" or row["reason"] for row in rows)
    assert len(list(csv.DictReader(io.StringIO(run("coverage", "--by", "document", "--format", "csv").stdout)))) >= 2


@pytest.mark.slow
def test_the_check_says_what_is_covered(run: Run) -> None:
    done = run("check")
    assert done.returncode == 0
    assert "covered: 209 of 209 sentences accounted for, 136 of 136 references carried" in done.stderr
    assert "waived with a reason: " in done.stderr
