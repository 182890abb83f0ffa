"""A tooth that must be among some, named by what the dental notation says of them."""

from __future__ import annotations

from typing import Any

from conventio.claims.kinds import fact_among
from conventio.claims.kinds.shape import Column, listed
from conventio.law.rules import ToothAmong
from conventio.law.teeth import named


class Kind(fact_among.Kind):
    """Tooth among."""

    kind = "tooth-among"

    def needs(self, rule: ToothAmong) -> list[Column]:  # type: ignore[override]
        """The tooth."""
        return [("services", "tooth")]

    def parameters(self, rule: ToothAmong) -> dict[str, Any]:  # type: ignore[override]
        """The teeth."""
        teeth = frozenset[str]().union(*(named(name) for name in rule.teeth))
        return {"fact": "tooth", "facts": listed(sorted(teeth)), "undecided": listed(())}
