"""Pictures of claims in rows: the evidence on something, and the sides of a conflict."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from glutkg.errors import NotFoundError, UsageError
from glutkg.pictures.model import Box, Chip, Claim, Remark, Row, RowPicture
from glutkg.pictures.notes import ALONE, NO_ROOM, left_out
from glutkg.rdf.namespaces import curie
from glutkg.store.labels import label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from glutkg.pictures.queries import ColumnValue, PicturedClaim, PictureQueries

    Alike = Sequence[PicturedClaim]


def evidence(queries: PictureQueries, thing: str, at_most: int) -> RowPicture:
    """Draw a picture of the claims that lead from or to something. Raises NotFoundError when there are none."""
    claims = [str(row["claim"]) for row in queries.rows("evidence", thing=[thing])]
    groups = _alike(queries.pictured(claims))
    if not groups:
        raise NotFoundError(
            f"No claim leads from or to {label(queries.graph, thing)}. 'glutkg show' lists what there is."
        )
    kept = _shared_out(groups, at_most)
    picture = _claim_rows(queries, thing, [groups[number] for number in sorted(kept)], in_sections=True)
    title, text = queries.title_and_text("evidence", thing)
    notes = _not_drawn(len(claims), groups, kept)
    return picture._replace(title=title, text=text, notes=notes)


def conflict(queries: PictureQueries, thing: str, at_most: int) -> RowPicture:
    """Draw a picture of the claims of a conflict, given by its IRI or by something that only it is about.

    Raises UsageError when several conflicts are about the thing, NotFoundError when none is.
    """
    found: dict[str, str] = {}
    claims: dict[str, None] = {}
    notes: dict[str, None] = {}
    remarks: dict[Remark, None] = {}
    for row in queries.rows("conflict", thing=[thing]):
        found[str(row["conflict"])] = str(row["conflictLabel"])
        claims[str(row["claim"])] = None
        note, reason = row["note"], row["reason"]
        if reason is not None:
            remarks[Remark(str(note), Claim(str(reason), label(queries.graph, str(reason))))] = None
        elif note is not None:
            notes[str(note)] = None
    if not found:
        raise NotFoundError(f"No curated conflict is about {label(queries.graph, thing)}.")
    if len(found) > 1:
        listed = "".join(f"\n  {curie(iri)}: {name}" for iri, name in found.items())
        raise UsageError(f"{len(found)} conflicts are about {label(queries.graph, thing)}. Name one of them:{listed}")
    (only,) = found
    groups = _alike(queries.pictured(list(claims)))
    picture = _claim_rows(queries, only, groups[:at_most])
    title, text = queries.title_and_text("conflict", only)
    left = _not_drawn(len(claims), groups, range(min(at_most, len(groups))))
    return picture._replace(title=title, text=text, notes=(*notes, *left), remarks=tuple(remarks))


def _alike(shown: Sequence[PicturedClaim]) -> list[Alike]:
    """Put claims together that say the same."""
    groups: dict[tuple[object, ...], list[PicturedClaim]] = {}
    for each in shown:
        groups.setdefault((each.before, each.after, each.mark, each.tags), []).append(each)
    return list(groups.values())


def _shared_out(groups: Sequence[Alike], at_most: int) -> set[int]:
    """Choose which groups are drawn: half by turns from all sections, the rest from the first sections.

    Where there are more sections than half of the rows, up to two thirds of the rows go by turns.
    Within a section what holds, what does not and what is open take turns, so that no cut leaves only one of them.
    """
    turns, sections = [], []
    of_mark: Counter[tuple[str, str]] = Counter()
    for number, (first, *_) in enumerate(groups):
        kind = first.mark.against
        of_mark[first.mark.section, kind] += 1
        turns.append((of_mark[first.mark.section, kind], kind, number))
        sections.append(first.mark.priority)
    by_section: dict[int, list[int]] = {}
    for _, _, number in sorted(turns):
        by_section.setdefault(sections[number], []).append(number)
    by_turns = [number for each in zip_longest(*(by_section[key] for key in sorted(by_section))) for number in each]
    turn = max(at_most // 2, min(len(by_section), 2 * at_most // 3))
    shared = [number for number in by_turns if number is not None][:turn]
    rest = [number for key in sorted(by_section) for number in by_section[key]]
    return set(list(dict.fromkeys([*shared, *rest]))[:at_most])


def _not_drawn(asked: int, groups: Sequence[Alike], kept: Sequence[int] | set[int]) -> tuple[str, ...]:
    sections: Counter[str] = Counter()
    for number, group in enumerate(groups):
        sections[group[0].mark.section] += 0 if number in kept else len(group)
    among = [f"{section} {number}" for section, number in sections.items() if number]
    alone = asked - sum(map(len, groups))
    return (*left_out(alone, ALONE), *left_out(sections.total(), NO_ROOM, among=among))


def _claim_rows(
    queries: PictureQueries, thing: str, groups: Sequence[Alike], *, in_sections: bool = False
) -> RowPicture:
    """Put claims into rows from left to right, without title and text yet; boxes of the thing stand out.

    What rows share up to the chip is drawn once. What follows a chip is shared only by claims that have all the rest in
    common, so that no line can be read as a claim that no source makes; but for the last box, from which nothing leads
    on.
    """
    header = queries.header("claims")
    chip_columns = [int(column) - 1 for column in header["chips"].split()]
    boxes: dict[tuple[object, ...], Box] = {}
    rows: list[Row] = []

    def box(place: ColumnValue, *key: object) -> str:
        made = Box(f"b{len(boxes)}", place.label, place.iri, place.column - 1, detail=place.detail)
        return boxes.setdefault(key, made._replace(chief=place.iri == thing)).name

    ordered = sorted(groups, key=_neighbours(groups, in_sections))
    for group, run in zip(ordered, _runs(ordered, in_sections), strict=True):
        first, behind = group[0], tuple(each.claim for each in group)
        section = first.mark.section if in_sections else ""
        word = first.mark.word, first.mark.mark, first.mark.rank, first.mark.certainty
        chip = Chip(f"m{len(rows)}", *word, first.tags, behind, chip_columns[first.marked - 1])
        before = tuple(box(place, section, first.before[: n + 1]) for n, place in enumerate(first.before))
        keys = [(section, first.before, first.after, n) for n in range(len(first.after) - 1)]
        after = tuple(box(place, *key) for place, key in zip(first.after, [*keys, ("last", run)], strict=True))
        rows.append(Row(before, chip, after, section))
    columns = tuple(heading.strip() for heading in header["columns"].split(";"))
    return RowPicture("", "", tuple(boxes.values()), tuple(rows), columns)


def _runs(ordered: Sequence[Alike], in_sections: bool) -> list[int]:
    """Number the runs of neighbours that end in the same box."""
    ends = [(group[0].after[-1], group[0].mark.section if in_sections else "") for group in ordered]
    runs = [0]
    for one, other in pairwise(ends):
        runs.append(runs[-1] + (one != other))
    return runs


def _neighbours(groups: Sequence[Alike], in_sections: bool) -> Callable[[Alike], tuple[int, ...]]:
    """Give the key that sorts groups so that what they share stands together, else in the order given."""
    first: dict[object, int] = {}

    def keys(each: PicturedClaim) -> list[object]:
        section = each.mark.section if in_sections else ""
        before = [(section, each.before[: n + 1]) for n in range(len(each.before))]
        return [section, *before, (section, each.before, each.after)]

    for number, group in enumerate(groups):
        for key in keys(group[0]):
            first.setdefault(key, number)
    return lambda group: tuple(first[key] for key in keys(group[0]))
