"""Checking and pricing tables from a program: Arrow in, Arrow out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from conventio.claims.decide import decide
from conventio.claims.output import account, arrow
from conventio.folder.engine import DuckDB
from conventio.folder.read import read_tables
from conventio.law import Law, shipped


@dataclass(frozen=True)
class Answer:
    """What was decided: the tables `decisions` and `findings`, and the account of the run."""

    decisions: pa.Table
    findings: pa.Table
    run: Mapping[str, Any]


def check(
    tables: Mapping[str, pa.Table], *, law: Law | None = None, known: date | None = None
) -> Answer:
    """Check and price services given as Arrow tables, named and shaped as those of a folder.

    `law` is the law that ships by default, as it was known on a day.
    Raises conventio.folder.problems.Unusable with everything that is wrong with the tables.
    """
    with DuckDB() as engine:
        folder = read_tables(engine, tables)
        decided = decide(engine, (law or shipped()).known(known), folder.present)
        decisions, findings = arrow(engine)
        return Answer(decisions, findings, account(decided, folder))
