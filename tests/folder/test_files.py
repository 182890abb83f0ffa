"""Files that are damaged inside, or changed while they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conventio.claims import decide as decide_module
from conventio.claims.decide import decide
from conventio.folder import read
from conventio.folder.canonical import make_values, put_aside
from conventio.folder.engine import DuckDB
from conventio.folder.problems import Unusable
from tests.cli.run import conventio, files_in
from tests.folder.inputs import said_of_folder, services

DAMAGED = (
    "{}.parquet: found a file that is damaged or of another kind, expected a Parquet file. "
    "Write or copy the file again"
)
CHANGED = (
    "{}: found a file that was changed while it was read, expected a file that stays as it is "
    "until it has been read. Check again when nobody writes to it any more"
)


def damaged(path: Path, table: pa.Table) -> None:
    """A Parquet file whose footer is whole, and whose pages are not."""
    pq.write_table(table, path, compression="zstd")
    start = pq.read_metadata(path).row_group(0).column(0).data_page_offset
    text = bytearray(path.read_bytes())
    text[start + 20 : start + 60] = bytes(40)
    path.write_bytes(text)


def many(**columns: list[str]) -> pa.Table:
    names = [f"S{number}" for number in range(1000)]
    return services(**{"service_id": names, "site": [f"x{name}" for name in names], **columns})


def test_a_page_that_is_damaged_is_told_with_all_else(tmp_path: Path) -> None:
    damaged(tmp_path / "services.parquet", many())
    (tmp_path / "bridge_days.csv").write_text("date\n2020-02-30\n", encoding="utf-8")
    first, second = said_of_folder(tmp_path)
    assert first == DAMAGED.format("services")
    assert second.startswith('bridge_days.csv, row 2, column date: found "2020-02-30"')


@pytest.mark.parametrize("command", [["check"], ["check", "--set-aside"], ["register"]])
def test_every_command_refuses_it(command: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    damaged(folder / "services.parquet", many())
    ran = conventio(command[0], folder, *command[1:])
    assert (ran.code, ran.stdout) == (2, "")
    assert DAMAGED.format("services") in ran.stderr
    assert files_in(folder) == {"services.parquet"}


def test_explaining_refuses_it(tmp_path: Path) -> None:
    damaged(tmp_path / "services.parquet", many())
    ran = conventio("explain", tmp_path, "S1")
    assert (ran.code, DAMAGED.format("services") in ran.stderr) == (2, True)


@pytest.mark.parametrize("name", ["services.csv", "services.parquet"])
@pytest.mark.parametrize("how", ["written", "removed", "cut"])
def test_a_file_that_changes_while_it_is_read_is_refused(
    name: str, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / name
    if file.suffix == ".csv":
        with DuckDB() as engine:
            engine.load("given", many())
            engine.write_csv("SELECT * FROM given", file)
    else:
        pq.write_table(many(), file)

    def changing(*given: object, **how_read: object) -> list[str]:
        text = file.read_bytes()
        file.unlink()
        if how != "removed":
            file.write_bytes(text if how == "written" else text[: len(text) // 2])
        return make_values(*given, **how_read)  # type: ignore[arg-type]

    monkeypatch.setattr(read, "make_values", changing)
    assert said_of_folder(tmp_path) == [CHANGED.format(name)]


def test_bad_rows_that_change_while_they_are_put_aside_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "services.parquet"
    pq.write_table(many(code=["301011"] * 999 + ["301012"]), file)

    def changing(*given: object) -> int:
        number = put_aside(*given)  # type: ignore[arg-type]
        pq.write_table(many(), file)
        return number

    monkeypatch.setattr(read, "put_aside", changing)
    with DuckDB() as engine, pytest.raises(Unusable) as unusable:
        read.read_folder(engine, tmp_path, set_aside=True)
    assert [one.message() for one in unusable.value.first] == [CHANGED.format("services.parquet")]


def test_a_fault_of_our_own_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: object, **how_read: object) -> list[str]:
        raise ZeroDivisionError

    pq.write_table(many(), tmp_path / "services.parquet")
    monkeypatch.setattr(read, "make_values", fail)
    with pytest.raises(ZeroDivisionError):
        said_of_folder(tmp_path)


@pytest.mark.parametrize("how", ["written", "removed", "cut"])
def test_a_file_that_changes_while_services_are_decided_is_refused(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large Parquet file is read where it lies, again and again."""
    file = tmp_path / "folder" / "services.parquet"
    file.parent.mkdir()
    pq.write_table(many(), file)

    def changing(*given: Any, **more: Any) -> Any:
        text = file.read_bytes()
        file.unlink()
        if how != "removed":
            file.write_bytes(text if how == "written" else text[: len(text) // 2])
        return decide(*given, **more)

    monkeypatch.setattr(decide_module, "decide", changing)
    ran = conventio("check", file.parent)
    assert (ran.code, ran.stdout) == (2, "")
    assert CHANGED.format("services.parquet") in ran.stderr
    assert files_in(file.parent) <= {"services.parquet"}
