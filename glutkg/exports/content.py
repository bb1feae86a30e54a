"""What is exported: the graph of a workspace, or a part of it, read once for all the formats of a release."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from glutkg.exports.claims import claims, records
from glutkg.linked_data import jsonld
from glutkg.linked_data.parts import dataset, inferred_quads, stated_quads
from glutkg.rdf.namespaces import BASE, PREFIXES
from glutkg.relations import grouped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from glutkg.exports.claims import Record
    from glutkg.linked_data.parts import Quad
    from glutkg.workspace import Workspace

ONTOLOGY = BASE + "ontology"
MODIFIED = PREFIXES["dcterms"] + "modified"
T = TypeVar("T")
Files = dict[str, bytes]
"""The files of an export by their names; of a format that is one file, that file."""


class Content:
    """The graph of a workspace, or its `stated` or `inferred` part, to be written in the serialisation `form`.

    `key` is the file of a private key with which what can be signed is signed.
    """

    def __init__(
        self, workspace: Workspace, part: str = "both", form: str | None = None, key: Path | None = None
    ) -> None:
        self.workspace = workspace
        self.graph = workspace.reasoned
        self.folder = workspace.folder
        self.part = part
        self.form = form
        self.key = key
        self._made: dict[object, object] = {}

    def once(self, make: Callable[[Content], T]) -> T:
        """Return what is made of the content, made only once."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("T", self._made[make])

    @cached_property
    def stated(self) -> list[Quad]:
        """The stated quads, each in the graph of its file, as the files spell them."""
        return stated_quads(self.folder)

    @cached_property
    def _by_subject(self) -> dict[str, list[Quad]]:
        return grouped((str(getattr(quad.subject, "value", quad.subject)), quad) for quad in self.stated)

    def about(self, iri: str) -> list[Quad]:
        """Give what is stated of a thing."""
        return self._by_subject.get(iri, [])

    @cached_property
    def inferred(self) -> list[Quad]:
        """What rules concluded, each in the graph of its rule."""
        return inferred_quads(self.graph)

    @cached_property
    def context(self) -> dict[str, object]:
        """The JSON-LD context, with a term for each property that something is stated with."""
        return jsonld.context(self.stated)

    @property
    def modified(self) -> str:
        """The day on which the ontology was last changed, as it says itself: exports have no clock."""
        found = (
            str(getattr(quad.object, "value", "")) for quad in self.about(ONTOLOGY) if quad.predicate.value == MODIFIED
        )
        return next(found, "1970-01-01")

    @cached_property
    def records(self) -> list[Record]:
        """The records of the stated facts, with plain values."""
        return records(self.graph, self.stated)

    @cached_property
    def claims(self) -> list[Record]:
        """The claims among them."""
        return claims(self.graph, self.records)

    def quads(self) -> list[Quad]:
        """Give the part, each quad in the graph of its file or rule."""
        return [*self._stated_part(), *self._inferred_part()]

    def dataset(self) -> list[Quad]:
        """Give the part as a dataset: all its triples in the default graph, and its named graphs."""
        return list(dataset(self._stated_part(), self._inferred_part()))

    def _stated_part(self) -> list[Quad]:
        return [] if self.part == "inferred" else self.stated

    def _inferred_part(self) -> list[Quad]:
        return [] if self.part == "stated" else self.inferred
