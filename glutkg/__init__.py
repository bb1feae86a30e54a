"""glutkg: a knowledge graph of glutamatergic pharmacology.

>>> import glutkg
>>> kg = glutkg.load()
>>> kg.iri("MK-801")
'https://w3id.org/glutkg/substance/dizocilpine'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from glutkg.api import KnowledgeGraph

from glutkg.version import VERSION

__all__ = ["__version__", "connect", "load"]

__version__ = VERSION


def load(
    data: str | os.PathLike[str] | None = None,
    files: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] = (),
) -> KnowledgeGraph:
    """Open the reasoned graph; the first time it is made, which takes a second or two.

    `data` names a folder with `ontology/`, `rules/`, `facts/`, `shapes/` and `queries/`; without it the shipped one
    is used. `files` are Turtle files with claims of your own, which are reasoned over along with it.
    Raises SourceError for a file that does not parse, and CacheError when there is no room to keep the graph.
    """
    from glutkg.api import KnowledgeGraph  # only here, so that importing the package stays cheap

    return KnowledgeGraph.load(data, files=files)


def connect(url: str, data: str | os.PathLike[str] | None = None, seconds: float | None = None) -> KnowledgeGraph:
    """Open the graph that a SPARQL endpoint holds: what can be asked of `load()`, in the same words.

    `url` is the address of the endpoint or of its store; each request may take so many seconds (default: 60).
    Raises UsageError for what is no address, EndpointError when no graph of glutkg answers there, and LimitError when
    it takes too long.

    >>> connect("http://127.0.0.1:1/")
    Traceback (most recent call last):
    ...
    glutkg.errors.EndpointError: http://127.0.0.1:1/ does not answer (...). Check the address...
    """
    from glutkg.api import KnowledgeGraph
    from glutkg.remote.connection import connected_graph
    from glutkg.resources import data_folder

    return KnowledgeGraph(data_folder(data), connected_graph(url, seconds))
