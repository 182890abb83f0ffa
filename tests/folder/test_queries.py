"""Queries are kept from run to run, of this very program only, and never needed."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
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
    queries._folder.cache_clear()
    yield tmp_path / "kept"
    queries._folder.cache_clear()


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
    queries._folder.cache_clear()
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
    assert len({before, with_another, queries._program()}) == 3


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


def test_what_was_idle_for_long_is_removed(place: Path) -> None:
    old, young = place / "old", place / "young"
    for folder in (old, young):
        folder.mkdir(parents=True)
    long_ago = time.time() - queries.IDLE - 60
    os.utime(old, (long_ago, long_ago))
    Compiler().run("services")
    assert not old.exists()
    assert young.exists()
