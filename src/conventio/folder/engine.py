"""The engine that tables live in: DuckDB, embedded; another engine offers the same methods."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

Row = dict[str, Any]


def compiled(expression: ir.Table, dialect: str) -> str:
    """The SQL of an expression over named tables, for one engine."""
    return str(ibis.to_sql(expression, dialect=dialect, pretty=False))


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


class EngineMissing(Exception):
    """An engine that was asked for is not installed; the message says how to get it."""


class EngineFailed(Exception):
    """An engine could not do its work, for no fault of the input; the message says what to do."""


class Engine(Protocol):
    """What the rest of the program may ask of an engine; tables are temporary and have names."""

    dialect: str

    @property
    def embedded(self) -> DuckDB:
        """The engine in this process, which opens files: itself, or one beside it."""

    @property
    def reader(self) -> Engine:
        """The engine that reads and examines the input: itself, or the embedded one."""

    def receive(self, name: str) -> None:
        """Make a table or view of the embedded engine, if there is one of that name, known here."""

    def parquet(self, path: Path) -> str | None:
        """What to select from for the rows of a Parquet file, with `file_row_number` from 0.

        None where this engine can't read all types in the file.
        """

    def create(self, name: str, sql: str) -> None:
        """Make (or replace) table `name` from a query, which may read the table it replaces."""

    def view(self, name: str, sql: str) -> None:
        """Name a query without running it."""

    def load(self, name: str, table: pa.Table) -> None:
        """Make (or replace) table `name` from Arrow."""

    def drop(self, name: str) -> None:
        """Forget a table or view, if there is one of that name."""

    def arrow(self, sql: str) -> pa.Table:
        """The answer of a query as Arrow."""

    def rows(self, sql: str) -> list[Row]:
        """The answer of a query as dictionaries; for small answers."""

    def write_parquet(self, sql: str, path: Path) -> None:
        """Write the answer of a query, in its order."""

    def write_csv(self, sql: str, path: Path) -> None:
        """Write the answer of a query, in its order, with a header; nulls are empty."""


class DuckDB:
    """DuckDB in this process, with a folder of its own to spill to."""

    dialect = "duckdb"

    def __init__(self, *, spill: Path | None = None, threads: int | None = None) -> None:
        settings: dict[str, Any] = {"autoinstall_known_extensions": False}
        if spill is not None:
            settings["temp_directory"] = str(spill)
        if threads is not None:
            settings["threads"] = threads
        self.connection = duckdb.connect(":memory:", config=settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.close()

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

    def parquet(self, path: Path) -> str:
        """What to select from for the rows of a Parquet file, with `file_row_number` from 0."""
        return f"read_parquet({literal(str(path))}, file_row_number = true)"

    def has(self, name: str) -> bool:
        """Whether there is a table or view of that name."""
        return self._kind(name) is not None

    def create(self, name: str, sql: str) -> None:
        """Make (or replace) table `name` from a query, which may read the table it replaces."""
        try:
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {sql}")
            return
        except duckdb.CatalogException:
            if self._kind(name) != "VIEW":
                raise
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE _replacement AS {sql}")
        self.drop(name)
        self.connection.execute(f"ALTER TABLE _replacement RENAME TO {quoted(name)}")

    def view(self, name: str, sql: str) -> None:
        """Name a query without running it."""
        statement = f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {sql}"
        try:
            self.connection.execute(statement)
        except duckdb.CatalogException:
            if self._kind(name) != "TABLE":
                raise
            self.drop(name)
            self.connection.execute(statement)

    def drop(self, name: str) -> None:
        """Forget a table or view, if there is one of that name."""
        if (kind := self._kind(name)) is not None:
            self.connection.execute(f"DROP {kind} {quoted(name)}")

    def _kind(self, name: str) -> str | None:
        found = self.connection.execute(
            "SELECT 'VIEW' FROM duckdb_views() WHERE temporary AND view_name = $name "
            "UNION ALL SELECT 'TABLE' FROM duckdb_tables() WHERE temporary AND table_name = $name",
            {"name": name},
        ).fetchone()
        return None if found is None else str(found[0])

    def load(self, name: str, table: pa.Table) -> None:
        """Make (or replace) table `name` from Arrow."""
        self.connection.register("_arrow", table)
        self.create(name, "SELECT * FROM _arrow")
        self.connection.unregister("_arrow")

    def arrow(self, sql: str) -> pa.Table:
        """The answer of a query as Arrow."""
        return self.connection.sql(sql).to_arrow_table()

    def rows(self, sql: str) -> list[Row]:
        """The answer of a query as dictionaries; for small answers."""
        return list(self.arrow(sql).to_pylist())

    def write_parquet(self, sql: str, path: Path) -> None:
        """Write the answer of a query, in its order."""
        # Where it knows that no value is null, DuckDB says so in the schema, which would then
        # differ from folder to folder.
        self.connection.execute("SET disabled_optimizers = 'statistics_propagation'")
        try:
            self._copy(sql, path, "FORMAT parquet, COMPRESSION zstd")
        finally:
            self.connection.execute("RESET disabled_optimizers")

    def write_csv(self, sql: str, path: Path) -> None:
        """Write the answer of a query, in its order, with a header; nulls are empty."""
        self._copy(sql, path, "FORMAT csv, HEADER true")

    def _copy(self, sql: str, path: Path, options: str) -> None:
        self.connection.execute(f"COPY ({sql}) TO {literal(str(path))} ({options})")
