"""The files that pages load: style sheet, scripts, fonts, icon."""

from __future__ import annotations

from pathlib import Path

from glutkg.pages.palette import css

FOLDER = Path(__file__).parent / "assets"
_MEDIA = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}
STYLE_SHEET = "pages.css"


def names() -> list[str]:
    """List the files, as paths below `assets/`.

    >>> "pages.css" in names() and "fonts/OFL.txt" in names()
    True
    """
    files = (path for path in FOLDER.rglob("*") if path.suffix in _MEDIA and path.is_file())
    return sorted(path.relative_to(FOLDER).as_posix() for path in files)


def asset(name: str) -> tuple[str, bytes] | None:
    """Give the media type and the content of a file; None for any other name.

    >>> asset("../palette.py") is None, asset("icon.svg")[0]
    (True, 'image/svg+xml')
    """
    if name not in names():
        return None
    content = (FOLDER / name).read_bytes()
    media = _MEDIA[Path(name).suffix]
    return media, css().encode() + content if name == STYLE_SHEET else content
