"""A condition that the text does not give: a warning, and no other effect."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, RowKind


class Kind(RowKind):
    """Unsettled."""

    kind = "unsettled"
    asks_day = False
    severities = {"warn": "warn"}

    def cases(self, row: ir.Table) -> list[Case]:
        """Always."""
        return [Case("warn", ibis.literal(True))]
