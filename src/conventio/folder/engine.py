"""The engine that tables live in: DuckDB, embedded; another engine offers the same methods."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from glob import escape
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self
from weakref import WeakSet, finalize

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from conventio.folder.memory import MOST

Row = dict[str, Any]

CsvForm = Literal["plain", "excel"]
"""How texts are written as CSV: as they are, or so that a spreadsheet runs none as a formula."""

FORMULA_STARTS = "'=', '+', '-', '@', chr(9), chr(10), chr(13)"
"""What a text begins with that a spreadsheet takes for a formula, as SQL writes it."""

NO_SPACE = (
    "No space left on device",
    "Disk quota exceeded",
    "File too large",
    "max_temp_directory_size",
)
"""What is said of a disk without room, by the system and by the engine."""


def compiled(expression: ir.Table, dialect: str) -> str:
    """The SQL of an expression over named tables, for one engine."""
    return str(ibis.to_sql(expression, dialect=dialect, pretty=False))


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def on_disk(path: Path) -> str:
    """The one file of a path as SQL names it: no letter of it is a pattern, nor a home folder."""
    return literal(re.sub(r"([*?\[])", r"[\1]", str(path.absolute())))


def _as_number(table: pa.Table, column: str) -> str:
    """The expression that keeps the texts of a column as numbers."""
    texts = sorted(set(table[column].to_pylist()), key=str.encode)
    return f"CAST({quoted(column)} AS ENUM ({', '.join(map(literal, texts))})) AS {quoted(column)}"


class NoMemory(Exception):
    """The memory that the engine may take does not suffice, nor does the disk it spills to."""


class NoSpace(Exception):
    """There is no room left where something was to be written; the message says what was said."""


_spills: set[Path] = set()
"""The folders that engines of this process were given to spill to."""


def _new_spill() -> str:
    """A folder of this user alone, under the system's, to spill to; empty: there can be none."""
    try:
        made = Path(tempfile.mkdtemp(prefix="conventio-"))
    except OSError:
        return ""  # what DuckDB takes for: it does not spill
    _spills.add(made)
    return str(made)


def _remove_spill(folder: Path) -> None:
    """Remove a folder that an engine of this process spilled to."""
    if folder in _spills:
        _spills.discard(folder)
        shutil.rmtree(folder, ignore_errors=True)


@atexit.register
def remove_spills() -> None:
    """Remove what engines of this process have spilled: for a process that ends."""
    for folder in tuple(_spills):
        _remove_spill(folder)


def interrupt() -> None:
    """Let every engine of this process stop what it is doing."""
    for engine in tuple(_AT_WORK):
        with suppress(duckdb.Error):  # it has ended its work
            engine.connection.interrupt()


class EngineMissing(Exception):
    """An engine that was asked for is not installed; the message says how to get it."""


class EngineFailed(Exception):
    """An engine could not do its work, for no fault of the input; the message says what to do."""


class Engine(Protocol):
    """What the rest of the program may ask of an engine; tables are temporary and have names."""

    dialect: str
    at_once: int | None
    """How many services it decides at once within its memory; None: as many as there are."""

    @property
    def embedded(self) -> DuckDB:
        """The engine in this process, which opens files: itself, or one beside it."""

    @property
    def reader(self) -> Engine:
        """The engine that reads and examines the input: itself, or the embedded one."""

    def receive(self, name: str) -> None:
        """Make a table or view of the embedded engine, if there is one of that name, known here."""

    def parquet(self, files: Sequence[ParquetFile]) -> tuple[str, str] | None:
        """What to select from for the rows of files of one shape, and their numbers from 1.

        The numbers are an expression over it. None where this engine can't read all types.
        """

    def count(self, name: str) -> int:
        """How many rows a table or view has."""

    def create(self, name: str, sql: str, *, together: str | None = None) -> None:
        """Make (or replace) table `name` from a query, which may read the table it replaces.

        The rows of one value of the column `together` are put side by side where that pays.
        """

    def append(self, name: str, sql: str) -> None:
        """Put the answer of a query after the rows of table `name`."""

    def view(self, name: str, sql: str) -> None:
        """Name a query without running it."""

    def load(self, name: str, table: pa.Table, *, repeated: Sequence[str] = ()) -> None:
        """Make (or replace) table `name` from Arrow.

        The texts of the columns `repeated`, few and never null, may be kept as numbers of theirs.
        """

    def drop(self, name: str) -> None:
        """Forget a table or view, if there is one of that name."""

    def side_by_side(self, *works: Callable[[Engine], None]) -> None:
        """Do works of which none reads what another makes, each on the engine it is given."""

    def arrow(self, sql: str, *, short: bool = False) -> pa.Table:
        """The answer of a query as Arrow, `short` where few programs may know its types."""

    def rows(self, sql: str) -> list[Row]:
        """The answer of a query as dictionaries; for small answers."""

    def write_parquet(self, sql: str, path: Path) -> None:
        """Write the answer of a query, in its order."""

    def write_csv(
        self, sql: str, path: Path, *, header: bool = True, form: CsvForm = "plain"
    ) -> None:
        """Write the answer of a query, in its order; nulls are empty."""


@dataclass(frozen=True)
class ParquetFile:
    """A Parquet file, as its footer tells."""

    path: Path
    columns: tuple[str, ...]
    rows: int


_OF_FILES = ("file_row_number", "file_index")
"""The columns that the engine adds to those of a Parquet file."""

MANY = 512
"""How many statements an engine remembers."""

BYTES_OF_A_SERVICE = 560
"""What deciding a service takes at most, with all that is known of it, as measured."""


class DuckDB:
    """DuckDB in this process, with a folder of its own to spill to, unless it never `spills`."""

    dialect = "duckdb"

    def __init__(
        self,
        *,
        spill: Path | None = None,
        threads: int | None = None,
        memory: int | None = None,
        spills: bool = True,
    ) -> None:
        # Tables live as long as their run: nothing is gained by tidying them up in between.
        settings: dict[str, Any] = {
            "autoinstall_known_extensions": False,
            "checkpoint_threshold": "1TB",
        }
        if memory is not None:
            settings["memory_limit"] = f"{memory}B"
            # What a table leaves is used again by the next, and not given back in between.
            # It reserves all of that at once, and ends the process where the system refuses.
            settings["block_allocator_memory"] = f"{min(memory, MOST)}B"
        settings["temp_directory"] = str(spill or "") if spill or not spills else _new_spill()
        self._process = os.getpid()
        self._end = finalize(self, _remove_spill, Path(settings["temp_directory"]))
        if threads is not None:
            settings["threads"] = threads
        self.at_once = None if memory is None else memory // BYTES_OF_A_SERVICE
        self.connection = duckdb.connect(":memory:", config=settings)
        self._made_from: dict[str, object] = {}
        self._statements: dict[str, duckdb.Statement] = {}
        # Its own progress bar would go to stdout, between what we say there.
        self.connection.execute("SET enable_progress_bar = false")
        _AT_WORK.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process == os.getpid():
            _AT_WORK.discard(self)
            self.connection.close()
            self._end()

    def confine(self, *places: Path) -> None:
        """Let it read and write nothing but what lies in these folders, or is one of these files.

        Nothing can undo that, whatever the queries say that are run later.
        """
        named = {str(one) for place in places for one in (place.absolute(), place.resolve())}
        # A path that stands for itself may be written as a pattern that means itself alone.
        named |= {escape(name) for name in named}
        for setting in ("allowed_directories", "allowed_paths"):
            listed = ", ".join(map(literal, sorted(named)))
            self.connection.execute(f"SET {setting} = [{listed}]")
        self.connection.execute("SET enable_external_access = false")

    def _run(self, sql: str, **given: Any) -> duckdb.DuckDBPyConnection:
        """Run a statement; raises NoMemory or NoSpace where that is the matter."""
        with told_apart():
            return self.connection.execute(self._read(sql), given or None)

    def _read(self, sql: str) -> duckdb.Statement | str:
        """A statement, read once: reading takes a quarter of the time of a small one."""
        if sql not in self._statements:
            if len(self._statements) >= MANY:
                return sql
            (self._statements[sql],) = self.connection.extract_statements(sql)
        return self._statements[sql]

    @property
    def embedded(self) -> DuckDB:
        """Itself."""
        return self

    @property
    def reader(self) -> Engine:
        """Itself."""
        return self

    def receive(self, name: str) -> None:
        """Nothing is to be done: what it reads is its own."""

    def parquet(self, files: Sequence[ParquetFile]) -> tuple[str, str]:
        """What to select from for the rows of files of one shape, and their numbers from 1."""
        # What folders are called is no data: `code=304850/` says nothing of what lies in it.
        named = ", ".join(on_disk(file.path) for file in files)
        read = f"read_parquet([{named}], hive_partitioning = false"
        if any(name.casefold() in _OF_FILES for name in files[0].columns):
            return f"{read})", "row_number() OVER ()"
        number = "file_row_number + 1"
        if len(files) > 1:
            before = accumulate((file.rows for file in files[:-1]), initial=0)
            number += f" + [{', '.join(map(str, before))}][CAST(file_index + 1 AS BIGINT)]"
        return f"{read}, file_row_number = true)", number

    def count(self, name: str) -> int:
        """How many rows a table or view has."""
        return int(self.rows(f"SELECT count(*) AS number FROM {quoted(name)}")[0]["number"])

    def has(self, name: str) -> bool:
        """Whether there is a table or view of that name."""
        return self._kind(name) is not None

    def is_made_from(self, name: str, origin: object) -> bool:
        """Whether a table is still what was made from this very object."""
        return self._made_from.get(name) is origin

    def origin(self, name: str) -> object:
        """What a table is known to be made from; None where that is not known."""
        return self._made_from.get(name)

    def keep(self, name: str, origin: object) -> None:
        """Remember what a table was made from, until it is made again."""
        self._made_from[name] = origin

    def create(self, name: str, sql: str, *, together: str | None = None) -> None:
        """Make (or replace) table `name` from a query, which may read the table it replaces.

        The rows of one value of `together` are put side by side: what comes after groups, joins
        and sorts them for less than the order costs.
        """
        self._made_from.pop(name, None)
        if together is not None:
            sql = f"{sql} ORDER BY {quoted(together)}"
        try:
            self._run(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {sql}")
            return
        except duckdb.CatalogException:
            if self._kind(name) != "VIEW":
                raise
        self._run(f"CREATE OR REPLACE TEMP TABLE _replacement AS {sql}")
        self.drop(name)
        self._run(f"ALTER TABLE _replacement RENAME TO {quoted(name)}")

    def append(self, name: str, sql: str) -> None:
        """Put the answer of a query after the rows of table `name`."""
        self._made_from.pop(name, None)
        self._run(f"INSERT INTO {quoted(name)} {sql}")

    def view(self, name: str, sql: str) -> None:
        """Name a query without running it."""
        if self._made_from.get(name) == sql:
            return
        statement = f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {sql}"
        self._made_from[name] = sql
        try:
            self._run(statement)
        except duckdb.CatalogException:
            if self._kind(name) != "TABLE":
                raise
            self.drop(name)
            self._run(statement)
            self._made_from[name] = sql

    def drop(self, name: str) -> None:
        """Forget a table or view, if there is one of that name."""
        self._made_from.pop(name, None)
        if (kind := self._kind(name)) is not None:
            self._run(f"DROP {kind} {quoted(name)}")

    def _kind(self, name: str) -> str | None:
        found = self._run(
            "SELECT 'VIEW' FROM duckdb_views() WHERE temporary AND view_name = $name "
            "UNION ALL SELECT 'TABLE' FROM duckdb_tables() WHERE temporary AND table_name = $name",
            name=name,
        ).fetchall()  # to the end: what is left of an answer keeps the connection from other work
        return str(found[0][0]) if found else None

    def load(self, name: str, table: pa.Table, *, repeated: Sequence[str] = ()) -> None:
        """Make (or replace) table `name` from Arrow; nothing is done where it is that already.

        Texts that are kept as numbers have the numbers' order, which is that of their bytes.
        """
        if self.is_made_from(name, table):
            return
        self.connection.register("_arrow", table)
        numbered = ", ".join(_as_number(table, column) for column in repeated if table.num_rows)
        self.create(name, f"SELECT *{f' REPLACE ({numbered})' if numbered else ''} FROM _arrow")
        self.connection.unregister("_arrow")
        self.keep(name, table)

    def side_by_side(self, *works: Callable[[Engine], None]) -> None:
        """Do works of which none reads what another makes: one after the other."""
        for work in works:
            work(self)

    def arrow(self, sql: str, *, short: bool = False) -> pa.Table:
        """The answer of a query as Arrow.

        A `short` one has amounts in eight bytes, not sixteen, and some texts by their numbers.
        """
        with told_apart():
            if not short:
                return self.connection.sql(self._in_texts(sql)).to_arrow_table()
            self.connection.execute("SET arrow_output_version = '1.5'")
            try:
                return self.connection.sql(sql).to_arrow_table()
            finally:
                self.connection.execute("RESET arrow_output_version")

    def rows(self, sql: str) -> list[Row]:
        """The answer of a query as dictionaries; for small answers."""
        answer = self._run(sql)
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def write_parquet(self, sql: str, path: Path) -> None:
        """Write the answer of a query, in its order."""
        # Where it knows that no value is null, DuckDB says so in the schema, which would then
        # differ from folder to folder.
        self.connection.execute("SET disabled_optimizers = 'statistics_propagation'")
        try:
            self._copy(self._in_texts(sql), path, "FORMAT parquet, COMPRESSION zstd")
        finally:
            self.connection.execute("RESET disabled_optimizers")

    def _in_texts(self, sql: str) -> str:
        """A query with texts for those kept as numbers, which are written in other ways."""
        columns = self._run(f"DESCRIBE {sql}").fetchall()
        texts = [quoted(name) for name, type_, *_ in columns if type_.startswith("ENUM")]
        cast = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in texts)
        return f"SELECT * REPLACE ({cast}) FROM ({sql})" if cast else sql

    def write_csv(
        self, sql: str, path: Path, *, header: bool = True, form: CsvForm = "plain"
    ) -> None:
        """Write the answer of a query, in its order; nulls are empty."""
        answer = sql if form == "plain" else self._without_formulas(sql)
        self._copy(answer, path, f"FORMAT csv, HEADER {header}")

    def _without_formulas(self, sql: str) -> str:
        """A query with an apostrophe before each text that a spreadsheet would run."""
        columns = self._run(f"DESCRIBE {sql}").fetchall()
        plain = ", ".join(
            f"CASE WHEN left(CAST({name} AS VARCHAR), 1) IN ({FORMULA_STARTS}) "
            f"THEN concat('''', {name}) ELSE CAST({name} AS VARCHAR) END AS {name}"
            for name, type_ in ((quoted(name), type_) for name, type_, *_ in columns)
            if type_ == "VARCHAR" or type_.startswith("ENUM")
        )
        return f"SELECT * REPLACE ({plain}) FROM ({sql})" if plain else sql

    def _copy(self, sql: str, path: Path, options: str) -> None:
        self._run(f"COPY ({sql}) TO {literal(str(path))} ({options})")


_AT_WORK: WeakSet[DuckDB] = WeakSet()
_across_fork: list[DuckDB] = []
"""The engines of this process while it forks, so that nothing ends one in the other process."""


def _hold_engines() -> None:
    _across_fork.extend(_AT_WORK)


def _leave_engines() -> None:
    """In a process that was forked: let the engines of the other one be, to the very end.

    Their threads are not here. To end one would wait for those for ever, even when Python ends.
    """
    import ctypes

    for engine in _across_fork:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(engine))
    _across_fork.clear()
    _AT_WORK.clear()
    _spills.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_hold_engines,
        after_in_parent=_across_fork.clear,
        after_in_child=_leave_engines,
    )


@contextmanager
def told_apart() -> Iterator[None]:
    """Say of an error of DuckDB whether memory or room on the disk was the matter."""
    try:
        yield
    except duckdb.Error as error:
        said = str(error)
        signs = [sign for sign in NO_SPACE if sign in said]
        if signs:
            raise NoSpace(signs[0]) from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise NoMemory(said) from error
        raise
