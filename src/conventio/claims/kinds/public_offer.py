"""Outside organised duty, not by who offers care to the public at those hours."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind
from conventio.law.rules import NotWithPublicOffer


class Kind(RowKind):
    """Not with public offer."""

    kind = "not-with-public-offer"
    severities = {"refuse": "refuse", "unchecked": "unchecked"}

    def needs(self, rule: NotWithPublicOffer) -> list[Column]:
        """Whether on duty, and what the practitioner offers."""
        return [("services", "duty"), ("practitioners", "public_offer_covers_duty_hours")]

    def cases(self, row: ir.Table) -> list[Case]:
        """Offered to the public, and not on duty."""
        offer, duty = row.public_offer_covers_duty_hours, row.duty
        against = offer & ~duty
        missing = ibis.cases(
            (offer.isnull() & duty.isnull(), "duty, public_offer_covers_duty_hours"),
            (offer.isnull(), "public_offer_covers_duty_hours"),
            else_="duty",
        )
        return [Case("refuse", against), Case("unchecked", against.isnull(), missing)]
