"""Every reason that a rule gives is in the list of the payers, or is our own."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from conventio.law import shipped

PUBLISHED = Path(__file__).parents[3] / "shared" / "facts" / "reason-codes.csv"


def used() -> set[str]:
    """The reasons of all entries."""
    names = ("reason", "reason_unchecked", "reason_undecided", "reason_warn")
    found = {getattr(rule, name, None) for rule in shipped().entries for name in names}
    return {reason for reason in found if reason is not None}


def test_the_reasons_that_somebody_else_publishes_mean_what_they_say() -> None:
    by_rule = {rule.rule: rule.reason for rule in shipped().rules}
    assert by_rule["entitlement"] == "efact/501540"
    assert by_rule["prescription-prescriber"] == "efact/502440"
    assert by_rule["prescription-prescriber-number"] == "efact/502405"
    assert by_rule["radiography-authorisation"] == "efact/5015A0"
    assert by_rule["fillings-per-tooth-and-year"] == "efact/502258"


def test_every_reason_is_published_or_our_own() -> None:
    if not PUBLISHED.exists():
        pytest.skip("the list of the payers is not there")
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        published = {f"{row['system']}/{row['code']}" for row in csv.DictReader(file)}
    ours = {reason for reason in used() if reason.startswith("conventio/")}
    assert used() - ours <= published
    shipped_reasons = {name for name in shipped().reasons if not name.startswith("conventio/")}
    assert shipped_reasons == published
