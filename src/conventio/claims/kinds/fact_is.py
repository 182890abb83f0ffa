"""A declared fact that must be so: refused or warned about otherwise."""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind, column_of
from conventio.law.rules import FactIs


class Kind(RowKind):
    """Fact is."""

    kind = "fact-is"
    severities = {"refuse": "refuse", "warn": "warn", "unchecked": "unchecked"}

    def needs(self, rule: FactIs) -> list[Column]:
        """The fact's column."""
        return [column_of(rule.fact)]

    def parameters(self, rule: FactIs) -> dict[str, Any]:
        """The fact, what it must be, whether it only warns, and whether it has to be given."""
        warns = rule.otherwise == "warn"
        return {
            "fact": rule.fact,
            "value": rule.value,
            "warns": warns,
            "asks_missing": not warns and rule.empty == "unchecked",
        }

    def cases(self, row: ir.Table) -> list[Case]:
        """The fact is otherwise, or not given."""
        otherwise = row.given != row.value.cast("string")
        return [
            Case("warn", otherwise & row.warns, row.fact),
            Case("refuse", otherwise, row.fact),
            Case("unchecked", row.given.isnull() & row.asks_missing, row.fact),
        ]
