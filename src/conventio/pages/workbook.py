"""The answers as an Excel workbook: the sheets decisions and findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

ROWS = 1_048_575
"""The rows that a sheet of Excel takes below its header."""

_CREATED = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""A fixed moment, so that the same answers give the same bytes."""

_CUT = -2
"""What xlsxwriter answers of a text that it cut."""

_WIDTHS = {"message": 90, "service_id": 18, "evidence_service_id": 18, "rule": 34, "provision": 22}


LONGEST = 32_767
"""The characters that a cell of Excel takes; what a text has beyond them is cut off."""


@dataclass(frozen=True)
class Workbook:
    """What a workbook took of its tables, by the name of the table."""

    sheets: Mapping[str, int]
    """How many sheets each took."""
    cut: Mapping[str, int]
    """How many texts of each were cut, being longer than a cell takes."""


def write(tables: Mapping[str, Path], path: Path) -> Workbook:
    """Write Parquet files as sheets, by name.

    Rows come as in the file and go out as they come, so that memory stays small. A table with more
    rows than a sheet takes goes on in the sheets `NAME 2`, `NAME 3` and so on.
    """
    # Rows that were written wait beside the workbook until it is put together.
    options = {"constant_memory": True, "tmpdir": str(path.parent), "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"created": _CREATED})
    formats = {
        "header": book.add_format({"bold": True}),
        "amount": book.add_format({"num_format": "#,##0.00"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    cut: Counter[str] = Counter()
    sheets = {name: _sheets(book, formats, name, file, cut) for name, file in tables.items()}
    book.close()  # not after an error: putting together what was written takes as long as writing
    return Workbook(sheets, dict(cut))


def _sheets(book: Any, formats: Mapping[str, Any], name: str, file: Path, cut: Counter[str]) -> int:
    """The sheets of one table; its texts that were cut are counted."""
    with pq.ParquetFile(file) as parquet:
        schema = parquet.schema_arrow
        writers = [_writer(field.type, formats) for field in schema]
        sheets = 1
        sheet = _sheet(book, formats, name, schema.names)
        place = 0
        for batch in parquet.iter_batches():
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                if place == ROWS:
                    _close(sheet, place, len(schema.names))
                    sheets += 1
                    sheet, place = _sheet(book, formats, f"{name} {sheets}", schema.names), 0
                place += 1
                for column, (write, value) in enumerate(zip(writers, row, strict=True)):
                    if value is not None and write(sheet, place, column, value) == _CUT:
                        cut[name] += 1
        _close(sheet, place, len(schema.names))
    return sheets


def _sheet(book: Any, formats: Mapping[str, Any], name: str, columns: list[str]) -> Any:
    """A sheet with its header, which stays in sight."""
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, _WIDTHS.get(column, max(12, len(column) + 4)))
        sheet.write_string(0, number, column, formats["header"])
    return sheet


def _close(sheet: Any, rows: int, columns: int) -> None:
    sheet.autofilter(0, 0, rows, columns - 1)


def _writer(type_: pa.DataType, formats: Mapping[str, Any]) -> Callable[..., None]:
    """How the values of a column go into cells: ids and codes stay text, amounts are numbers."""
    if pa.types.is_decimal(type_):
        return lambda sheet, row, column, value: sheet.write_number(
            row, column, value, formats["amount"]
        )
    if pa.types.is_date(type_):
        return lambda sheet, row, column, value: sheet.write_datetime(
            row, column, value, formats["date"]
        )
    if pa.types.is_boolean(type_):
        return lambda sheet, row, column, value: sheet.write_boolean(row, column, value)
    if pa.types.is_integer(type_):
        return lambda sheet, row, column, value: sheet.write_number(row, column, value)
    return lambda sheet, row, column, value: sheet.write_string(row, column, str(value))
