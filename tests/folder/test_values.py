"""Values as CSV and Arrow give them: what goes in comes out, and check digits hold."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conventio.folder.complaints import NO_NAME
from conventio.folder.engine import DuckDB
from conventio.folder.read import read_folder
from conventio.folder.tables import SURFACES, TABLES, TEETH, Column

from .inputs import NIHDI, SERVICE, column, read, said, services

BRUSSELS = ZoneInfo("Europe/Brussels")


def nihdi(profession: int, serial: int, competence: int, modulus: int) -> str:
    stem = profession * 100_000 + serial
    return f"{stem}{modulus - stem % modulus:02}{competence:03}"


def code(stem: int) -> str:
    return f"{stem:05}{stem % 7}"


NIHDIS = st.builds(
    nihdi,
    st.integers(1, 8),
    st.integers(0, 99_999),
    st.integers(0, 999),
    st.sampled_from((97, 89)),
)
CODES = st.builds(code, st.integers(0, 99_999))


def texts(without: str) -> st.SearchStrategy[str]:
    """Texts that are not blank, nor what programs write for nothing."""
    letters = st.characters(codec="utf-8", exclude_characters=without)
    return st.text(letters, min_size=1).filter(
        lambda text: text.strip(" \t\n\v\f") != "" and text.strip().upper() not in NO_NAME
    )


TEXTS, NAMES = texts("\0\r"), texts("\0\r\n")
MONEY = st.decimals(0, Decimal("9999999999.99"), places=2)
FEW = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))


def of(kind: Column) -> st.SearchStrategy[Any]:
    """Good values of a column."""
    match kind.type:
        case "text":
            return NAMES if kind.identifies else TEXTS
        case "code":
            return CODES
        case "nihdi":
            return NIHDIS
        case "tooth":
            return st.sampled_from(TEETH)
        case "surfaces":
            return st.sampled_from(("MO", "V", "DL", "MOD"))
        case "choice":
            return st.sampled_from(kind.allowed or ())
        case "boolean":
            return st.booleans()
        case "integer":
            least = -(10**17) if kind.minimum is None else kind.minimum
            return st.integers(least, kind.maximum or 10**17)
        case "money":
            return MONEY
        case "decimal":
            return st.decimals(0, 999999, places=6)
        case "date":
            return st.dates(date(1900, 1, 1), date(2999, 12, 30))
        case "time":
            return st.integers(0, 1439)
        case "datetime":
            moments = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001
            return moments.filter(exists_once)


def exists_once(moment: datetime) -> bool:
    local = moment.replace(tzinfo=BRUSSELS)
    return local.utcoffset() == local.replace(fold=1).utcoffset()


LONG = [kind for kind in TABLES["services"].columns if kind.name not in ("tooth", "surfaces")]
ROWS = st.lists(
    st.fixed_dictionaries(
        {k.name: of(k) if k.required and not k.nullable else st.none() | of(k) for k in LONG}
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda row: row["service_id"],
)


def written(value: Any, comma: bool, words: tuple[str, str]) -> str:
    match value:
        case None:
            return ""
        case bool():
            return words[not value]
        case Decimal():
            return str(value).replace(".", ",") if comma else str(value)
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)


@FEW
@given(
    rows=ROWS,
    separator=st.sampled_from(",;"),
    words=st.sampled_from((("VRAI", "FAUX"), ("WAAR", "ONWAAR"), ("true", "false"), ("1", "0"))),
    mark=st.booleans(),
    line_end=st.sampled_from(("\n", "\r\n")),
)
def test_what_is_written_as_csv_is_read_back(
    rows: list[dict[str, Any]], separator: str, words: tuple[str, str], mark: bool, line_end: str
) -> None:
    with TemporaryDirectory() as location, DuckDB() as engine:
        path = Path(location) / "services.csv"
        encoding = "utf-8-sig" if mark else "utf-8"
        with path.open("w", encoding=encoding, newline="") as stream:
            out = csv.writer(stream, delimiter=separator, lineterminator=line_end)
            out.writerow(rows[0])
            out.writerows(
                [written(row[name], separator == ";", words) for name in rows[0]] for row in rows
            )
        folder = read_folder(engine, Path(location))
        found = engine.rows("SELECT * FROM services ORDER BY row")
    line_ends = [
        (place, name)
        for place, row in enumerate(rows, start=2)
        for name, value in row.items()
        if isinstance(value, str) and "\n" in value
    ]
    assert folder.warnings_total == len(line_ends)
    assert {(one.row, one.column) for one in folder.warnings} <= set(line_ends)
    assert [each["row"] for each in found] == list(range(2, len(rows) + 2))
    for given_row, row in zip(rows, found, strict=True):
        assert {name: row[name] for name in given_row} == given_row
        moment = given_row["performed_at"]
        if moment is not None:
            utc = moment.replace(tzinfo=BRUSSELS).astimezone(UTC).replace(tzinfo=None)
            assert (row["performed_utc"], row["performed_on"]) == (utc, moment.date())


@FEW
@given(st.lists(NIHDIS, min_size=1), st.lists(CODES, min_size=1))
def test_right_check_digits_are_taken(numbers: list[str], codes: list[str]) -> None:
    assert column("practitioner", practitioner=numbers) == numbers
    assert column("code", code=codes) == codes


def test_no_other_check_digits_are_taken() -> None:
    stem = 312345
    numbers = [f"{stem}{check:02}001" for check in range(100)]
    sound = {f"{stem}{modulus - stem % modulus:02}001" for modulus in (97, 89)}
    assert {number for number, good in is_good("practitioner", numbers).items() if good} == sound
    codes = [f"30101{check}" for check in range(10)]
    assert [one for one, good in is_good("code", codes).items() if good] == ["301011"]


def is_good(name: str, values: list[str]) -> dict[str, bool]:
    """Which of these values of a column of services can be used; one that can comes after them."""
    given_so = {"services": services(**{name: [*values, SERVICE.get(name)]})}
    with read(given_so, set_aside=True) as (engine, _):
        rows = {row["row"] for row in engine.rows("SELECT row FROM services")}
    return {value: place in rows for place, value in enumerate(values, start=1)}


@pytest.mark.parametrize(
    ("written_as", "local", "utc"),
    [
        ("2020-07-01T10:00Z", "2020-07-01 12:00", "2020-07-01 10:00"),
        ("2020-07-01 10:00:30+02:00", "2020-07-01 10:00:30", "2020-07-01 08:00:30"),
        ("2020-07-01T10:00+0200", "2020-07-01 10:00", "2020-07-01 08:00"),
        ("2020-07-01T10:00+02", "2020-07-01 10:00", "2020-07-01 08:00"),
        ("2020-07-01T10:00-03:30", "2020-07-01 15:30", "2020-07-01 13:30"),
        ("2020-12-31T23:30-01:00", "2021-01-01 01:30", "2021-01-01 00:30"),
        ("2020-07-01", "2020-07-01 00:00", "2020-06-30 22:00"),
        ("2020-07-01T10:00:00.25", "2020-07-01 10:00:00.25", "2020-07-01 08:00:00.25"),
        ("2020-10-25T02:30+02:00", "2020-10-25 02:30", "2020-10-25 00:30"),
        ("2020-10-25T02:30+01:00", "2020-10-25 02:30", "2020-10-25 01:30"),
        ("2020-10-25T02:30", "2020-10-25 02:30", "2020-10-25 00:30"),
    ],
)
def test_times_with_and_without_offset(written_as: str, local: str, utc: str) -> None:
    given_so = [written_as]
    assert column("performed_at", performed_at=given_so) == [datetime.fromisoformat(local)]
    assert column("performed_utc", performed_at=given_so) == [datetime.fromisoformat(utc)]
    day = datetime.fromisoformat(local).date()
    assert column("performed_on", performed_at=given_so) == [day]


@FEW
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_floats_are_money_only_to_the_cent(amounts: list[float]) -> None:
    exact = [amount for amount in amounts if float(round(Decimal(amount), 2)) == amount]
    messages = said({"services": services(fee=pa.array(amounts))})
    assert len(messages) == min(20, len(amounts) - len(exact))
    if exact:
        made = column("fee", fee=pa.array(exact))
        assert made == [Decimal(repr(amount)).quantize(Decimal("0.01")) for amount in exact]


@FEW
@given(st.lists(st.text(SURFACES, min_size=1, max_size=8), min_size=1, unique=True))
def test_faces(several: list[str]) -> None:
    for letters, good in is_good("surfaces", several).items():
        sound = len(set(letters)) == len(letters)
        sound = sound and not {"V", "B"} <= set(letters) and not {"L", "P"} <= set(letters)
        assert good == sound


def test_there_are_52_teeth() -> None:
    assert len(TEETH) == len(set(TEETH)) == 52
    numbers = [f"{number:02}" for number in range(100)]
    good = is_good("tooth", numbers)
    assert [number for number in numbers if good[number]] == list(TEETH)


def test_a_number_of_seconds_is_no_matter() -> None:
    moment = datetime(2020, 7, 1, 10, 0) + timedelta(seconds=59)  # noqa: DTZ001
    assert column("performed_at", performed_at=[moment.isoformat()]) == [moment]


def test_a_practitioner_of_the_examples() -> None:
    assert nihdi(3, 12345, 1, 97) == NIHDI
