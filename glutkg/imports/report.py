"""What an import comes to, in words: what was taken, what was rejected, what agrees or disagrees, what changes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.namespaces import PREFIXES, curie
from glutkg.rdf.terms import Term
from glutkg.relations import grouped
from glutkg.resources import query_file, read_text, real_path, source_files
from glutkg.sparql.binding import bind
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source
from glutkg.text.documents import Document, Heading, counted, item, items, paragraph
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from glutkg.changes.what_if import WhatIf
    from glutkg.imports.importing import Imported
    from glutkg.imports.rows import Reject
    from glutkg.text.documents import Block, Item

_FEW = 3
_MOST = 12
"""Lines of a part that people are shown."""


class Disagreement(NamedTuple):
    """A warning of the check about an imported claim and another one."""

    rule: str
    claim: str
    other: str


def disagreements(imported: Imported) -> list[Disagreement]:
    """Give the pairs of claims that a check warns of, each once; one of them is imported."""
    own = {claim.iri for claim in imported.claims}
    found: dict[tuple[str, frozenset[str]], Disagreement] = {}
    for result in imported.check.results:
        value = result.value.value if result.value else ""
        if result.severity == "Warning" and value.startswith(PREFIXES["claim"]) and own & {result.focus, value}:
            pair = (result.focus, value) if result.focus in own else (value, result.focus)
            found.setdefault((result.rule, frozenset(pair)), Disagreement(result.rule, *pair))
    return list(found.values())


def corroborations(imported: Imported, context: Path, name: str) -> Table:
    """Give the claims of other sources that say the same as imported ones, as a table of both."""
    paths = dict.fromkeys(map(real_path, (*source_files(context), *imported.paths)))
    stated = Graph.of(map(read_source, paths))
    query = read_text(query_file(context, "imports/corroborations"))
    return stated.select(bind(query, {"source": [Term("iri", PREFIXES["source"] + name)]}))


def document(
    imported: Imported,
    found: Sequence[Disagreement],
    agreeing: Table,
    change: WhatIf | str,
    *,
    is_trial: bool = False,
) -> Document:
    """Put an import into words; `change` is what it changes, or why that is not known."""
    return Document(
        (
            *_taken(imported, is_trial=is_trial),
            *_rejected(imported.rejects),
            *_disagreeing(found),
            *_agreeing(agreeing),
            *_changing(change),
        )
    )


def _taken(imported: Imported, *, is_trial: bool) -> Iterable[Block]:
    where = "nothing was written" if is_trial else f"in {imported.folder}"
    lines = [f"imported: {counted(len(imported.claims), 'claim')}, {where}"]
    if imported.stubs:
        lines.append(f"new: {counted(imported.stubs, 'stub')} of what the graph did not have")
    if imported.references:
        lines.append(f"cited: {counted(imported.references, 'work')}")
    if imported.merged:
        lines.append(f"merged: {counted(imported.merged, 'row')} that say what another row says")
    yield paragraph(*lines)


def _rejected(rejects: Sequence[Reject]) -> Iterable[Block]:
    if rejects:
        yield Heading("Rejected")
        rows = len({one.row.place for one in rejects})
        yield paragraph(f"{counted(rows, 'row')}, for these reasons:")
        reasons = Counter(one.reason for one in rejects)
        first = {one.reason: one for one in reversed(rejects)}
        listed = [
            item(f"{_where(first[reason])}{f' and {number - 1:,} more' if number > 1 else ''}: {reason}")
            for reason, number in reasons.most_common(_MOST)
        ]
        more = len(reasons) - len(listed)
        yield items(*listed, *([item(f"… and {more:,} other reasons")] if more else []))


def _where(reject: Reject) -> str:
    return f"{reject.row.place}, {reject.column}" if reject.column else reject.row.place


def _disagreeing(found: Sequence[Disagreement]) -> Iterable[Block]:
    if found:
        yield Heading("Disagreeing")
        yield paragraph(f"{counted(len(found), 'pair')} of claims that may disagree; a curator decides")
        yield items(
            *(item(f"{curie(one.claim)} and {curie(one.other)} ({one.rule})") for one in found[:_MOST]),
            *_more(len(found)),
        )


def _agreeing(found: Table) -> Iterable[Block]:
    if len(found):
        yield Heading("Agreeing")
        pairs = grouped((str(row["claimLabel"]), curie(str(row["other"]))) for row in found)
        yield paragraph(f"{counted(len(pairs), 'imported claim')} of which others say the same")
        listed = [item(f"{words}: {_some(others)}") for words, others in [*pairs.items()][:_MOST]]
        yield items(*listed, *_more(len(pairs)))


def _some(names: Iterable[str]) -> str:
    found = sorted(names)
    more = f" and {len(found) - _FEW} more" if len(found) > _FEW else ""
    return ", ".join(found[:_FEW]) + more


def _more(number: int) -> list[Item]:
    return [item(f"… and {number - _MOST:,} more")] if number > _MOST else []


def _changing(change: WhatIf | str) -> Iterable[Block]:
    yield Heading("What changes")
    if isinstance(change, str):
        yield paragraph(change)
        return
    yield paragraph(
        f"{counted(len(change.inferred), 'inferred triple')} come or go",
        f"{counted(len(change.answers), 'question')} answered differently",
    )
    if change.answers:
        counts = [
            item(f"{one.question.name}: " + ", ".join(f"{sign}{one.count(sign)}" for sign in "+-~" if one.count(sign)))
            for one in change.answers[:_MOST]
        ]
        yield items(*counts, *_more(len(change.answers)))
