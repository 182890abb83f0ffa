"""The outcome of each new service, with its amounts."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from conventio.claims.facts import priced
from conventio.claims.inputs import LAW, MONEY
from conventio.claims.order import KEYS
from conventio.tariff.price import amounts

AMOUNTS = (
    "fee_agreed",
    "fee_maximum",
    "reimbursement",
    "patient_share",
    "supplement_allowed",
    "overcharge",
    "compensation",
)
"""The columns in EUR."""

COLUMNS = ("service_id", "outcome", *AMOUNTS, "convention_status", "law")


def decisions(services: ir.Table, findings: ir.Table) -> ir.Table:
    """The table `decisions`, with row, code, day and the keys of the order of decision.

    What depends on the convention status is null until that can be answered.
    """
    by_row = findings.group_by("row").agg(
        refused=(findings.severity == "refuse").any(),
        unchecked=(findings.severity == "unchecked").any(),
    )
    new = services.filter(~services.history).select(
        "row", *KEYS, "code", "performed_on", "count", "fee", "supplement", "preferential"
    )
    row = priced(new)
    row = row.left_join(by_row, "row").cross_join(LAW)
    refused = row.refused.fill_null(False)
    outcome = ibis.cases(
        (refused, "refused"), (row.unchecked.fill_null(False), "unchecked"), else_="accepted"
    )
    given = {name: amount.cast(MONEY) for name, amount in amounts(row, refused).items()}
    return row.select(
        "row",
        *KEYS,
        "code",
        "performed_on",
        outcome=outcome,
        **given,
        supplement_allowed=ibis.null(MONEY),
        compensation=ibis.null(MONEY),
        convention_status=ibis.null("string"),
        law=row.version,
    )
