"""A fact that must be among some values: refused otherwise, `unchecked` where it is not given."""

from __future__ import annotations

from typing import Any, get_args

import ibis
import ibis.expr.types as ir

from conventio.claims.kinds.shape import (
    Case,
    Column,
    RowKind,
    asks,
    column_of,
    columns_of,
    listed,
    lists,
)
from conventio.law.rules import Fact, FactAmong


class Kind(RowKind):
    """Fact among."""

    kind = "fact-among"
    reads = columns_of(get_args(Fact))
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
        texts = [(asks(row, fact), row[fact].cast("string")) for fact in get_args(Fact)]
        given = ibis.cases(*texts)
        return [
            Case("unchecked", given.isnull(), row.fact),
            Case("undecided", lists(row.undecided, given), row.fact + " " + given),
            Case("refuse", ~lists(row.facts, given), row.fact + " " + given),
        ]
