"""The enriched row: a new service with the facts of its code, patient and fee."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from conventio.claims.inputs import CODES, FEES, PATIENTS, PRACTITIONERS, PRESCRIPTIONS, PROFESSIONS
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
    new = services.filter(~services.history)
    joined = _with_practitioner(_with_patient(_with_code(new)))
    joined = _with_prescription(joined.drop(*UNASKED))
    priced = fee_of_the_day(joined, FEES)
    return priced.mutate(count=priced["count"].fill_null(ibis.literal(1, type="int64")))


def _with_code(services: ir.Table) -> ir.Table:
    codes = CODES.select(
        "faces",
        known_code=CODES.code,
        images_asked=CODES.images,
        code_from=CODES.valid_from,
        code_to=CODES.valid_to,
    )
    joined = services.left_join(codes, services.code == codes.known_code)
    known = joined.known_code.notnull()
    return joined.select(services, "faces", "images_asked", "code_from", "code_to", known=known)


def _with_patient(services: ir.Table) -> ir.Table:
    patients = PATIENTS.select("birth_date", "preferential", patient=PATIENTS.patient_id)
    joined = services.left_join(patients, services.patient_id == patients.patient)
    return joined.select(services, "birth_date", "preferential")


def _with_practitioner(services: ir.Table) -> ir.Table:
    offers = PRACTITIONERS.select("public_offer_covers_duty_hours", offering="practitioner")
    joined = services.left_join(offers, services.practitioner == offers.offering)
    return joined.select(services, "public_offer_covers_duty_hours")


def _with_prescription(services: ir.Table) -> ir.Table:
    """With the facts of the prescription, each as `prescriptions.fact`.

    A signature is there or is not; the first digit of the prescriber's number says the profession.
    """
    given = PRESCRIPTIONS.left_join(
        PROFESSIONS, PRESCRIPTIONS.prescriber.left(1) == PROFESSIONS.digit
    )
    facts = given.select(
        prescription="prescription_id",
        **{f"prescriptions.{name}": name for name in PRESCRIPTIONS.columns[1:]},
        **{
            "prescriptions.prescriber_profession": given.profession,
            "prescriptions.signature": ibis.ifelse(given.signed, "signed", None),
        },
    )
    joined = services.left_join(facts, services.prescription_id == facts.prescription)
    return joined.select(
        services, *facts.columns[1:], prescription_known=joined.prescription.notnull()
    )
