"""At least as many images as the code asks."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind
from conventio.law.rules import EnoughImages


class Kind(RowKind):
    """Enough images."""

    kind = "enough-images"
    severities = {"few": "refuse", "unchecked": "unchecked"}

    def needs(self, rule: EnoughImages) -> list[Column]:
        """The number of images."""
        return [("services", "images")]

    def cases(self, row: ir.Table) -> list[Case]:
        """Fewer than the code asks, or not given where it asks for some."""
        asked = row.images_asked
        made = row.images.cast("string") + " / " + asked.cast("string")
        return [
            Case("few", row.images < asked, made),
            Case("unchecked", asked.notnull() & row.images.isnull(), ibis.literal("images")),
        ]
