"""The same service twice: a warning at the later one, which names the first (`claims.repeated`)."""

from __future__ import annotations

from collections.abc import Mapping

from conventio.claims.kinds.shape import CaseName, Column, Severity
from conventio.law.rules import NotTwice

KIND = "not-twice"
SEVERITIES: Mapping[CaseName, Severity] = {"warn": "warn"}


def needs(rule: NotTwice) -> list[Column]:
    """Nothing that a service may lack."""
    return []
