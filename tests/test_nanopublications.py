"""Nanopublications: four graphs each, under a name that changes with any word in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from glutkg.exports.content import Content
from glutkg.exports.nanopublications import NANOPUBLICATIONS, nanopublication
from glutkg.exports.trusty_uri import artifact_code

if TYPE_CHECKING:
    from pathlib import Path

    from command_runs import Run

    from glutkg.api import KnowledgeGraph


pytestmark = pytest.mark.xdist_group("exports")


@pytest.fixture(scope="module")
def texts(content: Content) -> list[str]:
    return [nanopublication(content, claim).decode() for claim in content.claims]


def code(text: str) -> str:
    (found,) = set(re.findall(r"@prefix this: <.*/np/(RA[\w-]{43})>", text))
    return str(found)


def test_the_name_is_the_digest_of_the_content(texts: list[str]) -> None:
    assert len({code(text) for text in texts}) == len(texts)
    for text in texts[::40]:
        assert artifact_code(ox.parse(text, format=ox.RdfFormat.TRIG), code(text)) == code(text)
        other = re.sub(r'"@en', ' or not"@en', text, count=1)
        assert artifact_code(ox.parse(other, format=ox.RdfFormat.TRIG), code(text)) != code(text)


def test_the_assertion_says_how_sure_it_is_and_whether_it_is_in_force(
    texts: list[str],
) -> None:
    for text in texts:
        quads = list(ox.parse(text, format=ox.RdfFormat.TRIG))
        graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}
        name = NANOPUBLICATIONS + code(text)
        assert graphs == {f"{name}#{part}" for part in ("head", "assertion", "provenance", "pubinfo")}
        asserted = {q.predicate.value.rpartition("/")[2] for q in quads if str(q.graph_name).endswith("#assertion>")}
        assert {"modality", "standing"} <= asserted
        assert {"result", "judgement"} & asserted


def test_nanopub_sign_finds_each_name_right_and_a_changed_word_wrong(texts: list[str]) -> None:
    from nanopub_sign import Nanopub

    for text in texts[::20]:
        assert Nanopub(text).check().info()["trusty_hash"] == code(text)
    with pytest.raises(Exception, match="hash of the nanopublication is different"):
        Nanopub(texts[0].replace("glut:Established", "glut:Possible")).check()


def test_a_key_signs_them_and_what_is_no_key_is_refused(run: Run, kg: KnowledgeGraph, tmp_path: Path) -> None:
    from nanopub_sign import KeyPair, Nanopub

    (tmp_path / "key.pem").write_text(f"-----BEGIN PRIVATE KEY-----\n{KeyPair().private}\n-----END PRIVATE KEY-----\n")
    claim = Content(kg).claims[0]
    content = Content(kg, key=tmp_path / "key.pem")
    content.claims = [claim]
    from glutkg.exports.nanopublications import files

    (signed,) = files(content).values()
    assert files(content)["nanopublications.trig"] == signed
    assert Nanopub(signed.decode()).check().info()["signature"]
    (tmp_path / "no.pem").write_text("-----BEGIN PRIVATE KEY-----\nabc\n")
    done = run("export", "nanopubs", "--sign", "no.pem", "-o", "np.trig")
    assert (done.returncode, "no private RSA key" in done.stderr) == (1, True)
    assert "abc" not in done.stderr
    assert run("export", "turtle", "--sign", "key.pem").returncode == 2
    assert not (tmp_path / "np.trig").exists()
