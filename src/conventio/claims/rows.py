"""The row kinds, fused: one pass over the enriched rows answers all their rules."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from conventio.claims.inputs import RULE_CODES, RULES
from conventio.claims.kinds import ROW_KINDS
from conventio.claims.kinds.shape import RowKind, on_its_day


def findings(services: ir.Table) -> ir.Table:
    """row, entry, case and detail of each finding of a row kind."""
    everywhere = services.cross_join(RULES.filter(RULES.everywhere))
    by_code = services.join(RULE_CODES, "code").join(RULES.filter(~RULES.everywhere), "entry")
    return _answers(everywhere, [kind for kind in ROW_KINDS.values() if kind.everywhere]).union(
        _answers(by_code, [kind for kind in ROW_KINDS.values() if not kind.everywhere])
    )


def _answers(row: ir.Table, kinds: list[RowKind]) -> ir.Table:
    """The first case of its kind that holds of each row, on the days of the rule."""
    row = row.filter(
        on_its_day(row),
        row.prescription_id.notnull() | ~row.only_prescribed,
        row.prescription_known | ~row.only_known_prescription,
    )
    undated = row.dated & row.performed_on.isnull()
    cases = [(row.kind == kind.kind, case) for kind in kinds for case in kind.cases(row)]
    said = ibis.cases(
        (undated, "undated"), *((of_kind & case.when, case.name) for of_kind, case in cases)
    )
    detail = ibis.cases(
        (undated, "performed_at"), *((of_kind & case.when, case.detail) for of_kind, case in cases)
    )
    answers = row.select("row", "entry", case=said, detail=detail)
    return answers.filter(answers.case.notnull())
