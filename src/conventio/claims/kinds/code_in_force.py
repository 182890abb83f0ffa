"""A code is attested on its own days only."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, RowKind


class Kind(RowKind):
    """Code in force."""

    kind = "code-in-force"
    everywhere = True
    severities = {"early": "refuse", "late": "refuse", "unchecked": "unchecked"}

    def cases(self, row: ir.Table) -> list[Case]:
        """Before the first day of the code, or after its last."""
        return [
            Case(
                "unchecked",
                row.known & row.performed_on.isnull(),
                ibis.literal("performed_at"),
            ),
            Case("early", row.performed_on < row.code_from, row.code_from.cast("string")),
            Case("late", row.performed_on > row.code_to, row.code_to.cast("string")),
        ]
