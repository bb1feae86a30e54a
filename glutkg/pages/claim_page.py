"""The page of a claim: its sentence, what it states field by field, its source, what speaks for and against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.entity_description import describe
from glutkg.evidence.claim_view import AGAINST, ALONG, EXPLAINS, iris_of
from glutkg.pages.structured_data import structured
from glutkg.pages.thing_page import Section, alternates, block_section, citation, follows, side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.evidence.claim_view import Beside, ClaimRow
    from glutkg.pages.site import Site

MOST = 8
"""Claims of one side that are shown."""


class Sides(NamedTuple):
    """Claims that say the same of the same things, what speaks against a claim, and what may explain it."""

    agreeing: tuple[ClaimRow, ...]
    more: int
    against: tuple[Beside, ...]
    explaining: tuple[Beside, ...]


def claim_page(site: Site, iri: str) -> str:
    """Render the page of a claim."""
    (row,) = site.claims.rows([iri])
    sections = tuple(_sections(site, row))
    return site.render(
        "claim.html",
        site.address(iri),
        canonical=iri,
        title=row.text,
        summary=f"A claim, {row.mark.certainty}: {row.text}",
        claim=row,
        iri=iri,
        kind=site.kind(iri),
        sections=sections,
        rail=[("fields", "Field by field", None), *((one.name, one.title, one.number) for one in sections)],
        side=side([row]),
        alternates=alternates(),
        data=structured(site, iri),
    )


def _sections(site: Site, row: ClaimRow) -> Iterator[Section]:
    yield Section("sides", "For and against", "sides", _sides(site, row))
    for block in site.blocks:
        if "claim" in block.kinds:
            table = block.table(site.graph, row.iri)
            if len(table) or block.empty:
                yield block_section(site, block, table)
    found = dict(describe(site.graph, row.iri, site.folder).sections)
    if "what follows" in found:
        yield follows(row.iri, found["what follows"])
    said = list(site.rows("said-by-claim", claim=[row.iri]))
    if said:
        yield Section("conclusions", "What the graph concludes from it", "conclusions", said, len(said))
    yield Section("cite", "Cite this", "cite", citation(site, row.iri, row.text))


def _sides(site: Site, row: ClaimRow) -> Sides:
    along = [one.claim.iri for one in row.beside if one.relation == ALONG]
    same = list(dict.fromkeys([*iris_of(site.rows("claims-that-agree", this=[row.iri])), *along]))
    against, explaining = (tuple(one for one in row.beside if one.relation == how) for how in (AGAINST, EXPLAINS))
    agreeing = site.claims.rows(same[:MOST], opened=False)
    return Sides(agreeing, max(0, len(same) - MOST), against, explaining)
