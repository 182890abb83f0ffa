"""Days with open bounds, against the plain idea of them: a set of days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conventio.law.days import Days

EARLY, LATE = date(2030, 1, 1), date(2030, 1, 20)
SOME_DAYS = [EARLY + timedelta(days=number) for number in range(-2, 23)]

bounds = st.none() | st.dates(EARLY, LATE)


@st.composite
def days(draw: st.DrawFn) -> Days:
    first, last = draw(bounds), draw(bounds)
    if first is not None and last is not None:
        first, last = sorted((first, last))
    return Days(first, last)


def held(one: Days) -> set[date]:
    return {day for day in SOME_DAYS if day in one}


@given(days(), days())
def test_two_overlap_where_they_share_a_day(one: Days, other: Days) -> None:
    assert one.overlaps(other) is bool(held(one) & held(other))
    assert one.overlaps(other) is other.overlaps(one)


@given(days(), days())
def test_what_is_left_is_what_the_other_does_not_hold(one: Days, other: Days) -> None:
    left = one.without(other)
    assert set().union(*map(held, left)) == held(one) - held(other)
    assert not any(part.overlaps(other) for part in left)
    assert sum(len(held(part)) for part in left) == len(held(one) - held(other)), "no day twice"


@given(days())
def test_nothing_is_left_without_oneself(one: Days) -> None:
    assert one.without(one) == []
    assert one.without(Days()) == []


def test_open_days_keep_their_open_ends() -> None:
    taken = Days(date(2030, 1, 5), date(2030, 1, 9))
    assert Days().without(taken) == [Days(None, date(2030, 1, 4)), Days(date(2030, 1, 10), None)]


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        (date(2029, 12, 31), False),
        (date(2030, 1, 1), True),
        (date(2030, 1, 31), True),
        (date(2030, 2, 1), False),
    ],
)
def test_both_bounds_are_included(day: date, inside: bool) -> None:
    assert (day in Days(date(2030, 1, 1), date(2030, 1, 31))) is inside


def test_days_say_what_is_unstated() -> None:
    assert str(Days(None, date(2030, 1, 31))) == "unstated to 2030-01-31"
    assert not Days().stated
    assert Days(date(2030, 1, 1)).stated
