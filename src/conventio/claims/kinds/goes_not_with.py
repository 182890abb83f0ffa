"""Services that do not stand on the excluded ones alone: they need another to go with."""

from __future__ import annotations

from conventio.claims.kinds.shape import GroupKind, Limit, Side, with_also
from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import GoesNotWith


class Kind(GroupKind):
    """Goes not with."""

    kind = "goes-not-with"

    def limit(self, rule: GoesNotWith, nomenclature: Nomenclature) -> Limit:
        """The excluded leave no room; the others that they may go with relieve.

        Those in doubt do both: one of the two, and nobody knows which.
        """
        restricted = nomenclature.surely_meant_by(rule.services)
        excluded = nomenclature.meant_by(rule.excluded) - restricted
        others = nomenclature.meant_by(rule.others) - restricted - excluded
        in_doubt = frozenset[str]()
        if rule.in_doubt is not None:
            in_doubt = nomenclature.meant_by(rule.in_doubt) - restricted - excluded
        side = Side(restricted, excluded | in_doubt, others | in_doubt)
        return Limit(with_also(side, rule.also, nomenclature), 0, rule.per)
