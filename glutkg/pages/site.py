"""A site: a graph with what its pages share, made when it is first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from glutkg.citations.answer_citation import graph_key
from glutkg.evidence.claim_view import ClaimViews
from glutkg.pages.addresses import Addresses, path_of
from glutkg.pages.blocks import read_blocks
from glutkg.pages.templating import environment
from glutkg.questions.answering import default_labels
from glutkg.rdf.namespaces import BASE, expand
from glutkg.rdf.terms import Term
from glutkg.resources import query_file, read_text
from glutkg.search.catalogue import catalogue
from glutkg.sparql.binding import bind, joints
from glutkg.store.labels import label
from glutkg.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glutkg.answers import Answer
    from glutkg.api import KnowledgeGraph
    from glutkg.pages.blocks import Block
    from glutkg.pages.history import History
    from glutkg.questions.question import Parameter, Question
    from glutkg.search.catalogue import Thing
    from glutkg.text.tables import Table


MOST_ANSWERS = 32
"""Answers that are kept."""


class Kind(NamedTuple):
    """What kind of page something has, the word above its title, its picture, if any, and whether it is a record."""

    name: str
    word: str
    picture: str
    is_record: bool


class Site:
    """The pages of a graph. `base` is where they are known, `root` where they are served.

    `histories` and `releases` say what earlier releases had, where there are some.
    `files` is for pages that stand in a folder; without `pictures` they are quicker.

    >>> Site(kg).kind(kg.iri("memantine")).word
    'Substance'
    """

    def __init__(
        self, kg: KnowledgeGraph, base: str = BASE, root: str = "/", *, files: bool = False, pictures: bool = True
    ) -> None:
        self.kg = kg
        self.graph = kg.reasoned
        self.folder = kg.folder
        self.base = base if base.endswith("/") else f"{base}/"
        self.root = root
        self.files = files
        self.pictures = pictures
        self.histories: Mapping[str, History] = {}
        self.releases: tuple[str, ...] = ()
        self.is_being_prepared = False
        """Whether another process is making what takes long, so that this one need not."""
        self._answers: dict[tuple[object, ...], Answer] = {}
        self._choices: dict[str, tuple[str, ...]] = {}
        self._pictures: dict[tuple[str, ...], str] = {}

    @cached_property
    def claims(self) -> ClaimViews:
        """What reads claims."""
        return ClaimViews(self.graph, self.folder)

    @cached_property
    def blocks(self) -> list[Block]:
        """The blocks of pages."""
        return read_blocks(self.folder)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The packaged questions by name."""
        return {question.name: question for question in self.kg.questions()}

    @cached_property
    def numbers(self) -> dict[str, int]:
        """How much there is, by what is counted, and what each number leads to."""
        counts = {str(row["what"]): int(str(row["number"])) for row in self.rows("numbers")}
        return {**counts, "questions": len(self.questions)}

    @cached_property
    def things(self) -> dict[str, Thing]:
        """Everything that can be looked up, by IRI."""
        return catalogue(self.graph)

    @cached_property
    def iris(self) -> list[str]:
        """The IRIs of ours of which something is said, in order."""
        subjects = self.graph.names("SELECT DISTINCT ?thing { ?thing ?p ?o FILTER(ISIRI(?thing)) }")
        return sorted(iri[1:-1] for (iri,) in subjects if iri.startswith(f"<{BASE}") and iri != f"<{BASE}>")

    @cached_property
    def graphs(self) -> list[str]:
        """The IRIs of the graphs of source files and of rules."""
        return self.graph.graph_names()

    @cached_property
    def _pages(self) -> frozenset[str]:
        return frozenset((BASE, *self.iris, *self.graphs))

    def has_page(self, iri: str) -> bool:
        """Tell whether a link to an IRI leads somewhere: what is only named, such as a shape, has no page."""
        return not iri.startswith(BASE) or iri in self._pages

    @cached_property
    def claim_counts(self) -> dict[str, int]:
        """How many claims name each thing, by IRI."""
        return {str(row["thing"]): int(str(row["number"])) for row in self.rows("claims-per-thing")}

    @cached_property
    def key(self) -> str:
        """The checksum of what is stated."""
        return graph_key(self.folder)

    @cached_property
    def _environment(self) -> Any:  # noqa: ANN401 - Jinja stays behind its wall
        return environment()

    def prepare(self) -> None:
        """Make what most pages need, before the first is asked for."""
        import glutkg.pictures.draw  # noqa: F401 - the first picture would load it

        for template in self._environment.list_templates(["html"]):
            self._environment.get_template(template)
        _ = self.things, self.numbers, self.claim_counts, self.questions, self.kg.finder, self.key, self._pages

    def rows(self, query: str, **things: list[str]) -> Table:
        """Run a query of `queries/pages/`, with IRIs in place of the values of its blocks."""
        text = read_text(query_file(self.folder, f"pages/{query}"))
        values = {name: [Term("iri", iri) for iri in iris] for name, iris in things.items()}
        return self.graph.select(bind(text, values)).split(joints(text))

    def answer(self, question: str, given: dict[str, list[str]]) -> Answer:
        """Ask a question, or give the answer to it once more where it was asked lately."""
        key = (question, *((name, *values) for name, values in sorted(given.items())))
        if key not in self._answers:
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.pop(next(iter(self._answers)))
            self._answers[key] = self.kg.ask(question, **given)
        return self._answers[key]

    def choices(self, kind: str) -> tuple[str, ...]:
        """Give the labels of all that a parameter of a kind takes; none for a datatype."""
        if kind not in self._choices:
            iri = expand(kind)
            is_datatype = iri is None or kind.startswith("xsd:")
            names = () if iri is None or is_datatype else self.rows("names-of-kind", kind=[iri]).column("name")
            self._choices[kind] = tuple(dict.fromkeys(map(str, names)))
        return self._choices[kind]

    def examples(self, question: Question, parameter: Parameter) -> tuple[str, ...]:
        """Give the values with which a question is asked when none is given, by label."""
        return default_labels(self.graph, question, parameter.name)

    def kind(self, iri: str) -> Kind:
        """Give the kind of page of something."""
        for row in self.rows("kinds", thing=[iri]):
            return Kind(str(row["kind"]), str(row["word"]), str(row["picture"] or ""), row["record"] is True)
        return Kind("other", "In this graph", "", is_record=True)

    def label(self, iri: str) -> str:
        """Give the label of something."""
        return label(self.graph, iri)

    def here(self, path: str) -> Addresses:
        """Give the addresses as seen from a page at a path without a slash before it."""
        return Addresses("../" * path.count("/"), files=True) if self.files else Addresses(self.root)

    def render(self, template: str, path: str, **context: object) -> str:
        """Render a template for a page at a path."""
        canonical = context.pop("canonical", None) or f"{self.base}{path}"
        here = self.here(path)
        shared = {"here": here, "site": self, "path": path, "canonical": canonical, "version": VERSION}
        return str(self._environment.get_template(template).render(**DEFAULTS | shared | context))

    def picture(self, what: str, *things: str, species: str = "", route: str = "", at_most: int | None = None) -> str:
        """Draw a picture as SVG for a page, once; nothing where there is nothing to draw, or no part that draws."""
        from glutkg.errors import GlutkgError

        if not self.pictures:
            return ""
        asked = (what, *things, species, route, str(at_most))
        if asked not in self._pictures:
            try:
                drawing = self.kg.draw(what, *things, at_most=at_most, species=species or None, route=route or None)
                drawn = drawing.svg().partition("\n")[2]
            except GlutkgError:
                drawn = ""
            self._pictures[asked] = drawn
        return self._pictures[asked]

    def address(self, iri: str) -> str:
        """Give the path of the page of something of ours."""
        return f"{path_of(iri)}.html"


DEFAULTS: dict[str, object] = {"summary": "", "alternates": (), "data": None, "rail": (), "here_is": "", "q": ""}
"""What pages may leave out."""
