"""Deciding the services of a folder that is in the engine: findings and decisions as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import pyarrow as pa

from conventio.claims import limits
from conventio.claims.entries import Entry, NotRun, Present, divided
from conventio.claims.law_tables import tables
from conventio.claims.pace import Progress, shares
from conventio.claims.plan import NEW, Stage, concerned_by_not_run, plan
from conventio.folder.engine import Engine, literal
from conventio.law import Law
from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import AnyRule, AwaitsInput, Unsettled


@dataclass(frozen=True)
class NotRunRule:
    """A rule that was not run, because the input lacks tables or columns."""

    rule: str
    provision: str
    missing: tuple[str, ...]
    services: int | None
    """How many services it would have concerned; None where the codes are what is missing."""


@dataclass(frozen=True)
class Decided:
    """What was decided, beside the tables `decisions` and `findings` in the engine."""

    law: Law
    nomenclature: Nomenclature
    outcomes: Mapping[str, int]
    """The number of services by outcome."""
    findings: Mapping[tuple[str, str], int]
    """The number of services by rule and severity."""
    rules: Sequence[AnyRule]
    not_run: Sequence[NotRunRule]
    rounds: int
    """How many rounds the group rules took."""


def decide(engine: Engine, law: Law, present: Present, progress: Progress | None = None) -> Decided:
    """Decide every new service; the canonical tables of the folder are in the engine.

    Leaves `decisions` and `findings` in the engine, each with the keys of the order of decision.
    """
    tell = progress or (lambda table, done: None)
    rows = engine.rows("SELECT * FROM nomenclature")
    own_codes = tuple(tuple(row.items()) for row in rows)
    asked = _asked(law, frozenset(present.items()), own_codes, _years(engine))
    for name, table in asked.tables.items():
        engine.load(name, table)
    stages = plan(engine.dialect, asked.levels)
    behind = shares([one.table for one in (*stages.prepare, stages.round, *stages.conclude)])
    for done, stage in zip(behind, stages.prepare, strict=False):
        tell(stage.table, done)
        _make(engine, stage)
    rounds = 0
    while engine.rows(limits.UNDECIDED)[0]["undecided"]:
        tell(stages.round.table, behind[len(stages.prepare)])
        _make(engine, stages.round)
        rounds += 1
    for done, stage in zip(behind[len(stages.prepare) + 1 :], stages.conclude, strict=False):
        tell(stage.table, done)
        _make(engine, stage)
    return Decided(
        law,
        asked.nomenclature,
        outcomes=_outcomes(engine),
        findings=_findings(engine),
        rules=[entry.rule for entry in asked.run],
        not_run=_not_run(engine, law, asked.not_run),
        rounds=rounds,
    )


@dataclass(frozen=True)
class _Asked:
    """What a law asks of inputs with the same columns, codes and years."""

    nomenclature: Nomenclature
    run: list[Entry]
    not_run: list[NotRun]
    levels: int
    tables: Mapping[str, pa.Table]


@lru_cache(maxsize=16)
def _asked(
    law: Law,
    present: frozenset[tuple[str, frozenset[str]]],
    own_codes: tuple[tuple[tuple[str, Any], ...], ...],
    years: tuple[date, date] | None,
) -> _Asked:
    nomenclature = law.nomenclature.with_rows(dict(row) for row in own_codes)
    run, not_run = divided(law, dict(present))
    bridge_days = "bridge_days" in dict(present)
    made = tables(law, nomenclature, run, not_run, span=years, bridge_days=bridge_days)
    levels = max(made["codes"]["level"].to_pylist(), default=0)
    return _Asked(nomenclature, run, not_run, levels, made)


def _years(engine: Engine) -> tuple[date, date] | None:
    """The years of the services, from their first day to their last; None where none has a date."""
    query = 'SELECT min(performed_on) AS "first", max(performed_on) AS "last" FROM services'
    row = engine.rows(query)[0]
    if row["first"] is None:
        return None
    return row["first"].replace(month=1, day=1), row["last"].replace(month=12, day=31)


def _make(engine: Engine, stage: Stage) -> None:
    make = engine.view if stage.view else engine.create
    make(stage.table, stage.sql)


def _outcomes(engine: Engine) -> dict[str, int]:
    counted = engine.rows("SELECT outcome, count(*) AS services FROM decisions GROUP BY outcome")
    found = {row["outcome"]: row["services"] for row in counted}
    return {outcome: found.get(outcome, 0) for outcome in ("accepted", "refused", "unchecked")}


def _findings(engine: Engine) -> dict[tuple[str, str], int]:
    counted = engine.rows(
        "SELECT rule, severity, count(DISTINCT row) AS services FROM findings "
        "GROUP BY rule, severity ORDER BY rule, severity"
    )
    return {(row["rule"], row["severity"]): row["services"] for row in counted}


def _not_run(engine: Engine, law: Law, not_run: Sequence[NotRun]) -> list[NotRunRule]:
    """The entries of one rule together, with the services of all.

    One that only awaits what is input is told where it concerns a service, or may concern one.
    """
    counted = engine.rows(concerned_by_not_run(engine.dialect)) if not_run else []
    concerned = {row["entry"]: row["services"] for row in counted}
    rules: dict[tuple[str, str, tuple[str, ...]], int | None] = {}
    for one in not_run:
        rule = (one.entry.rule.rule, one.entry.rule.provision, one.missing)
        services = concerned.get(one.entry.number, 0)
        if law.awaited(one.entry.rule):
            if not services and not _may_concern(engine, one):
                continue
            rules[rule] = (rules.get(rule) or 0) + services or None
        else:
            rules[rule] = (rules.get(rule) or 0) + services
    return [NotRunRule(*rule, services) for rule, services in rules.items()]


def _may_concern(engine: Engine, one: NotRun) -> bool:
    """Whether its codes are input, and new services were performed on its days."""
    if isinstance(one.entry.rule, AwaitsInput | Unsettled):
        return False
    days = one.entry.rule.days
    query = (
        f"SELECT 1 FROM {NEW} WHERE performed_on BETWEEN DATE {literal(str(days.start))} "
        f"AND DATE {literal(str(days.end))} LIMIT 1"
    )
    return bool(engine.rows(query))
