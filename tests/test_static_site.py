"""The pages as files: their links lead to files that are there, and w3id.org leads to them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from page_reader import Page

from glutkg.api import KnowledgeGraph
from glutkg.pages.addresses import Addresses
from glutkg.pages.assets import names as asset_names
from glutkg.pages.respond import respond
from glutkg.pages.site import Site
from glutkg.pages.sitemap import htaccess
from glutkg.pages.static_site import paths
from glutkg.rdf.namespaces import BASE

if TYPE_CHECKING:
    from command_runs import Run

pytestmark = pytest.mark.xdist_group("pages")


def test_links_of_files_are_relative() -> None:
    assert Addresses("../", files=True).thing(f"{BASE}source/x#s1") == "../source/x/s1.html"


@pytest.fixture(scope="module")
def files_site(kg: KnowledgeGraph) -> Site:
    return Site(kg, "https://example.org/kg/", files=True, pictures=False)


@pytest.mark.sample(1)
@pytest.mark.parametrize("path", ["index.html", "contents.html", "Altered.html", "substance/memantine.html"])
def test_pages_as_files_lead_to_files_that_are_there(files_site: Site, path: str) -> None:
    there = {*paths(files_site), *(f"assets/{name}" for name in asset_names())}
    page = Page(respond(files_site, f"/{path.removeprefix('index.html')}", {}))
    local = [link.partition("#")[0] for link in page.links if not link.startswith(("http", "#"))]
    assert len(local) > 20
    reached = {posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(link))) for link in local}
    assert sorted(reached - there) == []


REDIRECTS = {
    ("", "text/html"): "",
    ("substance/memantine", "text/html,application/xhtml+xml,*/*;q=0.8"): "substance/memantine.html",
    ("substance/memantine", "*/*"): "substance/memantine.html",
    ("substance/memantine", "text/turtle"): "substance/memantine.ttl",
    ("NMDAReceptor", "application/ld+json"): "NMDAReceptor.jsonld",
    ("claim/x", "application/rdf+xml"): "claim/x.rdf",
    ("claim/x", "application/n-triples, text/turtle;q=0.1"): "claim/x.nt",
    ("ontology.ttl", "text/html"): "ontology.ttl",
    ("graph/inferred/said-of-class", "text/turtle"): "graph/inferred/said-of-class.ttl",
}


@pytest.mark.parametrize(("path", "accept"), REDIRECTS)
def test_w3id_sends_each_media_type_to_its_document(path: str, accept: str) -> None:
    assert (
        redirected(htaccess("https://example.org/kg"), path, accept)
        == f"https://example.org/kg/{REDIRECTS[path, accept]}"
    )


def redirected(rules: str, path: str, accept: str) -> str:
    """Where Apache's mod_rewrite leads: the first rule that matches and whose conditions all hold."""
    holds = True
    for line in rules.splitlines():
        words = line.split(" ")
        if words[0] == "RewriteCond":
            wanted = not words[2].startswith("!")
            holds = holds and bool(re.search(words[2].lstrip("!"), accept, re.IGNORECASE)) == wanted
        elif words[0] == "RewriteRule":
            match = re.search(words[1], path)
            if match and holds:
                return words[2].replace("$1", match[1] if match.groups() else "")
            holds = True
    raise AssertionError(f"nothing matches {path}")


@pytest.mark.parametrize(
    "arguments", [("export", "site"), ("export", "site", "x", "--report"), ("export", "turtle", "x")]
)
def test_a_site_that_cannot_be_written_is_refused_with_what_to_do(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "FOLDER" in done.stderr
