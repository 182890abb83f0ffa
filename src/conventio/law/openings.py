"""What the law leaves to who uses it, and the entry that an added folder of law gives it by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from conventio.law.law import Law
from conventio.law.rules import AnyRule, AwaitsInput, Unsettled

PLACE = "..."
"""What stands where something is to be filled in."""


@dataclass(frozen=True)
class Opening:
    """Something that can be given: the file that it goes into, and how its entry begins."""

    rule: str
    wants: str
    """What is not printed."""
    file: str
    entry: str
    """YAML, with `...` where something is to be filled in."""


def openings(law: Law, provision: str) -> list[Opening]:
    """What can be given for the rules of a provision."""
    found = [_opening(law, rule) for rule in law.rules_of(provision)]
    return [one for one in found if one is not None]


def _opening(law: Law, rule: AnyRule) -> Opening | None:
    awaited = law.awaited(rule)
    if isinstance(rule, AwaitsInput):
        given = {**rule.settings, **dict.fromkeys(rule.input, PLACE)}
        return _superseding(rule, ", ".join(awaited), rule.becomes, given)
    if awaited and not isinstance(rule, Unsettled):
        name = (rule.services.sets or ("",))[0]
        own: dict[str, Any] = {"set": name, "supersedes": name, "point": PLACE}
        own |= {"provision": PLACE, "codes": [PLACE]}
        return Opening(rule.rule, ", ".join(awaited), "code-sets.yaml", _written(own))
    if isinstance(rule, Unsettled) and not awaited:
        return _superseding(rule, "a condition", PLACE, {})
    return None


def _superseding(rule: AnyRule, wants: str, kind: str, settings: dict[str, Any]) -> Opening:
    """A rule in the place of another: what that one says, with what it leaves open."""
    entry: dict[str, Any] = {
        "rule": rule.rule,
        "supersedes": rule.entry,
        "provision": rule.provision,
        "kind": kind,
        "services": rule.services.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        **settings,
        "reason": PLACE if kind == PLACE else rule.reason,
    }
    return Opening(rule.rule, wants, "rules.yaml", _written(entry))


def _written(entry: dict[str, Any]) -> str:
    text: str = yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=90)
    return text.rstrip("\n").replace("'...'", PLACE)
