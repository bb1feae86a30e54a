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

    from glutkg.api import KnowledgeGraph

from glutkg.version import VERSION

__all__ = ["__version__", "load"]

__version__ = VERSION


def load(data: str | os.PathLike[str] | None = None) -> KnowledgeGraph:
    """Open the reasoned graph; the first time it is made, which takes a second or two.

    `data` names a folder with `ontology/`, `rules/`, `facts/`, `shapes/` and `queries/`; without it the shipped one
    is used.
    Raises SourceError for a file that does not parse, and CacheError when there is no room to keep the graph.
    """
    from glutkg.api import KnowledgeGraph  # only here, so that importing the package stays cheap

    return KnowledgeGraph.load(data)
