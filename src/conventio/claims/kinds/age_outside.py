"""Before one birthday, or from another on; or whatever the age where a fact is declared."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind, column_of
from conventio.law.rules import AgeOutside


class Kind(RowKind):
    """Age outside."""

    kind = "age-outside"
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
        between = (row.age >= row.from_birthday) & (row.age < row.to_birthday)
        declared = ibis.ifelse(row.fact.isnull(), ibis.literal("false"), row.given) == "true"
        unknown = ibis.ifelse(row.age.isnull(), ibis.literal("birth_date"), row.fact)
        return [
            Case("between", between & ~declared, row.age.cast("string")),
            Case("unchecked", (between & ~declared).isnull(), unknown),
        ]
