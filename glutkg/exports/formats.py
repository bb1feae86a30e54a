"""The formats of an export: for each its name on the command line, what it is, and what writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.exports import rdf
from glutkg.exports.content import Content, Files
from glutkg.linked_data.serialisations import FORMATS as SERIALISATIONS

if TYPE_CHECKING:
    from collections.abc import Callable


class Format(NamedTuple):
    """A format: the name of its file, or of its folder, in a release, and what makes its files."""

    name: str
    files: Callable[[Content], Files]
    is_folder: bool = False


_ENDS = {"turtle": "ttl", "ntriples": "nt", "nquads": "nq", "trig": "trig", "rdfxml": "rdf", "jsonld": "jsonld"}

FORMATS = {
    **{form: Format(f"glutkg.{_ENDS[form]}", rdf.serialised(form)) for form in SERIALISATIONS},
    "owl": Format("glutkg.owl", rdf.owl),
    "questions": Format("questions.ttl", rdf.questions),
    "grlc": Format("grlc", rdf.grlc, is_folder=True),
}
