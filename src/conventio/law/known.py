"""What was known by a day: entries that came later are not, and a later one may supersede."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import combinations, pairwise
from typing import TypeVar

from conventio.law.model import Dated

D = TypeVar("D", bound=Dated)


def by(entries: Iterable[D], day: date | None) -> list[D]:
    """The entries that were known by a day; one of unstated publication always is."""
    return [entry for entry in entries if day is None or entry.known is None or entry.known <= day]


def prevailing(entries: Sequence[D], name: Callable[[D], str]) -> list[D]:
    """The entries with the days that are left to them by those that supersede them."""
    left: list[D] = []
    for entry in entries:
        days = [entry.days]
        for other in entries:
            if getattr(other, "supersedes", None) == name(entry) and other is not entry:
                days = [part for one in days for part in one.without(other.days)]
        left += [entry.model_copy(update={"first": part.first, "last": part.last}) for part in days]
    return left


def conflicts(entries: Sequence[D], name: Callable[[D], str]) -> list[tuple[D, D]]:
    """Pairs of entries that answer for one day, where neither names the other as superseded."""
    return [
        (one, other)
        for one, other in combinations(entries, 2)
        if one.days.overlaps(other.days) and not _supersedes(one, other, name)
    ]


def _supersedes(one: D, other: D, name: Callable[[D], str]) -> bool:
    """Whether one of the two, known later, names the other."""

    def does(later: D, earlier: D) -> bool:
        return (
            getattr(later, "supersedes", None) == name(earlier)
            and later.known is not None
            and (earlier.known is None or earlier.known < later.known)
        )

    return does(one, other) or does(other, one)


def holes(entries: Sequence[D]) -> list[tuple[D, D]]:
    """Neighbours in time with days between them for which neither answers."""
    ordered = sorted(entries, key=lambda entry: entry.days.start)
    return [
        (one, other)
        for one, other in pairwise(ordered)
        if one.last is not None and other.first is not None and (other.first - one.last).days > 1
    ]
