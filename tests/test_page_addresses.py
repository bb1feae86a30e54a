"""What an address asks of a page is shown, or refused with what may be meant; what it does not heed is said."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

import pytest
from page_reader import Page

from glutkg.api import KnowledgeGraph
from glutkg.pages.lists import FRAGILE
from glutkg.pages.question_pages import FORMS as FORMS_OF_ANSWERS
from glutkg.pages.respond import respond
from glutkg.pages.response import Response
from glutkg.pages.site import Site
from glutkg.rdf.namespaces import BASE
from glutkg.reasoning.cache import CachedGraph

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.xdist_group("pages")

ADDRESSES = {
    "/": "claims</a>",
    "/find?q=auras": "migraine aura",
    "/questions?topic=anatomy": "Receptors found at a place",
    "/questions/what-changes-an-outcome?outcome=CSD": "ifenprodil",
    "/questions/receptors-at-site?site=thalamus&sort=-place": 'aria-sort="descending"',
    "/questions/conflicts?cited=0": "Changed: the answer is no longer the one",
    "/pathway?at=thalamus": "sensory thalamus",
    "/mechanisms?from=memantine&to=migraine": "No source states the whole of one",
    "/mechanisms?from=memantine": "cortical spreading depolarization",
    "/mechanisms?from=memantine&through=NMDA%20receptor&species=human": "through NMDA receptor",
    "/mechanisms?at=thalamus": "Name where paths start, or where they lead",
    "/why?subject=memantine&relation=antagonises&object=NMDA%20receptor": "The shortest proof",
    "/why?subject=memantine&relation=approved%20for&object=migraine": "No: a claim in force denies it.",
    "/why?subject=ketamine&relation=approved%20for&object=migraine": "Left open: the documents name the question",
    "/why?subject=glutamate&relation=found%20in&object=thalamus": "Unknown, and not false: nothing in force decides it",
    "/why?subject=memantine&relation=effective%20in&object=migraine": "Points the other way",
    "/questions/sites-of-receptor?receptor=mGlu6": "Questions that have an answer",
    "/why?question=conflicts&row=2": "Row 2 of: Conflicts between claims",
    "/why": "ketamine approved for migraine",
    "/disagreements": "Lanepitant",
    "/slips": "<s>",
    "/gaps": "receptor",
    "/contents": "perampanel",
    "/marks": "no medical advice",
    "/editor?question=conflicts": "glut:conflictKind",
    "/editor?block=effects-of-substance&thing=memantine": "SELECT",
}


def asked(site: Site, address: str) -> Response:
    path, _, query = address.partition("?")
    return respond(site, unquote(path), parse_qs(query), "text/html")


@pytest.mark.sample(10)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_shows_what_it_is_for(site: Site, address: str) -> None:
    found = asked(site, address)
    page = Page(found)
    assert found.status == 200
    assert page.wrong == []
    assert 'class="told"' not in found.body.decode(), "all that the address asks is heeded"
    assert len(page.ids) == len(set(page.ids))
    assert ADDRESSES[address] in page.text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/questions/no-such-question", 404),
        ("/questions/receptors-at-site?site=nowhere", 404),
        ("/why?subject=memantine", 400),
        ("/why?question=conflicts&row=x", 400),
        ("/why?question=conflicts&row=999", 400),
        ("/why?subject=%22%3E%3Cscript%3E&relation=b&object=c", 404),
        ("/mechanisms?from=nothing&to=migraine", 404),
        ("/mechanisms?from=" + "x" * 3000, 400),
        ("/editor?block=none&thing=memantine", 404),
        ("/blocks/none.csv?thing=memantine", 404),
        ("/assets/none.css", 404),
    ],
)
def test_what_cannot_be_answered_is_said_with_its_status(site: Site, address: str, status: int) -> None:
    found = asked(site, address)
    assert found.status == status
    assert b"<script>" not in found.body
    assert b"Traceback" not in found.body


@pytest.mark.parametrize(
    ("path", "accept", "media"),
    [
        ("/no-such-thing", "text/html,*/*;q=0.8", "text/html"),
        ("/no-such-thing", "application/json", "application/problem+json"),
        ("/no-such-thing", "text/turtle", "text/plain"),
        ("/no-such-thing.ttl", "", "text/plain"),
        ("/questions/no-such", "application/problem+json, text/html;q=0.9", "application/problem+json"),
    ],
)
def test_what_is_wrong_is_said_in_the_form_that_a_client_takes(site: Site, path: str, accept: str, media: str) -> None:
    found = respond(site, path, {}, accept)
    assert (found.status, found.media_type) == (404, media)
    assert b"Traceback" not in found.body
    if media.endswith("json"):
        assert json.loads(found.body)["detail"]


def test_a_wrong_value_is_said_beside_its_box_with_what_may_be_meant(site: Site) -> None:
    page = asked(site, "/questions/sites-of-receptor?receptor=mGlu66").body.decode()
    assert 'aria-invalid="true"' in page
    assert "This takes a target; &#39;mGlu66&#39; is not in the graph.</strong>" in page
    assert '<a href="/questions/sites-of-receptor?receptor=mGlu6">mGlu6</a>' in page
    page = asked(site, "/mechanisms?from=memantin&to=migraine").body.decode()
    assert '<a href="/mechanisms?from=memantine&amp;to=migraine">memantine</a>' in page
    assert "--" not in re.sub(r"<!--.*?-->", "", page).partition("<main")[2]


def test_a_parameter_that_a_question_has_not_is_refused_with_the_one_that_may_be_meant(site: Site) -> None:
    refused = asked(site, "/questions/sites-of-receptor?receptr=mGlu5")
    page = refused.body.decode()
    assert (refused.status, "has no parameter receptr.</p>" in page) == (400, True)
    assert '<a href="/questions/sites-of-receptor?receptor=mGlu5">receptor</a>' in page
    other = asked(site, "/questions/sites-of-receptor?colour=red")
    assert (other.status, "no parameter colour. It has: receptor" in other.body.decode()) == (400, True)
    for heeded in ("receptor=mGlu5&sort=-site", "receptor=mGlu5&cited=0", "receptor=mGlu5&by-site=thalamus"):
        assert asked(site, f"/questions/sites-of-receptor?{heeded}").status == 200


@pytest.mark.parametrize(
    ("address", "note"),
    [
        ("/mechanisms?form=memantine&to=migraine", "no parameter form: it is left aside."),
        ("/why?subjekt=memantine", "no parameter subjekt: it is left aside. Did you mean subject?"),
        ("/gaps?a=%3Cb%3E&%3Cb%3E=a", "no parameter a, &lt;b&gt;: it is left aside.</p>"),
        ("/substance/memantine.html?utm_source=x", "no parameter utm_source: it is left aside."),
        ("/questions/conflicts?by-nothing=x", "no parameter by-nothing: it is left aside."),
    ],
)
def test_what_a_page_does_not_heed_is_said_on_it(site: Site, address: str, note: str) -> None:
    found = asked(site, address)
    assert (found.status, note in found.body.decode()) == (200, True), re.findall(b"told.*", found.body)
    assert Page(found).wrong == []


def test_what_all_rows_share_stands_above_them_once(site: Site) -> None:
    page = asked(site, "/questions/what-changes-an-outcome?outcome=CSD").body.decode()
    shared = re.sub(r"<[^>]*>", "", re.findall(r'<p class="shared">(.*)</p>', page)[0])
    assert shared.startswith("In every row: direction decrease; ")
    heads = re.findall(r'<th scope="col".*?<a [^>]*>([^<]*)', page)
    assert heads[0] == "compound"
    assert "direction" not in heads
    assert "certainty" in heads
    alone = asked(site, "/questions/receptors-at-site?site=thalamus&sort=-place").body.decode()
    assert alone.count('aria-sort="descending"') == 1, "a column by which rows are sorted stands there"


def test_what_is_still_being_worked_out_says_so(kg: KnowledgeGraph, tmp_path: Path) -> None:
    site = Site(KnowledgeGraph(kg.folder, CachedGraph(kg.cached.graph, tmp_path / "graph")), pictures=False)
    site.is_being_prepared = True
    found = asked(site, "/fragility")
    assert (found.status, found.headers["Retry-After"], Page(found).wrong) == (503, "5", [])
    assert b"Look again" in found.body
    site.kg.cached.artefacts.write(FRAGILE, b"[]")
    assert asked(site, "/fragility").status == 200


def test_paths_are_narrowed_by_what_their_claims_name(site: Site) -> None:
    every = asked(site, "/mechanisms?from=topiramate&to=migraine").body.decode()
    facets = re.findall(r'<select name="([\w-]+)"( disabled)?>', every)
    assert {"direction", "certainty", "seen-in", "design", "given"} <= {name for name, _ in facets}
    assert ("seen-in", " disabled") not in facets
    rows = re.findall(r'<li data-row id="path-\d+" .*? data-seen-in="([^"]*)"', every)
    some = asked(site, "/mechanisms?from=topiramate&to=migraine&seen-in=non-human%20animal").body.decode()
    left = re.findall(r'<li data-row id="path-\d+" .*? data-seen-in="([^"]*)"', some)
    assert left == [row for row in rows if "non-human animal" in row.split("|")]
    assert 0 < len(left) < len(rows)


def test_an_answer_is_had_in_every_form(site: Site) -> None:
    for ending, (_, media) in FORMS_OF_ANSWERS.items():
        found = asked(site, f"/questions/receptors-at-site{ending}?site=thalamus")
        assert (found.status, found.media_type) == (200, media)
        assert b"kainate" in found.body
    assert json.loads(asked(site, "/blocks/effects-of-substance.json?thing=memantine").body)["results"]["bindings"]


def test_a_cited_answer_that_still_holds_is_confirmed(site: Site) -> None:
    page = asked(site, "/questions/conflicts").body.decode()
    (permanent,) = re.findall(r'href="(/questions/conflicts\?cited=\w+)"', page)
    assert b"Confirmed: the answer is still the one" in asked(site, permanent).body


def test_what_the_search_box_knows_leads_to_pages(site: Site) -> None:
    entries = json.loads(asked(site, "/names.json").body)
    assert {"memantine", "NMDA receptor"} <= {entry["label"] for entry in entries}
    assert all(asked(site, f"/{entry['path']}").status == 200 for entry in entries[:: len(entries) // 3])


def test_all_that_is_ours_is_in_the_sitemap(site: Site) -> None:
    found = asked(site, "/sitemap.xml").body.decode()
    for path in ("pathway", "questions/conflicts", "substance/memantine.html", "source/glutamatergic-medications.html"):
        assert f"<loc>{BASE}{path}</loc>" in found
    assert b"Disallow: /sparql" in asked(site, "/robots.txt").body
