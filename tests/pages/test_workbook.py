"""The workbook as Excel reads it: the cells, their types and formats, and the sheets."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lxml import etree

from conventio.pages import workbook
from tests.cli.run import conventio, example_in
from tests.pages.written import folder_of

MAIN = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
Cell = tuple[str, str]
"""A cell's type (`text` or `number`) and what it holds."""


@dataclass(frozen=True)
class Sheet:
    rows: list[dict[str, Cell]]
    frozen: bool
    filtered: str
    formats: set[str]


def sheets(path: Path) -> dict[str, Sheet]:
    with ZipFile(path) as parts:
        book = etree.fromstring(parts.read("xl/workbook.xml"))
        styles = etree.fromstring(parts.read("xl/styles.xml"))
        names = [one.get("name") for one in book.iterfind("m:sheets/m:sheet", MAIN)]
        return {
            name: _sheet(etree.fromstring(parts.read(f"xl/worksheets/sheet{place}.xml")), styles)
            for place, name in enumerate(names, start=1)
        }


def _sheet(sheet: Any, styles: Any) -> Sheet:
    codes = {
        one.get("numFmtId"): one.get("formatCode") for one in styles.iterfind(".//m:numFmt", MAIN)
    }
    built_in = {"4": "#,##0.00", "0": "General"}
    cells = styles.findall("m:cellXfs/m:xf", MAIN)
    used = [cells[int(one.get("s"))].get("numFmtId") for one in sheet.iterfind(".//m:c[@s]", MAIN)]
    found = [
        {
            cell.get("r").rstrip("0123456789"): (
                "text" if cell.get("t") == "inlineStr" else "number",
                "".join(cell.itertext()),
            )
            for cell in row
        }
        for row in sheet.iterfind(".//m:row", MAIN)
    ]
    pane = sheet.find(".//m:pane", MAIN)
    return Sheet(
        found,
        frozen=pane is not None and (pane.get("ySplit"), pane.get("state")) == ("1", "frozen"),
        filtered=sheet.find("m:autoFilter", MAIN).get("ref"),
        formats={codes.get(one) or built_in[one] for one in used},
    )


def parquet(path: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_the_sheets_hold_what_the_tables_hold(tmp_path: Path) -> None:
    folder = example_in(tmp_path / "folder")
    ran = conventio("check", folder, "--xlsx")
    assert ran.code == 0
    assert "answers.xlsx" in ran.stdout
    found = sheets(folder / "out" / "answers.xlsx")
    assert list(found) == ["decisions", "findings"]
    for name, sheet in found.items():
        table = pq.read_table(folder / "out" / f"{name}.parquet")
        header, *rows = ([value for _, value in row.values()] for row in sheet.rows)
        assert header == table.schema.names
        written = [
            [str(value) for value in row.values() if value is not None] for row in table.to_pylist()
        ]
        assert rows == written
        assert sheet.frozen
        assert sheet.filtered.endswith(str(len(table) + 1))


def test_ids_stay_text_and_amounts_are_numbers(tmp_path: Path) -> None:
    ids = pa.array(["0012", "=1+1", "https://example.org", "é\x01", None])
    amounts = pa.array([Decimal("1234.50"), Decimal("-0.01"), None, Decimal("0.00"), None])
    days = pa.array([0, 19723, None, None, None], pa.date32())
    file = parquet(tmp_path / "t.parquet", id=ids, amount=amounts, day=days)
    written = workbook.write({"decisions": file}, tmp_path / "t.xlsx")
    assert written == workbook.Workbook({"decisions": 1}, {})
    sheet = sheets(tmp_path / "t.xlsx")["decisions"]
    assert sheet.rows[1] == {
        "A": ("text", "0012"),
        "B": ("number", "1234.50"),
        "C": ("number", "25569"),
    }
    assert sheet.rows[2]["A"] == ("text", "=1+1")
    assert sheet.rows[3]["A"] == ("text", "https://example.org")
    assert sheet.rows[4]["A"] == ("text", "é_x0001_")
    assert sheet.formats == {"General", "#,##0.00", "yyyy-mm-dd"}


def test_a_table_that_one_sheet_cannot_hold_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = example_in(tmp_path / "folder")
    services = conventio("check", folder, "--json").data["services"]
    room = services * 2 // 5
    monkeypatch.setattr(workbook, "ROWS", room)
    ran = conventio("check", folder, "--xlsx", "--force")
    assert "decisions goes on over 3 sheets" in ran.stdout
    found = sheets(folder / "out" / "answers.xlsx")
    assert list(found)[:3] == ["decisions", "decisions 2", "decisions 3"]
    parts = [found[name].rows for name in list(found)[:3]]
    assert [len(rows) for rows in parts] == [room + 1, room + 1, services - 2 * room + 1]
    assert all(rows[0] == parts[0][0] for rows in parts), "each has its header"
    ids = [row["A"][1] for rows in parts for row in rows[1:]]
    assert ids == pq.read_table(folder / "out" / "decisions.parquet")["service_id"].to_pylist()


@pytest.mark.parametrize(("rows", "expected"), [(0, 1), (3, 1), (4, 2)])
def test_a_sheet_that_is_just_full_is_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, expected: int
) -> None:
    monkeypatch.setattr(workbook, "ROWS", 3)
    file = parquet(tmp_path / "t.parquet", id=pa.array(["x"] * rows, pa.string()))
    assert workbook.write({"t": file}, tmp_path / "t.xlsx").sheets == {"t": expected}


def test_the_limit_is_that_of_excel() -> None:
    assert workbook.ROWS == 2**20 - 1


def test_the_same_answers_give_the_same_bytes(tmp_path: Path) -> None:
    folder = example_in(tmp_path / "folder")
    for name in ("one", "other"):
        conventio("check", folder, "--xlsx", "--out", tmp_path / name)
    one, other = ((tmp_path / name / "answers.xlsx").read_bytes() for name in ("one", "other"))
    assert one == other


def test_texts_that_a_cell_does_not_take_whole_are_told(tmp_path: Path) -> None:
    service = "s" * (workbook.LONGEST + 1)
    row = [service, "A1", "P1", "39990130001", "2021-03-02", "371114"]
    folder = folder_of(tmp_path / "folder", [row])
    ran = conventio("check", folder, "--xlsx")
    assert ran.code == 0, ran.stderr
    assert "1 text of decisions is longer than the 32 767 characters of a cell" in ran.stdout
    found = sheets(folder / "out" / "answers.xlsx")["decisions"].rows
    assert found[1]["A"] == ("text", "s" * workbook.LONGEST)
