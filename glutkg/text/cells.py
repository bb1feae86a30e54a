"""What a cell of a table holds: one term, several terms, or nothing."""

from __future__ import annotations

from glutkg.rdf.terms import Term, Value

Cell = Term | tuple[Term, ...] | None
Row = tuple[Cell, ...]

IRI_JOINT, LITERAL_JOINT = " ", "; "
"""What joins the values of a cell where a format has room for one value only, as GROUP_CONCAT does in a query."""


def terms(cell: Cell) -> tuple[Term, ...]:
    """Return the terms of a cell, of which there may be none.

    >>> terms(Term("literal", "rat"))
    (Term(kind='literal', value='rat', language=None, datatype=None),)
    """
    return () if cell is None else (cell,) if isinstance(cell, Term) else cell


def joined(cell: Cell) -> Term | None:
    """Return a cell with one term at most: several values become one literal, as in the query's own answer.

    >>> joined((Term("literal", "mouse"), Term("literal", "rat"))).value
    'mouse; rat'
    """
    if cell is None or isinstance(cell, Term):
        return cell
    joint = IRI_JOINT if cell and cell[0].kind == "iri" else LITERAL_JOINT
    return Term("literal", joint.join(term.value for term in cell))


def split(cell: Term, joint: str) -> tuple[Term, ...]:
    """Take apart the values that a query joined, IRIs or literals; they are sorted, since engines join in any order.

    >>> [term.value for term in split(Term("literal", "rat; mouse"), "; ")]
    ['mouse', 'rat']
    """
    values = sorted({value for value in cell.value.split(joint) if value})
    return tuple(Term("iri" if joint == IRI_JOINT else "literal", value) for value in values)


def python(cell: Cell) -> Value | tuple[Value, ...] | None:
    """Return a cell as Python values: a tuple where it holds several, None where it holds none."""
    if cell is None or isinstance(cell, Term):
        return cell and cell.python()
    return tuple(term.python() for term in cell)
