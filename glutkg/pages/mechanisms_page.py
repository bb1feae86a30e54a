"""The explorer of mechanisms: paths between two things, each step with its claims, narrowed by what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import NotFoundError, UsageError
from glutkg.evidence.claim_view import Named
from glutkg.mechanisms import LONGEST, search
from glutkg.pages.asked import ends_of, meant, reworded
from glutkg.pages.facets import Dimension, narrowed
from glutkg.pages.picture_view import inlined
from glutkg.pages.response import BAD_REQUEST, NOT_FOUND, OK, Response, page
from glutkg.questions.question import read_question
from glutkg.rdf.namespaces import curie
from glutkg.relations import grouped
from glutkg.resources import query_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from glutkg.evidence.claim_view import ClaimRow
    from glutkg.mechanisms.network import Network, Step
    from glutkg.mechanisms.paths import Paths
    from glutkg.mechanisms.search import Path
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
    settings: Mapping[str, Sequence[str]]

    def named(self, setting: str) -> tuple[str, ...]:
        """Give what its claims name as places, species, designs or routes."""
        return tuple(self.settings.get(setting, ()))


def mechanisms_page(site: Site, query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with the paths between the ends that a query names, or with the ends that it leaves open."""
    asked = ends_of(query, ENDS)
    context: dict[str, object] = {"paths": None, "reached": (), "picture": "", "problem": "", "instead": ()}
    status = OK
    try:
        context |= _shown(site, asked, query)
    except NotFoundError as error:
        instead = meant(asked, str(error), error.suggestions)
        context |= {"problem": reworded(str(error)), "instead": instead}
        status = NOT_FOUND
    except UsageError as error:
        context |= {"problem": reworded(str(error))}
        status = BAD_REQUEST
    names = {"agents": _names(site, "agent"), "goals": _names(site, "goal"), **_choices(site)}
    shown = {"title": "Mechanisms", "here_is": "mechanisms", "asked": asked, "names": names, **context}
    return page(site.render("mechanisms.html", "mechanisms", **shown), status)


def _shown(site: Site, asked: Mapping[str, str], query: Mapping[str, list[str]]) -> dict[str, object]:
    if asked["from"] and asked["to"]:
        seen_in, given_by = asked["species"] or None, asked["route"] or None
        found = site.kg.paths(asked["from"], asked["to"], species=seen_in, route=given_by)
        return _found(site, found, query, asked)
    if asked["from"] or asked["to"]:
        return {"reached": _reached(site, asked), "one_end": True}
    return {"problem": "Name where paths start, or where they lead." if any(asked.values()) else ""}


def _choices(site: Site) -> dict[str, list[str]]:
    """Give the labels of what the other blanks take."""
    others = read_question(query_file(site.folder, "mechanisms/claims-of-other-species-or-route")).parameters
    places = dict.fromkeys(str(row["name"]) for row in site.rows("settings-of-claims") if row["setting"] == "place")
    return {"places": sorted(places, key=str.casefold), **{one.name: list(site.choices(one.kind)) for one in others}}


def _names(site: Site, end: str) -> list[str]:
    """Give the labels of all that can be an end."""
    network = site.kg.network
    return list(dict.fromkeys(network.label(iri) for _, iri in network.candidates(end)))


def _found(site: Site, found: Paths, query: Mapping[str, list[str]], asked: Mapping[str, str]) -> dict[str, object]:
    views = path_views(site, found)
    left = [one for one in views if _goes_through(one, asked["through"]) and _is_at(one, asked["at"])]
    agent, goal = curie(found.agent), curie(found.goal)
    settings = {name: asked[name] for name in ("species", "route")}
    drawn = site.picture("path", agent, goal, at_most=MOST_DRAWN, **settings) if found.paths else ""
    return {
        "paths": found,
        "ends": (Named(site.label(found.agent), found.agent), Named(site.label(found.goal), found.goal)),
        "found": narrowed(left, _DIMENSIONS, query),
        "tests": site.claims.rows(found.tests, opened=False),
        "others": site.claims.rows([one.claim for one in found.others], opened=False),
        "statements": site.claims.rows(found.statements, opened=False),
        "picture": inlined(drawn, site.here("mechanisms")),
    }


def _goes_through(path: PathView, name: str) -> bool:
    return not name or any(name.casefold() in one.casefold() for one in path.through)


def _is_at(path: PathView, name: str) -> bool:
    return not name or any(name.casefold() in one.casefold() for one in path.named("place"))


_DIMENSIONS = (
    Dimension["PathView"]("direction", "direction", lambda one: [one.direction], always=True),
    Dimension["PathView"]("certainty", "certainty", lambda one: [one.certainty], always=True),
    Dimension["PathView"]("seen-in", "species", lambda one: one.named("species"), always=True),
    Dimension["PathView"]("design", "design", lambda one: one.named("design"), always=True),
    Dimension["PathView"]("given", "route", lambda one: one.named("route"), always=True),
    Dimension["PathView"]("place", "place", lambda one: one.named("place")),
    Dimension["PathView"]("by-way-of", "by way of", lambda one: one.through),
)


def path_views(site: Site, found: Paths) -> list[PathView]:
    """Give all paths as a page shows them."""
    network = site.kg.network
    steps = {step.key: step for path in found.paths for step in path.steps}
    against = {key: network.claims_against.get((step.start, step.end), ()) for key, step in steps.items()}
    named = [claim for step in steps.values() for claim in step.claims]
    every = [*named, *(claim for some in against.values() for claim in some)]
    rows = {row.iri: row for row in site.claims.rows(every, opened=False)}
    settings: dict[str, list[tuple[str, str]]] = {}
    for row in site.rows("settings-of-claims", claim=named):
        settings.setdefault(str(row["claim"]), []).append((str(row["setting"]), str(row["name"])))
    views = {key: _step(site, step, rows, against[key]) for key, step in steps.items()}
    return [_path(site, path, views, number, settings) for number, path in enumerate(found.paths, 1)]


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
    number: int,
    settings: Mapping[str, Sequence[tuple[str, str]]],
) -> PathView:
    network = site.kg.network
    return PathView(
        number,
        network.directions[path.sign] if path.sign is not None else "no direction",
        _mark(path.sign),
        path.rank,
        network.certainties[path.rank],
        tuple(views[step.key] for step in path.steps),
        tuple(network.label(node) for node in path.nodes[1:-1]),
        grouped(dict.fromkeys(pair for claim in path.claims for pair in settings.get(claim, ()))),
    )


class End(NamedTuple):
    """An end that paths lead to or come from, and the least number of steps."""

    name: str
    iri: str
    steps: int


def _reached(site: Site, asked: Mapping[str, str]) -> tuple[End, ...]:
    """Give what can be reached from the end that is given, nearest first."""
    network = site.kg.network
    settings = {name: asked[name] for name in ("species", "route") if asked[name]}
    steps = network.steps(network.claims_of_other_settings(settings))
    start = bool(asked["from"])
    given = search.pick(network, asked["from"] or asked["to"], "agent" if start else "goal")
    distances = _distances(network, steps, given, start=start, through=asked["through"])
    able = {iri for _, iri in network.candidates("goal" if start else "agent")}
    found = [End(network.label(iri), iri, far) for iri, far in distances.items() if iri in able and 0 < far <= LONGEST]
    return tuple(sorted(found, key=lambda one: (one.steps, one.name.casefold()))[:MOST_ENDS])


def _distances(
    network: Network, steps: Mapping[str, tuple[Step, ...]], given: str, *, start: bool, through: str
) -> dict[str, int]:
    """Count the steps between what is given and each other end, by way of what has some words in its label, if any."""
    far_from = search.reached_from if start else search.distances_to
    distances = far_from(steps, given)
    if not through:
        return distances
    found: dict[str, int] = {}
    for between, far in distances.items():
        if far and through.casefold() in network.label(between).casefold():
            for iri, further in far_from(steps, between).items():
                if further and iri != given:
                    found[iri] = min(found.get(iri, far + further), far + further)
    return found
