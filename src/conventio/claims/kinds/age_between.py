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
    severities = {"young": "refuse", "old": "refuse", "unchecked": "unchecked"}

    def needs(self, rule: AgeBetween) -> list[Column]:
        """The birth date."""
        return [("patients", "birth_date")]

    def parameters(self, rule: AgeBetween) -> dict[str, Any]:
        """The two birthdays."""
        return {"from_birthday": rule.from_birthday, "to_birthday": rule.to_birthday}

    def cases(self, row: ir.Table) -> list[Case]:
        """Before the first birthday, or from the second on."""
        return [
            Case("unchecked", row.birth_date.isnull(), ibis.literal("birth_date")),
            Case("young", row.age < row.from_birthday, row.age.cast("string")),
            Case("old", row.age >= row.to_birthday, row.age.cast("string")),
        ]
