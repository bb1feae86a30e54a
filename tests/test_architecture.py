"""The page on the architecture names what there is, all of it, in the layers that imports keep to."""

from __future__ import annotations

import re
import tomllib

import pytest
from conftest import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "glutkg"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def units() -> set[str]:
    """The packages and the modules beside them, without `__init__.py`."""
    found = {f"{path.parent.name}/" for path in PACKAGE.glob("*/__init__.py")}
    return found | {path.name for path in PACKAGE.glob("*.py") if path.name != "__init__.py"}


def layers() -> list[set[str]]:
    """The layers of the page, the highest first."""
    found: list[set[str]] = []
    for layer, names in re.findall(r"^\| (\d*) ?\| (`.*?`) \|", PAGE, re.MULTILINE):
        if layer:
            found.append(set())
        found[-1].update(re.findall(r"`(.*?)`", names))
    return found


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:\w+/)*\w+\.py)`", PAGE))))
def test_a_module_that_the_page_names_exists(name: str) -> None:
    assert (PACKAGE / name).is_file()


def test_every_package_and_every_folder_of_data_is_on_the_page() -> None:
    assert set().union(*layers()) == units()
    folders = [path for top in ("facts", "ontology", "rules", "shapes", "queries") for path in (ROOT / top).glob("**/")]
    steps = ROOT / "queries" / "mechanisms" / "steps"
    held = {path for path in folders if path != steps and any(path.glob("*.*"))}
    assert {f"{path.relative_to(ROOT)}/" for path in held} <= set(re.findall(r"`([\w/]+/)`", PAGE))


def test_the_layers_of_the_page_are_those_of_the_import_contract() -> None:
    (contract,) = (
        contract for contract in CONTRACTS if contract["name"] == "a module imports only from the layers below it"
    )
    expected = [
        {f"{name}/" if (PACKAGE / name).is_dir() else f"{name}.py" for name in re.split(r"\s*\|\s*", layer)}
        for layer in contract["layers"]
    ]
    assert layers() == expected
