"""Ids that differ by spaces at an end or by capitals: a warning naming both (`claims.mixed`)."""

from __future__ import annotations

from collections.abc import Mapping

from conventio.claims.kinds.shape import CaseName, Column, Severity
from conventio.law.rules import IdsAlike

KIND = "ids-alike"
SEVERITIES: Mapping[CaseName, Severity] = {
    "warn": "warn",
    "service-alike": "warn",
    "attestation-alike": "warn",
}
"""Of the id of the patient, that of the service, and that of the attestation."""


def needs(rule: IdsAlike) -> list[Column]:
    """Nothing that a service may lack."""
    return []
