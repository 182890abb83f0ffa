"""The table of Brussels time against the time zone database, minute by minute where it matters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conventio.folder.clock import BRUSSELS, clock_table, offset_minutes, offsets
from conventio.folder.engine import DuckDB, compiled

ROWS = clock_table().to_pylist()
BY_YEAR: dict[tuple[bool, int], list[dict[str, object]]] = {}
for row in ROWS:
    BY_YEAR.setdefault((row["instant"], row["year"]), []).append(row)

MOMENTS = st.datetimes(datetime(1900, 1, 2), datetime(2999, 12, 30))  # noqa: DTZ001


def stretches(instant: bool, moment: datetime) -> list[dict[str, object]]:
    return [
        row
        for row in BY_YEAR[instant, moment.year]
        if row["start"] <= moment < row["stop"]  # type: ignore[operator]
    ]


def near_changes(moment: datetime) -> list[datetime]:
    """The moment, and moments within two hours of the changes of its year."""
    found = [moment]
    for row in BY_YEAR[True, moment.year]:
        for edge in (row["start"], row["stop"]):
            assert isinstance(edge, datetime)
            found += [edge + timedelta(minutes=minutes) for minutes in (-61, -60, -1, 0, 1, 60, 61)]
    return [each for each in found if 1900 < each.year < 2999]


@given(MOMENTS)
def test_every_instant_has_one_offset(moment: datetime) -> None:
    for each in near_changes(moment):
        (row,) = stretches(True, each)
        offset = each.replace(tzinfo=UTC).astimezone(BRUSSELS).utcoffset()
        assert timedelta(minutes=int(str(row["offset_minutes"]))) == offset


@given(MOMENTS)
def test_local_times_exist_once_twice_or_never(moment: datetime) -> None:
    for each in near_changes(moment):
        first, second = (
            each.replace(tzinfo=BRUSSELS, fold=fold).astimezone(UTC) for fold in (0, 1)
        )
        exists = first.astimezone(BRUSSELS).replace(tzinfo=None) == each
        found = stretches(False, each)
        assert len(found) == int(exists), each
        if exists:
            assert found[0]["twice"] == (first != second)
            offset = timedelta(minutes=int(str(found[0]["offset_minutes"])))
            assert each - offset == first.replace(tzinfo=None)


@pytest.mark.parametrize("year", [1916, 1918, 1940, 1944, 1946, 1977, 2020])
def test_no_change_is_missed(year: int) -> None:
    moment = datetime(year, 1, 1)  # noqa: DTZ001
    while moment.year == year:
        (row,) = stretches(True, moment)
        offset = moment.replace(tzinfo=UTC).astimezone(BRUSSELS).utcoffset()
        assert timedelta(minutes=int(str(row["offset_minutes"]))) == offset, moment
        moment += timedelta(hours=1)


@pytest.mark.parametrize(("first", "last"), [(1914, 1950), (1976, 2021), (2020, 2020)])
def test_the_offset_without_a_join_is_that_of_the_clock(first: int, last: int) -> None:
    """For every local time that exists, of the years asked; the first of two where it is twice."""
    moments = {
        each
        for year in range(first, last + 1)
        for each in near_changes(datetime(year, 7, 1))  # noqa: DTZ001
        if first <= each.year <= last
    }
    expected = {
        each: rows[0]["offset_minutes"]
        for each in sorted(moments)
        if len(rows := stretches(False, each)) == 1
    }
    assert len(set(expected.values())) > 1
    with DuckDB() as engine:
        engine.load("moments", pa.table({"at": pa.array(list(expected), pa.timestamp("us"))}))
        moment = ibis.table({"at": "timestamp"}, name="moments")
        query = moment.select("at", minutes=offset_minutes(moment["at"], offsets(first, last)))
        found = {row["at"]: row["minutes"] for row in engine.rows(compiled(query, engine.dialect))}
    assert found == expected
