"""Days on which something holds, with bounds that a source may leave unstated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

UNSTATED: Final = "unstated"
LAST_DAY: Final = date(9999, 12, 31)


@dataclass(frozen=True, order=True)
class Days:
    """The days from `first` to `last`, both included; None where the source states no bound."""

    first: date | None = None
    last: date | None = None

    @property
    def stated(self) -> bool:
        """Whether the source states at least one bound."""
        return self.first is not None or self.last is not None

    @property
    def start(self) -> date:
        """The first day, or the earliest there is."""
        return self.first or date.min

    @property
    def end(self) -> date:
        """The last day, or the latest there is."""
        return self.last or LAST_DAY

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def overlaps(self, other: Days) -> bool:
        """Whether some day is in both."""
        return self.start <= other.end and other.start <= self.end

    def without(self, other: Days) -> list[Days]:
        """What is left of these days when the other's are taken out."""
        if not self.overlaps(other):
            return [self]
        left = []
        if other.first is not None and self.start < other.first:
            left.append(Days(self.first, other.first - timedelta(days=1)))
        if other.last is not None and other.last < self.end:
            left.append(Days(other.last + timedelta(days=1), self.last))
        return left

    def __str__(self) -> str:
        return f"{self.first or UNSTATED} to {self.last or UNSTATED}"


def end_of_term(event: date, years: int) -> date:
    """The last day of a term of years that runs from an event.

    The day of the event is not counted: the term begins on the day after it and ends on the eve of
    the same date. A term that begins on 29 February ends on the last day of February.
    """
    first = event + timedelta(days=1)
    try:
        after = first.replace(year=first.year + years)
    except ValueError:
        after = date(first.year + years, 3, 1)
    return after - timedelta(days=1)
