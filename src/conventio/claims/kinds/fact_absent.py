"""A fact that may not be given: refused with it."""

from __future__ import annotations

from typing import Any, get_args

import ibis
import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind, asks, column_of, columns_of
from conventio.law.rules import Fact, FactAbsent


class Kind(RowKind):
    """Fact absent."""

    kind = "fact-absent"
    reads = columns_of(get_args(Fact))
    severities = {"refuse": "refuse"}

    def needs(self, rule: FactAbsent) -> list[Column]:
        """The fact's column."""
        return [column_of(rule.fact)]

    def parameters(self, rule: FactAbsent) -> dict[str, Any]:
        """The fact."""
        return {"fact": rule.fact}

    def cases(self, row: ir.Table) -> list[Case]:
        """The fact is given."""
        given = ibis.cases(*((asks(row, fact), row[fact].notnull()) for fact in get_args(Fact)))
        return [Case("refuse", given, row.fact)]
