"""Services that go with some others only where a title of their practitioner permits."""

from __future__ import annotations

from conventio.claims.kinds.shape import Column, GroupKind, Limit, Side, with_also
from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import GoesWithTitled


class Kind(GroupKind):
    """Goes with titled."""

    kind = "goes-with-titled"

    def needs(self, rule: GoesWithTitled) -> list[Column]:
        """The titles."""
        return [("titles", "title")]

    def limit(self, rule: GoesWithTitled, nomenclature: Nomenclature) -> Limit:
        """The titled leave no room or relieve, by the titles of who performs them."""
        restricted = nomenclature.surely_meant_by(rule.services)
        titled = nomenclature.meant_by(rule.titled) - restricted
        others = nomenclature.meant_by(rule.others) - restricted
        side = Side(restricted, titled, titled | others)
        return Limit(with_also(side, rule.also, nomenclature), 0, rule.per)
