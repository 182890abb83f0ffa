"""Rows of Python values as the Arrow tables of a folder."""

from collections.abc import Iterable, Mapping, Sequence
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
    columns: Iterable[str] = dict.fromkeys(column for row in rows for column in row)
    schema = pa.schema(
        [
            (column, ARROW.get(TABLES[name].column(column).type, pa.string()))
            for column in (columns if rows else TABLES[name].names())
        ]
    )
    filled = [{column: row.get(column) for column in schema.names} for row in rows]
    return pa.Table.from_pylist(filled, schema=schema)
