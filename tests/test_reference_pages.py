"""The reference pages say what the commands and the questions say; `--update-golden` writes them anew."""

from __future__ import annotations

import argparse
import shlex
from itertools import groupby
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.cli import command_line, main
from glutkg.commands.console import REFERENCES
from glutkg.questions.question import read_questions
from glutkg.text.rendering import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from glutkg.questions.question import Question


def commands_page() -> str:
    parser = command_line()
    commands = _commands(parser)
    summaries = {choice.dest: choice.help for choice in commands._choices_actions}
    common = {action.help for action in commands.choices["questions"]._actions}
    lines = [
        "# Commands",
        "",
        "`glutkg COMMAND --help` says the same. Before the command:",
        "",
        *_arguments(parser._actions),
        "",
        f"Commands that answer take `--format {'|'.join(FORMATS)}` and `-o FILE`;",
        f"`ask` also takes {', '.join(f'`{form}`' for form in REFERENCES)}, for reference managers.",
        "`csv` is the plain table for spreadsheets, `tsv` that of SPARQL, with terms as Turtle writes them.",
        "They end with 0 when all is well, 1 when the data are wrong, 2 when the call is, 130 when interrupted.",
    ]
    for name, command in commands.choices.items():
        examples = ", ".join(f"`{example}`" for example in _examples(command))
        lines += ["", f"## {name}", "", f"{_sentence(summaries[name] or '')}", f"For example: {examples}."]
        rows = [action for action in command._actions if action.help not in common]
        lines += ["", *_arguments(rows)] if rows else []
    return "\n".join(lines) + "\n"


def _commands(parser: argparse.ArgumentParser) -> argparse._SubParsersAction[argparse.ArgumentParser]:
    return next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))


def _arguments(actions: Iterable[argparse.Action]) -> Iterator[str]:
    yield "| argument | what it is |"
    yield "| --- | --- |"
    for action in actions:
        if action.help and action.dest not in {"help", "command"}:
            yield f"| `{_name(action)}` | {action.help} |"


def _name(action: argparse.Action) -> str:
    value = action.metavar or (action.dest.upper() if action.nargs != 0 else "")
    if action.choices:
        value = r"\|".join(str(choice) for choice in action.choices)
    if not action.option_strings:
        value = str(action.metavar or value)
        return f"[{value}]" if action.nargs in {"?", "*"} else value
    return f"{action.option_strings[-1]} {value}".strip()


def _examples(command: argparse.ArgumentParser) -> list[str]:
    return [line.strip() for line in (command.epilog or "").splitlines()[1:] if line.strip()]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def questions_page() -> str:
    questions = sorted(read_questions(ROOT), key=lambda question: (question.tags[0], question.name))
    lines = [
        "# Questions",
        "",
        f"The {len(questions)} packaged questions, by topic.",
        "`glutkg ask NAME` answers one; without values it answers for the defaults that are written in the query.",
        "A cell may hold several values, such as the claims behind a row. In Python it is a tuple; files join IRIs by",
        "a space and other values by `; `, as the query itself does.",
    ]
    for topic, group in groupby(questions, key=lambda question: question.tags[0]):
        lines += ["", f"## {_sentence(topic)[:-1]}"]
        for question in group:
            lines += _question(question)
    return "\n".join(lines) + "\n"


def _question(question: Question) -> Iterator[str]:
    yield from ("", f"### {question.name}", "", question.question, "", f"*A row:* {question.row}")
    if question.parameters:
        yield ""
    for parameter in question.parameters:
        notes = [note for note in ("optional" * parameter.optional, "several values" * parameter.several) if note]
        said = f" ({', '.join(notes)})" if notes else ""
        yield f"- `--{parameter.name}`: {parameter.text}{said}; of kind `{parameter.kind}`"


@pytest.mark.parametrize(("page", "write"), [("commands.md", commands_page), ("questions.md", questions_page)])
def test_a_reference_page_says_what_the_program_says(
    page: str, write: Callable[[], str], pytestconfig: pytest.Config
) -> None:
    path = ROOT / "docs" / page
    if pytestconfig.getoption("--update-golden"):
        path.write_text(write(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == write()


def test_every_argument_and_question_is_described() -> None:
    """An undocumented argument would be missing from the page without anybody noticing."""
    commands = _commands(command_line())
    silent = [
        f"{name} {action.dest}"
        for name, command in commands.choices.items()
        for action in command._actions
        if not action.help
    ]
    assert silent == []
    assert all(question.row and question.summary for question in read_questions(ROOT))


def test_every_command_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    for name in _commands(command_line()).choices:
        try:
            assert main([name, "--help"]) == 0
        except SystemExit as ended:
            assert ended.code == 0, name
        assert capsys.readouterr().out.startswith(f"usage: glutkg {name}"), name


def test_the_example_of_every_command_can_be_called() -> None:
    parser = command_line()
    for name, command in _commands(parser).choices.items():
        assert _examples(command), name
        for example in _examples(command):
            plain = example.removeprefix('eval "$(').removesuffix(')"') if example.startswith("eval ") else example
            program, *words = shlex.split(plain)
            options, _ = parser.parse_known_args(words)
            assert (program, options.command) == ("glutkg", name)
