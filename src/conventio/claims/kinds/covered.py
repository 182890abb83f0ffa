"""A code of whose article the law holds no application rules: `unchecked`, and yet priced."""

from __future__ import annotations

import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, RowKind


class Kind(RowKind):
    """Covered."""

    kind = "covered"
    everywhere = True
    severities = {"not-covered": "unchecked", "article-unknown": "unchecked"}

    def cases(self, row: ir.Table) -> list[Case]:
        """The code is known, and its article not, or without rules on that day."""
        uncovered = (
            row.covered_first.isnull()
            | (row.performed_on < row.covered_first)
            | (row.performed_on > row.covered_last)
        ).fill_null(False)
        return [
            Case("article-unknown", row.known & row.article.isnull()),
            Case("not-covered", row.known & uncovered, row.article),
        ]
