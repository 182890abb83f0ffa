"""The treated faces are recorded, and as many as the code has."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind
from conventio.law.rules import FacesFit


class Kind(RowKind):
    """Faces fit."""

    kind = "faces-fit"
    severities = {"unchecked": "unchecked", "differ": "warn"}

    def needs(self, rule: FacesFit) -> list[Column]:
        """The treated faces."""
        return [("services", "surfaces")]

    def parameters(self, rule: FacesFit) -> dict[str, Any]:
        """From where on a number means so many or more."""
        return {"or_more_from": rule.or_more_from}

    def cases(self, row: ir.Table) -> list[Case]:
        """Not recorded, or of another number than the code's, where that is known."""
        recorded = row.surfaces.length()
        more_fits = (row.faces >= row.or_more_from).fill_null(False)
        return [
            Case("unchecked", row.surfaces.isnull(), ibis.literal("surfaces")),
            Case(
                "differ",
                (recorded < row.faces) | ((recorded > row.faces) & ~more_fits),
                row.surfaces + " / " + row.faces.cast("string"),
            ),
        ]
