"""Documentation runs: every command and every block of code."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from command_runs import loading
from conftest import ROOT

import glutkg

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from _pytest.mark import ParameterSet
    from command_runs import Run

    from glutkg.api import KnowledgeGraph

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


CONSOLE = dict.fromkeys(
    line for page in PAGES for block in blocks(page, "console") for line in block.splitlines() if line
)
PYTHON = [(page, block) for page in PAGES for block in blocks(page, "python")]


def command_of(line: str) -> str:
    return shlex.split(line)[1]


FIRST = {command_of(line): line for line in reversed(CONSOLE)}
"""One line for each command: the slow run has these in a shell, too."""
LONG = {"whatif": "changes", "diff": "changes", "justify": "hermit", "fragility": "fragility", "reason": "hermit"}
"""Commands that reason anew, and the group of tests that has worked out what they need. They are left to the slow run:
each has tests of its own on small worlds."""
FOR_A_SHELL = [line for line in CONSOLE if "$(" in line]


def is_for_the_slow_run(line: str) -> bool:
    return any(f"glutkg {long}" in line for long in LONG)


def cases(lines: Iterable[str]) -> list[ParameterSet]:
    """Lines of the documentation as cases of a test, those in a group that can share what they need."""
    marks = {
        line: [pytest.mark.xdist_group(group) for name, group in LONG.items() if name == command_of(line)]
        + [pytest.mark.slow] * is_for_the_slow_run(line)
        for line in lines
    }
    return [pytest.param(line, marks=marks[line], id=line) for line in marks]


def groups(text: str) -> list[pytest.MarkDecorator]:
    """Those of a block that reasons anew: the group of tests that has worked out what it needs."""
    found = [pytest.mark.xdist_group(group) for name, group in LONG.items() if name in text][:1]
    return [*found, pytest.mark.slow] if found else []


OF_README = [line for block in blocks(PAGES[0], "console") for line in block.splitlines() if line in CONSOLE]


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of the documentation; `glutkg` is the one under test."""
    tools = folder / "tools"
    tools.mkdir()
    (tools / "glutkg").write_text(f'#!/bin/sh\nexec {sys.executable} -m glutkg "$@"\n', encoding="utf-8")
    (tools / "glutkg").chmod(0o755)
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name != "tools"]


@pytest.mark.sample(1)
@pytest.mark.parametrize("line", cases(FIRST.values()))
def test_a_command_of_the_documentation_runs_in_a_shell(line: str, tmp_path: Path) -> None:
    runs_in_a_shell(line, tmp_path)


@pytest.mark.parametrize("line", FOR_A_SHELL)
def test_a_line_that_only_a_shell_can_read_runs(line: str, tmp_path: Path) -> None:
    runs_in_a_shell(line, tmp_path)


def runs_in_a_shell(line: str, folder: Path) -> None:
    done = shell(line, folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout or done.stderr or files_in(folder)


@pytest.mark.sample(5)
@pytest.mark.parametrize("line", cases(line for line in OF_README if line not in FOR_A_SHELL))
def test_a_command_of_the_readme_runs(run: Run, line: str, tmp_path: Path) -> None:
    runs(run, line, tmp_path)


@pytest.mark.sample(3)
@pytest.mark.parametrize("line", cases(line for line in CONSOLE if line not in {*OF_README, *FOR_A_SHELL}))
def test_a_command_of_another_page_runs(run: Run, line: str, tmp_path: Path) -> None:
    runs(run, line, tmp_path)


def runs(run: Run, line: str, folder: Path) -> None:
    for part in line.split(" && "):
        program, *arguments = shlex.split(part)
        assert program == "glutkg"
        done = run(*arguments)
        assert done.returncode == 0, done.stderr
        assert done.stdout or done.stderr or files_in(folder)


@pytest.mark.sample(2)
@pytest.mark.parametrize(("page", "code"), [pytest.param(*one, marks=groups(one[1]), id=one[0].name) for one in PYTHON])
def test_a_block_of_python_runs(
    kg: KnowledgeGraph, page: Path, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(glutkg, "load", loading(kg))
    exec(compile(code, page.name, "exec"), {"__name__": "__main__"})  # noqa: S102 - the documentation is ours


@pytest.mark.slow
@pytest.mark.parametrize(("page", "code"), PYTHON, ids=[page.name for page, _ in PYTHON])
def test_a_block_of_python_runs_by_itself(page: Path, code: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def test_the_readme_has_console_and_python_blocks() -> None:
    assert len(CONSOLE) >= 10
    assert PYTHON


def test_the_first_answer_of_the_readme_is_what_its_command_prints(run: Run) -> None:
    command, answer = blocks(PAGES[0], "console")[0], blocks(PAGES[0], "text")[0]
    assert run(*shlex.split(command)[1:], environment={"COLUMNS": "80"}).stdout == answer


def test_the_first_two_shell_blocks_are_one_command_each() -> None:
    install, test = blocks(ROOT / "README.md", "sh")[:2]
    assert install.count("\n") == test.count("\n") == 1
    assert "glutkg ask" in install
    assert "pytest" in test


def test_ci_runs_the_second_block_and_then_the_long_sweeps() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace('"$(dirname "$0")/.."', str(ROOT))
    lines = script.splitlines()
    everyday = lines.index('bash -c "$command"')
    assert lines[-1] == ".venv/bin/python -m pytest -n auto -q -m slow --seed 1"
    done = subprocess.run(["bash", "-c", "\n".join(lines[:everyday])], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "+ " + blocks(ROOT / "README.md", "sh")[1].strip()


def test_every_command_is_in_the_readme() -> None:
    from glutkg.cli import command_line

    actions = next(action for action in command_line()._actions if action.dest == "command")
    assert actions.choices
    missing = [name for name in actions.choices if f"glutkg {name}" not in README]
    assert missing == []


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
