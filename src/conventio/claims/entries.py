"""The entries of a law's rules: which can be run on the columns of an input, and which can't."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conventio.claims.kinds import BESIDE_KINDS, GROUP_KINDS, JOIN_KINDS, ROW_KINDS
from conventio.claims.kinds.shape import CaseName, Column, Severity, columns_of_key
from conventio.law import Law
from conventio.law.rules import AnyRule, AwaitsInput, RowRule

Present = Mapping[str, frozenset[str]]
"""The columns that the input has, by table."""

KINDS = frozenset({*ROW_KINDS, *GROUP_KINDS, *JOIN_KINDS, *BESIDE_KINDS})
"""Every kind of rule that can be run."""

ONLY_WHEN: Mapping[str, list[Column]] = {
    "always": [],
    "prescribed": [("services", "prescription_id")],
    "prescription-known": [
        ("services", "prescription_id"),
        ("prescriptions", "prescription_id"),
    ],
}
"""The columns that tell of which services a rule speaks."""


@dataclass(frozen=True)
class Entry:
    """One dated entry of a rule, with its number among those of the law."""

    number: int
    rule: AnyRule
    answers_undated: bool
    """Whether it is the entry that answers for its rule where a service has no date."""

    @property
    def everywhere(self) -> bool:
        """Whether it concerns every service, whatever its code."""
        kind = self.rule.kind
        return kind in BESIDE_KINDS or (kind in ROW_KINDS and ROW_KINDS[kind].everywhere)


@dataclass(frozen=True)
class NotRun:
    """An entry that can't be asked: the input lacks tables or columns, or the law what is input."""

    entry: Entry
    missing: tuple[str, ...]


def entries(law: Law) -> list[Entry]:
    """The entries of a law in its order."""
    answering: dict[str, int] = {}
    for number, rule in enumerate(law.entries):
        asked = rule.kind not in ROW_KINDS or ROW_KINDS[rule.kind].asks_day
        if asked and not isinstance(rule, AwaitsInput):
            answering.setdefault(rule.rule, number)
    return [
        Entry(number, rule, answering.get(rule.rule) == number or not rule.days.stated)
        for number, rule in enumerate(law.entries)
    ]


def divided(law: Law, present: Present) -> tuple[list[Entry], list[NotRun]]:
    """The entries that can be run on an input, and those that can't."""
    run: list[Entry] = []
    not_run: list[NotRun] = []
    for entry in entries(law):
        missing = tuple(sorted(_missing(entry.rule, present)))
        missing += tuple(f"law: {one}" for one in law.awaited(entry.rule))
        if missing:
            not_run.append(NotRun(entry, missing))
        else:
            run.append(entry)
    return run, not_run


def only_warns(rule: AnyRule) -> bool:
    """Whether a rule refuses nothing: a doubt whether it speaks of a service is then no matter."""
    if getattr(rule, "otherwise", None) == "warn":
        return True
    kinds: Sequence[Mapping[CaseName, Severity]] = (
        *(one.severities for one in (ROW_KINDS.get(rule.kind), GROUP_KINDS.get(rule.kind)) if one),
        *(one.SEVERITIES for one in (JOIN_KINDS.get(rule.kind),) if one),
    )
    return not any("refuse" in said.values() for said in kinds)


def tables_of(rule: AnyRule) -> set[str]:
    """The tables that a rule needs."""
    return {table for table, _ in _needs(rule)}


def _missing(rule: AnyRule, present: Present) -> set[str]:
    return {
        f"{table}.{column}" if table in present else table
        for table, column in _needs(rule)
        if column not in present.get(table, frozenset())
    }


def _needs(rule: AnyRule) -> list[Column]:
    if rule.kind in BESIDE_KINDS:
        return BESIDE_KINDS[rule.kind].needs(rule)
    if rule.kind in JOIN_KINDS:
        return JOIN_KINDS[rule.kind].needs(rule)
    if rule.kind in ROW_KINDS:
        when = rule.when if isinstance(rule, RowRule) else "always"
        return [*ROW_KINDS[rule.kind].needs(rule), *ONLY_WHEN[when]]
    if rule.kind in GROUP_KINDS:
        return [*GROUP_KINDS[rule.kind].needs(rule), *columns_of_key(rule)]
    return []
