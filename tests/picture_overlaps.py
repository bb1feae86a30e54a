"""What overlaps in a picture, and what is cut off by the edge of what holds it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from glutkg.pictures.svg import Panel, Sheet, Stroke, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


Area = tuple[float, float, float, float]
SLACK = 0.15
"""Pixels: places are rounded to a tenth."""


def area(each: Panel | Text) -> Area:
    """From left, top to right, bottom; letters reach from a cap's height above the baseline to a fifth below it."""
    if isinstance(each, Panel):
        return each.x, each.y, each.x + each.width, each.y + each.height
    return each.x, each.y - 0.72 * each.size, each.x + each.width, each.y + 0.21 * each.size


def meet(one: Area, other: Area) -> bool:
    return all(one[n] + SLACK < other[n + 2] and other[n] + SLACK < one[n + 2] for n in (0, 1))


def holds(outer: Area, inner: Area) -> bool:
    return all(outer[n] - SLACK <= inner[n] and inner[n + 2] <= outer[n + 2] + SLACK for n in (0, 1))


def clashes(sheet: Sheet) -> Iterator[str]:
    """Name all that stands on top of something else or sticks out."""
    page = Panel("page", 0, 0, sheet.width, sheet.height, "", "")
    yield from _clashes(page, (*sheet.panels, *sheet.texts))
    waiting = list(sheet.panels)
    while waiting:
        panel = waiting.pop()
        yield from _clashes(panel, (*panel.panels, *panel.texts))
        waiting += panel.panels
    for stroke in sheet.strokes:
        pieces = list(strokes_of(stroke))
        yield from (
            f"a line through {panel.hint}" for panel in sheet.panels if any(meet(p, _inside(panel)) for p in pieces)
        )


def _inside(panel: Panel) -> Area:
    left, top, right, bottom = area(panel)
    return left + 1.5, top + 1.5, right - 1.5, bottom - 1.5


def _clashes(outer: Panel, inner: Sequence[Panel | Text]) -> Iterator[str]:
    yield from (f"{_name(each)} sticks out of {_name(outer)}" for each in inner if not holds(area(outer), area(each)))
    areas = sorted(((area(each), each) for each in inner), key=lambda pair: pair[0][1])
    for number, (upper, a) in enumerate(areas):
        for lower, b in areas[number + 1 :]:
            if lower[1] > upper[3]:
                break
            if meet(upper, lower):
                yield f"{_name(a)} on {_name(b)}"


def _name(each: Panel | Text) -> str:
    return f"'{each.text}'" if isinstance(each, Text) else f"{each.kind} '{each.hint}'"


def strokes_of(stroke: Stroke) -> Iterator[Area]:
    """Give a straight line `M x yH x` as it is, and the points along Bézier curves."""
    if "H" in stroke.path:
        left, y, right = (float(number) for number in re.findall(r"[\d.]+", stroke.path))
        yield left, y, right, y
        return
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", stroke.path)]
    places = list(zip(numbers[::2], numbers[1::2], strict=True))
    for n in range(0, len(places) - 1, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = places[n : n + 4]
        for t in (step / 20 for step in range(21)):
            u = 1 - t
            w = u**3, 3 * u * u * t, 3 * u * t * t, t**3
            x, y = w[0] * ax + w[1] * bx + w[2] * cx + w[3] * dx, w[0] * ay + w[1] * by + w[2] * cy + w[3] * dy
            yield x, y, x, y
