"""The price of a service: agreed and maximum fee, reimbursement, patient share, what is above."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

WIDE = "decimal(18, 2)"


def fee_of_the_day(services: ir.Table, fees: ir.Table) -> ir.Table:
    """The services with the unit amounts of their code on the day of service (null: none known).

    `services` has code, performed_on, preferential; amounts are in EUR.
    """
    own = fees.select(
        "maximum_fee",
        "reimbursement",
        "reimbursement_preferential",
        fee_code=fees.code,
        unit_fee=fees.fee,
        fee_from=fees.valid_from,
        fee_to=fees.valid_to,
    )
    joined = services.left_join(
        own,
        [
            services.code == own.fee_code,
            services.performed_on.notnull(),
            own.fee_from.isnull() | (own.fee_from <= services.performed_on),
            own.fee_to.isnull() | (services.performed_on <= own.fee_to),
        ],
    )
    return joined.select(
        services,
        own.unit_fee,
        unit_maximum=own.maximum_fee,
        unit_reimbursement=_reimbursement(joined),
        reimbursements_given=own.reimbursement.notnull() & own.reimbursement_preferential.notnull(),
    )


def _reimbursement(row: ir.Table) -> ir.Value:
    """By the patient's regime; where that is unknown, only what both regimes agree on."""
    return ibis.cases(
        (row.preferential, row.reimbursement_preferential),
        (~row.preferential, row.reimbursement),
        (row.reimbursement == row.reimbursement_preferential, row.reimbursement),
    )


def amounts(row: ir.Table, refused: ir.BooleanValue) -> dict[str, ir.Value]:
    """The amounts of a decision, for the row: unit amount x count, in EUR.

    A refused service keeps its fees and is not reimbursed (`contract`: decisions); what it would
    have been is `reimbursement_not_paid`. Of one that is `shareless` the whole agreed fee is
    reimbursed.
    """
    count = row["count"].fill_null(ibis.literal(1, type="int64"))
    agreed = _times(row.unit_fee, count)
    maximum = _times(row.unit_maximum, count)
    unit = _without_share(row)
    due = _times(unit, count)
    reimbursement = ibis.ifelse(refused, ibis.literal(0).cast(WIDE), due)
    charged = row.fee.cast(WIDE) + row.supplement.cast(WIDE)
    over = charged - ibis.coalesce(maximum, agreed)
    return {
        "fee_agreed": agreed,
        "fee_maximum": maximum,
        "reimbursement": reimbursement,
        "reimbursement_not_paid": ibis.ifelse(refused, due, ibis.null(WIDE)),
        "patient_share": agreed - reimbursement,
        "above_fee": ibis.ifelse(
            agreed.isnull() | over.isnull(),
            ibis.null(WIDE),
            ibis.greatest(over, ibis.literal(0).cast(WIDE)),
        ),
    }


def _without_share(row: ir.Table) -> ir.Value:
    """The reimbursement of one; where the age is unknown, only what is so at any age."""
    whole, usual = row.unit_fee, row.unit_reimbursement
    return ibis.cases((row.shareless, whole), (~row.shareless, usual), (whole == usual, usual))


def _times(unit: ir.Value, count: ir.Value) -> ir.Value:
    return unit * count.cast("decimal(6, 0)")
