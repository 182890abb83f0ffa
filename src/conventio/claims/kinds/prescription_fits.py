"""A prescription that is of the service's patient, and of the day of service or before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from conventio.claims.kinds.shape import Case, Column, RowKind, column_of
from conventio.law.rules import Fact, PrescriptionFits

FACTS_BY: Mapping[str, Fact] = {
    "patient": "prescriptions.patient_id",
    "birth-date": "prescriptions.patient_birth_date",
    "day": "prescriptions.prescribed_on",
}
"""What stands on the prescription of each."""


class Kind(RowKind):
    """Prescription fits."""

    kind = "prescription-fits"
    severities = {"refuse": "refuse", "unchecked": "unchecked", "differ": "unchecked"}

    def needs(self, rule: PrescriptionFits) -> list[Column]:
        """What stands on the prescription, and what the patient's own birth date is."""
        own: list[Column] = [("patients", "birth_date")] if rule.by == "birth-date" else []
        return [column_of(FACTS_BY[rule.by]), *own]

    def parameters(self, rule: PrescriptionFits) -> dict[str, Any]:
        """The fact of the prescription."""
        return {"fact": FACTS_BY[rule.by]}

    def cases(self, row: ir.Table) -> list[Case]:
        """Of another patient; or of another birth date, or later, which nobody explains.

        What a prescription does not say fits: what must stand on it is asked by another rule.
        """
        of_patient, of_birth, of_day = (row.fact == fact for fact in FACTS_BY.values())
        born, day = row.birth_date.cast("string"), row.performed_on.cast("string")
        own = ibis.ifelse(of_birth, born, day)
        missing = ibis.ifelse(of_birth, ibis.literal("birth_date"), ibis.literal("performed_at"))
        differs = (of_birth & (row.given != born)) | (of_day & (row.given > day))
        return [
            Case("refuse", of_patient & (row.given != row.patient_id), row.given),
            Case("unchecked", ~of_patient & row.given.notnull() & own.isnull(), missing),
            Case("differ", differs, row.given + " / " + own),
        ]
