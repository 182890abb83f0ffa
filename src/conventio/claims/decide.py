"""Deciding the services of a folder that is in the engine: findings and decisions as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from conventio.claims import limits
from conventio.claims.entries import NotRun, Present, entries
from conventio.claims.plan import Stage, concerned_by_not_run, plan
from conventio.folder.engine import Engine
from conventio.law import Law
from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import AnyRule

Progress = Callable[[str, float], None]
"""Told the table that is being made, and which share of the known work is behind it (0 to 1)."""


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
    not_run: Sequence[tuple[NotRun, int]]
    """The rules that were not run, with the number of services that each would have concerned."""
    rounds: int
    """How many rounds the group rules took."""


def decide(engine: Engine, law: Law, present: Present, progress: Progress | None = None) -> Decided:
    """Decide every new service; the canonical tables of the folder are in the engine.

    Leaves `decisions` and `findings` in the engine, each with the keys of the order of decision.
    """
    tell = progress or (lambda table, done: None)
    nomenclature = law.nomenclature.with_rows(engine.rows("SELECT * FROM nomenclature"))
    given = entries(law, nomenclature, present, _span(engine))
    for name, table in given.tables.items():
        engine.load(name, table)
    levels = engine.rows('SELECT max("level") AS levels FROM codes')[0]["levels"] or 0
    stages = plan(engine.dialect, int(levels))
    known_work = len(stages.prepare) + len(stages.conclude)
    for done, stage in enumerate(stages.prepare):
        tell(stage.table, done / known_work)
        _make(engine, stage)
    rounds = 0
    while engine.rows(limits.UNDECIDED)[0]["undecided"]:
        tell(stages.round.table, len(stages.prepare) / known_work)
        _make(engine, stages.round)
        rounds += 1
    for done, stage in enumerate(stages.conclude, start=len(stages.prepare)):
        tell(stage.table, done / known_work)
        _make(engine, stage)
    return Decided(
        law,
        nomenclature,
        outcomes=_outcomes(engine),
        findings=_findings(engine),
        rules=given.rules,
        not_run=_not_run(engine, given.not_run),
        rounds=rounds,
    )


def _span(engine: Engine) -> tuple[date, date] | None:
    """The first and the last day of the services; None where none has a date."""
    query = 'SELECT min(performed_on) AS "first", max(performed_on) AS "last" FROM services'
    row = engine.rows(query)[0]
    return None if row["first"] is None else (row["first"], row["last"])


def _make(engine: Engine, stage: Stage) -> None:
    make = engine.view if stage.view else engine.create
    make(stage.table, stage.sql)


def _outcomes(engine: Engine) -> dict[str, int]:
    counted = engine.rows("SELECT outcome, count(*) AS services FROM decisions GROUP BY outcome")
    found = {row["outcome"]: row["services"] for row in counted}
    return {outcome: found.get(outcome, 0) for outcome in ("accepted", "refused", "unchecked")}


def _findings(engine: Engine) -> dict[tuple[str, str], int]:
    counted = engine.rows(
        "SELECT rule, severity, count(DISTINCT service_id) AS services FROM findings "
        "GROUP BY rule, severity ORDER BY rule, severity"
    )
    return {(row["rule"], row["severity"]): row["services"] for row in counted}


def _not_run(engine: Engine, not_run: Sequence[NotRun]) -> list[tuple[NotRun, int]]:
    counted = engine.rows(concerned_by_not_run(engine.dialect)) if not_run else []
    concerned = {row["entry"]: row["services"] for row in counted}
    everywhere = engine.rows("SELECT count(*) AS services FROM decisions")[0]["services"]
    return [(one, everywhere if one.everywhere else concerned.get(one.entry, 0)) for one in not_run]
