"""A condition that the text does not give: a warning, and no other effect."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind
from conventio.law.rules import Unsettled


class Kind(RowKind):
    """Unsettled."""

    kind = "unsettled"
    asks_day = False
    severities = {"warn": "warn"}

    def needs(self, rule: Unsettled) -> list[Column]:
        """Nothing."""
        return []

    def parameters(self, rule: Unsettled) -> dict[str, Any]:
        """None."""
        return {}

    def cases(self, row: ir.Table) -> list[Case]:
        """Always."""
        return [Case("warn", ibis.literal(True))]
