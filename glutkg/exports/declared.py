"""What the folder `exports/` declares: what each format cannot carry, and what of a claim others have words for."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from glutkg.errors import SourceError
from glutkg.resources import decoded, shipped_folder

if TYPE_CHECKING:
    from pathlib import Path

Table = dict[str, Any]


def declared(folder: Path, name: str) -> Table:
    """Read a declaration of a data folder, or of the package where the folder has none. Raises SourceError.

    >>> declared(kg.folder, "biolink")["node"][0]["category"]
    'biolink:Gene'
    """
    own = folder / "exports" / f"{name}.toml"
    path = own if own.is_file() else shipped_folder() / "exports" / f"{name}.toml"
    try:
        return tomllib.loads(decoded(path))
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"the file is no TOML ({error}). Mend it there.", path) from error
