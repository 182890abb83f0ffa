"""A declared fact that must be so: refused otherwise, `unchecked` where it is not given."""

from __future__ import annotations

from typing import Any, get_args

import ibis
import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind
from conventio.law.rules import BooleanFact, FactIs


class Kind(RowKind):
    """Fact is."""

    kind = "fact-is"
    severities = {"refuse": "refuse", "unchecked": "unchecked"}

    def needs(self, rule: FactIs) -> list[Column]:
        """The fact's column."""
        return [("services", rule.fact)]

    def parameters(self, rule: FactIs) -> dict[str, Any]:
        """The fact, and what it must be."""
        return {"fact": rule.fact, "value": rule.value}

    def cases(self, row: ir.Table) -> list[Case]:
        """The fact is otherwise, or not given."""
        given = ibis.cases(*((row.fact == fact, row[fact]) for fact in get_args(BooleanFact)))
        return [
            Case("refuse", given != row.value, row.fact),
            Case("unchecked", given.isnull(), row.fact),
        ]
