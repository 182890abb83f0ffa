"""The figures of a check that are shown: services and amounts by outcome, findings by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from conventio.folder.engine import Engine

OUTCOMES = ("accepted", "refused", "unchecked")
AMOUNTS = ("fee_agreed", "reimbursement", "patient_share", "overcharge")


@dataclass(frozen=True)
class OutcomeFigures:
    """The services of one outcome, and their amounts in EUR (null where none is known)."""

    outcome: str
    services: int
    fee_agreed: Decimal | None
    reimbursement: Decimal | None
    patient_share: Decimal | None
    overcharge: Decimal | None
    without_fee: int
    """Services for which no fee is known: they are in none of the sums."""
    without_reimbursement: int
    """Services with a fee of which the reimbursement is not known."""


@dataclass(frozen=True)
class RuleFigures:
    """The services of which one rule says one thing under one provision."""

    severity: str
    rule: str
    provision: str
    reason: str
    services: int


@dataclass(frozen=True)
class Figures:
    """What a summary shows."""

    outcomes: Sequence[OutcomeFigures]
    total: OutcomeFigures
    rules: Sequence[RuleFigures]


def figures(engine: Engine) -> Figures:
    """The figures of what was decided in the engine."""
    sums = ", ".join(f"CAST(sum({name}) AS DECIMAL(18, 2)) AS {name}" for name in AMOUNTS)
    counted = (
        f"count(*) AS services, {sums}, count(*) - count(fee_agreed) AS without_fee, "
        "count(fee_agreed) - count(patient_share) AS without_reimbursement"
    )
    by_outcome = {
        row["outcome"]: OutcomeFigures(**row)
        for row in engine.rows(f"SELECT outcome, {counted} FROM decisions GROUP BY outcome")
    }
    total = engine.rows(f"SELECT '' AS outcome, {counted} FROM decisions")[0]
    return Figures(
        [by_outcome.get(outcome, _none(outcome)) for outcome in OUTCOMES],
        OutcomeFigures(**total),
        _rules(engine),
    )


def _none(outcome: str) -> OutcomeFigures:
    return OutcomeFigures(outcome, 0, None, None, None, None, 0, 0)


def _rules(engine: Engine) -> list[RuleFigures]:
    """Refusals first, then unchecked, then warnings; the most frequent first."""
    counted = engine.rows(
        "SELECT severity, rule, provision, reason_system || '/' || reason_code AS reason, "
        "count(DISTINCT service_id) AS services "
        "FROM findings GROUP BY severity, rule, provision, reason_system, reason_code"
    )
    order = ("refuse", "unchecked", "warn")
    found = [RuleFigures(**row) for row in counted]
    return sorted(
        found,
        key=lambda one: (order.index(one.severity), -one.services, one.rule, one.provision),
    )
