"""Coverage: nothing that the documents say is forgotten, and what were forgotten would be named."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.checks.check import check
from glutkg.checks.coverage import GROUPS, Coverage, coverage
from glutkg.rdf.namespaces import BASE
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


def _without(stated: Graph, folder: Path, subject: str, predicate: str) -> tuple[Coverage, set[str]]:
    """Give the coverage, and the rules that the check finds broken, without what is stated of something."""
    data = folder / "data"
    for name in ("ontology", "rules", "shapes", "queries"):
        data.mkdir(exist_ok=True)
        (data / name).symlink_to(ROOT / name)
    (data / "facts").mkdir()
    facts = Graph.of(read_source(path) for path in source_files(ROOT) if path.parent.name == "facts")
    kept = [t for t in facts.triples() if (t[0].value, t[1].value) != (subject, predicate)]
    (data / "facts" / "all.ttl").write_bytes(serialize(kept, "ntriples"))
    changed = coverage(Graph.of(map(read_source, source_files(data))))
    return changed, {result.rule for result in check(data).results}


def test_a_lost_reference_is_named(stated: Graph, tmp_path: Path) -> None:
    """A claim that alone carries a reference no longer cites it."""
    carriers = [
        (claim.value, reference.value)
        for claim, _, reference in stated.triples(None, BASE + "cites")
        if sum(1 for _ in stated.triples(None, BASE + "cites", reference.value)) == 1
    ]
    claim, reference = min(carriers)
    changed, rules = _without(stated, tmp_path, claim, BASE + "cites")
    assert not changed.complete
    assert reference not in changed.carried
    assert {number for sentence in changed.sentences for number in sentence.lost} >= {reference.rpartition("-")[2]}
    assert {"lost_reference", "unused_reference"} <= rules


def test_an_uncovered_sentence_is_named(stated: Graph, tmp_path: Path, whole: Coverage) -> None:
    single = next(s for s in whole.sentences if len(s.claims) == 1 and s.reason is None)
    (claim,) = single.claims
    changed, rules = _without(stated, tmp_path, claim, BASE + "statedIn")
    bare = [sentence.sentence for sentence in changed.sentences if not sentence.accounted_for]
    assert bare == [single.sentence]
    assert changed.summary().startswith("208 of 209")
    assert "uncovered_sentence" in rules


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


def test_the_check_says_what_is_covered(run: Run) -> None:
    done = run("check")
    assert done.returncode == 0
    assert "covered: 209 of 209 sentences accounted for, 136 of 136 references carried" in done.stderr
    assert "waived with a reason: " in done.stderr
