"""Before one birthday, or from another on; or whatever the age where a fact is declared."""

from __future__ import annotations

from typing import Any, get_args

import ibis
import ibis.expr.types as ir

from conventio.claims.kinds.age_between import completed_years
from conventio.claims.kinds.shape import Case, Column, RowKind, asks, column_of, columns_of
from conventio.law.rules import AgeOutside, BooleanFact


class Kind(RowKind):
    """Age outside."""

    kind = "age-outside"
    reads = (("patients", "birth_date"), *columns_of(get_args(BooleanFact)))
    severities = {"between": "refuse", "unchecked": "unchecked"}

    def needs(self, rule: AgeOutside) -> list[Column]:
        """The birth date, and the fact's column."""
        return [("patients", "birth_date"), *([column_of(rule.unless)] if rule.unless else [])]

    def parameters(self, rule: AgeOutside) -> dict[str, Any]:
        """The two birthdays, and the fact."""
        return {
            "fact": rule.unless,
            "from_birthday": rule.from_birthday,
            "to_birthday": rule.to_birthday,
        }

    def cases(self, row: ir.Table) -> list[Case]:
        """From the first birthday to the second, and the fact is not declared."""
        age = completed_years(row.birth_date, row.performed_on)
        between = (age >= row.from_birthday) & (age < row.to_birthday)
        declared = ibis.cases(
            (row.fact.isnull(), False),
            *((asks(row, fact), row[fact]) for fact in get_args(BooleanFact)),
        )
        unknown = ibis.ifelse(between.isnull(), ibis.literal("birth_date"), row.fact)
        return [
            Case("between", between & ~declared, age.cast("string")),
            Case("unchecked", (between & ~declared).isnull(), unknown),
        ]
