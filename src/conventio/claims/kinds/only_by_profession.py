"""A service stands if the profession that the practitioner's number tells has a title for it."""

from __future__ import annotations

from collections.abc import Mapping

import ibis.expr.types as ir

from conventio.claims.inputs import BARRED
from conventio.claims.kinds.shape import CaseName, Column, Severity, on_its_day
from conventio.law.rules import OnlyByProfession

KIND = "only-by-profession"
SEVERITIES: Mapping[CaseName, Severity] = {
    "not-permitted": "refuse",
    "profession-unknown": "unchecked",
}


def needs(rule: OnlyByProfession) -> list[Column]:
    """The number, which every service has."""
    return []


def findings(services: ir.Table) -> ir.Table:
    """row, entry, case and detail of the services whose code is barred to the first digit."""
    digit = services.practitioner.left(1)
    row = services.select("row", "code", "performed_on", digit=digit).join(
        BARRED, ["code", "digit"]
    )
    return row.filter(on_its_day(row)).select("row", "entry", "case_place", detail="profession")
