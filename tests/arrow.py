"""Rows of Python values as the Arrow tables of a folder."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from conventio.folder.tables import TABLES

ARROW = {
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "money": pa.decimal128(12, 2),
    "decimal": pa.decimal128(18, 6),
}


def arrow(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, pa.Table]:
    """The tables with the columns that their rows have; an empty table has all columns."""
    return {name: _table(name, rows) for name, rows in tables.items()}


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    given = dict.fromkeys(column for row in rows for column in row)
    columns = list(given) if rows else list(TABLES[name].names())
    texts = {column for column in columns if any(is_day_alone(name, column, row) for row in rows)}
    schema = pa.schema(
        [
            (
                column,
                pa.string()
                if column in texts
                else ARROW.get(TABLES[name].column(column).type, pa.string()),
            )
            for column in columns
        ]
    )
    filled = [
        {
            column: value.isoformat() if column in texts and value else value
            for column in schema.names
            for value in [row.get(column)]
        }
        for row in rows
    ]
    return pa.Table.from_pylist(filled, schema=schema)


def is_day_alone(table: str, column: str, row: Mapping[str, Any]) -> bool:
    """Whether a day without a time stands where a time may; only text holds both."""
    asks_time = TABLES[table].column(column).type == "datetime"
    return asks_time and isinstance(row.get(column), date) and not isinstance(row[column], datetime)
