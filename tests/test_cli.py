"""The command line as a user meets it: answers, formats, and one clear message for each wrong call."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
import pytest
from conftest import ROOT

from glutkg.atomic_write import write_atomically
from glutkg.commands import console

if TYPE_CHECKING:
    from collections.abc import Callable

    from glutkg.api import KnowledgeGraph

    Run = Callable[..., subprocess.CompletedProcess[str]]

SELECT = "SELECT ?drug { ?drug glut:antagonises glut:NMDAReceptor } ORDER BY ?drug"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("questions",), 0), (("check", "nowhere.ttl"), 1), (("show", "ketamin"), 2), (("frobnicate",), 2)],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_a_process_ends_as_the_command_does_in_another(
    run: Run, process: Run, arguments: tuple[str, ...], code: int
) -> None:
    """What most tests take for granted: they call the command without a process of its own."""
    done, alone = run(*arguments), process(*arguments)
    assert alone.returncode == done.returncode == code
    assert (alone.stdout, alone.stderr) == (done.stdout, done.stderr)
    assert alone.stdout or alone.stderr


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
    assert list(csv.DictReader((tmp_path / "rows.csv").open(newline=""))) == as_csv


def test_sparql_takes_text_a_file_and_standard_input(run: Run, tmp_path: Path) -> None:
    (tmp_path / "drugs.rq").write_text(SELECT, encoding="utf-8")
    marked = f"\ufeff{SELECT}"
    answers = {run("sparql", SELECT).stdout, run("sparql", "drugs.rq").stdout, run("sparql", "-", stdin=marked).stdout}
    assert len(answers) == 1
    assert "substance:dizocilpine" in answers.pop()


def test_sparql_asks_what_is_stated_inferred_or_both(run: Run) -> None:
    stated, inferred, both = (
        run("sparql", "--over", part, SELECT, "--format", "csv").stdout.split()[1:]
        for part in ("stated", "inferred", "both")
    )
    assert stated == []
    assert inferred == both
    assert len(both) > 3


def test_sparql_answers_ask_and_construct(run: Run) -> None:
    assert "true" in run("sparql", "ASK { ?drug glut:antagonises glut:NMDAReceptor }").stdout
    built = run("sparql", "CONSTRUCT { ?d glut:x ?r } WHERE { ?d glut:antagonises ?r }", "--format", "turtle").stdout
    assert len(list(pyoxigraph.parse(built, format=pyoxigraph.RdfFormat.TURTLE))) > 3


@pytest.mark.parametrize("name", ["MK-801", "mGluR5", "TCC", "glut:NMDAReceptor", "Sp5C", "review:s062"])
def test_show_finds_names_synonyms_and_curies(run: Run, name: str) -> None:
    done = run("show", name)
    assert done.returncode == 0, done.stderr
    assert "\nASK\n" in done.stdout


def test_show_finds_an_identifier_of_a_public_vocabulary(run: Run) -> None:
    done = run("show", "UBERON:0001897")
    assert done.stdout.startswith("thalamus\n")


def test_why_leads_down_to_claims_and_sentences(run: Run) -> None:
    done = run("why", "memantine", "is a", "NMDA receptor antagonist", "--proof")
    assert done.returncode == 0, done.stderr
    assert "RESTS ON" in done.stdout
    assert "paragraph" in done.stdout


def test_questions_are_listed_by_topic(run: Run) -> None:
    listed = list(csv.DictReader(io.StringIO(run("questions", "--format", "csv").stdout)))
    assert len(listed) >= 12
    assert [row["topic"] for row in listed] == sorted(row["topic"] for row in listed)


def test_help_describes_the_parameters_of_a_question(run: Run) -> None:
    shown = run("ask", "compounds-at-receptor", "--help").stdout
    assert "--receptor" in shown
    assert "A row:" in shown


def test_asking_without_a_question_says_how_to_find_one(run: Run) -> None:
    done = run("ask")
    assert (done.returncode, "glutkg questions" in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_is_a_script_for_the_shell(run: Run, shell: str) -> None:
    assert "glutkg" in run("completion", shell).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="the shell hands over file descriptors")
@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("glutkg verif", "verify"),
        ("glutkg ask compounds-at", "compounds-at-receptor"),
        ("glutkg ask compounds-at-receptor --rec", "--receptor"),
        ("glutkg ask compounds-at-receptor --receptor mGlu5", "mGlu5"),
        ("glutkg show memant", "memantine"),
        ("glutkg draw comparison ketamine memant", "memantine"),
        ("glutkg ask no-such-question --x", ""),
    ],
)
def test_the_shell_gets_completions(cache: Path, line: str, completed: str) -> None:
    asked = {"COMP_LINE": line, "COMP_POINT": str(len(line)), "_ARGCOMPLETE": "1", "_ARGCOMPLETE_SHELL": "bash"}
    environment = {**os.environ, **asked, "GLUTKG_CACHE": str(cache)}
    command = f"{sys.executable} -m glutkg 8>&1 9>/dev/null 1>/dev/null"
    done = subprocess.run(
        ["bash", "-c", command], env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert completed in [name.strip() for name in done.stdout.split("\013")]


def test_a_dash_is_standard_output(run: Run, tmp_path: Path) -> None:
    assert run("ask", "conflicts", "--format", "csv", "-o", "-").stdout.startswith("conflict,")
    assert not (tmp_path / "-").exists()


def test_the_cache_says_where_it_is_and_can_be_cleared(run: Run, small_data: Path, tmp_path: Path) -> None:
    own = {"GLUTKG_CACHE": str(tmp_path / "own")}
    assert run("--data", str(small_data), "show", "glut:Claim", environment=own).returncode in (0, 2)
    shown = run("cache", environment=own).stdout
    assert shown.startswith(str(tmp_path / "own"))
    assert shown.endswith("1 kept\n")
    assert run("cache", "--clear", environment=own).stdout.endswith("0 kept\n")


def test_a_term_that_the_graph_does_not_have_is_named(run: Run) -> None:
    done = run("sparql", "SELECT * { ?x glut:antagonizes glut:NMDAReceptor }")
    assert done.returncode == 0
    assert "no term glut:antagonizes. Did you mean glut:antagonises" in done.stderr
    assert run("sparql", SELECT).stderr == ""


@pytest.mark.parametrize("number", ["٣", "1" * 23, "1_0", "3.0"])
def test_only_plain_numbers_are_numbers(run: Run, number: str) -> None:
    done = run("ask", "replicated-effects", "--at-least", number)
    assert done.returncode == 2, done.stdout
    assert run("path", "memantine", "migraine aura", "--limit", number).returncode == 2
    assert run("ask", "replicated-effects", "--at-least", "3").stdout == (
        run("ask", "replicated-effects", "--atLeast", "3").stdout
    )


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (("ask", "no-such-question"), "There is no question 'no-such-question'", 2),
        (("ask", "compounds-at-receptor", "--receptor", "ketamine"), "takes a target", 2),
        (("ask", "use-status", "perampanel"), "is not a condition. Did you mean --compound perampanel?", 2),
        (("ask", "compounds-at-receptor", "--receptor"), "--receptor needs a value", 2),
        (("ask", "compounds-at-receptor", "mGlu5", "mGlu1"), "'mGlu1' is one value too many", 2),
        (("ask", "compounds-at-receptor", "--colour", "red"), "has no parameter --colour", 2),
        (("show", "ketamin"), "Did you mean 'ketamine'", 2),
        (("why", "memantine", "antagonises", "mGlu5 receptor"), "does not hold", 2),
        (("why", "memantine", "glut:antagonizes", "NMDA receptor"), "Nothing in the graph is called 'glut:anta", 2),
        (("why", "memantine", "is a", "owl:Class"), "does not hold: memantine – is a – kind", 2),
        (("why", "--question", "compounds-at-receptor", "mGlu5"), "Write parameter=mGlu5", 2),
        (("why", "memantine", "is a", "drug", "--row", "2"), "use it with --question", 2),
        (("justify", "receptor", "is a", "receptor", "--timeout", "nan"), "nan is not a number of seconds", 2),
        (("reason", "--generated", "-1"), "-1 is not a whole number of at least 0", 2),
        (("why", "memantine", "is a", "drug", "--limit", "many"), "many is not a whole number of at least 1", 2),
        (("sparql", "ASK {}", "--timeout", "soon"), "soon is not a number of seconds", 2),
        (("reason", "--timeout", "inf"), "inf is not a number of seconds", 2),
        (("sparql", "ASK {}", "--timeout", "-1"), "-1 is not a number of seconds", 2),
        (("sparql", "SELEC ?x {}"), "does not parse", 2),
        (("sparql", "nowhere.rq"), "cannot be found", 2),
        (("sparql", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"), "SERVICE", 2),
        (("sparql", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"), "FROM", 2),
        (("sparql", SELECT, "-o", "nowhere/rows.csv"), "cannot be written", 2),
        (("export", "-o", "nowhere/graph.ttl"), "cannot be written", 2),
        (("sparql", SELECT, "-o", ""), "needs the name of a file", 2),
        (("sparql", "."), "is a folder. Name a file that holds the query", 2),
        (("--data", "nowhere", "questions"), "does not exist", 2),
        (("check", "nowhere.ttl"), "nowhere.ttl", 1),
        (("frobnicate",), "invalid choice", 2),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_a_wrong_call_gets_one_clear_message(run: Run, arguments: tuple[str, ...], message: str, code: int) -> None:
    import re

    done = run(*arguments)
    output = done.stderr + (done.stdout if arguments[0] == "check" else "")
    assert re.search(message, output), output
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_what_the_graph_mentions_may_be_asked_for(run: Run) -> None:
    proof = run("why", "NMDA receptor", "is a", "owl:Class", "--proof").stdout
    assert proof.startswith("NMDA receptor – is a – kind   [ontology/")


def test_a_query_that_is_not_text_is_refused(run: Run) -> None:
    done = run("sparql", "-", stdin=b"SELECT \xff")
    assert done.returncode == 2
    assert "UTF-8" in done.stderr


def test_no_output_file_is_left_half_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("kept", encoding="utf-8")
    assert run("sparql", "SELEC", "-o", "rows.csv").returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8") == "kept"


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


@pytest.fixture
def small_data(tmp_path: Path) -> Path:
    """A data folder of its own, small, so that a new graph is made in no time."""
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "tests" / "changes", folder)
    shutil.copytree(ROOT / "queries" / "views", folder / "queries" / "views")
    return folder


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<http://x> <http://y> .\n", r"broken\.ttl:1"),
        (b"@prefix glut: <https://w3id.org/glutkg/> .\nglut:x a \xff .", r"broken\.ttl:2: the file is not UTF-8"),
        (b'<http://x> <http://y> "z"@he--rtl .', r"broken\.ttl:1: .*RDF 1\.2"),
    ],
)
def test_a_broken_source_is_named_with_its_line(run: Run, small_data: Path, content: bytes, message: str) -> None:
    import re

    (small_data / "facts" / "broken.ttl").write_bytes(content)
    done = run("--data", str(small_data), "show", "glut:Claim")
    assert done.returncode == 1
    assert re.search(message, done.stderr), done.stderr
    assert "Traceback" not in done.stderr


def test_a_cache_folder_that_cannot_be_written_is_named_with_the_cure_and_holds_nobody_up(
    run: Run, small_data: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = run(
        "--data", str(small_data), "show", "glut:Claim", environment={"GLUTKG_CACHE": str(tmp_path / "file" / "cache")}
    )
    assert done.returncode == 0
    assert "GLUTKG_CACHE" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_damaged_or_stale_graph_is_made_anew(run: Run, small_data: Path, tmp_path: Path) -> None:
    environment = {"GLUTKG_CACHE": str(tmp_path / "cache")}
    arguments = ("--data", str(small_data), "show", "glut:Claim")
    first = run(*arguments, environment=environment)
    (kept,) = (tmp_path / "cache").iterdir()
    table = next((kept / "store").glob("*.sst"))
    table.write_bytes(bytes(byte ^ 0xFF for byte in table.read_bytes()))
    assert run(*arguments, environment=environment).stdout == first.stdout
    claims = small_data / "ontology" / "world.ttl"
    claims.write_text(claims.read_text(encoding="utf-8").replace('"claim"@en', '"assertion"@en'), encoding="utf-8")
    assert run(*arguments, environment=environment).stdout.startswith("assertion")
    assert not [path for path in (tmp_path / "cache").iterdir() if path.name.startswith("making")]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are POSIX's")
def test_a_kept_graph_is_used_from_a_read_only_folder(run: Run, small_data: Path, tmp_path: Path) -> None:
    environment = {"GLUTKG_CACHE": str(tmp_path / "cache")}
    arguments = ("--data", str(small_data), "show", "glut:Claim")
    first = run(*arguments, environment=environment)
    assert first.stdout.startswith("claim")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*")}
    for path in [tmp_path / "cache", *before]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert run(*arguments, environment=environment).stdout == first.stdout
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*")} == before
    for path in [tmp_path / "cache", *before]:
        path.chmod(0o755)


def test_a_closed_pipe_is_not_an_error() -> None:
    """Of more rows than the pipe holds."""
    command = f"{sys.executable} -m glutkg sparql 'SELECT * {{ ?s ?p ?o }} LIMIT 3000' | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False, timeout=120)
    assert done.stderr == ""


def test_asking_a_cached_graph_imports_nothing_that_takes_long(kg: KnowledgeGraph) -> None:
    program = (
        "import sys; from glutkg.cli import main; main(['ask', 'compounds-at-receptor']); "
        "heavy = {'rdflib', 'pyshacl', 'owlready2', 'rich', 'pandas', 'shtab', 'numpy', 'inspect', 'difflib', 'html'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True, timeout=120
    )
    assert done.stderr.strip() == "[]"


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
        "BIOMARKERS",
        "MECHANISMS OF",
    ]
    places = [next(n for n, title in enumerate(titles) if title.startswith(wanted)) for wanted in order]
    assert places == sorted(places)
    denied = shown.partition("DENIED, OPEN OR AFFIRMED IN PART")[2].partition("\n\n")[0]
    assert "Memantine has no approval for the prevention of migraine (not approved" in denied
    assert "… and " in shown
    assert "… and " not in run("show", "migraine", "--all").stdout
    assert re.search(r"^kinds +infusion; intravenous", run("show", "route").stdout, re.MULTILINE)


def test_a_call_without_a_command_gives_help(run: Run) -> None:
    assert "glutkg ask compounds-at-receptor" in run().stdout
