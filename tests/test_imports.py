"""An import takes over what fits, says of everything else why it does not, and leaves nothing half-written."""

from __future__ import annotations

import random
import re
import tomllib
from typing import TYPE_CHECKING

import imported
import pytest
from conftest import ROOT
from test_contributing import BLOCK

from glutkg.checks.check import shapes_of
from glutkg.checks.record_classes import RecordClasses
from glutkg.errors import LimitError, NotFoundError, SourceError, UsageError
from glutkg.imports import tables
from glutkg.imports.column_map import read_map
from glutkg.imports.new_map import new_map
from glutkg.imports.resolving import Resolver
from glutkg.imports.rows import Reject, require
from glutkg.imports.sources import read_rows
from glutkg.imports.tables import Layout, read_table
from glutkg.store.names import named

if TYPE_CHECKING:
    from pathlib import Path

    from command_runs import Run

    from glutkg.api import KnowledgeGraph
    from glutkg.imports.records import Records

PAGE = (ROOT / "docs" / "imports.md").read_text(encoding="utf-8")
GOOD = ("memantine", "", "NMDA receptor", "pore block")


def _plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
@pytest.mark.xdist_group("imports")
def test_the_page_on_imports_says_what_comes_out(run: Run, tmp_path: Path) -> None:
    said, done = "", 0
    for kind, name, content in BLOCK.findall(PAGE):
        done += 1
        if kind == "sh":
            for line in content.splitlines():
                said = _typed(line, run, tmp_path)
        elif kind == "text":
            assert [line for line in content.splitlines() if _plain(line) not in said] == [], said
        elif kind == "turtle":
            assert content in (tmp_path / name).read_text(encoding="utf-8")
        else:
            (tmp_path / name).write_text(content, encoding="utf-8")
    assert done >= 9


def _typed(line: str, run: Run, folder: Path) -> str:
    import shlex
    import subprocess

    program, *arguments = shlex.split(line)
    if program != "glutkg":
        subprocess.run([program, *arguments], cwd=folder, check=True)
        return ""
    done = run(*arguments)
    assert done.returncode in (0, 1), done.stderr
    return _plain(done.stdout + done.stderr)


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [15, pytest.param(600, marks=pytest.mark.slow)])
def test_a_name_is_found_as_the_value_of_a_question_is(kg: KnowledgeGraph, number: int, seed: int) -> None:
    """All equally good names of one thing; where a name stands for several, the one of a question is among them."""
    resolver = Resolver(kg.reasoned)
    names = sorted({o.value for _, p, o in kg.reasoned.triples() if p.value.endswith(("#label", "#altLabel"))})
    for name in random.Random(seed).sample(names, number):  # noqa: S311 - a sample
        found, wanted = resolver.candidates(name), named(kg.reasoned, name)
        assert wanted[0] in found or not found, name
        assert set(found) <= set(wanted), name


@pytest.mark.parametrize(
    ("text", "prefix", "kind", "said"),
    [
        ("ketamin", None, None, "Did you mean 'ketamine'"),
        ("P35439", "uniprot", None, "Nothing in the graph is mapped to 'uniprot:P35439'"),
        ("NMDA receptor", None, "glut:Substance", "is glut:NMDAReceptor, which is no glut:Substance"),
    ],
)
def test_what_is_not_found_is_said(kg: KnowledgeGraph, text: str, prefix: str, kind: str, said: str) -> None:
    from glutkg.rdf.namespaces import expand

    with pytest.raises(NotFoundError, match=re.escape(said)):
        Resolver(kg.reasoned).find(text, prefix, expand(kind) if kind else None)


def test_an_identifier_that_is_only_wider_does_not_stand_for_a_thing(kg: KnowledgeGraph) -> None:
    from glutkg.rdf.namespaces import SKOS

    surer = {f"{SKOS}{kind}Match" for kind in ("exact", "close", "narrow")}
    mapped = {o.value for _, p, o in kg.reasoned.triples() if p.value in surer}
    wider = sorted({o.value for _, _, o in kg.reasoned.triples(None, SKOS + "broadMatch")} - mapped)
    resolver = Resolver(kg.reasoned)
    assert len(wider) > 10
    assert [iri for iri in wider if resolver.candidates(iri)] == []


# --- tables -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("no.csv", b"", "the table is empty"),
        ("latin.csv", "drug,how\nm\xe9mantine,x\n".encode("latin-1"), "latin.csv:2: the file is not UTF-8 text"),
        ("sixteen.csv", "drug,how\n".encode("utf-16"), "is not UTF-8 text"),
        ("zero.csv", b"drug,how\nx\0,y\n", "zero.csv:2: the file is no text"),
        ("semicolon.csv", b"drug;how\nx;y\n", 'delimiter = ";"'),
        ("twice.csv", b"drug,drug\nx,y\n", "two columns are called 'drug'"),
        ("quote.csv", b'drug,how\n"x,y\n', "Close the quotes"),
        ("book.xlsx", b"PK\x03\x04 not a workbook", "is no workbook"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=re.escape(said)):
        list(read_table(tmp_path / name, Layout()).rows)


def test_a_table_that_is_too_long_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    (tmp_path / "long.csv").write_text("drug,how\n" + "x,y\n" * 9)
    with pytest.raises(LimitError, match="more than 3 rows"):
        read_table(tmp_path / "long.csv", Layout())
    (tmp_path / "less.csv").write_text("drug,how\n" + "x,y\n" * 5)
    with pytest.raises(LimitError, match="more than 3 rows"):
        list(read_table(tmp_path / "less.csv", Layout()).rows)


def test_a_workbook_and_text_in_another_encoding_have_the_same_rows(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["drug", "dose"])
    sheet.append(["mémantine", 20.0])
    book.save(tmp_path / "book.xlsx")
    (tmp_path / "latin.tsv").write_bytes("drug\tdose\nmémantine\t20\n".encode("cp1252"))
    (tmp_path / "marked.csv").write_bytes("\ufeffdrug,dose\r\nmémantine,20\r\n".encode())
    found = [
        list(read_table(tmp_path / name, Layout(encoding=encoding)).rows)
        for name, encoding in (("book.xlsx", "utf-8"), ("latin.tsv", "cp1252"), ("marked.csv", "utf-8"))
    ]
    assert found[0] == found[1] == found[2]
    assert found[0][0].cells == {"drug": "mémantine", "dose": "20"}  # type: ignore[union-attr]


def test_a_row_with_too_many_cells_is_rejected_and_one_with_too_few_is_read(tmp_path: Path) -> None:
    (tmp_path / "uneven.csv").write_text("drug,how\na,b,c\na\n,\nd,e\n")
    first, second, third = read_table(tmp_path / "uneven.csv", Layout()).rows
    assert isinstance(first, Reject)
    assert "has 3 cells, and the header has 2" in first.reason
    assert [second.place, third.place] == ["row 3", "row 5"]  # type: ignore[union-attr]


def test_a_missing_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no column 'Ligand', .* Did you mean 'Ligands'"):
        require(["Ligand"], ["Ligands", "Target"], tmp_path)
    with pytest.raises(SourceError, match=r"no columns 'Ligand', 'Species', .* Did you mean 'Ligands'"):
        require(["Ligand", "Target", "Species"], ["Ligands", "Target"], tmp_path)


# --- maps -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[source]", "[source", "no TOML"),
        ("[source]", "[sources]", "Did you mean 'source'"),
        ('licence = "CC0"', "", "the licence is missing"),
        ('date = "2026"', "", "or --date with the command"),
        ('date = "2026"', 'date = "soon"', "the date soon is none"),
        ('name = "sample"', 'name = "My Sample"', "small letters"),
        ("glut:MechanismOfAction", "glut:Mechanism", "[[claim]] 1, 'class'"),
        ('class = "glut:MechanismOfAction"', 'class = "memantine"', "is no class"),
        ("agent = {", "agnt = {", "[[claim]] 1, 'agnt'"),
        ('column = "drug",', 'colum = "drug",', "Did you mean 'column'"),
        ('column = "how"', "", "name the column"),
        ("glut:Reported", "glut:Reportd", "[[claim]] 1, 'modality'"),
        ("[[claim]]", "[[claims]]", "there is no key 'claims'"),
        ('column = "how"', 'column = "how", literal = "colour"', "a literal is one of"),
        ('label = "{agent}', 'labels = "{agent}', "'labels'"),
    ],
)
def test_a_fault_of_a_map_is_told_with_its_key(
    kg: KnowledgeGraph, tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in imported.MAP
    (tmp_path / "map.toml").write_text(imported.MAP.replace(old, new, 1))
    with pytest.raises(SourceError, match=re.escape(said)):
        read_map(tmp_path / "map.toml", kg.reasoned).refuse_undescribed()


def test_a_map_that_is_begun_asks_for_what_it_lacks_and_then_makes_claims(
    kg: KnowledgeGraph, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "own.csv").write_text("drug;action;note\nketamine;turns off;x\n")
    assert "glutkg import own.csv --new-map map.toml" in run("import", "own.csv").stderr
    done = run("import", "own.csv", "--new-map", "map.toml")
    assert (done.returncode, done.stdout) == (0, (tmp_path / "map.toml").read_text())
    assert "is there already" in run("import", "own.csv", "--new-map", "map.toml").stderr
    assert "not allowed with" in run("import", "own.csv", "--map", "map.toml", "--new-map", "other.toml").stderr
    assert "is an address" in run("import", "https://example.org/sparql", "--new-map", "other.toml").stderr
    assert "glutkg import 'my own.csv' --new-map map.toml" in run("import", "my own.csv", "--new-map", "").stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["map.toml", "own.csv"]
    with pytest.raises(SourceError, match=r"'action': it is empty"):
        read_map(tmp_path / "map.toml", kg.reasoned)
    words = {
        '"turns off" = ""': '"turns off" = "glut:Antagonism"', 'target = ""': 'target = "glut:NMDAReceptor"',
        'result = ""': 'result = "glut:Affirmed"', 'modality = ""': 'modality = "glut:Reported"',
        'licence = ""': 'licence = "CC0"', 'date = ""': 'date = "2026"',
    }  # fmt: skip
    text = (tmp_path / "map.toml").read_text()
    assert "# Nothing is made of: note." in text
    assert [one for one in words if one not in text] == []
    for old, new in words.items():
        text = text.replace(old, new)
    (tmp_path / "map.toml").write_text(text)
    rows = read_rows(str(tmp_path / "own.csv"), read_map(tmp_path / "map.toml", kg.reasoned))
    (claim,) = imported.records(kg, rows, tmp_path / "map.toml").claims.values()
    assert claim.label == "Ketamine antagonism"


def test_a_map_that_is_begun_is_toml_whatever_its_columns_are_called(kg: KnowledgeGraph, tmp_path: Path) -> None:
    """Of properties that an import writes itself, and of line breaks in a heading, nothing is made."""
    table = tmp_path / "own.csv"
    table.write_text('label,Drug,"Works\nat","my\nother"\nx,memantine,NMDA receptor,y\n')
    text = new_map(table, kg.reasoned, RecordClasses(kg.reasoned, shapes_of(kg.folder)))
    (claim,) = tomllib.loads(text)["claim"]
    assert {value["column"] for value in claim.values() if isinstance(value, dict)} == {"Drug", "Works\nat"}
    assert "# Nothing is made of: label, my other." in text


@pytest.mark.parametrize(("key", "value"), [("name", "My Sample"), ("date", "soon")])
def test_a_fault_of_an_option_is_not_laid_to_the_map(kg: KnowledgeGraph, tmp_path: Path, key: str, value: str) -> None:
    (tmp_path / "map.toml").write_text(imported.MAP)
    with pytest.raises(UsageError, match=f"^--{key}: the {key} "):
        read_map(tmp_path / "map.toml", kg.reasoned, {key: value})


# --- rows into claims -------------------------------------------------------------------------------------------------


def _made(kg: KnowledgeGraph, folder: Path, *rows: tuple[str, ...], map_: str = imported.MAP) -> Records:
    (folder / "map.toml").write_text(map_)
    (folder / "table.csv").write_text(imported.table(*rows))
    return imported.records(kg, read_table(folder / "table.csv", Layout()), folder / "map.toml")


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (("memantin", "", "NMDA receptor", "pore block"), "drug", "Did you mean 'memantine'"),
        (("", "", "NMDA receptor", "pore block"), "drug", "drug is empty, and is needed"),
        (("NMDA receptor", "", "NMDA receptor", "pore block"), "drug", "which is no glut:Substance"),
        (("memantine", "uniprot:P35439", "", "pore block"), "id", "is mapped to 'uniprot:P35439'"),
        (("memantine", "", "NMDA receptor", "sniffing"), "how", "Nothing in the graph is called 'sniffing'"),
    ],
)
def test_a_cell_that_does_not_fit_is_rejected_with_row_and_column(
    kg: KnowledgeGraph, tmp_path: Path, row: tuple[str, ...], column: str, said: str
) -> None:
    made = _made(kg, tmp_path, GOOD, row)
    (reject,) = made.rejects
    assert (reject.row.place, reject.column) == ("row 3", column)
    assert said in reject.reason
    assert len(made.claims) == 1


def test_rows_that_state_the_same_make_one_claim(kg: KnowledgeGraph, tmp_path: Path) -> None:
    made = _made(kg, tmp_path, GOOD, GOOD, (*GOOD[:3], "channel block"))
    first, second = made.claims.values()
    assert [row.place for row in first.rows] == ["row 2", "row 3"]
    assert second.label != first.label
    assert made.merged == 1


def test_two_identifiers_of_a_row_must_name_the_same(kg: KnowledgeGraph, tmp_path: Path) -> None:
    made = _made(kg, tmp_path, ("memantine", "iuphar.receptor:293", "iuphar.receptor:289", "pore block"))
    assert "id says glut:MGlu5Receptor but target says glut:MGlu1Receptor" in made.rejects[0].reason


def test_a_stub_is_made_once_and_of_the_class_that_the_map_names(kg: KnowledgeGraph, tmp_path: Path) -> None:
    map_ = imported.MAP.replace('kind = "glut:Substance"', 'stub = "glut:Drug"').replace(
        'columns = ["id", "target"]', 'columns = ["id", "target"], stub = "glut:Receptor"'
    )
    row = ("compound 7", "uniprot:P0TEST", "ABC1 receptor", "antagonism")
    made = _made(kg, tmp_path, row, (*row[:3], "agonism"), ("ketamine", *row[1:]), map_=map_)
    drug, receptor = made.stubs.values()
    assert (drug.iri.rpartition("/")[2], drug.is_class) == ("compound-7", False)
    assert (receptor.iri.rpartition("/")[2], receptor.is_class) == ("ABC1Receptor", True)
    assert receptor.identifiers == ("http://purl.uniprot.org/uniprot/P0TEST",)
    assert len(made.claims) == 3


# --- the whole --------------------------------------------------------------------------------------------------------


@pytest.mark.xdist_group("imports")
def test_what_fails_leaves_nothing_behind(run: Run, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(imported.MAP)
    (tmp_path / "table.csv").write_text(imported.table(("x", "", "y", "z")))
    before = sorted(tmp_path.iterdir())
    for arguments, said in (
        (("table.csv", "--map", "map.toml"), "No claim can be imported"),
        (("table.csv", "--map", "map.tom"), "There is no map map.tom"),
        (("tabl.csv", "--map", "map.toml"), "there is no such file"),
        (("table.csv", "--map", "map.toml", "--into", "map.toml"), "is a file"),
        (("table.csv", "--map", "map.toml", "--into", "."), "holds other things"),
    ):
        done = run("import", *arguments)
        assert done.returncode in (1, 2)
        assert said in done.stderr
        assert sorted(tmp_path.iterdir()) == before


def test_the_reasons_are_beside_the_cells() -> None:
    from glutkg.imports.importing import rejected_table
    from glutkg.imports.rows import Row

    written = rejected_table([Reject(Row("row 2", {"a": "x", "b": "y\tz"}), "a", "x", "no x")], ("a", "b"))
    assert written.splitlines()[1] == 'row 2\ta\tx\tno x\tx\t"y\tz"'
