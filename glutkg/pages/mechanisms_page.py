"""The explorer of mechanisms: paths between two things, each step with its claims, narrowed by what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.mechanisms import LONGEST, search
from glutkg.pages.claim_view import Named
from glutkg.pages.facets import Dimension, narrowed
from glutkg.pages.picture_view import inlined
from glutkg.pages.question_pages import ends_of
from glutkg.pages.response import Response, page
from glutkg.rdf.namespaces import curie

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from glutkg.mechanisms.network import Step
    from glutkg.mechanisms.paths import Paths
    from glutkg.mechanisms.search import Path
    from glutkg.pages.claim_view import ClaimRow
    from glutkg.pages.site import Site

MOST_CLAIMS, MOST_ENDS, MOST_DRAWN = 6, 60, 8
ENDS = ("from", "through", "at", "to", "species", "route")
"""The blanks of the form."""


class StepView(NamedTuple):
    """A step: its ends, its words, its mark, how sure it is, and the claims for and against it."""

    start: Named
    end: Named
    words: str
    mark: str
    rank: int
    certainty: str
    claims: tuple[ClaimRow, ...]
    more: int
    against: tuple[ClaimRow, ...]


class PathView(NamedTuple):
    """A path with its steps, where it points, how sure its least sure step is, and what its claims name."""

    number: int
    direction: str
    mark: str
    rank: int
    certainty: str
    steps: tuple[StepView, ...]
    through: tuple[str, ...]
    places: tuple[str, ...]
    species: tuple[str, ...]
    designs: tuple[str, ...]
    routes: tuple[str, ...]


def mechanisms_page(site: Site, query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with the paths between the ends that a query names, or with the ends that it leaves open."""
    asked = ends_of(query, ENDS)
    context: dict[str, object] = {"paths": None, "reached": (), "picture": "", "found": None}
    if asked["from"] and asked["to"]:
        seen_in, given_by = asked["species"] or None, asked["route"] or None
        found = site.kg.paths(asked["from"], asked["to"], species=seen_in, route=given_by)
        context |= _found(site, found, query, asked)
    elif asked["from"] or asked["to"]:
        context["reached"] = _reached(site, asked)
    return page(
        site.render(
            "mechanisms.html",
            "mechanisms",
            title="Mechanisms",
            here_is="mechanisms",
            asked=asked,
            agents=_names(site, "agent"),
            goals=_names(site, "goal"),
            **context,
        )
    )


def _names(site: Site, end: str) -> list[str]:
    """Give the labels of all that can be an end."""
    network = site.kg.network
    return list(dict.fromkeys(network.label(iri) for _, iri in network.candidates(end)))


def _found(site: Site, found: Paths, query: Mapping[str, list[str]], asked: Mapping[str, str]) -> dict[str, object]:
    views = path_views(site, found)
    left = [one for one in views if _goes_through(one, asked["through"]) and _is_at(one, asked["at"])]
    agent, goal = curie(found.agent), curie(found.goal)
    drawn = site.picture("path", agent, goal, at_most=MOST_DRAWN) if found.paths else ""
    return {
        "paths": found,
        "ends": (Named(site.label(found.agent), found.agent), Named(site.label(found.goal), found.goal)),
        "found": narrowed(left, _DIMENSIONS, query),
        "tests": site.claims.rows(found.tests, opened=False),
        "statements": site.claims.rows(found.statements, opened=False),
        "picture": inlined(drawn, site.here("mechanisms")),
    }


def _goes_through(path: PathView, name: str) -> bool:
    return not name or any(name.casefold() in one.casefold() for one in path.through)


def _is_at(path: PathView, name: str) -> bool:
    return not name or any(name.casefold() in one.casefold() for one in path.places)


_DIMENSIONS = (
    Dimension["PathView"]("direction", "direction", lambda one: [one.direction]),
    Dimension["PathView"]("certainty", "certainty", lambda one: [one.certainty]),
    Dimension["PathView"]("by-way-of", "by way of", lambda one: one.through),
    Dimension["PathView"]("place", "place", lambda one: one.places),
    Dimension["PathView"]("seen-in", "species", lambda one: one.species),
    Dimension["PathView"]("design", "design", lambda one: one.designs),
    Dimension["PathView"]("given", "setting", lambda one: one.routes),
)


def path_views(site: Site, found: Paths) -> list[PathView]:
    """Give all paths as a page shows them."""
    network = site.kg.network
    steps = {step.key: step for path in found.paths for step in path.steps}
    against = {key: network.claims_against.get((step.start, step.end), ()) for key, step in steps.items()}
    named = [claim for step in steps.values() for claim in step.claims]
    every = [*named, *(claim for some in against.values() for claim in some)]
    rows = {row.iri: row for row in site.claims.rows(every, opened=False)}
    places: dict[str, list[str]] = {}
    for row in site.rows("places-of-claims", claim=named):
        places.setdefault(str(row["claim"]), []).append(str(row["placeLabel"]))
    views = {key: _step(site, step, rows, against[key]) for key, step in steps.items()}
    return [
        _path(site, path, views, [rows[claim] for claim in path.claims if claim in rows], places)._replace(
            number=number
        )
        for number, path in enumerate(found.paths, 1)
    ]


def _step(site: Site, step: Step, rows: Mapping[str, ClaimRow], against: Iterable[str]) -> StepView:
    network = site.kg.network
    claims = [rows[claim] for claim in step.claims if claim in rows]
    return StepView(
        Named(network.label(step.start), step.start),
        Named(network.label(step.end), step.end),
        step.words,
        "plain" if step.certain else _mark(step.sign, contested=step.contested),
        step.rank,
        network.certainties[step.rank],
        tuple(claims[:MOST_CLAIMS]),
        max(0, len(claims) - MOST_CLAIMS),
        tuple(rows[claim] for claim in against if claim in rows),
    )


def _mark(sign: int | None, *, contested: bool = False) -> str:
    return "open" if contested else {1: "raises", -1: "lowers"}.get(sign or 0, "plain")


def _path(
    site: Site,
    path: Path,
    views: Mapping[tuple[str, str, str], StepView],
    claims: Iterable[ClaimRow],
    places: Mapping[str, list[str]],
) -> PathView:
    network = site.kg.network
    tags = [tag for claim in claims for tag in claim.tags]
    groups = ("species", "study", "setting")
    species, designs, routes = (tuple(dict.fromkeys(t.text for t in tags if t.group == group)) for group in groups)
    return PathView(
        0,
        network.directions[path.sign] if path.sign is not None else "no direction",
        _mark(path.sign),
        path.rank,
        network.certainties[path.rank],
        tuple(views[step.key] for step in path.steps),
        tuple(network.label(node) for node in path.nodes[1:-1]),
        tuple(dict.fromkeys(place for claim in path.claims for place in places.get(claim, ()))),
        species,
        designs,
        routes,
    )


class End(NamedTuple):
    """An end that paths lead to or come from, and the least number of steps."""

    name: str
    iri: str
    steps: int


def _reached(site: Site, asked: Mapping[str, str]) -> tuple[End, ...]:
    """Give what can be reached from the end that is given, nearest first."""
    network = site.kg.network
    steps = network.steps(frozenset())
    start = bool(asked["from"])
    given = search.pick(network, asked["from"] or asked["to"], "agent" if start else "goal")
    distances = search.reached_from(steps, given) if start else search.distances_to(steps, given)
    able = {iri for _, iri in network.candidates("goal" if start else "agent")}
    found = [End(network.label(iri), iri, far) for iri, far in distances.items() if iri in able and 0 < far <= LONGEST]
    return tuple(sorted(found, key=lambda one: (one.steps, one.name.casefold()))[:MOST_ENDS])
