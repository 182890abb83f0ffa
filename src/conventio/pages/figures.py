"""The figures of a check that are shown: services and amounts by outcome, time, code and rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from conventio.claims.decide import OUTCOMES
from conventio.folder.engine import Engine, Row
from conventio.pages.tally import AMOUNTS

MONTHS = 36
"""From how many months on a run is shown year by year."""

CODES = 20
"""How many codes are shown by themselves."""


@dataclass(frozen=True)
class OutcomeFigures:
    """The services of one outcome, and their amounts in EUR (null where none is known)."""

    outcome: str
    services: int
    fee_agreed: Decimal | None
    reimbursement: Decimal | None
    patient_share: Decimal | None
    above_fee: Decimal | None
    without_fee: int
    """Services for which no fee is known: they are in none of the sums."""
    without_reimbursement: int
    """Services with a fee of which the reimbursement is not known."""


@dataclass(frozen=True)
class Share:
    """A part of the services: those of a time or a code, or of what is left of these."""

    of: str | date | None
    """The first day of the month or year, or the code; None for what has none of its own."""
    services: Mapping[str, int]
    """By outcome."""
    refused_fees: Decimal | None
    """The agreed fees of its refused services, in EUR; null where none is known."""

    @property
    def total(self) -> int:
        """All its services."""
        return sum(self.services.values())


@dataclass(frozen=True)
class RuleFigures:
    """The services of which one rule says one thing under one provision."""

    severity: str
    rule: str
    provision: str
    reason: str
    services: int
    fees: Decimal | None
    """Their agreed fees in EUR; null where none is known."""


@dataclass(frozen=True)
class Figures:
    """What a summary and a report show; every sum is over all services that were decided."""

    outcomes: Sequence[OutcomeFigures]
    total: OutcomeFigures
    rules: Sequence[RuleFigures]
    by_year: bool
    """Whether the periods are years, and not months."""
    periods: Sequence[Share]
    """In the order of time; last those without a date, where there are any."""
    codes: Sequence[Share]
    """The codes most often refused, then unchecked."""
    other_codes: Share
    """What is left of the codes."""
    provisions: Mapping[str, int]
    """Of how many services findings speak under each provision."""


def figures(engine: Engine) -> Figures:
    """The figures of what was decided, from what `tally` left in the engine."""
    outcomes = {
        row["outcome"]: OutcomeFigures(**row)
        for row in engine.rows(f"SELECT outcome, {_SUMS} FROM counted GROUP BY outcome")
    }
    total = engine.rows(f"SELECT '' AS outcome, {_SUMS} FROM counted")[0]
    by_year, periods = _periods(engine)
    codes, other_codes = _codes(engine)
    return Figures(
        [outcomes.get(outcome, _none(outcome)) for outcome in OUTCOMES],
        OutcomeFigures(**total),
        _rules(engine),
        by_year,
        periods,
        codes,
        other_codes,
        _provisions(engine),
    )


_NUMBERS = ("services", "without_fee", "without_reimbursement")

_SUMS = ", ".join(
    [
        *(f"CAST(coalesce(sum({name}), 0) AS BIGINT) AS {name}" for name in _NUMBERS),
        *(f"CAST(sum({name}) AS DECIMAL(18, 2)) AS {name}" for name in AMOUNTS),
    ]
)

_SHARES = (
    "outcome, CAST(sum(services) AS BIGINT) AS services, "
    "CAST(sum(fee_agreed) AS DECIMAL(18, 2)) AS fees FROM counted"
)


def _none(outcome: str) -> OutcomeFigures:
    return OutcomeFigures(outcome, 0, None, None, None, None, 0, 0)


def _share(of: str | date | None, rows: Sequence[Row]) -> Share:
    """The share that the rows of `_SHARES` for one part make."""
    services = dict.fromkeys(OUTCOMES, 0)
    for row in rows:
        services[row["outcome"]] += row["services"]
    refused = [row["fees"] for row in rows if row["outcome"] == "refused"]
    fees = [amount for amount in refused if amount is not None]
    return Share(of, services, sum(fees, Decimal()) if fees else None)


def _periods(engine: Engine) -> tuple[bool, list[Share]]:
    """The months from the first to the last, or the years where the months are too many."""
    rows = engine.rows(f"SELECT period, {_SHARES} GROUP BY period, outcome")
    months = sorted({row["period"] for row in rows} - {None})
    if not months:
        return False, [_share(None, rows)] if rows else []
    first, last = (month.year * 12 + month.month - 1 for month in (months[0], months[-1]))
    by_year = last - first >= MONTHS
    starts = {month.replace(month=1) for month in months}
    if not by_year:
        starts = {date(number // 12, number % 12 + 1, 1) for number in range(first, last + 1)}
    parts: dict[date | None, list[Row]] = {start: [] for start in sorted(starts)}
    for row in rows:
        month = row["period"]
        start = month.replace(month=1) if by_year and month is not None else month
        parts.setdefault(start, []).append(row)
    return by_year, [_share(start, ones) for start, ones in parts.items()]


def _codes(engine: Engine) -> tuple[list[Share], Share]:
    """The codes most affected, and what is left."""
    parts: dict[str, list[Row]] = {}
    for row in engine.rows(f"SELECT code, {_SHARES} GROUP BY code, outcome"):
        parts.setdefault(row["code"], []).append(row)
    shares = sorted(
        (_share(code, rows) for code, rows in parts.items()),
        key=lambda one: (-one.services["refused"], -one.services["unchecked"], str(one.of)),
    )
    shown = [one for one in shares[:CODES] if one.services["refused"] or one.services["unchecked"]]
    rest = [row for one in shares[len(shown) :] for row in parts[str(one.of)]]
    return shown, _share(None, rest)


def _rules(engine: Engine) -> list[RuleFigures]:
    """Refusals first, then unchecked, then warnings; the most frequent first."""
    counted = engine.rows(
        "SELECT severity, rule, provision, reason, CAST(sum(services) AS BIGINT) AS services, "
        "CAST(sum(fees) AS DECIMAL(18, 2)) AS fees "
        "FROM ruled GROUP BY severity, rule, provision, reason"
    )
    order = ("refuse", "unchecked", "warn")
    found = [RuleFigures(**row) for row in counted]
    return sorted(
        found,
        key=lambda one: (
            order.index(one.severity),
            -one.services,
            one.rule,
            one.provision,
            one.reason,
        ),
    )


def _provisions(engine: Engine) -> dict[str, int]:
    counted = engine.rows(
        "SELECT provision, CAST(sum(services) AS BIGINT) AS services FROM cited "
        "GROUP BY provision ORDER BY provision"
    )
    return {row["provision"]: row["services"] for row in counted}
