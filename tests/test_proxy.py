"""Requests through nginx, set up as docs/deployment.md has it: what clients get, and what the server knows of them."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

import pytest
from served import HOST, Got, Server, serving
from test_deployment import BLOCKS, needs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from glutkg.api import KnowledgeGraph

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("server"), needs("nginx"), needs("openssl")]

NAME = "glutkg.example.org"
POINT = "SELECT ?drug { ?drug glut:antagonises glut:NMDAReceptor } ORDER BY ?drug"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ALL = "SELECT * { ?s ?p ?o FILTER(ISIRI(?s) && !ISBLANK(?o)) }"
HERE, THERE = "127.0.0.2", "127.0.0.3"


class Proxied(NamedTuple):
    """A server, the port of the proxy before it, and the file of its access log."""

    server: Server
    port: int
    log: Path

    def connection(self, client: str) -> http.client.HTTPSConnection:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection(HOST, self.port, timeout=60, source_address=(client, 0), context=context)

    def get(self, path: str, client: str = HERE, **headers: str) -> Got:
        connection = self.connection(client)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers={"Host": NAME, **named})
        response = connection.getresponse()
        got = Got(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
        connection.close()
        return got

    def ask(self, query: str, client: str = HERE, **headers: str) -> Got:
        return self.get(f"/sparql?{urlencode({'query': query})}", client, **headers)


@contextmanager
def proxied(folder: Path, base: str, location: str, *options: str, passed: str = "") -> Iterator[Proxied]:
    """Run a server, and nginx before it with the documented block, at a location, of which `passed` is passed on."""
    log = folder / "access.log"
    with serving("--base", base, "--log", str(log), *options) as server, socket.create_server((HOST, 0)) as probe:
        port = int(probe.getsockname()[1])
        block = BLOCKS["nginx"].replace("listen 443", f"listen {HOST}:{port}").replace("/etc/ssl/", f"{folder}/")
        block = block.replace("127.0.0.1:7878", f"{HOST}:{server.port}{passed}").replace(
            "location /", f"location {location}"
        )
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
        # Started by a superuser, nginx works as somebody who may not write to those places unless it is told.
        main = f"user {folder.owner()} {folder.group()};\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\n"
        text = f"{main}http {{\naccess_log off;\n{places}{block}}}\n"
        (folder / "nginx.conf").write_text(text)
        subject = ("-subj", f"/CN={NAME}", "-keyout", str(folder / "glutkg.key"), "-out", str(folder / "glutkg.pem"))
        made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject)
        subprocess.run(made, check=True, capture_output=True, timeout=60)
        command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
        inherited = {**os.environ, "NGINX": f"{probe.fileno()};"}  # so that nobody else has the port meanwhile
        with subprocess.Popen(command, env=inherited, pass_fds=[probe.fileno()]) as nginx:
            try:
                _wait_for(port)
                yield Proxied(server, port, log)
            finally:
                nginx.terminate()


def _wait_for(port: int) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            socket.create_connection((HOST, port)).close()
        except OSError:
            assert time.monotonic() < end, "nginx does not listen"
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="module")
def proxy(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    assert kg.is_shipped
    limits = ("--workers", "4", "--per-client", "2", "--timeout", "60")
    with proxied(tmp_path_factory.mktemp("nginx"), f"https://{NAME}/", "/", *limits) as found:
        yield found


def test_a_page_and_an_answer_come_through_with_the_address_of_the_base(proxy: Proxied) -> None:
    page = proxy.get("/substance/ketamine.html")
    assert page.status == 200
    assert f"Sitemap: https://{NAME}/sitemap.xml" in proxy.get("/robots.txt").text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    moved = proxy.get("/substance/ketamine", Accept="text/turtle")
    assert (moved.status, moved.headers["location"]) == (303, "/substance/ketamine.ttl")
    assert json.loads(proxy.ask(POINT).body) == json.loads(proxy.server.ask(POINT).body)
    assert json.loads(proxy.get("/openapi.json").body)["servers"] == [{"url": f"https://{NAME}"}]


def test_a_name_that_is_not_the_bases_is_refused(proxy: Proxied) -> None:
    assert proxy.get("/health", Host="evil.example").status == 421


def test_an_answer_is_compressed_and_known_again(proxy: Proxied) -> None:
    query = "SELECT ?kind { ?kind a owl:Class } ORDER BY ?kind"
    plain, short = proxy.ask(query), proxy.ask(query, Accept_Encoding="gzip")
    assert ("content-encoding" in plain.headers, short.headers["content-encoding"]) == (False, "gzip")
    assert len(short.body) < len(plain.body)
    assert proxy.ask(query, If_None_Match=plain.headers["etag"]).status == 304


def test_a_large_answer_comes_whole_to_a_client_slower_than_the_server(proxy: Proxied) -> None:
    """nginx keeps what the client has not taken yet in a file."""
    whole = proxy.server.ask(ALL, Accept="text/csv").body
    assert len(whole) > 1_000_000
    connection = proxy.connection(HERE)
    connection.request("GET", f"/sparql?{urlencode({'query': ALL})}", headers={"Host": NAME, "Accept": "text/csv"})
    response = connection.getresponse()
    time.sleep(1)
    assert response.read() == whole
    connection.close()


def test_a_refusal_comes_through_in_its_words(proxy: Proxied) -> None:
    got = proxy.ask("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    assert (got.status, "SERVICE" in got.text) == (400, True)


def test_the_log_has_the_address_of_the_client_and_none_that_it_made_up(proxy: Proxied) -> None:
    proxy.get("/health?who=here", HERE, X_Forwarded_For="192.0.2.1")
    proxy.get("/health?who=there", THERE)
    for who in ("first", "kept"):
        proxy.ask(f"{POINT} # the log", HERE if who == "first" else THERE, X_Forwarded_For="192.0.2.1")
    proxy.server.get("/health?who=spoken-to")
    end = time.monotonic() + 30
    while "spoken-to" not in proxy.log.read_text() and time.monotonic() < end:
        time.sleep(0.05)  # a line is written once its response is sent
    lines = proxy.log.read_text().splitlines()
    asked = {found[2]: found[1] for line in lines if (found := re.match(r'(\S+) .*"GET /health\?who=(\S+) ', line))}
    assert asked == {"here": HERE, "there": THERE, "spoken-to": HOST}
    assert [line.split(" ", 1)[0] for line in lines if "the+log" in line] == [HERE, THERE]


def test_a_client_has_its_share_and_its_query_ends_when_it_leaves(proxy: Proxied) -> None:
    asked = f"/sparql?{urlencode({'query': CROSS})}"
    first, second = proxy.connection(HERE), proxy.connection(HERE)
    for one in (first, second):
        one.request("GET", asked, headers={"Host": NAME})
    _until(proxy, 2)
    with ThreadPoolExecutor(2) as clients:
        for_a_worker = POINT.replace("}", "FILTER(ISIRI(?drug)) }")  # which a lookup needs not
        mine, others = (
            clients.submit(proxy.ask, for_a_worker + " # mine", HERE),
            clients.submit(proxy.ask, for_a_worker, THERE),
        )
        assert (mine.result().status, mine.result().headers["retry-after"]) == (429, "2")
        assert others.result().status == 200
    first.close()
    second.close()
    _until(proxy, 0)


def _until(proxy: Proxied, running: int) -> None:
    """Wait until so many queries run."""
    end = time.monotonic() + 30
    while proxy.server.metric("queries_running") != running:
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("passed", ["", "/"])
def test_a_site_below_a_path_leads_to_itself(kg: KnowledgeGraph, tmp_path: Path, passed: str) -> None:
    """The proxy may pass the path on, or take it off."""
    assert kg.is_shipped
    base = f"https://{NAME}/graphs/glutkg/"
    with proxied(tmp_path, base, "/graphs/glutkg/", "--workers", "1", passed=passed) as proxy:
        page = proxy.get("/graphs/glutkg/substance/ketamine.html")
        links = set(re.findall(r'(?:href|src|action|data-names)="(/[^"?#]*)', page.text))
        assert len(links) > 20
        assert all(link.startswith("/graphs/glutkg/") for link in links), links
        assets = [link for link in links if "/assets/" in link]
        for link in [*sorted(links)[:8], *assets, "/graphs/glutkg/"]:
            assert proxy.get(link, Accept="text/html").status in (200, 303), link
        moved = proxy.get("/graphs/glutkg/sparql", Accept="text/html")
        assert (moved.status, moved.headers["location"]) == (303, "/graphs/glutkg/editor")
        asked = f"/graphs/glutkg/sparql?{urlencode({'query': POINT})}"
        assert json.loads(proxy.get(asked).body)["results"]["bindings"]
