"""The graph loaded into a store elsewhere, which is as it was before until everything has arrived and been verified."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import EndpointError, GlutkgError, UsageError
from glutkg.rdf.namespaces import INFERRED_GRAPH
from glutkg.remote.content import INCOMING_DEFAULT, Content, Digest
from glutkg.remote.endpoint_store import DEFAULT_GRAPH
from glutkg.remote.graph_store import found_graph_store
from glutkg.remote.http import Endpoint
from glutkg.remote.rules_there import conclude
from glutkg.remote.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph

BATCH = 5_000
"""Quads in one update."""
SECONDS = 600.0
"""How long one request may take: the last one puts everything in its place."""


class Publication(NamedTuple):
    """What was published: the quads in all graphs, the triples of the default graph, the digest; and how it went.

    `by_graph` says that it was sent by the Graph Store Protocol, but for what has blank nodes.
    `resumed` counts the batches that an earlier run had loaded. What was there already is not `new`.
    """

    quads: int
    graphs: int
    triples: int
    digest: str
    batches: int
    resumed: int
    rounds: int
    by_graph: bool
    is_new: bool = True

    def text(self) -> str:
        """Put it into words."""
        whole = f"{self.quads:,} quads in {self.graphs:,} graphs, {self.triples:,} triples of them in the default graph"
        if not self.is_new:
            return f"The store holds this very graph already: {whole}.\n"
        lines = [f"published by {'the Graph Store Protocol' if self.by_graph else 'updates'}: {whole}"]
        if self.rounds:
            lines.append(f"reasoned there: {self.rounds} rounds; what follows there is what follows here")
        if self.resumed:
            lines.append(f"resumed: {self.resumed:,} of {self.batches:,} batches were there from an earlier run")
        lines.append(f"verified: the counts of all graphs and the digest of what was read back, {self.digest}")
        return "\n".join(lines) + "\n"


def publish(
    graph: Graph,
    url: str,
    *,
    rules: Sequence[Rule] | None = None,
    replace: bool = False,
    graph_store: str = "",
    batch: int = BATCH,
    seconds: float = SECONDS,
    report: Callable[[str], None] = lambda _: None,
) -> Publication:
    """Load a reasoned graph into the store at an address; with rules, what is stated, and let the store run these.

    What glutkg published there before is replaced, in one update, once all has arrived and its counts and digest are
    those of the graph. It is sent to the address `graph_store` by the Graph Store Protocol, which is found out where it
    is not given, or in updates, where there is none or "none" is asked for.
    A default graph with triples of others is replaced only if `replace` says so. When something
    goes wrong, what has arrived is dropped; where even that cannot be done, the next run goes on with it.
    Raises UsageError for what is no address and for triples of others, and what `Endpoint.update` raises.
    """
    store, target = _target(url, seconds)
    whole = Digest.of(graph.store)
    if target.record() == str(whole) and target.size() == whole.counts[""]:
        return _publication(whole, 0, 0, 0, is_new=False)
    _refuse_triples_of_others(target, replace)
    content = Content(graph, is_whole=rules is None)
    with _undone(target):
        graphs = found_graph_store(target, store.address, graph_store)
        batches, resumed = _load(target, content, batch, graphs, report)
        rounds = 0
        if rules is not None:
            rounds = conclude(rules, target.update, lambda: _arrived(target), report)
        report("verifying what has arrived")
        _verify(target, graph, whole, is_reasoned_there=rules is not None)
        report("putting everything in its place")
        target.switch(str(whole))
    if target.record() != str(whole) or target.size() != whole.counts[""]:
        raise EndpointError("The store took the last update and does not hold what it should. Publish again.")
    return _publication(whole, batches, resumed, rounds, by_graph=graphs is not None)


def _publication(
    whole: Digest, batches: int, resumed: int, rounds: int, *, by_graph: bool = False, is_new: bool = True
) -> Publication:
    counts = whole.counts
    return Publication(counts.total(), len(counts), counts[""], str(whole), batches, resumed, rounds, by_graph, is_new)


def _target(url: str, seconds: float) -> tuple[Endpoint, Target]:
    """Find a store; a graph that its address names as the default graph takes that one's place."""
    store = Endpoint(url, seconds)
    default = next((value for name, value in store.parameters if name == DEFAULT_GRAPH), "")
    store.parameters = tuple(pair for pair in store.parameters if pair[0] != DEFAULT_GRAPH)
    return store, Target.found(store, default)


def _refuse_triples_of_others(target: Target, replace: bool) -> None:
    if replace or target.record():
        return
    if size := target.size():
        place = f"graph {target.default}" if target.default else "default graph"
        raise UsageError(
            f"The {place} of the store has {size:,} triples that glutkg did not publish there. Publish to an empty "
            f"store, name another graph in the address (?{DEFAULT_GRAPH}=IRI), or let them be replaced with --replace."
        )


def _load(
    target: Target, content: Content, size: int, graphs: Endpoint | None, report: Callable[[str], None]
) -> tuple[int, int]:
    """Load what is not there yet; give the number of batches, and how many of them were."""
    there = target.begun(f"{content.digest} {size} {'graphs' if graphs else 'updates'}")
    total, done = content.digest.counts.total(), 0
    number = -1
    for number, batch in enumerate(content.batches(size, by_graph=graphs is not None)):
        if number not in there:
            target.load(number, batch, graphs)
        done += batch.size
        report(f"{done:,} of {total:,} quads")
    return number + 1, len(there)


def _arrived(target: Target) -> int:
    return target.number(f"GRAPH <{INCOMING_DEFAULT}> {{ ?s ?p ?o }}")


def _verify(target: Target, graph: Graph, whole: Digest, *, is_reasoned_there: bool) -> None:
    """Read everything back. Which of several rules concludes a triple first may differ there; nothing else may."""
    without = INFERRED_GRAPH if is_reasoned_there else None
    expected = Digest.of(graph.store, without) if without else whole
    found = target.incoming_digest(without)
    if found == expected:
        return
    differing = sorted(name for name in expected.counts | found.counts if expected.counts[name] != found.counts[name])
    if not differing:
        raise EndpointError("What arrived differs from what was sent, in as many quads: the digests are not equal.")
    name = differing[0]
    raise EndpointError(
        f"What arrived differs from what was sent: graph {name or 'default'} has {found.counts[name]:,} triples, not "
        f"{expected.counts[name]:,}{f', and {len(differing) - 1} other graphs differ' if differing[1:] else ''}."
    )


@contextmanager
def _undone(target: Target) -> Iterator[None]:
    """Drop what has arrived when something goes wrong, and say what became of it."""
    try:
        yield
    except (GlutkgError, KeyboardInterrupt) as error:
        try:
            target.drop_incoming()
        except GlutkgError:
            state = "What has arrived is kept apart there, and 'glutkg publish' will go on with it."
        else:
            state = "The store is as it was."
        if isinstance(error, GlutkgError):
            raise type(error)(f"{error} {state}") from error
        raise
