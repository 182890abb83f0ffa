"""The two shapes of rule kind: a question to one row, and a limit within a group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol, get_args

import ibis
import ibis.expr.types as ir

from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import Also, BooleanFact, Fact, Key, Rule

Severity = Literal["refuse", "unchecked", "warn"]
CaseName = Literal[
    "undated",
    "doubtful",
    "unchecked",
    "refuse",
    "warn",
    "undecided",
    "alone",
    "unknown-code",
    "not-covered",
    "article-unknown",
    "profession-unknown",
    "early",
    "late",
    "no-date",
    "no-fee",
    "regime-unknown",
    "no-reimbursement",
    "younger",
    "older",
    "young",
    "old",
    "between",
    "differ",
    "few",
    "unknown",
    "not-permitted",
    "no-valid-title",
    "unsettled",
    "missing",
    "outside",
    "off-duty",
    "no-company",
    "company-unknown",
    "no-fees",
    "no-letters",
    "no-letter-value",
    "age-unknown",
    "names-itself",
    "names-unfit",
    "names-another",
    "names-none",
    "unborn",
    "after-check",
    "other-patient",
    "other-practitioner",
    "service-alike",
    "attestation-alike",
]
"""What a rule may say of a service; which of it a kind says, and how severely, the kind tells."""
Column = tuple[str, str]
"""A table and one of its columns."""


@dataclass(frozen=True)
class Case:
    """One thing that a rule may say of a service, and when; `detail` fills its message."""

    name: CaseName
    when: ir.BooleanValue
    detail: ir.StringValue = field(default_factory=lambda: ibis.null("string"))


@dataclass(frozen=True)
class Side:
    """The codes that a limit restricts, those that use it up, and those that relieve of it.

    A code may do both. Where the rule names titles, it relieves where the practitioner holds one
    that day, and uses the limit up where they hold none; elsewhere nobody knows which it does.
    """

    restricted: frozenset[str]
    weighing: frozenset[str] = frozenset()
    relieving: frozenset[str] = frozenset()

    @property
    def codes(self) -> frozenset[str]:
        """All of them."""
        return self.restricted | self.weighing | self.relieving


def with_also(side: Side, also: Also | None, nomenclature: Nomenclature) -> tuple[Side, ...]:
    """A side as one, or as two where some of the restricted may go with others besides."""
    if also is None:
        return (side,)
    some = side.restricted & nomenclature.meant_by(also.services)
    besides = nomenclature.meant_by(also.others) - side.restricted - side.weighing
    return (
        replace(side, restricted=side.restricted - some),
        Side(some, side.weighing, side.relieving | besides),
    )


@dataclass(frozen=True)
class Limit:
    """A group rule: in each group, the standing services that weigh leave room for so many.

    A restricted service is refused when the weight of those that stand before it, with its own
    where it counts, exceeds the limit, and none that stands before it relieves it.
    """

    sides: tuple[Side, ...]
    limit: int
    per: tuple[Key, ...]
    counts_itself: bool = False
    in_time: bool = False
    """Whether "before" is in time, so that history dated later does not precede."""
    lonely_stands: bool = False
    """Whether one that goes with others is `unchecked` where none of them is known."""
    at_hours: bool = False
    """Whether it is looked at by the day of the restricted, and others by when they begin."""
    doubts: bool = False
    """Whether one that exceeds it is not refused but `unchecked`, and stands."""


class RowKind:
    """A kind whose rules ask something of one enriched row (`claims.facts`)."""

    kind: str
    everywhere = False
    """Whether it concerns every service, its code known or not; its cases read no parameters."""
    asks_day = True
    """Whether a dated rule of this kind is `unchecked` for a service without a date."""
    severities: Mapping[CaseName, Severity]
    """The severity of each of its cases."""

    def needs(self, rule: Any) -> list[Column]:
        """The columns without which a rule can't be run, besides code and day of the service."""
        return []

    def parameters(self, rule: Any) -> dict[str, Any]:
        """The parameters of a rule that the expression reads."""
        return {}

    def cases(self, row: ir.Table) -> list[Case]:
        """What is said of a row that joins a service and an entry of this kind."""
        raise NotImplementedError


class GroupKind:
    """A kind whose rules stand between services."""

    kind: str
    severities: Mapping[CaseName, Severity] = {"refuse": "refuse", "unchecked": "unchecked"}
    """`alone` is the case of a service that exceeds a limit by its own count."""

    def needs(self, rule: Any) -> list[Column]:
        """The columns without which a rule can't be run, besides those of its groups."""
        return []

    def limit(self, rule: Any, nomenclature: Nomenclature) -> Limit:
        """The limit that a rule is."""
        raise NotImplementedError


class JoinKind(Protocol):
    """A kind whose rules ask what another table holds for a service."""

    KIND: str
    SEVERITIES: Mapping[CaseName, Severity]

    @property
    def needs(self) -> Callable[[Any], list[Column]]:
        """The columns without which a rule can't be run."""


def columns_of_key(rule: Rule) -> list[Column]:
    """The columns that the groups of a rule need."""
    per: tuple[Key, ...] = getattr(rule, "per", ())
    return [("services", "tooth")] if "tooth" in per else []


def column_of(fact: str) -> Column:
    """The table and column of a fact: a service's, or that of another table by `table.column`."""
    table, _, column = fact.rpartition(".")
    return (table or "services", COLUMNS_OF.get(fact, column))


COLUMNS_OF = {
    "prescriptions.prescriber_profession": "prescriber",
    "prescriptions.signature": "signed",
}
"""The columns from which a fact is read that has another name."""


FACTS: tuple[str, ...] = (*get_args(BooleanFact), *get_args(Fact))
"""Every fact that a rule may name; its place here stands for it in the queries."""


CASE_NAMES: tuple[CaseName, ...] = get_args(CaseName)
"""Every case; its place here stands for it in the queries, as in the column `case_place`."""


def place_of(case: CaseName) -> ir.IntegerValue:
    """What stands for a case in the queries."""
    return ibis.literal(CASE_NAMES.index(case), type="int64")


def listed(values: Iterable[str]) -> str:
    """Texts as one, to be asked by `lists`."""
    return "".join(f"|{value}" for value in values) + "|"


def lists(values: ir.StringValue, value: ir.StringValue | str) -> ir.BooleanValue:
    """Whether a value is among those that `listed` made one text of."""
    return values.contains(ibis.literal("|") + value + ibis.literal("|"))


def on_its_day(row: ir.Table) -> ir.BooleanValue:
    """Whether a row that joins a service and an entry is of a day on which the entry holds.

    Of a service without a date one entry of each rule answers.
    """
    day = row.performed_on
    return ibis.ifelse(day.isnull(), row.answers_undated, day.between(row["first"], row["last"]))
