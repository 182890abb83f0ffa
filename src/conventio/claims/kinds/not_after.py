"""Some services are excluded once an earlier one was performed."""

from __future__ import annotations

from conventio.claims.kinds.shape import GroupKind, Limit, Side
from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import NotAfter


class Kind(GroupKind):
    """Not after."""

    kind = "not-after"

    def limit(self, rule: NotAfter, nomenclature: Nomenclature) -> Limit:
        """The earlier services leave no room, from when they were performed."""
        earlier = nomenclature.meant_by(rule.earlier)
        restricted = nomenclature.surely_meant_by(rule.services)
        return Limit((Side(restricted, earlier),), 0, rule.per, in_time=True)
