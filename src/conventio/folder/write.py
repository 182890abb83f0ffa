"""Output that is whole or absent: never half-written, never overwritten by accident."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from threading import Lock

from conventio.folder.problems import Problem, Unusable
from conventio.wording.catalogue import Catalogue

try:
    import fcntl
except ImportError:  # a system without such locks: what a killed run leaves is left there
    fcntl = None  # type: ignore[assignment]

LOCK = ".lock"
"""The file in a hidden folder that its process holds locked for as long as it lives."""

PATIENCE = 1.0
"""Seconds for which it is tried to remove what is unfinished."""
A_MOMENT = 60
"""Seconds in which a run that is at work has locked its folder."""

unfinished: set[Path] = set()
"""The hidden folders of this process that hold output which is not in its place yet."""
placed: list[Path] = []
"""The output that this process has put in its place."""
placing = Lock()
"""Held while output is put in its place: whoever ends the process in haste waits for it."""


@contextmanager
def output_folder(target: Path, *, force: bool = False, language: str = "en") -> Iterator[Path]:
    """A new folder in a hidden one beside `target`, which takes its place when all went well.

    Raises Unusable before any work where `target` exists (unless `force`) or can't be made; on
    any error the new folder is removed and what was there stays. What a killed run has left beside
    `target` is removed first.
    """
    words = Catalogue.read(language)
    placed.clear()
    _clean_after_the_killed(target)
    if target.is_symlink() or (target.exists() and (not force or not target.is_dir())):
        raise Unusable([_problem(target, words, "there", "force" if target.is_dir() else "out")])
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable([_problem(target, words, "unwritable", "out", error.strerror)]) from error
    with _hidden(target, "new", "out", words) as hidden:
        new = hidden / target.name
        new.mkdir()
        yield new
        with placing:
            _put(new, target, force, words)
            placed.append(target)


@contextmanager
def output_file(target: Path, *, language: str = "en") -> Iterator[Path]:
    """A new file in a hidden folder beside `target`, which takes its place when all went well.

    Raises Unusable where it can't be made; on any error what was there stays.
    """
    _clean_after_the_killed(target)
    with _hidden(target, "new", "name-another", Catalogue.read(language)) as hidden:
        yield hidden / target.name
        (hidden / target.name).replace(target)


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
    made = target.parent / f".{target.name}-{what}-{token_hex(4)}"
    unfinished.add(made)  # before it is there: a signal may come at any moment
    lock = None
    try:
        try:
            made.mkdir(mode=0o700)
            lock = os.open(made / LOCK, os.O_CREAT | os.O_RDWR)
        except OSError as error:
            problem = _problem(target, words, "unwritable", advice, error.strerror)
            raise Unusable([problem]) from error
        if fcntl is not None:
            with suppress(OSError):  # a file system without locks
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        unfinished.discard(made)
        if lock is not None:
            os.close(lock)


def _put(new: Path, target: Path, force: bool, words: Catalogue) -> None:
    """Rename `new` to `target`; what was there is moved aside first and removed last."""
    if not (force and target.exists()):
        new.rename(target)
        return
    with _hidden(target, "old", "out", words) as old:
        try:
            target.rename(old / target.name)
            new.rename(target)
        except BaseException:
            if not target.exists():
                (old / target.name).rename(target)
            raise


def _clean_after_the_killed(target: Path) -> None:
    """Remove what runs have left that were killed; earlier output that one moved aside comes back.

    A folder that is locked belongs to a run that is still at work.
    """
    if fcntl is None or not target.parent.is_dir():
        return
    for what in ("old", "new"):
        for left in sorted(target.parent.glob(f".{target.name}-{what}-*")):
            with suppress(OSError):
                _clean(left, target)


def _clean(left: Path, target: Path) -> None:
    """Remove one folder that a run has left; raises OSError where one is at work in it."""
    if not (left / LOCK).exists():
        if time.time() - left.stat().st_mtime > A_MOMENT:
            left.rmdir()
        return
    with (left / LOCK).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        aside = left / target.name
        if "-old-" in left.name and not target.exists() and aside.exists():
            aside.rename(target)
        shutil.rmtree(left, ignore_errors=True)


def _problem(
    target: Path, words: Catalogue, found: str, advice: str, error: str | None = None
) -> Problem:
    return Problem(
        "error",
        "",
        str(target),
        None,
        None,
        words.say(f"found.{found}", error=error),
        words.say("expected.new-folder"),
        words.say(f"advice.{advice}"),
        True,
    )
