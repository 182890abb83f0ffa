"""A fact that must be among some values: refused otherwise, `unchecked` where it is not given."""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir

from conventio.claims.kinds.shape import (
    Case,
    Column,
    RowKind,
    column_of,
    listed,
    lists,
)
from conventio.law.rules import FactAmong


class Kind(RowKind):
    """Fact among."""

    kind = "fact-among"
    severities = {"refuse": "refuse", "undecided": "unchecked", "unchecked": "unchecked"}

    def needs(self, rule: FactAmong) -> list[Column]:
        """The fact's column."""
        return [column_of(rule.fact)]

    def parameters(self, rule: FactAmong) -> dict[str, Any]:
        """The fact, its values, and those that the text leaves undecided."""
        return {
            "fact": rule.fact,
            "facts": listed(rule.values),
            "undecided": listed(rule.undecided),
        }

    def cases(self, row: ir.Table) -> list[Case]:
        """The fact is another value, an undecided one, or not given."""
        with_value = row.fact + " " + row.given
        return [
            Case("unchecked", row.given.isnull(), row.fact),
            Case("undecided", lists(row.undecided, row.given), with_value),
            Case("refuse", ~lists(row.facts, row.given), with_value),
        ]
