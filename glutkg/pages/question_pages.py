"""The packaged questions as pages: the list, and each with its form and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import GlutkgError, NotFoundError
from glutkg.pages.answer_view import answer_table
from glutkg.pages.asked import FACET, UnknownParameterError, check_names, reworded
from glutkg.pages.facets import Dimension, narrowed
from glutkg.pages.response import BAD_REQUEST, NOT_FOUND, OK, Response, page
from glutkg.questions.question import find_question
from glutkg.relations import grouped
from glutkg.search.empty_answers import LEFT_OUT, looked_into
from glutkg.sparql.headers import without_header

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from glutkg.pages.site import Site
    from glutkg.questions.question import Parameter, Question

FORMS = {
    ".csv": ("csv", "text/csv"),
    ".tsv": ("tsv", "text/tab-separated-values"),
    ".json": ("json", "application/json"),
    ".md": ("markdown", "text/markdown"),
}
"""The endings of an answer as a file, with the form and the media type behind each."""
_OF_PAGES = ("sort", "cited", "limit", "offset")
"""What the address of an answer may have beside the parameters: how it is seen, cited, or asked for by programs."""
MOST_CHOICES = 400
"""Things that a box offers."""


class Blank(NamedTuple):
    """A blank of a question: the parameter, what stands in it, and what can."""

    parameter: Parameter
    given: tuple[str, ...]
    example: tuple[str, ...]
    choices: tuple[str, ...]


def questions_page(site: Site, query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with the list of questions, narrowed by words and by topic."""
    words = " ".join(query.get("q", [])).strip()
    found = site.kg.finder.questions.by_words(words) if words else ()
    asked = [one.question for one in found] if words else sorted(site.questions.values(), key=lambda one: one.summary)
    topics = Dimension["Question"]("topic", "topic", lambda one: one.tags)
    left = narrowed(asked, [topics], query)
    groups = grouped(("" if words else one.tags[0], one) for one in left.rows)
    return page(
        site.render(
            "questions.html",
            "questions",
            title="Questions",
            here_is="questions",
            words=words,
            narrowed=left,
            groups=sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])),
        )
    )


def question_page(site: Site, name: str, query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with a question, its form and its answer; or with the answer alone, in the form of an ending."""
    ending = next((end for end in FORMS if name.endswith(end)), "")
    question = find_question(site.folder, name.removesuffix(ending))
    given = _given(question, query)
    if ending:
        form, media = FORMS[ending]
        return Response(OK, media, site.answer(question.name, given).written(form).encode())
    try:
        check_names(question, [name for name in query if not name.startswith(FACET)], _OF_PAGES)
        return page(_answered(site, question, given, query))
    except UnknownParameterError as error:
        instead = [(name, {**given, name: query[error.name]}) for name in error.close if name not in given]
        return page(_refused(site, question, given, error, instead), BAD_REQUEST)
    except NotFoundError as error:
        return page(_refused(site, question, given, error, _meant(given, error)), NOT_FOUND)
    except GlutkgError as error:
        return page(_refused(site, question, given, error), BAD_REQUEST)


def _given(question: Question, query: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Give the values of a query string for the parameters of a question; an empty one is none."""
    found = {p.name: [value.strip() for value in query.get(p.name, []) if value.strip()] for p in question.parameters}
    return {name: values for name, values in found.items() if values}


def _answered(site: Site, question: Question, given: Mapping[str, list[str]], query: Mapping[str, list[str]]) -> str:
    answer = site.answer(question.name, dict(given))
    empty = None
    if not len(answer):
        empty = looked_into(site.graph, site.kg.folder, site.kg.finder.questions, question, answer.values)
    cited = next(iter(query.get("cited", [])), "")
    citation = answer.citation()
    return _rendered(
        site,
        question,
        given,
        answer=answer_table(site.claims, answer, query),
        rows=len(answer),
        empty=empty,
        why_left_out=LEFT_OUT,
        citation=citation.line(),
        checksum=citation.checksum,
        still=None if not cited else cited == citation.checksum,
        query_text=without_header(question.bound({name: tuple(terms) for name, terms in answer.values.items()})),
        works=answer.works,
    )


def _refused(
    site: Site,
    question: Question,
    given: Mapping[str, list[str]],
    error: GlutkgError,
    meant: Sequence[tuple[str, Mapping[str, list[str]]]] = (),
) -> str:
    """Render the form with what is wrong with it, and with the values that may be meant, by the word for them."""
    instead = [(word, {name: values[0] for name, values in one.items()}) for word, one in meant]
    problem = reworded(str(error))
    return _rendered(site, question, given, problem=problem, wrong=_wrong(given, error), instead=instead)


def _meant(given: Mapping[str, list[str]], error: NotFoundError) -> list[tuple[str, Mapping[str, list[str]]]]:
    """Give the values that may be meant instead of one that the graph does not know."""
    wrong = _wrong(given, error)
    return [(name, {**given, wrong: [name]}) for name in error.suggestions] if wrong else []


def _wrong(given: Mapping[str, list[str]], error: GlutkgError) -> str:
    """Give the parameter whose value an error is about, if it is about one."""
    return next((name for name in given if f"--{name} " in str(error)), "")


def _rendered(site: Site, question: Question, given: Mapping[str, list[str]], **answered: object) -> str:
    nothing: dict[str, object] = {"answer": None, "problem": "", "wrong": "", "instead": ()}
    return site.render(
        "answer.html",
        f"questions/{question.name}",
        title=question.summary,
        summary=question.question,
        here_is="questions",
        question=question,
        blanks=tuple(_blanks(site, question, given)),
        given=given,
        kept=[(name, value) for name, values in given.items() for value in values],
        forms=FORMS,
        **(nothing | answered),
    )


def _blanks(site: Site, question: Question, given: Mapping[str, list[str]]) -> Iterator[Blank]:
    for parameter in question.parameters:
        names = site.choices(parameter.kind)
        example = () if given or parameter.optional else site.examples(question, parameter)
        yield Blank(parameter, tuple(given.get(parameter.name, ())), example, names[:MOST_CHOICES])
