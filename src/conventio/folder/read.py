"""Reading a folder, or Arrow tables, into the canonical tables of an engine."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NoReturn

import duckdb
import pyarrow as pa

from conventio.folder import clock, dialect, files, sources, validate
from conventio.folder.canonical import make_canonical, make_values, put_aside
from conventio.folder.engine import Engine
from conventio.folder.examine import can_stay
from conventio.folder.files import Stamp, Unfit
from conventio.folder.headers import usable_columns
from conventio.folder.prints import Seen
from conventio.folder.problems import Problem, Unusable
from conventio.folder.records import records
from conventio.folder.sources import Source
from conventio.folder.tables import TABLES, Table
from conventio.folder.values import Kind
from conventio.wording.catalogue import Catalogue

SUFFIXES = (".csv", ".parquet")

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
    refuse_changed: Callable[[], None]
    """Raises Unusable where a file was changed since: some are read again."""
    left_out: int = 0
    """Services of the folder beside a message that are not its patients' history."""


@dataclass
class _Reading:
    """What is known while the tables come in."""

    engine: Engine
    words: Catalogue
    sources: list[Source] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[Path, tuple[Stamp, ...] | None]] = field(default_factory=dict)
    """Each file with its stamp from before it was read."""
    csv: dict[str, tuple[Path, dialect.Dialect]] = field(default_factory=dict)
    arrow: dict[str, Seen] = field(default_factory=dict)
    records: dict[str, int | None] = field(default_factory=dict)
    """How many records each table has, by another count than that of the engine."""
    problems: list[Problem] = field(default_factory=list)
    optional: bool = False
    """The services come from elsewhere, so that no table need have a row."""

    def add(self, problem: Problem) -> None:
        self.problems.append(problem)

    def stays(self, source: Source) -> bool:
        """Whether a table is read where it lies: the one that is far larger than all others."""
        in_file = source.table in self.files and source.table not in self.csv
        return source.table == "services" and in_file and can_stay(source)

    def drop(self, table: str) -> None:
        """Leave out a table that can't be read."""
        self.sources = [source for source in self.sources if source.table != table]


def read_folder(
    engine: Engine,
    location: Path,
    *,
    set_aside: bool = False,
    language: str = "en",
    optional: bool = False,
) -> Folder:
    """Read the tables of a folder; raises Unusable with everything that is wrong.

    With `optional` no table is required: the services come from elsewhere.
    """
    reading = _Reading(engine, Catalogue.read(language), optional=optional)
    if not location.is_dir():
        raise Unusable([_no_folder(location, reading.words)])
    location = location.absolute()  # the working directory may change meanwhile
    for table in TABLES.values():
        _read_file(reading, location, replace(table, required=table.required and not optional))
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
            reading.arrow[table.name] = Seen.now(given)
            reading.records[table.name] = given.num_rows
            bad = _undecodable(reading, source, given)
            if bad:
                reading.problems += bad
                continue
            if not _is_known(reading, table.name):
                sources.load_arrow(engine, source, given)
            reading.sources.append(source)
        elif table.required:
            reading.add(_missing(table, table.name, "found.no-table-given", reading.words))
    for name in sorted(set(tables) - set(TABLES)):
        reading.add(_unknown(name, name, reading.words))
    return _finish(reading, set_aside)


def _undecodable(reading: _Reading, source: Source, given: pa.Table) -> list[Problem]:
    """The texts of a table that are no UTF-8, whose rows the engine would pass over."""
    words = reading.words
    found, wanted = words.say("found.other-bytes"), words.say("expected.utf-8")
    return [
        Problem("error", source.table, source.file, row, column, found, wanted, None, True)
        for column, _ in source.columns
        for row in sources.undecodable(given.column(column))
    ]


def _read_file(reading: _Reading, location: Path, table: Table) -> None:
    words = reading.words
    named = [location / f"{table.name}{suffix}" for suffix in SUFFIXES]
    there = [path for path in named if os.path.lexists(path)]
    if len(there) > 1:
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
    elif there:
        read = _read_csv if there[0].suffix == ".csv" else _read_parquet
        try:
            read(reading, there[0], table)
        except Unfit as error:
            reading.add(_unfit(table, there[0], error, words))
    elif table.required:
        reading.add(_missing(table, f"{table.name}.csv", "found.no-table", words))


def _read_parquet(reading: _Reading, path: Path, table: Table) -> None:
    words = reading.words
    reading.files[table.name] = path, files.stamp(path)
    try:
        schema, parts = files.footers(path)
        reading.hashes[table.name] = files.sha256(path)
    except files.BROKEN as error:
        reason = error.strerror if isinstance(error, OSError) else None
        found = words.say("found.unreadable", error=reason) if reason else None
        reading.add(_damaged(table.name, path, words, found))
        return
    source = _source(reading, table, path.name, _kinds(schema))
    reading.records[table.name] = sum(part.rows for part in parts)
    reading.sources.append(source)
    with _unread(reading, source):
        sources.view_parquet(reading.engine, source, parts)


@contextmanager
def _unread(reading: _Reading, source: Source) -> Iterator[None]:
    """Where reading a file fails because of the file, make that a problem and leave it out."""
    try:
        yield
    except Exception as error:
        path, before = reading.files.get(source.table, (None, None))
        if path is None:
            raise
        if files.stamp(path) != before:
            reading.drop(source.table)  # that it was changed is said at the end
        elif source.table in reading.csv and isinstance(error, duckdb.InvalidInputException):
            reading.drop(source.table)
            reading.add(_two_readings(source, error, reading.words))
        elif path.suffix == ".parquet" and files.is_damaged(reading.engine, source, path):
            reading.drop(source.table)
            reading.add(_damaged(source.table, path, reading.words))
        else:
            raise


def _refuse_changed(reading: _Reading) -> None:
    """Refuse files that were changed while they were read: what was read of them means nothing."""
    words = reading.words
    found, expected = words.say("found.changed"), words.say("expected.unchanged")
    advice = words.say("advice.when-complete")
    changed = [
        Problem("error", table, path.name, None, None, found, expected, advice, True)
        for table, (path, before) in reading.files.items()
        if files.stamp(path) != before
    ]
    if changed:
        raise Unusable(changed)


def _read_csv(reading: _Reading, path: Path, table: Table) -> None:
    files.parts(path)
    reading.files[table.name] = path, files.stamp(path)
    seen = dialect.inspect(path, table, reading.words)
    reading.problems += seen.problems
    if seen.dialect is None:
        return
    kinds: list[tuple[str, Kind | None, str]] = [
        (column, "text", "text") for column in seen.dialect.header
    ]
    source = _source(reading, table, path.name, kinds, seen.dialect.decimal_comma)
    source = replace(source, in_quotes=True)
    if seen.dialect.has_empty_lines:
        empty = pa.array(dialect.empty_rows(path, seen.dialect), pa.int64())
        reading.engine.embedded.load(f"skipped_{table.name}", pa.table({"row": empty}))
    skips = seen.dialect.has_empty_lines
    sources.forget_rejects(reading.engine.embedded, source)
    sources.view_csv(reading.engine, source, path, seen.dialect, skips=skips)
    reading.csv[table.name] = path, seen.dialect
    reading.records[table.name] = records(path, seen.dialect)
    reading.hashes[table.name] = seen.sha256
    reading.sources.append(source)


def _kinds(schema: pa.Schema) -> list[tuple[str, Kind | None, str]]:
    return [(each.name, sources.kind_of(each.type), str(each.type)) for each in schema]


def _source(
    reading: _Reading,
    table: Table,
    file: str,
    columns: list[tuple[str, Kind | None, str]],
    decimal_comma: bool = False,
) -> Source:
    usable, problems = usable_columns(table, file, columns, reading.words)
    reading.problems += problems
    return Source(table.name, file, usable, decimal_comma)


def _is_known(reading: _Reading, table: str) -> bool:
    """Whether the engine still holds this very table, examined earlier without a problem."""
    given = reading.arrow.get(table)
    kept = reading.engine.embedded.origin(f"typed_{table}")
    if given is None or not isinstance(kept, Seen):
        return False
    return kept.table is given.table and kept.sum == given.sum


def _finish(reading: _Reading, set_aside: bool) -> Folder:
    engine, words = reading.engine, reading.words
    engine.load(clock.TABLE, clock.clock_table())
    fresh = [source for source in reading.sources if not _is_known(reading, source.table)]
    found: dict[str, list[str]] = {source.table: [] for source in fresh}
    engine.side_by_side(*(partial(_make_values, reading, source, found) for source in fresh))
    _refuse_changed(reading)
    validate.gather(engine, reading.problems, chain.from_iterable(found.values()))
    counts = validate.counts(engine)
    if counts.fatal or (counts.errors and not set_aside):
        _refuse(engine, counts.fatal if set_aside else counts.errors, fatal_only=set_aside)
    present = {source.table: source for source in reading.sources}
    rows = {source.table: _counted(reading, source) for source in reading.sources}
    aside = {
        table: put_aside(engine, source, words)
        for table, source in present.items()
        if counts.errors
    }
    if aside:
        _refuse_changed(reading)  # bad rows were read once more
    if aside.get("services") and aside["services"] == rows["services"] and not reading.optional:
        _refuse(engine, counts.errors, more=[_none_left(present["services"], rows, words)])
    for table in TABLES.values():
        source_of = present.get(table.name)
        make_canonical(engine, table, source_of, without_bad=aside.get(table.name, 0) > 0)
    for source in fresh:
        if not reading.stays(source):
            engine.drop(source.name)
    if not counts.errors and not counts.warnings:
        for name, given in reading.arrow.items():
            engine.embedded.keep(f"typed_{name}", given)
    return Folder(
        present={name: frozenset(dict(source.columns)) for name, source in present.items()},
        inputs=[
            Input(name, source.file, reading.hashes.get(name), rows[name])
            for name, source in present.items()
        ],
        warnings=validate.first(engine, "warning", SHOWN) if counts.warnings else [],
        warnings_total=counts.warnings,
        set_aside={table: number for table, number in aside.items() if number},
        refuse_changed=partial(_refuse_changed, reading),
    )


def _counted(reading: _Reading, source: Source) -> int:
    """How many rows a table has; raises Unusable where two ways to count them differ."""
    engine, table = reading.engine, source.table
    number = engine.count(f"typed_{table}")
    if table in reading.csv:
        number += sources.count_rejects(engine, source)
    if number != reading.records[table]:
        raise Unusable([_miscounted(reading, source, number)])
    return number


def _make_values(
    reading: _Reading, source: Source, found: dict[str, list[str]], engine: Engine
) -> None:
    """Make the values of a table; the names of the tables that hold problems of it are put down."""
    with _unread(reading, source):
        csv, stays = reading.csv.get(source.table), reading.stays(source)
        found[source.table] = make_values(engine, source, csv, reading.words, stays=stays)


def _refuse(
    engine: Engine, errors: int, *, fatal_only: bool = False, more: Sequence[Problem] = ()
) -> NoReturn:
    shown = [*more, *validate.first(engine, "error", SHOWN - len(more), fatal=fatal_only)]
    raise Unusable(shown, errors + len(more), lambda path: validate.write(engine, path))


def _none_left(services: Source, rows: Mapping[str, int], words: Catalogue) -> Problem:
    found = words.say("found.all-bad", number=rows["services"])
    wanted = words.say("expected.some-row")
    return Problem(
        "error", services.table, services.file, None, None, found, wanted, described=True
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


def _damaged(table: str, path: Path, words: Catalogue, found: str | None = None) -> Problem:
    found, wanted = found or words.say("found.damaged"), words.say("expected.parquet")
    advice = words.say("advice.write-anew")
    return Problem("error", table, path.name, None, None, found, wanted, advice, True)


def _unfit(table: Table, path: Path, error: Unfit, words: Catalogue) -> Problem:
    found = words.say(f"found.{error.found}", **error.facts)
    wanted = words.say("expected.csv" if path.suffix == ".csv" else "expected.parquet-or-parts")
    return Problem("error", table.name, path.name, None, None, found, wanted, None, True)


def _miscounted(reading: _Reading, source: Source, number: int) -> Problem:
    words, counted = reading.words, reading.records[source.table]
    found = words.say("found.rows", number=number)
    wanted = words.say("expected.rows", number="?" if counted is None else counted)
    advice = words.say("advice.rows-of-csv" if source.table in reading.csv else "advice.write-anew")
    return Problem("error", source.table, source.file, None, None, found, wanted, advice, True)


def _two_readings(source: Source, error: Exception, words: Catalogue) -> Problem:
    line = re.search(r"Line: (\d+)", str(error))
    row = int(line[1]) if line else None
    found, wanted = words.say("found.two-readings"), words.say("expected.one-reading")
    advice = words.say("advice.rows-of-csv")
    return Problem("error", source.table, source.file, row, None, found, wanted, advice, True)


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
    """Tell what bears the name of a table, or looks like one, and is not read."""
    words = reading.words
    for path in sorted(location.iterdir()):
        stem, suffix = path.stem.casefold(), path.suffix.casefold()
        if path.name in {f"{table}{known}" for table in TABLES for known in SUFFIXES}:
            continue
        if path.name.split(".")[0].casefold() in TABLES and path.suffix:
            found, wanted = words.say("found.other-name"), words.say("expected.file-name")
            table = path.name.split(".")[0].casefold()
            advice = words.say("advice.rename-file", hint=f"{table}.csv")
            told = Problem("warning", table, path.name, None, None, found, wanted, advice, True)
            reading.add(told)
        elif path.is_file() and suffix in SUFFIXES:
            reading.add(_unknown(stem, path.name, words))
