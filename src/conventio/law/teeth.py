"""Teeth as the dental notation (ISO 3950) names them: a quadrant and a place from the midline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

TeethName = Literal["deciduous-molars", "first-permanent-molars", "lower-jaw"]
"""What a provision may call some teeth."""

PERMANENT, DECIDUOUS = range(1, 5), range(5, 9)
LOWER = (3, 4, 7, 8)


def named(name: TeethName) -> frozenset[str]:
    """The teeth of that name, derived from the notation.

    The fourth and fifth place of a deciduous quadrant are its molars; the sixth of a permanent one
    is its first molar; quadrants 3, 4, 7 and 8 are the lower jaw.
    """
    if name == "deciduous-molars":
        return _teeth(DECIDUOUS, (4, 5))
    if name == "first-permanent-molars":
        return _teeth(PERMANENT, (6,))
    return frozenset(tooth for tooth in _every() if int(tooth[0]) in LOWER)


def _every() -> frozenset[str]:
    return _teeth(PERMANENT, range(1, 9)) | _teeth(DECIDUOUS, range(1, 6))


def _teeth(quadrants: Iterable[int], places: Iterable[int]) -> frozenset[str]:
    return frozenset(f"{quadrant}{place}" for quadrant in quadrants for place in places)
