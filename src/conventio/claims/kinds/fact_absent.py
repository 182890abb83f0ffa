"""A fact that may not be given: refused with it."""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind, column_of
from conventio.law.rules import FactAbsent


class Kind(RowKind):
    """Fact absent."""

    kind = "fact-absent"
    severities = {"refuse": "refuse"}

    def needs(self, rule: FactAbsent) -> list[Column]:
        """The fact's column."""
        return [column_of(rule.fact)]

    def parameters(self, rule: FactAbsent) -> dict[str, Any]:
        """The fact."""
        return {"fact": rule.fact}

    def cases(self, row: ir.Table) -> list[Case]:
        """The fact is given."""
        return [Case("refuse", row.given.notnull(), row.fact)]
