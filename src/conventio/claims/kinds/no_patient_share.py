"""No share of the patient between two birthdays: what it does to amounts, and a warning."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from conventio.claims.inputs import PATIENTS, RULE_CODES, RULES
from conventio.claims.kinds.age_between import completed_years
from conventio.claims.kinds.shape import Case, Column, RowKind
from conventio.law.rules import NoPatientShare


class Kind(RowKind):
    """No patient share."""

    kind = "no-patient-share"
    asks_day = False
    severities = {"age-unknown": "warn"}

    def needs(self, rule: NoPatientShare) -> list[Column]:
        """The fees; without a birth date amounts are not known, so it is asked all the same."""
        return [("fees", "code")]

    def parameters(self, rule: NoPatientShare) -> dict[str, Any]:
        """The two birthdays."""
        return {"from_birthday": rule.from_birthday, "to_birthday": rule.to_birthday}

    def cases(self, row: ir.Table) -> list[Case]:
        """The age is not known, and the amounts depend on it."""
        differs = (row.unit_fee != row.unit_reimbursement).fill_null(True)
        return [
            Case("age-unknown", row.shareless.isnull() & row.unit_fee.notnull() & differs),
        ]


SHARELESS = ibis.table({"row": "int64", "shareless": "boolean"}, name="shareless_services")
"""The services that a rule of this kind concerns: whether the patient has no share, or unknown."""


def shareless(services: ir.Table) -> ir.Table:
    """The rows of `SHARELESS`, for undecided services."""
    rules = RULES.filter(RULES.kind == Kind.kind).join(RULE_CODES, "entry")
    rules = rules.select("code", "first", "last", "from_birthday", "to_birthday")
    concerned = services.select("row", "patient_id", "performed_on", "code").join(rules, "code")
    concerned = concerned.filter(
        concerned.performed_on.between(concerned["first"], concerned["last"])
    )
    patients = PATIENTS.select("birth_date", patient=PATIENTS.patient_id)
    row = concerned.left_join(patients, concerned.patient_id == patients.patient)
    age = completed_years(row.birth_date, row.performed_on)
    within = (age >= row.from_birthday) & (age < row.to_birthday)
    said = row.select("row", within=within)
    return said.group_by("row").agg(
        shareless=ibis.cases(
            (said.within.any(), True),
            (said.within.isnull().any(), ibis.null("boolean")),
            else_=False,
        )
    )
