"""Mapping sets: what is read and what is refused, and that ours hold what was verified, each to its own kind."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import venv
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from glutkg.errors import SourceError
from glutkg.rdf.namespaces import BASE, OWL, RDF, RDFS, SKOS, VOCABULARIES, expand
from glutkg.resources import data_folder, source_files
from glutkg.store.graph import Graph
from glutkg.store.mappings import Mapping, read_mappings
from glutkg.store.sources import faults, read_source

TABLE = ROOT / "ontology" / "mappings.sssom.tsv"
REFERENCE = ROOT.parent / "shared" / "reference"
COLUMNS = "subject_id\tpredicate_id\tobject_id\tmapping_justification"
ROW = "glut:Migraine\tskos:exactMatch\tMONDO:0005277\tsemapv:ManualMappingCuration"
MIGRAINE = (f"{BASE}Migraine", f"{SKOS}exactMatch", "http://purl.obolibrary.org/obo/MONDO_0005277")


def read(text: str) -> list[Mapping | SourceError]:
    return list(read_mappings(text, Path("some.sssom.tsv")))


# --- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{COLUMNS}\n{ROW}\n", 2),
        (f"{COLUMNS}\n{ROW}", 2),
        (f"#license: x\n{COLUMNS}\n{ROW}\n\n\t\t\n\n", 3),
        (f"#license: x\r\n{COLUMNS}\r\n\r\n{ROW}\r\n", 4),
        (f"{COLUMNS}\n# a remark\n{ROW}\n", 3),
        (f"#\n{COLUMNS}\n{ROW}\tx\n".replace("mapping_justification", "mapping_justification\tcomment"), 3),
        (f"{COLUMNS}\n{ROW}\n".replace("glut:Migraine", '"glut:Migraine"'), 2),
        (f"{COLUMNS}\n{ROW}\n".replace("\tskos", " \t skos"), 2),
        (f"comment\t{COLUMNS}\n\t{ROW}\n", 2),
        (f"{COLUMNS}\tpredicate_modifier\n{ROW}\t\n", 2),
    ],
    ids=["plain", "no-last-line-end", "blank-last-lines", "crlf", "remark", "more-columns", "quoted", "spaces",
         "first-cell-empty", "no-modifier"],
)  # fmt: skip
def test_a_table_is_read_however_it_was_saved(text: str, line: int) -> None:
    assert read(text) == [Mapping(line, MIGRAINE)]


def test_the_prefixes_of_the_header_go_before_the_known_ones() -> None:
    head = '#curie_map:\n#  MONDO: "https://example.org/mondo:"\n#  glut: https://example.org/mine/\n'
    (mapping,) = read(f"{head}{COLUMNS}\n{ROW}\n")
    assert isinstance(mapping, Mapping)
    assert mapping.triple == (
        "https://example.org/mine/Migraine",
        f"{SKOS}exactMatch",
        "https://example.org/mondo:0005277",
    )


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (f"#curie_map:\n#  hgnc: https://bioregistry.io/hgnc:\n{COLUMNS}\n", 2, "the header is no YAML"),
        (f"#curie_map:\n#  - GO\n{COLUMNS}\n{ROW}\n", 1, "curie_map lines such as"),
        (f"#only words\n{COLUMNS}\n{ROW}\n", 1, "the header needs lines such as"),
        ("", None, "no column subject_id, predicate_id, object_id"),
        ("#license: x\n\n", None, "no column subject_id"),
        (f"#license: x\n{ROW}\n", 2, "no column subject_id"),
        (f"{COLUMNS}\n{ROW}\n".replace("object_id", "target_id"), 1, "no column object_id"),
        (f"{COLUMNS}\n{ROW}\n".replace("\t", ","), 1, "parted by commas"),
        (f"{COLUMNS}\n{ROW}\n".replace("\t", ";"), 1, "parted by semicolons"),
        (f"{COLUMNS}\n{ROW}\n".replace("\t", "  "), 1, "parted by spaces"),
        (f"{COLUMNS}\tobject_id\n{ROW}\tx\n", 1, "object_id stands twice"),
        (f"{COLUMNS}\n{ROW}\tx\n", 2, "5 cells, the table 4 columns"),
        (f"{COLUMNS}\n\nglut:Migraine\tskos:exactMatch\n", 3, "object_id is empty"),
        (f"{COLUMNS}\n{ROW}\n".replace("MONDO:", "FOO:"), 2, "FOO:0005277, which stands for no web address"),
        (f"{COLUMNS}\n{ROW}\n".replace("MONDO:0005277", "migraine disorder"), 2, "stands for no web address"),
        (f"{COLUMNS}\n{ROW}\n".replace("MONDO:0005277", "sssom:NoTermFound"), 2, "there is no mapping to read"),
        (f"{COLUMNS}\tpredicate_modifier\n{ROW}\tNot\n", 2, "predicate_modifier is Not"),
        (f'{COLUMNS}\n"{ROW}\n{ROW}\n', 2, "begins with a quote"),
        (f"{COLUMNS}\n{ROW}\n".replace("MONDO:0005277", "x" * 140_000), 2, "more than 131,072 characters"),
    ],
    ids=["yaml", "list", "words", "empty", "header-alone", "no-columns", "missing", "commas", "semicolons", "spaces",
         "twice", "too-long", "too-short", "prefix", "no-curie", "no-term", "not", "quote", "long-cell"],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_line(text: str, line: int | None, message: str) -> None:
    (fault,) = read(text)
    assert isinstance(fault, SourceError)
    assert fault.line == line
    assert message in str(fault)


def test_the_rows_beside_a_fault_are_read_and_each_fault_is_named() -> None:
    bad = ROW.replace("MONDO", "FOO")
    found = read(f"{COLUMNS}\n{bad}\n{ROW}\n{bad}\n")
    assert [one.line for one in found] == [2, 3, 4]
    assert [isinstance(one, Mapping) for one in found] == [False, True, False]


def test_a_row_that_says_no_is_no_triple_of_the_graph(tmp_path: Path) -> None:
    path = tmp_path / "mine.sssom.tsv"
    path.write_text(f"{COLUMNS}\tpredicate_modifier\n{ROW}\tNot\n", encoding="utf-8")
    assert [fault.line for fault in faults(read_source(path))] == [2]
    with pytest.raises(SourceError, match=r"mine\.sssom\.tsv:2: predicate_modifier is Not"):
        Graph.of([read_source(path)])


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "mine.sssom.tsv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{COLUMNS}\n{ROW}\n".encode())
    assert read_source(path).text.startswith(COLUMNS)


@given(st.lists(st.sampled_from([*"#\t\n\r\",: {}[]<>%", "subject_id", "predicate_id", "object_id", "glut:A", "http://",
                                 "curie_map:", "x: ", COLUMNS, ROW]), max_size=30).map("".join))  # fmt: skip
def test_no_text_makes_the_reader_fail(text: str) -> None:
    for one in read(text):
        if isinstance(one, Mapping):
            ox.Triple(*map(ox.NamedNode, one.triple))
        else:
            assert isinstance(one, SourceError)


# --- the table of glutkg ---------------------------------------------------------------------------------------------


def table() -> list[dict[str, str]]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


def header() -> dict[str, object]:
    lines = [line[1:] for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    found = yaml.safe_load("\n".join(lines))
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def stated() -> Graph:
    return Graph.of(read_source(path) for path in source_files(data_folder()))


def test_the_header_says_what_the_set_is() -> None:
    needed = {"mapping_set_id", "mapping_set_version", "creator_label", "license", "publication_date", "subject_source"}
    assert needed <= header().keys()


def test_the_prefixes_of_the_header_are_those_that_the_program_knows() -> None:
    prefixes = header()["curie_map"]
    assert isinstance(prefixes, dict)
    assert {name: VOCABULARIES[name] for name in prefixes if name in VOCABULARIES}.items() <= prefixes.items()
    used = {row[column].partition(":")[0] for row in table() for column in ("subject_id", "predicate_id", "object_id")}
    used |= {row[column].partition(":")[0] for row in table() for column in ("object_source", "mapping_justification")}
    assert used == prefixes.keys()


def test_each_subject_is_labelled_and_typed_as_in_the_graph(stated: Graph) -> None:
    types = {
        "owl class": OWL + "Class",
        "owl object property": OWL + "ObjectProperty",
        "owl annotation property": OWL + "AnnotationProperty",
    }
    for row in table():
        subject = expand(row["subject_id"])
        (label,) = stated.triples(subject, RDFS + "label")
        assert label[2].value == row["subject_label"]
        kinds = {triple[2].value for triple in stated.triples(subject, RDF + "type")}
        expected = types.get(row["subject_type"])
        assert expected in kinds if expected else not kinds & set(types.values()), row


def test_gene_protein_receptor_and_subunit_have_each_their_own_records(kg: object) -> None:
    """A record of a human gene is that of a gene; one of a human protein is narrower than a kind of protein."""
    rows = [(row["subject_id"], row["predicate_id"], row["object_id"].partition(":")[0]) for row in table()]
    genes = {row for row in rows if row[2] in {"hgnc", "NCBIGene"}}
    proteins = {row for row in rows if row[2] in {"uniprot", "chembl.target"}}
    assert {(subject.partition(":")[0], predicate) for subject, predicate, _ in genes} == {("gene", "skos:exactMatch")}
    assert {(subject.partition(":")[0], predicate) for subject, predicate, _ in proteins} == {
        ("glut", "skos:narrowMatch")
    }
    groups = {row[0] for row in rows if row[2] == "hgnc.genegroup" and row[1] == "skos:exactMatch"}
    assert groups == {"glut:AMPAReceptorGene"}
    assert len(genes) > 80
    assert len(proteins) > 30


def test_each_gene_has_its_records(stated: Graph) -> None:
    genes = {triple[0].value for triple in stated.triples() if triple[0].value.startswith(BASE + "gene/")}
    for vocabulary in ("hgnc", "NCBIGene"):
        mapped = {expand(row["subject_id"]) for row in table() if row["object_id"].startswith(vocabulary + ":")}
        assert genes == mapped


def test_relations_are_mapped_to_relations() -> None:
    relations = {row["subject_id"]: row["object_id"] for row in table() if "property" in row["subject_type"]}
    assert len(relations) >= 10
    assert {one.partition(":")[0] for one in relations.values()} <= {"RO", "BFO", "biolink"}
    exact = {(row["subject_id"], row["object_id"]) for row in table() if row["predicate_id"] == "skos:exactMatch"}
    assert {("glut:partOf", "BFO:0000050"), ("glut:partOf", "biolink:part_of")} <= exact


# --- what was verified -----------------------------------------------------------------------------------------------

UNLABELLED = {"umls", "omim", "icd10"}
"""Vocabularies whose terms of use allow a link, and not their labels."""


def reference(name: str) -> list[dict[str, str]]:
    path = REFERENCE / name
    if not path.is_file():
        pytest.skip("the tables of verified identifiers are not beside the checkout")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def unused() -> list[list[str]]:
    lines = (ROOT / "tests" / "unused-identifiers.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def traps(rows: list[dict[str, str]]) -> set[str]:
    """The identifiers that look right and are wrong."""
    named = " ".join(row["candidate"] for row in rows if row["kind"] == "TRAP")
    return set(re.findall(r"[A-Za-z.]+:[A-Z]?\d+", named))


def test_no_identifier_stands_in_the_mappings_that_was_not_verified() -> None:
    verified = {(row["curie"], row["label_at_source"]) for row in reference("identifiers.tsv")}
    verified = {(curie, "" if curie.partition(":")[0] in UNLABELLED else label) for curie, label in verified}
    used = {(row["object_id"], row["object_label"]) for row in table()}
    assert len(used) > 700
    assert used <= verified
    assert ("MONDO:0005277", "migraine") not in verified, "another label than its own would pass"


def test_each_verified_identifier_is_used_or_has_a_reason() -> None:
    verified = {row["curie"] for row in reference("identifiers.tsv")}
    used = {row["object_id"] for row in table()}
    listed = {row[0] for row in unused()}
    assert verified - used == listed
    assert len(listed) == len(unused()), "an identifier is listed twice"
    assert all(len(row) == 3 and len(row[2]) > 15 for row in unused())


def test_no_trap_is_used() -> None:
    found = traps(reference("identifiers-unverified.tsv"))
    assert {"CHEBI:28812", "CHEBI:177544", "EFO:0003761", "UBERON:0016573", "GO:0070997", "mesh:C047781"} <= found
    assert {row["object_id"] for row in table()} & found == set()


@pytest.mark.parametrize(
    ("subject", "predicate", "identifier"),
    [
        ("glut:GlutamateRelease", "skos:exactMatch", "GO:0061535"),
        ("glut:GABAergicTransmission", "skos:exactMatch", "GO:0051932"),
        ("glut:Seizure", "skos:exactMatch", "HP:0001250"),
        ("gene:GRIN2B", "skos:exactMatch", "hgnc:4586"),
        ("glut:GluN2BSubunit", "skos:exactMatch", "iuphar.receptor:457"),
        ("glut:GluN2BSubunit", "skos:narrowMatch", "uniprot:Q13224"),
    ],
)
def test_an_identifier_stands_for_what_it_means(subject: str, predicate: str, identifier: str) -> None:
    rows = [(row["subject_id"], row["predicate_id"]) for row in table() if row["object_id"] == identifier]
    assert rows == [(subject, predicate)]


SSSOM = """
import json, sys
from sssom.parsers import parse_sssom_table
from sssom.validators import validate
found = {}
for path in sys.argv[1:]:
    try:
        table = parse_sssom_table(path)
        found[path] = len(table.df), sum(len(one.results) for one in validate(table, fail_on_error=False).values())
    except Exception as error:
        found[path] = type(error).__name__
print(json.dumps(found))
"""


@pytest.mark.slow
def test_the_table_is_valid_for_the_sssom_package(tmp_path: Path) -> None:
    """In an environment of its own: the package brings a hundred others."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    text = TABLE.read_text(encoding="utf-8")
    for name, changed in {
        "ours": text,
        "prefix": re.sub("#  GO: .*\n", "", text),
        "justification": text.replace("semapv:ManualMappingCuration", "x"),
        "header": text.replace('"https://bioregistry.io/hgnc:"', "https://bioregistry.io/hgnc:"),
    }.items():
        (tmp_path / name).write_text(changed, encoding="utf-8")
    run(python, "-m", "pip", "install", "--quiet", "sssom>=0.4.21", folder=tmp_path)
    found = json.loads(run(python, "-c", SSSOM, "ours", "prefix", "justification", "header", folder=tmp_path))
    assert found["ours"] == [len(table()), 0]
    assert found["prefix"] == [len(table()), 1]
    assert found["justification"][1] >= len(table())
    assert found["header"] == "ScannerError"


def run(*command: str, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stderr
    assert "not well-formed" not in done.stderr
    return done.stdout.strip().rpartition("\n")[2]
