"""The amounts of a check, summed by outcome: what is refused is nobody's share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from conventio.folder.engine import Engine

_PAID = ("fee_agreed", "reimbursement", "patient_share", "above_fee")

SUMMED: Mapping[str, tuple[str, ...]] = {
    "accepted": _PAID,
    "refused": ("fee_agreed", "reimbursement_not_paid", "above_fee"),
    "unchecked": _PAID,
}
"""What is summed of the services of each outcome."""


@dataclass(frozen=True)
class Sum:
    """An amount in EUR over services: those of which it is known, and how many others there are."""

    total: Decimal = Decimal("0.00")
    known: int = 0
    unknown: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.total + other.total, self.known + other.known, self.unknown + other.unknown)

    @property
    def amount(self) -> Decimal | None:
        """The amount; None where there are services and it is known of none."""
        return None if self.unknown and not self.known else self.total

    @classmethod
    def of(cls, total: Decimal | None, services: int, unknown: int) -> Sum:
        """The sum over services, as an engine has it."""
        return cls(Decimal("0.00") if total is None else total, services - unknown, unknown)


Sums = Mapping[str, Mapping[str, Sum]]
"""By outcome and amount."""


@dataclass(frozen=True)
class ByOutcome:
    """How many services have each outcome, and their amounts."""

    services: Mapping[str, int]
    amounts: Sums


def by_outcome(parts: Iterable[ByOutcome]) -> ByOutcome:
    """Those of all parts together."""
    services = dict.fromkeys(SUMMED, 0)
    amounts = {outcome: dict.fromkeys(names, Sum()) for outcome, names in SUMMED.items()}
    for part in parts:
        for outcome, number in part.services.items():
            services[outcome] += number
            for name, its in part.amounts[outcome].items():
                amounts[outcome][name] = amounts[outcome][name] + its
    return ByOutcome(services, amounts)


def of_decisions(engine: Engine) -> ByOutcome:
    """Those of the decisions in the engine; outcomes that no service has are left out."""
    rows = engine.rows(_QUERY)
    return ByOutcome(
        {row["outcome"]: row["services"] for row in rows},
        {
            row["outcome"]: {name: _sum(row, name) for name in SUMMED[row["outcome"]]}
            for row in rows
        },
    )


_QUERY = (
    "SELECT outcome, count(*) AS services, "
    + ", ".join(
        f"CAST(sum({name}) AS DECIMAL(38, 2)) AS {name}, count(*) - count({name}) AS no_{name}"
        for name in dict.fromkeys(name for names in SUMMED.values() for name in names)
    )
    + " FROM decisions GROUP BY outcome"
)


def _sum(row: Mapping[str, Any], name: str) -> Sum:
    return Sum.of(row[name], row["services"], row[f"no_{name}"])


def told(amounts: Sums) -> dict[str, dict[str, dict[str, Any]]]:
    """The sums for programs: exact numbers are texts."""
    return {
        outcome: {
            name: {
                "sum": None if one.amount is None else str(one.amount),
                "not_known": one.unknown,
            }
            for name, one in ones.items()
        }
        for outcome, ones in amounts.items()
    }
