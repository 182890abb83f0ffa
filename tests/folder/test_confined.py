"""An engine reaches only what it was given, and leaves nothing behind."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import pytest

from conventio.folder import engine as engine_module
from conventio.folder.engine import DuckDB
from conventio.folder.warm import Warm


@pytest.mark.parametrize("name", ["a", "d[12]", "it's", "a*"])
def test_an_engine_reaches_only_what_it_was_given(name: str, tmp_path: Path) -> None:
    given, other = tmp_path / name, tmp_path / "other"
    for folder in (given, other):
        folder.mkdir()
        (folder / "a.csv").write_text("x\n1\n", encoding="utf-8")
    with DuckDB() as engine:
        engine.confine(given)
        engine.write_parquet("SELECT 1 AS x", given / "b.parquet")
        with pytest.raises(duckdb.Error, match="disabled"):
            engine.rows(f"SELECT * FROM read_csv('{other}/a.csv')")
        with pytest.raises(duckdb.Error, match="disabled"):
            engine.write_csv("SELECT 1 AS x", other / "b.csv")
        with pytest.raises(duckdb.Error):
            engine.connection.execute("SET enable_external_access = true")


def test_a_warm_engine_reaches_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n1\n", encoding="utf-8")
    with Warm() as engine, pytest.raises(duckdb.Error, match="disabled"):
        engine.rows(f"SELECT * FROM read_csv('{tmp_path}/a.csv')")


def test_what_an_engine_spills_is_under_the_systems_folder_and_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with DuckDB(memory=32 << 20, threads=1) as engine:
        engine.create("big", "SELECT range AS a, hash(range) AS b FROM range(3000000) ORDER BY b")
        (spill,) = tmp_path.iterdir()
        assert spill.stat().st_mode & 0o777 == 0o700
        assert list(spill.iterdir())
    assert list(tmp_path.iterdir()) == []
    kept = DuckDB()
    assert len(list(tmp_path.iterdir())) == 1
    engine_module.remove_spills()
    assert list(tmp_path.iterdir()) == []
    kept.connection.close()


def test_without_a_temporary_folder_it_does_not_spill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    with DuckDB() as engine:
        assert engine.rows("SELECT 1 AS x") == [{"x": 1}]
