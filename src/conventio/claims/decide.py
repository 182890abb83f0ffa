"""Deciding the services of a folder that is in the engine: findings and decisions as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any

import pyarrow as pa

from conventio.claims import limits
from conventio.claims.entries import Entry, NotRun, Present, divided, tables_of
from conventio.claims.few import MOST, Few, LawTables
from conventio.claims.inputs import CHECK_DAY, REPEATED
from conventio.claims.kinds import by_rate, needs_authorisation
from conventio.claims.law_tables import tables
from conventio.claims.order import AT_ONCE, IN_PARTS, OF_PART, PART, services_of_part
from conventio.claims.pace import Progress, shares
from conventio.claims.plan import NEW, Plan, Stage, concerned_by_not_run, plan
from conventio.claims.sums import ByOutcome, Sums, by_outcome, of_decisions
from conventio.folder import clock
from conventio.folder.engine import Engine, Row, literal
from conventio.folder.parts import Part
from conventio.law import Law
from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import AnyRule, AwaitsInput, ByRate, Unsettled


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
    as_of: date
    """The day of the check."""
    nomenclature: Nomenclature
    outcomes: Mapping[str, int]
    """The number of services by outcome."""
    amounts: Sums
    """Their amounts, by outcome and column; `reimbursement_not_paid` what refusals cost."""
    findings: Mapping[tuple[str, str], int]
    """The number of services by rule and severity."""
    rules: Sequence[AnyRule]
    not_run: Sequence[NotRunRule]
    unused: Sequence[str]
    """The tables that were given and that no rule read, nor any amount."""
    rounds: int
    """How many rounds the group rules took."""
    history: int = 0
    """The number of services that were decided before."""


def decide(
    engine: Engine,
    law: Law,
    present: Present,
    progress: Progress | None = None,
    each_part: Callable[[Part], None] | None = None,
    *,
    narrowly: bool = False,
    as_of: date | None = None,
) -> Decided:
    """Decide every new service; the canonical tables of the folder are in the engine.

    Leaves `decisions` and `findings` in the engine, each with the keys of the order of decision.
    Where the services are more than the engine decides at once, it holds those of one part of the
    patients at a time, in their order; `each_part` is called when they are there. `narrowly` asks
    of few services only what the law can say of them. `as_of` is the day of the check: today, in
    Brussels, unless another is given.
    """
    as_of = as_of or clock.today()
    tell = progress or (lambda table, done, until: None)
    rows = engine.rows("SELECT * FROM nomenclature")
    own_codes = tuple(tuple(row.items()) for row in rows)
    span = engine.rows(_SPAN)[0]
    present = _with_kinds(engine, law, present)
    asked = _asked(law, frozenset(present.items()), own_codes, _years(span))
    few = Few.of(engine) if narrowly and span["services"] <= MOST else None
    for name, table in (asked.law.tables if few is None else asked.law.of(few)).items():
        engine.load(name, table, repeated=REPEATED.get(name, ()))
    engine.load(CHECK_DAY.get_name(), _check_day(as_of))
    at_once = _at_once(engine, span["services"])
    parts = -(-span["services"] // at_once) if at_once else None
    if parts:
        engine.load(AT_ONCE.get_name(), pa.table({"services": pa.array([at_once], pa.int64())}))
    levels = asked.law.levels(few)
    stages = plan(
        engine.dialect,
        levels,
        in_parts=parts is not None,
        few=few is not None,
        twice=few is None or few.twice,
        mixing=few is None or few.mixed,
    )
    work = _Work(engine, stages, tell, parts)
    work.do_whole()
    found, rounds = Counter[tuple[str, str]](), 0
    came_out: list[ByOutcome] = []
    for part in range(work.parts):
        rounds = max(rounds, work.do_part(part))
        came_out.append(of_decisions(engine))
        found.update(_findings(engine))
        if each_part is not None:
            each_part(Part(part, work.parts))
    outcomes = by_outcome(came_out)
    return Decided(
        law,
        as_of,
        asked.nomenclature,
        outcomes=outcomes.services,
        amounts=outcomes.amounts,
        findings=dict(sorted(found.items())),
        rules=[entry.rule for entry in asked.run],
        not_run=_not_run(engine, law, asked.not_run, few),
        unused=_unused(present, stages, asked),
        rounds=rounds,
        history=span["history"],
    )


ALWAYS_READ = frozenset({"services", "nomenclature", "patients", "fees"})
"""The tables of which decisions are made, whatever rules there are."""


def _unused(present: Present, stages: Plan, asked: _Asked) -> list[str]:
    """The tables given that no stage reads, or that only rules would read which were not run."""
    run = {table for entry in asked.run for table in tables_of(entry.rule)}
    others = {table for one in asked.not_run for table in tables_of(one.entry.rule)} - run
    if not any(isinstance(entry.rule, ByRate) for entry in asked.run):
        others |= by_rate.READS
    return sorted(
        (set(present) - stages.reads - ALWAYS_READ) | (set(present) & others - ALWAYS_READ)
    )


def _with_kinds(engine: Engine, law: Law, present: Present) -> Present:
    """The columns of the input, and which kinds of authorisation it has where a rule asks that."""
    asking = any(getattr(rule, "where_given", False) for rule in law.entries)
    if not asking or "kind" not in present.get("authorisations", ()):
        return present
    kinds = engine.rows('SELECT DISTINCT "kind" FROM authorisations')
    held = {needs_authorisation.holding(row["kind"]) for row in kinds}
    return {**present, "authorisations": present["authorisations"] | held}


HELD = 20
"""Of so many services, as much is held from the first part to the last as deciding one takes."""


def _at_once(engine: Engine, services: int) -> int | None:
    """How many services a part may have; None where all are decided at once."""
    if engine.at_once is None or services <= engine.at_once:
        return None
    return max(1, engine.at_once // 4, engine.at_once - services // HELD)


OUTCOMES = ("accepted", "refused", "unchecked")

_SPAN = (
    'SELECT min(performed_on) AS "first", max(performed_on) AS "last", count(*) AS services, '
    "count(decided) AS history FROM services"
)


class _Work:
    """The stages of a plan, done one after the other.

    `parts` is how many parts there are at most; None where the plan knows none.
    """

    def __init__(self, engine: Engine, stages: Plan, tell: Progress, parts: int | None) -> None:
        self.engine, self.stages, self.tell = engine, stages, tell
        self.in_parts, self.parts = parts is not None, parts or 1
        whole = [stage.table for stage in stages.whole]
        of_part = [stage.table for stage in (*stages.prepare, stages.round, *stages.conclude)]
        self._behind = list(reversed(shares(whole, of_part, self.parts)))

    def do_whole(self) -> None:
        """Do what is done once, before the parts."""
        if self.in_parts:
            self._do(self.stages.whole, self.engine)
            last = self.engine.rows(f"SELECT max(part) AS last FROM {IN_PARTS.get_name()}")
            self.parts = last[0]["last"] + 1

    def do_part(self, part: int) -> int:
        """Decide a part of the patients; answers how many rounds the group rules took."""
        whole: Sequence[Stage] = self.stages.whole
        if self.in_parts:
            whole = ()
            self._forget()
            self._begin(part)
        *of_groups, everywhere, begin = self.stages.prepare
        self.engine.side_by_side(partial(self._do, whole), partial(self._do, of_groups))
        self._do([everywhere, begin], self.engine)
        rounds, share = 0, self._behind.pop()
        while self.engine.rows(limits.UNDECIDED)[0]["undecided"]:
            self.tell(self.stages.round.table, share, self._behind[-1])
            self._make(self.stages.round, self.engine)
            rounds += 1
        said, concluding = self.stages.concluding
        self.engine.side_by_side(*(partial(self._do, [stage]) for stage in said))
        self._do(concluding, self.engine)
        return rounds

    def _do(self, stages: Sequence[Stage], engine: Engine) -> None:
        for stage in stages:
            self.tell(stage.table, self._behind.pop(), self._behind[-1])
            self._make(stage, engine)

    def _make(self, stage: Stage, engine: Engine) -> None:
        if stage.view:
            engine.view(stage.table, stage.sql)
        else:
            engine.create(stage.table, stage.sql, together=stage.together)
        if self.in_parts and stage.last_to_read is not None:
            engine.drop(stage.last_to_read)

    def _begin(self, part: int) -> None:
        """Tell the engine which part is at work."""
        self.engine.load(PART.get_name(), pa.table({"part": pa.array([part], pa.int64())}))
        ends = "min(patient_id) AS first_one, max(patient_id) AS last_one"
        (its,) = self.engine.rows(f"SELECT {ends} FROM {IN_PARTS.get_name()} WHERE part = {part}")
        # No patient is in a part that the services of the one before fill too.
        first, last = its["first_one"] or "", its["last_one"] or ""
        self.engine.view(OF_PART.get_name(), services_of_part(first, last))

    def _forget(self) -> None:
        """Drop what is left of the part before: two at a time would take twice the memory."""
        for stage in (*self.stages.prepare, *self.stages.conclude):
            if not stage.view:
                self.engine.drop(stage.table)


@dataclass(frozen=True)
class _Asked:
    """What a law asks of inputs with the same columns, codes and years."""

    nomenclature: Nomenclature
    run: list[Entry]
    not_run: list[NotRun]
    law: LawTables


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
    return _Asked(nomenclature, run, not_run, LawTables(made))


@lru_cache(maxsize=16)
def _check_day(as_of: date) -> pa.Table:
    """The day as a table, the same object each time: an engine that is kept knows it again."""
    return pa.Table.from_pylist([{"as_of": as_of}], schema=CHECK_DAY.schema().to_pyarrow())


def _years(span: Row) -> tuple[date, date] | None:
    """The years of the services, from their first day to their last; None where none has a date."""
    if span["first"] is None:
        return None
    return span["first"].replace(month=1, day=1), span["last"].replace(month=12, day=31)


def _findings(engine: Engine) -> dict[tuple[str, str], int]:
    counted = engine.rows(
        "SELECT rule, severity, count(DISTINCT row) AS services FROM findings "
        "GROUP BY rule, severity"
    )
    return {(row["rule"], row["severity"]): row["services"] for row in counted}


def _not_run(
    engine: Engine, law: Law, not_run: Sequence[NotRun], few: Few | None
) -> list[NotRunRule]:
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
            if not services and not _may_concern(engine, one, few):
                continue
            rules[rule] = (rules.get(rule) or 0) + services or None
        else:
            rules[rule] = (rules.get(rule) or 0) + services
    return [NotRunRule(*rule, services) for rule, services in rules.items()]


def _may_concern(engine: Engine, one: NotRun, few: Few | None) -> bool:
    """Whether its codes are input, and new services were performed on its days."""
    if isinstance(one.entry.rule, AwaitsInput | Unsettled):
        return False
    days = one.entry.rule.days
    if few is not None:
        return any(day is not None and day in days for _, day in few.new)
    query = (
        f"SELECT 1 FROM {NEW} WHERE performed_on BETWEEN DATE {literal(str(days.start))} "
        f"AND DATE {literal(str(days.end))} LIMIT 1"
    )
    return bool(engine.rows(query))
