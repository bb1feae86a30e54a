"""Why something holds, in the lines that a colleague would say: which claims, how sure, in whom, on what, against what.

The proof behind it is another matter: it stands in `glutkg.explain.explanation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.namespaces import BASE, RDF, STATED_GRAPH
from glutkg.rdf.terms import Term
from glutkg.resources import query_file, read_text
from glutkg.sparql.binding import bind
from glutkg.store.claims import papers
from glutkg.text.documents import counted, item, items, paragraph
from glutkg.text.table_view import Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from glutkg.explain.wording import Words
    from glutkg.text.documents import Block, Item

MOST = 3
"""Claims, and things against them, that are named one by one."""
STEPS = "Each step: --proof."


class Support(NamedTuple):
    """A claim on which something rests: how sure its source is (`rank` 1 is the surest), in whom, and what it cites.

    `standing` is empty where nothing in the graph is against the claim.
    """

    claim: str
    statement: str
    certainty: str
    rank: int
    standing: str
    sentences: tuple[str, ...]
    references: tuple[str, ...]
    papers: tuple[str, ...]
    species: tuple[str, ...]

    @property
    def source(self) -> str:
        """The sentence by its number, and that no reference is cited where the paper itself is not the source."""
        return ", ".join([*self.sentences, *([] if self.references or self.papers else ["no reference"])])


def supports(words: Words, claims: Iterable[str]) -> list[Support]:
    """Read claims, the surest first; of these, those that cite something, then what is said most plainly."""
    found = (_support(words, claim) for claim in claims)
    return sorted(found, key=lambda one: (one.rank, not one.references, len(one.statement), one.claim))


def _support(words: Words, claim: str) -> Support:
    graph = words.graph

    def objects(role: str) -> list[str]:
        return [o.value for _, _, o in graph.triples(claim, BASE + role, graph=STATED_GRAPH)]

    modalities = objects("modality")
    ranks = [int(o.value) for each in modalities for _, _, o in graph.triples(each, BASE + "certaintyRank")]
    sentences, references = words.sources(claim)
    return Support(
        claim,
        words.label(claim),
        ", ".join(map(words.label, modalities)),
        min(ranks, default=0),
        words.not_in_force.get(claim, ""),
        tuple(sentence.partition(":")[0] for sentence in sentences),
        tuple(references),
        tuple(f"{name}, {address}" for name, address in papers(graph, claim).items()),
        tuple(sorted(map(words.label, objects("species")))),
    )


def reasons(words: Words, claims: Sequence[str], folder: Path) -> Iterator[Block]:
    """Say on which claims something rests, how sure, in whom, on which references, and what speaks against it."""
    found = supports(words, claims)
    yield items(*claim_items(words, claims))
    against = claims_against(words, claims, folder)
    lines = [f"In whom: {_species(found)}", *_sources(found)]
    if against:
        yield paragraph(*lines, "Against it:")
        yield items(*listed([_against_item(words, iri) for iri in against]))
        yield paragraph(STEPS)
    else:
        yield paragraph(*lines, "Against it: nothing in the graph", STEPS)


def certainty(words: Words, ways: Sequence[Sequence[str]]) -> str:
    """Say by how many claims something holds, and how sure it is at best; `ways` are the claims of each proof.

    A proof is no surer than the least sure of its claims.
    """
    claims = {claim for way in ways for claim in way}
    best = min((supports(words, way)[-1] for way in ways if way), key=lambda one: one.rank)
    together = " together" if len(claims) > 1 and all(set(way) == claims for way in ways) else ""
    sure = best.certainty if together or len(claims) == 1 else f"at best {best.certainty}"
    return f"by {counted(len(claims), 'claim')}{together}, {sure}"


def claim_item(one: Support) -> Item:
    """Give a claim as an item: what it states, how sure its source is, and where it stands."""
    return item(_parts(one))


def _parts(one: Support) -> tuple[Link, str]:
    sure = ", ".join(filter(None, (one.certainty, one.standing)))
    return Link(one.statement, one.claim), f" ({sure}; {one.source})"


def claim_items(words: Words, claims: Iterable[str]) -> list[Item]:
    """Give the surest of some claims as items, and count the rest."""
    return listed([claim_item(one) for one in supports(words, claims)])


def numbered(words: Words) -> list[Item]:
    """Give the claims that have been named by number, and what each says."""
    found = [(number, _support(words, claim)) for claim, number in words.claims.items()]
    return [item((f"claim {number}: ", *_parts(one))) for number, one in found]


def listed(found: list[Item]) -> list[Item]:
    """Give the first of some items, and count the rest."""
    more = len(found) - MOST
    return [*found[:MOST], *([item(f"and {more} more")] if more > 0 else [])]


def _species(found: Sequence[Support]) -> str:
    named = sorted({species for one in found for species in one.species})
    silent = sum(not one.species for one in found)
    if not named:
        return "no species named"
    return ", ".join(named) + (f"; {counted(silent, 'claim')} {_names(silent)} no species" if silent else "")


def _sources(found: Sequence[Support]) -> Iterator[str]:
    """Name the references that claims cite, and the papers that are themselves the source of some."""
    own = {paper for one in found for paper in one.papers}
    if not own or any(one.references for one in found):
        yield f"References: {_references(found)}"
    if own:
        yield f"{'Source' if len(own) == 1 else 'Sources'}: {'; '.join(sorted(own))}"


def _references(found: Sequence[Support]) -> str:
    silent = sum(not (one.references or one.papers) for one in found)
    cited = _grouped({reference for one in found for reference in one.references})
    if not cited:
        return "none; " + ("the claim cites none" if len(found) == 1 else "no claim cites any")
    return cited + (f"; {counted(silent, 'claim')} without any" if silent else "")


def _grouped(references: Iterable[str]) -> str:
    """Join labels such as `reference 3 of the review`, the numbers of one document together."""
    of_document: dict[str, list[str]] = {}
    for reference in sorted(references, key=lambda one: (len(one), one)):
        _, number, document = [*reference.split(" ", 2), "", ""][:3]
        of_document.setdefault(document, []).append(number)
    return "; ".join(f"{', '.join(numbers)} {document}".strip() for document, numbers in of_document.items())


def _names(number: int) -> str:
    return "names" if number == 1 else "name"


def claims_against(words: Words, claims: Iterable[str], folder: Path) -> list[str]:
    """Give what speaks against claims: conflicts in which they stand, and claims that deny them or say the opposite."""
    query = read_text(query_file(folder, "explanations/claims-against"))
    asked = bind(query, {"claim": [Term("iri", claim) for claim in claims]})
    return list(dict.fromkeys(str(row["against"]) for row in words.graph.select(asked)))


def _against_item(words: Words, iri: str) -> Item:
    if any(True for _ in words.graph.triples(iri, RDF + "type", BASE + "Conflict")):
        return item((Link(words.label(iri), iri), " (conflict)"))
    return claim_item(_support(words, iri))
