"""Services that do not stand on the excluded ones alone: they need another to go with."""

from __future__ import annotations

from conventio.claims.kinds.shape import GroupKind, Limit, Side
from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import GoesNotWith


class Kind(GroupKind):
    """Goes not with."""

    kind = "goes-not-with"

    def limit(self, rule: GoesNotWith, nomenclature: Nomenclature) -> Limit:
        """The excluded leave no room; the others that they may go with relieve."""
        restricted = nomenclature.meant_by(rule.services)
        excluded = nomenclature.meant_by(rule.excluded) - restricted
        others = nomenclature.meant_by(rule.others) - restricted - excluded
        return Limit((Side(restricted, excluded, others),), 0, rule.per)
