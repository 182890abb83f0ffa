"""Compiled queries, kept from one run to the next: compiling them takes longer than a small check.

They are kept by the program's own text and by the packages that write them, so that a query of
another program is never taken. Where nothing can be kept they are compiled at each run.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache, lru_cache, wraps
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex
from typing import ParamSpec, TypeVar, cast, get_type_hints

from platformdirs import user_cache_path
from pydantic import TypeAdapter, ValidationError

Given = ParamSpec("Given")
Queries = TypeVar("Queries")

PLACE = "CONVENTIO_QUERIES"
"""The variable of the environment that names another folder; empty, nothing is kept."""

IDLE = 30 * 24 * 3600
"""Seconds after which the queries of another program are removed."""


def kept(make: Callable[Given, Queries]) -> Callable[Given, Queries]:
    """Keep what a function of plain values answers, in memory and from run to run.

    Its answer is text, or made of texts, and rests on the program and on these values alone: not
    on the day, the system, or what another package brings. How they are written tells them apart.
    """

    @wraps(make)
    def found(*given: Given.args, **named: Given.kwargs) -> Queries:
        folder = _folder()
        if folder is None:
            return make(*given, **named)
        asked = f"{make.__module__}.{make.__qualname__}{given!r}{sorted(named.items())!r}"
        file = folder / f"{sha256(asked.encode()).hexdigest()}.json"
        shape: TypeAdapter[Queries] = TypeAdapter(get_type_hints(make)["return"])
        with suppress(OSError, ValidationError):
            return shape.validate_json(file.read_bytes())
        made = make(*given, **named)
        _write(file, shape.dump_json(made))
        return made

    return cast(Callable[Given, Queries], lru_cache(maxsize=256)(found))


def _write(file: Path, queries: bytes) -> None:
    """Put a file in its place whole; without room or right to write, not at all."""
    new = file.with_name(f".{token_hex(8)}")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(queries)
        new.replace(file)
    with suppress(OSError):
        new.unlink(missing_ok=True)


@cache
def _folder() -> Path | None:
    """Where the queries of this very program are kept; None where nothing is."""
    place = os.environ.get(PLACE)
    if place == "":
        return None
    try:
        whole = Path(place) if place else user_cache_path("conventio") / "queries"
        folder = whole / _program()
        _remove_idle(whole, folder)
    except (OSError, RuntimeError):  # no home, or a program that is not made of files
        return None
    return folder


def _program() -> str:
    """What stands for the text of the program and for the packages that write its queries."""
    text = sha256(sys.version.encode())
    for package in ("ibis-framework", "sqlglot"):
        text.update(f"{package} {version(package)}\n".encode())
    source = Path(__file__).parents[1]
    for file in sorted(source.rglob("*.py")):
        text.update(f"{file.relative_to(source)}\n".encode())
        text.update(file.read_bytes())
    return text.hexdigest()


def _remove_idle(whole: Path, mine: Path) -> None:
    """Remove what other programs, which were not run for long, have left."""
    for other in whole.iterdir() if whole.is_dir() else ():
        if other != mine and time.time() - other.stat().st_mtime > IDLE:
            shutil.rmtree(other, ignore_errors=True)
