"""Pages without a server: every kind of thing answers, in every form, and nothing that stands in the data can hurt."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from conftest import ROOT
from page_reader import Page

from glutkg.api import KnowledgeGraph
from glutkg.pages.addresses import path_of
from glutkg.pages.linked_data import FORMS
from glutkg.pages.palette import DARK, LIGHT
from glutkg.pages.respond import respond
from glutkg.pages.routes import PAGES
from glutkg.pages.rule_page import THINGS
from glutkg.pages.site import Site
from glutkg.pages.why_page import PARTS
from glutkg.rdf.namespaces import BASE, RDF, RDFS, SKOS
from glutkg.rdf.terms import Term
from glutkg.search.empty_answers import LEFT_OUT, SILENCE
from glutkg.store.graph import Graph

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
    assert "glutamate concentration</a>" in rule
    assert "biological outcome</a>" not in rule, "that follows of what is narrower"


def test_a_slip_is_told_in_four_lines_however_many_claims_it_has(site: Site) -> None:
    page = respond(site, "/slips", {}).body.decode()
    slip = page.partition("are said to activate adenylyl cyclase</a>")[2].partition("</dl>")[0]
    assert re.findall("<dt>([^<]+)", slip) == ["printed", "accepted", "what was said", "what holds"]
    assert slip.count("<dd>") > 4


def test_a_question_on_gaps_says_of_what_it_is_asked(site: Site) -> None:
    page = respond(site, "/gaps", {}).body.decode()
    gaps = [gap for gap in page.partition("<ul")[2].split("<li>")[1:] if " this " in gap]
    assert gaps
    assert [gap for gap in gaps if "asked of" not in gap] == []


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


def test_an_empty_answer_shows_the_claims_that_it_leaves_out_and_does_not_say_that_there_are_none(site: Site) -> None:
    page = respond(site, "/questions/negative-findings", {"compound": ["topiramate"]}).body.decode()
    assert "claim/accepted-topiramate-no-benefit-mania" in page.partition(f"<h3>{LEFT_OUT}")[2]
    assert SILENCE not in page
    assert SILENCE in respond(site, "/questions/compounds-at-receptor", {"receptor": ["GluK5"]}).body.decode()


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


def test_words_that_find_nothing_are_said_not_to_be_covered(site: Site) -> None:
    page = respond(site, "/find", {"q": ["botulinum"]}).body.decode()
    assert "Not covered: &#39;botulinum&#39;." in page
    assert "glutkg show" not in page, "that is for the command line"


def test_the_start_page_tells_beside_each_mark_what_has_it(site: Site) -> None:
    page = respond(site, "/", {}).body.decode()
    tried = page.partition("What was tried in migraine?")[2].partition("</li>")[0]
    told = dict(re.findall(r"</svg>([\w ]+)</span><span>([^<]+)", tried))
    assert "memantine" in told["effective"]
    assert told["no benefit shown"] == "lanepitant"
    assert "lanepitant" not in told["effective"]
    looked_for = page.partition("What was looked for and not found?")[2].partition("</li>")[0]
    assert "lowers" not in looked_for, "a claim that says otherwise is not what was asked for"


def test_forms_say_in_words_what_their_blanks_take(site: Site) -> None:
    page = respond(site, "/questions/evidence-for-outcome", {}).body.decode()
    labels = re.findall(r"<label><span>([^<]+)", page)
    names = {one.name for one in site.questions["evidence-for-outcome"].parameters}
    assert len(labels) == len(names) > 0
    assert not {label.strip().lower() for label in labels} & names


def test_questions_stand_by_topic(site: Site) -> None:
    page = respond(site, "/questions", {}).body.decode()
    topics = re.findall(r'<li><a href="#([\w-]+)">[^<]+<span>(\d+)</span>', page)
    assert sum(int(number) for _, number in topics) == len(site.questions)
    assert all(f'<div class="group" id="{topic}">' in page for topic, _ in topics)


def test_a_document_lists_its_sentences_by_paragraph_with_their_claims(site: Site) -> None:
    page = respond(site, "/source/glutamate-receptors-migraine.html", {}).body.decode()
    paragraph = page.partition("<dt>NMDA Receptors, paragraph 2</dt>")[2].partition("</dd>")[0]
    assert re.findall(r">(s\d+)</a> <small>(\d+)", paragraph)[-1] == ("s064", "9")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("memantin", "approved for", "migraine"), ">memantine</a>"),
        (("memantine", "approved for", "migraine"), "No: a claim in force denies it."),
        (("ketamine", "approved for", "migraine"), "Left open: the documents name the question"),
        (("memantine", "is a", "gene"), "No, the ontology excludes it: memantine is a substance"),
        (("ketamine", "effective in", "migraine aura"), "reported to stop prolonged migraine aura"),
        (("triptan", "lowers", "migraine aura"), "Unknown, and not false: nothing in force decides it."),
    ],
)
def test_whether_something_is_so_is_answered_in_a_sentence(site: Site, asked: tuple[str, str, str], said: str) -> None:
    query = {name: [value] for name, value in zip(PARTS, asked, strict=True)}
    page = respond(site, "/why", query).body.decode()
    assert said in page.partition('<form class="form"')[0]


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


@pytest.mark.slow
def test_everything_of_ours_has_a_page(site: Site) -> None:
    """All of it: classes, properties, substances, genes, claims, sentences, references, conflicts, slips, rules."""
    assert len(site.iris) > 2000
    found = {iri: respond(site, f"/{unquote(path_of(iri))}.html", {}).status for iri in [*site.iris, *site.graphs]}
    assert {iri: status for iri, status in found.items() if status != 200} == {}
