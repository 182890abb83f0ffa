"""The tables as they were given, under the names `given_TABLE`: from CSV, Parquet or Arrow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from conventio.folder.dialect import Dialect
from conventio.folder.engine import Engine, ParquetFile, literal, on_disk, quoted
from conventio.folder.tables import TABLES
from conventio.folder.values import CENTS, EXACT, Kind

GIVEN_TYPES: dict[Kind, str] = {
    "text": "string",
    "integer": "int64",
    "float": "float64",
    "decimal": EXACT,
    "cents": CENTS,
    "boolean": "boolean",
    "date": "date",
    "local": "timestamp",
    "instant": "timestamp",
    "time": "time",
}

LONGEST_LINE = 16 << 20
"""Bytes in one line of CSV."""


@dataclass(frozen=True)
class Source:
    """One table as given: its known columns with their kinds, and how its numbers are written."""

    table: str
    file: str
    columns: tuple[tuple[str, Kind], ...]
    decimal_comma: bool = False
    in_quotes: bool = False
    """Its values may stand within quotes, as in CSV."""

    @property
    def name(self) -> str:
        """Its name in the engine."""
        return f"given_{self.table}"

    @property
    def moments(self) -> list[tuple[str, Kind]]:
        """Its datetimes, with how they came."""
        table = TABLES[self.table]
        return [one for one in self.columns if table.column(one[0]).type == "datetime"]

    def given(self) -> ir.Table:
        """The table, unbound: `row`, then the columns."""
        types = {column: GIVEN_TYPES[kind] for column, kind in self.columns}
        return ibis.table({"row": "int64", **types}, name=self.name)


def kind_of(type_: pa.DataType) -> Kind | None:
    """What an Arrow type is to us; None where it is nothing a column can be made from."""
    if pa.types.is_dictionary(type_):
        return "text" if kind_of(type_.value_type) == "text" else None
    if pa.types.is_timestamp(type_):
        return "local" if type_.tz is None else "instant"
    if pa.types.is_decimal(type_):
        whole = type_.precision - type_.scale
        if 0 <= type_.scale <= 2 and whole <= 10:
            return "cents"
        fits = 0 <= type_.scale <= 10 and whole <= 28
        return "decimal" if fits else "text"
    for is_kind, kind in _KINDS:
        if is_kind(type_):
            return kind
    return None


_KINDS: tuple[tuple[Callable[[pa.DataType], bool], Kind], ...] = (
    (pa.types.is_string, "text"),
    (pa.types.is_large_string, "text"),
    (pa.types.is_string_view, "text"),
    (pa.types.is_null, "text"),
    (pa.types.is_uint64, "decimal"),
    (pa.types.is_integer, "integer"),
    (pa.types.is_floating, "float"),
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_date, "date"),
    (pa.types.is_time, "time"),
)

_ARROW: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "float": pa.float64(),
    "decimal": pa.decimal128(38, 10),
    "cents": pa.decimal128(12, 2),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "local": pa.timestamp("us"),
    "time": pa.time64("us"),
}

_SQL: dict[Kind, str] = {
    "text": "CAST({0} AS STRING)",
    "integer": "CAST({0} AS BIGINT)",
    "float": "CAST({0} AS DOUBLE)",
    "decimal": "CAST({0} AS DECIMAL(38, 10))",
    "cents": "CAST({0} AS DECIMAL(12, 2))",
    "boolean": "{0}",
    "date": "CAST({0} AS DATE)",
    "local": "CAST({0} AS TIMESTAMP)",
    "time": "CAST({0} AS TIME)",
}

_INSTANT = {
    "duckdb": "make_timestamp(epoch_us({0}))",
    "pyspark": "CAST({0} AS TIMESTAMP_NTZ)",
}
"""An instant as the time that it is in UTC, for each engine."""


def load_arrow(engine: Engine, source: Source, table: pa.Table) -> None:
    """Put an Arrow table into the engine; rows are numbered from 1."""
    columns = [pa.array(range(1, table.num_rows + 1), pa.int64())]
    columns += [_arrow_column(table.column(column), kind) for column, kind in source.columns]
    names = ["row", *(column for column, _ in source.columns)]
    engine.load(source.name, pa.table(columns, names=names))


def undecodable(column: pa.ChunkedArray) -> list[int]:
    """The rows, from 1, whose text is no UTF-8; Arrow takes any bytes for a text."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if kind_of(column.type) != "text" or pa.types.is_null(column.type):
        return []
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        texts = column.cast(pa.large_binary()).to_pylist()
        return [row for row, text in enumerate(texts, start=1) if not _is_utf8(text)]
    return []


def _is_utf8(text: bytes | None) -> bool:
    try:
        return text is None or text.decode() is not None
    except UnicodeDecodeError:
        return False


FARTHEST = 9_000_000_000_000
"""Seconds from 1970 that every timestamp holds: some 285 000 years."""


def _within_reach(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Moments so far off that they would wrap round are brought to where there still are some.

    No year there can be taken, so that they are told as bad values.
    """
    type_ = column.type
    unit = "ms" if pa.types.is_date64(type_) else getattr(type_, "unit", None)
    if unit not in ("s", "ms") or pa.types.is_time(type_):
        return column
    farthest = FARTHEST * (1000 if unit == "ms" else 1)
    number = column.cast(pa.int64())
    number = pc.min_element_wise(number, farthest, skip_nulls=False)
    number = pc.max_element_wise(number, -farthest, skip_nulls=False)
    return number.cast(type_)


def _arrow_column(column: pa.ChunkedArray, kind: Kind) -> pa.ChunkedArray:
    column = _within_reach(column)
    if kind == "instant":
        return column.cast(pa.timestamp("us", "UTC"), safe=False).cast(pa.timestamp("us"))
    return column.cast(_ARROW[kind], safe=False)


def view_parquet(engine: Engine, source: Source, files: Sequence[ParquetFile]) -> None:
    """Show a table in Parquet in the engine; rows are numbered from 1, across its files."""
    opener, read = engine, engine.parquet(files)
    if read is None:
        opener = engine.embedded
        read = opener.parquet(files)
    rows, number = read
    made = _SQL | {"instant": _INSTANT[opener.dialect]}
    columns = "".join(
        f", {made[kind].format(quoted(column))} AS {quoted(column)}"
        for column, kind in source.columns
    )
    opener.view(source.name, f"SELECT CAST({number} AS BIGINT) AS row{columns} FROM {rows}")
    engine.receive(source.name)


def view_csv(
    engine: Engine, source: Source, path: Path, dialect: Dialect, *, skips: bool = False
) -> None:
    """Show a CSV file in the engine, rows numbered as a spreadsheet does.

    Lines that can't be read go to the table `rejects_TABLE` when the view is read. With `skips`,
    the rows of the table `skipped_TABLE` are known to be absent from the view.
    """
    places = {column: f"c{place}" for place, column in enumerate(dialect.header)}
    every = [f"c{place}" for place in range(len(dialect.header))]
    types = ", ".join(f"{place}: 'VARCHAR'" for place in every)
    rejects = f"rejects_{source.table}"
    read = (
        f"read_csv({on_disk(path)}, auto_detect = false, header = false, "
        f"skip = {dialect.header_lines}, delim = {literal(dialect.separator)}, quote = '\"', "
        f"escape = '\"', columns = {{{types}}}, max_line_size = {LONGEST_LINE}, "
        f"store_rejects = true, rejects_limit = 0, rejects_table = {literal(rejects)}, "
        f"rejects_scan = {literal(rejects + '_scans')})"
    )
    numbered = f"SELECT row_number() OVER () AS place, {', '.join(every)} FROM {read}"
    before = dialect.first_row - 1
    number, joined = f"place + {before}", ""
    if skips:
        _number_around_skipped(engine.embedded, source.table, before)
        number = "place + ahead"
        joined = f"JOIN shifts_{source.table} ON place BETWEEN since AND until"
    kept = "".join(f", {places[column]} AS {quoted(column)}" for column, _ in source.columns)
    engine.embedded.view(
        source.name,
        f"SELECT CAST({number} AS BIGINT) AS row{kept} FROM ({numbered}) {joined} "
        # Spreadsheets end a table with rows of separators only: no rows.
        f"WHERE coalesce({', '.join(every)}) IS NOT NULL",
    )
    engine.receive(source.name)
    engine.receive(rejects)


def _number_around_skipped(engine: Engine, table: str, before: int) -> None:
    """Make `shifts_TABLE`: how far each stretch of rows is moved on by the skipped ones."""
    engine.create(
        f"shifts_{table}",
        f"""
        WITH ordered AS (
            SELECT row, row_number() OVER (ORDER BY row) + {before} AS ahead
            FROM (SELECT DISTINCT row FROM skipped_{table})
        )
        SELECT 1 AS since,
            coalesce(min(row) - {before + 1}, {1 << 60}) AS until,
            {before} AS ahead
        FROM ordered
        UNION ALL
        SELECT row - ahead + 1,
            coalesce(lead(row) OVER (ORDER BY row) - ahead - 1, {1 << 60}),
            ahead
        FROM ordered
        """,
    )


def rejects(source: Source) -> ir.Table:
    """The lines that the last reading of a CSV file could not use, one row a reason."""
    types = {"line": "int64", "error_type": "string", "error_message": "string"}
    return ibis.table(types, name=f"rejects_{source.table}")


def rejected(source: Source, dialect: Dialect) -> ir.IntegerValue:
    """The number that the row of a reject has."""
    return rejects(source).line.cast("int64") - dialect.unseen_lines


def count_rejects(engine: Engine, source: Source) -> int:
    """How many lines the last reading of a CSV file could not use."""
    query = f"SELECT count(DISTINCT line) AS number FROM rejects_{source.table}"
    return int(engine.rows(query)[0]["number"])


def forget_rejects(engine: Engine, source: Source) -> None:
    """Make room for the rejects of another reading."""
    engine.drop(f"rejects_{source.table}")
    engine.drop(f"rejects_{source.table}_scans")
