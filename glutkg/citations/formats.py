"""Works as reference managers read them: BibTeX, CSL-JSON, and RIS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from glutkg.errors import MissingPartError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from glutkg.citations.works import Work


def bibtex(works: Iterable[Work]) -> str:
    r"""Return works as BibTeX.

    >>> from glutkg.citations.works import Work
    >>> print(bibtex([Work("http://example.org/w", "w", "Pain & relief", ("A. Bee",), "2001", "Pain", "9", "1-2")]))
    @article{w,
        author = "Bee, A.",
        title = "Pain \& relief",
        year = "2001",
        journal = "Pain",
        volume = "9",
        pages = "1--2",
        note = "w"
    }
    <BLANKLINE>
    """
    try:
        from pybtex.database import BibliographyData, Entry, Person
    except ImportError as error:
        raise MissingPartError("BibTeX needs pybtex. Install it with: pip install 'glutkg[cite]'") from error

    entries = {}
    for work in works:
        fields = {
            "title": work.title,
            "year": work.date[:4],
            "journal": work.journal,
            "volume": work.volume,
            "pages": work.pages.replace("-", "--"),
            "doi": work.doi,
            "pmid": work.pubmed,
            "note": work.label if work.is_known else "",
        }
        people = {"author": [Person(name) for name in work.authors]} if work.authors else {}
        kind = "article" if work.journal else "misc"
        entries[work.key] = Entry(kind, [pair for pair in fields.items() if pair[1]], people)
    text: str = BibliographyData(entries).to_string("bibtex")
    return text


def ris(works: Iterable[Work]) -> str:
    """Return works as RIS.

    >>> from glutkg.citations.works import Work
    >>> print(ris([Work("http://example.org/w", "w", "Pain", ("A. Bee",), "2001-05", "Brain", "9", "1-2")]))
    TY  - JOUR
    ID  - w
    TI  - Pain
    AU  - Bee, A.
    PY  - 2001
    DA  - 2001/05//
    JO  - Brain
    VL  - 9
    SP  - 1
    EP  - 2
    N1  - w
    ER  -
    <BLANKLINE>
    """
    try:
        import rispy
    except ImportError as error:
        raise MissingPartError("RIS needs rispy. Install it with: pip install 'glutkg[cite]'") from error

    class Writer(rispy.RisWriter):  # type: ignore[misc] # of a library without types
        def set_header(self, count: int) -> str:
            """Give no header: it is a number that no reader of RIS asks for."""
            return ""

    text: str = rispy.dumps([_ris(work) for work in works], implementation=Writer)
    return text


def _ris(work: Work) -> dict[str, object]:
    first, _, last = work.pages.partition("-")
    entry: dict[str, object] = {
        "type_of_reference": "JOUR" if work.journal else "GEN",
        "id": work.key,
        "title": work.title,
        "authors": [", ".join(_parts_of_name(name).values()) for name in work.authors],
        "year": work.date[:4],
        "date": "/".join([*work.date.split("-"), "", "", ""][:4]) if "-" in work.date else "",
        "journal_name": work.journal,
        "volume": work.volume,
        "start_page": first,
        "end_page": last,
        "doi": work.doi,
        "accession_number": work.pubmed,
        "notes": [work.label] if work.is_known else [],
    }
    return {name: value for name, value in entry.items() if value}


def csl_json(works: Iterable[Work]) -> str:
    """Return works as CSL-JSON.

    >>> from glutkg.citations.works import Work
    >>> json.loads(csl_json([Work("http://example.org/w", "w", "Pain", ("A. Bee",), "2001-05")]))[0]["author"]
    [{'family': 'Bee', 'given': 'A.'}]
    """
    return json.dumps([_csl(work) for work in works], ensure_ascii=False, indent=1) + "\n"


def _csl(work: Work) -> dict[str, object]:
    item: dict[str, object] = {
        "id": work.key,
        "type": "article-journal" if work.journal else "document",
        "title": work.title,
        "author": [_parts_of_name(name) for name in work.authors],
        "issued": {"date-parts": [[int(part) for part in work.date.split("-")]]} if work.date else None,
        "container-title": work.journal,
        "volume": work.volume,
        "page": work.pages,
        "DOI": work.doi,
        "PMID": work.pubmed,
        "note": work.label,
    }
    return {name: value for name, value in item.items() if value}


def _parts_of_name(name: str) -> dict[str, str]:
    given, _, family = name.rpartition(" ")
    return {"family": family, "given": given} if given else {"literal": name}
