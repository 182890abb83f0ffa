"""Problems found in the engine, over all tables at once, kept there as the table `problems`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from conventio.folder.complaints import Complaint, complaints
from conventio.folder.engine import Engine, compiled
from conventio.folder.examine import Examined, examined, stored
from conventio.folder.problems import FIELDS, Problem, Severity
from conventio.folder.sources import Source
from conventio.folder.tables import TABLES
from conventio.wording.catalogue import Catalogue

NAME = "problems"

SCHEMA = {
    "severity": "string",
    "table_place": "int64",
    "table": "string",
    "file": "string",
    "row": "int64",
    "column_place": "int64",
    "column": "string",
    "found": "string",
    "expected": "string",
    "advice": "string",
    "described": "boolean",
}
PROBLEMS = ibis.table(SCHEMA, name=NAME)
"""Every problem; `row` is null where it is not about a row."""

_ARROW = pa.schema(
    [
        (column, {"string": pa.string(), "int64": pa.int64(), "boolean": pa.bool_()}[type_])
        for column, type_ in SCHEMA.items()
    ]
)


def typed(source: Source, words: Catalogue) -> ir.Table:
    """The values of a table, and `clean`: whether no row complaint speaks of the row."""
    whole = examined(source)
    clean: ir.BooleanValue = ibis.literal(True)
    for complaint in complaints(whole, words):
        clean = clean & ~complaint.condition
    made = [column for column in whole.rows.columns if not column.startswith(("given ", "twice "))]
    return whole.rows.select(*made, clean=clean)


def suspects(source: Source, kept: str) -> ir.Table:
    """The examination of the rows that are not clean in the table `kept`."""
    unclean = ibis.table({"row": "int64", "clean": "boolean"}, name=kept)
    rows = examined(source).rows
    return rows.semi_join(unclean.filter(~unclean.clean), "row")


def row_problems(source: Source, suspect: str, words: Catalogue) -> ir.Table:
    """The problems of the rows kept in the table `suspect`."""
    whole = stored(source, suspect)
    parts = [_rows(whole, complaint) for complaint in complaints(whole, words)]
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _rows(whole: Examined, complaint: Complaint) -> ir.Table:
    source, table = whole.source, whole.table
    return whole.rows.filter(complaint.condition).select(
        severity=ibis.literal(complaint.severity),
        table_place=ibis.literal(_place(source.table), "int64"),
        table=ibis.literal(source.table),
        file=ibis.literal(source.file),
        row=whole.rows.row,
        column_place=ibis.literal(table.names().index(complaint.column), "int64"),
        column=ibis.literal(complaint.column),
        found=complaint.found,
        expected=complaint.expected,
        advice=complaint.advice,
        described=ibis.literal(False),
    )


def _place(table: str) -> int:
    return list(TABLES).index(table) if table in TABLES else len(TABLES)


def gather(engine: Engine, found: Sequence[Problem], tables: Iterable[str]) -> None:
    """Make the table `problems` from those found outside the engine and those in `tables`."""
    rows = [
        {
            **{field: getattr(problem, field) for field in (*FIELDS, "described")},
            "table_place": _place(problem.table),
            "column_place": -1
            if problem.table not in TABLES or problem.column not in TABLES[problem.table].names()
            else TABLES[problem.table].names().index(problem.column),
        }
        for problem in found
    ]
    engine.load("problems_found", pa.Table.from_pylist(rows, schema=_ARROW))
    parts = [ibis.table(SCHEMA, name=name) for name in ("problems_found", *tables)]
    whole = ibis.union(*parts) if len(parts) > 1 else parts[0]
    engine.create(NAME, compiled(whole, engine.dialect))


def count(engine: Engine, severity: Severity) -> int:
    """How many problems of a severity there are."""
    query = PROBLEMS.filter(PROBLEMS.severity == severity).count().as_table()
    return int(engine.arrow(compiled(query, engine.dialect)).column(0)[0].as_py())


def first(engine: Engine, severity: Severity, number: int) -> list[Problem]:
    """The first problems of a severity, in the order of tables, rows and columns."""
    query = _ordered().filter(lambda t: t.severity == severity).limit(number)
    rows = engine.rows(compiled(query, engine.dialect))
    return [Problem(**{field: row[field] for field in (*FIELDS, "described")}) for row in rows]


def write(engine: Engine, path: Path) -> None:
    """Write every problem as CSV."""
    engine.write_csv(compiled(_ordered().select(*FIELDS), engine.dialect), path)


def _ordered() -> ir.Table:
    order = [
        "severity",
        "table_place",
        "file",
        "row",
        "column_place",
        "column",
        "found",
        "expected",
    ]
    return PROBLEMS.order_by([ibis.asc(column, nulls_first=True) for column in order])
