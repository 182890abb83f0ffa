"""A service after the day of the check: a warning that names both days."""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind
from conventio.law.rules import NotAfterCheck


class Kind(RowKind):
    """Not after the check."""

    kind = "not-after-check"
    everywhere = True
    severities = {"after-check": "warn"}

    def needs(self, rule: NotAfterCheck) -> list[Column]:
        """Nothing but the day of the service."""
        return []

    def parameters(self, rule: NotAfterCheck) -> dict[str, Any]:
        """None."""
        return {}

    def cases(self, row: ir.Table) -> list[Case]:
        """The day of the service is still to come."""
        late = (row.performed_on > row.as_of).fill_null(False)
        return [Case("after-check", late, row.as_of.cast("string"))]
