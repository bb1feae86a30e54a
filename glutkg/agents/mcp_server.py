"""The tools as a server of the Model Context Protocol, over standard input and output."""

from __future__ import annotations

import asyncio
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from inspect import getdoc
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from glutkg.agents.tools import LIMITS, MOST_ROWS, Tools, for_agents
from glutkg.errors import INTERRUPTED, GlutkgError
from glutkg.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from glutkg.api import KnowledgeGraph

INSTRUCTIONS = f"""\
A knowledge graph of glutamatergic pharmacology in the pain pathway of migraine. It holds claims drawn from two \
documents and what follows from them. It knows nothing else, and it is no medical advice.

Begin with `find`, which turns words into IRIs and names the packaged questions. Prefer `ask` (packaged questions, \
whose answers carry their evidence) to `sparql`. `check` judges one claim, `why` proves it, `show` describes one thing.

How to read an answer:
- `result` of a claim is 'holds', 'not so', 'open' or 'not in force'. 'not so' and 'open' are findings: report them.
- `certainty` is that of the source; `standing` says whether another source or claim disputes it.
- `beside` has the claims that bear on a claim. Report those that point the other way together with it.
- 'not covered' and `covered` false mean that the graph says nothing, neither yes nor no. Say so; do not fill the gap.
- Quote `sentences` and `references` by label or IRI. Use no IRI that a tool has not given you.

An answer has at most {MOST_ROWS} rows. `total` counts all; `nextOffset` is the `offset` at which the next ones begin. \
A query may take {LIMITS.seconds:g} s.
"""

Name = Annotated[str, Field(description="A label, a synonym, a CURIE such as substance:memantine, or an IRI")]
Relation = Annotated[
    str, Field(description="A relation by its label, such as lowers, antagonises, approved for, or `is a`")
]
Limit = Annotated[int, Field(description="Rows or matches wanted at most")]
Offset = Annotated[int, Field(description="Rows to leave out first: the `nextOffset` of the answer before")]
Answer = dict[str, Any]


def serve(kg: KnowledgeGraph) -> None:
    """Serve the tools over standard input and output until the input ends, or until Ctrl-C."""
    signal.signal(signal.SIGINT, _stop)  # a read of the input would keep the process otherwise
    server(kg).run("stdio")


def _stop(*_: object) -> NoReturn:
    """End at once, as an interrupted command does: the graph is for reading only, and queries end with their parent."""
    os.write(2, b"glutkg: stopped.\n")
    os._exit(INTERRUPTED)


def server(kg: KnowledgeGraph) -> MCPServer:
    """Make the server of a graph."""
    made: MCPServer = MCPServer("glutkg", version=VERSION, instructions=INSTRUCTIONS, log_level="ERROR")
    tools = Tools(kg)
    served, relations = _Served(tools), f"\n\nRelations: {', '.join(tools.relations())}, is a."
    hints = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    offered: list[tuple[Callable[..., Any], str]] = [
        *((tool, "") for tool in (served.find, served.show, served.ask, served.sparql)),
        *((tool, relations) for tool in (served.why, served.check)),
    ]
    for tool, more in offered:
        made.add_tool(tool, description=f"{getdoc(tool)}{more}", annotations=hints)
    return made


class _Served:
    """The tools as the protocol offers them; all run in one thread, since the index of names belongs to one."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._thread = ThreadPoolExecutor(1, "graph")

    async def _run(self, tool: Callable[..., dict[str, object]], *values: object) -> Answer:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, partial(tool, *values))
        except GlutkgError as error:
            raise ToolError(for_agents(str(error))) from error

    async def find(
        self, words: Annotated[str, Field(description="Words, names or parts of names")], limit: Limit = 8
    ) -> Answer:
        """Search things, packaged questions and claims by words. Start here: it gives the IRIs that other tools take.

        Questions come with their parameters and with the values that the words fill in. `covered` false: nothing in
        the graph has these words; `didYouMean` has names that are spelt alike, `notCovered` says what is not here.
        """
        return await self._run(self._tools.find, words, limit)

    async def show(self, name: Name, limit: Limit = 20) -> Answer:
        """Describe one thing: what it is, what follows of it, its claims, the questions about it.

        Of a claim: all that it states, its sentences and references, and the claims that bear on it.
        An unknown name or IRI is refused, with the nearest that the graph knows.
        """
        return await self._run(self._tools.show, name, limit)

    async def ask(
        self,
        question: Annotated[str, Field(description="The name of a packaged question, as find gives it")],
        values: Annotated[
            dict[str, str | list[str]] | None,
            Field(description="Its parameters: names, synonyms, CURIEs or IRIs; a list where it takes several"),
        ] = None,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> Answer:
        """Answer a packaged question: rows, and the claims behind them as evidence, with certainty and standing.

        `covered` false: no row answers it; `text` says what was looked for, and which questions have an answer. A
        question in your own words is not answered but gets the packaged ones nearest to it.
        """
        return await self._run(self._tools.ask, question, values, limit, offset)

    async def sparql(
        self,
        query: Annotated[str, Field(description="SPARQL 1.1 SELECT, ASK, CONSTRUCT or DESCRIBE; prefixes are known")],
        over: Annotated[Literal["both", "stated", "inferred"], Field(description="The triples to ask")] = "both",
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> Answer:
        """Run a reading query within limits of time, memory and size. It can reach neither the network nor files.

        Terms of this vocabulary that the graph does not have are refused, with the nearest that it has. Rows without
        evidence prove nothing: show the claims that they name, or use `why`.
        """
        return await self._run(self._tools.sparql, query, over, limit, offset)

    async def why(self, subject: Name, relation: Relation, object: Name) -> Answer:  # noqa: A002 - a word for agents
        """Prove a statement by the claims that it rests on or, where it does not hold, say what is missing for it."""
        return await self._run(self._tools.why, subject, relation, object)

    async def check(self, subject: Name, relation: Relation, object: Name) -> Answer:  # noqa: A002 - a word for agents
        """Judge a claim by the graph before you repeat it: supported, disputed, contradicted, open or not covered.

        Evidence for and against comes with it. `near` has claims that name both things, but say neither yes nor no.
        """
        return await self._run(self._tools.check, subject, relation, object)
