"""Small inputs that the tests of this floor share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from conventio.folder.engine import DuckDB, Engine
from conventio.folder.problems import Unusable
from conventio.folder.read import Folder, read_folder, read_tables

NIHDI = "31234592001"
"""Synthetic; its check number is right."""

SERVICE: dict[str, Any] = {
    "service_id": "S1",
    "attestation_id": "A1",
    "patient_id": "P1",
    "practitioner": NIHDI,
    "performed_at": "2020-03-02T10:00",
    "code": "301011",
}


def services(**columns: Any) -> pa.Table:
    """One service a value, with these columns beside or instead of the usual ones."""
    number = max((len(values) for values in columns.values()), default=1)
    usual: dict[str, Any] = {name: [value] * number for name, value in SERVICE.items()}
    usual["service_id"] = [f"S{place}" for place in range(1, number + 1)]
    return pa.table(usual | columns)


@contextmanager
def read(
    tables: Mapping[str, pa.Table], *, set_aside: bool = False
) -> Iterator[tuple[Engine, Folder]]:
    with DuckDB() as engine:
        yield engine, read_tables(engine, tables, set_aside=set_aside)


def column(name: str, table: str = "services", **columns: Any) -> list[Any]:
    """The canonical values of one column of services given so, in their order."""
    with read({"services": services(**columns)}) as (engine, _):
        return [row[name] for row in engine.rows(f"SELECT * FROM {table} ORDER BY row")]


def said(tables: Mapping[str, pa.Table]) -> list[str]:
    """What reading these tables says: its errors, or else its warnings."""
    with DuckDB() as engine:
        try:
            return [problem.message() for problem in read_tables(engine, tables).warnings]
        except Unusable as unusable:
            return [problem.message() for problem in unusable.first]


def said_of_folder(folder: Path) -> list[str]:
    """What reading a folder says: its errors, or else its warnings."""
    with DuckDB() as engine:
        try:
            return [problem.message() for problem in read_folder(engine, folder).warnings]
        except Unusable as unusable:
            return [problem.message() for problem in unusable.first]
