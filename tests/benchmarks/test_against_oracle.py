"""What a check wrote is compared with the oracle, and a difference is noticed."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from benchmarks.against_oracle import compare, main

from tests.cli.run import conventio


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("oracle") / "made"
    assert conventio("generate", "--services", 6000, "--seed", 4, where).code == 0
    assert conventio("check", where).code == 0
    return where


def test_a_check_writes_what_the_oracle_says(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = compare(folder, folder / "out", patients=300)
    assert found.differences == []
    assert found.patients == 300
    assert found.services > 1_500
    assert found.findings > 300
    main(folder, folder / "out")
    assert " 0 differences (" in capsys.readouterr().out


@pytest.mark.parametrize("change", ["an amount", "an evidence", "a row", "the order"])
def test_a_difference_is_noticed(folder: Path, tmp_path: Path, change: str) -> None:
    decisions, findings = (
        pq.read_table(folder / "out" / f"{name}.parquet") for name in ("decisions", "findings")
    )
    if change == "an amount":
        place = decisions.schema.get_field_index("reimbursement")
        more = pc.add(decisions["reimbursement"], pa.scalar(1, pa.decimal128(17, 2)))
        decisions = decisions.set_column(
            place, "reimbursement", more.cast(decisions["reimbursement"].type)
        )
    elif change == "an evidence":
        nobody = pa.nulls(len(findings), pa.string())
        place = findings.schema.get_field_index("evidence_service_id")
        findings = findings.set_column(place, "evidence_service_id", nobody)
    elif change == "a row":
        findings = findings.slice(1)
    else:
        decisions = decisions.take(list(range(len(decisions)))[::-1])
    pq.write_table(decisions, tmp_path / "decisions.parquet")
    pq.write_table(findings, tmp_path / "findings.parquet")
    assert compare(folder, tmp_path).differences
    with pytest.raises(SystemExit, match="differences"):
        main(folder, tmp_path)
