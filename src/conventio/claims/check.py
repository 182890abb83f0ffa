"""Checking and pricing tables from a program: Arrow in, Arrow out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from threading import local
from typing import Any

import pyarrow as pa

from conventio.claims.closing import refuse_open
from conventio.claims.decide import Decided, decide
from conventio.claims.output import account, arrow
from conventio.folder import validate
from conventio.folder.engine import DuckDB
from conventio.folder.problems import Unusable
from conventio.folder.read import Folder, read_tables
from conventio.folder.warm import Warm
from conventio.law import Law, shipped

SMALL = 10_000
"""Up to so many services the engine is kept for the next call of the thread, with what it holds."""


@dataclass(frozen=True)
class Answer:
    """What was decided: the tables `decisions` and `findings`, and the account of the run."""

    decisions: pa.Table
    findings: pa.Table
    run: Mapping[str, Any]


def check(
    tables: Mapping[str, pa.Table],
    *,
    law: Law | None = None,
    known: date | None = None,
    as_of: date | None = None,
) -> Answer:
    """Check and price services given as Arrow tables, named and shaped as those of a folder.

    `law` is the law that ships by default, as it was known on a day; `as_of` is the day of the
    check, after which services are told, by default today. Calls with few services share an engine
    that is warm: a table that is the same object as in the last call is not read again.
    Raises conventio.folder.problems.Unusable with everything that is wrong with the tables.
    """
    with decided(tables, (law or shipped()).known(known), as_of=as_of) as (
        engine,
        folder,
        done,
    ):
        decisions, findings = arrow(engine)
        return Answer(decisions, findings, account(done, folder))


@contextmanager
def decided(
    tables: Mapping[str, pa.Table],
    law: Law,
    *,
    language: str = "en",
    as_of: date | None = None,
) -> Iterator[tuple[DuckDB, Folder, Decided]]:
    """Decide services as `check` does; their engine holds all tables until the context is left.

    What is wrong with the tables is put in the language.
    """
    services = tables.get("services")
    small = services is not None and services.num_rows <= SMALL
    with _engine(small=small) as engine:
        folder = read_tables(engine, tables, language=language)
        done = decide(engine, law, folder.present, narrowly=small, as_of=as_of)
        refuse_open(engine, folder, done, language=language)
        yield engine, folder, done


_KEPT = local()


@contextmanager
def _engine(*, small: bool) -> Iterator[DuckDB]:
    """An engine: the one kept for this thread where the input is small.

    One that failed is not kept, nor one that is worn, nor one that another process began. Where
    the input was at fault, the problems are taken out of the engine before others come in.
    """
    if not small:
        with DuckDB() as engine:
            engine.confine()
            yield engine
        return
    kept: tuple[int, Warm] | None = getattr(_KEPT, "engine", None)
    mine = kept is not None and kept[0] == os.getpid()
    warm = kept[1] if kept is not None and mine else Warm()
    _KEPT.engine = None
    try:
        yield warm
    except Unusable as error:
        error.written_by(validate.writing(warm))
        _keep(warm)
        raise
    _keep(warm)


def _keep(warm: Warm) -> None:
    if not warm.worn:
        _KEPT.engine = os.getpid(), warm
