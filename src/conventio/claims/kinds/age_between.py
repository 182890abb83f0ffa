"""An age: from one birthday (that day included) to another (that day excluded)."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind
from conventio.law.rules import AgeBetween


class Kind(RowKind):
    """Age between."""

    kind = "age-between"
    severities = {
        "young": "refuse",
        "old": "refuse",
        "younger": "warn",
        "older": "warn",
        "unchecked": "unchecked",
    }

    def needs(self, rule: AgeBetween) -> list[Column]:
        """The birth date."""
        return [("patients", "birth_date")]

    def parameters(self, rule: AgeBetween) -> dict[str, Any]:
        """The two birthdays, and whether it only warns."""
        return {
            "from_birthday": rule.from_birthday,
            "to_birthday": rule.to_birthday,
            "warns": rule.otherwise == "warn",
            "asks_missing": rule.otherwise != "warn",
        }

    def cases(self, row: ir.Table) -> list[Case]:
        """Before the first birthday, or from the second on."""
        unknown = row.birth_date.isnull() | (row.birth_date > row.performed_on)
        return [
            Case(
                "unchecked",
                unknown & row.asks_missing,
                ibis.literal("birth_date"),
            ),
            Case("younger", (row.age < row.from_birthday) & row.warns, row.age.cast("string")),
            Case("older", (row.age >= row.to_birthday) & row.warns, row.age.cast("string")),
            Case("young", row.age < row.from_birthday, row.age.cast("string")),
            Case("old", row.age >= row.to_birthday, row.age.cast("string")),
        ]


def completed_years(birth: ir.DateValue, day: ir.DateValue) -> ir.IntegerValue:
    """The birthdays that were reached by a day.

    Born on 29 February, one is a year older on 1 March of a common year (our reading).
    Null before the birth: one of the two days is wrong.
    """
    not_yet = day.month() * 100 + day.day() < birth.month() * 100 + birth.day()
    years = day.year() - birth.year() - not_yet.cast("int64")
    return ibis.ifelse(birth <= day, years, None)
