"""The formats of an export: for each its name on the command line, what it is, and what writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.exports import csv_tables, cx2, graphml, kgx, nanopublications, rdf, sssom, void
from glutkg.exports.content import Content, Files
from glutkg.exports.fidelity import Fate
from glutkg.linked_data.serialisations import FORMATS as SERIALISATIONS

if TYPE_CHECKING:
    from collections.abc import Callable


class Format(NamedTuple):
    """A format: its file or folder in a release, what makes its files, and what becomes of records in them."""

    name: str
    files: Callable[[Content], Files]
    is_folder: bool = False
    fate: Callable[[Content], Fate] = lambda _: Fate()


_ENDS = {"turtle": "ttl", "ntriples": "nt", "nquads": "nq", "trig": "trig", "rdfxml": "rdf", "jsonld": "jsonld"}

FORMATS = {
    **{form: Format(f"glutkg.{_ENDS[form]}", rdf.serialised(form)) for form in SERIALISATIONS},
    "owl": Format("glutkg.owl", rdf.owl),
    "owl-functional": Format("glutkg.ofn", rdf.owl_functional),
    "kgx": Format("kgx", kgx.tsv, is_folder=True, fate=kgx.fate),
    "kgx-jsonl": Format("kgx-jsonl", kgx.jsonl, is_folder=True, fate=kgx.fate),
    "graphml": Format("claims.graphml", graphml.files, fate=graphml.fate),
    "cx2": Format("claims.cx2", cx2.files, fate=graphml.fate),
    "csv": Format("csv", csv_tables.files, is_folder=True),
    "sssom": Format("mappings.sssom.tsv", sssom.files),
    "nanopubs": Format("nanopublications.trig", nanopublications.files),
    "void": Format("void.ttl", void.files),
    "questions": Format("questions.ttl", rdf.questions),
    "grlc": Format("grlc", rdf.grlc, is_folder=True),
}
