"""A folder as a whole: what is present, numbered, hashed, put aside, and told."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conventio.folder.engine import DuckDB
from conventio.folder.problems import FIELDS, Unusable
from conventio.folder.read import Input, read_folder, read_tables
from conventio.folder.tables import TABLES

from .inputs import NIHDI, SERVICE, services

HEADER = ",".join(SERVICE)
ROW = ",".join(SERVICE.values())


def write(folder: Path, **tables: str) -> Path:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_every_table_is_there_with_every_column(tmp_path: Path) -> None:
    write(tmp_path, services=f"{HEADER}\n{ROW}\n", fees="code,fee\n301011,20\n")
    with DuckDB() as engine:
        folder = read_folder(engine, tmp_path)
        for table in TABLES.values():
            schema = engine.arrow(f"SELECT * FROM {table.name} LIMIT 0").schema
            derived = {"row", "performed_utc", "performed_on", "timed"}
            made = derived if table.name == "services" else set()
            assert set(schema.names) == {*table.names(), *made}
            for column in table.columns:
                kinds = {
                    "money": pa.decimal128(12, 2),
                    "decimal": pa.decimal128(18, 6),
                    "integer": pa.int64(),
                    "time": pa.int64(),
                    "boolean": pa.bool_(),
                    "date": pa.date32(),
                    "datetime": pa.timestamp("us"),
                }
                assert schema.field(column.name).type == kinds.get(column.type, pa.string())
    assert folder.present == {
        "services": frozenset(SERVICE),
        "fees": frozenset({"code", "fee"}),
    }
    digest = hashlib.sha256((tmp_path / "services.csv").read_bytes()).hexdigest()
    assert folder.inputs[0] == Input("services", "services.csv", digest, 1)
    assert [each.table for each in folder.inputs] == ["services", "fees"]


def test_one_engine_reads_again(tmp_path: Path) -> None:
    write(tmp_path, services=f"{HEADER}\n{ROW}\n")
    with DuckDB() as engine:
        for number in (1, 2):
            read_folder(engine, tmp_path)
            assert engine.rows("SELECT count(*) AS n FROM services") == [{"n": 1}]
            read_tables(engine, {"services": services(code=["301011"] * number)})
            assert engine.rows("SELECT count(*) AS n FROM services") == [{"n": number}]
            with pytest.raises(Unusable):
                read_tables(engine, {"services": services(code=["1"])})
            codes = ["301011"] * number
            aside = read_tables(engine, {"services": services(code=["1", *codes])}, set_aside=True)
            assert aside.set_aside == {"services": 1}
            assert engine.rows("SELECT count(*) AS n FROM services") == [{"n": number}]
            with pytest.raises(Unusable):
                read_tables(engine, {"services": services(code=["1"])}, set_aside=True)


def test_open_ends_are_null() -> None:
    titles = pa.table(
        {
            "practitioner": [NIHDI] * 3,
            "title": ["orthodontist"] * 3,
            "valid_to": ["2999-12-31", "9999-12-31", "2020-12-31"],
        }
    )
    with DuckDB() as engine:
        read_tables(engine, {"services": services(), "titles": titles})
        found = engine.rows("SELECT count(valid_to) AS closed, count(*) AS n FROM titles")
    assert found == [{"closed": 1, "n": 3}]


def test_parquet_rows_are_counted_from_one(tmp_path: Path) -> None:
    many = services(code=["301011"] * 5000 + ["301012"])
    pq.write_table(many, tmp_path / "services.parquet", row_group_size=700)
    with DuckDB() as engine, pytest.raises(Unusable) as caught:
        read_folder(engine, tmp_path)
    assert [problem.row for problem in caught.value.first] == [5001]


class TestBadRows:
    def folder(self, path: Path) -> Path:
        rows = [ROW.replace("S1", f"S{n}") for n in range(1, 6)]
        rows[1] = rows[1].replace("301011", "301012").replace("2020-03-02", "31/12/2020")
        rows[3] = "S4,A1"
        return write(
            path,
            services="\n".join([HEADER, *rows]) + "\n",
            patients="patient_id,birth_date\nP1,2000-01-01\nP1,2000-01-01\nP2,2000-01-01\n",
            fees="code,fee\n301011,20\n",
        )

    def test_stop_the_reading(self, tmp_path: Path) -> None:
        with DuckDB() as engine:
            with pytest.raises(Unusable) as caught:
                read_folder(engine, self.folder(tmp_path))
            caught.value.write(tmp_path / "problems.csv")
        assert caught.value.total == 5
        with (tmp_path / "problems.csv").open(encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        assert header == list(FIELDS)
        assert [(row[1], row[3], row[4]) for row in rows] == [
            ("services", "3", "performed_at"),
            ("services", "3", "code"),
            ("services", "5", ""),
            ("patients", "2", "patient_id"),
            ("patients", "3", "patient_id"),
        ]

    def test_are_put_aside(self, tmp_path: Path) -> None:
        with DuckDB() as engine:
            folder = read_folder(engine, self.folder(tmp_path), set_aside=True)
            kept = engine.rows("SELECT row, service_id FROM services ORDER BY row")
            aside = engine.rows("SELECT * FROM set_aside_services ORDER BY row")
            patients = engine.rows("SELECT patient_id FROM patients")
        assert folder.set_aside == {"services": 2, "patients": 2}
        assert [(row["row"], row["service_id"]) for row in kept] == [
            (2, "S1"),
            (4, "S3"),
            (6, "S5"),
        ]
        assert patients == [{"patient_id": "P2"}]
        assert [row["row"] for row in aside] == [3]
        assert aside[0]["performed_at"] == "31/12/2020T10:00"
        assert aside[0]["problems"] == (
            "column code: found 301012, expected six digits, the last being the first five "
            "modulo 7; column performed_at: found 31/12/2020T10:00, expected a date, or a date "
            "and time, such as 2020-12-31 or 2020-12-31T14:30"
        )

    def test_do_not_mend_a_missing_column(self, tmp_path: Path) -> None:
        write(self.folder(tmp_path), fees="code\n301011\n")
        with DuckDB() as engine, pytest.raises(Unusable) as caught:
            read_folder(engine, tmp_path, set_aside=True)
        assert [problem.table for problem in caught.value.first] == ["fees"]

    def test_do_not_mend_an_open_quote(self, tmp_path: Path) -> None:
        write(tmp_path, services=f'{HEADER}\n{ROW}\n"{ROW}\n')
        with DuckDB() as engine, pytest.raises(Unusable):
            read_folder(engine, tmp_path, set_aside=True)


def test_only_the_first_problems_are_fetched() -> None:
    with DuckDB() as engine, pytest.raises(Unusable) as caught:
        read_tables(engine, {"services": services(code=["x"] * 1000)})
    assert (len(caught.value.first), caught.value.total) == (20, 1000)


def test_no_folder(tmp_path: Path) -> None:
    with DuckDB() as engine, pytest.raises(Unusable) as caught:
        read_folder(engine, tmp_path / "none")
    assert [problem.message() for problem in caught.value.first] == [
        f"{tmp_path / 'none'}: found no folder of that name, expected a folder that holds the "
        'table services. The command "conventio template" makes a folder with every table and '
        "column"
    ]


def test_rows_are_numbered_around_quoted_line_ends(tmp_path: Path) -> None:
    rows = [f'S{n},A1,P{n},{NIHDI},2020-03-02,301011,"two\nlines"' for n in range(1, 20_000)]
    rows[15_000] = "S,A"
    rows[19_000] = rows[19_000].replace("301011", "x")
    write(tmp_path, services="\n".join([f"{HEADER},justification", *rows]) + "\n")
    with DuckDB() as engine, pytest.raises(Unusable) as caught:
        read_folder(engine, tmp_path)
    assert [problem.row for problem in caught.value.first] == [15_002, 19_002]
