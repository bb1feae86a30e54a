"""Documentation runs: every command and every block of code."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from command_runs import Run

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
"""One line for each command: these run in a shell, the others inside the process of the test."""
LONG = ("whatif", "diff", "justify", "fragility", "reason")
"""Commands that reason anew: further lines of them are left to the slow run, and so is all of `reason`, since what it
asks HermiT is asked in test_entailments.py, too."""
FURTHER = [
    pytest.param(line, marks=pytest.mark.slow if any(f"glutkg {name}" in line for name in LONG) else ())
    for line in CONSOLE
    if line not in FIRST.values()
]


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


@pytest.mark.parametrize(
    "line",
    [pytest.param(line, marks=pytest.mark.slow if name == "reason" else ()) for name, line in FIRST.items()],
)
def test_a_command_of_the_documentation_runs_in_a_shell(line: str, tmp_path: Path) -> None:
    done = shell(line, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout or done.stderr or files_in(tmp_path)


@pytest.mark.parametrize("line", FURTHER)
def test_a_command_of_the_documentation_runs(run: Run, line: str, tmp_path: Path) -> None:
    for part in line.split(" && "):
        program, *arguments = shlex.split(part)
        assert program == "glutkg"
        done = run(*arguments)
        assert done.returncode == 0, done.stderr
        assert done.stdout or done.stderr or files_in(tmp_path)


@pytest.mark.sample(4)
@pytest.mark.parametrize(("page", "code"), PYTHON, ids=[page.name for page, _ in PYTHON])
def test_a_block_of_python_runs(page: Path, code: str, tmp_path: Path) -> None:
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
