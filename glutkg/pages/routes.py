"""The pages that are about no single thing, by their addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.pages import lists
from glutkg.pages.editor_page import block_document, completion_document, editor_page
from glutkg.pages.find_page import find_page, names_document
from glutkg.pages.mechanisms_page import mechanisms_page
from glutkg.pages.pathway_page import pathway_page
from glutkg.pages.question_pages import question_page, questions_page
from glutkg.pages.sitemap import robots, sitemap
from glutkg.pages.start_page import start_page
from glutkg.pages.why_page import why_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from glutkg.pages.response import Response
    from glutkg.pages.site import Site

    Query = Mapping[str, list[str]]

PAGES: Mapping[str, Callable[[Site, Query, str], Response]] = {
    "": start_page,
    "contents": lists.contents_page,
    "completion.json": completion_document,
    "disagreements": lists.disagreements_page,
    "editor": editor_page,
    "find": find_page,
    "fragility": lists.fragility_page,
    "gaps": lists.gaps_page,
    "marks": lists.marks_page,
    "mechanisms": mechanisms_page,
    "names.json": names_document,
    "pathway": pathway_page,
    "predictions": lists.predictions_page,
    "questions": questions_page,
    "robots.txt": robots,
    "sitemap.xml": lambda site, _query, _accept: sitemap(site, PAGES),
    "slips": lists.slips_page,
    "why": why_page,
}
PREFIXED: Mapping[str, Callable[[Site, str, Query, str], Response]] = {
    "blocks": block_document,
    "questions": question_page,
}
"""Those below an address, which take what follows it."""
