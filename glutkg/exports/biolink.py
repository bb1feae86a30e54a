"""Claims as edges of Biolink, as `exports/biolink.toml` declares them; what an edge would distort is left out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from glutkg.exports.claims import named
from glutkg.exports.declared import declared
from glutkg.exports.fidelity import Fate, LeftOut
from glutkg.rdf.namespaces import RDF, RDFS, SKOS, curie, expand
from glutkg.relations import grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from glutkg.exports.claims import Record
    from glutkg.exports.content import Content
    from glutkg.exports.declared import Table

Fields = dict[str, object]


class Edge(NamedTuple):
    """An edge: the fields that Biolink has, the claim it stands for, and the properties of the claim that it lost."""

    fields: Fields
    claim: Record
    lost: tuple[str, ...]


class Node(NamedTuple):
    """A thing: its identifier, its category, its own name, and the other identifiers of the same thing."""

    id: str
    category: str
    name: str
    same: tuple[str, ...]


class Biolink:
    """The claims of a graph as nodes and edges, and what is left out."""

    def __init__(self, content: Content) -> None:
        """Make them of the claims of some content."""
        self._content = content
        self._declared = declared(content.folder, "biolink")
        self._kept = {row["property"]: row for row in self._declared["kept"]}
        self.nodes = self._nodes(content.claims)
        found = [self._edge(claim) for claim in content.claims]
        self.edges = [one for one in found if isinstance(one, Edge)]
        self.left_out = [one for one in found if isinstance(one, LeftOut)]
        used = {edge.fields[end] for edge in self.edges for end in ("subject", "object")}
        self.used_nodes = sorted({node for node in self.nodes.values() if node.id in used})

    def fate(self) -> Fate:
        """Tell what becomes of the claims: left out, or with fewer properties, or with a wider value."""
        merged = [(name, values) for name, table in self._declared["values"].items() for values in _alike(table)]
        return Fate(self.left_out, {edge.claim.name: edge.lost for edge in self.edges}, merged)

    # --- edges ---

    def _edge(self, claim: Record) -> Edge | LeftOut:
        """Make the edge of the first association that fits, or tell why no edge can stand for the claim."""
        why = None
        for association in self._declared["association"]:
            fields, carried = self._fitted(association, claim)
            if not fields:
                continue
            lost = tuple(sorted(claim.values.keys() - carried))
            found = self._distortion(association, claim, fields, lost)
            if found is None:
                return Edge(fields, claim, lost)
            why = why or found
        return LeftOut(claim.name, why or self._reason(claim))

    def _reason(self, claim: Record) -> str:
        """Tell why no association fits: what no edge can say comes first."""
        every = self._declared["every"]["values"]
        lost = [name for name in every if self._by_value(name, claim) is None]
        return self._taken_back(claim, lost) or "no association of Biolink says what it says"

    def _fitted(self, association: Table, claim: Record) -> tuple[Fields, set[str]]:
        """Give the fields of an edge and the properties that they carry; none when the association does not fit."""
        subject, object_ = (self._end(association, end, claim) for end in ("subject", "object"))
        if None in (subject, object_) or not self._is_of(association, claim):
            return {}, set()
        fields: Fields = {"id": claim.name, "category": association["category"], "predicate": association["predicate"]}
        fields |= {"description": named(self._content.graph, claim.name)}
        fields |= {"subject": subject, "object": object_, **association.get("constant", {})}
        ends = (association[end].partition("/")[0] for end in ("subject", "object"))
        carried = {"rdfs:label", *association.get("when", {}), *ends}
        self._add_values(association, claim, fields, carried)
        return fields, carried

    def _is_of(self, association: Table, claim: Record) -> bool:
        """Tell whether a claim is one of those that an association is for."""
        when: Mapping[str, Sequence[str]] = association.get("when", {})
        return (
            claim.kind in association["of"]
            and all(claim.one(name) in values for name, values in when.items())
            and all(name in claim.values for name in association.get("needs", ()))
            and self._holds(association, claim)
        )

    def _add_values(self, association: Table, claim: Record, fields: Fields, carried: set[str]) -> None:
        """Add the fields for the values of properties, and these to what is carried."""
        every = self._declared["every"]
        for name in (*every["values"], *association.get("values", ())):
            found = self._by_value(name, claim)
            if found is not None:
                fields |= found
                carried.add(name)
        for name, field in {**every["fields"], **association.get("fields", {})}.items():
            found_values = [self._identifier(value) for value in claim.values.get(name, ())]
            if field in every["lists"] and found_values:
                fields[field] = found_values
                carried.add(name)
            elif len(found_values) == 1:
                fields[field] = found_values[0]
                carried.add(name)

    def _by_value(self, name: str, claim: Record) -> Fields | None:
        """Give the fields that stand for the value of a property."""
        table: dict[str, Fields] = self._declared["values"].get(name, {})
        return table.get(claim.one(name) or "")

    def _end(self, association: Table, end: str, claim: Record) -> str | None:
        first, _, second = association[end].partition("/")
        name = claim.one(first)
        if name is not None and second:
            name = next((curie(o) for o in self._objects(name, second)), None)
        node = self.nodes.get(name or "")
        allowed = association.get(f"{end}_category")
        return node.id if node and (allowed is None or node.category in allowed) else None

    def _holds(self, association: Table, claim: Record) -> bool:
        """Tell whether the graph has the relation that an association asks for between its ends."""
        if "holds" not in association:
            return True
        subject, object_ = (claim.one(association[end]) or "" for end in ("subject", "object"))
        return _iri(object_) in self._objects(subject, association["holds"])

    def _objects(self, name: str, property_: str) -> list[str]:
        return sorted(o.value for _, _, o in self._content.graph.triples(_iri(name), _iri(property_)))

    def _distortion(self, association: Table, claim: Record, fields: Fields, lost: Iterable[str]) -> str | None:
        """Tell what an edge would say beyond the claim; None when it says nothing beyond."""
        fields.setdefault("primary_knowledge_source", self._declared["source"])
        taken = self._taken_back(claim, [name for name in lost if name not in association.get("may_lose", ())])
        if taken:
            return taken
        negated = self._declared["negated"]
        context = set(lost) - set(negated["may_lose"])
        return f"{negated['why']}: {', '.join(sorted(context))}" if fields.get("negated") and context else None

    def _taken_back(self, claim: Record, lost: Iterable[str]) -> str | None:
        """Tell why an edge that lost these properties would say more than the claim; None if it would not."""
        for name, row in self._kept.items():
            if name in lost and set(claim.values.get(name, ("",))) - set(row.get("but", ())):
                return str(row["why"])
        return None

    # --- nodes ---

    def _nodes(self, claims: Iterable[Record]) -> dict[str, Node]:
        """Give the node of each thing that a claim names, of those that Biolink has a category for."""
        values = {value for claim in claims for of in claim.values.values() for value in of}
        names = [value for value in values if expand(value)]
        steps = {row[end].partition("/")[2] for row in self._declared["association"] for end in ("subject", "object")}
        names += {curie(o) for name in names for step in steps - {""} for o in self._objects(name, step)} - set(names)
        made = dict(self._categorised(sorted(names)))
        chosen = {name: next(iter(self._mapped(name, row["identifiers"])), name) for name, row in made.items()}
        shared = {identifier for identifier, count in Counter(chosen.values()).items() if count > 1}
        ids = {name: name if one in shared else one for name, one in chosen.items()}
        return {name: Node(ids[name], row["category"], name, self._same(name, ids[name])) for name, row in made.items()}

    def _categorised(self, names: Iterable[str]) -> Iterator[tuple[str, Table]]:
        """Find for each thing the first row of nodes whose class it is, is of, or is a kind of."""
        rows: list[Table] = self._declared["node"]
        for name in names:
            kinds = {curie(o) for kind in (RDFS + "subClassOf", RDF + "type") for o in self._objects(name, curie(kind))}
            row = next((row for row in rows if row["of"] in kinds or row["of"] == name), None)
            if row is not None:
                yield name, row

    def _mapped(self, name: str, vocabularies: Sequence[str]) -> list[str]:
        """Give the identifiers to which a thing is mapped as the same, by vocabulary."""
        found = [curie(o) for o in self._objects(name, curie(SKOS + "exactMatch"))]
        return [self._spelt(one) for prefix in vocabularies for one in found if one.partition(":")[0] == prefix]

    def _same(self, name: str, chosen: str) -> tuple[str, ...]:
        every = [one for row in self._declared["node"] for one in row["identifiers"]]
        return tuple(sorted({one for one in self._mapped(name, every) if one != chosen}))

    def _spelt(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return f"{self._declared['prefixes'].get(prefix, prefix)}:{local}"

    def _identifier(self, name: str) -> str:
        """Return the identifier of a node, of a cited work, or the name itself."""
        if name in self.nodes:
            return self.nodes[name].id
        return next(iter(self._mapped(name, ("pubmed", "doi", "pmc"))), name)


def _iri(name: str) -> str:
    return expand(name) or name


def _alike(table: Mapping[str, Fields]) -> list[tuple[str, ...]]:
    """Give the sets of values for which the same fields stand."""
    found = grouped((repr(sorted(fields.items())), value) for value, fields in table.items())
    return [tuple(values) for values in found.values() if len(values) > 1]
