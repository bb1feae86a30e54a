"""The command line as a user meets it: what each command answers, and one clear message for each wrong call."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
import pytest
from conftest import ROOT

if TYPE_CHECKING:
    from command_runs import Run

    from glutkg.api import KnowledgeGraph

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


def test_why_leads_down_to_claims_and_sentences(run: Run) -> None:
    done = run("why", "memantine", "is a", "NMDA receptor antagonist", "--proof")
    assert done.returncode == 0, done.stderr
    assert "RESTS ON" in done.stdout
    assert "paragraph" in done.stdout


def test_questions_are_listed_by_topic(run: Run) -> None:
    listed = list(csv.DictReader(io.StringIO(run("questions", "--format", "csv").stdout)))
    assert len(listed) >= 12
    assert [row["topic"] for row in listed] == sorted(row["topic"] for row in listed)
    gaps = [row["name"] for row in csv.DictReader(io.StringIO(run("questions", "gaps", "--format", "csv").stdout))]
    assert len(gaps) == len(set(gaps))
    assert {row["name"] for row in listed if row["topic"] == "gaps"} <= set(gaps)


def test_help_describes_the_parameters_of_a_question(run: Run) -> None:
    shown = run("ask", "compounds-at-receptor", "--help").stdout
    assert "--receptor" in shown
    assert "A row:" in shown


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((), "Answered for the defaults: compound = magnesium; change = decrease.\n\n"),
        (("--compound", "magnesium"), "Answered for the default: change = decrease.\n\n"),
        (("--compound", "magnesium", "--change", "decrease"), ""),
    ],
)
def test_an_answer_says_for_what_it_was_given_where_the_call_does_not(
    run: Run, given: tuple[str, ...], told: str
) -> None:
    shown = run("ask", "effects-of-changed-level", *given).stdout
    assert shown.startswith(told)
    assert shown.count("Answered for") == bool(told)


@pytest.mark.parametrize(("compound", "is_told"), [("perampanel", True), ("memantine", False)])
def test_an_answer_on_nothing_but_the_class_of_what_was_named_says_so(run: Run, compound: str, is_told: bool) -> None:
    shown = run("ask", "drugs-in-condition", "--compound", compound, "--condition", "migraine").stdout
    assert shown.startswith(f"No row is on {compound} itself. ") == is_told
    assert ("need not hold of it: glutamatergic medication" in " ".join(shown.split())) == is_told


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


def test_a_term_that_the_graph_does_not_have_is_named(run: Run) -> None:
    done = run("sparql", "SELECT * { ?x glut:antagonizes glut:NMDAReceptor }")
    assert done.returncode == 0
    assert "no term glut:antagonizes. Did you mean glut:antagonises" in done.stderr
    assert run("sparql", SELECT).stderr == ""


@pytest.mark.parametrize(
    ("query", "column", "told"),
    [
        (
            "SELECT ?d (GROUP_CONCAT(?m) AS ?ids) { ?d skos:exactMatch ?m } GROUP BY ?d LIMIT 3",
            "ids",
            "value of ?ids: no",
        ),
        ("SELECT ?d ?p { ?d a glut:Drug OPTIONAL { ?d glut:phaze ?p } } LIMIT 3", "p", "has no term glut:phaze"),
        ("SELECT ?d ?p { ?d a glut:Drug OPTIONAL { ?d skos:exactmatch ?p } }", "p", "mean skos:exactMatch"),
    ],
)
def test_a_variable_without_a_value_stays_a_column_and_is_named(run: Run, query: str, column: str, told: str) -> None:
    done = run("sparql", query)
    assert done.stdout.splitlines()[0].split() == ["d", column]
    assert f"no row has a value of ?{column}: " in done.stderr
    assert told in done.stderr


def test_a_count_over_inferred_kinds_says_that_they_hold_each_other(run: Run) -> None:
    query = "SELECT ?s (COUNT(DISTINCT ?c) AS ?n) { ?c glut:species ?s } GROUP BY ?s"
    assert "counted under every wider one" in run("sparql", query).stderr
    assert run("sparql", query, "--over", "stated").stderr == ""
    within = query.replace("{", "{ GRAPH <https://w3id.org/glutkg/graph/stated> {").replace("}", "} }")
    assert run("sparql", within).stderr == ""


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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<http://x> <http://y> .\n", r"broken\.ttl:1"),
        (b"@prefix glut: <https://w3id.org/glutkg/> .\nglut:x a \xff .", r"broken\.ttl:2: the file is not UTF-8"),
        (b'<http://x> <http://y> "z"@he--rtl .', r"broken\.ttl:1: .*RDF 1\.2"),
    ],
)
def test_a_broken_source_is_named_with_its_line(run: Run, small_data: Path, content: bytes, message: str) -> None:
    (small_data / "facts" / "broken.ttl").write_bytes(content)
    done = run("--data", str(small_data), "show", "glut:Claim")
    assert done.returncode == 1
    assert re.search(message, done.stderr), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["ask", "compounds-at-receptor"], ["show", "ketamine"], ["find", "aura"]])
def test_asking_a_cached_graph_imports_nothing_that_takes_long(kg: KnowledgeGraph, words: list[str]) -> None:
    program = (
        f"import sys; from glutkg.cli import main; main({words}); "
        "heavy = {'rdflib', 'pyshacl', 'owlready2', 'rich', 'pandas', 'shtab', 'numpy', 'inspect', 'difflib', 'html', "
        "'dataclasses', 'glutkg.sparql.parser', 'glutkg.store.sources'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True, timeout=120
    )
    assert done.stderr.strip() == "[]"


def test_a_call_without_a_command_gives_help(run: Run) -> None:
    assert "glutkg ask compounds-at-receptor" in run().stdout
