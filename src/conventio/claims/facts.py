"""The enriched row: a new service with the facts of its code, patient and fee."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from conventio.claims.inputs import CODES, FEES, PATIENTS
from conventio.tariff.price import fee_of_the_day

UNASKED = (
    "practitioner",
    "performed_at",
    "performed_utc",
    "session_id",
    "session",
    "session_day",
    "related_service_id",
    "history",
    "decided",
)
"""What no row kind asks, and no decision says."""


def enriched(services: ir.Table) -> ir.Table:
    """The services that are to be decided, with everything that a row kind may ask of one."""
    new = services.filter(~services.history).drop(*UNASKED)
    codes = CODES.select(
        "faces", known_code=CODES.code, code_from=CODES.valid_from, code_to=CODES.valid_to
    )
    with_code = new.left_join(codes, new.code == codes.known_code).select(
        new,
        codes.faces,
        codes.code_from,
        codes.code_to,
        known=codes.known_code.notnull(),
    )
    patients = PATIENTS.select("birth_date", "preferential", patient=PATIENTS.patient_id)
    with_patient = with_code.left_join(patients, with_code.patient_id == patients.patient).select(
        with_code, patients.birth_date, patients.preferential
    )
    priced = fee_of_the_day(with_patient, FEES)
    return priced.mutate(count=priced["count"].fill_null(ibis.literal(1, type="int64")))
