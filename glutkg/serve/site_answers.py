"""Everything but queries: descriptions of the endpoint and its data, questions as an API, and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glutkg.errors import GlutkgError, NotFoundError
from glutkg.pages.respond import respond
from glutkg.pages.response import problem
from glutkg.serve import descriptions, question_api
from glutkg.serve.messages import Reply

if TYPE_CHECKING:
    from glutkg.pages.response import Response
    from glutkg.pages.site import Site


def respond_to(site: Site, request: dict[str, Any]) -> Reply:
    """Respond to a path with the values of its query and the header Accept."""
    path, query, accept = request["path"], request["query"], request["accept"]
    site.is_being_prepared = request.get("is_being_prepared", False)
    found = descriptions.respond(site, path, accept) or _questions(site, path, query, accept)
    found = found or respond(site, path, query, accept)
    return Reply(found.status, {"Content-Type": found.content_type, **found.headers}, found.body)


def _questions(site: Site, path: str, query: dict[str, list[str]], accept: str) -> Response | None:
    try:
        return question_api.respond(site, path, query, accept)
    except NotFoundError as error:
        return problem(404, str(error), error.suggestions)
    except GlutkgError as error:
        return problem(400, str(error))
