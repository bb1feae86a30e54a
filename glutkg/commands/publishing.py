"""The command that loads the graph into a store elsewhere: publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.commands.console import count, load, progress, seconds

if TYPE_CHECKING:
    import argparse

    from glutkg.commands.console import Command


def declare(command: Command) -> None:
    """Declare this command on the command line."""
    published = command(
        "publish",
        publish,
        "load the graph into a SPARQL 1.1 store elsewhere, all of it or nothing",
        "glutkg publish --to http://127.0.0.1:7879/",
    )
    published.add_argument(
        "--to",
        required=True,
        metavar="URL",
        help="the address of the store; with ?default-graph-uri=IRI, that graph takes the place of the default graph. "
        "A name and a password, or a token, come from the variables GLUTKG_ENDPOINT_USER and "
        "GLUTKG_ENDPOINT_PASSWORD, or GLUTKG_ENDPOINT_TOKEN, or from a file that GLUTKG_ENDPOINT_CREDENTIALS names",
    )
    published.add_argument(
        "--reason-there", action="store_true", help="load what is stated, and let the store run the rules, as updates"
    )
    published.add_argument(
        "--replace", action="store_true", help="replace triples of the default graph that glutkg did not publish"
    )
    published.add_argument(
        "--graph-store",
        default="",
        metavar="URL",
        help="where the store takes graphs by the Graph Store Protocol; found out unless it is given, and with 'none' "
        "everything goes in updates",
    )
    published.add_argument(
        "--batch", type=count, default=5000, metavar="N", help="quads in one request (default: 5000)"
    )
    published.add_argument(
        "--timeout", type=seconds, default=600.0, metavar="SECONDS", help="what one request may take (default: 600)"
    )


def publish(options: argparse.Namespace) -> int:
    """Load the graph into a store elsewhere."""
    from glutkg.remote import publishing

    knowledge = load(options)
    with progress("publishing") as report:
        done = publishing.publish(
            knowledge.reasoned,
            options.to,
            rules=knowledge.rules if options.reason_there else None,
            replace=options.replace,
            graph_store=options.graph_store,
            batch=options.batch,
            seconds=options.timeout,
            report=report,
        )
    print(done.text(), end="")
    return 0
