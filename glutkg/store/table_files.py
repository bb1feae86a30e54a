"""The tables of a store on disk: which files its engine opens only once it reads them."""

from __future__ import annotations

from pathlib import Path

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
