"""What was known by a day, what prevails, what conflicts, and what nobody answers for."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conventio.law import known
from conventio.law.days import Days
from conventio.law.model import Value


def version(
    first: str,
    last: str,
    published: str = "unstated",
    supersedes: str | None = None,
    value: int = 1,
) -> Value:
    """A version of one figure."""
    dates = {"from": first, "to": last, "known": published}
    figure = {"name": "most", "value": value, "unit": "times", "supersedes": supersedes}
    return Value.model_validate({**dates, **figure})


def entry(one: Value) -> str:
    return one.entry


def days_of(entries: Sequence[Value]) -> list[tuple[int, str]]:
    return [(one.value, str(one.days)) for one in entries]  # type: ignore[misc]


OLD = version("2031-01-01", "2031-12-31", "2030-12-01", value=1)
MIDDLE = version("2031-04-01", "2031-06-30", "2031-03-01", "most@2031-01-01", value=2)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2030, 11, 30), []),
        (date(2030, 12, 1), [OLD]),
        (date(2031, 2, 28), [OLD]),
        (date(2031, 3, 1), [OLD, MIDDLE]),
        (None, [OLD, MIDDLE]),
    ],
)
def test_an_entry_is_known_from_its_publication_on(day: date | None, expected: list[Value]) -> None:
    assert known.by([OLD, MIDDLE], day) == expected


def test_an_entry_of_unstated_publication_is_always_known() -> None:
    always = version("2031-01-01", "2031-12-31")
    assert known.by([always], date.min) == [always]


def test_a_superseded_entry_keeps_the_days_around_those_of_the_later_one() -> None:
    assert days_of(known.prevailing([OLD, MIDDLE], entry)) == [
        (1, "2031-01-01 to 2031-03-31"),
        (1, "2031-07-01 to 2031-12-31"),
        (2, "2031-04-01 to 2031-06-30"),
    ]


def test_an_entry_superseded_on_all_its_days_is_gone() -> None:
    corrected = version("2031-01-01", "2031-12-31", "2031-01-15", "most@2031-01-01", value=2)
    assert days_of(known.prevailing([OLD, corrected], entry)) == [(2, "2031-01-01 to 2031-12-31")]
    assert known.conflicts([OLD, corrected], entry) == []


def test_the_last_of_three_corrections_on_the_same_days_prevails() -> None:
    second = version("2031-01-01", "2031-12-31", "2031-01-15", "most@2031-01-01", value=2)
    third = version("2031-01-01", "2031-12-31", "2031-01-20", "most@2031-01-01", value=3)
    for entries in ([OLD, second, third], [third, second, OLD]):
        assert days_of(known.prevailing(entries, entry)) == [(3, "2031-01-01 to 2031-12-31")]
        assert known.conflicts(entries, entry) == []


def test_who_supersedes_who_supersedes_need_not_name_both() -> None:
    third = version("2031-04-01", "2031-05-31", "2031-03-20", "most@2031-04-01", value=3)
    assert known.conflicts([OLD, MIDDLE, third], entry) == []
    assert days_of(known.prevailing([OLD, MIDDLE, third], entry)) == [
        (1, "2031-01-01 to 2031-03-31"),
        (1, "2031-07-01 to 2031-12-31"),
        (2, "2031-06-01 to 2031-06-30"),
        (3, "2031-04-01 to 2031-05-31"),
    ]


def test_who_reaches_beyond_what_is_superseded_conflicts() -> None:
    third = version("2031-04-01", "2031-07-01", "2031-03-20", "most@2031-04-01", value=3)
    assert known.conflicts([OLD, MIDDLE, third], entry) == [(OLD, third)]


def test_two_that_overlapped_before_the_later_one_was_known_conflict_still() -> None:
    other = version("2031-05-01", "2031-05-31", "2030-12-15", value=4)
    found = known.conflicts([OLD, MIDDLE, other], entry)
    assert (OLD, other) in found


def test_what_was_not_known_later_supersedes_nothing() -> None:
    at_once = version("2031-04-01", "2031-06-30", "2030-12-01", "most@2031-01-01")
    assert known.conflicts([OLD, at_once], entry) == [(OLD, at_once)]
    assert days_of(known.prevailing([OLD, at_once], entry))[0] == (1, "2031-01-01 to 2031-12-31")


def test_neighbours_with_days_between_them_leave_a_hole() -> None:
    first, second = version("2031-01-01", "2031-03-31"), version("2031-04-02", "2031-12-31")
    assert known.holes([second, first]) == [(first, second)]
    assert known.holes([first, version("2031-04-01", "unstated")]) == []


START = date(2031, 1, 1)
spans = st.tuples(st.integers(0, 30), st.integers(0, 10), st.integers(1, 5))


@given(st.lists(spans, min_size=1, max_size=4))
def test_at_no_time_do_two_answer_for_one_day_unless_they_are_named(
    drawn: list[tuple[int, int, int]],
) -> None:
    """Versions of which each names the first: what prevails is unambiguous where none is named."""
    entries = [
        version(
            str(START + timedelta(days=first)),
            str(START + timedelta(days=first + length)),
            str(date(2030, 12, since)),
            None if number == 0 else f"most@{START + timedelta(days=drawn[0][0])}",
            number,
        )
        for number, (first, length, since) in enumerate(drawn)
    ]
    at_all_times = [*(one.known for one in entries), None]
    twice = any(
        one.days.overlaps(other.days)
        for time in at_all_times
        for prevailing in [known.prevailing(known.by(entries, time), entry)]
        for place, one in enumerate(prevailing)
        for other in prevailing[:place]
    )
    assert bool(known.conflicts(entries, entry)) is twice


@given(st.lists(spans, max_size=4))
def test_no_day_is_lost_by_superseding(drawn: list[tuple[int, int, int]]) -> None:
    entries = [
        version(
            str(START + timedelta(days=first)),
            str(START + timedelta(days=first + length)),
            str(date(2030, 12, since)),
            f"most@{START + timedelta(days=drawn[0][0])}",
            number,
        )
        for number, (first, length, since) in enumerate(drawn)
    ]

    def held(some: Sequence[Value]) -> set[date]:
        every = [START + timedelta(days=number) for number in range(60)]
        return {day for day in every if any(day in Days(one.first, one.last) for one in some)}

    assert held(known.prevailing(entries, entry)) == held(entries)
