"""A warning where an amount of the decision can't be given."""

from __future__ import annotations

import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind
from conventio.law.rules import FeeKnown


class Kind(RowKind):
    """Fee known."""

    kind = "fee-known"
    everywhere = True
    severities = {
        "no-date": "warn",
        "no-fee": "warn",
        "regime-unknown": "warn",
        "no-reimbursement": "warn",
    }

    def needs(self, rule: FeeKnown) -> list[Column]:
        """The fees."""
        return [("fees", "code")]

    def cases(self, row: ir.Table) -> list[Case]:
        """No date, no fee on that day, or no reimbursement for the patient's regime."""
        unknown = row.unit_reimbursement.isnull() & ~row.shareless.fill_null(False)
        return [
            Case("no-date", row.performed_on.isnull()),
            Case("no-fee", row.unit_fee.isnull()),
            Case(
                "regime-unknown",
                unknown & row.preferential.isnull() & row.reimbursements_given,
            ),
            Case("no-reimbursement", unknown),
        ]
