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

from conventio.folder import write as write_module
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


def of_text(folder: Path) -> list[str]:
    """What a run is said to have written here: every text."""
    return [path.name for path in folder.glob("*.txt")]


def test_force_replaces_a_folder(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "old.txt").write_text("old", encoding="utf-8")
    with output_folder(target, force=True, written=of_text) as new:
        (new / "new.txt").write_text("new", encoding="utf-8")
        assert (target / "old.txt").is_file()
    assert [path.name for path in target.iterdir()] == ["new.txt"]
    assert list(tmp_path.iterdir()) == [target]


def test_force_keeps_what_was_there_after_an_error(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "old.txt").write_text("old", encoding="utf-8")

    def fail() -> None:
        with output_folder(target, force=True, written=of_text):
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
        with output_folder(target, force=True, written=of_text) as new:
            (new / "a.txt").write_text("later", encoding="utf-8")
            monkeypatch.setattr(Path, "rename", stopped)

    with pytest.raises(KeyboardInterrupt):
        replace()
    expected = {1: "earlier", 2: "later"}[after]
    assert (target / "a.txt").read_text(encoding="utf-8") == expected
    assert list(tmp_path.iterdir()) == [target]


def left_by_a_killed_run(place: Path, name: str, *files: str) -> Path:
    """A hidden folder of `out`, with its mark, that nobody holds locked."""
    left = place / name
    (left / "out").mkdir(parents=True)
    (left / "out-mark").write_text(write_module._mark(place / "out"), encoding="utf-8")
    for file in files:
        (left / "out" / file).write_text("half", encoding="utf-8")
    return left


@pytest.mark.parametrize("output", [output_folder, output_file])
def test_what_a_killed_run_has_left_is_removed(output: Any, tmp_path: Path) -> None:
    """Also where it was killed right after making the folder, or while removing it."""
    left_by_a_killed_run(tmp_path, ".out-new-12345678", "a.txt")
    (tmp_path / ".out-new-56789abc").mkdir()
    old = left_by_a_killed_run(tmp_path, ".out-old-9abcdef0")
    (old / "out").rename(old / "out-removed")
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
    left_by_a_killed_run(tmp_path, ".out-old-12345678", "earlier.txt")
    left_by_a_killed_run(tmp_path, ".out-new-12345678", "a.txt")
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
        with output_folder(target, force=True, written=of_text) as new:
            (new / "a.txt").write_text("later", encoding="utf-8")
    assert len(list(tmp_path.iterdir())) == 2
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
    (tmp_path / f".{name}-new-12345678").mkdir()
    (tmp_path / ".out1-new-12345678").mkdir()
    with output_folder(tmp_path / name):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {name, ".out1-new-12345678"}


@pytest.mark.parametrize(
    "left",
    [
        pytest.param(".out-new-notes", id="another name"),
        pytest.param(".out-old-12345678", id="no mark"),
        pytest.param(".out-new-x-old-12345678", id="of another output"),
    ],
)
def test_what_no_run_left_of_this_output_is_never_removed(left: str, tmp_path: Path) -> None:
    for name in ("out", "out-new-x"):
        (tmp_path / left / name).mkdir(parents=True)
        (tmp_path / left / name / "a.txt").write_text("the only copy", encoding="utf-8")
    with output_folder(tmp_path / "out"):
        pass
    assert (tmp_path / left / "out" / "a.txt").is_file()
    assert (tmp_path / left / "out-new-x" / "a.txt").is_file()


def test_the_mark_of_another_output_is_none(tmp_path: Path) -> None:
    left = left_by_a_killed_run(tmp_path, ".out-new-12345678", "a.txt")
    (left / "out-mark").write_text(write_module._mark(tmp_path / "other"), encoding="utf-8")
    with output_folder(tmp_path / "out"):
        pass
    assert (left / "out" / "a.txt").is_file()


def test_what_was_put_into_a_hidden_folder_stays(tmp_path: Path) -> None:
    left = left_by_a_killed_run(tmp_path, ".out-new-12345678", "a.txt")
    (left / "notes.docx").touch()
    with output_folder(tmp_path / "out"):
        pass
    assert [path.name for path in left.iterdir()] == ["notes.docx"]


@pytest.mark.parametrize("made", ["notes.docx", "folder/a.txt", "a.txt"])
def test_force_stops_at_what_no_run_wrote(made: str, tmp_path: Path) -> None:
    """A file of another name, a folder, and a folder or link of the name of a file."""
    target = tmp_path / "out"
    (target / made).parent.mkdir(parents=True)
    (target / "b.txt").touch()
    if made == "a.txt":
        (target / made).symlink_to(target / "b.txt")
    else:
        (target / made).touch()

    def written(folder: Path) -> list[str]:
        return ["a.txt", "b.txt", "folder/b.txt"]

    with (
        pytest.raises(Unusable) as caught,
        output_folder(target, force=True, written=written),
    ):
        pytest.fail("no work may start")
    assert [problem.message() for problem in caught.value.first] == [
        f"{target / made}: found something that no run of conventio wrote, expected an earlier "
        "result and nothing else, as --force replaces all of it. Move it elsewhere, or use --out "
        "to write elsewhere"
    ]


def test_force_stops_at_what_came_meanwhile(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "old.txt").touch()

    def meanwhile() -> None:
        with output_folder(target, force=True, written=of_text) as new:
            (new / "new.txt").touch()
            (target / "notes.docx").touch()

    with pytest.raises(Unusable, match=r"notes\.docx"):
        meanwhile()
    assert {path.name for path in target.iterdir()} == {"old.txt", "notes.docx"}
    assert list(tmp_path.iterdir()) == [target]


def test_another_run_that_was_faster_is_told(tmp_path: Path) -> None:
    def both() -> None:
        with output_folder(tmp_path / "out") as second:
            with output_folder(tmp_path / "out") as first:
                (first / "a.txt").touch()
            (second / "b.txt").touch()

    with pytest.raises(Unusable, match="while this run was at work"):
        both()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_mount_point_is_told_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    target.mkdir()
    monkeypatch.setattr(os.path, "ismount", lambda path: path == target)
    with (
        pytest.raises(Unusable, match="a place where a disk is mounted"),
        output_folder(target, force=True),
    ):
        pytest.fail("no work may start")


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize(
    ("shared", "folder", "file"), [(False, 0o700, 0o600), (True, 0o750, 0o640)]
)
def test_output_is_its_owners_alone_unless_shared(
    shared: bool, folder: int, file: int, tmp_path: Path
) -> None:
    before = os.umask(0o027)
    try:
        with output_folder(tmp_path / "out", shared=shared) as new:
            (new / "inside").mkdir()
            (new / "inside" / "a.txt").touch()
        with output_file(tmp_path / "list.csv", shared=shared) as list_:
            list_.touch()
    finally:
        os.umask(before)
    made = tmp_path / "out"
    assert rights(made) == rights(made / "inside") == folder
    assert rights(made / "inside" / "a.txt") == rights(tmp_path / "list.csv") == file


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
    with output_folder(target, force=force, written=lambda folder: ("a", "b")) as new:
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
