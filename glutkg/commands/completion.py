"""Completion in the shell: commands, options, names of questions, their parameters, and names of things."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, cast

from glutkg.errors import GlutkgError
from glutkg.questions.question import find_question
from glutkg.rdf.namespaces import expand
from glutkg.resources import data_folder, question_files
from glutkg.store.names import all_names, is_of_class

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from glutkg.store.graph import Graph

THINGS = ("thing", "things", "goal", "words", "agent", "subject", "object")
"""Arguments that take names of things."""


def script(shell: str) -> str:
    """Return the script that tells a shell to ask glutkg for completions."""
    from argcomplete.shell_integration import shellcode

    code: str = shellcode(["glutkg"], shell=shell)
    return code


def complete(parser: argparse.ArgumentParser) -> None:
    """Answer the shell, which asks, and end the process."""
    import argcomplete

    (subcommands,) = (action.choices for action in parser._actions if action.dest == "command")
    commands = cast("Mapping[str, argparse.ArgumentParser]", subcommands)
    for command in commands.values():
        for action in command._actions:
            if action.dest in THINGS:
                action.completer = _things(None)  # type: ignore[attr-defined]
    _complete_ask(commands["ask"], os.environ.get("COMP_LINE", ""))
    argcomplete.autocomplete(parser, always_complete_options=False)


def _complete_ask(command: argparse.ArgumentParser, line: str) -> None:
    """Let `ask` know the questions, and the parameters of the one that the line names."""
    folder = data_folder(None)
    names = [path.stem for path in question_files(folder)]
    for action in command._actions:
        if action.dest == "name":
            action.completer = lambda **_: names  # type: ignore[attr-defined]
    named = next((word for word in _words(line) if word in names), None)
    if named:
        for parameter in find_question(folder, named).parameters:
            action = command.add_argument(f"--{parameter.name}", help=parameter.text)
            action.completer = _things(parameter.kind)  # type: ignore[attr-defined]


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:  # a quotation mark that is still open
        return line.split()


def _things(kind: str | None) -> Callable[..., list[str]]:
    """Complete names of things, of one class or of any."""

    def names(**_: object) -> list[str]:
        from glutkg.api import KnowledgeGraph

        try:
            graph = KnowledgeGraph.load().reasoned
        except GlutkgError:
            return []
        class_ = expand(kind) if kind else None
        return [name for name, iri in all_names(graph) if _fits(graph, iri, class_)]

    return names


def _fits(graph: Graph, iri: str, class_: str | None) -> bool:
    return is_of_class(graph, iri, class_) if class_ else "/claim/" not in iri and "#" not in iri
