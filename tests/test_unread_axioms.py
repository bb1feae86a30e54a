"""What no reasoner reads of an ontology is named, with its place and the reason, before anything is concluded."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
from small_ontologies import DECLARED, FIRST, HEAD, written

from glutkg.checks.check import check
from glutkg.errors import NotFoundError, ReasonerError
from glutkg.owl.justification_report import Ontology
from glutkg.rdf.terms import SUBCLASS_OF

if TYPE_CHECKING:
    from pathlib import Path

    from glutkg.api import KnowledgeGraph

pytestmark = pytest.mark.xdist_group("hermit")

NOT_READ = {
    "a datatype beyond OWL 2": (':d a owl:DatatypeProperty .\n:x :d "2020"^^xsd:gYear .', 1, "the datatype xsd:gYear"),
    "a property that is not declared": (":A a owl:Class .\n:d a owl:FunctionalProperty .", 1, "is not declared"),
    "a control character": (":d a owl:DatatypeProperty .\n:x :d 'a\\u0007b' .", 1, "has a control character"),
    "a term that OWL does not have": (":A a owl:Class .\n:A owl:sameClassAs :B .", 1, "begins no axiom of OWL"),
    "a type that OWL does not have": (":A a owl:Class .\n:A a owl:Fruit .", 1, "no type of OWL 2"),
    "a rule": (":A a owl:Class .\n:r swrl:body ( ) .", 1, "rules in SWRL are not read"),
    "a rule without a name": (":A a owl:Class .\n[] a swrl:Imp ; swrl:body ( ) .", 0, "rules in SWRL are not read"),
    "a rule of SHACL": (":A a owl:Class .\n:A <http://www.w3.org/ns/shacl#rule> [ ] .", 1, "SHACL are not read"),
    "a rule of SPIN": (":A a owl:Class .\n:A <http://spinrdf.org/spin#rule> [ ] .", 1, "SPIN are not read"),
    "a rule of N3": (":A a owl:Class .\n:A <http://www.w3.org/2000/10/swap/log#implies> :B .", 1, "N3 are not read"),
    "blank nodes in a circle": (":p a owl:ObjectProperty .\n_:a :p _:b .\n_:b :p _:a .", 0, "no axiom of OWL"),
    "an expression that contains itself": (
        ":A a owl:Class .\n:A rdfs:subClassOf _:a .\n_:a owl:complementOf _:a .",
        1,
        "contains itself",
    ),
    "a cardinality beyond what HermiT counts to": (
        ":A a owl:Class . :r a owl:ObjectProperty .\n"
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :r ; owl:minCardinality 5000000000 ] .",
        1,
        "owl:minCardinality needs a whole number from 0 to 2147483647",
    ),
    "a cardinality below zero": (
        ":A a owl:Class . :r a owl:ObjectProperty .\n"
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :r ; owl:maxCardinality -1 ] .",
        1,
        "owl:maxCardinality needs a whole number",
    ),
    "a cardinality that is a decimal": (
        ":A a owl:Class . :r a owl:ObjectProperty .\n"
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :r ; owl:cardinality 1.0 ] .",
        1,
        "owl:cardinality needs a whole number",
    ),
    "a length below zero": (
        ":d a owl:DatatypeProperty .\n:d rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:string ; "
        "owl:withRestrictions ( [ xsd:minLength -1 ] ) ] .",
        1,
        "xsd:minLength needs a whole number",
    ),
    "a double below zero that is zero": (
        ":d a owl:DatatypeProperty .\n:x :d '-0.0'^^xsd:double .",
        1,
        "HermiT takes the xsd:double -0 for 0",
    ),
    "an ill-typed literal": (':d a owl:DatatypeProperty .\n:x :d "one"^^xsd:integer .', 1, "'one' is no xsd:integer"),
    "a truth value that is none": (":d a owl:DatatypeProperty .\n:x :d 'maybe'^^xsd:boolean .", 1, "no xsd:boolean"),
    "a number that its datatype does not have, and the store's has": (
        ":d a owl:DatatypeProperty .\n:x :d '0300'^^xsd:byte .",
        1,
        "'0300' is no xsd:byte",
    ),
    "a pattern that is none": (
        ":d a owl:DatatypeProperty .\n:d rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:string ; "
        "owl:withRestrictions ( [ xsd:pattern '[z-a]' ] ) ] . :x :d 'a' .",
        1,
        "the pattern has a range from z to a",
    ),
    "a pattern with a range beyond the basic plane": (
        ":d a owl:DatatypeProperty .\n:d rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:string ; "
        "owl:withRestrictions ( [ xsd:pattern '[a-\U0001f64f]' ] ) ] . :x :d '\U0001f600' .",
        1,
        "HermiT reads a range of characters that ends beyond",
    ),
    "what has not itself": (
        ":r a owl:ObjectProperty .\n:x a [ a owl:Restriction ; owl:onProperty :r ; owl:hasSelf false ] .",
        1,
        "takes true alone",
    ),
    "a class that excludes itself": (":A a owl:Class .\n:A owl:disjointWith :A .\n:x a :A .", 1, "excludes itself"),
    "a property that excludes itself": (
        ":r a owl:ObjectProperty .\n:r owl:propertyDisjointWith :r .\n:x :r :y .",
        1,
        "excludes itself",
    ),
    "an individual that differs from itself in a list": (
        ":A a owl:Class .\n[] a owl:AllDifferent ; owl:distinctMembers ( :x :y :x ) .",
        1,
        "x stands in its list twice",
    ),
    "a class that is listed twice": (
        ":A a owl:Class .\n[] a owl:AllDisjointClasses ; owl:members ( :A :A ) .\n:x a :A .",
        1,
        "A stands in its list twice",
    ),
    "a pattern with a class by a letter": (
        ":d a owl:DatatypeProperty .\n:d rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:string ; "
        "owl:withRestrictions ( [ xsd:pattern '\\\\d+' ] ) ] . :x :d '12' .",
        1,
        "HermiT reads \\d in a pattern otherwise",
    ),
    "texts with a language as a range": (
        ":d a owl:DatatypeProperty .\n:d rdfs:range rdf:langString . :x :d 'x' .",
        1,
        "HermiT does not know the datatype rdf:langString",
    ),
    "a datatype that is defined by itself": (
        ":D a rdfs:Datatype ; owl:equivalentClass :D . :d a owl:DatatypeProperty .\n:d rdfs:range :D . :x :d 1 .",
        1,
        "D is defined by itself",
    ),
    "datatypes that are defined by each other": (
        ":D a rdfs:Datatype ; owl:equivalentClass [ a rdfs:Datatype ; owl:datatypeComplementOf :E ] . "
        ":E a rdfs:Datatype ; owl:equivalentClass :D .\n:d a owl:DatatypeProperty ; rdfs:range :D . :x :d 1 .",
        1,
        "is defined by itself",
    ),
    "a datatype that is not defined": (
        ":D a rdfs:Datatype . :d a owl:DatatypeProperty .\n:d rdfs:range :D . :x :d 1 .",
        1,
        "D is a datatype with no definition",
    ),
    "a datatype that is defined twice": (
        ":d a owl:DatatypeProperty ; rdfs:range :D .\n:D a rdfs:Datatype ; owl:equivalentClass xsd:int , xsd:string .",
        1,
        "D is a datatype with two definitions",
    ),
    "a limit of a datatype of one's own": (
        ":D a rdfs:Datatype ; owl:equivalentClass xsd:int . :d a owl:DatatypeProperty .\n:d rdfs:range "
        "[ a rdfs:Datatype ; owl:onDatatype :D ; owl:withRestrictions ( [ xsd:minInclusive 5 ] ) ] . :x :d 1 .",
        1,
        "takes limits of a datatype of OWL 2 alone",
    ),
    "a limit that is no number": (
        ":d a owl:DatatypeProperty .\n:d rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:double ; "
        "owl:withRestrictions ( [ xsd:minInclusive 'NaN'^^xsd:double ] ) ] . :x :d 1.0e0 .",
        1,
        "lies on no side of a number",
    ),
    "the property above all others, in an expression": (
        ":A a owl:Class .\n:A rdfs:subClassOf [ owl:onProperty owl:topDataProperty ; owl:allValuesFrom xsd:int ] .",
        1,
        "may stand above others",
    ),
    "brackets in brackets": (
        ":A a owl:Class .\n:A rdfs:subClassOf " + "[ owl:complementOf " * 800 + ":A" + " ]" * 800 + " .",
        1,
        "more than 100 brackets within each other",
    ),
    "text that says true": (
        ":r a owl:ObjectProperty .\n:x a [ a owl:Restriction ; owl:onProperty :r ; owl:hasSelf 'true' ] .",
        1,
        "takes true alone",
    ),
    "a term of RDF below a property": (
        ":r a owl:ObjectProperty .\n:r rdfs:subPropertyOf rdf:type . :x :r :A .",
        1,
        "rdf:type is a term of OWL itself",
    ),
    "a restriction on a label": (
        ":A a owl:Class .\n:A rdfs:subClassOf [ owl:onProperty rdfs:label ; owl:maxCardinality 1 ] .",
        1,
        "rdfs:label is a term of OWL itself",
    ),
    "one label alone": (":A a owl:Class .\nrdfs:label a owl:FunctionalProperty .", 1, "rdfs:label is a term of OWL"),
    "a chain to a term of OWL": (
        ":r a owl:ObjectProperty .\n:r owl:propertyChainAxiom ( :r owl:sameAs ) .",
        1,
        "owl:sameAs is a term of OWL itself",
    ),
    "a year of five digits": (
        ":d a owl:DatatypeProperty .\n:x :d '10000-01-01T00:00:00Z'^^xsd:dateTime .",
        1,
        "no year of more than four digits",
    ),
    "a key of an expression": (
        ":r a owl:ObjectProperty . :A a owl:Class .\n[ owl:onProperty :r ; owl:someValuesFrom :A ] owl:hasKey ( :r ) .",
        0,
        "no key of a class without a name",
    ),
    "an import": (
        "<http://e/o> a owl:Ontology ;\nowl:imports <http://e/other> .",
        1,
        "owl:imports is not followed. Merge",
    ),
}


@pytest.mark.sample(1)
@pytest.mark.parametrize("name", NOT_READ)
def test_what_is_not_read_is_named_before_anything_is_said_not_to_follow(
    kg: KnowledgeGraph, tmp_path: Path, name: str
) -> None:
    text, line, message = NOT_READ[name]
    with pytest.raises(ReasonerError, match="cannot be told") as error:
        written(kg, tmp_path, text).inconsistency()
    assert message in str(error.value)
    assert (f"small.v1.ttl:{FIRST + line}: " in str(error.value)) or not line


RESTRICTION = "[ a owl:Restriction ; owl:onProperty :p ;"
NOT_WHOLE = {
    "two fillers": (
        f":A rdfs:subClassOf {RESTRICTION} owl:someValuesFrom :B ; owl:allValuesFrom :B ] .",
        "it has both",
    ),
    "no filler": (f":A rdfs:subClassOf {RESTRICTION} ] .", "its restriction has no values"),
    "no property": (":A rdfs:subClassOf [ a owl:Restriction ; owl:someValuesFrom :B ] .", "no owl:onProperty"),
    "two properties": (
        f":A rdfs:subClassOf {RESTRICTION} owl:onProperty :q ; owl:hasSelf true ] .",
        "twice at one node",
    ),
    "nothing counted": (f":A rdfs:subClassOf {RESTRICTION} owl:maxQualifiedCardinality 1 ] .", "belong together"),
    "empty brackets": (":A rdfs:subClassOf [ a owl:Class ] .", "brackets that say nothing"),
    "text as a class": (':A rdfs:subClassOf "Nothing" .', "is text, where a name belongs"),
    "text in a list of things": (':A owl:equivalentClass [ owl:oneOf ( :x "x" ) ] .', "is text, where a name belongs"),
    "a list of texts as a class": (':A owl:equivalentClass [ owl:oneOf ( "x" ) ] .', "is a datatype, and no class"),
    "text as a type": (':x a "A" .', "is text, where a name belongs"),
    "text as the same": (':x owl:sameAs "x" .', "is text, where a name belongs"),
    "text in a list": (':A owl:equivalentClass [ owl:intersectionOf ( :B "B" ) ] .', "is text, where a name belongs"),
    "text as an object": (':x :p "y" .', "is an owl:ObjectProperty"),
    "a name as a value": (":A rdfs:subClassOf [ owl:onProperty :d ; owl:hasValue :x ] .", "is an owl:DatatypeProperty"),
    "two in one cell": (
        ":A owl:equivalentClass [ owl:unionOf [ rdf:first :A , :B ; rdf:rest () ] ] .",
        "rdf:first twice",
    ),
    "an open list": (":A owl:equivalentClass [ owl:unionOf [ rdf:first :B ; rdf:rest :A ] ] .", "is broken"),
    "no list": (":A owl:disjointUnionOf :B .", "is broken"),
    "half a denial": (
        "[] owl:sourceIndividual :x ; owl:assertionProperty :p .",
        "one owl:assertionProperty and one target",
    ),
    "two subjects of a denial": (
        "[] owl:sourceIndividual :x , :y ; owl:assertionProperty :p ; owl:targetIndividual :z .",
        "owl:sourceIndividual twice",
    ),
    "a class as a range of data": (":d rdfs:range :A .", "d is an owl:DatatypeProperty, and"),
    "a datatype as a range": (":p rdfs:range xsd:string .", "and xsd:string an rdfs:Datatype. Name a class"),
    "a datatype as a type": (":x a xsd:integer .", "xsd:integer is a datatype, where a class belongs"),
    "a datatype above a class": (":A rdfs:subClassOf xsd:string .", "is a datatype, where a class belongs"),
    "a datatype beside a class": (":A owl:disjointWith rdfs:Literal .", "is a datatype, where a class belongs"),
    "a datatype as good as a class": (":D a rdfs:Datatype ; owl:equivalentClass :A .", "is a datatype, and no class"),
    "some data of a class": (
        f":A rdfs:subClassOf {RESTRICTION.replace(':p', ':d')} owl:someValuesFrom :B ] .",
        "Name a datatype",
    ),
    "some things of a datatype": (f":A rdfs:subClassOf {RESTRICTION} owl:someValuesFrom xsd:int ] .", "Name a class"),
    "a relation below data": (":p rdfs:subPropertyOf :d .", "Relate properties of one kind"),
    "an inverse of data": (":d owl:inverseOf :p .", "Relate properties of one kind"),
    "transitive data": (":d a owl:TransitiveProperty .", "owl:TransitiveProperty is for relations"),
    "data in a chain": (":p owl:propertyChainAxiom ( :q :d ) .", "which is no link of a chain"),
    "disjoint data and relations": ("[] a owl:AllDisjointProperties ; owl:members ( :p :d ) .", "Make a list of each"),
    "an annotation that is a relation": (":n a owl:AnnotationProperty ; rdfs:subPropertyOf :p .", ""),
    "a thing denied of data": (
        "[] owl:sourceIndividual :x ; owl:assertionProperty :d ; owl:targetIndividual :y .",
        "its value a name",
    ),
    "text denied of a relation": (
        "[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetValue 1 .",
        "is text. Write a name",
    ),
    "two kinds of property": (":d a owl:ObjectProperty . :x :d :y .", "is both owl:ObjectProperty and"),
    "two kinds of class": (":B a rdfs:Datatype . :x a :B .", "is both owl:Class and rdfs:Datatype"),
}


def _against(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "small.ttl"
    path.write_text(f"{HEAD}{DECLARED}{text}\n", "utf-8")
    return [*Ontology.read(tmp_path, [path], alone=True).axioms.unread.values()]


@pytest.mark.parametrize("name", NOT_WHOLE)
def test_what_hermit_would_drop_without_a_word_is_not_read(tmp_path: Path, name: str) -> None:
    text, message = NOT_WHOLE[name]
    (reason,) = {*_against(tmp_path, text)}
    assert message in reason


@pytest.mark.sample(8)
@pytest.mark.parametrize("name", NOT_WHOLE)
def test_what_is_no_whole_axiom_the_check_refuses_by_its_place_as_well(name: str, bare: Path, tmp_path: Path) -> None:
    path = tmp_path / "small.ttl"
    path.write_text(f"{HEAD}{DECLARED}{NOT_WHOLE[name][0]}\n", "utf-8")
    found = check(bare, [path]).results
    assert found
    assert {one.place for one in found} <= {f"{path}:{FIRST + line}" for line in (0, 1)}


NO_FAULT = (
    "rdfs:label rdfs:subPropertyOf :n . :n a owl:AnnotationProperty . :x rdfs:label 'x' .",
    ":n a owl:AnnotationProperty ; rdfs:subPropertyOf rdfs:label , :m . :m a owl:AnnotationProperty . :x :n 'x' .",
    ":n a owl:AnnotationProperty ; rdfs:domain :B ; rdfs:range xsd:int . :A owl:disjointWith :B . :x a :A ; :n '' .",
    "rdfs:comment rdfs:range xsd:int . rdfs:label rdfs:domain :B . :A owl:disjointWith :B . :x a :A ; rdfs:label 'x' .",
    ":A a :Kind , owl:ObjectProperty . :Kind a owl:Class . :x a :A ; :A :y .",
    ":d rdfs:range xsd:integer . :x :d ' 7 '^^xsd:integer , 7 , '7.0'^^xsd:decimal .",
    ":f a rdf:Property ; rdfs:range rdfs:Literal ; rdfs:domain rdfs:Resource . :x :f 'x' .",
    ":d rdfs:range xsd:token . :x :d ' a  b '^^xsd:token .",
)
"""What has looked like a fault: annotations without meaning, a name for two things, white space that does not count."""


def test_the_check_finds_no_fault_where_there_is_none(bare: Path, tmp_path: Path) -> None:
    for number, text in enumerate(NO_FAULT):
        path = tmp_path / f"small{number}.ttl"
        path.write_text(f"{HEAD}{DECLARED}{text}\n", "utf-8")
        assert [result for result in check(bare, [path]).results if result.severity != "Info"] == [], text


def test_an_axiom_whose_rule_the_data_folder_lacks_is_told_by_its_place(
    bare: Path, nothing_stated: Path, tmp_path: Path
) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(f"{HEAD}:r a owl:AsymmetricProperty ; owl:inverseOf :s .\n:a :r :b .\n:a :s :b .\n")
    (told,) = (one for one in check(bare, (file,)).results if one.rule == "axiom_without_rule")
    assert (told.severity, told.line) == ("Info", HEAD.count("\n") + 1)
    assert "owl:inverseOf" in told.message
    ours = check(nothing_stated, (file,)).results
    assert "axiom_without_rule" not in {one.rule for one in ours}, "our rules read it"


def test_literals_that_look_alike_are_told_apart_by_their_datatypes(tmp_path: Path) -> None:
    path = tmp_path / "small.ttl"
    path.write_text(f'{HEAD}:d a owl:DatatypeProperty .\n:x :d "1"^^xsd:float , "1"^^xsd:double , "2" .\n', "utf-8")
    ontology = Ontology.read(tmp_path, [path], alone=True)
    words = ontology.words(ontology.axioms.axioms)
    texts = sorted(ontology.text(axiom, words) for axiom in ontology.axioms.axioms)
    assert texts == ["x – d – “1” (xsd:double)", "x – d – “1” (xsd:float)", "x – d – “2”"]


def test_whole_axioms_are_read(kg: KnowledgeGraph, tmp_path: Path) -> None:
    assert not kg.ontology.axioms.unread
    text = (
        f":A owl:equivalentClass [ owl:oneOf ( :x [ ] ) ] , {RESTRICTION} owl:hasValue :x ] .\n"
        f":B rdfs:subClassOf {RESTRICTION} owl:onClass :A ; owl:maxQualifiedCardinality 1 ] , [ owl:oneOf () ] .\n"
        ":d rdfs:range [ a rdfs:Datatype ; owl:oneOf ( 1 'b' ) ] . [] a owl:AllDifferent ; owl:members ( :x [ ] ) .\n"
        ":p owl:propertyChainAxiom ( [ owl:inverseOf :q ] :q ) . [] owl:sourceIndividual :x ; "
        "owl:assertionProperty :d ; owl:targetValue 1 .\n"
        "rdfs:label rdfs:subPropertyOf :n . :n a owl:AnnotationProperty ; rdfs:domain :A ; rdfs:subPropertyOf :m ."
    )
    assert _against(tmp_path, text) == []


NAMED = {
    "a union": (":B owl:unionOf ( :A :C ) .", True),
    "an intersection": (":B owl:intersectionOf ( :A :C ) .", False),
    "an intersection of none": (":B owl:intersectionOf () .", True),
    "a complement": (":B owl:complementOf :C . :C rdfs:subClassOf owl:Nothing .", True),
    "a list of things": (":A owl:oneOf ( :x ) . :B owl:oneOf ( :y ) . :x owl:sameAs :y .", True),
    "a contradiction": (":C owl:disjointWith :A . :x a :A , :C .", True),
    "a contradiction but for one": (":C owl:disjointWith :A . :x a :A . :y a :C .", False),
}
"""What a class with a name is by its own, without brackets, and whether A is a kind of B by that."""


@pytest.mark.sample(2)
@pytest.mark.parametrize("name", NAMED)
def test_a_class_with_a_name_may_be_an_expression_by_itself(kg: KnowledgeGraph, tmp_path: Path, name: str) -> None:
    text, follows = NAMED[name]
    ontology = written(kg, tmp_path, f"{DECLARED}:C a owl:Class .\n{text}\n")
    assert not ontology.axioms.unread
    with nullcontext() if follows else pytest.raises(NotFoundError, match="It does not follow"):
        found = ontology.subsumption("A", SUBCLASS_OF.value, "B")
        assert str(found).count(f"small.v1.ttl:{FIRST + 2}]") == len(found.justifications.found[0])
        assert ("as all does: the ontology contradicts itself" in str(found)) == (name == "a contradiction")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (":A owl:onProperty :p ; owl:someValuesFrom owl:Nothing .", "owl:someValuesFrom begins no axiom of OWL"),
        (':x :d "2020"^^xsd:gYear .', "the datatype xsd:gYear"),
        (':x :d "2020"^^xsd:integer .', ""),
    ],
)
def test_nothing_unread_is_dropped_when_classes_are_asked_about(
    kg: KnowledgeGraph, tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ReasonerError if message else NotFoundError, match=r"cannot be told|does not follow") as error:
        written(kg, tmp_path, f"{DECLARED}{text}").unsatisfiable("A")
    assert message in str(error.value)


def test_an_empty_list_is_put_into_words(tmp_path: Path) -> None:
    path = tmp_path / "small.ttl"
    path.write_text(f"{HEAD}{DECLARED}:A rdfs:subClassOf [ owl:oneOf () ] . :x a :A .\n", "utf-8")
    found = Ontology.read(tmp_path, [path], alone=True).inconsistency()
    assert "A – is a kind of – an empty list" in str(found)


def test_what_follows_without_what_is_not_read_is_justified(kg: KnowledgeGraph, tmp_path: Path) -> None:
    text = ':d a owl:DatatypeProperty .\n:x :d "2020"^^xsd:gYear .\n[] a :A , :B .\n:A owl:disjointWith :B .'
    found = written(kg, tmp_path, ":A a owl:Class . :B a owl:Class .\n" + text).inconsistency()
    assert len(found.justifications.found[0]) == 3


def test_what_only_annotates_is_no_axiom_whatever_hangs_on_it(kg: KnowledgeGraph, tmp_path: Path) -> None:
    sh = "http://www.w3.org/ns/shacl#"
    text = f":S <{sh}ignoredProperties> ( rdf:type ) .\n:S :by [ :name ( 1 [ :in :there ] ) ] .\n:A a owl:Class ."
    with pytest.raises(NotFoundError, match=r"^Consistent: "):
        written(kg, tmp_path, text).inconsistency()


REFUSED = {
    "a number of a transitive relation": (
        ":p a owl:ObjectProperty , owl:TransitiveProperty .\n"
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:minCardinality 2 ] .",
        "Non-simple property",
    ),
    "chains in a circle": (
        ":p a owl:ObjectProperty . :q a owl:ObjectProperty .\n"
        ":p owl:propertyChainAxiom ( :q :p :q ) . :q owl:propertyChainAxiom ( :p :q :p ) .",
        "property hierarchy is not regular",
    ),
    "what differs from a thing without a name": (":A a owl:Class .\n[] owl:differentFrom :x .", "#x> a blank node)"),
}


@pytest.mark.sample(2)
@pytest.mark.parametrize("name", REFUSED)
def test_what_hermit_refuses_is_said_in_its_words_with_the_line(kg: KnowledgeGraph, tmp_path: Path, name: str) -> None:
    text, message = REFUSED[name]
    with pytest.raises(ReasonerError, match="HermiT cannot reason") as error:
        written(kg, tmp_path, text).inconsistency()
    assert message in str(error.value)
    assert f"small.v1.ttl:{FIRST + 1}: " in str(error.value)
    assert "java" not in str(error.value)
