"""Legal holidays and weekdays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

import holidays

LANGUAGE = "en_US"
SOME_YEAR = 2020


def holiday_names(country: str) -> frozenset[str]:
    """The names of a country's legal holidays; none where the country is not known.

    The country is given by its two letters.
    """
    if country not in holidays.list_supported_countries():
        return frozenset()
    return frozenset(_holidays(country, SOME_YEAR).values())


def days(
    country: str, names: Iterable[str], first: date, last: date
) -> Iterator[tuple[date, int, bool]]:
    """Each day with its weekday (Monday is 1) and whether it is a holiday of one of the names."""
    wanted = frozenset(names)
    found: dict[date, str] = {}
    day = first
    while day <= last:
        if day == first or (day.month, day.day) == (1, 1):
            found = _holidays(country, day.year)
        # Two holidays on one day are one text: Labour Day and Ascension fell together in 2008.
        today = found.get(day, "").split("; ")
        yield day, day.isoweekday(), not wanted.isdisjoint(today)
        day += timedelta(days=1)


@lru_cache(maxsize=1024)
def _holidays(country: str, year: int) -> dict[date, str]:
    """The holidays of a year with their names; looked up, and never changed."""
    return dict(holidays.country_holidays(country, years=year, language=LANGUAGE))
