"""Services that stand only where one of those they go with is of that day and those hours."""

from __future__ import annotations

from conventio.claims.kinds.shape import GroupKind, Limit, Side
from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import GoesWithAtHours


class Kind(GroupKind):
    """Goes with at hours."""

    kind = "goes-with-at-hours"

    def limit(self, rule: GoesWithAtHours, nomenclature: Nomenclature) -> Limit:
        """The others leave no room or relieve, by the day and the hour at which they begin."""
        restricted = nomenclature.surely_meant_by(rule.services)
        others = nomenclature.meant_by(rule.others) - restricted
        sides = [Side(restricted, others, others)]
        if rule.also is not None:
            some = restricted & nomenclature.meant_by(rule.also.services)
            more = others | nomenclature.meant_by(rule.also.others) - restricted
            sides = [Side(restricted - some, others, others), Side(some, more, more)]
        return Limit(tuple(sides), 0, (*rule.per, "day"), at_hours=True)
