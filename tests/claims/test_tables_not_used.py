"""The tables that were given and that no rule read are named, and no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

import conventio
from conventio.law import shipped
from tests.arrow import arrow
from tests.oracle.cases import extraction

DECLARATION = [
    {
        "declaration_id": "d",
        "practitioner": "39999929001",
        "agreement": "dental-2009",
        "kind": "refusal",
        "sent_at": datetime(2009, 1, 20, tzinfo=UTC),
    }
]


def not_used(**tables: list[dict[str, Any]]) -> list[str]:
    run = conventio.check(arrow({"services": [extraction("a")], **tables})).run
    return [one["table"] for one in run["tables_not_used"]]


def test_without_other_tables_none_is_named() -> None:
    assert not_used() == []


def test_tables_that_rules_read_are_not_named() -> None:
    titles = [
        {
            "practitioner": "39999929001",
            "title": "general-dentist",
            "valid_from": None,
            "valid_to": None,
        }
    ]
    patients = [{"patient_id": "p", "birth_date": date(1950, 5, 1)}]
    assert not_used(titles=titles, patients=patients) == []


RATES = [{"code": "900675", "valid_from": None, "valid_to": None, "rate": Decimal("50")}]


LETTERS = [
    {"letter": "L", "group": None, "valid_from": None, "valid_to": None, "value": Decimal(9)}
]


def test_rates_of_supplements_are_named_where_no_rule_reads_them() -> None:
    law = shipped()
    without = replace(law, rules=[rule for rule in law.rules if rule.kind != "by-rate"])
    tables = arrow({"services": [extraction("a")], "supplement_rates": RATES})
    used, unused = (
        [one["table"] for one in conventio.check(tables, law=chosen).run["tables_not_used"]]
        for chosen in (law, without)
    )
    assert (used, unused) == ([], ["supplement_rates"])


def test_values_of_letters_are_named_where_there_are_no_rates() -> None:
    assert not_used(supplement_rates=RATES, letters=LETTERS) == []
    assert not_used(letters=LETTERS) == ["letters"]


@pytest.mark.parametrize("table", ["declarations"])
def test_a_table_that_nothing_reads_is_named(table: str) -> None:
    assert not_used(declarations=DECLARATION) == [table]
