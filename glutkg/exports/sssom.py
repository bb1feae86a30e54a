"""SSSOM: the table of mappings as the data folder has it, with all its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.errors import UsageError
from glutkg.resources import decoded, source_files

if TYPE_CHECKING:
    from glutkg.exports.content import Content, Files


def files(content: Content) -> Files:
    """Write the one table of mappings. Raises UsageError when the data folder has none or several."""
    tables = [path for path in source_files(content.folder) if path.suffix == ".tsv"]
    if len(tables) != 1:
        raise UsageError(
            f"The data folder has {len(tables)} tables of mappings, and SSSOM holds one. Put the mappings into one "
            "file that ends in .sssom.tsv."
        )
    return {tables[0].name: decoded(tables[0]).replace("\r\n", "\n").encode()}
