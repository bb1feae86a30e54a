"""Where an answer goes: in every format the same rows, to a terminal, a pipe or a file, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import select
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
import pytest
from conftest import ROOT

from glutkg.atomic_write import write_atomically
from glutkg.cli import main
from glutkg.commands import console

if TYPE_CHECKING:
    from command_runs import Run


SELECT = "SELECT ?drug { ?drug glut:antagonises glut:NMDAReceptor } ORDER BY ?drug"


@pytest.mark.parametrize(("patience", "shown"), [(0.01, True), (60, False)])
def test_a_terminal_is_told_what_takes_long(monkeypatch: pytest.MonkeyPatch, patience: float, shown: bool) -> None:
    controller, terminal = pty.openpty()
    monkeypatch.setattr(console, "PATIENCE", patience)
    monkeypatch.setenv("TERM", "xterm")
    with os.fdopen(terminal, "w") as stream, os.fdopen(controller, "rb", 0) as screen:
        monkeypatch.setattr(sys, "stderr", stream)
        with console.progress("comparing") as report:
            report("half of it")
            text = ""
            while "half of it" not in text and select.select([screen], [], [], 10 if shown else 0.1)[0]:
                text += screen.read(4096).decode()
    assert ("comparing: half of it" in text) == shown


def test_a_pipe_is_told_nothing_of_what_takes_long(capfd: pytest.CaptureFixture[str]) -> None:
    with console.progress("comparing") as report:
        report("half of it")
    assert capfd.readouterr() == ("", "")


def test_every_format_holds_the_same_rows(run: Run, tmp_path: Path) -> None:
    question = ("ask", "compounds-at-receptor", "--receptor", "NMDA receptor")
    as_csv = list(csv.DictReader(io.StringIO(run(*question, "--format", "csv").stdout)))
    as_json = json.loads(run(*question, "--format", "json").stdout)["results"]["bindings"]
    as_tsv = run(*question, "--format", "tsv").stdout.splitlines()
    as_markdown = [line for line in run(*question, "--format", "markdown").stdout.splitlines() if line.startswith("|")]
    as_turtle = run(*question, "--format", "turtle").stdout
    assert len(as_csv) == len(as_json) == len(as_tsv) - 1 == len(as_markdown) - 2 > 3
    assert [row["compound"] for row in as_csv] == [row["compound"]["value"] for row in as_json]
    assert len(list(pyoxigraph.parse(as_turtle, format=pyoxigraph.RdfFormat.TURTLE))) > 3 * len(as_csv)
    run(*question, "--format", "csv", "-o", "rows.csv")
    assert list(csv.DictReader((tmp_path / "rows.csv").open(newline="", encoding="utf-8-sig"))) == as_csv


def test_a_dash_is_standard_output(run: Run, tmp_path: Path) -> None:
    assert run("ask", "conflicts", "--format", "csv", "-o", "-").stdout.startswith("conflict,")
    assert not (tmp_path / "-").exists()


def test_no_output_file_is_left_half_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("kept", encoding="utf-8")
    assert run("sparql", "SELEC", "-o", "rows.csv").returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8") == "kept"


def test_no_answer_is_written_over_what_it_is_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    own, data, query = tmp_path / "own.ttl", tmp_path / "data", tmp_path / "own.rq"
    for name in ("facts", "ontology", "rules", "shapes", "queries"):
        (data / name).mkdir(parents=True)
    stated = data / "facts" / "stated.ttl"
    rule = data / "rules" / "own.rq"
    for path in (own, query, stated, rule):
        path.write_text("<x:a> <x:b> <x:c> .\n", encoding="utf-8")
    (tmp_path / "link.ttl").symlink_to(own)
    for call in (
        ("check", "own.ttl", "-o", "own.ttl"),
        ("check", "own.ttl", "-o", "link.ttl"),
        ("whatif", "./own.ttl", "-o", str(own)),
        ("justify", "--inconsistent", "--with", "own.ttl", "-o", "own.ttl"),
        ("show", "glutamate", "--with", "own.ttl", "-o", "own.ttl"),
        ("sparql", "own.rq", "-o", "own.rq"),
        ("diff", "own.ttl", "-o", "own.ttl"),
        ("diff", "data", "-o", str(stated)),
        ("--data", "data", "export", "turtle", "-o", str(stated)),
        ("--data", "data", "reason", "-o", "data/rules/own.rq"),
    ):
        assert main(call) == 2, call
        assert "is a file that the answer is made of. Name another file." in capfd.readouterr().err
    assert {path.read_text(encoding="utf-8") for path in (own, query, stated, rule)} == {"<x:a> <x:b> <x:c> .\n"}
    (tmp_path / "report.csv").write_text("old", encoding="utf-8")
    assert main(("--data", "data", "check", "-o", "report.csv", "--format", "csv")) < 2
    assert (tmp_path / "report.csv").read_text(encoding="utf-8-sig").startswith("severity,"), "written anew"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_an_output_keeps_its_mode_and_its_name_may_be_as_long_as_any(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    mask = os.umask(0o027)
    write_atomically(path, b"old")
    os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o640
    path.chmod(0o600)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="pipes with names are POSIX's")
def test_an_output_that_is_no_regular_file_is_written_to_and_not_replaced(run: Run, tmp_path: Path) -> None:
    pipe, link, target = tmp_path / "pipe", tmp_path / "link.csv", tmp_path / "target.csv"
    os.mkfifo(pipe)
    link.symlink_to(target.name)
    for path in (pipe, link):
        reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) if path == pipe else None
        assert run("sparql", SELECT, "--format", "csv", "-o", path.name).returncode == 0
        content = reader.communicate(timeout=60)[0] if reader else target.read_bytes()
        assert b"substance/dizocilpine" in content
    assert pipe.is_fifo()
    assert link.is_symlink()


@pytest.mark.parametrize("where", [">&-", "> /dev/full"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only where there is such a device")
def test_an_answer_that_cannot_be_printed_gets_one_line(where: str) -> None:
    command = f"{sys.executable} -m glutkg sparql '{SELECT}' {where}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False, timeout=120)
    assert done.returncode == 2
    assert re.fullmatch(r"glutkg: (Standard output|The answer) .*\n", done.stderr)


@pytest.mark.parametrize(("query", "code"), [(SELECT, 0), ("SELECT * { ?s", 2)])
def test_a_closed_standard_error_takes_no_answer_away(query: str, code: int) -> None:
    command = f"{sys.executable} -m glutkg sparql '{query}' --format csv 2>&- <&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False, timeout=120)
    assert done.returncode == code
    assert ("dizocilpine" in done.stdout) is (code == 0), "nor is a message taken for one"


def test_a_closed_pipe_is_not_an_error() -> None:
    """Of more rows than the pipe holds."""
    command = f"{sys.executable} -m glutkg sparql 'SELECT * {{ ?s ?p ?o }} LIMIT 3000' | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False, timeout=120)
    assert done.stderr == ""


def test_an_answer_on_a_terminal_explains_each_of_its_marks(run: Run) -> None:
    answer = run("ask", "compounds-at-receptor", "--receptor", "NMDA receptor").stdout
    start = re.search(r"^\[1\] ", answer, re.MULTILINE)
    assert start
    table, notes = answer[: start.start()], answer[start.start() :]
    marks = {int(mark) for mark in re.findall(r"\[(\d+)\]", table)}
    for first, last in re.findall(r"\[(\d+)\] to \[(\d+)\]", table):
        marks.update(range(int(first), int(last)))
    assert len(marks) > 5
    assert marks == {int(mark) for mark in re.findall(r"^\[(\d+)\]", notes, re.MULTILINE)}
    assert notes.count("claim:") == len(marks)
    assert "AP7 is an NMDA receptor antagonist (affirmed, established; review s049, review s070)" in notes
