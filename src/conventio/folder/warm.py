"""The engine for many small inputs, one after the other: how to answer a query is kept."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from weakref import ref

import pyarrow as pa
import sqlglot
from sqlglot import exp

from conventio.folder.emptiness import surely_empty
from conventio.folder.engine import DuckDB, Row, told_apart

MANY_PLANS = 1000
"""So many plans, for inputs with ever other columns, and an engine had better begin anew."""


class _Held:
    """A table of certain columns: who reads it gets the rows that it has by then."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_schema__(self) -> object:
        return self.table.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


class _Plan:
    """A prepared query over certain tables, and what it answered while they stay as they are."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.nothing: pa.Table | None = None
        """The answer without rows, once its columns are known."""
        # Weak, so that nothing is kept for the plan alone.
        self._read: tuple[ref[pa.Table], ...] = ()
        self._answer: ref[pa.Table] | None = None

    @property
    def statement(self) -> str:
        """The statement that runs it."""
        return f"EXECUTE {self.name}"

    def known(self, tables: list[pa.Table]) -> pa.Table | None:
        """The answer for these very tables, if they are those it was last given for."""
        if self._answer is None or len(tables) != len(self._read):
            return None
        same = all(seen() is table for seen, table in zip(self._read, tables, strict=True))
        return self._answer() if same else None

    def learn(self, tables: list[pa.Table], answer: pa.Table) -> None:
        """Remember an answer as long as somebody else has it."""
        self._read, self._answer = tuple(ref(table) for table in tables), ref(answer)
        if self.nothing is None:
            self.nothing = answer.schema.empty_table()


class Warm(DuckDB):
    """DuckDB with its tables beside it, as Arrow, and with the plan of every query kept.

    For a few rows it takes far longer to plan a query than to answer it. DuckDB plans a prepared
    query over tables of its own at each call all the same, because the plan may rest on what the
    tables hold. Of Arrow it asks nothing but the columns before it runs: so the plan stays.
    """

    def __init__(self) -> None:
        super().__init__(threads=1)
        self._tables: dict[str, _Held] = {}
        self._views: dict[str, str] = {}
        self._shapes: dict[str, list[_Held]] = {}
        self._plans: dict[tuple[str, tuple[_Held, ...]], _Plan] = {}
        self._named: dict[str, _Held] = {}

    @property
    def worn(self) -> bool:
        """Whether it has seen so many kinds of input that a new one should take its place."""
        return len(self._plans) >= MANY_PLANS

    def has(self, name: str) -> bool:
        """Whether there is a table or view of that name."""
        return name in self._tables or name in self._views

    def create(self, name: str, sql: str) -> None:
        """Make (or replace) table `name` from a query, which may read the table it replaces."""
        made = self.arrow(sql)
        self.drop(name)
        self._hold(name, made)

    def view(self, name: str, sql: str) -> None:
        """Name a query, which is run when something reads it."""
        if self._views.get(name) != sql:
            self.drop(name)
            self._views[name] = sql

    def load(self, name: str, table: pa.Table) -> None:
        """Make (or replace) table `name` from Arrow."""
        self.drop(name)
        self._hold(name, table)
        self.keep(name, table)

    def drop(self, name: str) -> None:
        """Forget a table or view, if there is one of that name."""
        self._made_from.pop(name, None)
        self._views.pop(name, None)
        self._tables.pop(name, None)

    def arrow(self, sql: str) -> pa.Table:
        """The answer of a query as Arrow."""
        read = self._read_by(sql)
        plan = self._plan(sql, read)
        tables = [held.table for held in read.values()]
        answer = plan.known(tables)
        if answer is None:
            empty = {name for name, held in read.items() if not held.table.num_rows}
            surely = plan.nothing is not None and surely_empty(sql)(empty)
            answer = plan.nothing if surely else self._answer(plan)
            plan.learn(tables, answer)
        return answer

    def rows(self, sql: str) -> list[Row]:
        """The answer of a query as dictionaries; for small answers."""
        return super().rows(self._plan(sql, self._read_by(sql)).statement)

    def _copy(self, sql: str, path: Path, options: str) -> None:
        self._name(self._read_by(sql))
        super()._copy(sql, path, options)

    def _answer(self, plan: _Plan) -> pa.Table:
        # What `sql` does for a statement like this one, without binding it before, keeping its
        # rows and reading them back, which takes longer than most of the queries.
        with told_apart():
            return self.connection._submit(plan.statement, None, "arrow").arrow_table()

    def _hold(self, name: str, table: pa.Table) -> None:
        """Let a name stand for these rows; with other columns it is another table."""
        shapes = self._shapes.setdefault(name, [])
        for held in shapes:
            if held.table.schema.equals(table.schema):
                if held.table.num_rows or table.num_rows:  # what stays empty has not changed
                    held.table = table
                break
        else:
            held = _Held(table)
            shapes.append(held)
        self._tables[name] = held

    def _read_by(self, sql: str) -> dict[str, _Held]:
        """The tables that a query reads, views as they are by now."""
        names = _named_in(sql)
        for name in names:
            if name in self._views:
                self._hold(name, self.arrow(self._views[name]))
        return {name: self._tables[name] for name in names if name in self._tables}

    def _plan(self, sql: str, read: dict[str, _Held]) -> _Plan:
        """The plan of a query over these tables, made where there is none yet."""
        key = sql, tuple(read.values())
        if key not in self._plans:
            self._name(read)
            plan = _Plan(f"plan_{len(self._plans)}")
            self._run(f"PREPARE {plan.name} AS {sql}")
            self._plans[key] = plan
        return self._plans[key]

    def _name(self, read: dict[str, _Held]) -> None:
        """Let DuckDB know tables by their names."""
        for name, held in read.items():
            if self._named.get(name) is not held:
                self.connection.register(name, held)
                self._named[name] = held


@lru_cache(maxsize=MANY_PLANS)
def _named_in(sql: str) -> tuple[str, ...]:
    """The names in a query that may be tables."""
    query = sqlglot.parse_one(sql, dialect="duckdb")
    return tuple(sorted({table.name for table in query.find_all(exp.Table)}))
