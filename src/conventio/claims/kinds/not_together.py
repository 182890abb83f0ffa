"""Some services and some others do not go together: the later of the two is refused."""

from __future__ import annotations

from conventio.claims.kinds.shape import GroupKind, Limit, Side
from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import NotTogether


class Kind(GroupKind):
    """Not together."""

    kind = "not-together"
    severities = {"refuse": "refuse", "unchecked": "unchecked", "undecided": "unchecked"}

    def limit(self, rule: NotTogether, nomenclature: Nomenclature) -> Limit:
        """Each of the two leaves no room for the other, or is in doubt beside it."""
        some = nomenclature.surely_meant_by(rule.services)
        others = nomenclature.meant_by(rule.others)
        return Limit(
            (Side(others, some), Side(some, others)), 0, rule.per, doubts=rule.otherwise != "refuse"
        )
