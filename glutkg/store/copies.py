"""A copy of a store on disk that has further named graphs."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def copy_with_graphs(store: Path, made: Path, graphs: Mapping[str, bytes]) -> None:
    """Copy a store that nobody writes into a new folder, and put N-Triples into named graphs there. Raises OSError."""
    shutil.copytree(store, made)
    copy = ox.Store(str(made))
    for name, triples in graphs.items():
        copy.bulk_load(triples, ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(name))
    copy.optimize()
    copy.flush()
