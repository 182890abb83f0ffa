"""Compiled queries, kept from one run to the next: compiling them takes longer than a small check.

They are kept by the program's own text and by the packages that write them, so that a query of
another program is never taken. A query decides what is paid, so one is taken only as this user has
written it: each is signed with a key that lies elsewhere, and what does not fit is compiled again.
Where nothing can be kept they are compiled at each run.
"""

from __future__ import annotations

import hmac
import os
import re
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import ParamSpec, TypeVar, cast, get_type_hints

from platformdirs import user_cache_path, user_state_path
from pydantic import TypeAdapter, ValidationError

Given = ParamSpec("Given")
Queries = TypeVar("Queries")

PLACE = "CONVENTIO_QUERIES"
"""The variable of the environment that names another folder; empty, nothing is kept."""

MARK = "CACHEDIR.TAG"
"""The file of a folder of queries that says so, in the form that programs for backups know."""
MARKED = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This folder holds compiled queries of conventio, which removes it when long idle.\n"
)
KEY = "queries.key"
KEY_BYTES = 32
LONGEST = 16 << 20
"""Bytes of a kept query; none has a tenth of it."""

_FOLDER = re.compile(r"[0-9a-f]{64}")
_ENTRY = re.compile(r"[0-9a-f]{64}\.json|\.[0-9a-f]{16}")

IDLE = 30 * 24 * 3600
"""Seconds after which the queries of another program are removed."""


def kept(make: Callable[Given, Queries]) -> Callable[Given, Queries]:
    """Keep what a function of plain values answers, in memory and from run to run.

    Its answer is text, or made of texts, and rests on the program, its data and these values
    alone: not on the day, the system, or what another package brings. How they are written tells
    them apart.
    """

    @wraps(make)
    def found(*given: Given.args, **named: Given.kwargs) -> Queries:
        place = _place()
        if place is None:
            return make(*given, **named)
        asked = f"{make.__module__}.{make.__qualname__}{given!r}{sorted(named.items())!r}"
        name = f"{sha256(asked.encode()).hexdigest()}.json"
        shape: TypeAdapter[Queries] = TypeAdapter(get_type_hints(make)["return"])
        with suppress(OSError, ValidationError):
            return shape.validate_json(place.read(name))
        made = make(*given, **named)
        place.write(name, shape.dump_json(made))
        return made

    return cast(Callable[Given, Queries], lru_cache(maxsize=256)(found))


@dataclass(frozen=True)
class _Place:
    """A folder of queries that this user alone can write, and the key that they are signed with."""

    folder: Path
    key: bytes

    def make(self) -> None:
        """Make the folder; raises OSError where it is not, or can't be, of this user alone."""
        _make_own(self.folder)
        if not (self.folder / MARK).exists():
            _write_own(self.folder / MARK, MARKED.encode())

    def read(self, name: str) -> bytes:
        """A query as it was written; raises OSError where there is none that was."""
        text = _read_own(self.folder / name, LONGEST)
        digest, _, query = text.partition(b"\n")
        if not hmac.compare_digest(digest, self._digest(name, query)):
            raise PermissionError(name)
        return query

    def write(self, name: str, query: bytes) -> None:
        """Put a query in its place whole; without room or right to write, not at all."""
        with suppress(OSError):
            self.make()
            _write_own(self.folder / name, self._digest(name, query) + b"\n" + query)

    def _digest(self, name: str, query: bytes) -> bytes:
        """What only who has the key can say of this query, of this name and of this program."""
        signed = f"{self.folder.name}/{name}\n".encode() + query
        return hmac.digest(self.key, signed, "sha256").hex().encode()


@cache
def _place() -> _Place | None:
    """Where the queries of this very program are kept; None where nothing is."""
    place = os.environ.get(PLACE)
    if place == "":
        return None
    try:
        whole = Path(place) if place else user_cache_path("conventio") / "queries"
        folder = whole / _program()
        _make_own(whole)
        _remove_idle(whole, folder)
        found = _Place(folder, _key(user_state_path("conventio") / KEY))
        found.make()
    except (OSError, RuntimeError):  # no home, or a program that is not made of files
        return None
    return found


def _key(file: Path) -> bytes:
    """The key of this user, made where there is none; raises OSError where it can't be had."""
    if not file.exists():
        _make_own(file.parent)
        _write_own(file, token_bytes(KEY_BYTES), anew=False)
    key = _read_own(file, KEY_BYTES)
    if len(key) != KEY_BYTES:
        raise PermissionError(file)
    return key


def _make_own(folder: Path) -> None:
    """Make a folder of this user alone; raises OSError where others can write what is there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or not _is_own(found):
        raise PermissionError(folder)


def _is_own(found: os.stat_result) -> bool:
    """Whether a file or folder is of this user, and nobody else can write it."""
    if not hasattr(os, "geteuid"):  # such a system keeps folders of users apart by itself
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & 0o022


def _read_own(file: Path, most: int) -> bytes:
    """The bytes of a regular file of this user; raises OSError where it is none."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(file, flags), "rb") as stream:
        found = os.fstat(stream.fileno())
        if not stat.S_ISREG(found.st_mode) or not _is_own(found) or found.st_size > most:
            raise PermissionError(file)
        return stream.read()


def _write_own(file: Path, text: bytes, *, anew: bool = True) -> None:
    """Put a file of this user alone in its place whole; not `anew`, the first one stays."""
    new = file.with_name(f".{token_hex(8)}")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(text)
        if anew:
            new.replace(file)
        else:
            with suppress(FileExistsError):
                file.hardlink_to(new)
    finally:
        new.unlink(missing_ok=True)


def _program() -> str:
    """What stands for the program with its data and sentences, and for what writes its queries."""
    text = sha256(sys.version.encode())
    for package in ("ibis-framework", "sqlglot"):
        text.update(f"{package} {version(package)}\n".encode())
    source = Path(__file__).parents[1]
    for file in sorted(source.rglob("*")):
        if file.is_file() and file.parent.name != "__pycache__":
            text.update(f"{file.relative_to(source)}\n".encode())
            text.update(file.read_bytes())
    return text.hexdigest()


def _remove_idle(whole: Path, mine: Path) -> None:
    """Remove what other programs, which were not run for long, have left; nothing else."""
    for other in whole.iterdir():
        if other != mine and _FOLDER.fullmatch(other.name):
            with suppress(OSError):
                if time.time() - other.lstat().st_mtime > IDLE:
                    _remove(other)


def _remove(folder: Path) -> None:
    """Remove the queries in a folder with our mark, and the folder where it holds nothing else."""
    if folder.is_symlink() or _read_own(folder / MARK, len(MARKED)) != MARKED.encode():
        return
    for entry in folder.iterdir():
        if _ENTRY.fullmatch(entry.name) and (entry.is_symlink() or entry.is_file()):
            entry.unlink()
    if [entry.name for entry in folder.iterdir()] == [MARK]:
        (folder / MARK).unlink()
        folder.rmdir()
