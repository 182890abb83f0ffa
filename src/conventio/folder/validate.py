"""Problems found in the engine, over all tables at once, kept there as the table `problems`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from conventio.folder import cross
from conventio.folder.advice import NO_TEXT, filled
from conventio.folder.complaints import Complaint, complaints
from conventio.folder.dialect import Dialect
from conventio.folder.engine import DuckDB, Engine, compiled
from conventio.folder.examine import examined, stored
from conventio.folder.problems import FIELDS, Problem, Severity
from conventio.folder.queries import kept
from conventio.folder.sources import LONGEST_LINE, Source, rejected, rejects
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
    "fatal": "boolean",
}
PROBLEMS = ibis.table(SCHEMA, name=NAME)
"""Every problem; `row` is null where it is not about a row; a fatal one can't be put aside."""

_ARROW = pa.schema(
    [
        (column, {"string": pa.string(), "int64": pa.int64(), "boolean": pa.bool_()}[type_])
        for column, type_ in SCHEMA.items()
    ]
)


def typed(source: Source, *, strictly: bool = False, given: ir.Table | None = None) -> ir.Table:
    """The values of a table, and `clean`: whether no row complaint speaks of the row."""
    whole = examined(source, strictly=strictly, given=given)
    clean: ir.BooleanValue = ibis.literal(True)
    for complaint in complaints(whole, Catalogue.read()):
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
    return union([_rows(source, whole.rows, complaint) for complaint in complaints(whole, words)])


def duplicate_problems(source: Source, kept: str, column: str, words: Catalogue) -> ir.Table:
    """The problems of rows that repeat a value that must be unique."""
    return _rows(source, *cross.duplicates(source, kept, column, words))


def overlap_problems(source: Source, kept: str, column: str, words: Catalogue) -> ir.Table:
    """The problems of rows whose periods overlap."""
    return _rows(source, *cross.overlaps(source, kept, column, words))


def reject_problems(source: Source, dialect: Dialect, words: Catalogue) -> ir.Table:
    """The problems of the lines of a CSV file that have not as many values as the header."""
    values = len(dialect.header)
    lines = rejects(source).mutate(
        line=rejected(source, dialect),
        number=lambda t: t.error_message.re_extract("Found: ([0-9]+)", 1).try_cast("int64"),
    )
    lines = lines.group_by("line").aggregate(
        # One row for each value too few, or for each too many.
        fewest=lines.number.min(where=lines.error_type == "MISSING COLUMNS"),
        most=lines.number.max(),
        open=(lines.error_type == "UNQUOTED VALUE").any(),
    )
    lines = lines.mutate(number=ibis.coalesce(lines.fewest, lines.most))
    ragged = filled(words, "found.values", number=lines.number.cast("string"))
    long = words.say("found.long-line", bytes=LONGEST_LINE)
    return lines.select(
        severity=ibis.literal("error"),
        table_place=ibis.literal(_place(source.table), "int64"),
        table=ibis.literal(source.table),
        file=ibis.literal(source.file),
        row=lines.line,
        column_place=ibis.literal(-1, "int64"),
        column=ibis.null("string"),
        found=ibis.cases(
            (lines.open, words.say("found.open-quote")),
            (lines.number.notnull(), ragged),
            else_=long,
        ),
        expected=ibis.cases(
            (lines.open, words.say("expected.closed-quote")),
            (lines.number.notnull(), words.say("expected.values", number=values)),
            else_=words.say("expected.shorter-line"),
        ),
        advice=ibis.ifelse(lines.open, words.say("advice.double-quotes"), NO_TEXT),
        described=ibis.literal(True),
        fatal=lines.open | lines.number.isnull(),
    )


def union(parts: Sequence[ir.Table]) -> ir.Table:
    """All the rows of one or more tables of one shape."""
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _rows(source: Source, rows: ir.Table, complaint: Complaint) -> ir.Table:
    place = TABLES[source.table].names().index(complaint.column)
    return rows.filter(complaint.condition).select(
        severity=ibis.literal(complaint.severity),
        table_place=ibis.literal(_place(source.table), "int64"),
        table=ibis.literal(source.table),
        file=ibis.literal(source.file),
        row=rows.row,
        column_place=ibis.literal(place, "int64"),
        column=ibis.literal(complaint.column),
        found=complaint.found,
        expected=complaint.expected,
        advice=complaint.advice,
        described=ibis.literal(False),
        fatal=ibis.literal(False),
    )


def _place(table: str) -> int:
    return list(TABLES).index(table) if table in TABLES else len(TABLES)


def gather(engine: Engine, found: Sequence[Problem], tables: Iterable[str]) -> None:
    """Make the table `problems` from those found outside the engine and those in `tables`."""
    rows = [
        {
            **{field: getattr(problem, field) for field in (*FIELDS, "described")},
            "fatal": problem.severity == "error",
            "table_place": _place(problem.table),
            "column_place": -1
            if problem.table not in TABLES or problem.column not in TABLES[problem.table].names()
            else TABLES[problem.table].names().index(problem.column),
        }
        for problem in found
    ]
    engine.load("problems_found", pa.Table.from_pylist(rows, schema=_ARROW))
    engine.create(NAME, _gathered_sql(("problems_found", *tables), engine.dialect))


@kept
def _gathered_sql(tables: tuple[str, ...], dialect: str) -> str:
    return compiled(union([ibis.table(SCHEMA, name=name) for name in tables]), dialect)


@dataclass(frozen=True)
class Counts:
    """How many problems there are."""

    errors: int
    fatal: int
    """Errors that no setting aside of rows can mend."""
    warnings: int


def counts(engine: Engine) -> Counts:
    """How many problems there are."""
    return Counts(**engine.rows(_counts_sql(engine.dialect))[0])


@kept
def _counts_sql(dialect: str) -> str:
    error = PROBLEMS.severity == "error"
    # A count of some rows is a sum on Spark: null where there is no row.
    query = PROBLEMS.aggregate(
        errors=PROBLEMS.count(where=error).fill_null(0),
        fatal=PROBLEMS.count(where=error & PROBLEMS.fatal).fill_null(0),
        warnings=PROBLEMS.count(where=~error).fill_null(0),
    )
    return compiled(query, dialect)


def first(engine: Engine, severity: Severity, number: int, *, fatal: bool = False) -> list[Problem]:
    """The first problems of a severity, in the order of tables, rows and columns."""
    rows = engine.rows(_first_sql(severity, number, fatal, engine.dialect))
    return [Problem(**{field: row[field] for field in (*FIELDS, "described")}) for row in rows]


@kept
def _first_sql(severity: str, number: int, fatal: bool, dialect: str) -> str:
    ordered = _ordered()
    chosen = ordered.severity == severity
    query = ordered.filter(chosen & ordered.fatal if fatal else chosen).limit(number)
    return compiled(query, dialect)


def bad_rows(table: str) -> ir.Table:
    """The numbers of the rows of a table that can't be used, as the column `row`."""
    chosen = (PROBLEMS.severity == "error") & (PROBLEMS.table == table) & PROBLEMS.row.notnull()
    return PROBLEMS.filter(chosen).select("row").distinct()


def set_aside(source: Source, words: Catalogue) -> ir.Table:
    """The bad rows of a table as they were given, as text, with their `problems` in words."""
    given = source.given()
    chosen = PROBLEMS.filter((PROBLEMS.severity == "error") & (PROBLEMS.table == source.table))
    text = filled(
        words,
        "set-aside",
        column=chosen.column.fill_null(""),
        found=ibis.coalesce(chosen.found, words.say("found.nothing")),
        expected=chosen.expected,
    )
    problems = (
        chosen.select("row", text=text)
        .group_by("row")
        .aggregate(texts=lambda t: t.text.collect(distinct=True).sort())
    )
    joined = given.inner_join(problems, "row")
    return joined.select(
        "row",
        *(given[column].cast("string").name(column) for column, _ in source.columns),
        problems=problems.texts.join("; "),
    )


def write(engine: Engine, path: Path) -> None:
    """Write every problem as CSV."""
    engine.write_csv(compiled(_ordered().select(*FIELDS), engine.dialect), path)


def writing(engine: Engine) -> Callable[[Path], None]:
    """What writes the problems that an engine has by now, whatever it holds later."""
    problems = engine.arrow(f"SELECT * FROM {NAME}")

    def write_these(path: Path) -> None:
        with DuckDB() as other:
            other.load(NAME, problems)
            write(other, path)

    return write_these


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
