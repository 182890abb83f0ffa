"""The compiled stages of a check: the same SQL for every folder and every law.

What differs between laws and folders is in the tables that the stages join, so the stages are
compiled once per engine and kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from conventio.claims import decisions, findings, limits, mixed, order, rates, repeated, rows
from conventio.claims.facts import prescribed
from conventio.claims.inputs import CASES, NARROWED, NOT_RUN, NOT_RUN_CODES, PRESCRIBED, SERVICES
from conventio.claims.kinds import (
    needs_authorisation,
    no_patient_share,
    only_at_hours,
    only_by_profession,
    only_by_title,
)
from conventio.claims.kinds.no_patient_share import SHARELESS
from conventio.claims.kinds.shape import on_its_day
from conventio.folder.engine import compiled
from conventio.folder.queries import kept

PLACED = "placed_services"
"""All services with the keys of the order of decision, history too."""

NEW = "new_services"
"""The services to decide."""


_READ = re.compile(r'\b(?:FROM|JOIN)\s+["`]?(\w+)')
"""A table that a query reads."""


@dataclass(frozen=True)
class Stage:
    """A table of the run, and the query that makes it; a view is not made until it is read."""

    table: str
    sql: str
    view: bool = False
    together: str | None = None
    """A column of which equal values are looked up together by what comes after."""
    last_to_read: str | None = None
    """A table that is needed no more once this one is made, where memory is scarce."""


@dataclass(frozen=True)
class Plan:
    """The stages in their order; the round is repeated until nothing is undecided.

    Those of the whole input come once; the others for each part of the patients, where there are
    parts, and otherwise once too. Of those that prepare, the last two alone read what they made.
    """

    whole: tuple[Stage, ...]
    prepare: tuple[Stage, ...]
    round: Stage
    conclude: tuple[Stage, ...]
    before: str
    """The query for the services with those before them in their groups, for explanations."""

    @property
    def reads(self) -> frozenset[str]:
        """The names of the tables that some stage reads."""
        stages = (*self.whole, *self.prepare, self.round, *self.conclude)
        return frozenset(name for stage in stages for name in _READ.findall(stage.sql))

    @property
    def concluding(self) -> tuple[tuple[Stage, ...], tuple[Stage, ...]]:
        """Those that conclude: first those of which none reads another, then the others."""
        together = [stage.table for stage in self.conclude].index(findings.RAW.get_name())
        return self.conclude[:together], self.conclude[together:]


class _Stages:
    """Stages as they are written down, each compiled for one engine."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.written: list[Stage] = []

    def table(
        self,
        name: str,
        expression: ir.Table,
        *,
        together: str | None = None,
        last_to_read: str | None = None,
    ) -> ir.Table:
        """Write a stage that makes a table; answer the table."""
        sql = compiled(expression, self.dialect)
        self.written.append(Stage(name, sql, together=together, last_to_read=last_to_read))
        return ibis.table(expression.schema(), name=name)

    def view(self, name: str, expression: ir.Table) -> ir.Table:
        """Write a stage that names a query; answer it as a table."""
        self.written.append(Stage(name, compiled(expression, self.dialect), view=True))
        return ibis.table(expression.schema(), name=name)

    def done(self) -> tuple[Stage, ...]:
        """The stages written since the last time."""
        written, self.written = tuple(self.written), []
        return written


@kept
def plan(
    dialect: str,
    levels: int,
    *,
    in_parts: bool = False,
    few: bool = False,
    twice: bool = True,
    mixing: bool = True,
) -> Plan:
    """The plan for an engine, with so many levels of services that go with others.

    With `in_parts` for services that are decided in parts of the patients, with `few` for services
    so few that planning a query takes longer than running it. Without `twice` where it is known
    that no service is there twice, without `mixing` where no attestation or id is mixed.
    """
    stages = _Stages(dialect)
    said, refused = _of_rows(stages, in_parts=in_parts, few=few)
    if mixing:
        stages.table(mixed.SEEN.get_name(), mixed.seen())
        said.append(stages.table("mixed_findings", findings.raw(mixed.findings())))
    if in_parts:
        stages.table(order.IN_PARTS.get_name(), order.in_parts())
    whole = stages.done()
    numbered = order.numbered_in_part() if in_parts else order.numbered()
    stages.table(order.NUMBERED.get_name(), numbered)
    leveled, services = _services(stages, order.OF_PART if in_parts else SERVICES, levels)
    said.append(stages.table("missing_facts", findings.raw(limits.missing_facts(leveled))))
    _contested(stages, leveled, services, order.OF_PART if in_parts else SERVICES)
    undecided = leveled.filter(~leveled.history)
    everywhere = stages.table(
        "everywhere_findings", findings.raw(rates.unrated(rows.everywhere(undecided)))
    )
    said.append(everywhere)
    refused = ibis.union(refused, _refusing(everywhere))
    stages.table(limits.STANDING.get_name(), limits.standing_at_first(refused))
    prepare = stages.done()
    stages.table(limits.STANDING.get_name(), limits.standing_after_a_round())
    (one_round,) = stages.done()
    of_limits = findings.raw(findings.of_limits(limits.refused()))
    said.append(stages.table("limit_findings", of_limits))
    said.append(stages.table("lonely_findings", findings.raw(limits.lonely(leveled))))
    said.append(stages.table("doubtful_findings", findings.raw(limits.doubtful())))
    if twice:
        found = findings.raw(repeated.findings(leveled, refused))
        said.append(stages.table("repeated_findings", found))
    said.append(stages.table("rate_findings", findings.raw(rates.findings(leveled))))
    stages.table(rates.RATED_FEES.get_name(), rates.fees(leveled))
    stages.view(findings.RAW.get_name(), ibis.union(*said, distinct=False))
    table = stages.table("findings", findings.findings(services))
    decided = decisions.decisions(services, table)
    stages.table("decisions", decided, last_to_read=leveled.get_name())
    before = compiled(limits.before(services), dialect)
    return Plan(whole, prepare, one_round, stages.done(), before)


def _of_rows(stages: _Stages, *, in_parts: bool, few: bool) -> tuple[list[ir.Table], ir.Table]:
    """The stages of the rules that ask one row; their findings, and the rows that these refuse."""
    undecided = stages.view(NEW, SERVICES.filter(SERVICES.decided.isnull()))
    stages.table(PRESCRIBED.get_name(), prescribed(undecided))
    stages.table(NARROWED.get_name(), rows.narrowed(undecided))
    stages.table(SHARELESS.get_name(), no_patient_share.shareless(undecided))
    stages.table(rates.RATED.get_name(), rates.rated(undecided))
    untitled = stages.table("untitled_services", only_by_title.unsettled(undecided))
    by_row = {
        "row_findings": rows.by_code(undecided, few=few),
        "title_findings": ibis.union(
            findings.raw(only_by_title.findings(untitled)),
            findings.raw(only_by_profession.findings(undecided)),
            distinct=False,
        ),
        "authorisation_findings": needs_authorisation.findings(undecided),
        "hour_findings": only_at_hours.findings(undecided),
        "share_findings": no_patient_share.findings(undecided),
    }
    said = [stages.table(name, findings.raw(found)) for name, found in by_row.items()]
    refused = ibis.union(*(_refusing(ones) for ones in said), distinct=in_parts)
    # Every part asks for them.
    return said, (stages.table if in_parts else stages.view)("refused_by_rows", refused)


def _services(stages: _Stages, given: ir.Table, levels: int) -> tuple[ir.Table, ir.Table]:
    """The stages that place every service in the order of decision; without and with its place."""
    leveled = stages.table("leveled_services", order.leveled(given), together="patient")
    nobody = leveled.filter(ibis.literal(False)).select("row", instant="performed_utc")
    stages.table(order.MOVED.get_name(), nobody)
    for level in range(1, levels + 1):
        stages.table(order.MOVED.get_name(), order.moved(leveled, level))
    return leveled, stages.view(PLACED, order.placed(leveled))


def _contested(stages: _Stages, leveled: ir.Table, services: ir.Table, given: ir.Table) -> None:
    """The stages that find who is in whose way by the group rules."""
    stages.table(limits.SESSIONS.get_name(), limits.asked_sessions(leveled))
    stages.table(limits.TOGETHER.get_name(), limits.services_in_sessions(leveled))
    stages.table(limits.NAMED.get_name(), limits.named_services(leveled))
    stages.table(limits.MEMBERS.get_name(), limits.members(leveled, given))
    stages.table(limits.CROWDED.get_name(), limits.crowded())
    members = limits.MEMBERS.get_name()
    stages.table(limits.RIVALS.get_name(), limits.rivals(leveled), last_to_read=members)
    stages.table(limits.TURNS.get_name(), limits.turns_of_rivals(services))
    stages.table(limits.HELD.get_name(), limits.held_titles(leveled))
    stages.table(limits.TIMELY.get_name(), limits.timely(given))
    stages.table(limits.CONTESTED.get_name(), limits.contested())


def _refusing(found: ir.Table) -> ir.Table:
    """The rows that a finding of a row kind refuses."""
    return (
        found.join(CASES.select("entry", "case_place", "severity"), ["entry", "case_place"])
        .filter(lambda row: row.severity == "refuse")
        .select("row")
    )


@kept
def concerned_by_not_run(dialect: str) -> str:
    """The query that counts the new services that each entry not run would have concerned."""
    new = ibis.table({"row": "int64", "code": "string", "performed_on": "date"}, name=NEW)
    everywhere = new.cross_join(NOT_RUN.filter(NOT_RUN.everywhere)).drop("code")
    by_code = new.join(NOT_RUN_CODES, "code").join(NOT_RUN, "entry").drop("code")
    row = everywhere.union(by_code.select(everywhere.columns))
    concerned = row.filter(on_its_day(row))
    return compiled(concerned.group_by("entry").agg(services=concerned.count()), dialect)
