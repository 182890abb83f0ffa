"""What was known by a day: entries that came later are not, and a later one may supersede."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import combinations, pairwise
from typing import TypeVar

from conventio.law.days import Days
from conventio.law.model import Dated

D = TypeVar("D", bound=Dated)


def by(entries: Iterable[D], day: date | None) -> list[D]:
    """The entries that were known by a day; one of unstated publication always is."""
    return [entry for entry in entries if day is None or entry.known is None or entry.known <= day]


def supersedes(later: Dated, earlier: Dated, name: str) -> bool:
    """Whether an entry, known later, names the earlier one."""
    return (
        getattr(later, "supersedes", None) == name
        and later.known is not None
        and (earlier.known is None or earlier.known < later.known)
    )


def prevailing(entries: Sequence[D], name: Callable[[D], str]) -> list[D]:
    """The entries with the days that are left to them by those that supersede them."""
    return [
        entry.model_copy(update={"first": part.first, "last": part.last})
        for entry, left in zip(entries, _left(entries, name), strict=True)
        for part in left
    ]


def _left(entries: Sequence[D], name: Callable[[D], str]) -> list[list[Days]]:
    """The days left to each entry."""
    left = []
    for entry in entries:
        days = [entry.days]
        for other in entries:
            if supersedes(other, entry, name(entry)):
                days = [part for one in days for part in one.without(other.days)]
        left.append(days)
    return left


def conflicts(entries: Sequence[D], name: Callable[[D], str]) -> list[tuple[D, D]]:
    """Pairs of entries that, at some time, are known to answer for one day."""
    times = sorted({entry.known for entry in entries if entry.known is not None})
    found: dict[tuple[int, int], tuple[D, D]] = {}
    for time in [*times, None]:
        visible = by(entries, time)
        left = _left(visible, name)
        for (one, days), (other, theirs) in combinations(zip(visible, left, strict=True), 2):
            if any(day.overlaps(another) for day in days for another in theirs):
                found.setdefault((id(one), id(other)), (one, other))
    return list(found.values())


def holes(entries: Sequence[D]) -> list[tuple[D, D]]:
    """Neighbours in time with days between them for which neither answers."""
    ordered = sorted(entries, key=lambda entry: entry.days.start)
    return [
        (one, other)
        for one, other in pairwise(ordered)
        if one.last is not None and other.first is not None and (other.first - one.last).days > 1
    ]
