"""The description of the questions as an API, in OpenAPI 3.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from glutkg.questions.question import Parameter, Question

_TYPES = {"xsd:integer": "integer", "xsd:decimal": "number", "xsd:boolean": "boolean"}
_NUMBER: dict[str, object] = {"type": "integer", "minimum": 0}
_PAGING: list[dict[str, object]] = [
    {"name": "limit", "in": "query", "description": "The most rows to give.", "schema": {**_NUMBER, "minimum": 1}},
    {"name": "offset", "in": "query", "description": "The rows to leave out at the start.", "schema": _NUMBER},
]
_MEDIA = ("application/json", "text/csv", "text/tab-separated-values", "text/markdown", "text/html")


def open_api(questions: Iterable[Question], base: str) -> dict[str, object]:
    """Describe the API at a base address.

    >>> open_api([], "http://127.0.0.1/")["openapi"]
    '3.1.0'
    """
    words, line = [_needed("q")], [_needed("citation")]
    paths: dict[str, object] = {
        "/questions": {"get": _operation("questions", "All questions with their parameters", [], _MEDIA[:1])},
        "/find": {"get": _operation("find", "Things, questions and claims that words find", words, _MEDIA[:1])},
        "/verify": {"get": _operation("verify", "Whether a cited answer still holds", line, _MEDIA[:1])},
    }
    for question in questions:
        made = _operation(question.name, question.summary, [*map(_parameter, question.parameters), *_PAGING], _MEDIA)
        made |= {"description": f"{question.question} {question.row}", "tags": list(question.tags)}
        paths[f"/questions/{question.name}"] = {"get": made}
    return {
        "openapi": "3.1.0",
        "info": {"title": "glutkg", "version": VERSION, "summary": "Questions on glutamatergic pharmacology"},
        "servers": [{"url": base.rstrip("/")}],
        "paths": paths,
    }


def _operation(name: str, summary: str, parameters: list[dict[str, object]], media: Iterable[str]) -> dict[str, object]:
    found = {"description": "The answer", "content": {kind: {} for kind in media}}
    wrong = {"description": "What is wrong with the request", "content": {"application/problem+json": {}}}
    responses = {"200": found, "400": wrong, "404": wrong}
    return {"operationId": name, "summary": summary, "parameters": parameters, "responses": responses}


def _needed(name: str) -> dict[str, object]:
    return {"name": name, "in": "query", "required": True, "schema": {"type": "string"}}


def _parameter(parameter: Parameter) -> dict[str, object]:
    one = {"type": _TYPES.get(parameter.kind, "string")}
    return {
        "name": parameter.name,
        "in": "query",
        "description": f"{parameter.text} ({parameter.kind})",
        "required": False,
        "schema": {"type": "array", "items": one} if parameter.several else one,
        **({"style": "form", "explode": True} if parameter.several else {}),
    }
