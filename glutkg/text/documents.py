"""Documents for people: headings, paragraphs, lists, trees and tables, written as plain text, Markdown or HTML.

Whoever explains something builds a document once; how it looks is decided here. What programs read (JSON, tables) is
made from the values themselves and never from a document.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from glutkg.text.escaping import without_tags
from glutkg.text.line_width import page_width, wrapped
from glutkg.text.table_view import Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glutkg.text.tables import Table

INDENT = "   "


Inline = str | tuple[str | Link, ...]
"""A line of text, or its parts where some of them are links."""


class Heading(NamedTuple):
    """A heading: 1 for the title of the document, 2 for a part of it."""

    text: Inline
    level: int = 2


class Paragraph(NamedTuple):
    """Lines that belong together. A list or a tree right after them goes with them."""

    lines: tuple[Inline, ...]


class Item(NamedTuple):
    """An item of a list, with what stands below it."""

    text: Inline
    inside: tuple[Block, ...] = ()


class Items(NamedTuple):
    """A list; a `loose` one has an empty line between its items."""

    items: tuple[Item, ...]
    numbered: bool = False
    loose: bool = False


class Tree(NamedTuple):
    """A node with its children; `notes` stand below its text, before the children."""

    text: Inline
    children: tuple[Tree, ...] = ()
    notes: tuple[Block, ...] = ()


class TableBlock(NamedTuple):
    """A table; text without a heading leaves the names of the columns out."""

    table: Table
    heading: bool = True


Block = Heading | Paragraph | Items | Tree | TableBlock


class Document(NamedTuple):
    """Blocks from top to bottom.

    >>> pears = item("pear", items("Conference"))
    >>> document = Document((Heading("Fruit", 1), paragraph("All of it:"), items("apple", pears)))
    >>> print(document.text(), end="")
    Fruit
    All of it:
       apple
       pear
          Conference
    >>> document.html()
    '<h1>Fruit</h1><p>All of it:</p><ul><li>apple</li><li>pear<ul><li>Conference</li></ul></li></ul>'
    """

    blocks: tuple[Block, ...]

    def text(self) -> str:
        """Return the document as plain text."""
        width = page_width()
        parts = (part if isinstance(part, str) else _table_text(part, width) for part in self.parts())
        return "".join(parts)

    def parts(self) -> Iterator[str | TableBlock]:
        """Return the plain text piece by piece, and its tables as they are, for whoever can draw them."""
        width = page_width()
        before: Block | None = None
        for block in self.blocks:
            if before is not None and not _belongs_to(block, before):
                yield "\n"
            if isinstance(block, TableBlock):
                yield block
            else:
                yield "".join(f"{line}\n" for line in _text_lines(block, width, INDENT))
            before = block

    def markdown(self) -> str:
        """Return the document in Markdown; text out of the data is never taken for HTML."""
        return "\n".join("".join(f"{line}\n" for line in _markdown_lines(block)) for block in self.blocks)

    def html(self) -> str:
        """Return the document as a piece of HTML."""
        return "".join(map(_html, self.blocks))


class Readable:
    """A value that people read as a document."""

    __slots__ = ()

    def document(self) -> Document:
        """Put the value into words."""
        raise NotImplementedError

    def text(self) -> str:
        """Return the value in words, as plain text."""
        return self.document().text()

    def markdown(self) -> str:
        """Return the value in words, in Markdown."""
        return self.document().markdown()

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        """Return the class and the value in a line, as a console shows it; `print` shows all of it."""
        return f"<{type(self).__name__}: {self._in_a_line()}>"

    def _in_a_line(self) -> str:
        """Return what the value comes to: the first line, unless that is a heading."""
        return next(iter(self.text().splitlines()), "")

    def _repr_html_(self) -> str:
        return self.document().html()


class Presentable(Readable):
    """A value that people read as a document, and programs as JSON."""

    __slots__ = ()

    def json_value(self) -> object:
        """Return the value as what JSON can hold."""
        raise NotImplementedError

    def json(self) -> str:
        """Return the value as JSON."""
        return json.dumps(self.json_value(), ensure_ascii=False, indent=1) + "\n"


def paragraph(*lines: Inline) -> Paragraph:
    """Make a paragraph of lines."""
    return Paragraph(lines)


def item(text: Inline, *inside: Block) -> Item:
    """Make an item with blocks below it."""
    return Item(text, inside)


def items(*texts: Inline | Item) -> Items:
    """Make a list of texts, or of items that have something below them."""
    return Items(tuple(text if isinstance(text, Item) else Item(text) for text in texts))


def counted(number: int, noun: str) -> str:
    """Count something.

    >>> counted(1, "path"), counted(1200, "path"), counted(2, "match")
    ('1 path', '1,200 paths', '2 matches')
    """
    ending = "es" if noun.endswith("ch") else "s"
    return f"{number:,} {noun}{ending * (number != 1)}"


# --- plain text -------------------------------------------------------------------------------------------------------


def _belongs_to(block: Block, before: Block) -> bool:
    """Return whether a block follows the one before it without an empty line."""
    if isinstance(block, Heading) or (isinstance(block, Items) and block.loose):
        return False
    return isinstance(before, Heading) or (isinstance(before, Paragraph) and isinstance(block, Items | Tree))


def _text_lines(block: Block, width: int, indent: str = "") -> Iterator[str]:
    """Write a block; the indent is that of a list without numbers, which stands out only outside other blocks."""
    match block:
        case Heading(text, level):
            yield from wrapped(_plain(text) if level == 1 else _plain(text).upper(), width)
        case Paragraph(lines):
            yield from (part for line in lines for part in wrapped(_plain(line), width))
        case Items(found, numbered, loose):
            for number, item in enumerate(found, 1):
                if loose and number > 1:
                    yield ""
                mark = f"{number}. " if numbered else indent
                yield from _hanging(_plain(item.text), mark, " " * len(mark), width)
                yield from _inside(item.inside, INDENT if numbered else indent + INDENT, width)
        case Tree():
            yield from _branches(block, "", "", width)
        case TableBlock():
            yield from _table_text(block, width).splitlines()


def _hanging(text: str, first: str, rest: str, width: int) -> Iterator[str]:
    """Write a text after a mark; its further lines begin with the rest."""
    for number, line in enumerate(wrapped(text, width - len(first))):
        yield (rest if number else first) + line


def _inside(blocks: Iterable[Block], indent: str, width: int) -> Iterator[str]:
    return (indent + line for block in blocks for line in _text_lines(block, width - len(indent)))


def _branches(tree: Tree, first: str, rest: str, width: int) -> Iterator[str]:
    below = rest + ("│  " if tree.children else INDENT)
    yield from _hanging(_plain(tree.text), first, rest + ("│ " if tree.children else "  "), width)
    yield from _inside(tree.notes, below, width)
    for child in tree.children:
        last = child is tree.children[-1]
        marks = ("└─ ", INDENT) if last else ("├─ ", "│  ")
        yield from _branches(child, rest + marks[0], rest + marks[1], width)


def _plain(text: Inline) -> str:
    return text if isinstance(text, str) else "".join(part if isinstance(part, str) else part.text for part in text)


def _table_text(block: TableBlock, width: int) -> str:
    return block.table.view().text(block.heading, width=width)


# --- Markdown ---------------------------------------------------------------------------------------------------------


def _markdown_lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text, level):
            yield f"{'#' * level} {_marked(text)}"
        case Paragraph(lines):
            yield from map(_marked, lines)
        case Items(found, numbered):
            for number, item in enumerate(found, 1):
                yield from _bullet(f"{number}. " if numbered else "- ", item.text, item.inside)
        case Tree(text, children, notes):
            yield from _bullet("- ", text, (*notes, *children))
        case TableBlock(table):
            yield from table.view().markdown().splitlines()


_MARKS = frozenset(("- ", "+ ", "* ", "# ", "> "))
"""What would begin a list, a heading or a quotation at the start of an item."""


def _bullet(mark: str, text: Inline, inside: Iterable[Block]) -> Iterator[str]:
    marked = _marked(text)
    yield mark + ("\\" if marked[:2] in _MARKS else "") + marked
    for block in inside:
        lines = [""] * isinstance(block, Paragraph | TableBlock) + list(_markdown_lines(block))
        yield from (f"{' ' * len(mark)}{line}".rstrip() for line in lines)


def _marked(text: Inline) -> str:
    parts = (text,) if isinstance(text, str) else text
    return "".join(
        without_tags(part) if isinstance(part, str) else f"[{without_tags(part.text)}]({part.target})" for part in parts
    )


# --- HTML -------------------------------------------------------------------------------------------------------------


def _html(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"<h{level}>{_linked(text)}</h{level}>"
        case Paragraph(lines):
            return f"<p>{'<br>'.join(map(_linked, lines))}</p>"
        case Items(found, numbered):
            name = "ol" if numbered else "ul"
            return f"<{name}>{''.join(_list_item(item.text, item.inside) for item in found)}</{name}>"
        case Tree():
            return f"<ul>{_html_node(block)}</ul>"
        case TableBlock(table):
            return table._repr_html_()


def _html_node(tree: Tree) -> str:
    children = f"<ul>{''.join(map(_html_node, tree.children))}</ul>" if tree.children else ""
    return f"<li>{_linked(tree.text)}{''.join(map(_html, tree.notes))}{children}</li>"


def _list_item(text: Inline, inside: Iterable[Block]) -> str:
    return f"<li>{_linked(text)}{''.join(map(_html, inside))}</li>"


def _linked(text: Inline) -> str:
    from html import escape  # only for notebooks

    parts = (text,) if isinstance(text, str) else text
    return "".join(
        escape(part) if isinstance(part, str) else f'<a href="{escape(part.target)}">{escape(part.text)}</a>'
        for part in parts
    )
