"""How far reading is can be seen while it goes on."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conventio.folder import reach


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "services.csv").write_bytes(b"x" * 1_000)
    (tmp_path / "patients.csv").write_bytes(b"x" * 1_000)
    (tmp_path / "notes.csv").write_bytes(b"x" * 50_000)
    return tmp_path


def test_reading_is_seen_to_go_on(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CSV is read for its hash, then for a count of its records, and then for its values."""
    counted = tmp_path / "io"
    monkeypatch.setattr(reach, "COUNTED", counted)
    counted.write_text("rchar: 5000\nwchar: 7\n")
    reached = reach.reach(folder)
    shares = []
    for bytes_read in (5000, 7000, 9000, 10000, 11000, 12000):
        counted.write_text(f"rchar: {bytes_read}\nwchar: 7\n")
        shares.append(reached())
    halfway = (reach.HASHED + reach.TAKEN_IN) / 2
    assert shares == pytest.approx(
        [0.0, reach.HASHED / 2, reach.HASHED, halfway, reach.TAKEN_IN, reach.TAKEN_IN]
    )


@pytest.mark.skipif(not reach.COUNTED.exists(), reason="only Linux counts what is read")
def test_what_this_process_reads_is_counted(folder: Path) -> None:
    reached = reach.reach(folder)
    for table in ("services", "patients"):
        for _ in ("its hash", "its records"):
            (folder / f"{table}.csv").read_bytes()
    assert reached() >= reach.HASHED


def test_nothing_is_seen_where_nobody_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "COUNTED", folder / "absent")
    reached = reach.reach(folder)
    (folder / "services.csv").read_bytes()
    assert reached() == 0.0
    assert reach.reach(folder / "message.json")() == 0.0


def test_the_file_of_services_says_about_how_many_they_are(tmp_path: Path) -> None:
    assert reach.services_given(tmp_path) == 1
    (tmp_path / "services.csv").write_bytes(b"x" * 100 * reach.BYTES_OF_A_LINE)
    assert reach.services_given(tmp_path) == 100
    (tmp_path / "services.parquet").write_bytes(b"no Parquet at all")
    assert reach.services_given(tmp_path) == 100
    pq.write_table(pa.table({"service_id": ["a", "b", "c"]}), tmp_path / "services.parquet")
    assert reach.services_given(tmp_path) == 3
