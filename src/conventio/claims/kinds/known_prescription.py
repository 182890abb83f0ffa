"""A service on a prescription that is not given: `unchecked`."""

from __future__ import annotations

import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind
from conventio.law.rules import KnownPrescription


class Kind(RowKind):
    """Known prescription."""

    kind = "known-prescription"
    severities = {"unknown": "unchecked"}

    def needs(self, rule: KnownPrescription) -> list[Column]:
        """The prescriptions, and which one a service carries out."""
        return [("services", "prescription_id"), ("prescriptions", "prescription_id")]

    def cases(self, row: ir.Table) -> list[Case]:
        """No prescription of that name."""
        return [Case("unknown", row.prescription_id.notnull() & ~row.prescription_known)]
