"""What agents may ask: find, show, ask, sparql, why and check, each a bounded answer of plain values."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeVar

from glutkg.agents.quoting import Evidence
from glutkg.errors import NotFoundError, QueryError, UsageError
from glutkg.evidence.claim_check import MEANINGS, grounds, judged, said
from glutkg.explain.verdict import NOT_COVERED
from glutkg.query_sandbox import Limits
from glutkg.questions.question import find_question
from glutkg.rdf.namespaces import expand
from glutkg.resources import query_file, question_files, read_text
from glutkg.search.empty_answers import empty_answer
from glutkg.store.names import find_mentioned, is_claim, unknown_terms
from glutkg.text.rendering import read_results

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from glutkg.api import KnowledgeGraph
    from glutkg.search.catalogue import Thing
    from glutkg.search.suggested_questions import Suggestion
    from glutkg.text.tables import Table

Value = dict[str, Any]
Row = TypeVar("Row")

LIMITS = Limits(seconds=20.0, memory=1 << 30, answer=8 << 20)
"""What one query of an agent may take."""
MOST_ROWS, MOST_LETTERS = 500, 40_000
"""Rows of an answer, and letters of them as JSON, that an agent is given at most."""
_MOST_FOUND, _MOST_SUGGESTED = 50, 8


class Tools:
    """The tools over one graph; each takes and gives plain values and raises GlutkgError for a refusal.

    >>> tools = Tools(kg)
    >>> tools.find("MK-801")["things"][0]["iri"]
    'https://w3id.org/glutkg/substance/dizocilpine'
    >>> tools.check("glutamate", "found in", "thalamus")["verdict"]
    'not covered'
    """

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._kg = kg
        self._evidence = Evidence(kg.reasoned, kg.folder)

    def find(self, words: str, limit: int = 8) -> Value:
        """Search things, questions and claims by words; give those of each sort that fit best, and how many there are.

        `covered` is false when nothing has the words; `didYouMean` then has names that are spelt alike. `notCovered`
        says which of the words nothing here has, or that no claim names what they name.
        """
        found, most = self._kg.find(words), _within(limit, _MOST_FOUND)
        return {
            "covered": len(found) > 0,
            "things": [_thing(thing) for thing in found.things[:most]],
            "questions": [_question(one) for one in found.questions[:most]],
            "claims": self._evidence.in_brief(claim.iri for claim in found.claims[:most]),
            "totals": {"things": len(found.things), "questions": len(found.questions), "claims": len(found.claims)},
            "didYouMean": list(found.close),
            **({"notCovered": found.not_covered} if found.not_covered else {}),
        }

    def show(self, name: str, limit: int = 20) -> Value:
        """Describe one thing: what it is, what follows of it, its claims; of a claim, all that it states.

        Raises NotFoundError for a name or an IRI that the graph does not know, with the nearest it does know.
        """
        iri = self._kg.iri(name)
        if is_claim(self._kg.reasoned, iri) and (rows := self._evidence.views.rows([iri])):
            return {**self._evidence.claim(rows[0]), "fields": self._evidence.fields(rows[0])}
        found, most = self._kg.show(iri), _within(limit, MOST_ROWS)
        sections = [
            {"title": title, "total": len(table), "rows": _fitting(table, 0, most)} for title, table in found.sections
        ]
        return {
            "iri": found.iri,
            "label": found.label,
            "what": list(found.what),
            "sections": sections,
            "questions": [_question(one) for one in self._taking(iri)[:_MOST_SUGGESTED]],
        }

    def ask(
        self, question: str, values: Mapping[str, str | Sequence[str]] | None = None, limit: int = 20, offset: int = 0
    ) -> Value:
        """Answer a packaged question, by its name; a question in other words gets the packaged ones nearest to it.

        `covered` is false when no row answers it; `text` then says what was looked for and which questions have rows.
        Raises NotFoundError for a value that the graph does not know, UsageError for a parameter that there is not.
        """
        if question not in {path.stem for path in question_files(self._kg.folder)}:
            return self._offered(question)
        asked, start, most = find_question(self._kg.folder, question), _start(offset), _within(limit, MOST_ROWS)
        answer = self._kg.ask(question, **(values or {}))
        if not answer.rows:
            finder = self._kg.finder.questions
            told = empty_answer(self._kg.reasoned, self._kg.folder, finder, asked, answer.values).text()
            return {"covered": False, "question": question, "asks": asked.question, "total": 0, "text": told}
        rows = _fitting(answer, start, most)
        behind = answer[start : start + len(rows)].view("all").claims
        return {
            "covered": True,
            "question": question,
            "asks": asked.question,
            "row": asked.row,
            **({"notices": notices.text()} if (notices := answer.notices()).blocks else {}),
            **_paged(rows, start, len(answer)),
            **self._evidence.bounded(behind),
            "citation": answer.citation().line(),
        }

    def sparql(self, query: str, over: str = "both", limit: int = 50, offset: int = 0) -> Value:
        """Run a query in a process of its own, within LIMITS, over `stated`, `inferred` or `both` triples.

        Raises QueryError for one that does not parse, is no reading query or names a term of this vocabulary that the
        graph does not have, and LimitError for one that takes too much.
        """
        found = self._kg.run_query(query, over, LIMITS)
        if unknown := unknown_terms(self._kg.reasoned, query):
            raise QueryError(" ".join(str(_unknown(name, close)) for name, close in unknown))
        start, most = _start(offset), _within(limit, MOST_ROWS)
        if found.kind == "construct":
            triples = sorted(found.content.decode().splitlines())
            return _paged(_shortest(triples[start : start + most]), start, len(triples))
        table = read_results(found.content)
        return {"columns": list(table.columns), **_paged(_fitting(table, start, most), start, len(table))}

    def why(self, subject: str, relation: str, object_: str) -> Value:
        """Prove a triple by the claims it rests on or, where it does not hold, say what is missing or in the way.

        Raises NotFoundError for a name or an IRI that the graph does not know, with the nearest it does know.
        """
        triple = self._kg.triple(subject, relation, object_)
        if not self._kg.explainer.derivations.holds(triple):
            absence = self._kg.why_not(subject, relation, object_)
            return {"holds": False, "text": said(absence), "kinds": sorted(absence.kinds)}
        found = self._kg.why(subject, relation, object_)
        proof = found.document(proof=True).text()
        told = {"text": said(found), "proof": proof[:MOST_LETTERS], "proofCut": len(proof) > MOST_LETTERS}
        return {"holds": True, **told, **self._evidence.bounded(grounds(found))}

    def check(self, subject: str, relation: str, object_: str) -> Value:
        """Judge a claim by the graph: supported, disputed, contradicted, open or not covered, with the evidence.

        A name that the graph does not have makes the claim `not covered`, with near names. Raises NotFoundError for an
        IRI or a relation that there is not.
        """
        claim = " – ".join((subject, relation, object_))
        unknown = [error for name in (subject, object_) if (error := self._unknown(name))]
        if unknown:
            told = {
                "text": " ".join(map(str, unknown)),
                "didYouMean": [s for error in unknown for s in error.suggestions],
            }
            return {"claim": claim, "verdict": NOT_COVERED, "means": MEANINGS[NOT_COVERED], **told}
        found = judged(self._kg, self._evidence.views, subject, relation, object_)
        return {
            "claim": claim,
            "verdict": found.verdict,
            "means": MEANINGS[found.verdict],
            "text": found.text,
            **self._evidence.bounded(found.holding, "for"),
            **self._evidence.bounded(found.against, "against"),
            **self._evidence.bounded((*found.leaving_open, *found.near), "near"),
        }

    def relations(self) -> list[str]:
        """Give the relations that may hold between things, by label."""
        query = read_text(query_file(self._kg.folder, "pages/relations-that-follow"))
        return [str(name) for name in self._kg.reasoned.select(query).column("name")]

    def _unknown(self, name: str) -> NotFoundError | None:
        """Give what is to be said of a name that the graph does not have. Raises NotFoundError for such an IRI."""
        try:
            find_mentioned(self._kg.reasoned, name)
        except NotFoundError as error:
            if expand(name):
                raise
            return error if error.suggestions else NotFoundError(self._kg.finder.not_covered.of_name(name))
        return None

    def _taking(self, iri: str) -> list[Suggestion]:
        try:
            return self._kg.finder.questions.taking(iri)
        except KeyError:  # nothing that goes by a label of its own
            return []

    def _offered(self, text: str) -> Value:
        """Offer the packaged questions nearest to one in an agent's own words, and say which words none of them has."""
        finder = self._kg.finder.questions
        nearest = finder.nearest(text, _MOST_SUGGESTED)
        return {
            "covered": None,
            "text": "This is not the name of a packaged question. Ask one of these, or write a query for sparql.",
            "questions": [_question(one) for one in nearest],
            "wordsLeftOut": finder.unknown(text),
            "notCovered": self._kg.finder.not_covered.of(text),
        }


def _thing(thing: Thing) -> Value:
    texts = {"label": thing.label, "what": thing.what, "definition": thing.definition}
    return {"iri": thing.iri, **texts, "synonyms": sorted(thing.synonyms)}


def _question(one: Suggestion) -> Value:
    empty: Value = {} if one.has_rows else {"rows": 0}
    if one.dropped:
        empty = {"noRowsOn": list(one.dropped)}
    taken = [
        {"name": p.name, "kind": p.kind, "what": p.text, "optional": p.optional, "several": p.several}
        for p in one.question.parameters
    ]
    asked = {"question": one.question.name, "asks": one.question.question}
    return {**asked, "values": dict(one.values), **empty, "parameters": taken}


def _unknown(name: str, close: tuple[str, ...]) -> NotFoundError:
    return NotFoundError(f"The graph has no '{name}'.", close)


def _within(limit: int, most: int) -> int:
    if not 1 <= limit <= most:
        raise UsageError(f"limit is a whole number from 1 to {most}.")
    return limit


def _start(offset: int) -> int:
    if offset < 0:
        raise UsageError("offset is a whole number of at least 0.")
    return offset


def _fitting(table: Table, start: int, most: int) -> list[Value]:
    """Give rows from one on, as many as are asked for and have room; a cell that holds nothing is left out."""
    return _shortest(
        [{name: cell for name, cell in row.items() if cell is not None} for row in table[start : start + most]]
    )


def _shortest(rows: Sequence[Row]) -> list[Row]:
    """Keep rows from the first on until they have more letters than an agent is given; the first is always kept."""
    letters, kept = 0, list[Row]()
    for row in rows:
        letters += len(json.dumps(row, default=str))
        if kept and letters > MOST_LETTERS:
            break
        kept.append(row)
    return kept


def _paged(rows: Sequence[object], start: int, total: int) -> Value:
    """Give rows with the number of all, and where the next ones begin if there are any."""
    after = start + len(rows)
    more = {"nextOffset": after} if rows and after < total else {}
    return {"rows": list(rows), "total": total, **more}


def for_agents(message: str) -> str:
    """Word a refusal for an agent, to whom options of the command line are parameters and commands are tools.

    >>> for_agents("--receptor takes a target; 'foo' is not in the graph. 'glutkg show target' lists what it takes.")
    "'receptor' takes a target; 'foo' is not in the graph. The tool show lists what it takes, given 'target'."
    """
    told = re.sub(r"'glutkg (\w+) ([^']*)' (lists what it takes)\.", r"The tool \1 \3, given '\2'.", message)
    return re.sub(r"(?:parameter )?--(\w+)", r"'\1'", told)
