"""What the other tables hold of a service: of its code, patient, prescription, fee."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import get_args

import ibis
import ibis.expr.types as ir

from conventio.claims.inputs import CODES, FEES, PATIENTS, PRACTITIONERS, PRESCRIPTIONS, PROFESSIONS
from conventio.claims.kinds.age_between import completed_years
from conventio.claims.kinds.no_patient_share import SHARELESS
from conventio.claims.kinds.shape import FACTS
from conventio.law.rules import Fact
from conventio.tariff.price import fee_of_the_day


def of_day(services: ir.Table) -> ir.Table:
    """The services, with their patients' regime, with what is known of code and amounts."""
    return priced(_with_code(services))


def priced(services: ir.Table) -> ir.Table:
    """The services, with their patients' regime, with the amounts of the day."""
    return fee_of_the_day(_with_share(services), FEES)


def of_people(services: ir.Table) -> ir.Table:
    """The services, with their prescription, with the facts of code, patient and practitioner.

    `absent` has a bit for each fact not given.
    """
    row = _with_practitioner(of_patients(_with_code(services)))
    bits = [
        ibis.ifelse(row[fact].isnull(), ibis.literal(1 << FACTS.index(fact), type="int64"), 0)
        for fact in get_args(Fact)
    ]
    return row.mutate(absent=reduce(add, bits))


def of_patients(services: ir.Table) -> ir.Table:
    """The services, with the facts of their patients, and `age`: the birthdays that they had."""
    row = _with_patient(services)
    return row.mutate(age=completed_years(row.birth_date, row.performed_on))


def _with_code(services: ir.Table) -> ir.Table:
    codes = CODES.select(
        "faces",
        "article",
        "covered_first",
        "covered_last",
        known_code=CODES.code,
        images_asked=CODES.images,
        code_from=CODES.valid_from,
        code_to=CODES.valid_to,
    )
    joined = services.left_join(codes, services.code == codes.known_code)
    known = joined.known_code.notnull()
    return joined.select(services, *codes.columns[:4], *_OF_CODE, known=known)


_OF_CODE = ("images_asked", "code_from", "code_to")


def _with_patient(services: ir.Table) -> ir.Table:
    patients = PATIENTS.select("birth_date", "sex", "preferential", patient=PATIENTS.patient_id)
    joined = services.left_join(patients, services.patient_id == patients.patient)
    return joined.select(services, "birth_date", "sex", "preferential")


def _with_practitioner(services: ir.Table) -> ir.Table:
    offers = PRACTITIONERS.select("public_offer_covers_duty_hours", offering="practitioner")
    joined = services.left_join(offers, services.practitioner == offers.offering)
    return joined.select(services, "public_offer_covers_duty_hours")


def _with_share(services: ir.Table) -> ir.Table:
    """With whether the patient has no share of the fee; null where that is not known."""
    known = SHARELESS.select("shareless", concerned="row")
    joined = services.left_join(known, services.row == known.concerned)
    said = ibis.ifelse(joined.concerned.isnull(), ibis.literal(False), joined.shareless)
    return joined.select(services, shareless=said)


def with_prescription(services: ir.Table) -> ir.Table:
    """The services with the facts of their prescription, each as `prescriptions.fact`."""
    facts = _prescriptions()
    joined = services.left_join(facts, services.prescription_id == facts.prescription)
    return joined.select(
        services, *facts.columns[1:], prescription_known=joined.prescription.notnull()
    )


def prescribed(services: ir.Table) -> ir.Table:
    """Of the services that name a prescription, whether it is given."""
    naming = services.filter(services.prescription_id.notnull())
    given = PRESCRIPTIONS.select(prescription="prescription_id")
    joined = naming.left_join(given, naming.prescription_id == given.prescription)
    return joined.select("row", prescription_known=joined.prescription.notnull())


def by_themselves(services: ir.Table) -> ir.Table:
    """The services in the same shape, for rules that ask nothing of a prescription."""
    nothing = {name: ibis.null(kind) for name, kind in _prescriptions().schema().items()}
    nothing.pop("prescription")
    return services.mutate(**nothing, prescription_known=ibis.literal(False))


def _prescriptions() -> ir.Table:
    """The facts of the prescriptions.

    A signature is there or is not; the first digit of the prescriber's number says the profession.
    """
    given = PRESCRIPTIONS.left_join(
        PROFESSIONS, PRESCRIPTIONS.prescriber.left(1) == PROFESSIONS.digit
    )
    return given.select(
        prescription="prescription_id",
        **{f"prescriptions.{name}": name for name in PRESCRIPTIONS.columns[1:]},
        **{
            "prescriptions.prescriber_profession": given.profession,
            "prescriptions.signature": ibis.ifelse(given.signed, "signed", None),
        },
    )


def asked(row: ir.Table) -> ir.Table:
    """Rows joined with entries, with the fact that the entry names, as text: `given`."""
    facts = [(row.fact_place == n, row[fact].cast("string")) for n, fact in enumerate(FACTS)]
    return row.mutate(given=ibis.cases((row.fact_place.isnull(), None), *facts))
