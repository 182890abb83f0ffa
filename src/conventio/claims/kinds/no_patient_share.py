"""No share of the patient between two birthdays: what it does to amounts, and a warning."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from conventio.claims.inputs import FEES, PATIENTS, RULES, codes_of
from conventio.claims.kinds.age_between import completed_years
from conventio.claims.kinds.shape import CaseName, Column, Severity, place_of
from conventio.law.rules import NoPatientShare
from conventio.tariff.price import fee_of_the_day

KIND = "no-patient-share"
SEVERITIES: Mapping[CaseName, Severity] = {"age-unknown": "warn"}

SHARELESS = ibis.table({"row": "int64", "shareless": "boolean"}, name="shareless_services")
"""The services that a rule of this kind concerns: whether the patient has no share, or unknown."""


def needs(rule: NoPatientShare) -> list[Column]:
    """The fees; without a birth date amounts are not known, so it is asked all the same."""
    return [("fees", "code")]


def shareless(services: ir.Table) -> ir.Table:
    """The rows of `SHARELESS`, for undecided services."""
    row = _concerned(services)
    age = completed_years(row.birth_date, row.performed_on)
    said = row.select("row", within=(age >= row.from_birthday) & (age < row.to_birthday))
    return said.group_by("row").agg(
        shareless=ibis.cases(
            (said.within.any(), True),
            (said.within.isnull().any(), ibis.null("boolean")),
            else_=False,
        )
    )


def findings(services: ir.Table) -> ir.Table:
    """row, entry and case of the services whose amounts depend on an age that is not known."""
    unknown = SHARELESS.filter(SHARELESS.shareless.isnull())
    row = fee_of_the_day(_concerned(services).semi_join(unknown, "row"), FEES)
    differs = (row.unit_fee != row.unit_reimbursement).fill_null(True)
    row = row.filter(row.unit_fee.notnull(), differs)
    return row.select("row", "entry", case_place=place_of("age-unknown"))


def _concerned(services: ir.Table) -> ir.Table:
    """The services with each entry of their day, and with their patient."""
    birthdays = RULES.select("entry", "from_birthday", "to_birthday")
    rules = codes_of(KIND).drop("answers_undated").join(birthdays, "entry")
    concerned = services.select("row", "patient_id", "performed_on", "code").join(rules, "code")
    concerned = concerned.filter(
        concerned.performed_on.between(concerned["first"], concerned["last"])
    )
    patients = PATIENTS.select("birth_date", "preferential", patient=PATIENTS.patient_id)
    row = concerned.left_join(patients, concerned.patient_id == patients.patient)
    return row.select(concerned, "birth_date", "preferential")
