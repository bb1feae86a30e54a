"""Arguments and small files at random: never a traceback, an exit code as promised, nothing written elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import command_runs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glutkg.cli import command_line

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

LEFT_OUT = {"serve", "cache", "reason"}
"""Commands that do not end, that empty the cache of this run, and that start Java."""
CHOICES = command_line()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
COMMANDS = sorted(set(CHOICES) - LEFT_OUT)  # type: ignore[arg-type]
OPTIONS = sorted(
    {
        option
        for command in COMMANDS
        for option in CHOICES[command]._option_string_actions  # type: ignore[index]
    }
    - {"-o", "--output", "--cite"}
)
NAMES = (
    *("memantine", "MK-801", "migraine", "NMDA receptor", "glut:agent", "claim:none", "is a", "kind of", "has target"),
    *("compounds-at-receptor", "conflicts", "kinds-of-no", "--receptor", "--drug", "--", "-", "--=", "mGlu5"),
    *("table", "csv", "json", "turtle", "markdown", "bibtex", "svg", "path", "targets", "bash", "HEAD", "stated"),
    *(
        "0",
        "-1",
        "1",
        "2",
        "1e9",
        "nan",
        "9" * 30,
        "",
        " ",
        "/",
        ".",
        "..",
        "~",
        "/dev/null",
        "hostile.ttl",
        "none.ttl",
    ),
    *("SELECT * { ?s a glut:Claim } LIMIT 2", "ASK {", "http://example.org/", "<", "_:b", "'", '"', "\\", "%s", "{}"),
)
WORD = st.one_of(
    st.sampled_from(NAMES),
    st.sampled_from(OPTIONS),
    st.text(max_size=8),
    st.binary(max_size=4).map(lambda raw: raw.decode(errors="surrogateescape")),
)
CALL = st.tuples(st.sampled_from(COMMANDS), st.lists(WORD, max_size=4))
PIECE = st.sampled_from(
    (
        *("@prefix : <http://e/> .\n", "@base <x> .\n", "PREFIX owl: <http://www.w3.org/2002/07/owl#>\n", ":a", " a "),
        *(
            ":b ",
            " . \n",
            " ; ",
            " , ",
            "[ ",
            " ]",
            "( ",
            " )",
            "<",
            ">",
            "<http://e/a>",
            "<rel>",
            "<a b>",
            "_:x ",
            "'''",
        ),
        *('"', '"x"', '"x"@en', '"x"@', '"x"^^', '"x"^^:t', "1.5", "1e", "true", "#", "\\u00", "\\", "\0", "\ufeff"),
        *("<http://www.w3.org/2000/01/rdf-schema#subClassOf>", "owl:Class", "owl:equivalentClass", "owl:unionOf"),
        *("<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>", "glut:agent", "<<", ">>", "{", "}", "é", "😀"),
        "@prefix glut: <https://w3id.org/glutkg/> .\n:c a glut:MechanismOfAction ; glut:agent :d .\n",
    )
)
FILE = st.one_of(st.lists(PIECE, max_size=12).map(lambda pieces: "".join(pieces).encode()), st.binary(max_size=40))


def promised(call: tuple[str, ...], folder: Path) -> None:
    """Run a call in a folder of its own; hold it to what the command line promises."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done = command_runs.in_process(call, folder)
    assert done.returncode in (0, 1, 2), call
    assert "Traceback" not in done.stdout + done.stderr, call
    assert done.returncode == 0 or done.stdout + done.stderr, call
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before, call


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file that is no Turtle."""
    folder = tmp_path_factory.mktemp("fuzzing")
    (folder / "hostile.ttl").write_bytes(b"<a> <b> \xff .")
    return folder


@given(call=CALL)
@settings(max_examples=150)
def test_any_words_end_as_promised(place: Path, cache: Path, call: tuple[str, list[str]]) -> None:
    promised((call[0], *call[1]), place)


@given(content=FILE)
@settings(max_examples=30)
def test_any_file_is_checked_as_promised(place: Path, cache: Path, content: bytes) -> None:
    path = place / "any.ttl"
    path.write_bytes(content)
    promised(("check", str(path)), place)
