"""The figures of a check that are shown: services and amounts by outcome, time, code and rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from conventio.claims.decide import OUTCOMES, Decided
from conventio.claims.sums import Sum
from conventio.folder.engine import Engine, Row

MONTHS = 36
"""From how many months on a run is shown year by year."""

CODES = 20
"""How many codes are shown by themselves."""


@dataclass(frozen=True)
class OutcomeFigures:
    """The services of one outcome, and their amounts by name."""

    outcome: str
    services: int
    amounts: Mapping[str, Sum]


@dataclass(frozen=True)
class Share:
    """A part of the services: those of a time or a code, or of what is left of these."""

    of: str | date | None
    """The first day of the month or year, or the code; None for what has none of its own."""
    services: Mapping[str, int]
    """By outcome."""
    refused_fees: Sum
    """The agreed fees of its refused services."""

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
    fees: Sum
    """Their agreed fees."""


@dataclass(frozen=True)
class Figures:
    """What a summary and a report show; every sum is over all services that were decided."""

    outcomes: Sequence[OutcomeFigures]
    """In the order in which they are shown: what is paid, what may be, what is not."""
    services: int
    """Of all outcomes; amounts of different outcomes are never added."""
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


def figures(engine: Engine, decided: Decided) -> Figures:
    """The figures of what was decided; reads what `tally` left in the engine."""
    by_year, periods = _periods(engine)
    codes, other_codes = _codes(engine)
    return Figures(
        [
            OutcomeFigures(outcome, decided.outcomes[outcome], decided.amounts[outcome])
            for outcome in SHOWN_IN_ORDER
        ],
        sum(decided.outcomes.values()),
        _rules(engine),
        by_year,
        periods,
        codes,
        other_codes,
        _provisions(engine),
    )


SHOWN_IN_ORDER = ("accepted", "unchecked", "refused")

_SHARES = (
    "outcome, CAST(sum(services) AS BIGINT) AS services, "
    "CAST(sum(fee_agreed) AS DECIMAL(38, 2)) AS fees, "
    "CAST(sum(without_fee) AS BIGINT) AS without_fee FROM counted"
)


def _share(of: str | date | None, rows: Sequence[Row]) -> Share:
    """The share that the rows of `_SHARES` for one part make."""
    services = dict.fromkeys(OUTCOMES, 0)
    for row in rows:
        services[row["outcome"]] += row["services"]
    refused = [_fees(row) for row in rows if row["outcome"] == "refused"]
    return Share(of, services, sum(refused, Sum()))


def _fees(row: Row) -> Sum:
    return Sum.of(row["fees"], row["services"], row["without_fee"])


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
        "CAST(sum(fees) AS DECIMAL(38, 2)) AS fees, "
        "CAST(sum(without_fee) AS BIGINT) AS without_fee "
        "FROM ruled GROUP BY severity, rule, provision, reason"
    )
    order = ("refuse", "unchecked", "warn")
    found = [
        RuleFigures(
            row["severity"],
            row["rule"],
            row["provision"],
            row["reason"],
            row["services"],
            _fees(row),
        )
        for row in counted
    ]
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
