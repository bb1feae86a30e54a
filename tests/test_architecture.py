"""The page on the architecture names what there is, all of it, in the layers that imports keep to."""

from __future__ import annotations

import argparse
import re
import tomllib

import pytest
from conftest import ROOT

from glutkg.cli import command_line

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "glutkg"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
LAYERS = re.findall(r"^\| (\d*) ?\| (`.*?`) \| ?(.*) \|$", PAGE, re.MULTILINE)


def units() -> set[str]:
    """The packages and the modules beside them, without `__init__.py`."""
    found = {f"{path.parent.name}/" for path in PACKAGE.glob("*/__init__.py")}
    return found | {path.name for path in PACKAGE.glob("*.py") if path.name != "__init__.py"}


def layers() -> list[set[str]]:
    """The layers of the page, the highest first."""
    found: list[set[str]] = []
    for layer, names, _ in LAYERS:
        if layer:
            found.append(set())
        found[-1].update(re.findall(r"`(.*?)`", names))
    return found


def commands_of_the_page() -> set[tuple[str, str]]:
    rows = re.findall(r"^\| (`.*`) \| `(commands/\w+\.py)` \|", PAGE, re.MULTILINE)
    return {(command, module) for commands, module in rows for command in re.findall(r"`(\w+)`", commands)}


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:[\w-]+/)*[\w*-]+\.(?:\w|\.)+)`", PAGE))))
def test_a_file_that_the_page_names_exists(name: str) -> None:
    assert (PACKAGE / name).is_file() or any(ROOT.glob(name))


def test_every_package_and_every_folder_of_data_is_on_the_page() -> None:
    assert set().union(*layers()) == units()
    folders = [path for top in ("facts", "ontology", "rules", "shapes", "queries") for path in (ROOT / top).glob("**/")]
    steps = ROOT / "queries" / "mechanisms" / "steps"
    held = {path for path in folders if path != steps and any(path.glob("*.*"))}
    assert {f"{path.relative_to(ROOT)}/" for path in held} <= set(re.findall(r"`([\w/]+/)`", PAGE))


@pytest.mark.parametrize("package", sorted(name for name in units() if name.endswith("/")))
def test_the_row_of_a_package_names_its_modules(package: str) -> None:
    (text,) = (text for _, name, text in LAYERS if name == f"`{package}`")
    named = {f"{package}{word}.py" for word in re.findall(r"`(\w+)`", text)}
    named |= {module for _, module in commands_of_the_page() if module.startswith(package)}
    assert named == {f"{package}{path.name}" for path in (PACKAGE / package).glob("*.py") if path.stem != "__init__"}


def test_the_page_names_the_module_of_each_command() -> None:
    (parsers,) = (one for one in command_line()._actions if isinstance(one, argparse._SubParsersAction))
    modules = {name: parser.get_default("run").__module__ for name, parser in parsers.choices.items()}
    assert commands_of_the_page() == {
        (name, f"{module.removeprefix('glutkg.').replace('.', '/')}.py") for name, module in modules.items()
    }


def test_the_layers_of_the_page_are_those_of_the_import_contract() -> None:
    (contract,) = (
        contract for contract in CONTRACTS if contract["name"] == "a module imports only from the layers below it"
    )
    expected = [
        {f"{name}/" if (PACKAGE / name).is_dir() else f"{name}.py" for name in re.split(r"\s*\|\s*", layer)}
        for layer in contract["layers"]
    ]
    assert layers() == expected
