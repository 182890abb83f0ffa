"""What the other tables hold of a service: of its code, patient, prescription, fee."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ibis
import ibis.expr.types as ir

from conventio.claims.inputs import CODES, FEES, PATIENTS, PRACTITIONERS, PRESCRIPTIONS
from conventio.tariff.price import fee_of_the_day

PROFESSIONS = {
    "1": "doctor",
    "2": "pharmacist",
    "3": "dentist",
    "4": "nurse-or-midwife",
    "5": "physiotherapist",
    "7": "hospital",
    "8": "laboratory",
}
"""The profession that the first digit of a practitioner's number says."""


JOINED_BY = ("row", "code", "performed_on", "patient_id", "practitioner", "prescription_id")
"""The columns of a service by which other tables, and the rules, are joined."""


def with_facts(services: ir.Table, *tables: str) -> ir.Table:
    """The services with what some other tables hold of them."""
    for table in dict.fromkeys(tables):
        services = _FACTS_OF[table](services)
    return services


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

    A signature is there or is not; the prescriber's profession is the first digit of the number.
    """
    profession = ibis.cases(
        *((PRESCRIPTIONS.prescriber.startswith(digit), name) for digit, name in PROFESSIONS.items())
    )
    facts = PRESCRIPTIONS.select(
        prescription="prescription_id",
        **{f"prescriptions.{name}": name for name in PRESCRIPTIONS.columns[1:]},
        **{
            "prescriptions.prescriber_profession": profession,
            "prescriptions.signature": ibis.ifelse(PRESCRIPTIONS.signed, "signed", None),
        },
    )
    joined = services.left_join(facts, services.prescription_id == facts.prescription)
    return joined.select(
        services, *facts.columns[1:], prescription_known=joined.prescription.notnull()
    )


def _with_known_prescription(services: ir.Table) -> ir.Table:
    """With whether the prescription is among those given."""
    given = PRESCRIPTIONS.select(prescription="prescription_id")
    joined = services.left_join(given, services.prescription_id == given.prescription)
    return joined.select(services, prescription_known=joined.prescription.notnull())


def _with_fee(services: ir.Table) -> ir.Table:
    """The unit amounts of the day, for the patient's regime."""
    return fee_of_the_day(_with_patient(services), FEES)


_FACTS_OF: Mapping[str, Callable[[ir.Table], ir.Table]] = {
    "nomenclature": _with_code,
    "patients": _with_patient,
    "practitioners": _with_practitioner,
    "prescriptions": _with_prescription,
    "known-prescriptions": _with_known_prescription,
    "fees": _with_fee,
}
