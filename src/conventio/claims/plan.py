"""The compiled stages of a check: the same SQL for every folder and every law.

What differs between laws and folders is in the tables that the stages join, so the stages are
compiled once per engine and kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import ibis
import ibis.expr.types as ir

from conventio.claims import decisions, facts, findings, limits, order, rows
from conventio.claims.inputs import CASES, NOT_RUN_CODES
from conventio.claims.kinds import only_by_title
from conventio.folder.engine import compiled

SERVICES = "ordered_services"
"""All services with their positions, history too."""

NEW = "new_services"
"""The services to decide, with the facts of their code, patient and fee."""


@dataclass(frozen=True)
class Stage:
    """A table of the run, and the query that makes it."""

    table: str
    sql: str


@dataclass(frozen=True)
class Plan:
    """The stages in their order; the round is repeated until nothing is undecided."""

    prepare: tuple[Stage, ...]
    round: Stage
    conclude: tuple[Stage, ...]
    rivals: str
    """The query for the contested services with those before them, for explanations."""


@cache
def plan(dialect: str, levels: int) -> Plan:
    """The plan for an engine, with so many levels of services that go with others."""
    stages: list[Stage] = []

    def stage(name: str, expression: ir.Table) -> ir.Table:
        stages.append(Stage(name, compiled(expression, dialect)))
        return ibis.table(expression.schema(), name=name)

    services = stage("leveled_services", order.leveled())
    for level in range(1, levels + 1):
        moved = order.after_those_they_go_with(services, level)
        services = stage(f"leveled_services_{level}", moved)
    services = stage(SERVICES, order.ordered(services))
    new = stage(NEW, facts.enriched(services))
    untitled = stage("untitled_services", only_by_title.unsettled(new))
    said = [
        stage("row_findings", findings.raw(rows.findings(new))),
        stage("title_findings", findings.raw(only_by_title.findings(untitled))),
        stage("missing_facts", findings.raw(limits.missing_facts(services))),
    ]
    refused = ibis.union(*(_refusing(ones) for ones in said[:2]), distinct=False)
    stage(limits.MEMBERS.get_name(), limits.members(services))
    stage(limits.CONTESTED.get_name(), limits.contested())
    stage(limits.STANDING.get_name(), limits.standing_at_first(services, refused))
    prepare = tuple(stages)
    stages.clear()
    standing = compiled(limits.standing_after_a_round(), dialect)
    of_limits = stage("limit_findings", findings.raw(findings.of_limits(limits.refused())))
    stage(findings.RAW.get_name(), ibis.union(*said, of_limits, distinct=False))
    table = stage("findings", findings.findings(services))
    stage("decisions", decisions.decisions(new, table))
    return Plan(
        prepare,
        Stage(limits.STANDING.get_name(), standing),
        tuple(stages),
        compiled(limits.rivals(), dialect),
    )


def _refusing(found: ir.Table) -> ir.Table:
    """The rows that a finding of a row kind refuses."""
    return (
        found.join(CASES.select("entry", "case", "severity"), ["entry", "case"])
        .filter(lambda row: row.severity == "refuse")
        .select("row")
    )


@cache
def concerned_by_not_run(dialect: str) -> str:
    """The query that counts the new services that each rule not run would have concerned."""
    new = ibis.table({"row": "int64", "code": "string"}, name=NEW)
    counted = (
        new.join(NOT_RUN_CODES, "code").group_by("entry").agg(services=lambda row: row.count())
    )
    return compiled(counted, dialect)
