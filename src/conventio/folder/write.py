"""Output that is whole or absent: never half-written, never overwritten by accident."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from glob import escape
from pathlib import Path
from secrets import token_hex
from threading import Lock

from conventio.folder.problems import Problem, Unusable
from conventio.wording.catalogue import Catalogue

try:
    import fcntl
except ImportError:  # a system without such locks: what a killed run leaves is left there
    fcntl = None  # type: ignore[assignment]

PATIENCE = 1.0
"""Seconds for which it is tried to remove what is unfinished."""

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
        for left in sorted(target.parent.glob(f".{escape(target.name)}-{what}-*")):
            with suppress(OSError):
                _clean(left, target)


def _clean(left: Path, target: Path) -> None:
    """Remove one folder that a run has left; raises OSError where one is at work in it."""
    lock = os.open(left, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        aside = left / target.name
        if "-old-" in left.name and not target.exists() and aside.exists():
            aside.rename(target)
        _remove(left, target)
    finally:
        os.close(lock)


def _remove(hidden: Path, target: Path) -> None:
    """Remove a hidden folder. What is half removed never comes back as earlier output."""
    aside = hidden / target.name
    with suppress(OSError):
        aside.rename(hidden / f"{target.name}-removed")
    shutil.rmtree(hidden, ignore_errors=True)


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
