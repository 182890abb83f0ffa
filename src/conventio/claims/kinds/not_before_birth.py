"""A service before its patient's birth: a warning that names both days."""

from __future__ import annotations

import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind
from conventio.law.rules import NotBeforeBirth


class Kind(RowKind):
    """Not before birth."""

    kind = "not-before-birth"
    everywhere = True
    severities = {"unborn": "warn"}

    def needs(self, rule: NotBeforeBirth) -> list[Column]:
        """The birth date."""
        return [("patients", "birth_date")]

    def cases(self, row: ir.Table) -> list[Case]:
        """The patient was not born yet."""
        unborn = (row.birth_date > row.performed_on).fill_null(False)
        return [Case("unborn", unborn, row.birth_date.cast("string"))]
