"""Answers to queries over an open graph, within limits of bytes and rows; and what is said where there is none."""

from __future__ import annotations

import re
import string
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from glutkg.errors import LimitError
from glutkg.rdf.namespaces import curie
from glutkg.serve.media_types import OFFERED
from glutkg.serve.messages import Reply
from glutkg.sparql.guard import check_query
from glutkg.sparql.tokens import tokens
from glutkg.store.names import unknown_iris

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glutkg.store.engine_answers import Answer
    from glutkg.store.graph import Graph

OK, BAD_REQUEST, NOT_ACCEPTABLE, TOO_LARGE = 200, 400, 406, 413
HINT = "X-Hint"
"""The header that names the terms of a query which the graph does not have."""
_LONGEST_HINT = 1000
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


def failure(status: int, text: str) -> Reply:
    r"""Reply with a sentence.

    >>> failure(400, "Give one query.").body
    b'Give one query.\n'
    """
    return Reply(status, PLAIN, f"{text}\n".encode())


def answered(graph: Graph, request: Mapping[str, Any], limits: Mapping[str, Any]) -> Reply:
    """Answer a query within limits of bytes and rows, in the media type and form for its kind. Raises QueryError."""
    check_query(request["query"], None, limits["graphs"])
    reply = written(graph.answer_over(request["query"], request["default"], request["named"]), request, limits)
    in_graphs = any(token.kind == "word" and token.text.upper() == "GRAPH" for token in tokens(request["query"]))
    is_of_all = not (request["default"] or request["named"] or in_graphs)
    unknown = unknown_iris(graph, request["query"]) if is_of_all and reply.status == OK else []
    return reply._replace(headers={**reply.headers, HINT: _hint(unknown)}) if unknown else reply


def _hint(unknown: list[str]) -> str:
    """Say what the graph has not, as URIs spell it; which names are near takes longer than a query may.

    >>> _hint(["https://w3id.org/glutkg/Dr\u00fcg", "https://w3id.org/glutkg/Pill"])
    'The graph has no terms glut:Dr%C3%BCg, glut:Pill. Search finds near ones.'
    """
    names = ", ".join(quote(curie(iri), safe=string.punctuation) for iri in unknown)
    what = "term" if len(unknown) == 1 else "terms"
    return f"The graph has no {what} {names}. Search finds near ones."[:_LONGEST_HINT]


def written(answer: Answer, request: Mapping[str, Any], limits: Mapping[str, Any]) -> Reply:
    """Write an answer as its request wants it. Raises QueryError."""
    wanted = request["graph" if answer.kind == "construct" else "table"]
    if wanted is None:
        return failure(NOT_ACCEPTABLE, f"Answers to this query are offered as {OFFERED[answer.kind]}.")
    media, form = wanted
    output = Bounded(limits["answer"])
    answer.write(cast("Any", output), form)
    content = output.getvalue()
    most = limits["rows"]
    if answer.kind == "select" and len(content) > most and count_rows(content, form, most) > most:
        raise LimitError(f"The answer has more than {most:,} rows. Add a LIMIT.")
    return Reply(OK, {"Content-Type": media}, content)


class Bounded(BytesIO):
    """Bytes in memory, up to a number of them; more raise LimitError."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = self._left = most

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - any buffer
        """Write some bytes."""
        self._left -= len(data)
        if self._left < 0:
            raise LimitError(f"The answer is larger than {self._most:,} bytes. Ask for less, or add a LIMIT.")
        return super().write(data)


def count_rows(content: bytes, form: str, most: int) -> int:
    r"""Count the rows of an answer to SELECT, exactly where they may be more than `most`.

    >>> count_rows(b'{"results":{"bindings":[{"a":{"type":"literal","value":",{"}},{}]}}', "json", 0)
    2
    >>> count_rows(b'a\r\n"x\ny"\r\nz\r\n', "csv", 0), count_rows(b"?a\n1\n2\n", "tsv", 0)
    (2, 2)
    """
    if form == "xml":
        return content.count(b"<result>")
    if form == "json":
        if content.count(b",{") + content.count(b"[{") <= most:
            return 0
        bare = re.sub(rb'"(?:[^"\\]++|\\.)*+"', b"", content)
        return bare.count(b",{") + bare.count(b"[{")
    if form == "csv" and content.count(b"\n") - 1 > most:
        content = b"".join(content.split(b'"')[::2])
    return content.count(b"\n") - 1
