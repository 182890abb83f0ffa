"""Half of a pair that stands for a letter, and days beyond all calendars: told with their place."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conventio.claims.compute import NotComputed, compute
from conventio.law import shipped
from tests.cli.run import conventio

MESSAGES = Path(__file__).parents[1] / "messages"
NAMES = ("service_id", "attestation_id", "patient_id", "practitioner", "code")
SERVICE = dict(zip(NAMES, ("S", "A", "P", "39990130001", "301011"), strict=True))


@pytest.mark.parametrize("fact", ["tooth", "session_id"])
def test_half_a_letter_is_told_where_a_rule_is_asked(fact: str) -> None:
    with pytest.raises(NotComputed, match="half"):
        compute(shipped(), "all/gap", {"service": {"code": "301011", fact: "\ud800"}})


def test_half_a_letter_is_told_in_a_message(tmp_path: Path) -> None:
    message = json.loads((MESSAGES / "consultation.json").read_text(encoding="utf-8"))
    file = tmp_path / "m.json"
    file.write_text(json.dumps({**message, "id": "\ud800"}), encoding="ascii")
    ran = conventio("check", file)
    assert (ran.code, "m.json" in ran.stderr, "half a character" in ran.stderr) == (2, True, True)


@pytest.mark.parametrize(
    "moments",
    [
        pa.array([2**62], pa.timestamp("us")),
        pa.array([2**40], pa.timestamp("s")),
        pa.array([2**31 - 1], pa.int32()).cast(pa.date32()),
        pa.array([-(2**31) + 1], pa.int32()).cast(pa.date32()),
    ],
    ids=["us", "s", "last day", "first day"],
)
def test_days_beyond_all_calendars_are_told(moments: pa.Array, tmp_path: Path) -> None:
    columns = {**{name: [value] for name, value in SERVICE.items()}, "performed_at": moments}
    pq.write_table(pa.table(columns), tmp_path / "services.parquet")
    ran = conventio("check", tmp_path)
    assert ran.code == 2
    assert "services.parquet, row 1, column performed_at" in " ".join(ran.stderr.split())
