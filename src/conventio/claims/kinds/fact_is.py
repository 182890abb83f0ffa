"""A declared fact that must be so: refused or warned about otherwise."""

from __future__ import annotations

from typing import Any, get_args

import ibis
import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind, asks, column_of, columns_of
from conventio.law.rules import BooleanFact, FactIs


class Kind(RowKind):
    """Fact is."""

    kind = "fact-is"
    reads = columns_of(get_args(BooleanFact))
    severities = {"refuse": "refuse", "warn": "warn", "unchecked": "unchecked"}

    def needs(self, rule: FactIs) -> list[Column]:
        """The fact's column."""
        return [column_of(rule.fact)]

    def parameters(self, rule: FactIs) -> dict[str, Any]:
        """The fact, what it must be, and whether it only warns."""
        return {"fact": rule.fact, "value": rule.value, "warns": rule.otherwise == "warn"}

    def cases(self, row: ir.Table) -> list[Case]:
        """The fact is otherwise, or not given."""
        given = ibis.cases(*((asks(row, fact), row[fact]) for fact in get_args(BooleanFact)))
        return [
            Case("warn", (given != row.value) & row.warns, row.fact),
            Case("refuse", given != row.value, row.fact),
            Case("unchecked", given.isnull(), row.fact),
        ]
