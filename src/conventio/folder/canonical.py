"""From the given tables to the canonical ones: values made, problems found, bad rows put apart."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from conventio.folder import cross, sources, validate
from conventio.folder.clock import Offsets, offsets
from conventio.folder.dialect import Dialect
from conventio.folder.engine import Engine, Row, compiled
from conventio.folder.examine import apart, as_given
from conventio.folder.queries import kept
from conventio.folder.sources import Source
from conventio.folder.tables import TABLES, Column, Table
from conventio.folder.values import OPEN_ENDS, Kind
from conventio.wording.catalogue import Catalogue

Csv = tuple[Path, Dialect]


def make_values(
    engine: Engine, source: Source, csv: Csv | None, words: Catalogue, *, stays: bool = False
) -> list[str]:
    """Make `typed_TABLE`; the names of the tables that hold problems of it.

    With `stays` it is read from its file again and again, if nothing is wrong with it. Texts are
    taken strictly at first, save those of CSV: few inputs have blanks around them.
    """
    table = f"typed_{source.table}"
    found: list[str] = []

    def problems(what: str, sql: str) -> None:
        found.append(f"problems_{source.table}_{what}")
        engine.create(found[-1], sql)

    strictly = csv is None
    if not stays:
        engine.create(table, _typed_sql(source, engine.dialect, strictly=strictly))
    if csv is not None and engine.count(f"rejects_{source.table}"):
        query = validate.reject_problems(source, csv[1], words)
        problems("lines", compiled(query, engine.dialect))
        _skip_rejects(engine, source, *csv)
        engine.create(table, _typed_sql(source, engine.dialect))
    columns = cross.unique_columns(source)
    summary = _summary(engine, source, stays=stays)
    if strictly and (summary["unclean"] or summary["blank"]):
        engine.create(table, _typed_sql(source, engine.dialect))
        summary = _summary(engine, source, stays=False)
    elif stays:
        dated = summary["first"] is not None
        known = offsets(summary["first"], summary["last"]) if dated else ()
        engine.view(table, _as_given_sql(source, known, engine.dialect))
    if summary["unclean"]:
        suspect = f"suspect_{source.table}"
        engine.create(suspect, _suspects_sql(source, table, engine.dialect))
        problems("rows", _row_problems_sql(source, suspect, words.language, engine.dialect))
    for column in columns:
        if summary[f"distinct {column}"] < summary[f"filled {column}"]:
            query = validate.duplicate_problems(source, table, column, words)
            problems(column, compiled(query, engine.dialect))
    periods = TABLES[source.table].periods
    if (
        periods is not None
        and periods in dict(source.columns)
        and engine.rows(_overlapping_sql(source, table, periods, engine.dialect))[0]["rows"]
    ):
        query = validate.overlap_problems(source, table, periods, words)
        problems("overlaps", compiled(query, engine.dialect))
    return found


@kept
def _suspects_sql(source: Source, table: str, dialect: str) -> str:
    return compiled(validate.suspects(source, table), dialect)


@kept
def _row_problems_sql(source: Source, suspect: str, language: str, dialect: str) -> str:
    words = Catalogue.read(language)
    return compiled(validate.row_problems(source, suspect, words), dialect)


@kept
def _overlapping_sql(source: Source, table: str, periods: str, dialect: str) -> str:
    found = cross.overlapping(source, table, periods)
    return compiled(found.aggregate(rows=found.count()), dialect)


@kept
def _as_given_sql(source: Source, offsets: Offsets, dialect: str) -> str:
    return compiled(as_given(source, offsets), dialect)


@kept
def _typed_sql(source: Source, dialect: str, *, strictly: bool = False) -> str:
    return compiled(validate.typed(source, strictly=strictly), dialect)


def _summary(engine: Engine, source: Source, *, stays: bool) -> Row:
    """How many rows are not clean, whether unique values are, and the years of the datetimes.

    A table that stays is examined where it lies, strictly, and its columns apart.
    """
    if not stays:
        return engine.rows(_summary_sql(source, engine.dialect))[0]
    found = [engine.rows(sql)[0] for sql in _summaries_apart(source, engine.dialect)]
    whole = {name: value for row in found for name, value in row.items() if value is not None}
    whole["unclean"] = sum(row["unclean"] for row in found)
    whole["blank"] = any(row["blank"] for row in found)
    return {"first": None, "last": None, **whole}


@kept
def _summary_sql(source: Source, dialect: str) -> str:
    moments = [column for column, _ in source.moments]
    types = {
        column: TABLES[source.table].column(column).engine_type
        for column in (*cross.unique_columns(source), *moments)
    }
    rows = ibis.table(
        {"clean": "boolean", "blank": "boolean", **types}, name=f"typed_{source.table}"
    )
    return compiled(_counted(source, rows), dialect)


@kept
def _summaries_apart(source: Source, dialect: str) -> list[str]:
    parts = [
        _counted(part, validate.typed(part, strictly=True, given=given))
        for part, given in apart(source)
    ]
    return [compiled(part, dialect) for part in parts]


def _counted(source: Source, rows: ir.Table) -> ir.Table:
    counts = {"unclean": rows.count(where=~rows.clean), "blank": rows.blank.any()}
    years = [rows[column].year() for column, _ in source.moments]
    for name, end in (("first", "min"), ("last", "max")):
        counts[name] = _extreme([getattr(year, end)() for year in years], end)
    for column in cross.unique_columns(source):
        counts[f"filled {column}"] = rows[column].count()
        counts[f"distinct {column}"] = rows[column].nunique()
    return rows.aggregate(**counts)


def _extreme(years: list[ir.IntegerValue], end: str) -> ir.IntegerValue:
    """The least or the greatest of some numbers; null where there are none."""
    if len(years) < 2:
        return years[0] if years else ibis.null("int32")
    return ibis.least(*years) if end == "min" else ibis.greatest(*years)


def _skip_rejects(engine: Engine, source: Source, path: Path, shape: Dialect) -> None:
    """Number the rows of a CSV file around the lines that could not be read."""
    skipped = f"skipped_{source.table}"
    lines = sources.rejects(source)
    rows = [lines.select(row=sources.rejected(source, shape))]
    if shape.has_empty_lines:
        rows.append(ibis.table({"row": "int64"}, name=skipped))
    reader = engine.embedded
    reader.create(skipped, compiled(validate.union(rows), reader.dialect))
    sources.forget_rejects(reader, source)
    sources.view_csv(engine, source, path, shape, skips=True)


def put_aside(engine: Engine, source: Source, words: Catalogue) -> int:
    """Keep the bad rows of a table as `set_aside_TABLE`, their numbers as `bad_TABLE`."""
    bad = f"bad_{source.table}"
    engine.create(bad, compiled(validate.bad_rows(source.table), engine.dialect))
    number = engine.count(bad)
    if number:
        query = validate.set_aside(source, words)
        engine.create(f"set_aside_{source.table}", compiled(query, engine.dialect))
    return number


def make_canonical(
    engine: Engine, table: Table, source: Source | None, *, without_bad: bool
) -> None:
    """Make the table under its own name, with every column of the contract."""
    if source is None:
        engine.load(table.name, _empty(table.name))
    elif without_bad:
        engine.create(table.name, _canonical_sql(source, engine.dialect, True))
    else:
        engine.view(table.name, _canonical_sql(source, engine.dialect, False))


@cache
def _empty(table: str) -> pa.Table:
    """The table without rows."""
    schema = {column.name: column.engine_type for column in TABLES[table].columns}
    return ibis.schema(schema).to_pyarrow().empty_table()


@kept
def _canonical_sql(source: Source, dialect: str, without_bad: bool) -> str:
    table, given = TABLES[source.table], dict(source.columns)
    types = {name: table.column(name).engine_type for name in given}
    if table.name == "services":
        types |= {"utc performed_at": "timestamp", "timed performed_at": "boolean"}
    rows = ibis.table({"row": "int64", **types}, name=f"typed_{table.name}")
    if without_bad:
        rows = rows.anti_join(ibis.table({"row": "int64"}, name=f"bad_{table.name}"), "row")
    columns = {column.name: _column(rows, column, given) for column in table.columns}
    if table.name != "services":
        return compiled(rows.select(**columns), dialect)
    derived = {
        "performed_utc": rows["utc performed_at"],
        "performed_on": rows.performed_at.date(),
        "timed": rows["timed performed_at"],
    }
    return compiled(rows.select("row", **columns, **derived), dialect)


def _column(rows: ir.Table, column: Column, given: dict[str, Kind]) -> ir.Value:
    """A column as given, or null where it was not; an open end is null."""
    if column.name not in given:
        return ibis.null(column.engine_type)
    if column.name == "valid_to":
        return ibis.ifelse(rows.valid_to.isin(OPEN_ENDS), None, rows.valid_to)
    return rows[column.name]
