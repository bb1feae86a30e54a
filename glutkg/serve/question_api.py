"""The packaged questions for programs: the list, each with its parameters, its answer by page, its citation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from glutkg.answers import Answer
from glutkg.citations.answer_citation import AnswerCitation, compared, holds
from glutkg.errors import UsageError
from glutkg.pages.asked import check_names
from glutkg.pages.negotiation import chosen
from glutkg.pages.response import OK, Response
from glutkg.questions.question import find_question
from glutkg.serve.media_types import FORMS
from glutkg.serve.open_api import open_api
from glutkg.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from glutkg.pages.site import Site
    from glutkg.questions.question import Parameter, Question

    Query = Mapping[str, list[str]]

_ENDINGS = dict(zip((".json", ".csv", ".tsv", ".md"), FORMS, strict=True))
_PAGING = ("limit", "offset", "cited")
_MOST_DIGITS = 9
_TAKEN = {"/find": "q", "/verify": "citation"}
"""What is taken at addresses that nothing can be asked of without it."""


def respond(site: Site, path: str, query: Query, accept: str) -> Response | None:
    """Respond to a program that asks for questions, an answer, a search or a verification; None where a page does."""
    if path in _PROGRAMS_ONLY:
        _check(path, query)
        return _json(_PROGRAMS_ONLY[path](site, query))
    name, media = _wanted(path, accept)
    if media is None:
        return None
    if name in _LISTS:
        _check(name, query)
        return _json(_LISTS[name](site, query), vary=True)
    if name.startswith("/questions/"):
        return _answered(site, find_question(site.folder, name.removeprefix("/questions/")), query, media)
    return None


def _check(path: str, query: Query) -> None:
    """Refuse what a search or a verification does not take. Raises UsageError."""
    taken = _TAKEN.get(path)
    unknown = [name for name in query if taken and name != taken]
    if unknown:
        raise UsageError(f"{path} takes no {visible(unknown[0][:40])}. It takes {taken}.")


def _wanted(path: str, accept: str) -> tuple[str, str | None]:
    """Give the path without its ending, and the media type that is asked for; none where a page is."""
    for ending, media in _ENDINGS.items():
        if path.endswith(ending):
            return path.removesuffix(ending), media
    offered = ["application/json"] if path in _LISTS else FORMS
    preferred = chosen(accept, ["text/html", *offered])
    return path, None if preferred == "text/html" else preferred


def described(site: Site, question: Question) -> dict[str, object]:
    """Describe a question with its parameters."""
    return {
        "name": question.name,
        "summary": question.summary,
        "question": question.question,
        "row": question.row,
        "topics": list(question.tags),
        "parameters": [_parameter(site, parameter) for parameter in question.parameters],
        "answer": f"{site.base}questions/{question.name}",
    }


def _parameter(site: Site, parameter: Parameter) -> dict[str, object]:
    return {**parameter._asdict(), "choices": list(site.choices(parameter.kind))}


def _answered(site: Site, question: Question, query: Query, media: str) -> Response:
    """Answer a question, one page of its rows or all of them, with links to the next page and to its citation."""
    check_names(question, query, _PAGING)
    given = {name: values for name, values in query.items() if name not in _PAGING and any(values)}
    answer = site.kg.ask(question.name, **given)
    offset, limit = _number(query, "offset", 0), _number(query, "limit", max(1, len(answer)))
    part = Answer(answer.graph, answer.folder, question, answer.values, answer[offset : offset + limit])
    citation = answer.citation()
    here = f"{site.base}questions/{quote(question.name)}"
    links = {"cite-as": f"{here}?{urlencode({**given, 'cited': citation.checksum}, doseq=True)}"}
    if offset + limit < len(answer):
        links["next"] = f"{here}?{urlencode({**given, 'offset': offset + limit, 'limit': limit}, doseq=True)}"
    headers = {
        "Link": ", ".join(f'<{place}>; rel="{relation}"' for relation, place in links.items()),
        "X-Total-Count": str(len(answer)),
        "Vary": "Accept",
    }
    content = part.written(FORMS[media])
    if media != "application/json":
        return Response(OK, media, content.encode(), headers)
    proofs = [f"{site.base}why?{urlencode({'question': question.name, 'row': n + 1, **given}, doseq=True)}"
              for n in range(offset, offset + len(part))]  # fmt: skip
    more = {"citation": citation.line(), "links": links, "total": len(answer), "proofs": proofs}
    cited = next(iter(query.get("cited", ())), "")
    if cited:
        more["holds"] = cited == citation.checksum
    return Response(OK, media, json.dumps({**json.loads(content), **more}, ensure_ascii=False).encode(), headers)


def _number(query: Query, name: str, otherwise: int) -> int:
    text = next(iter(query.get(name, ())), "")
    if not text:
        return otherwise
    least = int(name == "limit")
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text) >= least):
        raise UsageError(f"{name} takes a whole number of at least {least} and at most {_MOST_DIGITS} digits.")
    return int(text)


def _verified(site: Site, query: Query) -> object:
    """Say whether the answer that a citation names still is what it was."""
    lines = query.get("citation", [])
    if len(lines) != 1:
        raise UsageError("Give one citation, as ?citation=…, in the line that an answer has.")
    cited = AnswerCitation.read(lines[0])
    now = site.kg.ask(cited.question, **dict(cited.values)).citation()
    return {"holds": holds(cited, now), "now": now.line(), "text": compared(cited, now).text()}


_PROGRAMS_ONLY: Mapping[str, Callable[[Site, Query], object]] = {
    "/openapi.json": lambda site, _: open_api(site.questions.values(), site.base),
    "/verify": _verified,
}
_LISTS: Mapping[str, Callable[[Site, Query], object]] = {
    "/questions": lambda site, _: [described(site, question) for question in site.questions.values()],
    "/find": lambda site, query: site.kg.find(" ".join(query.get("q", []))).json_value(),
}


def _json(value: object, status: int = OK, vary: bool = False) -> Response:
    headers = {"Vary": "Accept"} if vary else {}
    return Response(status, "application/json", json.dumps(value, ensure_ascii=False).encode(), headers)
