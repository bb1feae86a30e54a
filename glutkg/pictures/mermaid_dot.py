"""Pictures in the languages of other tools: Mermaid and Graphviz's DOT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.pictures.model import as_network
from glutkg.pictures.theme import BOX, CHIEF, INK, MARKS, MUTED, PAGE, QUIET, dash, thickness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from glutkg.pictures.model import Box, Chip, NetworkPicture, Picture

_HEADS = {
    **{"effective": "diamond", "raises": "normal", "lowers": "tee", "plain": "vee", "less": "crow"},
    **{"absent": "odot", "open": "onormal", "void": "none"},
}
_SIGNS = {
    **{"effective": "✓", "raises": "▲", "lowers": "▼", "plain": "●", "less": "<", "absent": "⊘", "open": "?"},
    "void": "✕",
}


def mermaid(picture: Picture) -> str:
    """Write a picture as a Mermaid flowchart, with its title, description and notes."""
    network = as_network(picture)
    return "\n".join(_mermaid(network)) + "\n"


def _mermaid(picture: NetworkPicture) -> Iterator[str]:
    yield from ("---", f"title: {_quoted(picture.title)}", "---", "flowchart LR")
    yield f"  accTitle: {_flat(picture.title)}"
    yield f"  accDescr: {_flat(' '.join((picture.text, *picture.notes)))}"
    for box in picture.boxes:
        yield f'  {box.name}["{_lines(_box_lines(box), _entities)}"]{":::chief" if box.chief else ""}'
    for chip in picture.chips:
        yield f'  {chip.name}(["{_lines(_chip_lines(chip), _entities)}"]):::{chip.mark}'
    foot = _lines((*picture.notes, *picture.credit.texts), _entities)
    if foot:
        yield f'  notes["{foot}"]:::notes'
    chips = {chip.name: chip for chip in picture.chips}
    for link in picture.links:
        yield f"  {link.start} {'-->' if link.start in chips else '---'} {link.end}"
    for number, link in enumerate(picture.links):
        led = chips.get(link.start) or chips.get(link.end)
        if led is not None:
            gaps = f",stroke-dasharray:{dash(led.rank)}" if dash(led.rank) else ""
            yield f"  linkStyle {number} stroke:{MARKS[led.mark].colour},stroke-width:{thickness(led.rank)}px{gaps}"
    yield f"  classDef default fill:{BOX},stroke:{QUIET},color:{INK}"
    yield f"  classDef notes fill:{PAGE},stroke:{PAGE},color:{MUTED},text-align:left"
    yield f"  classDef chief fill:{CHIEF},stroke:{INK},stroke-width:2px"
    for mark in sorted({chip.mark for chip in picture.chips}):
        look = MARKS[mark]
        yield f"  classDef {mark} fill:{look.tint},stroke:{look.colour},color:{look.colour}"


def dot(picture: Picture) -> str:
    """Write a picture in Graphviz's DOT, with its title and notes."""
    return "\n".join(_dot(as_network(picture))) + "\n"


def _dot(picture: NetworkPicture) -> Iterator[str]:
    foot = _lines((*picture.notes, *picture.credit.texts), _escaped)
    yield f"digraph {_quoted(picture.title)} {{"
    yield f"  graph [rankdir=LR, labelloc=t, label={_quoted(picture.title)}, comment={_quoted(picture.text)}]"
    yield '  graph [fontname="Arial"]; node [fontname="Arial", fontsize=12, shape=box, style="rounded,filled"]'
    yield f'  node [fillcolor="{BOX}", color="{QUIET}"]'
    for box in picture.boxes:
        chief = f', penwidth=2, color="{INK}", fillcolor="{CHIEF}"' if box.chief else ""
        url = f", URL={_quoted(box.iri)}" if box.iri else ""
        yield f'  {box.name} [label="{_lines(_box_lines(box), _escaped)}"{chief}{url}]'
    for chip in picture.chips:
        look = MARKS[chip.mark]
        yield (
            f'  {chip.name} [label="{_lines(_chip_lines(chip), _escaped)}", fillcolor="{look.tint}", '
            f'color="{look.colour}", fontcolor="{look.colour}", tooltip={_quoted(_claims(chip))}]'
        )
    if foot:
        yield f'  notes [shape=plain, style="", label="{foot}"]'
    chips = {chip.name: chip for chip in picture.chips}
    for link in picture.links:
        yield f"  {link.start} -> {link.end} [{_edge(chips.get(link.start), chips.get(link.end))}]"
    yield "}"


def _edge(start: Chip | None, end: Chip | None) -> str:
    chip = start or end
    if chip is None:
        return f'arrowhead=none, color="{QUIET}"'
    style = {0: "solid", 1: "bold", 2: "solid", 3: "dashed"}.get(chip.rank, "dotted")
    head = _HEADS[chip.mark] if start is not None else "none"
    return f'arrowhead={head}, color="{MARKS[chip.mark].colour}", style={style}'


def _claims(chip: Chip) -> str:
    return "; ".join([f"{chip.word} ({chip.certainty})", *(claim.label for claim in chip.claims)])


def _box_lines(box: Box) -> Sequence[str]:
    return [text for text in (box.label, box.detail, box.caption) if text]


def _chip_lines(chip: Chip) -> Sequence[str]:
    """Put into words what sign and dash show too: the direction, and how sure it is."""
    numbers = " ".join(dict.fromkeys(f"[{claim.number}]" for claim in chip.claims if claim.number))
    tags = ", ".join(tag.text for tag in chip.tags)
    return [text for text in (f"{_SIGNS[chip.mark]} {chip.word} ({chip.certainty})", tags, numbers) if text]


def _lines(texts: Sequence[str], escape: Callable[[str], str]) -> str:
    joint = "<br/>" if escape is _entities else "\\n"
    return joint.join(escape(_flat(text)) for text in texts)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _quoted(text: str) -> str:
    return f'"{_escaped(_flat(text))}"'


def _entities(text: str) -> str:
    """Write what Mermaid would read as its own, or as HTML, by numbers: `#` and a number and `;`.

    >>> _entities('GluK1 "old" <b>')
    'GluK1 #34;old#34; #60;b#62;'
    """
    return "".join(f"#{ord(letter)};" if letter in '#"<>&;`[]{}|\\' else letter for letter in text)
