"""Output folders: whole or absent, never overwritten by accident."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from conventio.folder.engine import DuckDB
from conventio.folder.problems import Unusable
from conventio.folder.tables import TABLES
from conventio.folder.template import write_template
from conventio.folder.write import output_file, output_folder


def test_a_new_folder_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out"
    with output_folder(target) as new:
        (new / "a.txt").write_text("a", encoding="utf-8")
        assert not target.exists()
        assert new.parent.parent == target.parent
        assert new.parent.name.startswith(".")
    assert [path.name for path in target.iterdir()] == ["a.txt"]
    assert [path.name for path in target.parent.iterdir()] == ["out"]


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with output_folder(tmp_path / "out") as new:
            (new / "a.txt").write_text("a", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_refused_before_any_work(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    with pytest.raises(Unusable) as caught, output_folder(target):
        pytest.fail("no work may start")
    assert [problem.message() for problem in caught.value.first] == [
        f"{target}: found something of that name, expected a new name. "
        "Use --force to replace it, or --out to write elsewhere"
    ]


def test_force_replaces_a_folder(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "old.txt").write_text("old", encoding="utf-8")
    with output_folder(target, force=True) as new:
        (new / "new.txt").write_text("new", encoding="utf-8")
        assert (target / "old.txt").is_file()
    assert [path.name for path in target.iterdir()] == ["new.txt"]
    assert list(tmp_path.iterdir()) == [target]


def test_force_keeps_what_was_there_after_an_error(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "old.txt").write_text("old", encoding="utf-8")

    def fail() -> None:
        with output_folder(target, force=True):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [path.name for path in target.iterdir()] == ["old.txt"]
    assert list(tmp_path.iterdir()) == [target]


def test_force_does_not_replace_a_file(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("a file", encoding="utf-8")
    with pytest.raises(Unusable), output_folder(target, force=True):
        pytest.fail("no work may start")
    assert target.read_text(encoding="utf-8") == "a file"


def test_a_template_has_every_table(tmp_path: Path) -> None:
    files = write_template(tmp_path / "new")
    assert [path.stem for path in files] == list(TABLES)
    header = (tmp_path / "new" / "services.csv").read_text(encoding="utf-8")
    assert header == ",".join(TABLES["services"].names()) + "\n"
    with pytest.raises(Unusable):
        write_template(tmp_path / "new")


@pytest.mark.parametrize("after", [1, 2])
def test_a_stop_while_answers_are_replaced_loses_none(
    after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped right after the first or the second of the two renames."""
    target = tmp_path / "out"
    target.mkdir()
    (target / "a.txt").write_text("earlier", encoding="utf-8")
    done, rename = 0, Path.rename

    def stopped(self: Path, to: Path) -> Path:
        nonlocal done
        moved, done = rename(self, to), done + 1
        if done == after:
            raise KeyboardInterrupt
        return moved

    def replace() -> None:
        with output_folder(target, force=True) as new:
            (new / "a.txt").write_text("later", encoding="utf-8")
            monkeypatch.setattr(Path, "rename", stopped)

    with pytest.raises(KeyboardInterrupt):
        replace()
    expected = {1: "earlier", 2: "later"}[after]
    assert (target / "a.txt").read_text(encoding="utf-8") == expected
    assert list(tmp_path.iterdir()) == [target]


def left_by_a_killed_run(place: Path, name: str, *files: str) -> Path:
    """A hidden folder of `out` that nobody holds locked."""
    left = place / name
    (left / "out").mkdir(parents=True)
    for file in files:
        (left / "out" / file).write_text("half", encoding="utf-8")
    return left


@pytest.mark.parametrize("output", [output_folder, output_file])
def test_what_a_killed_run_has_left_is_removed(output: Any, tmp_path: Path) -> None:
    """Also where it was killed right after making the folder, or while removing it."""
    left_by_a_killed_run(tmp_path, ".out-new-1234", "a.txt")
    (tmp_path / ".out-new-5678").mkdir()
    left_by_a_killed_run(tmp_path, ".out-old-9abc")
    (tmp_path / ".out-old-9abc" / "out").rename(tmp_path / ".out-old-9abc" / "out-removed")
    with output(tmp_path / "out") as new:
        assert len(list(tmp_path.iterdir())) == 1
        if output is output_file:
            new.touch()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_a_run_at_work_holds_is_left_alone(tmp_path: Path) -> None:
    with output_folder(tmp_path / "out") as first:
        with output_folder(tmp_path / "out"):
            assert first.is_dir()
        (first / "a.txt").touch()
        (tmp_path / "out").rmdir()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.txt"]


def test_earlier_output_that_a_killed_run_moved_aside_comes_back(tmp_path: Path) -> None:
    left_by_a_killed_run(tmp_path, ".out-old-1234", "earlier.txt")
    left_by_a_killed_run(tmp_path, ".out-new-1234", "a.txt")
    with pytest.raises(Unusable), output_folder(tmp_path / "out"):
        pytest.fail("no work may start")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["earlier.txt"]


def test_earlier_output_that_is_half_removed_stays_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while it removed what it had replaced; then somebody removes the new output too."""
    target = tmp_path / "out"
    target.mkdir()
    (target / "a.txt").write_text("earlier", encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", lambda *_, **__: None)
        with output_folder(target, force=True) as new:
            (new / "a.txt").write_text("later", encoding="utf-8")
    assert len(list(tmp_path.iterdir())) == 3
    shutil.rmtree(target)
    with output_folder(target) as new:
        (new / "a.txt").write_text("last", encoding="utf-8")
    assert (target / "a.txt").read_text(encoding="utf-8") == "last"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_another_run_took_for_left_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one looks between the making and the locking."""
    mkdir, made = Path.mkdir, []

    def taken(self: Path, *words: Any, **more: Any) -> None:
        mkdir(self, *words, **more)
        if self.name.startswith(".out-new-"):
            made.append(self)
            if len(made) == 1:
                self.rmdir()

    monkeypatch.setattr(Path, "mkdir", taken)
    with output_folder(tmp_path / "out") as new:
        (new / "a.txt").touch()
    assert len(made) == 2
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.txt"]


@pytest.mark.parametrize("name", ["out", "out[1]", "out*"])
def test_only_what_is_of_the_same_name_is_removed(name: str, tmp_path: Path) -> None:
    (tmp_path / f".{name}-new-1234").mkdir()
    (tmp_path / ".out1-new-1234").mkdir()
    with output_folder(tmp_path / name):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {name, ".out1-new-1234"}


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "list.csv"
    target.write_text("earlier", encoding="utf-8")

    def fail() -> None:
        with output_file(target) as new:
            new.write_text("half", encoding="utf-8")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert target.read_text(encoding="utf-8") == "earlier"
    with output_file(target) as new:
        new.write_text("whole", encoding="utf-8")
    assert target.read_text(encoding="utf-8") == "whole"
    assert list(tmp_path.iterdir()) == [target]


def test_the_schema_of_parquet_does_not_depend_on_the_values(tmp_path: Path) -> None:
    """Any column may be null, also where none is."""
    file = tmp_path / "table.parquet"
    with DuckDB() as engine:
        engine.create("whole", "SELECT i AS number, 'a' || i AS name FROM range(9) AS t(i)")
        engine.write_parquet("SELECT * FROM whole ORDER BY name", file)
    assert all(field.nullable for field in pq.read_schema(file))


def killed_before(step: int, work: Callable[[], object]) -> bool:
    """Do some work in a process that is killed before so many steps in folders; whether it was."""
    process = os.fork()
    if process == 0:
        steps = count()

        def counted(call: Callable[..., Any]) -> Callable[..., Any]:
            def run(*words: Any, **more: Any) -> Any:
                if next(steps) == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return call(*words, **more)

            return run

        for name in ("mkdir", "open", "rename", "unlink", "rmdir"):
            setattr(os, name, counted(getattr(os, name)))
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == -signal.SIGKILL


def write(target: Path, text: str, *, force: bool) -> None:
    with output_folder(target, force=force) as new:
        for name in ("a", "b"):
            (new / name).write_text(text, encoding="utf-8")


def written(target: Path) -> set[str]:
    """What is said by the files of an output, which has two; nothing where there is none."""
    files = list(target.iterdir()) if target.exists() else []
    assert len(files) in (0, 2)
    return {file.read_text(encoding="utf-8") for file in files}


@pytest.mark.parametrize("lost", [False, True])
def test_killed_before_any_step_nothing_is_half_there(lost: bool, tmp_path: Path) -> None:
    """The next run finds output that is whole, or writes its own, and clears up.

    Also where somebody removes the output in between.
    """
    target = tmp_path / "out"
    for step in count():
        write(target, "earlier", force=True)
        killed = killed_before(step, partial(write, target, "later", force=True))
        assert written(target) in ({"earlier"}, {"later"}, set())
        if lost:
            shutil.rmtree(target, ignore_errors=True)
        with suppress(Unusable):
            write(target, "last", force=False)
        assert written(target) in ({"earlier"}, {"later"}, {"last"})
        assert list(tmp_path.iterdir()) == [target]
        if not killed:
            break
    assert step > 10
