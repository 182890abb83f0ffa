"""Folders and files under any name, and what lies in them beside tables."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conventio.folder.engine import DuckDB
from conventio.folder.read import read_folder

from .inputs import said_of_folder, services

NAMES = (
    "d[12]",
    "a*",
    "q?",
    "**",
    "[!a]",
    "x]y",
    "it's",
    'quo"te',
    "50%20",
    "line\nend",
    "~",
    "back\\slash",
    "{a,b}",
    "code=304850",
    "decided=refused",
    "#x",
    "é",
)
DECOYS = {"d[12]": "d1", "a*": "ab", "q?": "qx", "[!a]": "b", "{a,b}": "a", "**": "other"}
"""What a name would match, if it were a pattern."""


def table(of: str) -> pa.Table:
    return services(service_id=[of])


def put(folder: Path, of: str, suffix: str) -> None:
    folder.mkdir()
    if suffix == "parquet":
        pq.write_table(table(of), folder / "services.parquet")
    else:
        text = "\n".join(
            ",".join(values)
            for values in (table(of).column_names, table(of).to_pylist()[0].values())
        )
        (folder / "services.csv").write_text(f"{text}\n", encoding="utf-8")


def read(folder: Path) -> list[tuple[str, str, str | None]]:
    with DuckDB() as engine:
        read_folder(engine, folder)
        rows = engine.rows("SELECT service_id, code, decided FROM services ORDER BY row")
    return [tuple(row.values()) for row in rows]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_folder_is_no_pattern_and_no_data(
    name: str, suffix: str, tmp_path: Path
) -> None:
    put(tmp_path / name, "its own", suffix)
    if name in DECOYS:
        put(tmp_path / DECOYS[name], "another's", suffix)
    assert read(tmp_path / name) == [("its own", "301011", None)]


def test_a_path_is_where_it_was_when_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "~", "its own", "parquet")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    with DuckDB() as engine:
        read_folder(engine, Path("~"))
        monkeypatch.chdir(tmp_path / "elsewhere")
        assert [row["service_id"] for row in engine.rows("SELECT * FROM services")] == ["its own"]


def in_parts(folder: Path, *tables: pa.Table) -> Path:
    """A table as Spark writes it."""
    folder.mkdir(parents=True)
    (folder / "_SUCCESS").touch()
    (folder / "._SUCCESS.crc").touch()
    for number, one in enumerate(tables):
        pq.write_table(one, folder / f"part-{number:05}-c000.snappy.parquet")
    return folder


def test_a_table_in_parts_is_read_whole(tmp_path: Path) -> None:
    parts = [services(service_id=[f"S{part}{place}" for place in range(3)]) for part in range(3)]
    in_parts(tmp_path / "services.parquet", *parts)
    in_parts(tmp_path / "fees.parquet", pa.table({"code": ["301011"], "fee": ["20"]}))
    with DuckDB() as engine:
        folder = read_folder(engine, tmp_path)
        rows = engine.rows("SELECT row, service_id FROM services ORDER BY row")
        assert engine.count("fees") == 1
    assert [row["row"] for row in rows] == list(range(1, 10))
    assert [row["service_id"] for row in rows] == [
        f"S{part}{one}" for part in range(3) for one in range(3)
    ]
    assert [(one.file, one.rows) for one in folder.inputs] == [
        ("services.parquet", 9),
        ("fees.parquet", 1),
    ]
    assert all(len(one.sha256 or "") == 64 for one in folder.inputs)


def test_a_row_of_a_part_is_told_by_its_number_in_the_table(tmp_path: Path) -> None:
    good, bad = services(service_id=["S1", "S2"]), services(service_id=["S3"], code=["301012"])
    in_parts(tmp_path / "services.parquet", good, bad)
    (message,) = said_of_folder(tmp_path)
    assert message.startswith("services.parquet, row 3, column code")


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (
            lambda at: (at / "code=301011").mkdir(),
            "a folder with other folders in it, such as code",
        ),
        (
            lambda at: pq.write_table(pa.table({"code": [301011]}), at / "part-9.parquet"),
            "the part part-9.parquet, whose columns or types differ",
        ),
        (lambda at: (at / "readme.txt").touch(), "a file that is damaged or of another kind"),
    ],
    ids=["partitions", "other columns", "no Parquet"],
)
def test_a_folder_that_is_no_table_is_refused(spoil, found: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    spoil(in_parts(tmp_path / "services.parquet", services()))
    (message,) = said_of_folder(tmp_path)
    assert message.startswith(f"services.parquet: found {found}")


def test_a_folder_without_parts_is_refused(tmp_path: Path) -> None:
    in_parts(tmp_path / "services.parquet")
    (message,) = said_of_folder(tmp_path)
    assert message.startswith("services.parquet: found a folder with no file of the table in it")


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_bears_the_name_of_a_table_and_is_no_file_is_refused(
    kind: str, tmp_path: Path
) -> None:
    put(tmp_path / "folder", "S1", "csv")
    place = tmp_path / "folder" / "fees.csv"
    make = {
        "pipe": os.mkfifo,
        "link": lambda at: at.symlink_to(tmp_path / "nowhere"),
        "folder": Path.mkdir,
    }
    make[kind](place)
    (message,) = said_of_folder(tmp_path / "folder")
    found = "a folder" if kind == "folder" else "a pipe, a device, or a link that leads nowhere"
    assert message == f"fees.csv: found {found}, expected a file"


@pytest.mark.parametrize(
    "name", ["fees.CSV", "Fees.csv", "fees.Parquet", "fees.csv.gz", "fees.xlsx", "fees.csv.csv"]
)
def test_a_table_under_another_name_is_told(name: str, tmp_path: Path) -> None:
    put(tmp_path / "folder", "S1", "csv")
    (tmp_path / "folder" / name).write_bytes(b"code,fee\n301011,20\n")
    (message,) = said_of_folder(tmp_path / "folder")
    assert message == (
        f"{name}: warning: found a file that is not read under this name, expected the name of a "
        "table with .csv or .parquet, in lower case. If it is the table, save it as fees.csv"
    )


@pytest.mark.parametrize("name", ["file_row_number", "File_Row_Number", "file_index", "row number"])
def test_columns_may_be_called_as_the_engine_calls_its_own(name: str, tmp_path: Path) -> None:
    given = services(service_id=["S1", "S2"], code=["301011", "301012"], **{name: [7, 8]})
    pq.write_table(given, tmp_path / "services.parquet")
    (message,) = said_of_folder(tmp_path)
    assert message.startswith("services.parquet, row 3, column code") or "row 2" in message
