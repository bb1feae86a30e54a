"""Claims as evidence that an agent can quote: what each states, how sure its source is, where, and what is against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.evidence.claim_view import ClaimViews, result_of
from glutkg.rdf.namespaces import STATED_GRAPH
from glutkg.relations import grouped
from glutkg.store.claims import SOURCES, UNDISPUTED
from glutkg.store.labels import label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from glutkg.evidence.claim_view import Beside, ClaimRow
    from glutkg.store.graph import Graph

MOST = 40
"""Claims of one answer that are given as evidence; the answer says how many more there are."""
_MOST_BESIDE = 8


class Evidence:
    """Gives claims of a graph, which `views` reads, as plain values.

    >>> (claim,) = Evidence(kg.reasoned, kg.folder).of([kg.iri("claim:memantine-iv-no-effect-tcc")])
    >>> claim["says"], claim["result"], claim["certainty"], claim["standing"], claim["sentences"][0]["label"][:11]
    ('no effect', 'not so', 'reported', 'undisputed', 'review s064')
    """

    def __init__(self, graph: Graph, folder: Path) -> None:
        self._graph = graph
        self.views = ClaimViews(graph, folder)

    def of(self, iris: Iterable[str]) -> list[dict[str, object]]:
        """Give claims as evidence, in the order given."""
        return [self.claim(row) for row in self.views.rows(iris)]

    def bounded(self, iris: Sequence[str], name: str = "evidence") -> dict[str, object]:
        """Give the first claims as evidence under a name, and the number of those left out."""
        left = len(iris) - MOST
        return {name: self.of(iris[:MOST]), **({f"{name}LeftOut": left} if left > 0 else {})}

    def in_brief(self, iris: Iterable[str]) -> list[dict[str, object]]:
        """Give claims by IRI and statement, with result, certainty and standing."""
        return [_brief(row) for row in self.views.rows(iris, opened=False)]

    def claim(self, row: ClaimRow) -> dict[str, object]:
        """Give one claim: IRI, statement, result, certainty, standing, context, sentences, references, what bears."""
        sentences, references = (self.named(self._values(row.iri, name)) for name in SOURCES)
        return {
            **_brief(row),
            "context": grouped((tag.group, tag.text) for tag in row.tags),
            "sentences": sentences,
            "references": references,
            "beside": [_beside(one) for one in row.beside[:_MOST_BESIDE]],
        }

    def fields(self, row: ClaimRow) -> dict[str, object]:
        """Give all that a claim states, by property."""
        return {
            field.label: [{"label": value.text, **({"iri": value.iri} if value.iri else {})} for value in field.values]
            for field in row.fields
        }

    def named(self, iris: Iterable[str]) -> list[dict[str, str]]:
        """Give things by IRI and label."""
        return [{"iri": iri, "label": label(self._graph, iri)} for iri in iris]

    def _values(self, iri: str, name: str) -> list[str]:
        return sorted(o.value for _, _, o in self._graph.triples(iri, name, graph=STATED_GRAPH))


def _brief(row: ClaimRow) -> dict[str, object]:
    return {
        "iri": row.iri,
        "statement": row.text,
        "kind": row.kind,
        "says": row.mark.word,
        "result": result_of(row),
        "certainty": row.mark.certainty,
        "standing": row.standing or UNDISPUTED,
    }


def _beside(one: Beside) -> dict[str, str]:
    other = one.claim
    return {"relation": one.relation, "iri": other.iri, "statement": other.text, "certainty": other.mark.certainty}
