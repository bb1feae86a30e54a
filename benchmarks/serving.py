"""The endpoint under load, beside bare Oxigraph and rdflib-endpoint, in turns: `python benchmarks/serving.py`."""

from __future__ import annotations

import argparse
import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent))

from measure import Result, ratio, within

import glutkg
from glutkg.serve.application import SITE_WORKERS
from glutkg.serve.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HOST = "127.0.0.1"
PREFIX = "PREFIX glut: <https://w3id.org/glutkg/> "
POINT = urlencode({"query": PREFIX + "SELECT ?drug { ?drug glut:antagonises glut:NMDAReceptor } LIMIT 3"})
PAGES = "/substance/ketamine.html /substance/memantine.html /NMDAReceptor.html /DuraMater.html /gaps /find?q=aura"
JSON, HTML = "application/sparql-results+json", "text/html"


_ANEW = 10
"""Seconds in which pages come that are made anew."""


class Load(NamedTuple):
    """What wrk measured: requests a second, and the median and 99th percentile of the time of one in seconds."""

    rate: float
    median: float
    late: float


def load(port: int, addresses: str, accept: str, clients: int, seconds: int, *, distinct: bool = False) -> Load:
    """Ask for addresses in turn with some clients at once. Raises RuntimeError if an answer, or each, was missing."""
    script = str(Path(__file__).with_name("serving.lua"))
    command = [
        "wrk",
        "-t1",
        f"-c{clients}",
        f"-d{seconds}s",
        "--timeout",
        "30s",
        "--latency",
        "-s",
        script,
        f"http://{HOST}:{port}",
    ]
    told = {"ADDRESSES": addresses, "ACCEPT": accept, **({"DISTINCT": "1"} if distinct else {})}
    said = subprocess.run(command, env={**os.environ, **told}, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said or re.search(r"^ *0 requests in", said, re.MULTILINE):
        raise RuntimeError(said)
    rate = float(re.findall(r"Requests/sec: +([\d.]+)", said)[0])
    return Load(rate, *(_seconds(re.findall(rf" {share}% +(\S+)", said)[0]) for share in (50, 99)))


def _seconds(text: str) -> float:
    number, unit = re.findall(r"([\d.]+)(\D+)", text)[0]
    return float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}[unit]


@contextmanager
def serving(command: Sequence[str], address: str, seconds: float = 120) -> Iterator[int]:
    """Run a server at a free port, which stands as PORT in its command; come back once an address answers."""
    with socket.create_server((HOST, 0)) as probe:
        port = int(probe.getsockname()[1])
    told = [word.replace("PORT", str(port)) for word in command]
    with subprocess.Popen(told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + seconds
            while not _answers(port, address):
                if time.monotonic() > end or process.poll() is not None:
                    raise RuntimeError(f"{told[0]} does not answer")
                time.sleep(0.02)
            yield port
        finally:
            process.terminate()


def _answers(port: int, address: str) -> bool:
    try:
        return _fetched(port, address, JSON) == 200
    except OSError:
        return False


def _fetched(port: int, address: str, accept: str) -> int:
    """Fetch an address once; give the status. Raises OSError when nobody is there."""
    with closing(http.client.HTTPConnection(HOST, port, timeout=60)) as connection:
        connection.request("GET", address, headers={"Accept": accept})
        response = connection.getresponse()
        response.read()
        return response.status


def _wait_until_ready(port: int, seconds: float = 600) -> None:
    """Wait until ours has all its workers, and has made the pages that it makes beforehand."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with urllib.request.urlopen(f"http://{HOST}:{port}/metrics") as answer:
            found = dict(re.findall(r"^glutkg_(\w+) (\d+)$", answer.read().decode(), re.MULTILINE))
        has_all = int(found["workers"]) >= Limits().workers and int(found["site_workers"]) >= SITE_WORKERS
        if found["pages_to_prepare"] == "0" and has_all:
            return
        time.sleep(1)
    raise RuntimeError(f"the server is not ready after {seconds:g} s")


def servers(stack: ExitStack, store: Path, triples: Path) -> dict[str, tuple[int, str]]:
    """Start all that are compared; give their ports and the addresses of the query."""
    programs = Path(sys.executable).parent
    ours = [sys.executable, "-m", "glutkg", "serve", "--port", "PORT"]
    point = f"/sparql?{POINT}"
    commands = {
        "ours": (ours, point),
        "ours, nothing kept": ([*ours, "--cache", "0"], point),
        "Oxigraph": (
            [str(programs / "oxigraph"), "serve-read-only", "--location", str(store), "--bind", f"{HOST}:PORT"],
            f"/query?{POINT}",
        ),
        "rdflib-endpoint": (
            [str(programs / "rdflib-endpoint"), "serve", "--host", HOST, "--port", "PORT", str(triples)],
            f"/?{POINT}",
        ),
    }
    return {name: (stack.enter_context(serving(*command)), command[1]) for name, command in commands.items()}


def points(found: dict[str, tuple[int, str]], rounds: int, seconds: int) -> list[Result]:
    """One query all the time, and another one each time, with 4 clients."""
    rows = []
    for what, distinct, name in (
        ("the same query each time", False, "ours"),
        ("another query each time", True, "ours, nothing kept"),
    ):
        rates: dict[str, list[float]] = {server: [] for server in (name, "Oxigraph", "rdflib-endpoint")}
        for _ in range(rounds):
            for server, one in rates.items():
                port, address = found[server]
                one.append(load(port, address, JSON, 4, seconds, distinct=distinct).rate)
        middle = ", ".join(f"{server} {statistics.median(one):,.0f}" for server, one in rates.items())
        bare, theirs = ratio(rates[name], rates["Oxigraph"]), ratio(rates[name], rates["rdflib-endpoint"])
        rows += [
            Result(f"{what}: requests per second", middle),
            Result(f"{what}: of Oxigraph's", f"{bare:.2f}", "at least 0.6", bare >= 0.6),
            Result(f"{what}: of rdflib-endpoint's", f"{theirs:.1f}", "at least 5", theirs >= 5),
        ]
    return rows


def pages(found: dict[str, tuple[int, str]], rounds: int, seconds: int) -> list[Result]:
    """Pages that are kept, with 16 clients, and such as are made for each request, one for each worker."""
    rows = []
    for name, what, clients in (("ours", "kept", 16), ("ours, nothing kept", "made anew each time", 2)):
        port, _ = found[name]
        for address in PAGES.split():
            _fetched(port, address, HTML)  # each is made once
        times = [load(port, PAGES, HTML, clients, max(seconds, _ANEW)).median for _ in range(rounds)]
        is_aim = name == "ours"
        measured, aim, holds = within(times, 0.05)
        rows.append(Result(f"a page, {clients} clients, {what}", measured, *((aim, holds) if is_aim else ())))
    return rows


def start(rounds: int) -> list[Result]:
    """From the command to the first answer, with the reasoned graph in the cache."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        with serving([sys.executable, "-m", "glutkg", "serve", "--port", "PORT"], f"/sparql?{POINT}"):
            times.append(time.perf_counter() - begin)
    return [Result("from the command to the first answer", *within(times, 2))]


def results(rounds: int, seconds: int) -> list[Result]:
    """Measure everything."""
    kg = glutkg.load()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        triples = Path(folder) / "all.nt"
        triples.write_bytes(kg.cached.graph.ntriples())
        found = servers(stack, kg.cached.folder, triples)
        for server in ("ours", "ours, nothing kept"):
            _wait_until_ready(found[server][0])
        return [*points(found, rounds, seconds), *pages(found, rounds, seconds), *start(rounds)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="turns of each server (default: 5)")
    parser.add_argument("--seconds", type=int, default=4, help="seconds of each turn (default: 4)")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        parser.error("wrk is needed: apt-get install wrk")
    marks = {True: "✓", False: "✗", None: ""}
    rows = results(options.rounds, options.seconds)
    print(
        f"{os.cpu_count()} processors, load of {os.getloadavg()[0]:.1f} at the end\n\n| | measured | aim | |\n|-|-|-|-|"
    )
    print("\n".join(f"| {one.what} | {one.measured} | {one.aim} | {marks[one.holds]} |" for one in rows))
    return 1 if any(one.holds is False for one in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
