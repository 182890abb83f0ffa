"""The outcome of each new service, with its amounts."""

from __future__ import annotations

from functools import reduce
from operator import add

import ibis
import ibis.expr.types as ir

from conventio.claims.facts import priced
from conventio.claims.inputs import ASKED, LAW, NARROWED, NO_DAY, PRESCRIBED
from conventio.claims.order import KEYS
from conventio.claims.rates import RATED_FEES, by_rate
from conventio.tariff.price import amounts

AMOUNTS = ("fee_agreed", "fee_maximum", "reimbursement", "patient_share", "above_fee")
"""The columns in EUR that are worked out."""

AMOUNT = "decimal(18, 2)"
"""What an amount is in the answers."""

UNANSWERED = {
    "supplement_allowed": "boolean",
    "overcharge": AMOUNT,
    "compensation": AMOUNT,
    "convention_status": "string",
}
"""What depends on the convention status: null until that can be answered, and kept nowhere."""

COLUMNS = (
    "service_id",
    "outcome",
    "fee_agreed",
    "fee_maximum",
    "reimbursement",
    "patient_share",
    "supplement_allowed",
    "above_fee",
    "overcharge",
    "compensation",
    "convention_status",
    "rules_asked",
    "law",
)


def decisions(services: ir.Table, findings: ir.Table) -> ir.Table:
    """The table `decisions` as far as it is answered, with row, code, day and the keys of order."""
    by_row = findings.group_by("row").agg(
        refused=(findings.severity == "refuse").any(),
        unchecked=(findings.severity == "unchecked").any(),
    )
    new = services.filter(~services.history).select(
        "row", *KEYS, "code", "performed_on", "count", "fee", "supplement", "preferential"
    )
    row = by_rate(priced(new), RATED_FEES)
    row = row.left_join(by_row, "row").cross_join(LAW)
    day = row.performed_on.fill_null(NO_DAY)
    on_its_day = [row.code == ASKED.code, ASKED["first"] <= day, day <= ASKED["last"]]
    row = row.left_join(ASKED, on_its_day).drop("code_right", "first", "last")
    prescribed = PRESCRIBED.rename(prescribed_row="row")
    row = row.left_join(prescribed, row.row == prescribed.prescribed_row)
    narrowed = NARROWED.group_by(narrowed_row=NARROWED.row).agg(rules_narrowed=NARROWED.count())
    row = row.left_join(narrowed, row.row == narrowed.narrowed_row)
    refused = row.refused.fill_null(False)
    outcome = ibis.cases(
        (refused, "refused"), (row.unchecked.fill_null(False), "unchecked"), else_="accepted"
    )
    given = {name: amount.cast(AMOUNT) for name, amount in amounts(row, refused).items()}
    return row.select(
        "row",
        *KEYS,
        "code",
        "performed_on",
        outcome=outcome,
        **given,
        rules_asked=_asked(row),
        law=row.version,
    )


def _asked(row: ir.Table) -> ir.IntegerValue:
    """How many rules: those on prescriptions where it has one, on some patients where of those."""
    nothing = ibis.literal(0, type="int64")
    prescribed = ibis.ifelse(row.prescription_known.notnull(), row.rules_prescribed, nothing)
    known = ibis.ifelse(row.prescription_known, row.rules_known_prescription, nothing)
    counted = (row.rules, prescribed, known, row.rules_narrowed)
    return reduce(add, (number.fill_null(0) for number in counted))
