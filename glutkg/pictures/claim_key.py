"""The numbers of a picture: each leads to the sentence and the references of a claim, in print as well as by a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from glutkg.pictures.model import Cell, Chip, Credit, NetworkPicture, RowPicture, Source
from glutkg.pictures.notes import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from glutkg.pictures.model import Claim, Picture
    from glutkg.pictures.queries import PictureQueries

    Numbered = TypeVar("Numbered", Chip, Cell)


class _Stated(NamedTuple):
    """Where claims are stated: sentences with their names, and numbers of references."""

    sentences: tuple[tuple[str, str], ...]
    references: tuple[int, ...]

    @property
    def text(self) -> str:
        names = "; ".join(name for _, name in self.sentences)
        cited = f"reference{'s' if len(self.references) > 1 else ''} {', '.join(map(str, self.references))}"
        return f"{names}; {cited}" if self.references else names


def with_sources(queries: PictureQueries, picture: Picture, *, short: bool = False) -> Picture:
    """Number the claims of a picture by where they are stated, and add the key, the documents and the licence.

    A short key, as a slide has it, gives the names of sentences without their sections; notes are short as well.
    """
    claims = list(dict.fromkeys(claim.iri for claim in _claims(picture)))
    stated, documents = _stated(queries, claims, "sourceName" if short else "sourceLabel")
    numbers: dict[_Stated, int] = {}
    for claim in claims:
        numbers.setdefault(stated[claim], len(numbers) + 1)
    header = queries.header("sources")
    key = tuple(Source(number, each.text, each.sentences[0][0]) for each, number in numbers.items())
    lines = (*([f"{header['lead']} {'; '.join(documents)}."] if documents else []), *queries.licence())
    numbered = _numbered(picture, lambda claim: claim._replace(number=numbers[stated[claim.iri]]))
    remarks = tuple(f"{each.text} [{numbers[stated[each.claim.iri]]}]" for each in picture.remarks)
    credit = Credit(header["heading"], key, lines)
    notes = tuple(shortened(note) for note in picture.notes) if short else picture.notes
    return numbered._replace(notes=(*remarks, *notes), remarks=(), credit=credit)


def _claims(picture: Picture) -> Iterable[Claim]:
    """Give the claims of a picture in the order in which a reader meets them."""
    parts: list[Chip] | list[Cell]
    if isinstance(picture, RowPicture):
        parts = [row.chip for row in picture.rows if row.chip]
    elif isinstance(picture, NetworkPicture):
        parts = list(picture.chips)
    else:
        parts = list(picture.cells)
    return [*(claim for part in parts for claim in part.claims), *(remark.claim for remark in picture.remarks)]


def _stated(queries: PictureQueries, claims: list[str], named: str) -> tuple[dict[str, _Stated], list[str]]:
    """Give where each claim is stated, and the documents of all."""
    sentences: dict[str, dict[tuple[str, str], None]] = {}
    references: dict[str, dict[int, None]] = {}
    documents: dict[str, str] = {}
    for row in queries.rows("sources", claim=claims) if claims else ():
        claim = str(row["claim"])
        sentences.setdefault(claim, {})[str(row["source"]), str(row[named])] = None
        if row["reference"] is not None:
            references.setdefault(claim, {})[int(str(row["reference"]))] = None
        documents.setdefault(str(row["document"]), str(row["documentLine"]))
    numbers = {claim: tuple(sorted(references.get(claim, ()))) for claim in sentences}
    found = {claim: _Stated(tuple(several), numbers[claim]) for claim, several in sentences.items()}
    return found, sorted(documents.values())


def _numbered(picture: Picture, number: Callable[[Claim], Claim]) -> Picture:
    def numbered(part: Numbered) -> Numbered:
        return part._replace(claims=tuple(number(claim) for claim in part.claims))

    if isinstance(picture, RowPicture):
        rows = tuple(row._replace(chip=numbered(row.chip) if row.chip else None) for row in picture.rows)
        return picture._replace(rows=rows)
    if isinstance(picture, NetworkPicture):
        return picture._replace(chips=tuple(numbered(chip) for chip in picture.chips))
    return picture._replace(cells=tuple(numbered(cell) for cell in picture.cells))
