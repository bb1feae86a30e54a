"""Which of several media types a client wants most, by its `Accept` header (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LONGEST = 4096
"""Characters of a header that are read."""
_ANY = "*/*"


def chosen(accept: str, offered: Sequence[str]) -> str | None:
    """Choose the offered media type that the header prefers, the first of several; None when it takes none of them.

    >>> chosen("text/turtle;q=0.9, text/*;q=0.5", ["text/html", "text/turtle"])
    'text/turtle'
    >>> chosen("", ["text/html", "text/turtle"]), chosen("image/png", ["text/html"])
    ('text/html', None)
    """
    ranges = dict(_ranges(accept[:LONGEST]))
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda media: (_quality(ranges, media), -offered.index(media)))
    return best if _quality(ranges, best) > 0 else None


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if "/" in media:
            yield media, _weight(parameters)


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0


def _quality(ranges: Mapping[str, float], media: str) -> float:
    """Return the weight of the narrowest range that holds a media type."""
    for name in (media, f"{media.partition('/')[0]}/*", _ANY):
        if name in ranges:
            return ranges[name]
    return 0.0
