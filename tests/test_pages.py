"""Pages without a server: every kind of thing answers, in every form, and nothing that stands in the data can hurt."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

import pyoxigraph as ox
import pytest
from conftest import ROOT

from glutkg.api import KnowledgeGraph
from glutkg.pages.addresses import path_of
from glutkg.pages.linked_data import FORMS
from glutkg.pages.lists import FRAGILE
from glutkg.pages.palette import DARK, LIGHT
from glutkg.pages.question_pages import FORMS as FORMS_OF_ANSWERS
from glutkg.pages.respond import respond
from glutkg.pages.response import Response
from glutkg.pages.routes import PAGES
from glutkg.pages.rule_page import THINGS
from glutkg.pages.site import Site
from glutkg.rdf.namespaces import BASE, RDF, RDFS, SKOS
from glutkg.rdf.terms import Term
from glutkg.reasoning.cache import CachedGraph
from glutkg.store.graph import Graph

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("pages")

ONE_OF_EACH = [
    "substance/memantine",
    "NMDAReceptor",
    "Thalamus",
    "CorticalSpreadingDepolarization",
    "Migraine",
    "gene/CACNA1A",
    "ChannelBlocker",
    "agent",
    "claim/memantine-iv-no-effect-tcc",
    "source/glutamate-receptors-migraine/s064",
    "source/glutamate-receptors-migraine/ref-45",
    "source/glutamatergic-medications",
    "conflict/assays-point-to-different-targets",
    "slip/review-s108-opioid-channels",
    "hypothesis/sensitization-drives-chronification",
    "graph/inferred/said-of-class",
    "graph/stated/facts/substances",
    "ontology",
]
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@pytest.fixture(scope="module")
def site(kg: KnowledgeGraph) -> Site:
    return Site(kg, pictures=False)


class Page(HTMLParser):
    """Reads a page: its elements are closed in order, and its ids and links are kept."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = response.body.decode()
        self.feed(self.text)
        self.wrong += [f"<{name}> is not closed" for name in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            self.ids += [value or ""] if name == "id" else []
            self.links += [value or ""] if (tag, name) == ("a", "href") else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")


@pytest.mark.sample(5)
@pytest.mark.parametrize("path", ONE_OF_EACH)
def test_every_kind_of_thing_has_a_page(site: Site, path: str) -> None:
    page = Page(respond(site, f"/{path}.html", {}))
    assert page.wrong == []
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    assert f'<link rel="canonical" href="{BASE}' in page.text
    assert not [one for one in page.attributes if one[1] == "style" or one[1].startswith("on")]
    fragments = {link[1:] for link in page.links if link.startswith("#")}
    assert fragments <= set(page.ids)


@pytest.mark.sample(5)
@pytest.mark.parametrize("path", ONE_OF_EACH)
def test_every_kind_of_thing_is_linked_data(site: Site, path: str) -> None:
    for ending, (_, media) in FORMS.items():
        led = respond(site, f"/{path}", {}, media)
        assert (led.status, led.headers["Location"]) == (303, f"/{path}{ending}")
        found = respond(site, f"/{path}{ending}", {})
        assert found.media_type == media
        form = {"turtle": ox.RdfFormat.TURTLE, "jsonld": ox.RdfFormat.JSON_LD, "rdfxml": ox.RdfFormat.RDF_XML}
        assert len(list(ox.parse(found.body, form.get(FORMS[ending][0], ox.RdfFormat.N_TRIPLES)))) > 0
    assert respond(site, f"/{path}", {}, "text/html").headers["Location"] == f"/{path}.html"
    assert respond(site, f"/{path}", {}, "image/png").status == 406


def test_a_file_is_shown_thing_by_thing_and_a_rule_as_it_is_written(site: Site) -> None:
    file = respond(site, "/graph/stated/facts/article-conditions.html", {}).body.decode()
    things = re.findall(r'<h3><a href="([^"]+)"', file)
    assert len(things) == len(set(things)) == THINGS
    assert file.count("<dt>is a</dt>") == THINGS
    rule = respond(site, "/graph/inferred/said-of-class.html", {}).body.decode()
    assert "?property owl:propertyChainAxiom ?chain ." in rule
    assert "owl#" not in rule


def test_data_in_a_page_are_those_that_are_stated(site: Site) -> None:
    page = respond(site, "/substance/memantine.html", {}).body.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    triples = {str(quad.triple) for quad in ox.parse(block, ox.RdfFormat.JSON_LD)}
    stated = site.graph.triples(f"{BASE}substance/memantine", graph=f"{BASE}graph/stated")
    assert len(triples) == len(list(stated)) > 5
    assert json.loads(block)["@id"] == "substance:memantine"


def test_a_row_says_whether_others_point_the_other_way_as_its_claims_do(site: Site) -> None:
    page = respond(site, "/questions/clinical-evidence", {"condition": ["migraine"]}).body.decode()
    rows = page.split('<tr class="opens">')[1:]
    said = ["others point the other way" in row for row in rows]
    assert said == ['"src">but ' in row for row in rows]
    assert {True, False} <= set(said)


def test_what_speaks_against_a_claim_is_on_its_page(site: Site) -> None:
    page = respond(site, "/claim/memantine-iv-no-effect-tcc.html", {}).body.decode()
    against = page.partition("Speaks against it")[2].partition("May explain the difference")[0]
    assert "NMDA channel blockers given by microiontophoresis inhibit" in against
    assert "no effect" not in against, "a claim on the same side is not against it"


def test_the_sides_of_a_disagreement_are_compared_field_by_field(site: Site) -> None:
    page = respond(site, "/conflict/assays-point-to-different-targets.html", {}).body.decode()
    rows = re.findall(r'<tr class="([\w-]+)"><th scope="row">.*?</span>([\w ]+)<span', page)
    assert ("different", "target") in rows
    assert ("not-said-by-all", "model") in rows
    assert [how for how, _ in rows] == sorted((how for how, _ in rows), key="different not-said-by-all same".find)
    assert not {"stated in", "rests on"} & {label for _, label in rows}


def test_a_filter_leaves_what_it_names(site: Site) -> None:
    page = respond(site, "/substance/memantine.html", {"result": ["not so"]}).body.decode()
    assert set(re.findall(r'data-result="([\w ]+)"', page)) == {"not so"}
    nothing = respond(site, "/substance/memantine.html", {"result": ["<b>"]}).body.decode()
    assert "Nothing is left by result “&lt;b&gt;”" in nothing


def test_what_is_not_there_offers_what_is(site: Site) -> None:
    found = respond(site, "/substance/memantin", {})
    assert found.status == 404
    assert b"/substance/memantine.html" in found.body
    assert respond(site, "/../../etc/passwd", {}).status == respond(site, "/assets/../palette.py", {}).status == 404


HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def hostile_site(kg: KnowledgeGraph) -> Site:
    """A graph in which labels and IRIs try to get into the page."""
    graph = Graph()
    evil = Term("iri", BASE + "evil")
    triples = [
        (evil, Term("iri", RDF + "type"), Term("iri", "http://www.w3.org/2002/07/owl#Class")),
        (evil, Term("iri", RDFS + "label"), Term("literal", HOSTILE, "en")),
        (evil, Term("iri", SKOS + "definition"), Term("literal", HOSTILE, "en")),
        (evil, Term("iri", SKOS + "altLabel"), Term("literal", "\u202e" + HOSTILE, "en")),
        (evil, Term("iri", SKOS + "exactMatch"), Term("iri", "javascript:alert(1)")),
        (evil, Term("iri", BASE + "bears"), Term("iri", "data:text/html,x")),
    ]
    graph.put(triples)
    graph.put(triples, BASE + "graph/stated")
    made = KnowledgeGraph(kg.folder, kg.cached)
    made.reasoned = graph
    return Site(made, pictures=False)


@pytest.mark.parametrize("path", ["/evil.html", "/no<script>alert(1)</script>", "/find"])
def test_nothing_that_is_data_becomes_markup(hostile_site: Site, path: str) -> None:
    page = Page(respond(hostile_site, path, {"q": [HOSTILE]}))
    assert page.wrong == []
    assert "<script>" not in page.text
    assert [link for link in page.links if link.lower().startswith(("javascript:", "data:"))] == []


def test_no_address_of_a_page_is_that_of_a_thing(site: Site) -> None:
    assert len(PAGES) > 1
    assert [name for name in PAGES if name and any(True for _ in site.graph.triples(BASE + name))] == []


def test_text_can_be_read_in_light_and_in_the_dark() -> None:
    assert LIGHT.keys() == DARK.keys()
    for colours in (LIGHT, DARK):
        for name in colours:
            behind = [colours["page"], *([colours[f"{name}-wash"]] if f"{name}-wash" in colours else [])]
            if name in ("page", "wash", "chief", "rule") or name.endswith("-wash"):
                continue
            least = 3.0 if name == "edge" else 4.5
            assert min(contrast(colours[name], other) for other in behind) >= least, name


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_fonts_have_their_licence() -> None:
    folder = ROOT / "glutkg" / "pages" / "assets" / "fonts"
    named = (folder / "OFL.txt").read_text(encoding="utf-8")
    fonts = [path.stem for path in folder.glob("*.woff2")]
    assert fonts
    assert all(" ".join(name.split("-")[:2]).title() in named for name in fonts)


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
    "/why?subject=memantine&relation=approved%20for&object=migraine": "Contradicted: what the documents state",
    "/why?subject=ketamine&relation=approved%20for&object=migraine": "Open: the documents name the question",
    "/why?subject=glutamate&relation=found%20in&object=thalamus": "Not covered: nothing in force decides it",
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
    assert "receptor takes a target; &#39;mGlu66&#39; is not in the graph.</strong>" in page
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


@pytest.mark.slow
def test_everything_of_ours_has_a_page(site: Site) -> None:
    """All of it: classes, properties, substances, genes, claims, sentences, references, conflicts, slips, rules."""
    assert len(site.iris) > 2000
    found = {iri: respond(site, f"/{unquote(path_of(iri))}.html", {}).status for iri in [*site.iris, *site.graphs]}
    assert {iri: status for iri, status in found.items() if status != 200} == {}
