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
    listed,
    lists,
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
        return {"facts": listed(rule.facts), "facts_places": places}

    def cases(self, row: ir.Table) -> list[Case]:
        """Some are not given; each is named."""
        missing = ibis.literal("")
        for fact in get_args(Fact):
            lacks = lists(row.facts, fact) & row[fact].isnull()
            missing += ibis.ifelse(lacks, ibis.literal(f", {fact}"), ibis.literal(""))
        return [Case("refuse", (row.absent & row.facts_places) != 0, missing.substr(2))]
