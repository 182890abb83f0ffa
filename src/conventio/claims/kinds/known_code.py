"""A code that the nomenclature does not hold: `unchecked`, never taken for something else."""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind
from conventio.law.rules import KnownCode


class Kind(RowKind):
    """Known code."""

    kind = "known-code"
    everywhere = True
    severities = {"unknown-code": "unchecked"}

    def needs(self, rule: KnownCode) -> list[Column]:
        """Nothing."""
        return []

    def parameters(self, rule: KnownCode) -> dict[str, Any]:
        """None."""
        return {}

    def cases(self, row: ir.Table) -> list[Case]:
        """The code is not known."""
        return [Case("unknown-code", ~row.known)]
