"""A code that the nomenclature does not hold: `unchecked`, never taken for something else."""

from __future__ import annotations

import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, RowKind


class Kind(RowKind):
    """Known code."""

    kind = "known-code"
    everywhere = True
    severities = {"unknown-code": "unchecked"}

    def cases(self, row: ir.Table) -> list[Case]:
        """The code is not known."""
        return [Case("unknown-code", ~row.known)]
