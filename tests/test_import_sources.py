"""Each kind of source is read in its exact format, and the ready maps make of it what they say."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import imported
import pytest
from conftest import ROOT

from glutkg.errors import GlutkgError, SourceError
from glutkg.imports.column_map import map_file, read_map
from glutkg.imports.drugmechdb import read_drugmechdb
from glutkg.imports.kgx import read_kgx
from glutkg.imports.rows import Reject, Row
from glutkg.imports.sources import read_rows

if TYPE_CHECKING:
    from pathlib import Path

    from command_runs import Run

    from glutkg.api import KnowledgeGraph

READY = sorted(path.stem for path in (ROOT / "imports").glob("*.toml"))
CHANGED = {"date": "2026", "licence": "CC0"}
SOURCES = {"gtopdb": "interactions.csv", "drugmechdb": "indication_paths.yaml", "biolink": "sample_edges.tsv"}
MADE = {
    "gtopdb": {
        "Compound one acts on the mGlu5 receptor by negative allosteric modulation in human",
        "Compound one acts on the mGlu5 receptor by negative allosteric modulation in rat",
        "LY466195 is an antagonist (competitive antagonism) at the GluK1 receptor in human",
        "Memantine blocks the channel of new thing in human",
    },
    "drugmechdb": {"Sample drug acts on mGlu1 receptor by inhibition"},
    "biolink": {"Sample compound acts on mGlu1 receptor by negative allosteric modulation"},
}
REJECTED = {
    "gtopdb": {"row 6": "'Zebrafish' has no counterpart", "row 8": "An antibody or a fusion protein"},
    "drugmechdb": {
        "DB99999_MESH_D008881_1": "An indication does not say",
        "DB99999_MESH_D008881_1, link 2": "is mapped to 'UniProt:P35439'. The graph maps records of human proteins",
        "DB99999_MESH_D008881_1, link 3": "'has metabolite' has no counterpart",
        "DB99999_MESH_D008881_1, link 4": "is mapped to 'GO:9999999'",
        "DB99999_MESH_D008881_1, link 5": "'MESH:C999998' is not among the nodes",
    },
    "biolink": {
        "row 3": "in which way it is denied",
        "row 4": "'biolink:binds' has no counterpart",
        "row 5": "'X:2' is not among the nodes",
    },
}


def test_every_ready_map_has_a_sample() -> None:
    assert SOURCES.keys() == MADE.keys() == REJECTED.keys() == set(READY)


@pytest.mark.parametrize("name", READY)
def test_a_ready_map_makes_claims_of_a_sample_and_rejects_the_rest(kg: KnowledgeGraph, name: str) -> None:
    path = map_file(name)
    rows = read_rows(str(imported.SAMPLES / SOURCES[name]), read_map(path, kg.reasoned, CHANGED))
    made = imported.records(kg, rows, path, CHANGED)
    assert {claim.label for claim in made.claims.values()} == MADE[name]
    said = {reject.row.place: reject.reason for reject in made.rejects}
    assert said.keys() == REJECTED[name].keys()
    assert [place for place, part in REJECTED[name].items() if part not in said[place]] == [], said


def test_lines_of_json_have_the_rows_of_the_table(tmp_path: Path) -> None:
    rows = [*read_kgx(imported.SAMPLES / "sample_edges.tsv").rows]
    for end in ("nodes", "edges"):
        table = read_rows_of(imported.SAMPLES / f"sample_{end}.tsv")
        lines = [json.dumps(_as_kgx(row.cells)) for row in table]
        (tmp_path / f"sample_{end}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    again = [*read_kgx(tmp_path / "sample_edges.jsonl").rows]
    assert [_cells(row) for row in again] == [_cells(row) for row in rows]


def read_rows_of(path: Path) -> list[Row]:
    from glutkg.imports.tables import Layout, read_table

    return [row for row in read_table(path, Layout()).rows if isinstance(row, Row)]


def _as_kgx(cells: object) -> dict[str, object]:
    found = dict(cells)  # type: ignore[call-overload]
    return {k: v == "true" if k == "negated" else v.split("|") if k == "publications" else v for k, v in found.items()}


def _cells(row: Row | Reject) -> object:
    return row.cells if isinstance(row, Row) else row.row.cells


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.yaml", "- graph: [", "the file is no YAML"),
        ("b.yaml", "a: 1\n", "no list of paths"),
        ("c.yaml", "", "no list of paths"),
    ],
)
def test_what_is_no_list_of_paths_is_refused(tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(SourceError, match=re.escape(said)):
        read_drugmechdb(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x_edges.tsv", "a\tb\n1\t2\n", "there is no such file"),
        ("y_edges.jsonl", '{"subject": "a"}\n{"subject"\n', "there is no such file"),
        ("z.parquet", "", "none of .csv"),
        ("no.csv", None, "there is no such file or folder"),
    ],
)
def test_what_is_no_source_is_refused(kg: KnowledgeGraph, tmp_path: Path, name: str, content: str, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    map_ = read_map(map_file("biolink"), kg.reasoned, CHANGED)
    with pytest.raises(GlutkgError, match=re.escape(said)):
        read_rows(str(tmp_path / name), map_)


def test_edges_that_are_no_json_or_no_kgx_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x_nodes.jsonl").write_text('{"id": "a"}\n')
    (tmp_path / "x_edges.jsonl").write_text('{"subject": "a"}\n{"subject"\n')
    with pytest.raises(SourceError, match=r"x_edges.jsonl:2: the line is no JSON"):
        read_kgx(tmp_path / "x_edges.jsonl")
    (tmp_path / "x_edges.jsonl").write_text('{"subject": "a"}\n')
    with pytest.raises(SourceError, match="no column 'object'"):
        read_kgx(tmp_path / "x_edges.jsonl")


QUERY = '''
[query]
select = """
PREFIX ex: <https://example.org/>
SELECT ?drug ?id ?target ?how { ?x ex:drug ?drug ; ex:target ?target ; ex:how ?how . BIND("" AS ?id) }
"""
'''


STATED = """
@prefix ex: <https://example.org/> .
ex:1 ex:drug "memantine" ; ex:target "NMDA receptor" ; ex:how "pore block" .
"""


def test_a_folder_of_turtle_is_asked_by_the_query_of_the_map(kg: KnowledgeGraph, tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    said = (
        '@prefix ex: <https://example.org/> .\nex:1 ex:drug "memantine" ; ex:target "NMDA receptor" ; ex:how "%s" .\n'
    )
    (folder / "a.ttl").write_text(said % "pore block")
    (tmp_path / "map.toml").write_text(imported.MAP + QUERY)
    map_ = read_map(tmp_path / "map.toml", kg.reasoned)
    made = imported.records(kg, read_rows(str(folder), map_), tmp_path / "map.toml")
    assert [row.place for claim in made.claims.values() for row in claim.rows] == ["row 1"]
    (tmp_path / "map.toml").write_text(imported.MAP)
    with pytest.raises(SourceError, match="say what to ask for"):
        read_rows(str(folder), read_map(tmp_path / "map.toml", kg.reasoned))


def test_the_query_of_a_map_reaches_nothing_else(kg: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<https://example.org/1> <https://example.org/drug> 1 .\n")
    reaching = QUERY.replace("?x ex:drug", "SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } ?x ex:drug")
    (tmp_path / "map.toml").write_text(imported.MAP + reaching)
    with pytest.raises(GlutkgError, match="SERVICE"):
        read_rows(str(tmp_path), read_map(tmp_path / "map.toml", kg.reasoned))


@pytest.mark.slow
def test_an_endpoint_is_asked_by_the_query_of_the_map(kg: KnowledgeGraph, tmp_path: Path) -> None:
    import httpx
    from stores import empty_oxigraph

    (tmp_path / "map.toml").write_text(imported.MAP + QUERY)
    map_ = read_map(tmp_path / "map.toml", kg.reasoned)
    with empty_oxigraph() as url:
        httpx.post(f"{url}store?default", content=STATED, headers={"Content-Type": "text/turtle"}).raise_for_status()
        made = imported.records(kg, read_rows(f"{url}query", map_), tmp_path / "map.toml")
    assert len(made.claims) == 1
    with pytest.raises(GlutkgError):
        read_rows(f"{url}query", map_)


@pytest.mark.slow
@pytest.mark.parametrize("name", READY)
def test_a_sample_is_imported_whole_and_asked(run: Run, tmp_path: Path, name: str) -> None:
    for path in imported.SAMPLES.glob("*"):
        shutil.copy(path, tmp_path)
    done = run("import", SOURCES[name], "--map", name, "--date", "2026", "--licence", "CC0", "--into", "mine")
    assert done.returncode == 1, done.stderr
    assert f"imported: {len(MADE[name])} claim" in done.stdout
    assert run("--data", "mine", "check").returncode == 0
    listed = (tmp_path / "mine" / name / "rejected.tsv").read_text(encoding="utf-8").splitlines()
    assert len(listed) == len(REJECTED[name]) + 1
