"""An attestation with two patients or two practitioners: a warning (`claims.mixed`)."""

from __future__ import annotations

from collections.abc import Mapping

from conventio.claims.kinds.shape import CaseName, Column, Severity
from conventio.law.rules import OneAttestation

KIND = "one-attestation"
SEVERITIES: Mapping[CaseName, Severity] = {"other-patient": "warn", "other-practitioner": "warn"}


def needs(rule: OneAttestation) -> list[Column]:
    """Nothing that a service may lack."""
    return []
