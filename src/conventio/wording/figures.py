"""The figures of a rule that its sentence tells: from the entry itself, as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from conventio.wording.amounts import hour

if TYPE_CHECKING:
    from conventio.law.rules import AnyRule
    from conventio.wording.manner import Manner

TOLD = re.compile(r"\{(\w+)\}")
"""A figure in a sentence."""

_DAYS = ("first", "last")
_HOURS = ("start", "end")


def figures(rule: AnyRule, manner: Manner) -> dict[str, object]:
    """What an entry gives of each figure that a sentence may tell."""
    given = rule.model_dump()
    found: dict[str, object] = {
        name: value
        for part in (given.get("patients") or {}, given)
        for name, value in part.items()
        if isinstance(value, int) and not isinstance(value, bool)
    }
    for name in _DAYS:
        if given[name] is not None:
            found[name] = manner.day(given[name])
    for name in _HOURS if given.get("hours") else ():
        found[name] = hour(given["hours"][0][name], manner.language)
    return found


def content(rule: AnyRule, told: frozenset[str]) -> Mapping[str, Any]:
    """What an entry says but for its days, which later entries may cut short, and what is told."""
    given = rule.model_dump(exclude={*_DAYS, "known"} | (told - set(_HOURS)))
    if given.get("patients"):
        given["patients"] = {
            name: value for name, value in given["patients"].items() if name not in told
        }
    if given.get("hours") and told & set(_HOURS):
        first, *others = given["hours"]
        given["hours"] = ({**first, **dict.fromkeys(_HOURS)}, *others)
    return given
