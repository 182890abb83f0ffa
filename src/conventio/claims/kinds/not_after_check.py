"""A service after the day of the check: a warning that names both days."""

from __future__ import annotations

import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, RowKind


class Kind(RowKind):
    """Not after the check."""

    kind = "not-after-check"
    everywhere = True
    severities = {"after-check": "warn"}

    def cases(self, row: ir.Table) -> list[Case]:
        """The day of the service is still to come."""
        late = (row.performed_on > row.as_of).fill_null(False)
        return [Case("after-check", late, row.as_of.cast("string"))]
