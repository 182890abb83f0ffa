"""A fact that must be on the attestation: refused without it."""

from __future__ import annotations

from typing import Any, get_args

import ibis
import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind
from conventio.law.rules import Fact, NeedsFact


class Kind(RowKind):
    """Needs fact."""

    kind = "needs-fact"
    severities = {"refuse": "refuse"}

    def needs(self, rule: NeedsFact) -> list[Column]:
        """The fact's column."""
        return [("services", rule.fact)]

    def parameters(self, rule: NeedsFact) -> dict[str, Any]:
        """The fact."""
        return {"fact": rule.fact}

    def cases(self, row: ir.Table) -> list[Case]:
        """The fact is not given."""
        missing = ibis.cases(*((row.fact == fact, row[fact].isnull()) for fact in get_args(Fact)))
        return [Case("refuse", missing, row.fact)]
