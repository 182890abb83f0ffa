"""Arrow and Parquet columns of every type: taken as they are, converted exactly, or refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conventio.folder.engine import DuckDB
from conventio.folder.read import read_folder

from .inputs import NIHDI, column, read, said, services

MORNING = datetime(2020, 7, 1, 10, 0)  # noqa: DTZ001 - Brussels time, as columns without a zone are

KINDS: list[tuple[str, str, pa.Array, Any]] = [
    ("text from a dictionary", "site", pa.array(["x"]).dictionary_encode(), "x"),
    ("text from large text", "site", pa.array(["x"], pa.large_string()), "x"),
    ("text from integers", "patient_id", pa.array([7]), "7"),
    ("text keeps its blanks", "site", pa.array([" x "]), " x "),
    ("blanks are no text", "site", pa.array(["  "]), None),
    ("nothing from nulls", "site", pa.nulls(1), None),
    ("codes from integers", "code", pa.array([301011], pa.int32()), "301011"),
    ("codes from floats", "code", pa.array([301011.0]), "301011"),
    ("numbers from integers", "practitioner", pa.array([int(NIHDI)]), NIHDI),
    ("numbers from unsigned", "practitioner", pa.array([int(NIHDI)], pa.uint64()), NIHDI),
    ("teeth from integers", "tooth", pa.array([11], pa.int8()), "11"),
    ("teeth with blanks", "tooth", pa.array([" 11 "]), "11"),
    ("counts from floats", "count", pa.array([2.0]), 2),
    ("counts from decimals", "count", pa.array([Decimal("2.00")]), 2),
    ("money from floats", "fee", pa.array([22.21]), Decimal("22.21")),
    ("money from half floats", "fee", pa.array([12.5], pa.float32()), Decimal("12.50")),
    ("money from integers", "fee", pa.array([12]), Decimal("12.00")),
    ("money from decimals", "fee", pa.array([Decimal("12.5")]), Decimal("12.50")),
    ("money from long decimals", "fee", pa.array([Decimal("12.500000")]), Decimal("12.50")),
    (
        "money from the longest decimals",
        "fee",
        pa.array([Decimal("12.5")], pa.decimal128(38, 20)),
        Decimal("12.50"),
    ),
    ("money from text", "fee", pa.array(["12.5"]), Decimal("12.50")),
    ("booleans", "urgent", pa.array([True]), True),
    ("booleans from integers", "urgent", pa.array([0]), False),
    ("booleans from floats", "urgent", pa.array([1.0]), True),
    ("dates are midnight", "performed_at", pa.array([date(2020, 7, 1)]), MORNING.replace(hour=0)),
    ("local times", "performed_at", pa.array([MORNING]), MORNING),
    ("local nanoseconds", "performed_at", pa.array([MORNING], pa.timestamp("ns")), MORNING),
    (
        "instants",
        "performed_at",
        pa.array([MORNING.replace(hour=8, tzinfo=UTC)], pa.timestamp("ms", "America/New_York")),
        MORNING,
    ),
]


@pytest.mark.parametrize(("what", "name", "given", "made"), KINDS, ids=lambda x: str(x)[:40])
def test_types_that_can_be_used(
    what: str, name: str, given: pa.Array, made: Any, tmp_path: Path
) -> None:
    assert column(name, **{name: given}) == [made], what
    pq.write_table(services(**{name: given}), tmp_path / "services.parquet")
    with DuckDB() as engine:
        read_folder(engine, tmp_path)
        assert engine.rows(f'SELECT "{name}" FROM services') == [{name: made}], what


BAD: list[tuple[str, pa.Array, str, str]] = [
    ("fee", pa.array([22.215]), '"22.215"', "an amount in euros"),
    ("fee", pa.array([float("nan")]), '"nan"', "an amount in euros"),
    ("fee", pa.array([1e300]), '"1e+300"', "an amount in euros"),
    ("fee", pa.array([-1]), '"-1"', "an amount in euros"),
    ("count", pa.array([1.5]), '"1.5"', "a whole number from 1 to 999999"),
    ("code", pa.array([301012]), '"301012"', "six digits"),
    ("urgent", pa.array([2]), '"2"', "true or false"),
]


@pytest.mark.parametrize(("name", "given", "found", "expected"), BAD, ids=lambda x: str(x)[:30])
def test_values_that_cannot_be_used(name: str, given: pa.Array, found: str, expected: str) -> None:
    (message,) = said({"services": services(**{name: given})})
    assert message.startswith(f"services, row 1, column {name}: found {found}, expected {expected}")


WRONG: list[tuple[str, pa.Array, str]] = [
    ("site", pa.array([["x"]]), "list<item: string>"),
    ("site", pa.array([b"x"]), "binary"),
    ("fee", pa.array([True]), "bool"),
    ("urgent", pa.array([date(2020, 1, 1)]), "date32[day]"),
    ("performed_at", pa.array([20200101]), "int64"),
]


@pytest.mark.parametrize(("name", "given", "type_"), WRONG, ids=lambda x: str(x)[:30])
def test_types_that_cannot_be_used(name: str, given: pa.Array, type_: str) -> None:
    (message,) = said({"services": services(**{name: given})})
    assert message.startswith(
        f"services, column {name}: found values of the type {type_}, expected "
    )


def test_rows_of_tables_are_counted_from_one() -> None:
    assert said({"services": services(code=["301011", "301012"])}) == [
        'services, row 2, column code: found "301012", expected six digits, '
        "the last being the first five modulo 7"
    ]


def test_times_of_day_are_minutes() -> None:
    hours = pa.table(
        {
            "declaration_id": ["D1", "D2"],
            "weekday": [1, 7],
            "start": pa.array([time(8, 30), time(0, 0)]),
            "end": ["12:00", "24:00"],
        }
    )
    with read({"services": services(), "timetables": hours}) as (engine, _):
        rows = engine.rows('SELECT start, "end" FROM timetables ORDER BY weekday')
    assert rows == [{"start": 510, "end": 720}, {"start": 0, "end": 1440}]


def test_a_table_that_is_missing_from_memory() -> None:
    assert said({}) == [
        "services: found no table of that name, expected this table, which every folder needs. "
        'The command "conventio template" makes a folder with every table and column'
    ]
