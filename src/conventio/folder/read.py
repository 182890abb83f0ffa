"""Reading a folder, or Arrow tables, into the canonical tables of an engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from conventio.folder import clock, dialect, sources, validate
from conventio.folder.complaints import expected
from conventio.folder.engine import Engine, compiled
from conventio.folder.problems import Problem, Unusable
from conventio.folder.sources import Source
from conventio.folder.tables import TABLES, Table
from conventio.folder.values import CONVERTS, OPEN_ENDS, Kind
from conventio.wording.catalogue import Catalogue

SHOWN = 20
"""How many problems a message shows."""


@dataclass(frozen=True)
class Input:
    """One table of the input; a table given from memory has no hash."""

    table: str
    file: str
    sha256: str | None
    rows: int


@dataclass(frozen=True)
class Folder:
    """What was read; the tables themselves are in the engine, under their names."""

    present: dict[str, frozenset[str]]
    inputs: list[Input]
    warnings: list[Problem]
    warnings_total: int
    set_aside: dict[str, int]
    """Rows put aside, by table: they are in the engine as `set_aside_TABLE`."""


@dataclass
class _Reading:
    """What is known while the tables come in."""

    engine: Engine
    words: Catalogue
    sources: list[Source] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        self.problems.append(problem)


def read_folder(
    engine: Engine, location: Path, *, set_aside: bool = False, language: str = "en"
) -> Folder:
    """Read the tables of a folder; raises Unusable with everything that is wrong."""
    reading = _Reading(engine, Catalogue.read(language))
    if not location.is_dir():
        raise Unusable([_no_folder(location, reading.words)])
    for table in TABLES.values():
        _read_file(reading, location, table)
    _unknown_files(reading, location)
    return _finish(reading, set_aside)


def read_tables(
    engine: Engine,
    tables: Mapping[str, pa.Table],
    *,
    set_aside: bool = False,
    language: str = "en",
) -> Folder:
    """Read Arrow tables by name; raises Unusable with everything that is wrong."""
    reading = _Reading(engine, Catalogue.read(language))
    for table in TABLES.values():
        if table.name in tables:
            given = tables[table.name]
            source = _source(reading, table, table.name, _kinds(given.schema))
            sources.load_arrow(engine, source, given)
            reading.sources.append(source)
        elif table.required:
            reading.add(_missing(table, table.name, "found.no-table-given", reading.words))
    for name in sorted(set(tables) - set(TABLES)):
        reading.add(_unknown(name, name, reading.words))
    return _finish(reading, set_aside)


def _read_file(reading: _Reading, location: Path, table: Table) -> None:
    words = reading.words
    as_csv, as_parquet = location / f"{table.name}.csv", location / f"{table.name}.parquet"
    if as_csv.is_file() and as_parquet.is_file():
        found = words.say("found.two-files", table=table.name)
        reading.add(
            Problem(
                "error",
                table.name,
                table.name,
                None,
                None,
                found,
                words.say("expected.one-file"),
                words.say("advice.keep-one"),
                True,
            )
        )
    elif as_csv.is_file():
        _read_csv(reading, as_csv, table)
    elif as_parquet.is_file():
        schema = pq.read_schema(as_parquet)
        source = _source(reading, table, as_parquet.name, _kinds(schema))
        sources.view_parquet(reading.engine, source, as_parquet)
        reading.hashes[table.name] = dialect.sha256(as_parquet)
        reading.sources.append(source)
    elif table.required:
        reading.add(_missing(table, f"{table.name}.csv", "found.no-table", words))


def _read_csv(reading: _Reading, path: Path, table: Table) -> None:
    seen = dialect.inspect(path, table, reading.words)
    reading.problems += seen.problems
    if seen.dialect is None:
        return
    kinds: list[tuple[str, Kind | str]] = [(column, "text") for column in seen.dialect.header]
    source = _source(reading, table, path.name, kinds, seen.dialect.decimal_comma)
    skipped = dialect.empty_rows(path, seen.dialect) if seen.dialect.has_empty_lines else []
    sources.view_csv(reading.engine, source, path, seen.dialect, skipped)
    reading.hashes[table.name] = seen.sha256
    reading.sources.append(source)


def _kinds(schema: pa.Schema) -> list[tuple[str, Kind | str]]:
    return [(each.name, sources.kind_of(each.type) or f"!{each.type}") for each in schema]


def _source(
    reading: _Reading,
    table: Table,
    file: str,
    columns: list[tuple[str, Kind | str]],
    decimal_comma: bool = False,
) -> Source:
    """The usable columns among those of a header or schema; the others become problems."""
    words, usable = reading.words, {}
    for name, kind in columns:
        if name not in table.names():
            names = ", ".join(table.names())
            reading.add(
                Problem(
                    "warning",
                    table.name,
                    file,
                    None,
                    name,
                    words.say("found.unknown-column"),
                    words.say("expected.known-column", names=names),
                    words.say("advice.ignored"),
                    True,
                )
            )
        elif kind not in CONVERTS[table.column(name).type]:
            wanted = expected(table.column(name), words)
            reading.add(
                Problem(
                    "error",
                    table.name,
                    file,
                    None,
                    name,
                    words.say("found.type", type=kind.lstrip("!")),
                    wanted,
                    None,
                    True,
                )
            )
        else:
            usable[name] = kind
    given = {name for name, _ in columns}
    for column in table.columns:
        if column.required and column.name not in given:
            reading.add(
                Problem(
                    "error",
                    table.name,
                    file,
                    None,
                    column.name,
                    words.say("found.no-column"),
                    words.say("expected.column", table=table.name),
                    None,
                    True,
                )
            )
    ordered = tuple((name, usable[name]) for name in table.names() if name in usable)
    return Source(table.name, file, ordered, decimal_comma)


def _finish(reading: _Reading, set_aside: bool) -> Folder:
    engine = reading.engine
    engine.load(clock.TABLE, clock.clock_table())
    found = [name for source in reading.sources for name in _type(reading, source)]
    validate.gather(engine, reading.problems, found)
    errors = validate.count(engine, "error")
    if errors:
        shown = validate.first(engine, "error", SHOWN)
        raise Unusable(shown, errors, lambda path: validate.write(engine, path))
    present = {source.table: source for source in reading.sources}
    for table in TABLES.values():
        if table.name in present:
            query = _canonical(table, present[table.name])
            engine.view(table.name, compiled(query, engine.dialect))
        else:
            schema = ibis.schema({column.name: column.engine_type for column in table.columns})
            engine.load(table.name, schema.to_pyarrow().empty_table())
    return Folder(
        {name: frozenset(dict(source.columns)) for name, source in present.items()},
        [
            Input(
                source.table,
                source.file,
                reading.hashes.get(source.table),
                _count(engine, f"typed_{source.table}"),
            )
            for source in reading.sources
        ],
        validate.first(engine, "warning", SHOWN),
        validate.count(engine, "warning"),
        {},
    )


def _type(reading: _Reading, source: Source) -> list[str]:
    """Make `typed_TABLE`; the names of the tables that hold problems of it."""
    engine, words = reading.engine, reading.words
    kept = f"typed_{source.table}"
    engine.create(kept, compiled(validate.typed(source, words), engine.dialect))
    typed = ibis.table({"clean": "boolean"}, name=kept)
    unclean = compiled(typed.filter(~typed.clean).count().as_table(), engine.dialect)
    if not engine.arrow(unclean).column(0)[0].as_py():
        return []
    suspect, found = f"suspect_{source.table}", f"problems_{source.table}"
    engine.create(suspect, compiled(validate.suspects(source, kept), engine.dialect))
    engine.create(found, compiled(validate.row_problems(source, suspect, words), engine.dialect))
    return [found]


def _count(engine: Engine, name: str) -> int:
    query = ibis.table({"row": "int64"}, name=name).count().as_table()
    return int(engine.arrow(compiled(query, engine.dialect)).column(0)[0].as_py())


def _canonical(table: Table, source: Source) -> ir.Table:
    """The table with all its columns: those not given are null."""
    given = dict(source.columns)
    types = {name: table.column(name).engine_type for name in given}
    if table.name == "services":
        types["utc performed_at"] = "timestamp"
    rows = ibis.table({"row": "int64", **types}, name=f"typed_{table.name}")
    columns: dict[str, ir.Value] = {}
    for column in table.columns:
        if column.name not in given:
            columns[column.name] = ibis.null(column.engine_type)
        elif column.name == "valid_to":
            last = rows[column.name]
            columns[column.name] = ibis.ifelse(last.isin(OPEN_ENDS), None, last)
        else:
            columns[column.name] = rows[column.name]
    if table.name != "services":
        return rows.select(**columns)
    return rows.select(
        "row",
        **columns,
        performed_utc=rows["utc performed_at"],
        performed_on=rows.performed_at.date(),
    )


def _no_folder(location: Path, words: Catalogue) -> Problem:
    return Problem(
        "error",
        "",
        str(location),
        None,
        None,
        words.say("found.no-folder"),
        words.say("expected.folder"),
        words.say("advice.see-template"),
        True,
    )


def _missing(table: Table, file: str, found: str, words: Catalogue) -> Problem:
    return Problem(
        "error",
        table.name,
        file,
        None,
        None,
        words.say(found, table=table.name),
        words.say("expected.table"),
        words.say("advice.see-template"),
        True,
    )


def _unknown(name: str, file: str, words: Catalogue) -> Problem:
    names = ", ".join(TABLES)
    return Problem(
        "warning",
        name,
        file,
        None,
        None,
        words.say("found.unknown-table"),
        words.say("expected.known-table", names=names),
        words.say("advice.ignored"),
        True,
    )


def _unknown_files(reading: _Reading, location: Path) -> None:
    for path in sorted(location.iterdir()):
        if path.is_file() and path.suffix in (".csv", ".parquet") and path.stem not in TABLES:
            reading.add(_unknown(path.stem, path.name, reading.words))
