"""The patient's age on the day is known: `unchecked` where the service is before the birth."""

from __future__ import annotations

import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind
from conventio.law.rules import AgeKnown


class Kind(RowKind):
    """Age known."""

    kind = "age-known"
    everywhere = True
    severities = {"unborn": "unchecked"}

    def needs(self, rule: AgeKnown) -> list[Column]:
        """The birth date."""
        return [("patients", "birth_date")]

    def cases(self, row: ir.Table) -> list[Case]:
        """The patient was not born yet."""
        return [Case("unborn", (row.birth_date > row.performed_on).fill_null(False))]
