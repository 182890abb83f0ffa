from __future__ import annotations

from conventio.folder.engine import DuckDB


def test_long_work_says_nothing_on_stdout() -> None:
    with DuckDB() as engine:
        (row,) = engine.rows("SELECT current_setting('enable_progress_bar') AS bar")
    assert row == {"bar": False}, "it would stand between the lines of --json"
