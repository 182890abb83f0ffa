"""Facts that must be on the attestation or prescription: refused without them."""

from __future__ import annotations

from typing import Any, get_args

import ibis
import ibis.expr.types as ir

from conventio.claims.kinds.shape import (
    FACTS,
    Case,
    Column,
    RowKind,
    column_of,
)
from conventio.law.rules import Fact, NeedsFact


class Kind(RowKind):
    """Needs fact."""

    kind = "needs-fact"
    severities = {"refuse": "refuse"}

    def needs(self, rule: NeedsFact) -> list[Column]:
        """The facts' columns."""
        return [column_of(fact) for fact in rule.facts]

    def parameters(self, rule: NeedsFact) -> dict[str, Any]:
        """The facts."""
        places = sum(1 << FACTS.index(fact) for fact in rule.facts)
        return {"facts_places": places}

    def cases(self, row: ir.Table) -> list[Case]:
        """Some are not given; each is named."""
        missing = row.absent & row.facts_places
        named = [
            ibis.ifelse((missing & (1 << FACTS.index(fact))) != 0, ibis.literal(fact), None)
            for fact in get_args(Fact)
        ]
        return [Case("refuse", missing != 0, ibis.literal(", ").join(named))]
