"""What a query, a request and a client of the endpoint may take."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

_PAGE_PATIENCE = 50.0
"""Seconds that are, with those for which a page may be made, less than what a proxy waits for."""


def _places() -> int:
    return max(4, 2 * (os.cpu_count() or 1))


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of the endpoint: times in seconds, memory and sizes in bytes.

    A query waits at most `patience` for one of the `workers`, and then runs at most `seconds`, a page or a question
    `page_seconds`; `memory` is what it may take beyond what a worker has at its start. `rows` and `answer` bound what
    it gives, `body` and `body_seconds` what a client sends, `queue` the requests that wait, `per_client` those of one
    client that wait or run, `cache` the answers that are kept.

    >>> Limits(seconds=2).patience
    10.0
    """

    seconds: float = 30.0
    page_seconds: float = 30.0
    patience: float = 10.0
    memory: int = 800_000_000
    answer: int = 64_000_000
    rows: int = 1_000_000
    body: int = 4_000_000
    body_seconds: float = 10.0
    workers: int = field(default_factory=_places)
    queue: int = 256
    per_client: int = 64
    cache: int = 64_000_000

    @property
    def page_patience(self) -> float:
        """Seconds that a page or a question waits for a place: longer than it may take, as few are made at once."""
        return max(self.patience, _PAGE_PATIENCE)
