"""Tools for agents: what they give can be quoted, what is unknown is refused, what is not covered is said to be so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from conftest import ROOT
from served import HOST, serving

import glutkg
from glutkg.agents import tools as agent_tools
from glutkg.agents.tools import MOST_LETTERS, Tools
from glutkg.cli import command_line
from glutkg.errors import INTERRUPTED, LimitError, NotFoundError, QueryError, UsageError
from glutkg.evidence.claim_check import MEANINGS
from glutkg.query_sandbox import Limits

if TYPE_CHECKING:
    from pathlib import Path

    from glutkg.api import KnowledgeGraph

CALLS: list[tuple[str, dict[str, object]]] = [
    ("find", {"words": "MK-801"}),
    ("ask", {"question": "compounds-at-receptor", "values": {"receptor": "mGlu5"}}),
    ("sparql", {"query": "SELECT ?d { ?d glut:antagonises glut:NMDAReceptor } ORDER BY ?d", "limit": 2}),
    ("check", {"subject": "perampanel", "relation": "lowers", "object": "CSD"}),
    ("show", {"name": "substance:memantin"}),
    ("find", {"words": "aura", "limit": 0}),
    ("sparql", {"query": "DELETE WHERE { ?a ?b ?c }"}),
    ("ask", {"question": "compounds-at-receptor", "values": {"receptors": "mGlu5"}}),
    ("find", {}),
]


def session(cache: Path, *options: str) -> tuple[list[Any], list[Any]]:
    """Start the server as an agent does, and call its tools; give the tools and the answers."""
    from mcp import Client, StdioServerParameters  # which takes a second, and only here

    environment = {"PYTHONPATH": str(ROOT), "GLUTKG_CACHE": str(cache), "PATH": os.environ["PATH"]}
    started = StdioServerParameters(command=sys.executable, args=["-m", "glutkg", "mcp", *options], env=environment)

    async def talk() -> tuple[list[Any], list[Any]]:
        async with Client(started) as client:
            offered = (await client.list_tools()).tools
            return list(offered), [await client.call_tool(name, given) for name, given in CALLS]

    return anyio.run(talk)


def test_an_agent_finds_asks_and_is_refused_over_standard_streams(kg: KnowledgeGraph, cache: Path) -> None:
    offered, answers = session(cache)
    assert [tool.name for tool in offered] == ["find", "show", "ask", "sparql", "why", "check"]
    assert all(tool.annotations.read_only_hint and len(tool.description) > 100 for tool in offered)
    assert "Relations: activates," in offered[-1].description
    found, asked, queried, judged, *refused = answers
    assert [one.is_error for one in answers] == [False] * 4 + [True] * 5
    assert found.structured_content["things"][0]["iri"] == kg.iri("dizocilpine")
    assert json.loads(asked.content[0].text) == asked.structured_content
    (claim,) = asked.structured_content["evidence"]
    assert (claim["certainty"], claim["standing"]) == ("established", "undisputed")
    assert claim["sentences"][0]["label"].startswith("review s109")
    assert (queried.structured_content["total"], queried.structured_content["nextOffset"]) == (7, 2)
    assert judged.structured_content["verdict"] == "not covered"
    words = ("Did you mean 'memantine'", "from 1 to 50", "for reading only", "it has: 'receptor'", "Field required")
    for word, one in zip(words, refused, strict=True):
        assert word in one.content[0].text


@pytest.mark.slow
def test_an_agent_gets_the_same_of_a_graph_that_is_served_elsewhere(kg: KnowledgeGraph, cache: Path) -> None:
    assert kg.is_shipped
    with serving("--workers", "2") as server:
        here, there = session(cache), session(cache, "--endpoint", f"http://{HOST}:{server.port}/")
    assert there == here


ASKED_THERE: list[tuple[str, tuple[Any, ...]]] = [
    ("show", ("ketamine",)),
    ("find", ("aura",)),
    ("ask", ("conflicts",)),
    ("why", ("memantine", "approved for", "migraine")),
    ("check", ("ketamine", "lowers", "migraine aura")),
    ("sparql", ("SELECT ?d { ?d rdfs:label ?l FILTER (REGEX(?l, '^k\\\\w.am[a-z-[x]]ne$')) }",)),
    (
        "sparql",
        ("CONSTRUCT { ?s rdfs:label ?l } { glut:Migraine (a|rdfs:label) ?l BIND (glut:Migraine AS ?s) }",),
    ),
]


@pytest.mark.slow
def test_the_tools_say_the_same_of_a_graph_that_is_served_elsewhere(kg: KnowledgeGraph) -> None:
    with serving("--workers", "2") as server:
        here, there = Tools(kg), Tools(glutkg.connect(f"http://{HOST}:{server.port}/"))
        for name, given in ASKED_THERE:
            assert getattr(there, name)(*given) == getattr(here, name)(*given), name


def test_the_page_names_what_there_is() -> None:
    page = (ROOT / "docs" / "agents.md").read_text(encoding="utf-8")
    assert all(f"| `{verdict}` | {meaning}" in page for verdict, meaning in MEANINGS.items())
    (entry,) = json.loads(page.partition("```json\n")[2].partition("```")[0])["mcpServers"].values()
    assert command_line().parse_args(entry["args"]).command == "mcp"
    assert f"{agent_tools.MOST_ROWS} rows and about {MOST_LETTERS:,} letters" in page
    assert f"{agent_tools.LIMITS.seconds:g} seconds" in page


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Unix")
def test_the_server_ends_when_it_is_interrupted_though_its_input_is_open(kg: KnowledgeGraph) -> None:
    program = (
        "import glutkg, os, signal, threading; from glutkg.agents.mcp_server import serve; kg = glutkg.load(); "
        "threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start(); serve(kg)"
    )
    started = [sys.executable, "-c", program]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(started, env=environment, stdin=-1, stdout=-1, stderr=-1, text=True) as process:
        assert process.wait(60) == INTERRUPTED
        assert process.stderr
        assert process.stderr.read() == "glutkg: stopped.\n"


VERDICTS = [
    ("memantine", "is a", "NMDA receptor antagonist", "supported"),
    ("ketamine", "lowers", "glut:PainOutcome", "disputed"),
    ("memantine", "approved for", "migraine", "contradicted"),
    ("NMDA receptor", "is a", "metabotropic glutamate receptor", "contradicted"),
    ("ketamine", "approved for", "migraine", "open"),
    ("glutamate", "found in", "thalamus", "not covered"),
    ("sumatriptan", "lowers", "CSD", "not covered"),
]


def test_a_claim_is_judged_by_what_the_documents_state(kg: KnowledgeGraph) -> None:
    tools = Tools(kg)
    found = {claim[:3]: tools.check(*claim[:3]) for claim in VERDICTS}
    assert [(*claim, said["verdict"]) for claim, said in found.items()] == VERDICTS
    assert {said["verdict"] for said in found.values()} == set(MEANINGS)
    disputed, denied, open_ = (found[VERDICTS[row][:3]] for row in (1, 2, 4))
    assert disputed["for"]
    assert {claim["result"] for claim in disputed["against"]} <= {"not so", "open"}
    assert [claim["result"] for claim in denied["against"]] == ["not so"]
    assert open_["against"] == []
    assert [claim["result"] for claim in open_["near"]] == ["open"]
    assert "Nearest here: triptan" in found["sumatriptan", "lowers", "CSD"]["text"]
    assert found["sumatriptan", "lowers", "CSD"]["didYouMean"] == []


@pytest.mark.parametrize(
    ("claim", "word"),
    [
        (("substance:ketamin", "lowers", "CSD"), "'ketamine'"),
        (("memantine", "lowers", "https://w3id.org/glutkg/Nothing"), "Nothing in the graph"),
        (("memantine", "heals", "CSD"), "'heals'"),
    ],
)
def test_an_invented_iri_or_relation_is_refused(kg: KnowledgeGraph, claim: tuple[str, str, str], word: str) -> None:
    for tool in (Tools(kg).check, Tools(kg).why):
        with pytest.raises(NotFoundError, match=word):
            tool(*claim)


def test_what_no_question_is_called_is_not_answered(kg: KnowledgeGraph) -> None:
    offered = Tools(kg).ask("Does ketoprofen act at the NMDA receptor?")
    assert "rows" not in offered
    assert offered["wordsLeftOut"] == ["ketoprofen"]
    assert any("NMDA receptor" in one["values"].values() for one in offered["questions"])


def test_an_answer_without_rows_is_not_covered_and_says_what_was_looked_for(kg: KnowledgeGraph) -> None:
    told = Tools(kg).ask("sites-of-receptor", {"receptor": "mGlu6"})
    assert told["covered"] is False
    assert "Looked for" in told["text"]
    assert Tools(kg).find("ibuprofen")["covered"] is False


def test_a_query_is_bounded_and_its_unknown_terms_are_refused(kg: KnowledgeGraph) -> None:
    tools = Tools(kg)
    with pytest.raises(QueryError, match="Did you mean 'glut:antagonises'"):
        tools.sparql("SELECT ?d { ?d glut:antagonizes glut:NMDAReceptor }")
    with pytest.raises(QueryError, match="SERVICE"):
        tools.sparql("SELECT * { SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }")
    with pytest.raises(UsageError, match="from 1 to 500"):
        tools.sparql("ASK {}", limit=501)
    first = tools.sparql("SELECT ?claim ?text { ?claim a glut:Claim ; rdfs:label ?text } ORDER BY ?claim", limit=500)
    assert len(json.dumps(first["rows"])) <= MOST_LETTERS * 1.1
    assert first["nextOffset"] == len(first["rows"]) < first["total"]
    triples = tools.sparql("DESCRIBE substance:memantine", "stated", limit=3)
    assert (len(triples["rows"]), triples["nextOffset"]) == (3, 3)


def test_a_query_that_takes_too_much_is_stopped(kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_tools, "LIMITS", Limits(seconds=1.0, memory=1 << 29, answer=1 << 20))
    with pytest.raises(LimitError):
        Tools(kg).sparql("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a")


def test_a_claim_is_shown_with_all_that_it_states_and_what_bears_on_it(kg: KnowledgeGraph) -> None:
    shown = Tools(kg).show("claim:memantine-iv-no-effect-tcc")
    assert shown["result"] == "not so"
    assert shown["references"][0]["iri"].endswith("-45")
    assert any(value["label"] == "intravenous" for values in shown["fields"].values() for value in values)
    assert "points the other way" in {one["relation"] for one in shown["beside"]}
