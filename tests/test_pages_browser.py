"""Pages in a real browser: every kind at three widths, light and dark, by keyboard, without scripts, and on paper."""

from __future__ import annotations

import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from conftest import ROOT

from glutkg.pages import routes
from glutkg.pages.addresses import iri_of
from glutkg.pages.respond import respond
from glutkg.pages.site import Site
from glutkg.pages.sitemap import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Error, Page

    from glutkg.api import KnowledgeGraph

playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright here: pip install -e '.[browser]'")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGES = [
    "/",
    "/find?q=aura",
    "/nothing-here",
    "/substance/memantine.html",
    "/NMDAReceptor.html",
    "/CerebralCortex.html",
    "/Migraine.html",
    "/StimulusEvokedNociceptiveActivity.html",
    "/gene/CACNA1A.html",
    "/ChannelBlocker.html",
    "/agent.html",
    "/claim/memantine-iv-no-effect-tcc.html",
    "/source/glutamate-receptors-migraine/s064.html",
    "/source/glutamate-receptors-migraine/ref-45.html",
    "/source/glutamate-receptors-migraine.html",
    "/conflict/assays-point-to-different-targets.html",
    "/slip/review-s108-opioid-channels.html",
    "/graph/inferred/said-of-class.html",
    "/questions",
    "/questions/what-changes-an-outcome?outcome=CSD",
    "/questions/sites-of-receptor?receptor=mGlu6",
    "/questions/sites-of-receptor?receptor=mGlu66",
    "/pathway?at=thalamus",
    "/mechanisms?from=memantine&to=migraine",
    "/mechanisms?from=memantine",
    "/mechanisms?from=memantin&to=migraine",
    "/why",
    "/why?subject=memantine&relation=antagonises&object=NMDA%20receptor",
    "/why?subject=memantine&relation=approved%20for&object=migraine",
    "/disagreements",
    "/predictions",
    "/gaps",
    "/slips",
    "/contents",
    "/marks",
    "/editor?question=conflicts",
]
PRINTED = 12_000
"""Pixels of the longest page of a drug on paper: the fields of each claim, which its sentence says, would double it."""
VIEWS: list[tuple[int, Literal["dark", "light"]]] = [(380, "dark"), (820, "light"), (1440, "light"), (1440, "dark")]


@pytest.fixture(scope="module")
def site(kg: KnowledgeGraph) -> Site:
    return Site(kg)


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    """Serve the pages under their policy, one request after the other."""
    alone = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            with alone:  # a browser keeps connections open, so that each needs a thread
                found = respond(site, unquote(asked.path), parse_qs(asked.query), self.headers.get("Accept", ""))
            self.send_response(found.status)
            for name, value in {**found.headers, "Content-Security-Policy": POLICY}.items():
                self.send_header(name, value)
            self.send_header("Content-Type", f"{found.media_type}; charset=utf-8")
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


def opened(browser: Browser, address: str, width: int = 1440, **context: Any) -> Page:  # noqa: ANN401
    page = browser.new_context(viewport={"width": width, "height": 900}, **context).new_page()
    page.set_default_timeout(60_000)
    page.goto(address, wait_until="load")
    return page


def words(page: Page, selector: str) -> str:
    return page.text_content(selector) or ""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_at_every_width_in_light_and_dark(browser: Browser, address: str, path: str) -> None:
    assert faults(browser, address + path) == []


def test_an_address_of_every_other_kind_of_the_sitemap_is_whole(browser: Browser, address: str, site: Site) -> None:
    """So that no kind of page can be forgotten above."""
    first: dict[str, str] = {}
    for path in addresses(site, routes.PAGES):
        first.setdefault(kind_of(site, path), f"/{path}")
    listed = {kind_of(site, urlsplit(path).path[1:]) for path in PAGES}
    others = {kind: path for kind, path in first.items() if kind not in listed}
    print(f"{len(first)} kinds, beside those listed: {', '.join(others)}")
    assert len(first) > 30
    assert {path: found for path in others.values() if (found := faults(browser, address + path))} == {}


def kind_of(site: Site, path: str) -> str:
    """The kind of a page by its path: that of its thing, or its folder, or itself."""
    folder, _, name = path.removesuffix(".html").rpartition("/")
    if path.endswith(".html"):
        kind = site.kind(iri_of(path.removesuffix(".html"))).name
        return folder if kind == "other" else kind
    return folder or name


def faults(browser: Browser, address: str) -> list[str]:
    """What is wrong with a page, at any width, in light or dark."""
    wrong: list[str] = []

    def failed(error: Error) -> None:
        wrong.append(f"script: {error}")

    for width, scheme in VIEWS:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=AXE.is_file()
        )
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", failed)
        page.goto(address, wait_until="load")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{width}: scrolls sideways")
        if page.evaluate("[...document.querySelectorAll('h1')].length") != 1:
            wrong.append("not one title")
        if AXE.is_file():
            page.evaluate(AXE.read_text(encoding="utf-8"))
            wrong += [
                f"{width} {scheme}: {one['id']}: {one['nodes'][0]['html'][:120]}"
                for one in page.evaluate("axe.run()")["violations"]
            ]
        context.close()
    return wrong


def test_the_policy_lets_everything_of_ours_pass(browser: Browser, address: str) -> None:
    said: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    for path in ("/", "/substance/memantine.html", "/mechanisms?from=memantine&to=migraine", "/editor"):
        page.goto(address + path, wait_until="load")
    page.wait_for_function("document.querySelector('.rich') || !document.querySelector('script[src$=\"editor.js\"]')")
    page.evaluate("glutkgEditor.mark(1, 1, 'wrong')")
    page.wait_for_timeout(200)
    assert said == []


def test_keys_alone_lead_to_a_receptor_by_its_synonym(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/marks")
    page.keyboard.press("/")
    page.keyboard.type("mGluR5")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#q", "aria-activedescendant")
    page.keyboard.press("Enter")
    page.wait_for_url("**/MGlu5Receptor.html")
    assert "mGlu5" in words(page, "h1")


def test_a_filter_is_in_the_address_and_comes_back(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/substance/memantine.html")
    page.select_option("select[name=result]", "not so")
    left = words(page, ".facets .n")
    assert "result=not+so" in page.url
    assert not left.startswith("29 ")
    page.reload()
    assert words(page, ".facets .n") == left
    assert page.locator(".claims > li:visible").count() == int(left.split()[0])


def test_a_mark_opens_its_claim(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/substance/memantine.html")
    page.click(".glance a[href='#memantine-iv-no-effect-tcc']")
    row = page.locator("li:target details")
    assert row.get_attribute("open") is not None
    assert row.locator(".beside").count() > 0


def test_pages_work_without_scripts(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/substance/memantine.html", java_script_enabled=False)
    page.select_option("select[name=result]", "not so")
    page.click(".facets button")
    assert page.locator(".claims > li").count() == int(words(page, ".facets .n").split()[0])
    page.goto(f"{address}/questions/what-changes-an-outcome")
    page.fill("input[name=outcome]", "CSD")
    page.click(".form button")
    page.click("thead a >> nth=0")
    assert "outcome=CSD" in page.url
    assert page.get_attribute("thead th >> nth=0", "aria-sort") == "ascending"


def test_a_page_prints_what_it_folds(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/substance/memantine.html")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not page.locator(".bar").is_visible()
    assert page.locator(".beside >> nth=0").is_visible(), "what speaks against a claim is on paper, too"
    assert page.evaluate("document.documentElement.scrollHeight") < PRINTED


def test_colours_are_chosen_and_kept(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/marks")
    page.click("button[data-choose=dark]")
    page.goto(f"{address}/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 28)"
