"""The field's own tools take the exports, and refuse them when they are damaged."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from glutkg.exports.content import Content
from glutkg.exports.formats import FORMATS
from glutkg.exports.ro_crate import METADATA, metadata
from glutkg.linked_data.writing import canonical
from glutkg.rdf.namespaces import OWL, PREFIXES

if TYPE_CHECKING:
    from pathlib import Path

    from glutkg.api import KnowledgeGraph

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("export tools")]

TOOLS = (
    *("biolink-model==4.4.6", "bmt>=1.5", "kgx==2.7.0", "linkml-runtime", "sssom-pydantic>=0.6", "frictionless>=5.21"),
    *("rocrate>=0.16", "roc-validator>=0.13", "pyld>=3", "ndex2>=3.12", "networkx>=3.6", "py-horned-owl>=2,<3"),
)

PROGRAM = r"""
import contextlib, io, json, sys
from importlib.util import find_spec
from pathlib import Path

OWN = ("glut", "substance", "gene")

def kgx(folder):
    import bmt.toolkit
    from linkml_runtime.utils.schemaview import SchemaView
    home = Path(find_spec("biolink_model").submodule_search_locations[0])
    view = SchemaView(str(home / "schema/biolink_model.yaml"))
    def init(self, schema=None, predicate_map=None):
        self.view, self.pmap = view, {}
    bmt.toolkit.Toolkit.__init__ = init
    import kgx.config
    prefixes = json.loads((home / "prefixmaps/biolink_model_prefix_map.json").read_text())
    for name in ("biolink", "monarch_context", "obo_context"):
        kgx.config.jsonld_context_map[name] = prefixes
    from kgx.transformer import Transformer
    from kgx.validator import Validator
    transformer = Transformer()
    transformer.transform({"format": "tsv", "filename": [str(folder / "nodes.tsv"), str(folder / "edges.tsv")]})
    validator = Validator()
    validator.validate(transformer.store.graph)
    texts = [text for kinds in validator.get_errors().values() for found in kinds.values() for text in found]
    return [text for text in texts if not any(f"prefix '{prefix}'" in text for prefix in OWN)]

def biolink(folder):
    import biolink_model.datamodel.pydanticmodel_v2 as model
    faults = []
    for name in ("nodes", "edges"):
        for line in (folder / f"{name}.jsonl").read_text().splitlines():
            row = json.loads(line)
            try:
                getattr(model, row["category"][0].partition(":")[2])(**row)
            except Exception as error:
                faults.append(f"{row['id']}: {error}")
    return faults

def sssom(path):
    import sssom_pydantic
    try:
        return len(sssom_pydantic.read(path)[0])
    except Exception as error:
        return str(error)

def frictionless(folder):
    from frictionless import validate
    return validate(str(folder / "datapackage.json")).flatten(["type", "fieldName", "message"])

def crate(folder):
    import requests, rocrate
    from rocrate_validator import services
    from rocrate_validator.utils import http
    content = (Path(rocrate.__file__).parent / "data/ro-crate.jsonld").read_bytes()
    def answer(*_, **__):
        found = requests.Response()
        found.status_code, found._content = 200, content
        found.headers["Content-Type"] = "application/ld+json"
        return found
    for name in ("get", "head", "fetch_fresh"):
        setattr(http.HttpRequester, name, answer)
    settings = {"rocrate_uri": str(folder), "profile_identifier": "ro-crate-1.3", "requirement_severity": "REQUIRED"}
    return [issue.message for issue in services.validate(settings).get_issues()]

def networks(graphml, cx2):
    import networkx
    from ndex2.cx2 import RawCX2NetworkFactory
    one = networkx.read_graphml(graphml, force_multigraph=True)
    other = RawCX2NetworkFactory().get_cx2network(str(cx2))
    return [one.number_of_nodes(), one.number_of_edges(), len(other.get_nodes()), len(other.get_edges())]

def quads(path, to):
    from pyld import jsonld
    to.write_text(jsonld.to_rdf(json.loads(path.read_text()), {"format": "application/n-quads"}))
    return to.stat().st_size

def owl(one, other):
    import pyhornedowl
    first = pyhornedowl.open_ontology_from_file(str(one), "rdf")
    return [len(first.get_axioms()), len(pyhornedowl.open_ontology_from_file(str(other), "ofn").get_axioms())]

folder = Path(sys.argv[1])
with contextlib.redirect_stdout(io.StringIO()):
    found = {
        "kgx": kgx(folder / "kgx"),
        "kgx damaged": kgx(folder / "kgx-damaged"),
        "biolink": biolink(folder / "kgx-jsonl"),
        "biolink damaged": biolink(folder / "kgx-jsonl-damaged"),
        "sssom": sssom(folder / "mappings.sssom.tsv"),
        "sssom damaged": sssom(folder / "damaged.sssom.tsv"),
        "frictionless": frictionless(folder / "csv"),
        "frictionless damaged": frictionless(folder / "csv-damaged"),
        "crate": crate(folder / "crate"),
        "crate damaged": crate(folder / "crate-damaged"),
        "networks": networks(folder / "claims.graphml", folder / "claims.cx2"),
        "quads": quads(folder / "glutkg.jsonld", folder / "pyld.nq"),
        "owl": owl(folder / "glutkg.owl", folder / "glutkg.ofn"),
    }
print(json.dumps(found))
"""
DAMAGE = {
    "kgx": ("edges.tsv", b"biolink:located_in", b"biolink:sits_in"),
    "kgx-jsonl": ("edges.jsonl", b'"object_direction_qualifier": "decreased"', b'"object_direction_qualifier": "less"'),
    "csv": ("sentence.csv", b"source:glutamatergic-medications", b"source:nowhere"),
}


@pytest.fixture(scope="module")
def exports(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exports, and beside them damaged copies."""
    folder = tmp_path_factory.mktemp("exports")
    content = Content(kg, "stated")
    for name in ("kgx", "kgx-jsonl", "csv", "graphml", "cx2", "sssom", "jsonld", "owl", "owl-functional"):
        chosen = FORMATS[name]
        files = chosen.files(content)
        write(
            folder / name if chosen.is_folder else folder,
            files if chosen.is_folder else {chosen.name: next(iter(files.values()))},
        )
        if name in DAMAGE:
            file, old, new = DAMAGE[name]
            assert old in files[file]
            write(folder / f"{name}-damaged", {**files, file: files[file].replace(old, new)})
    table = (folder / "mappings.sssom.tsv").read_bytes()
    write(folder, {"damaged.sssom.tsv": table.replace(b"semapv:ManualMappingCuration", b"by hand")})
    crate = metadata({"a.ttl": b"x"}, {"a.ttl": ("A", "text/turtle", "")}, "2030-01-31")
    write(folder / "crate", {"a.ttl": b"x", METADATA: crate})
    write(folder / "crate-damaged", {"a.ttl": b"x", METADATA: crate.replace(b'"datePublished"', b'"published"')})
    return folder


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


@pytest.fixture(scope="module")
def found(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[object]]:
    """What the tools say, in an environment of their own: they bring some 300 packages."""
    place = tmp_path_factory.mktemp("tools")
    venv.create(place, with_pip=True)
    python = str(place / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    run(python, "-m", "pip", "install", "--quiet", "uv")
    (place / "overrides.txt").write_text("click>=8.2\n")  # kgx asks for an older one than linkml-runtime does
    run(
        python,
        "-m",
        "uv",
        "pip",
        "install",
        "--quiet",
        "--python",
        python,
        "--override",
        str(place / "overrides.txt"),
        *TOOLS,
    )
    read: dict[str, list[object]] = json.loads(run(python, "-c", PROGRAM, str(exports)).splitlines()[-1])
    return read


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("tool", ["kgx", "biolink", "frictionless", "crate"])
def test_a_tool_finds_nothing_wrong_and_what_is_damaged_wrong(found: dict[str, list[object]], tool: str) -> None:
    assert found[tool] == []
    assert found[f"{tool} damaged"] != []


def test_sssom_reads_every_mapping(found: dict[str, object], exports: Path) -> None:
    lines = (exports / "mappings.sssom.tsv").read_text(encoding="utf-8").splitlines()
    assert found["sssom"] == sum(not line.startswith("#") for line in lines) - 1
    assert found["sssom damaged"] != found["sssom"]


def test_networks_and_ontologies_have_all_their_parts(found: dict[str, list[int]], exports: Path) -> None:
    nodes, edges, others, other_edges = found["networks"]
    assert (nodes, edges) == (others, other_edges)
    assert edges > 800
    axioms, functional = found["owl"]
    triples = ox.parse((exports / "glutkg.owl").read_bytes(), format=ox.RdfFormat.RDF_XML)
    disjoint = sum(triple.object == ox.NamedNode(OWL + "AllDisjointClasses") for triple in triples)
    assert axioms + disjoint == functional, "py-horned-owl reads AllDisjointClasses from functional syntax alone"
    assert axioms > 15_000


def test_pyld_reads_the_same_quads_from_json_ld(found: dict[str, object], exports: Path) -> None:
    assert found["quads"]
    read, ours = (
        canonical(ox.parse((exports / name).read_bytes(), format=form))
        for name, form in (("pyld.nq", ox.RdfFormat.N_QUADS), ("glutkg.jsonld", ox.RdfFormat.JSON_LD))
    )
    assert read == ours
    assert any(quad.predicate.value == PREFIXES["dcterms"] + "title" for quad in ours)
