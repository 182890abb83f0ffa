"""The engine for many small inputs, one after the other: how to answer a query is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from weakref import ref

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from conventio.folder.engine import DuckDB, Engine, Row, quoted, told_apart

MANY_PLANS = 1000
"""After so many plans, for inputs with ever other columns, an engine had better begin anew."""
SOME_ANSWERS = 64
"""After so many, DuckDB is made to forget the blocks of memory that it gave back."""


class _Held:
    """A table of certain columns: who reads it gets the rows that it has by then."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_schema__(self) -> object:
        return self.table.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


@dataclass
class _Tables:
    """The tables and views by name, shared by engines that work side by side."""

    held: dict[str, _Held] = field(default_factory=dict)
    views: dict[str, str] = field(default_factory=dict)
    of_name: dict[str, list[_Held]] = field(default_factory=dict)
    made_from: dict[str, object] = field(default_factory=dict)


_Shape = tuple[_Held, bool]
"""What a plan depends on: the columns of a table, and whether it has rows."""


class _Plan:
    """A prepared query over tables of certain shapes, and its answer while they do not change."""

    def __init__(self, name: str) -> None:
        self.name = name
        # Weak, so that nothing is kept for the sake of a plan.
        self._read: tuple[ref[pa.Table], ...] = ()
        self._answer: ref[pa.Table] | None = None

    def known(self, tables: list[pa.Table]) -> pa.Table | None:
        """The answer for these very tables, if they are those that it was last given for."""
        if self._answer is None:
            return None
        same = all(seen() is table for seen, table in zip(self._read, tables, strict=True))
        return self._answer() if same else None

    def learn(self, tables: list[pa.Table], answer: pa.Table) -> None:
        """Remember an answer for as long as somebody has it."""
        self._read, self._answer = tuple(ref(table) for table in tables), ref(answer)


class Warm(DuckDB):
    """DuckDB with its tables beside it, as Arrow, and with the plan of every query kept.

    For a few rows it takes far longer to plan a query than to answer it. DuckDB plans a prepared
    query over tables of its own anew at each call, as its plans rest on what the tables hold. Of
    Arrow it knows the columns only, so there a plan holds for whatever rows come. It is told
    which tables have none, and leaves out what they can't add to: such a plan is another one.

    It has another engine beside it, on a thread of its own, that shares its tables: what does not
    wait for each other is done by both. Which of them makes a table is always the same.
    """

    def __init__(self, tables: _Tables | None = None) -> None:
        # Its tables are beside it, in memory; what it answers is small.
        super().__init__(threads=1, spills=False)
        self.confine()  # all that it reads comes as Arrow
        # Of an `EXECUTE` it would look for a better plan again.
        self.connection.execute("PRAGMA disable_optimizer")
        shared = tables or _Tables()
        self._tables, self._views, self._of_name = shared.held, shared.views, shared.of_name
        self._made_from = shared.made_from
        self._plans: dict[tuple[str, tuple[_Shape, ...]], _Plan] = {}
        self._named: dict[str, _Shape] = {}
        self._answers = 0
        self.connection.execute("CREATE TEMP TABLE some_memory AS SELECT 1 AS held")
        self._other = None if tables else Warm(shared)
        self._at_its_side = ThreadPoolExecutor(1)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._other is not None:
            self._at_its_side.shutdown()
            self._other.__exit__(kind, error, trace)
        super().__exit__(kind, error, trace)

    @property
    def worn(self) -> bool:
        """Whether it has met so many inputs that a new one should take its place."""
        both = [engine for engine in (self, self._other) if engine is not None]
        return sum(len(one._plans) for one in both) >= MANY_PLANS

    def side_by_side(self, *works: Callable[[Engine], None]) -> None:
        """Do works of which none reads what another makes: the first, and beside it the others."""
        if self._other is None or len(works) < 2:
            super().side_by_side(*works)
            return
        first, *others = works
        beside = self._at_its_side.submit(self._other.side_by_side, *others)
        try:
            first(self)
        finally:
            wait([beside])
        beside.result()

    def has(self, name: str) -> bool:
        """Whether there is a table or view of that name."""
        return name in self._tables or name in self._views

    def create(self, name: str, sql: str, *, together: str | None = None) -> None:
        """Make (or replace) table `name` from a query, which may read the table it replaces."""
        made = self.arrow(sql)
        self.drop(name)
        self._hold(name, made)

    def append(self, name: str, sql: str) -> None:
        """Put the answer of a query after the rows of table `name`."""
        more = self.arrow(sql)
        self._hold(name, pa.concat_tables([self._tables[name].table, more]))

    def view(self, name: str, sql: str) -> None:
        """Name a query, which is run when something reads it."""
        if self._views.get(name) != sql:
            self.drop(name)
            self._views[name] = sql

    def load(self, name: str, table: pa.Table, *, repeated: Sequence[str] = ()) -> None:
        """Make (or replace) table `name` from Arrow; all texts stay texts."""
        self.drop(name)
        self._hold(name, table)
        self.keep(name, table)

    def drop(self, name: str) -> None:
        """Forget a table or view, if there is one of that name."""
        self._made_from.pop(name, None)
        self._views.pop(name, None)
        self._tables.pop(name, None)

    def arrow(self, sql: str, *, short: bool = False) -> pa.Table:
        """The answer of a query as Arrow."""
        read = self._read_by(sql)
        plan = self._plan(sql, read)
        tables = [held.table for held in read.values()]
        answer = plan.known(tables)
        if answer is None:
            answer = self._run_plan(plan)
            plan.learn(tables, answer)
        return answer

    def rows(self, sql: str) -> list[Row]:
        """The answer of a query as dictionaries; for small answers."""
        return list(self.arrow(sql).to_pylist())

    def count(self, name: str) -> int:
        """How many rows a table or view has."""
        return len(self._read_by(f"SELECT 1 FROM {quoted(name)}")[name].table)

    def _in_texts(self, sql: str) -> str:
        return sql  # all of its texts are

    def _copy(self, sql: str, path: Path, options: str) -> None:
        self._name(self._read_by(sql))
        super()._copy(sql, path, options)

    def _hold(self, name: str, table: pa.Table) -> None:
        """Let a name stand for these rows; with other columns it is another table."""
        of_name = self._of_name.setdefault(name, [])
        for held in of_name:
            if held.table.schema.equals(table.schema):
                if held.table.num_rows or table.num_rows:  # what stays empty has not changed
                    held.table = table
                break
        else:
            held = _Held(table)
            of_name.append(held)
        self._tables[name] = held

    def _read_by(self, sql: str) -> dict[str, _Held]:
        """The tables that a query reads, views as they are by now."""
        names = _named_in(sql)
        for name in names:
            if name in self._views:
                self._hold(name, self.arrow(self._views[name]))
        return {name: self._tables[name] for name in names if name in self._tables}

    def _plan(self, sql: str, read: dict[str, _Held]) -> _Plan:
        """The plan of a query over tables of these shapes, made where there is none yet."""
        key = sql, tuple(map(_shape, read.values()))
        if key not in self._plans:
            self._name(read)
            plan = _Plan(f"plan_{len(self._plans)}")
            with told_apart():
                self.connection.execute("PRAGMA enable_optimizer")
                try:
                    self.connection.execute(f"PREPARE {plan.name} AS {sql}")
                finally:
                    self.connection.execute("PRAGMA disable_optimizer")
            self._plans[key] = plan
        return self._plans[key]

    def _run_plan(self, plan: _Plan) -> pa.Table:
        self._answers += 1
        if self._answers % SOME_ANSWERS == 0:
            self._forget_blocks()
        # What `sql` does, without binding the statement before, keeping its rows and reading them
        # back: that would take longer than most of the plans.
        with told_apart():
            return self.connection._submit(f"EXECUTE {plan.name}", None, "arrow").arrow_table()

    def _forget_blocks(self) -> None:
        """Let DuckDB drop its notes on blocks that it gave back, which it keeps while memory lasts.

        They stand between what is used again and again, which so is spread over ever more memory,
        and takes a third longer. Told a limit below what it holds, it goes through all of them,
        and then refuses the limit; its count is not exact, so it may take it too.
        """
        with suppress(duckdb.OutOfMemoryException):
            self.connection.execute(self._read("SET memory_limit = '1B'"))
            self.connection.execute(self._read("RESET memory_limit"))

    def _name(self, read: dict[str, _Held]) -> None:
        """Let DuckDB know tables by their names, and no longer those that were dropped."""
        for name in [name for name in self._named if not self.has(name)]:
            del self._named[name]
            self.connection.execute(f"DROP VIEW {quoted(name)}")
        for name, held in read.items():
            if self._named.get(name) != _shape(held):
                source = f"rows of {name}"
                self.connection.register(source, held)
                self.connection.execute(
                    f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS SELECT * FROM {quoted(source)} "
                    + ("" if held.table.num_rows else "WHERE false")
                )
                self._named[name] = _shape(held)


def _shape(held: _Held) -> _Shape:
    return held, held.table.num_rows > 0


@lru_cache(maxsize=MANY_PLANS)
def _named_in(sql: str) -> tuple[str, ...]:
    """The tables and views that a query names; what it calls a part of itself is none."""
    parts = traverse_scope(sqlglot.parse_one(sql, dialect="duckdb"))
    sources = [source for part in parts for source in part.sources.values()]
    return tuple(sorted({source.name for source in sources if isinstance(source, exp.Table)}))
