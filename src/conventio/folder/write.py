"""Output that is whole or absent: never half-written, never overwritten by accident."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from threading import Lock

from conventio.folder.problems import Problem, Unusable
from conventio.wording.catalogue import Catalogue

try:
    import fcntl
except ImportError:  # a system without such locks: what a killed run leaves is left there
    fcntl = None  # type: ignore[assignment]

MARK = "-mark"
"""The ending of the file in a hidden folder that says whose it is.

Without it no folder is removed that has anything in it.
"""

NAMED = 20
"""How many files that stop `--force` are named."""

PATIENCE = 1.0
"""Seconds for which it is tried to remove what is unfinished."""

unfinished: set[Path] = set()
"""The hidden folders of this process that hold output which is not in its place yet."""
placed: list[Path] = []
"""The output that this process has put in its place."""
placing = Lock()
"""Held while output is put in its place: whoever ends the process in haste waits for it."""


Written = Callable[[Path], Collection[str]]
"""Answers which files of a folder a run wrote, by their paths in it."""


def _nothing(folder: Path) -> Collection[str]:
    return ()


@contextmanager
def output_folder(
    target: Path,
    *,
    force: bool = False,
    written: Written = _nothing,
    shared: bool = False,
    language: str = "en",
) -> Iterator[Path]:
    """A new folder in a hidden one beside `target`, which takes its place when all went well.

    Raises Unusable before any work where `target` exists (unless `force`, and it holds nothing but
    what was `written` by a run) or can't be made; on any error the new folder is removed and what
    was there stays. What a killed run has left beside `target` is removed first. It is for its
    owner alone unless `shared`.
    """
    words = Catalogue.read(language)
    placed.clear()
    _clean_after_the_killed(target)
    if target.is_symlink() or (target.exists() and (not force or not target.is_dir())):
        raise Unusable([_problem(target, words, "there", "force" if target.is_dir() else "out")])
    if os.path.ismount(target):
        raise Unusable([_problem(target, words, "mounted", "below", expected="placed-whole")])
    _keep_foreign(target, target, written, words)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable([_problem(target, words, "unwritable", "out", error.strerror)]) from error
    with _hidden(target, "new", "out", words) as hidden:
        new = hidden / target.name
        new.mkdir()
        yield new
        if not shared:
            _make_private(new)
        with placing:
            _put(new, target, force, written, words)
            placed.append(target)


@contextmanager
def output_file(target: Path, *, shared: bool = False, language: str = "en") -> Iterator[Path]:
    """A new file in a hidden folder beside `target`, which takes its place when all went well.

    Raises Unusable where it can't be made; on any error what was there stays. It is for its owner
    alone unless `shared`.
    """
    _clean_after_the_killed(target)
    with _hidden(target, "new", "name-another", Catalogue.read(language)) as hidden:
        new = hidden / target.name
        yield new
        if not shared:
            _make_private(new)
        new.replace(target)


def foreign(folder: Path, written: Collection[str]) -> list[Path]:
    """What stands in a folder beside the files that were written there, by name."""
    return sorted(_foreign(folder, "", frozenset(written)))


def _foreign(folder: Path, start: str, written: frozenset[str]) -> Iterator[Path]:
    for one in os.scandir(folder):
        name = start + one.name
        if one.is_dir(follow_symlinks=False) and any(
            each.startswith(f"{name}/") for each in written
        ):
            yield from _foreign(folder / one.name, f"{name}/", written)
        elif name not in written or not one.is_file(follow_symlinks=False):
            yield folder / one.name


def _keep_foreign(folder: Path, target: Path, written: Written, words: Catalogue) -> None:
    """Raises Unusable where a folder, the output `target` or once that, holds what no run wrote."""
    if not folder.is_dir():
        return
    found = foreign(folder, written(folder))
    if found:
        places = [target / one.relative_to(folder) for one in found[:NAMED]]
        raise Unusable(
            [
                _problem(one, words, "foreign", "move-away", expected="earlier-only")
                for one in places
            ],
            len(found),
        )


def _make_private(made: Path) -> None:
    """Leave a file, or a folder with all in it, to its owner alone: it tells of people's health."""
    with suppress(OSError):  # a file system without such rights
        made.chmod(0o700 if made.is_dir() else 0o600)
    for folder, folders, files in os.walk(made):
        for names, rights in ((folders, 0o700), (files, 0o600)):
            for name in names:
                with suppress(OSError):
                    Path(folder, name).chmod(rights)


def remove_unfinished() -> None:
    """Remove what is not in its place yet: for a process that ends in haste.

    Others may still write there, or be removing it too; so it is tried until nothing is left.
    """
    until = time.monotonic() + PATIENCE
    while left := [folder for folder in tuple(unfinished) if folder.exists()]:
        for folder in left:
            shutil.rmtree(folder, ignore_errors=True)
        if time.monotonic() > until:
            return


@contextmanager
def _hidden(target: Path, what: str, advice: str, words: Catalogue) -> Iterator[Path]:
    """A hidden folder beside `target`, locked by this process, that is gone at the end."""
    with ExitStack() as closing:
        ours = False
        while not ours:
            made = target.parent / f".{target.name}-{what}-{token_hex(4)}"
            unfinished.add(made)  # before it is there: a signal may come at any moment
            closing.callback(unfinished.discard, made)
            try:
                made.mkdir(mode=0o700)
            except OSError as error:
                problem = _problem(target, words, "unwritable", advice, error.strerror)
                raise Unusable([problem]) from error
            ours = _lock(made, closing)
        closing.callback(_remove, made, target)
        try:
            _marked(made, target).write_text(_mark(target), encoding="utf-8")
        except OSError as error:
            problem = _problem(target, words, "unwritable", advice, error.strerror)
            raise Unusable([problem]) from error
        yield made


def _lock(made: Path, closing: ExitStack) -> bool:
    """Lock a new folder until `closing`; false where another run has removed it meanwhile.

    That happens between making and locking, when it looks like what a killed run has left.
    """
    if fcntl is None:
        return True
    try:
        lock = os.open(made, os.O_RDONLY)
    except FileNotFoundError:
        return False
    closing.callback(os.close, lock)
    with suppress(OSError):  # a file system without locks: nobody can lock it to remove it either
        fcntl.flock(lock, fcntl.LOCK_EX)
    return made.exists()


def _put(new: Path, target: Path, force: bool, written: Written, words: Catalogue) -> None:
    """Rename `new` to `target`; what was there is moved aside first and removed last.

    Raises Unusable where meanwhile somebody put something there.
    """
    if not (force and target.exists()):
        _into_place(new, target, words)
        return
    with _hidden(target, "old", "out", words) as old:
        aside = old / target.name
        try:
            target.rename(aside)
            _keep_foreign(aside, target, written, words)
            _into_place(new, target, words)
        except BaseException:
            if aside.exists() and not target.exists():
                aside.rename(target)
            raise


def _into_place(new: Path, target: Path, words: Catalogue) -> None:
    """Give a folder its name; raises Unusable where another run was faster."""
    try:
        new.rename(target)
    except OSError as error:
        if target.exists():
            raise Unusable([_problem(target, words, "meanwhile", "out")]) from error
        raise


def _marked(hidden: Path, target: Path) -> Path:
    """The file that says whose a hidden folder is."""
    return hidden / f"{target.name}{MARK}"


def _mark(target: Path) -> str:
    """What the mark of a hidden folder says."""
    return f"A run of conventio was writing {target.name!r}; the next one clears up.\n"


def _clean_after_the_killed(target: Path) -> None:
    """Remove what runs have left that were killed; earlier output that one moved aside comes back.

    A folder that is locked belongs to a run that is still at work.
    """
    if fcntl is None or not target.parent.is_dir():
        return
    for what in ("old", "new"):
        name = re.compile(rf"\.{re.escape(target.name)}-{what}-[0-9a-f]{{8}}", re.DOTALL)
        for left in sorted(target.parent.iterdir()):
            if name.fullmatch(left.name):
                with suppress(OSError):
                    _clean(left, target)


def _clean(left: Path, target: Path) -> None:
    """Remove one folder that a run has left; raises OSError where one is at work in it."""
    lock = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        aside = left / target.name
        if not _is_marked(left, target):
            left.rmdir()  # a run was killed before it could mark it: nothing else is empty
        elif left.name.startswith(f".{target.name}-old-") and not target.exists():
            with suppress(FileNotFoundError):
                aside.rename(target)
        _remove(left, target)
    finally:
        os.close(lock)


def _is_marked(left: Path, target: Path) -> bool:
    """Whether a run for this very output made a hidden folder."""
    try:
        return _marked(left, target).read_text(encoding="utf-8") == _mark(target)
    except (FileNotFoundError, UnicodeDecodeError):
        return False


def _remove(hidden: Path, target: Path) -> None:
    """Remove a hidden folder. What is half removed never comes back as earlier output.

    What no run puts there stays, and the folder with it.
    """
    aside, removed = hidden / target.name, hidden / f"{target.name}-removed"
    with suppress(OSError):
        aside.rename(removed)
    for one in (removed, aside):
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one, ignore_errors=True)
        else:
            with suppress(OSError):
                one.unlink()
    if not (removed.exists() or aside.exists()):
        with suppress(OSError):
            _marked(hidden, target).unlink()
        with suppress(OSError):
            hidden.rmdir()


def _problem(
    target: Path,
    words: Catalogue,
    found: str,
    advice: str,
    error: str | None = None,
    *,
    expected: str = "new-folder",
) -> Problem:
    return Problem(
        "error",
        "",
        str(target),
        None,
        None,
        words.say(f"found.{found}", error=error),
        words.say(f"expected.{expected}"),
        words.say(f"advice.{advice}"),
        True,
    )
