"""The colours of pages, light and dark, as variables of CSS; and how pictures drawn for print take them over.

The light colours of marks and tags are those of the pictures. Each text has a contrast of 4.5 or more on what it is on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.pictures import theme

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LIGHT = {
    "page": theme.PAGE,
    "wash": "#f6f8f9",
    "chief": theme.CHIEF,
    "ink": theme.INK,
    "muted": theme.MUTED,
    "edge": "#7d8995",
    "rule": theme.RULE,
    "accent": "#0f6a5f",
    "accent-wash": "#e4f1ef",
    **{name: style.colour for name, style in theme.MARKS.items()},
    **{f"{name}-wash": style.tint for name, style in theme.MARKS.items()},
    **{name: colours[1] for name, colours in theme.TAGS.items()},
    **{f"{name}-wash": colours[0] for name, colours in theme.TAGS.items()},
}
DARK = {
    "page": "#12171c",
    "wash": "#1a2027",
    "chief": "#27313b",
    "ink": "#e4e9ee",
    "muted": "#a3afba",
    "edge": "#74818d",
    "rule": "#323c46",
    "accent": "#6cc7b8",
    "accent-wash": "#16302d",
    "effective": "#67cfbd",
    "effective-wash": "#10302b",
    "raises": "#f3a266",
    "raises-wash": "#38220f",
    "lowers": "#8fc1f5",
    "lowers-wash": "#13293f",
    "plain": "#bcc7d2",
    "plain-wash": "#252e37",
    "less": "#b1bdf0",
    "less-wash": "#20284a",
    "absent": "#f58ea9",
    "absent-wash": "#12171c",
    "open": "#caabf2",
    "open-wash": "#2a2140",
    "void": "#a6adb4",
    "void-wash": "#12171c",
    "species": "#a6d7b6",
    "species-wash": "#193023",
    "study": "#e6cd8c",
    "study-wash": "#362c10",
    "setting": "#b9c4ce",
    "setting-wash": "#12171c",
    "standing": "#f6a8b4",
    "standing-wash": "#421620",
    "source": "#bac3f2",
    "source-wash": "#20264a",
}
_DRAWN = {theme.QUIET: "edge", theme.BOX: "wash", theme.BAND: "wash"}
"""Colours that only pictures have, and what they are on a page."""


def css() -> str:
    """Write the colours as CSS.

    >>> css().splitlines()[0][:45]
    ':root{color-scheme:light;--page:#ffffff;--was'
    """
    return "\n".join(
        [
            _variables(":root", "light", LIGHT),
            f"@media (prefers-color-scheme:dark){{{_variables(':root:not([data-theme=light])', 'dark', DARK)}}}",
            _variables(":root[data-theme=dark]", "dark", DARK),
            *_marks(),
            *_pictures(),
            "",
        ]
    )


def _variables(where: str, scheme: str, colours: Mapping[str, str]) -> str:
    return f"{where}{{color-scheme:{scheme};{''.join(f'--{name}:{value};' for name, value in colours.items())}}}"


def _marks() -> Iterator[str]:
    for name in (*theme.MARKS, *theme.TAGS):
        yield f".{name},.{name}:hover{{color:var(--{name})}}.on.{name}{{background:var(--{name}-wash)}}"


def _pictures() -> Iterator[str]:
    """Give the colours of a picture in a page to the variables: rules of CSS go before attributes of SVG."""
    drawn: dict[str, str] = {}
    for name, value in LIGHT.items():
        drawn.setdefault(value, name)
    for value, name in (drawn | _DRAWN).items():
        for attribute in ("fill", "stroke"):
            yield f'.pic [{attribute}="{value}"]{{{attribute}:var(--{name})}}'
