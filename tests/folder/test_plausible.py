"""Input that looks right and means something else: refused with what to write, or told."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from conventio.claims.check import check
from conventio.folder.engine import DuckDB
from conventio.folder.read import read_folder

from .inputs import NIHDI, column, said, said_of_folder, services

HEADER = "service_id,attestation_id,patient_id,practitioner,performed_at,code"


def of(separator: str, tmp_path: Path, **columns: str) -> list[str]:
    """What is said of one service in CSV with these columns besides or instead."""
    usual = dict(
        zip(HEADER.split(","), ("S1", "A1", "P1", NIHDI, "2020-03-02", "301011"), strict=True)
    )
    row = usual | columns
    text = "\n".join((separator.join(row), separator.join(row.values()), ""))
    (tmp_path / "services.csv").write_text(text, encoding="utf-8", newline="")
    return said_of_folder(tmp_path)


@pytest.mark.parametrize("amount", ["1.500", "12.000", "999.990", "1,500"])
def test_an_amount_that_may_be_thousands_is_refused(amount: str, tmp_path: Path) -> None:
    (message,) = of(";", tmp_path, fee=amount)
    assert "It can be read in two ways: write " in message
    assert amount.replace(".", "").replace(",", "") in message


@pytest.mark.parametrize("amount", ["1.50", "0.500", "1500.000", "1,5", "1500,00"])
def test_an_amount_that_can_mean_one_thing_is_taken(amount: str, tmp_path: Path) -> None:
    assert of(";", tmp_path, fee=amount) == []


def test_where_the_comma_parts_the_columns_the_point_is_decimal(tmp_path: Path) -> None:
    assert of(",", tmp_path, fee="1.500") == []


@pytest.mark.parametrize("word", ["NULL", "null", "nan", "NaN", "\\N", "None", "n/a", " NULL "])
@pytest.mark.parametrize("name", ["session_id", "patient_id", "related_service_id"])
def test_a_word_for_nothing_is_no_name(name: str, word: str, tmp_path: Path) -> None:
    (message,) = of(",", tmp_path, **{name: word})
    assert f"column {name}: found" in message
    assert "Programs write this where nothing is known: leave the cell empty" in message


def test_a_word_for_nothing_is_no_answer_either(tmp_path: Path) -> None:
    assert len(of(",", tmp_path, justification="NULL")) == 1
    assert of(",", tmp_path, justification="none") == []


def test_a_person_may_have_any_name() -> None:
    persons = pa.table({"practitioner": [NIHDI], "name": ["Null"]})
    assert said({"services": services(), "practitioners": persons}) == []


@pytest.mark.parametrize("name", ["service_id", "patient_id", "session_id"])
def test_a_line_end_in_a_name_is_refused(name: str, tmp_path: Path) -> None:
    (message,) = of(",", tmp_path, **{name: '"one\ntwo"'})
    assert "expected a text on one line. A quote too many makes one value of several" in message


def test_a_line_end_elsewhere_is_told(tmp_path: Path) -> None:
    (message,) = of(",", tmp_path, justification='"one\r\ntwo"')
    assert message.startswith("services.csv, row 2, column justification: warning: found")


@pytest.mark.parametrize(
    ("name", "given", "hint"),
    [
        ("tooth", "16.0", "Write 16"),
        ("tooth", "16,0", "Write 16"),
        ("tooth", "#16", "Write 16"),
        ("practitioner", "31234592001.0", "Write 31234592001"),
        ("code", "304371.0", "Write 304371"),
        ("code", "'304371", "Write 304371"),
        ("code", '="304371"', "Write 304371"),
        ("code", "304371-304382", "write the one that was attested, 304371 or 304382"),
        ("count", "1.0", "Write 1"),
    ],
)
def test_what_a_spreadsheet_makes_of_numbers_has_advice(name: str, given: str, hint: str) -> None:
    (message,) = said({"services": services(**{name: [given]})})
    assert message.endswith(hint)


def test_a_count_that_may_be_thousands_has_none() -> None:
    (message,) = said({"services": services(count=["1.000"])})
    assert "Write" not in message


def test_a_column_in_other_letters_is_named(tmp_path: Path) -> None:
    text = HEADER.replace("service_id", "Service_ID").replace("attestation_id", "Attestation ID")
    (tmp_path / "services.csv").write_text(f"{text}\n", encoding="utf-8")
    assert [message.rpartition(". ")[2] for message in said_of_folder(tmp_path)] == [
        "If the column Service_ID is meant, rename it service_id",
        "If the column Attestation ID is meant, rename it attestation_id",
    ]


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("1899-12-31", False),
        ("1899-12-31T23:59", False),
        ("1900-01-01", True),
        ("2999-12-31T23:59", True),
        ("3000-01-01", False),
        ("3000-01-01T00:00", False),
        ("9999-12-31", False),
        ("2999-12-31T22:59Z", True),
        ("2999-12-31T23:00Z", False),
    ],
)
def test_moments_are_of_the_years_that_are_stated(given: str, taken: bool) -> None:
    assert (said({"services": services(performed_at=[given])}) == []) is taken


def test_only_an_end_may_be_as_far_off_as_9999() -> None:
    for day, taken in ((date(9999, 12, 31), True), (date(9999, 12, 30), False)):
        fees = pa.table({"code": ["301011"], "fee": ["20"], "valid_to": [day]})
        assert (said({"services": services(), "fees": fees}) == []) is taken
    patients = pa.table({"patient_id": ["P1"], "birth_date": [date(9999, 12, 31)]})
    assert said({"services": services(), "patients": patients})


@pytest.mark.parametrize(
    "type_",
    [pa.timestamp("s"), pa.timestamp("ms"), pa.timestamp("s", "UTC"), pa.date64()],
    ids=str,
)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_moment_out_of_reach_does_not_wrap_round(type_: pa.DataType, sign: int) -> None:
    # So many that in microseconds they are what they are modulo 2 to the power of 64.
    unit = 1000 if "ms" in str(type_) or type_ == pa.date64() else 1
    step = (1 << 64) // 1_000_000
    far = pa.array([sign * step * unit // 86_400_000 * 86_400_000], pa.int64()).cast(type_)
    (message,) = said({"services": services(performed_at=far)})
    assert message.startswith("services, row 1, column performed_at: found")


@pytest.mark.parametrize("type_", [pa.string(), pa.large_string()], ids=str)
def test_a_text_that_is_no_utf_8_is_refused(type_: pa.DataType) -> None:
    ids = pa.array([b"P1", b"P\xff", b"P3"], pa.binary()).cast(pa.large_binary())
    offsets = pa.py_buffer(np.array([0, 2, 4, 6], np.int32 if type_ == pa.string() else np.int64))
    text = pa.Array.from_buffers(type_, 3, [None, offsets, pa.py_buffer(b"P1P\xffP3")])
    assert len(ids) == len(text)
    (message,) = said({"services": services(patient_id=text)})
    assert message == (
        "services, row 2, column patient_id: found bytes that are no text, expected UTF-8"
    )


def test_a_table_that_was_changed_in_place_is_read_again() -> None:
    counts = np.array([1], np.int64)
    given = {"services": services(count=pa.array(counts))}
    fees = {"fees": pa.table({"code": ["301011"], "fee": ["20"]})}
    assert check(given | fees).decisions["fee_agreed"].to_pylist()[0] == 20
    counts[0] = 3
    assert given["services"]["count"].to_pylist() == [3]
    assert check(given | fees).decisions["fee_agreed"].to_pylist()[0] == 60


def test_moments_that_are_near_stay_as_they_are() -> None:
    moments = pa.array([datetime(2020, 3, 2, 10), None], pa.timestamp("s"))  # noqa: DTZ001
    assert column("performed_at", performed_at=moments) == [datetime(2020, 3, 2, 10), None]  # noqa: DTZ001


def test_both_ways_to_read_are_as_one_for_numbers_of_a_fee(tmp_path: Path) -> None:
    assert of(";", tmp_path, fee="12,50") == []
    with DuckDB() as engine:
        read_folder(engine, tmp_path)
        assert str(engine.rows("SELECT fee FROM services")[0]["fee"]) == "12.50"
