"""Supplements whose fee is a share of the fees of the services that they go with."""

from __future__ import annotations

from collections.abc import Mapping

from conventio.claims.kinds.shape import CaseName, Column, Severity
from conventio.law.rules import ByRate

KIND = "by-rate"
SEVERITIES: Mapping[CaseName, Severity] = {
    "no-company": "warn",
    "company-unknown": "warn",
    "no-fees": "warn",
    "no-letters": "warn",
    "no-letter-value": "warn",
    "no-reimbursement": "warn",
}

READS = frozenset({"supplement_rates", "letters", "fee_letters"})
"""The tables that are read for rules of this kind alone."""


def needs(rule: ByRate) -> list[Column]:
    """The rates."""
    return [("supplement_rates", "code")]
