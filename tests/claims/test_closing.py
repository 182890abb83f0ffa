"""The figures of a run close: rows read are history, decided or put aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conventio.claims.closing import NotClosed, refuse_open
from conventio.claims.decide import decide
from conventio.folder.engine import DuckDB
from conventio.folder.read import Folder, read_folder
from conventio.law import shipped
from tests.cli.run import conventio
from tests.folder.inputs import services

LAW = shipped().known(None)
MANY = 400
GROUP = 50


def with_false_statistics(folder: Path) -> Path:
    """Services of which the file says, of one group of rows, that its patients are others."""
    names = [f"P{number:05}" for number in range(MANY)]
    moments = [datetime(2020, 3, 2, 10)] * MANY  # noqa: DTZ001
    ids = [f"S{number}" for number in range(MANY)]
    given = services(service_id=ids, patient_id=names, performed_at=moments)
    file = folder / "services.parquet"
    pq.write_table(given, file, row_group_size=GROUP, use_dictionary=False)
    content = file.read_bytes()
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    told = content[footer:]
    for true in (names[GROUP], names[2 * GROUP - 1]):
        assert told.count(true.encode())
        told = told.replace(true.encode(), b"P99999")
    file.write_bytes(content[:footer] + told)
    return folder


def test_rows_that_a_file_hides_from_its_reader_are_missed(tmp_path: Path) -> None:
    with DuckDB() as engine:
        folder = read_folder(engine, with_false_statistics(tmp_path))
        engine.at_once = MANY // 4
        decided = decide(engine, LAW, folder.present)
        assert sum(decided.outcomes.values()) == MANY - GROUP
        with pytest.raises(NotClosed, match=f"read: {MANY}; accounted for: {MANY - GROUP}[.]"):
            refuse_open(engine, folder, decided)


def test_a_run_whose_figures_do_not_close_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_false_statistics(tmp_path)
    monkeypatch.setattr("conventio.folder.engine.BYTES_OF_A_SERVICE", (1 << 30) // (MANY // 4))
    ran = conventio("check", tmp_path, "--memory", "1GB", "--language", "fr")
    assert ran.code == 1
    assert "Les chiffres ne se recoupent pas" in ran.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["services.parquet"]


def read(engine: DuckDB, tmp_path: Path, **columns: list[str]) -> Folder:
    pq.write_table(services(**columns), tmp_path / "services.parquet")
    pq.write_table(pa.table({"code": ["301011"], "fee": ["20"]}), tmp_path / "fees.parquet")
    return read_folder(engine, tmp_path, set_aside=True)


def test_history_and_what_is_put_aside_are_accounted_for(tmp_path: Path) -> None:
    codes, earlier = ["301011", "301012", "301011"], [None, None, "accepted"]
    with DuckDB() as engine:
        folder = read(engine, tmp_path, code=codes, decided=earlier)  # type: ignore[arg-type]
        decided = decide(engine, LAW, folder.present)
        refuse_open(engine, folder, decided)
        assert (decided.history, folder.set_aside) == (1, {"services": 1})
        for wrong in (replace(decided, history=0), replace(decided, outcomes={"accepted": 2})):
            with pytest.raises(NotClosed, match="table services"):
                refuse_open(engine, folder, wrong)


def test_every_table_is_accounted_for(tmp_path: Path) -> None:
    with DuckDB() as engine:
        folder = read(engine, tmp_path)
        decided = decide(engine, LAW, folder.present)
        engine.create("fees", "SELECT * FROM fees UNION ALL SELECT * FROM fees")
        with pytest.raises(NotClosed, match="table fees"):
            refuse_open(engine, folder, decided)
