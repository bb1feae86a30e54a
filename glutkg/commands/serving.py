"""Commands that serve the graph: an endpoint with an API and pages, and tools for agents."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from glutkg.commands.console import count, count_from_none, declare_endpoint, load, port, seconds
from glutkg.errors import MissingPartError

if TYPE_CHECKING:
    import argparse

    from glutkg.commands.console import Command

MB = 1_000_000


def declare(command: Command) -> None:
    """Declare these commands on the command line, the first with its limits."""
    served = command("serve", serve, "serve SPARQL 1.1, the questions as an API, and pages", "glutkg serve --port 7878")
    served.add_argument("--port", type=port, default=7878, help="the port (default: 7878)")
    served.add_argument("--host", default="127.0.0.1", help="the address to serve at (default: 127.0.0.1)")
    served.add_argument(
        "--base", metavar="URL", default="", help="the address at which others know the server, if it is another one"
    )
    served.add_argument(
        "--release",
        action="append",
        default=[],
        metavar="FOLDER",
        help="keep an earlier release beside it, as a named graph; repeatable, the earliest first; NAME=FOLDER gives "
        "it another name than its version",
    )
    served.add_argument(
        "--log", metavar="FILE", help="write an access log in the combined format; - for standard output"
    )
    served.add_argument(
        "--timeout", type=seconds, default=30.0, metavar="SECONDS", help="stop a query after this time (default: 30)"
    )
    served.add_argument(
        "--patience", type=seconds, default=10.0, metavar="SECONDS", help="let a request wait for a place (default: 10)"
    )
    numbers = (
        ("workers", "queries that run at once (default: twice the processors, at least 4)", None),
        ("queue", "requests that may wait", 256),
        ("per-client", "requests of one client that may wait or run", 64),
        ("rows", "rows of an answer", 1_000_000),
        ("memory", "megabytes of memory of a query", 800),
        ("answer", "megabytes of an answer", 64),
        ("body", "megabytes of a request", 4),
    )
    served.add_argument(
        "--cache", type=count_from_none, default=64, metavar="N", help="keep megabytes of answers (default: 64)"
    )
    for name, text, usual in numbers:
        told = f"the most {text} (default: {usual})" if usual else f"the most {text}"
        served.add_argument(f"--{name}", type=count, default=usual, metavar="N", help=told)
    agents = command("mcp", mcp, "serve tools for agents over standard input and output, by the protocol MCP",
                     "glutkg mcp")  # fmt: skip
    declare_endpoint(agents)


def serve(options: argparse.Namespace) -> int:
    """Serve until a signal ends it."""
    from glutkg.serve.limits import Limits
    from glutkg.serve.server import serve

    workers = {"workers": options.workers} if options.workers else {}
    limits = Limits(
        seconds=options.timeout,
        patience=options.patience,
        memory=options.memory * MB,
        answer=options.answer * MB,
        rows=options.rows,
        body=options.body * MB,
        cache=options.cache * MB,
        queue=options.queue,
        per_client=options.per_client,
        **workers,
    )
    known = {"host": options.host, "base": options.base, "log": options.log, "releases": options.release}
    serve(load(options), options.port, limits, **known)
    return 0


def mcp(options: argparse.Namespace) -> int:
    """Serve the tools for agents until the input ends. Raises MissingPartError without the library of the protocol."""
    try:
        from glutkg.agents.mcp_server import serve
    except ImportError as error:
        raise MissingPartError(
            f"Tools for agents need {error.name}. Install it with: pip install 'glutkg[mcp]'"
        ) from error
    kg = load(options)
    if sys.stdin.isatty():
        print("glutkg: waiting for an agent on standard input; Ctrl-C ends it.", file=sys.stderr)
    serve(kg)
    return 0
