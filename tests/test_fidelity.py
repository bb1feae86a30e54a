"""Each format loses what its statement says, and nothing else; what it would make say more is left out and listed."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from conftest import ROOT

from glutkg.exports.biolink import Biolink
from glutkg.exports.claims import Record
from glutkg.exports.content import Content
from glutkg.exports.declared import declared
from glutkg.exports.fidelity import NAMES, lost, report
from glutkg.exports.formats import FORMATS
from glutkg.linked_data.parts import inferred_quads
from glutkg.linked_data.serialisations import FORMATS as SERIALISATIONS
from glutkg.linked_data.writing import canonical
from glutkg.rdf.namespaces import OWL, curie, expand
from glutkg.store.mappings import Mapping, read_mappings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from command_runs import Run

pytestmark = pytest.mark.xdist_group("exports")


@pytest.mark.sample(3)
@pytest.mark.parametrize("name", FORMATS)
def test_each_format_has_a_statement_of_what_the_graph_really_loses(content: Content, name: str) -> None:
    found = report(content, name, FORMATS[name].fate(content))
    statement = declared(content.folder, name)
    assert statement["standard"].startswith("https://")
    assert [loss.what for loss in found.losses] == [row["what"] for row in statement["lost"]]
    assert {loss.what for loss in found.losses} <= NAMES.keys()
    assert all(loss.number > 0 for loss in found.losses), "a statement names what is not lost"
    assert json.loads(found.json())["format"] == name
    assert max(map(len, found.text().splitlines())) <= 400


def test_no_statement_is_left_of_a_format_that_is_gone() -> None:
    assert {path.stem for path in (ROOT / "exports").glob("*.toml")} - {"biolink", "edges"} == FORMATS.keys()


# --- round trips ------------------------------------------------------------------------------------------------------


def told(
    content: Content, name: str, property_: str, values: Iterable[str], term: dict[str, str] | None = None
) -> Iterator[ox.Triple]:
    """The triples of a cell or an attribute; of which kind a value is, the published context tells, or the table."""
    terms = {str(known["@id"]): known for known in content.context.values() if isinstance(known, dict)}
    term = term or terms.get(property_, {"@type": "@id"} if property_ == "rdf:type" else {})
    subject, predicate = (ox.NamedNode(expand(one) or one) for one in (name, property_))
    for value in values:
        kind = str(term.get("@type", ""))
        if kind == "@id":
            yield ox.Triple(subject, predicate, ox.NamedNode(expand(value) or value))
        elif kind:
            yield ox.Triple(subject, predicate, ox.Literal(value, datatype=ox.NamedNode(expand(kind) or kind)))
        else:
            yield ox.Triple(subject, predicate, ox.Literal(value, language=term.get("@language")))


def from_rdf(form: str) -> Callable[[Content, dict[str, bytes]], set[ox.Triple]]:
    def loaded(_: Content, files: dict[str, bytes]) -> set[ox.Triple]:
        return {quad.triple for file in files.values() for quad in ox.parse(file, format=SERIALISATIONS[form])}

    return loaded


def parted(text: str) -> list[str]:
    """The values that a bar parts."""
    return [re.sub(r"\\(.)", r"\1", one) for one in re.findall(r"(?:[^|\\]|\\.)+", text, re.DOTALL)]


def from_csv(content: Content, files: dict[str, bytes]) -> set[ox.Triple]:
    found: set[ox.Triple] = set()
    for resource in json.loads(files["datapackage.json"])["resources"]:
        terms = {field["name"]: field.get("term") for field in resource["schema"]["fields"]}
        for row in csv.DictReader(io.StringIO(files[resource["path"]].decode(), newline="")):
            if resource["name"] == "mappings":
                found |= set(told(content, row["subject"], row["predicate"], [row["object"]]))
                continue
            found |= set(told(content, row["id"], "rdf:type", filter(None, row["class"].split("|"))))
            for column, cell in list(row.items())[2:]:
                values = parted(cell)
                named = column if ":" in column else f"glut:{column}"
                found |= set(told(content, row["id"], named, values, terms[column]))
    return found


def from_edges(content: Content, edges: Iterable[tuple[str, dict[str, list[str]]]]) -> set[ox.Triple]:
    found: set[ox.Triple] = set()
    for name, values in edges:
        for attribute, of in values.items():
            named = {"class": "rdf:type"}.get(attribute, attribute if ":" in attribute else f"glut:{attribute}")
            found |= set(told(content, name, named, of))
    return found


def from_graphml(content: Content, files: dict[str, bytes]) -> set[ox.Triple]:
    root = ElementTree.fromstring(files["claims.graphml"])  # noqa: S314
    space = "{http://graphml.graphdrawing.org/xmlns}"
    keys = {key.get("id"): str(key.get("attr.name")) for key in root.iter(f"{space}key")}
    edges = [
        (str(edge.get("id")), {keys[data.get("key")]: parted(str(data.text)) for data in edge})
        for edge in root.iter(f"{space}edge")
    ]
    return from_edges(content, edges)


def from_cx2(content: Content, files: dict[str, bytes]) -> set[ox.Triple]:
    (edges,) = (aspect["edges"] for aspect in json.loads(files["claims.cx2"]) if "edges" in aspect)
    read = []
    for edge in edges:
        values = {name: of if isinstance(of, list) else [of] for name, of in edge["v"].items()}
        read.append((values.pop("represents")[0], {name: of for name, of in values.items() if name != "name"}))
    return from_edges(content, read)


def from_sssom(content: Content, files: dict[str, bytes]) -> set[ox.Triple]:
    ((name, text),) = files.items()
    rows = list(read_mappings(text.decode(), Path(name)))
    return {ox.Triple(*map(ox.NamedNode, row.triple)) for row in rows if isinstance(row, Mapping)}


def from_nanopublications(content: Content, files: dict[str, bytes]) -> set[ox.Triple]:
    claims = {ox.NamedNode(expand(claim.name) or claim.name) for claim in content.claims}
    return {triple for triple in from_rdf("trig")(content, files) if triple.subject in claims}


PLAIN = ("turtle", "ntriples", "nquads", "trig", "rdfxml")
"""Formats that pyoxigraph writes by itself."""
LOADED = {
    "nanopubs": from_nanopublications,
    **{form: from_rdf(form) for form in SERIALISATIONS},
    "csv": from_csv,
    "graphml": from_graphml,
    "cx2": from_cx2,
    "sssom": from_sssom,
}


@cache
def files_of(content: Content, name: str) -> dict[str, bytes]:
    return FORMATS[name].files(content)


@cache
def read_back(content: Content, name: str) -> set[ox.Triple]:
    """What a program finds that loads an export."""
    return LOADED[name](content, files_of(content, name))


@cache
def stated_in(content: Content) -> set[ox.Triple]:
    return canonical_triples(quad.triple for quad in content.stated)


def canonical_triples(triples: Iterable[ox.Triple]) -> set[ox.Triple]:
    return {quad.triple for quad in canonical(ox.Quad(*triple) for triple in triples)}


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in PLAIN else ()) for name in LOADED]
)
def test_what_is_lost_on_a_round_trip_is_what_the_statement_says(content: Content, name: str) -> None:
    fate = FORMATS[name].fate(content)
    stated, loaded = stated_in(content), canonical_triples(read_back(content, name))
    inferred = {quad.triple for quad in inferred_quads(content.graph)}
    assert loaded <= stated | inferred, "it says what the graph does not"
    rows = {row["what"]: row for row in declared(content.folder, name)["lost"]}
    assert ("inferred" in rows) == (not inferred - stated <= loaded)
    gone = [lost(content, row, fate) for what, row in rows.items() if what not in {"inferred", "graphs", "auxiliary"}]
    triples = {one for of in gone for one in of if isinstance(one, ox.Triple)}
    left_out = {ox.NamedNode(expand(record.name) or record.name) for record in fate.left_out}
    expected = {one for one in stated if _blank(one)} if any(map(_blank, triples)) else set()
    expected |= {one for one in triples if not _blank(one)} | {one for one in stated if one.subject in left_out}
    assert stated - loaded == expected


@pytest.mark.slow
def test_owl_holds_every_stated_triple_as_it_is_or_lifted(content: Content) -> None:
    quads = list(ox.parse(files_of(content, "owl")["glutkg.owl"], format=ox.RdfFormat.RDF_XML))
    held = {quad.triple for quad in quads}
    names = ("onProperty", "someValuesFrom")
    parts = {name: {q.subject: q.object for q in quads if q.predicate.value == OWL + name} for name in names}
    lifted = {
        (quad.subject, parts["onProperty"].get(quad.object), parts["someValuesFrom"].get(quad.object)) for quad in quads
    }
    named = {quad.triple for quad in content.stated if not _blank(quad.triple)}
    assert {one for one in named - held if tuple(one) not in lifted} == set()
    assert len(named - held) > 3000, "nothing was lifted"
    assert {row["what"] for row in declared(content.folder, "owl")["lost"]} == {"inferred", "graphs", "auxiliary"}


SAID = ("glut:result", "glut:judgement", "glut:direction", "glut:modality", "glut:standing")


def said(triples: Iterable[ox.Triple]) -> dict[str, set[tuple[str, str]]]:
    """What a file says of each claim: whether it is so, in which direction, how sure, in force or not."""
    found: dict[str, set[tuple[str, str]]] = {}
    for subject, predicate, object_ in triples:
        if curie(predicate.value) in SAID and isinstance(subject, ox.NamedNode) and isinstance(object_, ox.NamedNode):
            found.setdefault(curie(subject.value), set()).add((curie(predicate.value), curie(object_.value)))
    return found


@pytest.mark.slow
def test_no_two_exports_of_a_claim_say_different_things(content: Content) -> None:
    expected = {
        claim.name: {(name, value) for name in SAID for value in claim.values.get(name, ())} for claim in content.claims
    }
    for name in ("csv", "graphml", "cx2", "nanopubs"):
        found = said(read_back(content, name))
        assert {one for one in found if one in expected and found[one] != expected[one]} == set(), name
        assert len(found) > 800
    files = files_of(content, "graphml")
    changed = {"claims.graphml": files["claims.graphml"].replace(b"glut:Decrease", b"glut:Increase", 1)}
    found = said(LOADED["graphml"](content, changed))
    assert len([one for one in found if found[one] != expected[one]]) == 1


def _blank(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)


# --- Biolink ----------------------------------------------------------------------------------------------------------


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode()), delimiter="\t", quoting=csv.QUOTE_NONE))


def meant(edge: dict[str, str], values: dict[str, dict[str, object]]) -> list[str]:
    """The values for which an edge has all the fields."""
    spelt = {value: {field: str(one) for field, one in fields.items()} for value, fields in values.items()}
    edge = edge | {"negated": edge["negated"].capitalize()}
    return [value for value, fields in spelt.items() if fields.items() <= edge.items()]


def led_back(edge: dict[str, str], content: Content) -> Iterator[tuple[str, str]]:
    """The statements that the fields of an edge can stand for, by the tables of the mapping read backwards."""
    mapping = declared(content.folder, "biolink")
    names = {node.id: node.name for node in content.once(Biolink).nodes.values()}
    for association in mapping["association"]:
        fixed = {"category": association["category"], "predicate": association["predicate"]}
        if meant(edge, {"": {**fixed, **association.get("constant", {})}}):
            for end in ("subject", "object"):
                yield association[end], names[edge[end]]
            for property_ in (*mapping["every"]["values"], *association.get("values", ())):
                yield from ((property_, value) for value in meant(edge, mapping["values"][property_]))
            for property_, values in association.get("when", {}).items():
                yield from ((property_, value) for value in values)
            for property_, field in {**mapping["every"]["fields"], **association.get("fields", {})}.items():
                yield from ((property_, names.get(one, one)) for one in edge[field].split("|"))
    yield "rdfs:label", edge["description"]


def test_an_edge_says_what_its_claim_says_and_what_it_lost_is_listed(content: Content) -> None:
    edges = {edge["id"]: edge for edge in table(files_of(content, "kgx")["edges.tsv"])}
    fate = FORMATS["kgx"].fate(content)
    claims = {claim.name: claim for claim in content.claims}
    left_out = {record.name for record in fate.left_out}
    assert len(edges) > 350
    assert edges.keys() | left_out == claims.keys()
    assert not edges.keys() & left_out
    for name, edge in edges.items():
        back = set(led_back(edge, content))
        for property_, values in claims[name].values.items():
            carried = {(property_, value) for value in values} <= back or any(
                one.startswith(f"{property_}/") for one, _ in back
            )
            assert carried == (property_ not in fate.lost[name]), (name, property_)


def test_what_is_open_uncertain_or_not_in_force_has_no_edge(content: Content) -> None:
    edges = {edge.claim.name: edge for edge in content.once(Biolink).edges}
    reasons = {record.name: record.why for record in FORMATS["kgx"].fate(content).left_out}
    denied = {"glut:EffectAbsent", "glut:Denied"}
    for claim in content.claims:
        certain = claim.one("glut:modality") in {"glut:Established", "glut:Reported"}
        in_force = claim.one("glut:standing") == "glut:Undisputed"
        if claim.name in edges:
            assert certain
            assert in_force
            assert edges[claim.name].fields["negated"] == (claim.one("glut:result") in denied)
        else:
            assert len(reasons[claim.name]) > 15
    assert any(edge.fields["negated"] for edge in edges.values())


def test_the_lines_of_json_say_what_the_tables_say(content: Content) -> None:
    tables, lines = (files_of(content, name) for name in ("kgx", "kgx-jsonl"))
    for kind in ("nodes", "edges"):
        rows = [json.loads(line) for line in lines[f"{kind}.jsonl"].splitlines()]
        assert [row["id"] for row in rows] == [row["id"] for row in table(tables[f"{kind}.tsv"])]
    assert {row["negated"] for row in rows} == {True, False}


class Altered(Content):
    """Content with a claim that was altered, and the rest as it was read."""

    def __init__(self, content: Content, claim: Record) -> None:
        super().__init__(content.workspace)
        self.stated, self.context, self.claims = content.stated, content.context, [claim]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"glut:modality": ("glut:Possible",)}, "not certain"),
        ({"glut:standing": ("glut:Erroneous",)}, "not in force"),
        ({"glut:standing": ("glut:Undisputed", "glut:Disputed")}, "not in force"),
        ({"glut:result": ("glut:Inconclusive",)}, "would affirm it"),
        ({"glut:alternative": ("glut:AMPAReceptor",)}, "does not say which"),
        ({"glut:coverage": ("glut:SomeMembers",)}, "it holds of some only"),
        ({"glut:result": ("glut:Denied",), "glut:species": ("glut:Rat",), "glut:route": ("glut:Oral",)}, "glut:route"),
        ({"glut:action": ("glut:Priming",), "glut:target": ()}, "no association"),
        ({"glut:coverage": ("glut:Predominantly",)}, None),
        ({"glut:result": ("glut:Denied",), "glut:species": ("glut:Rat",)}, None),
    ],
)
def test_what_an_edge_would_make_say_more_is_left_out(
    content: Content, changes: dict[str, tuple[str, ...]], why: str | None
) -> None:
    (claim,) = (one for one in content.claims if one.name == "claim:nbqx-ampa-antagonist")
    values = {name: of for name, of in {**claim.values, **changes}.items() if of and name != "glut:selectivity"}
    found = Biolink(Altered(content, claim._replace(values=values)))
    assert len(found.edges) == (why is None)
    assert [record.why for record in found.left_out if str(why) not in record.why] == []


@pytest.mark.slow
def test_values_of_any_text_come_back_from_graphml_and_csv(content: Content) -> None:
    (claim,) = (one for one in content.claims if one.name == "claim:nbqx-ampa-antagonist")
    notes = ("a|b", "back\\slash", 'c <&> "d"\n\te')
    odd = "a\x01b"  # XML has no such letter
    altered = Altered(content, claim._replace(values={**claim.values, "skos:editorialNote": (*notes, odd)}))
    altered.records = altered.claims
    for name, read in (("graphml", from_graphml), ("csv", from_csv)):
        triples = read(altered, FORMATS[name].files(altered))
        found = {str(getattr(one.object, "value", "")) for one in triples}
        assert {*notes, "a\ufffdb" if name == "graphml" else odd} <= found


@pytest.mark.slow
def test_the_report_is_written_for_people_and_for_programs(run: Run) -> None:
    text = run("export", "kgx", "--report").stdout
    assert "LEFT OUT: the source is not certain, and an edge would be" in text
    assert "claim:nbqx-ampa-antagonist" not in text.partition("LOST PROPERTIES")[0]
    found = json.loads(run("export", "kgx", "--report", "json").stdout)
    assert len(found["leftOut"]) > 300
    assert run("export", "nquads", "--report").returncode == 0
