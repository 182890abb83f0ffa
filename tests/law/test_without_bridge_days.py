"""A folder without `bridge_days`: of a working day by day nobody knows whether it is one."""

from datetime import datetime

import pytest

from conventio.claims.decide import decide
from conventio.claims.output import arrow as answers
from conventio.folder.engine import DuckDB
from conventio.folder.read import read_tables
from conventio.law import shipped
from tests.arrow import arrow

BY_DAY = datetime.fromisoformat("2021-03-02T12:00")
"""A Tuesday."""
SATURDAY = datetime.fromisoformat("2021-03-06T12:00")
NIGHT = datetime.fromisoformat("2021-03-02T21:00")


@pytest.mark.parametrize(
    ("at", "duty", "said"),
    [
        (BY_DAY, False, "refuse"),
        (BY_DAY, True, "bridge_days"),
        (BY_DAY, None, "bridge_days"),
        (SATURDAY, False, None),
        (SATURDAY, None, None),
        (NIGHT, False, None),
    ],
)
def test_the_hours_of_a_supplement(at: datetime, duty: bool | None, said: str | None) -> None:
    found = hours(at, duty)
    if said is None:
        assert found == []
    else:
        (finding,) = found
        assert finding["provision"] == "nomenclature-6/2ter-1"
        assert finding["severity"] == ("refuse" if said == "refuse" else "unchecked")
        assert said == "refuse" or f"is not given: {said}" in finding["message"]


def hours(at: datetime, duty: bool | None) -> list[dict[str, str]]:
    """What the hours of a supplement are told in a folder of that one service."""
    service = {
        "service_id": "a",
        "attestation_id": "b",
        "patient_id": "c",
        "practitioner": "39990130001",
        "performed_at": at,
        "code": "301055",
        "duty": duty,
    }
    with DuckDB() as engine:
        decide(engine, shipped(), read_tables(engine, arrow({"services": [service]})).present)
        _, findings = answers(engine)
    return [row for row in findings.to_pylist() if row["rule"] == "supplement-hours"]
