"""A release holds every format, with its description and checksums, or is not there at all."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from glutkg.atomic_write import write_folder_atomically
from glutkg.commands.exporting import EXPORTS
from glutkg.errors import UsageError
from glutkg.exports.formats import FORMATS
from glutkg.exports.ro_crate import checksums, metadata

if TYPE_CHECKING:
    from pathlib import Path

    from command_runs import Run

FILES = {"a.ttl": b"x", "csv/b.csv": b"y"}


def held(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_command_offers_every_format() -> None:
    assert set(EXPORTS) == {*FORMATS, "release", "site"}


def test_a_crate_lists_every_file_with_its_digest() -> None:
    described = {"a.ttl": ("A", "text/turtle", "https://example.org/a"), "csv": ("B", "text/csv", "")}
    root, *entities = json.loads(metadata(FILES, described, "2030-01-31"))["@graph"][1:]
    assert [part["@id"] for part in root["hasPart"]] == list(FILES)
    found = {entity["@id"]: entity for entity in entities if entity["@type"] == "File"}
    assert {name: entity["sha256"] for name, entity in found.items()} == {
        name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()
    }
    assert found["csv/b.csv"]["encodingFormat"] == "text/csv"
    assert checksums(FILES).decode().splitlines()[0] == f"{hashlib.sha256(b'x').hexdigest()}  a.ttl"


def test_a_folder_is_replaced_whole_and_only_if_nothing_else_is_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    write_folder_atomically(folder, FILES)
    write_folder_atomically(folder, {**FILES, "a.ttl": b"z"})
    assert held(folder) == {**FILES, "a.ttl": b"z"}
    (folder / "mine.txt").write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"holds mine\.txt, which is not of this export"):
        write_folder_atomically(folder, FILES)
    assert held(folder) == {**FILES, "a.ttl": b"z", "mine.txt": b"mine"}
    (folder / "mine.txt").unlink()
    with pytest.raises(UsageError, match="cannot be written"):
        write_folder_atomically(folder, {**FILES, "a.ttl/c": b"a file and a folder of one name"})
    assert held(folder) == {**FILES, "a.ttl": b"z"}
    assert [path.name for path in tmp_path.iterdir()] == ["release"]
    with pytest.raises(UsageError, match="is a file"):
        write_folder_atomically(folder / "a.ttl", FILES)
    with pytest.raises(UsageError, match="cannot be written"):
        write_folder_atomically(tmp_path / "nowhere" / "release", FILES)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("csv",), "is a folder of files. Name one with -o"),
        (("release",), "is a folder of files. Name one with -o"),
        (("release", "--report", "-o", "r"), "in its folder fidelity/"),
        (("kgx", "--over", "stated", "-o", "r"), "--over stated chooses triples"),
        (("trig", "--format", "turtle"), "trig is a format by itself"),
        (("--format", "grlc"), "invalid choice: 'grlc'"),
        (("--over", "owl"), "invalid choice: 'owl'"),
    ],
)
def test_a_call_that_does_not_fit_the_format_gets_a_clear_word(
    run: Run, arguments: tuple[str, ...], message: str
) -> None:
    done = run("export", *arguments)
    assert (done.returncode, message in done.stderr) == (2, True), done.stderr


@pytest.mark.slow
def test_a_release_is_the_same_twice_and_its_checksums_are_right(run: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run("export", "release", "-o", name).returncode == 0
    found = held(tmp_path / "one")
    assert found == held(tmp_path / "two")
    lines = found.pop("SHA256SUMS").decode().splitlines()
    assert {line[66:]: line[:64] for line in lines} == {
        name: hashlib.sha256(content).hexdigest() for name, content in found.items()
    }
    assert {chosen.name for chosen in FORMATS.values()} <= {name.partition("/")[0] for name in found}
    assert {f"fidelity/{name}.json" for name in FORMATS} <= found.keys()
