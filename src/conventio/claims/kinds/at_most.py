"""At most so many services, by count, in each group."""

from __future__ import annotations

from conventio.claims.kinds.shape import GroupKind, Limit, Side
from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import AtMost


class Kind(GroupKind):
    """At most."""

    kind = "at-most"
    severities = {"refuse": "refuse", "alone": "refuse", "unchecked": "unchecked"}

    def limit(self, rule: AtMost, nomenclature: Nomenclature) -> Limit:
        """The same codes use the limit up and are bound by it."""
        codes = nomenclature.surely_meant_by(rule.services)
        return Limit((Side(codes, codes),), rule.limit, rule.per, counts_itself=True)
