"""Services that stand only where one of those they go with stands."""

from __future__ import annotations

from conventio.claims.kinds.shape import GroupKind, Limit, Side
from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import GoesWith


class Kind(GroupKind):
    """Goes with."""

    kind = "goes-with"
    severities = {
        "alone": "refuse",
        "unchecked": "unchecked",
        "names-itself": "unchecked",
        "names-unfit": "unchecked",
        "names-another": "unchecked",
        "names-none": "unchecked",
    }

    def limit(self, rule: GoesWith, nomenclature: Nomenclature) -> Limit:
        """There is no room for any by itself; those they go with relieve."""
        restricted = nomenclature.surely_meant_by(rule.services)
        relieving = nomenclature.meant_by(rule.others) - restricted
        return Limit(
            (Side(restricted, relieving=relieving),),
            0,
            rule.per,
            counts_itself=True,
            lonely_stands=rule.unknown == "unchecked",
        )
