"""The tables that were given and that no rule read are named, and no others."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

import conventio
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


@pytest.mark.parametrize("table", ["declarations"])
def test_a_table_that_nothing_reads_is_named(table: str) -> None:
    assert not_used(declarations=DECLARATION) == [table]
