"""Small ontologies that tests write: their prefixes and declarations, and how they are read by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.owl.justification_report import Ontology

if TYPE_CHECKING:
    from pathlib import Path

    from glutkg.api import KnowledgeGraph

HEAD = """@prefix : <http://example.org/onto#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix swrl: <http://www.w3.org/2003/11/swrl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
FIRST = HEAD.count("\n") + 1
"""The line after the head."""
DECLARED = (
    ":A a owl:Class . :B a owl:Class . :p a owl:ObjectProperty . :q a owl:ObjectProperty . "
    ":d a owl:DatatypeProperty .\n"
)


def alone(kg: KnowledgeGraph, path: Path) -> Ontology:
    return Ontology.read(kg.folder, [path], alone=True)


def written(kg: KnowledgeGraph, folder: Path, text: str) -> Ontology:
    (folder / "small.v1.ttl").write_text(HEAD + text, encoding="utf-8")
    return alone(kg, folder / "small.v1.ttl")
