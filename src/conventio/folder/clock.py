"""Brussels time as a small table that any engine can join, made from the time zone database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import pyarrow as pa

BRUSSELS = ZoneInfo("Europe/Brussels")
FIRST_YEAR, LAST_YEAR = 1900, 2999
TABLE = "brussels_clock"

CLOCK = ibis.table(
    {
        "instant": "boolean",
        "year": "int64",
        "start": "timestamp",
        "stop": "timestamp",
        "offset_minutes": "int64",
        "twice": "boolean",
    },
    name=TABLE,
)
"""Stretches of one offset within one year: of instants (UTC) and of local times.

`start` is included, `stop` is not. Local times that do not exist are in no stretch; those that
exist twice are in one stretch, with the offset of the first.
"""


Offsets = tuple[tuple[datetime, int], ...]
"""Minutes from UTC, each from a local time on; the first also before."""


def offsets(first: int, last: int) -> Offsets:
    """The offsets of local times that exist, of the years from `first` to `last`."""
    local = [row for row in clock_table().to_pylist() if not row["instant"]]
    found: list[tuple[datetime, int]] = []
    for row in sorted(local, key=lambda one: one["start"]):
        if first <= row["year"] <= last and [row["offset_minutes"]] != [o for _, o in found[-1:]]:
            found.append((row["start"], row["offset_minutes"]))
    return tuple(found)


def offset_minutes(stands: ir.TimestampValue, offsets: Offsets) -> ir.IntegerValue:
    """The offset of local times among some: as much as `CLOCK` holds of them, without a join."""
    return _offset_among(stands, list(offsets)) if offsets else ibis.literal(0)


def _offset_among(
    stands: ir.TimestampValue, offsets: list[tuple[datetime, int]]
) -> ir.IntegerValue:
    """The offset of the last start that is not later: halved again and again."""
    if len(offsets) == 1:
        return ibis.literal(offsets[0][1], type="int64")
    half = len(offsets) // 2
    before, after = offsets[:half], offsets[half:]
    return ibis.ifelse(
        stands < ibis.literal(after[0][0]),
        _offset_among(stands, before),
        _offset_among(stands, after),
    )


def today() -> date:
    """The day that it is in Brussels."""
    return datetime.now(BRUSSELS).date()


class _Period(NamedTuple):
    start: datetime  # UTC, naive
    stop: datetime
    offset: timedelta


@lru_cache(maxsize=1)
def clock_table() -> pa.Table:
    """The rows of `CLOCK`, from FIRST_YEAR to LAST_YEAR as Brussels counts them."""
    periods = _periods()
    rows: list[tuple[bool, int, datetime, datetime, int, bool]] = []
    for place, (start, stop, offset) in enumerate(periods):
        before = periods[place - 1].offset if place else offset
        after = periods[place + 1].offset if place + 1 < len(periods) else offset
        minutes = offset // timedelta(minutes=1)
        first, last = (datetime(year, 1, 1) for year in (FIRST_YEAR, LAST_YEAR + 1))  # noqa: DTZ001
        stretches = [
            (True, max(start, first - offset), min(stop, last - offset), False),
            (False, start + max(before, offset), stop + min(offset, after), False),
            (False, stop + min(offset, after), stop + offset, True),
        ]
        for instant, opens, closes, twice in stretches:
            begin, end = (opens, closes) if instant else (max(opens, first), min(closes, last))
            rows += [
                (instant, year, since, until, minutes, twice)
                for year, since, until in _by_year(begin, end)
            ]
    names = ("instant", "year", "start", "stop", "offset_minutes", "twice")
    types = (pa.bool_(), pa.int64(), pa.timestamp("us"), pa.timestamp("us"), pa.int64(), pa.bool_())
    return pa.table(
        [
            pa.array(column, kind)
            for column, kind in zip(zip(*rows, strict=True), types, strict=True)
        ],
        names=names,
    )


def _periods() -> list[_Period]:
    begin, end = datetime(FIRST_YEAR - 1, 12, 31), datetime(LAST_YEAR + 1, 1, 2)  # noqa: DTZ001
    step = timedelta(days=30)
    periods: list[_Period] = []
    start, moment, offset = begin, begin, _offset(begin)
    while moment < end:
        following = min(moment + step, end)
        if _offset(following) != offset:
            change = _change(moment, following)
            periods.append(_Period(start, change, offset))
            start, offset, following = change, _offset(change), change
        moment = following
    periods.append(_Period(start, end, offset))
    return periods


def _change(before: datetime, after: datetime) -> datetime:
    """The first second with another offset than `before`."""
    offset = _offset(before)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _offset(middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(instant: datetime) -> timedelta:
    offset = instant.replace(tzinfo=UTC).astimezone(BRUSSELS).utcoffset()
    if offset is None:
        raise AssertionError(f"{BRUSSELS} has no offset at {instant}")
    return offset


def _by_year(begin: datetime, end: datetime) -> list[tuple[int, datetime, datetime]]:
    pieces = []
    while begin < end:
        following = min(end, datetime(begin.year + 1, 1, 1))  # noqa: DTZ001
        pieces.append((begin.year, begin, following))
        begin = following
    return pieces
