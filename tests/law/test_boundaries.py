"""The cases have both answers of every rule, and both sides of every age that a rule names.

Days, hours, limits and codes are moved by their smallest step, one by one, in `tests.mutation`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from conventio.law.rules import AnyRule
from tests.law.cases import LAW, cases, concerned_codes

DAY = timedelta(days=1)
RULES = {rule.entry: rule for rule in LAW.entries}
ASKING = [
    entry
    for entry, rule in RULES.items()
    if rule.kind not in ("unsettled", "awaits-input", "no-patient-share")
]
"""The entries that ask something; of a share nothing is refused."""
SEEN = frozenset(
    {
        "not-twice",
        "one-attestation",
        "ids-alike",
        "age-known",
        "not-before-birth",
        "not-after-check",
    }
)
"""Those of the rows themselves, whatever their code."""
NEVER_REFUSE = frozenset(
    {"by-rate", "known-code", "covered", *SEEN} | {"fee-known", "faces-fit", "known-prescription"}
)
"""Kinds of rule that make a service `unchecked`, or warn, and no more."""


@dataclass(frozen=True)
class Decided:
    """A service of a case that is to be decided, with the outcome and what is said of it."""

    code: str
    on: date | None
    birth: date | None
    priced: bool
    outcome: str
    says: tuple[str, ...]

    @property
    def is_kept(self) -> bool:
        """Whether it stands by every rule, be there others for its article or not."""
        uncovered = ("not-covered unchecked all/gap",)
        said = tuple(line for line in self.says if not line.split()[0].endswith(":"))
        return self.outcome == "accepted" or (self.outcome, said) == ("unchecked", uncovered)

    def severities(self, rule: str) -> set[str]:
        """How a rule speaks of it."""
        return {line.split()[1] for line in self.says if line.startswith(f"{rule} ")}


@cache
def decided() -> tuple[Decided, ...]:
    return tuple(_decided())


def _decided() -> Iterator[Decided]:
    for case in cases():
        births = {row["patient_id"]: row.get("birth_date") for row in case.tables["patients"]}
        for row in case.tables["services"]:
            if row.get("decided") is None:
                outcome, *says = case.expected[row["service_id"]]
                birth = births.get(row["patient_id"])
                yield Decided(row["code"], _day(row), birth, case.priced, outcome, tuple(says))


def _day(row: Any) -> date | None:
    at: date | None = row["performed_at"]
    return at.date() if isinstance(at, datetime) else at


@cache
def concerned(entry: str) -> tuple[Decided, ...]:
    """The services of the codes and days of an entry."""
    rule = RULES[entry]
    codes = concerned_codes(rule)
    return tuple(
        one
        for one in decided()
        if one.on is not None
        and one.on in rule.days
        and (one.code in codes or rule.kind in ("known-code", *SEEN))
        and (one.priced or rule.kind != "fee-known")
    )


@pytest.mark.parametrize("entry", ASKING)
def test_an_entry_is_kept_in_some_case_and_not_in_another(entry: str) -> None:
    rule = RULES[entry]
    services = concerned(entry)
    assert any(one.is_kept and not one.severities(rule.rule) for one in services)
    assert any(one.severities(rule.rule) & _not_kept(rule) for one in services)


def _not_kept(rule: AnyRule) -> set[str]:
    """The severities of which one says that a rule is not kept."""
    never = rule.kind in NEVER_REFUSE or getattr(rule, "by", "patient") != "patient"
    if never or getattr(rule, "otherwise", "refuse") != "refuse":
        return {"unchecked", "warn"}
    return {"refuse"}


AGES = [
    (entry, birthday)
    for entry, rule in RULES.items()
    for of in (rule, getattr(rule, "patients", None))
    for birthday in (getattr(of, "from_birthday", None), getattr(of, "to_birthday", None))
    if birthday is not None
]


@pytest.mark.parametrize(("entry", "birthday"), AGES)
def test_an_age_has_a_case_on_the_birthday_and_one_on_the_day_before(
    entry: str, birthday: int
) -> None:
    rule = RULES[entry]
    on, before = set(), set()
    for one in concerned(entry):
        if one.birth is not None and (one.birth.month, one.birth.day) != (2, 29):
            reached = one.birth.replace(year=one.birth.year + birthday)
            said = bool(one.severities(rule.rule)) or "patient_share: 0.00" in one.says
            if one.on == reached:
                on.add(said)
            elif one.on == reached - DAY:
                before.add(said)
    assert any(answer != other for answer in on for other in before)
