"""Queries are kept from run to run, of this very program only, and never needed."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from conventio.folder import queries


@dataclass(frozen=True)
class Written:
    """Queries as a plan holds them."""

    first: tuple[str, ...]
    last: str


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of their own for the queries of a test."""
    monkeypatch.setenv(queries.PLACE, str(tmp_path / "kept"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    queries._place.cache_clear()
    yield tmp_path / "kept"
    queries._place.cache_clear()


class Compiler:
    """Functions that count how often they are asked; each `run` stands for a process."""

    def __init__(self) -> None:
        self.made = 0

    def run(self, table: str, *, strictly: bool = False) -> Written:
        def compiled(table: str, *, strictly: bool) -> Written:
            self.made += 1
            return Written(("SELECT 'é'", f"SELECT {strictly}"), f'SELECT * FROM "{table}"')

        compiled.__annotations__["return"] = Written
        return queries.kept(compiled)(table, strictly=strictly)


def test_what_was_compiled_is_there_in_the_next_run() -> None:
    compiler = Compiler()
    assert compiler.run("services") == compiler.run("services")
    assert compiler.made == 1


def test_other_values_have_other_queries() -> None:
    compiler = Compiler()
    whole = [compiler.run("services"), compiler.run("fees"), compiler.run("fees", strictly=True)]
    assert len(set(whole)) == compiler.made == 3


def test_the_queries_of_another_program_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = Compiler()
    compiler.run("services")
    monkeypatch.setattr(queries, "version", lambda package: "another")
    queries._place.cache_clear()
    compiler.run("services")
    assert compiler.made == 2


def test_each_file_of_the_program_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "package" / "folder"
    source.mkdir(parents=True)
    (source / "queries.py").write_text("one", encoding="utf-8")
    monkeypatch.setattr(queries, "__file__", str(source / "queries.py"))
    before = queries._program()
    (source.parent / "rows.py").write_text("", encoding="utf-8")
    with_another = queries._program()
    (source.parent / "rows.py").write_text("x = 1", encoding="utf-8")
    changed = queries._program()
    (source / "conventio.po").write_text("words", encoding="utf-8")
    with_words = queries._program()
    (source / "nomenclature.csv").write_text("code", encoding="utf-8")
    assert len({before, with_another, changed, with_words, queries._program()}) == 5


def test_a_broken_file_is_made_anew(place: Path) -> None:
    compiler = Compiler()
    compiler.run("services")
    (file,) = place.rglob("*.json")
    file.write_bytes(file.read_bytes()[:-5])
    compiler.run("services")
    compiler.run("services")
    assert compiler.made == 2


def test_an_empty_name_keeps_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(queries.PLACE, "")
    compiler = Compiler()
    compiler.run("services")
    compiler.run("services")
    assert compiler.made == 2
    assert not place.exists()


def test_where_nothing_can_be_written_they_are_compiled(place: Path) -> None:
    place.write_text("a file where the folder would be", encoding="utf-8")
    compiler = Compiler()
    assert compiler.run("services") == compiler.run("services")
    assert compiler.made == 2


def idle(folder: Path) -> Path:
    """A folder that nobody touched for long."""
    folder.mkdir(parents=True, exist_ok=True)
    long_ago = time.time() - queries.IDLE - 60
    os.utime(folder, (long_ago, long_ago))
    return folder


def of_another_program(place: Path, digit: str) -> Path:
    """Queries that another program keeps here."""
    folder = place / (digit * 64)
    folder.mkdir(parents=True)
    for name, text in ((queries.MARK, queries.MARKED), (f"{'0' * 64}.json", "{}")):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_what_was_idle_for_long_is_removed(place: Path) -> None:
    old, young = of_another_program(place, "a"), of_another_program(place, "b")
    idle(old)
    Compiler().run("services")
    assert not old.exists()
    assert young.exists()


def test_nothing_else_is_ever_removed(place: Path) -> None:
    """The variable may name a folder that holds other things, long forgotten."""
    photos, unmarked = place / "photos", place / ("c" * 64)
    for folder in (photos, unmarked):
        folder.mkdir(parents=True)
        (folder / "a.jpg").touch()
    marked = of_another_program(place, "d")
    (marked / "notes.txt").touch()
    elsewhere = of_another_program(place.parent, "f")
    link = place / ("e" * 64)
    link.symlink_to(elsewhere)
    for folder in (photos, unmarked, marked):
        idle(folder)
    long_ago = time.time() - queries.IDLE - 60
    os.utime(link, (long_ago, long_ago), follow_symlinks=False)
    Compiler().run("services")
    assert (photos / "a.jpg").exists()
    assert (unmarked / "a.jpg").exists()
    assert (marked / "notes.txt").exists()
    assert len(list(elsewhere.iterdir())) == 2


def kept(place: Path) -> Path:
    """The file of the only query."""
    (file,) = place.rglob("*.json")
    return file


def test_what_was_tampered_with_is_made_anew(place: Path) -> None:
    compiler = Compiler()
    made = compiler.run("services")
    text = kept(place).read_bytes()
    kept(place).write_bytes(text.replace(b"services", b"pwned123"))
    assert compiler.run("services") == made
    assert compiler.made == 2
    # Nor is one taken from under another name, or written without the key.
    compiler.run("fees")
    first, second = sorted(place.rglob("*.json"), key=lambda file: b"fees" in file.read_bytes())
    first.write_bytes(second.read_bytes())
    assert compiler.run("services") == made
    query = text.partition(b"\n")[2]
    first.write_bytes(sha256(query).hexdigest().encode() + b"\n" + query)
    assert compiler.run("services") == made
    first.write_bytes(query)
    assert compiler.run("services") == made
    assert compiler.made == 6


def test_queries_and_their_key_are_of_their_owner_alone(place: Path) -> None:
    Compiler().run("services")
    key = place.parent / "state" / "conventio" / queries.KEY
    folders = {path.stat().st_mode & 0o777 for path in (place, kept(place).parent, key.parent)}
    assert folders == {0o700}
    files = {path.stat().st_mode & 0o777 for path in (*kept(place).parent.iterdir(), key)}
    assert files == {0o600}
    assert not key.is_relative_to(place)


@pytest.mark.parametrize("what", ["folder", "whole", "query", "key"])
def test_what_others_could_write_is_not_taken(what: str, place: Path) -> None:
    compiler = Compiler()
    compiler.run("services")
    key = place.parent / "state" / "conventio" / queries.KEY
    file = {"folder": kept(place).parent, "whole": place, "query": kept(place), "key": key}[what]
    file.chmod(file.stat().st_mode | 0o020)
    queries._place.cache_clear()
    compiler.run("services")
    assert compiler.made == 2


@pytest.mark.parametrize("what", ["folder", "query", "key"])
def test_links_are_not_followed(what: str, place: Path) -> None:
    compiler = Compiler()
    compiler.run("services")
    key = place.parent / "state" / "conventio" / queries.KEY
    file = {"folder": kept(place).parent, "query": kept(place), "key": key}[what]
    file.rename(place.parent / "elsewhere")
    file.symlink_to(place.parent / "elsewhere")
    queries._place.cache_clear()
    compiler.run("services")
    assert compiler.made == 2


def test_without_a_place_for_the_key_nothing_is_kept(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    compiler = Compiler()
    assert compiler.run("services") == compiler.run("services")
    assert compiler.made == 2
    assert list(place.iterdir()) == []
