"""Output folders that are whole or absent: never half-written, never overwritten by accident."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conventio.folder.problems import Problem, Unusable
from conventio.wording.catalogue import Catalogue


@contextmanager
def output_folder(target: Path, *, force: bool = False, language: str = "en") -> Iterator[Path]:
    """A new hidden folder beside `target`, which takes its place when all went well.

    Raises Unusable before any work where `target` exists (unless `force`) or can't be made; on
    any error the new folder is removed and what was there stays.
    """
    words = Catalogue.read(language)
    if target.is_symlink() or (target.exists() and (not force or not target.is_dir())):
        raise Unusable([_problem(target, words, "there", "force" if target.is_dir() else "out")])
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f".{target.name}-new-", dir=target.parent))
    except OSError as error:
        raise Unusable([_problem(target, words, "unwritable", "out", error.strerror)]) from error
    try:
        new.chmod(0o777 & ~_umask(new))
        yield new
        _put(new, target, force)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


@contextmanager
def output_file(target: Path, *, language: str = "en") -> Iterator[Path]:
    """A new file in a hidden folder beside `target`, which takes its place when all went well.

    Raises Unusable where it can't be made; on any error what was there stays.
    """
    try:
        hidden = Path(tempfile.mkdtemp(prefix=f".{target.name}-new-", dir=target.parent))
    except OSError as error:
        words = Catalogue.read(language)
        raise Unusable(
            [_problem(target, words, "unwritable", "name-another", error.strerror)]
        ) from error
    try:
        yield hidden / target.name
        (hidden / target.name).replace(target)
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _put(new: Path, target: Path, force: bool) -> None:
    """Rename `new` to `target`; what was there is moved aside first and removed last."""
    if not (force and target.exists()):
        new.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
    target.rename(old / target.name)
    try:
        new.rename(target)
    except OSError:
        (old / target.name).rename(target)
        old.rmdir()
        raise
    shutil.rmtree(old, ignore_errors=True)


def _umask(folder: Path) -> int:
    """What this process takes off the rights of new files, seen from one that it makes."""
    probe = folder / ".rights"
    probe.mkdir()
    rights = probe.stat().st_mode
    probe.rmdir()
    return ~rights & 0o777


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
