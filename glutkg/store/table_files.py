"""What a process opens that may open no more files: the tables of a store on disk, and modules."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

OPENED_AT_ONCE = 16
"""Tables that RocksDB opens together with a store; the others later."""


def descriptors_to_read(store: Path) -> int:
    """Give the bound on the numbers of descriptors with which this process, in which a store is open, can read it all.

    That is 0, so that nothing more can be opened, where all its tables are open already. A table that cannot be opened
    is no error that the engine ends with: it asks for it again and again until its memory is full.
    """
    later = sum(1 for _ in store.glob("*.sst")) - OPENED_AT_ONCE
    if later <= 0:
        return 0
    return later + 1 + max((int(one.name) for one in Path("/dev/fd").iterdir() if one.name.isdigit()), default=2)


def import_for_queries() -> None:
    """Import what else is imported for the few queries that need it: within limits on open files, no module can be."""
    import glutkg.rdf
    import glutkg.sparql

    for package in (glutkg.rdf, glutkg.sparql):
        for module in iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
